"""FHIR R4 (and R5's few other names) Encounter and Appointment to a visit. Pure: no Django, no table, no clock."""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from patients.fhir.aside import (
    LONGEST_ASIDE,
    extension_name,
    narrative,
    person_words,
    words,
)
from patients.fhir.identity import is_placeholder
from patients.fhir.parts import (
    EARLIEST_YEAR,
    BadResource,
    Json,
    Resource,
    Version,
    label,
    moment,
    partial_date,
    text,
    thing,
    things,
    version,
)
from patients.fhir.whose import Whose, whose
from scheduling.fhir.participants import PLACES, participants, people, pointed_at

_FLOATING = re.compile(r"T[\d:.]+$")
KINDS = ("Encounter", "Appointment")
ERROR = "error"  # entered in error: takes away what was imported of it
# Ours by theirs; what is not here is not taken. Before it has been, an appointment is one that comes.
ENCOUNTERS = {
    "finished": "left", "in-progress": "left", "arrived": "left", "triaged": "left", "onleave": "left",
    "completed": "left", "discharged": "left", "on-hold": "left", "discontinued": "left", "unknown": "left",
    "planned": "booked", "cancelled": "cancelled", "entered-in-error": ERROR,
}  # fmt: skip
APPOINTMENTS = {
    "fulfilled": "left",
    "arrived": "left",
    "checked-in": "left",
    "booked": "booked",
    "pending": "booked",
    "proposed": "booked",
    "waitlist": "booked",
    "cancelled": "cancelled",
    "noshow": "noshow",
    "entered-in-error": ERROR,
}
LONGEST = timedelta(hours=10)
MINUTES = {"min": 1, "h": 60, "hr": 60, "minute": 1, "minutes": 1, "hour": 60, "hours": 60}
# What is read elsewhere, is told by its effect, or is how the other system worked: places in its own tables.
# fmt: off
READ = frozenset((
    "resourceType", "id", "meta", "text", "implicitRules", "language", "contained", "identifier", "status", "subject",
    "patient", "period", "actualPeriod", "plannedStartDate", "plannedEndDate", "start", "end", "minutesDuration",
    "length", "actualDuration", "participant", "requestedPeriod", "cancelationReason", "cancellationReason", "reason",
    "reasonCode", "reasonReference", "description", "comment", "type", "appointmentType", "serviceType", "location",
    "serviceProvider", "class", "slot", "appointment", "created", "statusHistory", "classHistory", "account",
    "extension",
))
# fmt: on
CLASSES = {
    "VR": "virtual",
    "EMER": "emergency",
    "IMP": "inpatient",
    "ACUTE": "inpatient",
    "HH": "at home",
    "FLD": "in the field",
    "OBSENC": "observation",
    "SS": "short stay",
    "AMB": "",
}
# Of a status: told, as ours says less.
OTHERWISE = ("proposed", "pending", "waitlist", "on-hold", "onleave", "discontinued", "unknown")
SEVERAL = "It names several patients; it stands on the page of the first whom the files know."


@dataclass(frozen=True, repr=False)
class Visit:
    """`patient` says whose it is, surest first; `key` finds it again in a later import.

    `is_global`: the key is one in all sources; else it is one among those of its patient's source. `old_keys` are
    those of earlier releases. `minutes` is 0 where the source does not say, or says more than a visit can last.
    `day_only`: the time is not known, and `start` noon. `digest` is of all that the resource says.
    """

    key: str
    is_global: bool
    old_key: str
    kind: str
    patient: list[Whose]
    start: datetime
    minutes: int
    state: str
    type: str = ""
    reason: str = field(default="", repr=False)
    practitioners: tuple[str, ...] = ()
    with_them: tuple[str, ...] = field(default=(), repr=False)  # others who came or were asked to
    place: str = ""
    where: str = ""
    why: str = field(default="", repr=False)  # of a cancellation
    day_only: bool = False
    last_day: str = ""  # of a stay that is longer than a visit can be
    besides: tuple[str, ...] = field(default=(), repr=False)  # lines of what has no field of its own
    floating: bool = False  # a time without a zone: `start` has it as if it were UTC
    booked_for: datetime | None = None  # where it took place at another time
    names: tuple[tuple[str, bool], ...] = ()  # of an Appointment, or by which an Encounter calls it; whether global
    digest: str = ""
    version: Version = field(default_factory=Version)
    notes: tuple[str, ...] = ()


