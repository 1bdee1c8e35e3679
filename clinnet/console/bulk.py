"""Doing one thing to many of an entity: chosen, looked at beforehand, then done in steps that can be taken back.

What is to be changed is frozen with the version of each when somebody says do it: what was changed meanwhile is left
alone and named, never overwritten. A step changes twenty in one transaction, with its event; whoever is killed in the
middle has done each step whole or not at all, and anybody who may can go on (clinnet/jobs).
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from clinnet import clock
from clinnet.console.reading import Asked, every
from clinnet.console.registry import Bulk, Entity, entities
from clinnet.console.shows import Reader
from clinnet.jobs import services as jobs
from clinnet.jobs.models import Job
from clinnet.table import (
    Action,
    Event,
    Item,
    Key,
    Once,
    Row,
    Scope,
    Topic,
    Transaction,
    find_row,
    get_many,
    keys,
    query,
)
from clinnet.table.errors import Refused
from clinnet.table.kept import forget
from clinnet.table.once import idempotent

KIND = "bulk"
BEGIN = Action("bulk.begin", "began to change many at once", Topic.BULK)
PART = 200  # things of an item that holds what was frozen
AT_ONCE = 20  # things of a transaction; PART is a multiple of it
MOST = 18_000  # things of a job: their parts are written in the transaction that begins it
TOO_MANY = Refused("More than 18,000 match. Choose fewer.")
NONE = Refused("Nothing is left to be changed.")
GONE = Refused("This cannot be done here any more.")


@dataclass(frozen=True, slots=True, repr=False)
class Planned:
    """What would be done: `change` are those that would become other, `same` how many are so already."""

    change: Sequence[Item]
    same: int
    digest: str  # of what would be changed, as it is now


def plan(entity: Entity, bulk: Bulk, asked: Asked, chosen: Sequence[str], reader: Reader) -> Planned:
    """Reads all of `chosen` (addresses), or all that match where none was chosen. Raises Refused for too many."""
    found = _matching(entity, asked, reader) if not chosen else list(chosen)
    if len(found) > MOST:
        raise TOO_MANY
    items = _items(entity, reader.scope, found)
    change = [item for item in items.values() if _news(bulk, item)]
    frozen = "\n".join(f"{entity.address(item)} {item.version}" for item in change)
    digest = hashlib.sha256(f"{bulk.name}\n{frozen}".encode()).hexdigest()[:32]
    return Planned(change, len(items) - len(change), digest)


def _matching(entity: Entity, asked: Asked, reader: Reader) -> list[str]:
    found = list[str]()
    for things in every(entity, asked, reader):
        found += [entity.address(each) for each in things]
        if len(found) > MOST:
            break
    return found


def _items(entity: Entity, scope: Scope, addresses: Sequence[str]) -> dict[str, Item]:
    """As the table has them now, in the order of `addresses`; another clinic's are not there."""
    places: dict[Key, str] = {}
    for address in addresses:
        if place := entity.key(scope, address):
            places[place] = address
    found = {each.key: each for each in get_many(scope, places).of(entity.model)}
    return {address: found[place] for place, address in places.items() if place in found}


def _news(bulk: Bulk, item: Item) -> dict[str, Any]:
    """What would be other: by attribute, what is there now."""
    return {name: getattr(item, name) for name, value in bulk.values.items() if getattr(item, name) != value}


# --- The job ---------------------------------------------------------------------------------------------------------


@idempotent
def begin(scope: Scope, *, entity: Entity, bulk: Bulk, planned: Planned, once: Once | None = None) -> str:
    """Freezes what was planned; nothing of it is done yet: see jobs.go_on. Returns the job's id."""
    _require(scope, entity)
    if not planned.change:
        raise NONE
    for item in planned.change:
        scope.must_hold(item)
    things = [[entity.address(item), int(item.version)] for item in planned.change]
    tx = Transaction(scope, once=once)
    parts = [things[first : first + PART] for first in range(0, len(things), PART)]
    id = clock.new_id()
    for number, part in enumerate(parts):
        at = keys.job_part(id, number)
        tx.put_row(
            {"PK": at.pk, "SK": at.sk, "id": f"{id}#{number}", "type": "JOB_PART", "things": part}, only_new=True
        )
    what = {"entity": entity.name, "bulk": bulk.name}
    note = f"{entity.many}: {bulk.label}"
    return jobs.begin(tx, id=id, kind=KIND, plan=what, total=len(things), action=BEGIN, note=note).id


