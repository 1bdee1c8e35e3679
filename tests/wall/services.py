"""Every service, called from clinic A with an object that was loaded in clinic B: the wall behind the views.

A hole is a sentence. There are none while the wall stands.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from importlib import import_module
from inspect import Parameter, signature
from pkgutil import walk_packages
from types import ModuleType
from typing import Any, get_args, get_origin, get_type_hints

import billing
import records
import scheduling
from clinnet.accounts.models import Clinic, Staff
from clinnet.jobs import services as job_services
from clinnet.jobs.models import Job
from clinnet.table import Scope
from clinnet.table.errors import ClinnetError
from patients import queries, services
from patients.models import Contact, Patient
from scheduling.appointments.services import booking
from scheduling.board.services.cards import Card
from scheduling.disruptions.services.apply import Fate
from scheduling.evening.services import End
from scheduling.models import Appointment, OtherDays, Room, VisitType, WaitlistEntry
from tests.wall import chart, money
from tests.wall.chart import recording
from tests.wall.schedule import loaded, values
from tests.wall.watch import watching
from tests.wall.world import World, patient_of


def _modules() -> Iterator[ModuleType]:
    yield services
    yield job_services
    for app in (records, scheduling, billing):
        for found in walk_packages(app.__path__, f"{app.__name__}."):
            if "services" in found.name.split(".") and "demo" not in found.name.split("."):
                yield import_module(found.name)


MODULES = tuple(_modules())
# Steps of others, which undo calls with what it has looked at; and what a person does without a form's token.
INNER = ("changing.change", "recording.recorded", "moving.change_day", "reassign.give_back", "services.filed")
WITHOUT_TOKEN = ("plan_series", "go_on", "record_bounce", "checkpoint")
ENTITIES = (Patient, Contact, Appointment, WaitlistEntry, Room, VisitType, Staff, OtherDays, Card, Job, Clinic,
            booking.Visit, Fate, End, *chart.ENTITIES, *money.ENTITIES)  # fmt: skip
# What a service takes besides objects, by name.
VALUES: Mapping[str, Any] = {
    "changes": {"notes": "x", "family_name": "Reached"},
    "data": {"family_name": "Reached", "given_name": "Reached"},
    "chosen": {},
    "wish": {"kind": "partner", "name": "Reached"},
    "tie": services.Tie(known={"kind": "partner"}, new={"kind": "partner"}),
    "reason": "Reached",
    "on": "2026-11-01",
    "test": True,
    "restricted": True,
    "mrn": "990099",
    "direction": "in",
    "channel": "phone",
    "text": "Reached",
}


def service_holes(own: World, foreign: World) -> Iterator[str]:
    for name, service in every_service().items():
        hints = get_type_hints(service)
        needed = [each for each in _parameters(service) if each != "scope" and each not in _rest(name)]
        more = [each for each in _further(service) if _entity_of(hints[each])]
        for theirs in [*({each} for each in [*needed, *more]), {*needed, *more}]:
            arguments = {
                each: _object(name, each, hints[each], foreign if each in theirs else own)
                for each in [*needed, *(each for each in more if each in theirs)]
            }
            if foreign.leaked(_written(own.scope, name, service, arguments)):
                yield f"{name} wrote what belongs to another clinic, given its {', '.join(sorted(theirs))}"


def _rest(service: str) -> Mapping[str, Any]:
    """What is no object, by name."""
    return VALUES if service in vars(services) else {**values(), **recording(), **money.VALUES}


def every_service() -> dict[str, Callable[..., Any]]:
    """Those that take a scope and something loaded."""
    found: dict[str, Callable[..., Any]] = {}
    for module in MODULES:
        for name, each in vars(module).items():
            if _is_one(module, name, each):
                found[f"{module.__name__}.{name}" if name in found else name] = each
    assert len(found) > 40
    return found


def _is_one(module: ModuleType, name: str, each: Any) -> bool:
    """What a person does, and what takes the token of a form: a module's own, or what a package offers."""
    own = getattr(each, "__module__", "").startswith(module.__name__)
    if name.startswith("_") or not callable(each) or isinstance(each, type) or not own:
        return False
    is_done = name in WITHOUT_TOKEN or "once" in signature(each).parameters
    if module is not services and (not is_done or f"{module.__name__}.{name}".endswith(INNER)):
        return False
    hints = get_type_hints(each)
    return hints.get("scope") is Scope and any(_entity_of(hint) for hint in hints.values())


def _entity_of(hint: Any) -> Any:
    """The entity in a hint: itself, several of it, or it or none."""
    if hint in ENTITIES:
        return hint
    return next((each for each in get_args(hint) if each in ENTITIES), None)


def _parameters(service: Callable[..., Any]) -> list[str]:
    given = signature(service).parameters.values()
    return [each.name for each in given if each.default is Parameter.empty]


def _further(service: Callable[..., Any]) -> list[str]:
    given = signature(service).parameters.values()
    return [each.name for each in given if each.default is not Parameter.empty]


def _object(service: str, name: str, hint: Any, world: World) -> Any:
    """Raises KeyError for a parameter without a fixture: write it here, in VALUES or in tests/wall/schedule.py."""
    patient, scope = patient_of(world), world.scope
    if service not in vars(services) and (entity := _entity_of(hint)) in chart.ENTITIES:
        return chart.loaded_chart(entity, scope, world.ids, world.word)
    if name in ("entry_id", "note_id", "recorded_id", "document_id", "letter_id"):
        return world.ids[name][1 if (service, name) == ("discard_note", "note_id") else 0]
    if service not in vars(services) and (entity := _entity_of(hint)) is not Patient:
        one = (
            money.loaded(service, entity, scope, world.ids)
            if entity in money.ENTITIES
            else loaded(service, entity, scope, world.ids, patient)
        )
        return [one] if get_origin(hint) in (Sequence, list, tuple) else one
    folded, other = (queries.folded(scope, id) for id in (world.first("folded"), world.first("other_id")))
    child = queries.patient(scope, world.first("child"))
    if name == "other":
        return {"undo_merge": folded, "unlink": child, "change_link": child}.get(service, other)
    if service == "change_patient":
        return child
    return {
        "patient": patient,
        "patients": [patient],
        "survivor": patient,
        "known": patient,
        "link_id": world.first("link_id"),
        "contact": queries.contact(scope, patient, world.first("contact_id")),
    }[name]


def _written(scope: Scope, name: str, service: Callable[..., Any], objects: Mapping[str, Any]) -> str:
    """What the table acknowledged: keys and values."""
    known = _rest(name)
    rest = {each: known[each] for each in _parameters(service) if each in known and each not in objects}
    with watching() as watch, suppress(ClinnetError):
        service(scope, **objects, **rest)
    return "\n".join(watch.done)
