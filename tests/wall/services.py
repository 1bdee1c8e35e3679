"""Every service, called from clinic A with an object that was loaded in clinic B: the wall behind the views.

A hole is a sentence. There are none while the wall stands.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from inspect import Parameter, signature
from typing import Any, get_args, get_type_hints

from clinnet.table import Scope
from clinnet.table.errors import ClinnetError
from patients import queries, services
from patients.models import Contact, Patient
from tests.wall.watch import watching
from tests.wall.world import World, patient_of

ENTITIES = (Patient, Contact)
# What a service takes besides objects, by name.
VALUES: Mapping[str, Any] = {
    "changes": {"notes": "x", "family_name": "Reached"},
    "data": {"family_name": "Reached", "given_name": "Reached"},
    "chosen": {},
    "wish": {"kind": "partner", "name": "Reached"},
    "tie": services.Tie(known={"kind": "partner"}, new={"kind": "partner"}),
    "reason": "Reached", "on": "2026-11-01", "test": True, "restricted": True, "mrn": "990099",
    "direction": "in", "channel": "phone", "text": "Reached",
}  # fmt: skip


def service_holes(own: World, foreign: World) -> Iterator[str]:
    for name, service in every_service().items():
        objects = [each for each in _parameters(service) if each != "scope" and each not in VALUES]
        for theirs in [*({each} for each in objects), set(objects)]:
            arguments = {each: _object(name, each, foreign if each in theirs else own) for each in objects}
            if foreign.leaked(_written(own.scope, service, arguments)):
                yield f"{name} wrote what belongs to another clinic, given its {', '.join(sorted(theirs))}"


def every_service() -> dict[str, Callable[..., Any]]:
    """Those that take a scope and something loaded."""
    found = {name: each for name, each in vars(services).items() if _is_one(name, each)}
    assert len(found) > 10
    return found


def _is_one(name: str, each: Any) -> bool:
    if (
        name.startswith("_")
        or not callable(each)
        or not getattr(each, "__module__", "").startswith("patients.services")
    ):
        return False
    hints = get_type_hints(each) if not isinstance(each, type) else {}
    return hints.get("scope") is Scope and any(_is_entity(hint) for hint in hints.values())


def _is_entity(hint: Any) -> bool:
    return hint in ENTITIES or any(each in ENTITIES for each in get_args(hint))


def _parameters(service: Callable[..., Any]) -> list[str]:
    given = signature(service).parameters.values()
    return [each.name for each in given if each.default is Parameter.empty]


def _object(service: str, name: str, world: World) -> Any:
    """Raises KeyError for a parameter without a fixture: write it here or in VALUES."""
    patient, scope = patient_of(world), world.scope
    folded, other = (queries.folded(scope, id) for id in (world.first("folded"), world.first("other_id")))
    child = queries.patient(scope, world.first("child"))
    if name == "other":
        return {"undo_merge": folded, "unlink": child, "change_link": child}.get(service, other)
    return {
        "patient": patient, "survivor": patient, "known": patient, "link_id": world.first("link_id"),
        "contact": queries.contact(scope, patient, world.first("contact_id")),
    }[name]  # fmt: skip


def _written(scope: Scope, service: Callable[..., Any], objects: Mapping[str, Any]) -> str:
    """What the table acknowledged: keys and values."""
    rest = {each: VALUES[each] for each in _parameters(service) if each in VALUES}
    with watching() as watch, suppress(ClinnetError):
        service(scope=scope, **objects, **rest)
    return "\n".join(watch.done)