def step(scope: Scope, job: Job) -> None:
    """The next twenty: those that are as they were frozen."""
    entity, bulk = of(job)
    _require(scope, entity)
    at, row, part = _part(scope, job, int(job.cursor))
    items, tx = _items(entity, scope, [address for address, _ in part]), jobs.transaction(scope, job)
    before, left = dict(row.get("before", {})), dict(row.get("left", {}))
    olds = list[Row]()
    for address, version in part:
        item = items.get(address)
        if item is None or int(item.version) != int(version):
            left[address] = "changed"
            continue
        olds.append({name: getattr(item, name) for name in bulk.values})
        before[address] = {name: value for name, value in olds[-1].items() if value is not None}
        tx.update(item, bulk.values)
    tx.change_row(at, sets={"before": before, "left": left})
    _end(tx, job, bulk, olds, len(part))


def undo_step(scope: Scope, job: Job) -> None:
    """The last twenty that were done: those that nobody has changed since become what they were."""
    entity, bulk = of(job)
    _require(scope, entity)
    at, row, part = _part(scope, job, (int(job.cursor) - 1) // AT_ONCE * AT_ONCE)
    items, tx = _items(entity, scope, [address for address, _ in part]), jobs.transaction(scope, job)
    before, left, kept = row.get("before", {}), row.get("left", {}), dict(row.get("kept", {}))
    olds = list[Row]()
    for address, version in part:
        item = items.get(address)
        if address in left:
            continue
        if item is None or int(item.version) != int(version) + 1:
            kept[address] = "changed"
            continue
        olds.append(dict.fromkeys(bulk.values) | before.get(address, {}))
        tx.update(item, olds[-1])
    tx.change_row(at, sets={"kept": kept})
    _end(tx, job, bulk, olds, len(part))


def _part(scope: Scope, job: Job, first: int) -> tuple[Key, Row, list[tuple[str, int]]]:
    """Where the twenty from `first` on are frozen, and they."""
    number, offset = divmod(first, PART)
    at = keys.job_part(job.id, number)
    row = find_row(scope, at)
    if row is None:
        raise GONE
    return at, row, row["things"][offset : offset + AT_ONCE]


def _end(tx: Transaction, job: Job, bulk: Bulk, olds: Sequence[Row], count: int) -> None:
    """`olds` is what each had that is changed, or is put back to it; where they differ, the event tells none."""
    jobs.move_on(tx, job, parts=count)
    back, changes = job.state == jobs.UNDOING, dict[str, list[Any]]()
    for name, value in bulk.values.items():
        first = olds[0][name] if olds else None
        old = first if all(each[name] == first for each in olds) else None
        changes[name] = [value, old] if back else [old, value]
    note = f"{'Taken back: ' if back else ''}{bulk.label}, {len(olds)} at once"
    tx.commit(Event(bulk.action, "JOB", job.id, changes=changes, note=note))
    forget()


def _require(scope: Scope, entity: Entity) -> None:
    for each in (*entity.needs, entity.write or entity.read):
        scope.require(each)


def of(job: Job) -> tuple[Entity, Bulk]:
    """Raises Refused where the entity or what was done to it is no more."""
    entity = entities().get(job.plan.get("entity", ""))
    bulk = entity.bulk_of(job.plan.get("bulk", "")) if entity else None
    if entity is None or bulk is None:
        raise GONE
    return entity, bulk


@dataclass(frozen=True, slots=True, repr=False)
class Outcome:
    """`left` were changed by somebody before their turn came, `kept` after the job and so not taken back: addresses."""

    left: list[str]
    kept: list[str]


def outcome(scope: Scope, job: Job) -> Outcome:
    rows = query(scope, keys.parts_of_job(job.id), limit=MOST // PART + 1).rows
    return Outcome(
        [each for row in rows for each in row.get("left", {})], [each for row in rows for each in row.get("kept", {})]
    )
