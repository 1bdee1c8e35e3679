"""An event of the trail: who did what to which items, when, with an HMAC over all of it.

Each event names, for every entity it changed, the versions before and after, the event before and when that was: the
chain that the history of a thing and `verify_audit` follow.
"""

import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from clinnet.table import keys
from clinnet.table.scope import Scope
from clinnet.table.secrets import key_for
from clinnet.table.values import Row

_declared: dict[str, "Action"] = {}


class Topic(StrEnum):
    """What the trail is asked for across all people and days; each event of one has a row of its own there."""

    EXPORTS = "export"
    RESTRICTED = "restricted"
    UNUSUAL = "unusual"
    REFUSED = "refused"
    STAFF = "staff"
    SETTINGS = "settings"
    MERGES = "merge"
    ARCHIVED = "archive"
    BULK = "bulk"
    MONEY = "money"
    DRAWERS = "drawer"


@dataclass(frozen=True, slots=True)
class Action:
    """Something that people do, declared once, beside the service that does it: `Action("patient.merge", "folded …")`.

    `name` is what the table keeps, for good. `sentence` follows the name of whoever did it. Raises ValueError for a
    name that was declared before. `hushed`: told to those alone who may read the trail.
    """

    name: str
    sentence: str
    topic: Topic | None = None
    hushed: bool = False

    def __post_init__(self) -> None:
        if not self.sentence or _declared.setdefault(self.name, self) is not self:
            raise ValueError(f"{self.name} has no sentence, or is declared twice.")


def declared() -> Mapping[str, Action]:
    """The actions of all modules that are loaded, by name."""
    return _declared


def sentence(name: str) -> str:
    """What an action of the trail is called; one that an older or a newer Clinnet wrote is called by its name."""
    return _declared[name].sentence if name in _declared else name.replace(".", " ").replace("-", " ")


def is_hushed(name: str) -> bool:
    return name in _declared and _declared[name].hushed


@dataclass(frozen=True, slots=True)
class Event:
    """`action` is what was done; `entity` and `id` what it happened to; `patient` whose history shows it.

    `changes` maps an attribute to [before, after]; `note` is a sentence or a reason that a person gave; `about` tells
    the item from others of its kind, for the patient's history.
    """

    action: Action
    entity: str
    id: str
    patient: str = ""
    changes: Mapping[str, Any] = field(default_factory=dict)
    note: str = ""
    about: str = ""

    def __repr__(self) -> str:
        return f"<Event {self.action.name} {self.id}>"


def changed(item: object, values: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Of the values that an item is to have, those that differ, as an Event has them: before and after.

    `item` is None where it is new. What is empty is as if it were not there.
    """
    pairs = {name: [_unless_empty(getattr(item, name, None)), value] for name, value in values.items()}
    return {name: pair for name, pair in pairs.items() if pair[0] != _unless_empty(pair[1])}


def _unless_empty(value: Any) -> Any:
    return None if value in ("", [], {}) else value


def event_row(scope: Scope, event: Event, id: str, at: str, chain: Mapping[str, Any]) -> Row:
    """The event as the table keeps it, sealed with its HMAC."""
    clinic = scope.clinic or "-"
    place = keys.audit_event(clinic, at, id)
    actor = keys.audit_actor(clinic, scope.actor.id, at, id)
    row: Row = {
        "PK": place.pk, "SK": place.sk, "GSI1PK": actor.pk, "GSI1SK": actor.sk,
        "id": id, "type": "AUDIT", "clinicId": scope.clinic, "version": 1, "schema": 1, "createdAt": at,
        "action": event.action.name, "entity": event.entity, "entityId": event.id, "patientId": event.patient,
        "actorId": scope.actor.id, "session": scope.session,
        "line": {"action": event.action.name, "actor": scope.actor.name, "at": at, "note": event.note[:200],
                 "fields": sorted(event.changes)},
        "note": event.note, "changes": dict(event.changes), "chain": dict(chain),
    }  # fmt: skip
    if event.about:
        row["line"]["about"] = event.about
    if event.patient:
        history = keys.audit_patient(event.patient, at, id)
        row |= {"GSI2PK": history.pk, "GSI2SK": history.sk}
    return row | {"mac": mac(row), "macKey": "1"}


def topic_row(scope: Scope, event: Event, id: str, at: str) -> Row | None:
    """Where the event is found by its topic, if it has one. It says nothing of its own, so it has no HMAC."""
    if event.action.topic is None:
        return None
    place = keys.audit_topic(scope.clinic or "-", event.action.topic, at, id)
    return {"PK": place.pk, "SK": place.sk, "type": "TOPIC", "clinicId": scope.clinic}


def mac(row: Row) -> str:
    """The HMAC over a row's canonical content, without the mac itself and without empty values."""
    content = {
        name: value for name, value in row.items() if name not in ("mac", "macKey") and value not in (None, "", [], {})
    }
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=sorted)
    return hmac.new(key_for("trail 1"), text.encode(), "sha256").hexdigest()