def visit(resource: Resource) -> Visit:
    """Raises BadResource with the sentence that says why it cannot be one."""
    body, state = resource.body, _state(resource.kind, resource.body)
    period = _period(resource.kind, body)
    written = (
        period.get("start") or _proposed(body).get("start") or text(period.get("end"), 40)[:10]
    )  # its day at least
    start, end = moment(written), moment(period.get("end"))
    if (
        end
        and ("T" in text(written, 40)) != ("T" in text(period.get("end"), 40))
        and end.date() == (start or end).date()
    ):
        end = None  # a day alone does not say how long a visit of that day was
    if start is None and state != ERROR:
        raise BadResource(f"This {resource.kind} has no time that can be read; left out.")
    actors = (each.get("actor") for each in things(body.get("participant")))
    patient = list(whose([body.get("subject"), body.get("patient"), *actors], body.get("contained")))
    if not patient:
        raise BadResource(f"This {resource.kind} does not say whose it is; left out.")
    start = start or datetime.min.replace(tzinfo=UTC, year=EARLIEST_YEAR)
    key, is_global = _key(resource, patient)
    who, others = participants(resource)
    reversed_ = ("It ends before it starts; its length is not known.",) if end and end < start else ()
    several = (SEVERAL,) if _patients(resource) > 1 else ()
    long = end is not None and end - start > LONGEST
    said = {name: value for name, value in body.items() if name not in ("meta", "text", "id")}
    return Visit(
        key, is_global, _old_key(resource, patient), resource.kind, patient, start, _minutes(body, start, end), state,
        _type(body), _reason(body), who, others, _place(resource), resource.where,
        label(body.get("cancelationReason")) or label(body.get("cancellationReason")),
        day_only="T" not in text(written, 40), floating=bool(_FLOATING.search(text(written, 40))),
        besides=tuple(_besides(resource)), last_day=partial_date(period.get("end")) if long else "",
        digest=hashlib.sha256(json.dumps(said, sort_keys=True, default=str).encode()).hexdigest()[:32],
        names=tuple(_names(resource)), version=version(body), notes=(*reversed_, *several),
    )  # fmt: skip


def _state(kind: str, body: Json) -> str:
    status = text(body.get("status"), 40).lower()
    state = (ENCOUNTERS if kind == "Encounter" else APPOINTMENTS).get(status)
    if state is None:
        raise BadResource(f"The status of this {kind} is not one that is understood; left out.")
    return state


def _period(kind: str, body: Json) -> Json:
    if kind == "Appointment":
        return body
    return (
        thing(body.get("period"))
        or thing(body.get("actualPeriod"))
        or {"start": body.get("plannedStartDate"), "end": body.get("plannedEndDate")}
    )


def _proposed(body: Json) -> Json:
    """A proposed appointment has periods that would do, instead of a time."""
    periods = things(body.get("requestedPeriod"))
    return periods[0] if periods else {}


def _minutes(body: Json, start: datetime, end: datetime | None) -> int:
    said = body.get("minutesDuration")
    if isinstance(said, int) and not isinstance(said, bool) and 0 < said <= LONGEST.total_seconds() / 60:
        return said
    if end and timedelta() < end - start <= LONGEST:
        return max(1, round((end - start).total_seconds() / 60))
    length = thing(body.get("length") or body.get("actualDuration"))
    minutes = MINUTES.get(text(length.get("code")) or text(length.get("unit")), 0)
    told = length.get("value") if not end and isinstance(length.get("value"), int | float) else 0
    return round(told * minutes) if told and 0 < told * minutes <= LONGEST.total_seconds() / 60 else 0


# --- Which visit it is -----------------------------------------------------------------------------------------------


def _key(resource: Resource, patient: list[Whose]) -> tuple[str, bool]:
    """What says "the same visit" in every export: its number elsewhere, else its address, else its id."""
    for each in things(resource.body.get("identifier")):
        system, value = text(each.get("system")), text(each.get("value"))
        if system and value and not is_placeholder(value) and text(each.get("use")) not in ("old", "temp"):
            return f"{resource.kind} {system}|{value}", True
    if resource.url.startswith("http"):
        return f"{resource.kind} {resource.url}", True
    if own := text(resource.body.get("id")) or resource.url:
        return f"{resource.kind} {own}", False
    return _old_key(resource, patient), False


def _names(resource: Resource) -> Iterator[tuple[str, bool]]:
    """Of an Appointment, or by which an Encounter calls it: a number, an address, an id; each as `_key` has it."""
    body, base = resource.body, "/".join(resource.url.split("/")[:-2]) if resource.url.startswith("http") else ""
    if resource.kind == "Appointment":
        yield from _calls({"reference": resource.url, "identifier": body.get("identifier")}, "")
        yield from ((own, False) for own in [text(body.get("id"))] if own)
    else:
        for reference in things(body.get("appointment")):
            yield from _calls(reference, base)


def _calls(reference: Mapping[str, object], base: str) -> Iterator[tuple[str, bool]]:
    target = text(reference.get("reference"), 500).partition("/_history")[0]
    if base and target.startswith("Appointment/"):
        yield f"{base}/{target}", True
    if target.startswith("http"):
        yield target, True
    if target and not target.startswith("#"):
        yield target if target.startswith("urn:") else target.split("/")[-1], False
    for each in things(reference.get("identifier")):
        system, value = text(each.get("system")), text(each.get("value"))
        if system and value and not is_placeholder(value):
            yield f"{system}|{value}", True


