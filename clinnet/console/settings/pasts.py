"""What was changed in the settings. To put values back, the form begins with what an event took away."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from clinnet.accounts.permissions import Permission
from clinnet.addresses import reverse
from clinnet.console import history
from clinnet.console.history import Happened
from clinnet.console.registry import words_of
from clinnet.console.settings.declared import Subject, by_name, subjects
from clinnet.console.shows import Change, Reader, plain
from clinnet.table import Row, Scope, find_row, keys
from clinnet.table.errors import NotFound

BETWEEN = "~"  # the time and the id of an event, in an address


@dataclass(frozen=True, slots=True, repr=False)
class Told:
    """`urls` lead to the forms that begin with what was before: a subject's name, and where."""

    event: Happened
    changes: list[Change]
    urls: list[tuple[str, str]]


def told(event: Row, reader: Reader) -> Told:
    pairs = _pairs(event)
    known = by_name()
    changes = [
        Change(known[name].label, known[name].told(old, reader), known[name].told(new, reader))
        if name in known else Change(words_of(name), plain(old, reader), plain(new, reader))
        for name, (old, new) in pairs.items()
    ]  # fmt: skip
    urls = [
        (each.label, f"{_form(each, reader)}?back={event['createdAt']}{BETWEEN}{event['id']}")
        for each in subjects(reader.scope) if {one.name for one in each.changeable} & set(pairs)
    ]  # fmt: skip
    return Told(history.happened(event, None, reader), changes, urls)


def _form(subject: Subject, reader: Reader) -> str:
    return reverse(f"console:settings-{subject.name}", args=[reader.scope.clinic_id])


def values(scope: Scope, subject: Subject, address: str) -> dict[str, Any] | None:
    """What the settings of the subject were before this event; None without one. Raises NotFound."""
    if not address:
        return None
    scope.require(Permission.AUDIT_READ)
    at, _, id = address.partition(BETWEEN)
    event = find_row(scope, keys.audit_event(scope.clinic_id, at, id), consistent=False) if at and id else None
    if event is None or event["entity"] != "CLINIC":
        raise NotFound
    pairs = _pairs(event)
    return {each.name: pairs[each.name][0] for each in subject.changeable if each.name in pairs}


def _pairs(event: Row) -> Mapping[str, Any]:
    changes: Mapping[str, Any] = event.get("changes", {})
    return {name: pair for name, pair in changes.items() if isinstance(pair, list) and len(pair) == 2}
