"""The history of one thing, newest first: each event names the one before it, so no index is needed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from clinnet.conflicts import apart
from clinnet.console.registry import Entity
from clinnet.console.shows import Change, Reader, moment
from clinnet.table import Item, Row, Scope, cursors, find_row, keys
from clinnet.table.events import sentence

PAGE = 10


@dataclass(frozen=True, slots=True, repr=False)
class Past:
    """Some events of a thing. `next` leads to older ones; `is_broken`: an event that another one names is not there."""

    events: list[Row]
    next: str = ""
    is_broken: bool = False


def past(scope: Scope, item: Item, cursor: str = "") -> Past:
    """A page of it: one read an event. Raises NotFound for a cursor that is not this thing's."""
    id, at = item.last_event or "", item.updated_at or ""
    if cursor:
        place = cursors.unseal(scope, _view(item), cursor)
        id, at = place["id"], place["at"]
    found: list[Row] = []
    while id and len(found) < PAGE:
        event = find_row(scope, keys.audit_event(scope.clinic_id, at, id), consistent=False)
        if event is None:
            return Past(found, is_broken=True)
        found.append(event)
        id, at = before(event, item.sk)
    return Past(found, cursors.seal(scope, _view(item), {"id": id, "at": at}) if id else "")


def before(event: Row, sk: str) -> tuple[str, str]:
    """The id and the time of the event before this one, of the item with this sort key; empty at its beginning."""
    link = event.get("chain", {}).get(sk, ())
    return (link[2], link[3]) if len(link) > 3 else ("", "")


def _view(item: Item) -> str:
    return f"history {item.pk} {item.sk}"


@dataclass(frozen=True, slots=True, repr=False)
class Happened:
    """An event as people read it."""

    at: str
    when: str
    who: str
    what: str
    note: str
    changes: Sequence[Change]


def happened(event: Row, entity: Entity | None, reader: Reader) -> Happened:
    """`entity` is what it happened to; of what the console does not list, as a chart, no values are told."""
    line = event["line"]
    return Happened(
        line["at"], moment(line["at"], reader), line["actor"], sentence(line["action"]), event.get("note", ""),
        changes(event.get("changes", {}), entity, reader) if entity else (),
    )  # fmt: skip


def changes(stored: Mapping[str, Any], entity: Entity, reader: Reader) -> Sequence[Change]:
    """Before and after of each attribute, of a map of each of its parts."""
    if entity.changes:
        return entity.changes(stored, reader)
    pairs = {name: pair for name, pair in stored.items() if isinstance(pair, list) and len(pair) == 2}
    old, new = (apart({name: pair[side] for name, pair in pairs.items()}, {}) for side in (0, 1))
    return [
        Change(entity.label(path), entity.told(path, old.get(path), reader), entity.told(path, new.get(path), reader))
        for path in {**old, **new}
        if old.get(path) != new.get(path)
    ]