def _old_key(resource: Resource, patient: list[Whose]) -> str:
    """As earlier releases had it, with the start where it has no number of its own."""
    body = resource.body
    for each in things(body.get("identifier")):
        if text(each.get("system")) and text(each.get("value")):
            return f"{resource.kind} {text(each.get('system'))}|{text(each.get('value'))}"
    if resource.url and not resource.url.startswith("urn:uuid:"):
        return f"{resource.kind} {resource.url}"
    period = thing(body.get("period")) or body
    first = patient[0].reference or next(
        (f"identifier {each['system']}|{each['value']}" for each in patient[0].numbers.get("identifiers", [])), ""
    )
    parts = [text(body.get("id")) or resource.url, text(period.get("start")), first]
    return f"{resource.kind} " + " ".join(parts)


# --- What it was about -----------------------------------------------------------------------------------------------


def _types(body: Json) -> list[str]:
    """In words: a bare code says nothing to a person."""
    names = ("type", "appointmentType", "serviceType")
    said = [label(thing(each.get("concept")) or each) for name in names for each in things(body.get(name))]
    return list(dict.fromkeys(each for each in said if each and not re.fullmatch(r"[\d.-]+", each)))


def _type(body: Json) -> str:
    return next(iter(_types(body)), "")


def _reason(body: Json) -> str:
    told = [label(each) for name in ("reasonCode", "reason") for each in things(body.get(name))]
    values = [value for each in things(body.get("reason")) for value in things(each.get("value"))]
    coded = [*things(body.get("reason")), *values]
    told += [label(each.get("concept")) for each in coded]  # R5
    references = [*things(body.get("reasonReference")), *(thing(each.get("reference")) for each in coded)]
    told += [text(each.get("display")) for each in references]
    told += [text(body.get("description"), LONGEST_ASIDE), text(body.get("comment"), LONGEST_ASIDE)]
    return "; ".join(dict.fromkeys(each for each in told if each))


def _patients(resource: Resource) -> int:
    actors = [thing(each.get("actor")) for each in things(resource.body.get("participant"))]
    return len({text(each.get("reference")) for each in actors if pointed_at(resource, each)[0] == "Patient"})


def _place(resource: Resource) -> str:
    return next(iter(_places(resource)), "")


def _places(resource: Resource) -> list[str]:
    listed = [thing(each.get("location")) for each in things(resource.body.get("location"))]
    actors = [thing(each.get("actor")) for each in things(resource.body.get("participant"))]
    at = [each for each in actors if pointed_at(resource, each)[0] in PLACES]
    references = [*at, thing(resource.body.get("serviceProvider")), *listed]
    names = [pointed_at(resource, each)[1][:100] for each in references if each]
    return list(dict.fromkeys(each for each in names if each))


# --- What has no field of its own ------------------------------------------------------------------------------------


def _besides(resource: Resource) -> Iterator[str]:
    """In lines for people: "Priority: urgent"."""
    body = resource.body
    kinds = [concept for each in things(body.get("class")) for concept in things(each.get("coding")) or [each]]
    said = (CLASSES.get(text(each.get("code")), text(each.get("display"))) for each in kinds)
    status = text(body.get("status"), 40).lower()
    told = {
        "Status in the file": status if status in OTHERWISE else "",
        "Type": "; ".join(_types(body)[1:]),
        "Place": "; ".join(_places(resource)[1:]),
        "Kind of visit": "; ".join(dict.fromkeys(filter(None, said))),
    }
    for _, name, role in people(resource):
        if role:
            told[role] = "; ".join(filter(None, (told.get(role), name)))
    told |= {
        extension_name(name.lstrip("_")): words(_without_addresses(resource, body[name]))
        for name in sorted(body.keys() - READ)
    }
    told["Answer of the patient"] = "declined" if _is_declined(resource) else ""
    told["Appointment"] = "; ".join(text(each.get("display")) for each in things(body.get("appointment")))
    told |= {
        "": words({"extension": _without_addresses(resource, body.get("extension"))}),
        "Text in the file": narrative(body),
    }
    for name, value in told.items():
        if value:
            yield f"{name}: {value}" if name else value


def _is_declined(resource: Resource) -> bool:
    listed = things(resource.body.get("participant"))
    said = [each for each in listed if text(each.get("status")) == "declined"]
    return any(pointed_at(resource, thing(each.get("actor")))[0] == "Patient" for each in said)


def _without_addresses(resource: Resource, value: object) -> object:
    """References as what they point at is called; those to nothing that the file names are left away."""
    if isinstance(value, list):
        return [kept for each in value if (kept := _without_addresses(resource, each)) not in ({}, [], "", None)]
    if not isinstance(value, dict):
        return value
    if "reference" in value:
        return person_words(value, resource.beside, resource.body.get("contained"))
    if set(value) <= {"identifier", "display", "type"} and isinstance(value.get("identifier"), dict):
        return text(value.get("display")) or text(value["identifier"].get("value"))
    kept = {name: _without_addresses(resource, each) for name, each in value.items() if name != "id"}
    return {name: each for name, each in kept.items() if each not in ({}, [], "", None)}
