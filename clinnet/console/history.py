"""The history of one thing, newest first: each event names the one before it, so no index is needed."""

import copy
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from clinnet.accounts.access import ClinicRequest
from clinnet.accounts.permissions import Permission
from clinnet.conflicts import apart
from clinnet.console import reading
from clinnet.console.registry import BETWEEN, COPY, EVENT, Entity, entities
from clinnet.console.shows import Change, Reader, moment
from clinnet.forms.base import ClinicForm
from clinnet.table import Item, Row, Scope, cursors, find_row, keys
from clinnet.table.errors import NotFound
from clinnet.table.events import sentence

PAGE = 10
T = TypeVar("T", bound=Item)
F = TypeVar("F", bound=ClinicForm)


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


def address(event: Row) -> str:
    """How an event is named in the address of a form that begins with what was before it."""
    return f"{event['createdAt']}{BETWEEN}{event['id']}"


def before_event(scope: Scope, id: str, address: str) -> dict[str, Any]:
    """The values, by attribute, that an event took away from what has this id; none without an address.

    Raises NotFound for an event of something else, Denied for who may not read the trail.
    """
    if not address:
        return {}
    scope.require(Permission.AUDIT_READ)
    at, _, event_id = address.partition(BETWEEN)
    event = find_row(scope, keys.audit_event(scope.clinic_id, at, event_id), consistent=False) if event_id else None
    if event is None or event["entityId"] != id:
        raise NotFound
    return {name: old for name, (old, _) in pairs(event).items()}


def begun(request: ClinicRequest, item: T | None, make: Callable[[T | None], F]) -> F:
    """The form that `make` makes of an item; where the address names an event, of the item as it was before that. One
    of nothing begins as a copy, where the address names one.

    So what an event took away is put back by the app's own form and service, whose rules decide. The item itself is
    what the service gets. Raises NotFound for an event of something else, Denied for who may not read the trail.
    """
    if item is None and request.GET.get(COPY):
        return _copied(request, make)  # type: ignore[type-var]
    address = request.GET.get(EVENT, "")
    before = as_before(item, before_event(request.scope, item.id, address)) if item and address else item
    form = make(before)
    form.begun = form.puts_back = before is not item
    return form


def _copied(request: ClinicRequest, make: Callable[[T | None], F]) -> F:
    """A new one's form with the values of another one, but for those that no two may have. Raises NotFound, and
    Denied for who may not see the other."""
    page = request.resolver_match.view_name if request.resolver_match else ""
    entity = next((each for each in entities().values() if each.add and each.add.url == page), None)
    if entity is None or entity.unlike is None:
        raise NotFound
    for permission in entity.needs:
        request.scope.require(permission)
    one: Any = reading.one(entity, request.scope, request.GET[COPY])
    form, twin = make(None), make(one)
    form.initial = {**form.initial, **{name: value for name, value in twin.initial.items() if name in form.fields}}
    for name in entity.unlike:
        form.initial.pop(name, None)
    form.begun = True
    return form


def as_before(item: T, values: Mapping[str, Any]) -> T:
    """A copy of the item with these values, by attribute; what was not there has its default."""
    known, twin = item.get_attributes(), copy.copy(item)
    kept = {name: _default(known[name]) if old is None else old for name, old in values.items() if name in known}
    twin.attribute_values = {**item.attribute_values, **kept}
    return twin


def _default(attribute: Any) -> Any:
    return attribute.default() if callable(attribute.default) else attribute.default


def pairs(event: Row) -> Mapping[str, Any]:
    """What it changed: before and after, by attribute."""
    stored: Mapping[str, Any] = event.get("changes", {})
    return {name: pair for name, pair in stored.items() if isinstance(pair, list) and len(pair) == 2}


def may_put_back(event: Row, item: Item, entity: Entity) -> bool:
    """Whether it changed this alone, and took something away that the entity's form has."""
    taken = [name for name, (old, _) in pairs(event).items() if old is not None]
    fits = taken if entity.put_back is None else set(taken).intersection(entity.put_back)
    return bool(event["entityId"] == item.id and entity.change and fits)


@dataclass(frozen=True, slots=True, repr=False)
class Happened:
    """An event as people read it; `back_url` leads to the form that begins with what was before."""

    at: str
    when: str
    who: str
    what: str
    note: str
    changes: Sequence[Change]
    back_url: str = ""


def happened(event: Row, entity: Entity | None, reader: Reader) -> Happened:
    """`entity` is what it happened to; of what the console does not list, as a chart, no values are told."""
    line = event["line"]
    return Happened(
        line["at"],
        moment(line["at"], reader),
        line["actor"],
        sentence(line["action"]),
        event.get("note", ""),
        changes(event.get("changes", {}), entity, reader) if entity else (),
    )


def changes(stored: Mapping[str, Any], entity: Entity, reader: Reader) -> Sequence[Change]:
    """Before and after of each attribute, of a map of each of its parts."""
    if entity.changes:
        return entity.changes(stored, reader)
    found = {name: pair for name, pair in stored.items() if isinstance(pair, list) and len(pair) == 2}
    old, new = (apart({name: pair[side] for name, pair in found.items()}, {}) for side in (0, 1))
    return [
        Change(entity.label(path), entity.told(path, old.get(path), reader), entity.told(path, new.get(path), reader))
        for path in {**old, **new}
        if old.get(path) != new.get(path)
    ]
