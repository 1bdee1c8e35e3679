"""FHIR R4 (and R5's few other names) Encounter and Appointment to a visit. Pure: no Django, no table, no clock."""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from urllib.parse import unquote

from patients.fhir.aside import reference_words, target_of
from patients.fhir.identity import identity, is_placeholder
from patients.fhir.names import names
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
from patients.rules.shape import PatientData

KINDS = ("Encounter", "Appointment")
ERROR = "error"  # entered in error: takes away what was imported of it
# Ours by theirs; what is not here is not taken. Before it has been, an appointment is one that comes.
ENCOUNTERS = {
    "finished": "left", "in-progress": "left", "arrived": "left", "triaged": "left", "onleave": "left",
    "completed": "left", "discharged": "left", "planned": "booked", "cancelled": "cancelled",
    "entered-in-error": ERROR,
}  # fmt: skip
APPOINTMENTS = {
    "fulfilled": "left", "arrived": "left", "checked-in": "left", "booked": "booked", "pending": "booked",
    "proposed": "booked", "waitlist": "booked", "cancelled": "cancelled", "noshow": "noshow",
    "entered-in-error": ERROR,
}  # fmt: skip
LONGEST = timedelta(hours=10)
SEVERAL = "It names several patients; it stands on the page of the first whom the files know."
PRACTITIONERS = ("Practitioner", "PractitionerRole", "CareTeam")
PLACES = ("Location", "Organization", "HealthcareService")


@dataclass(frozen=True, repr=False)
class Whose:
    """One thing that may say whose a visit is: a reference, numbers, and of a contained patient name and birth."""

    reference: str = ""
    display: str = field(default="", repr=False)
    numbers: PatientData = field(default_factory=PatientData, repr=False)
    person: PatientData = field(default_factory=PatientData, repr=False)


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
    digest: str = ""
    version: Version = field(default_factory=Version)
    notes: tuple[str, ...] = ()


def visit(resource: Resource) -> Visit:
    """Raises BadResource with the sentence that says why it cannot be one."""
    body, state = resource.body, _state(resource.kind, resource.body)
    period = _period(resource.kind, body)
    written = period.get("start") or _proposed(body).get("start")
    start, end = moment(written), moment(period.get("end"))
    if (
        end
        and ("T" in text(written, 40)) != ("T" in text(period.get("end"), 40))
        and end.date() == (start or end).date()
    ):
        end = None  # a day alone does not say how long a visit of that day was
    if start is None and state != ERROR:
        raise BadResource(f"This {resource.kind} has no time that can be read; left out.")
    patient = list(_patient(body))
    if not patient:
        raise BadResource(f"This {resource.kind} does not say whose it is; left out.")
    start = start or datetime.min.replace(tzinfo=UTC, year=EARLIEST_YEAR)
    key, is_global = _key(resource, patient)
    people, others = _participants(resource)
    reversed_ = ("It ends before it starts; its length is not known.",) if end and end < start else ()
    several = (SEVERAL,) if _patients(resource) > 1 else ()
    long = end is not None and end - start > LONGEST
    said = {name: value for name, value in body.items() if name not in ("meta", "text", "id")}
    return Visit(
        key, is_global, _old_key(resource, patient), resource.kind, patient, start, _minutes(body, start, end), state,
        _type(body), _reason(body), people, others, _place(resource), resource.where,
        label(body.get("cancelationReason")) or label(body.get("cancellationReason")),
        day_only="T" not in text(written, 40), last_day=partial_date(period.get("end")) if long else "",
        digest=hashlib.sha256(json.dumps(said, sort_keys=True, default=str).encode()).hexdigest()[:32],
        version=version(body), notes=(*reversed_, *several),
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
    return thing(body.get("period")) or thing(body.get("actualPeriod")) or {
        "start": body.get("plannedStartDate"), "end": body.get("plannedEndDate")}  # fmt: skip


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
    return 0


# --- Whose it is -----------------------------------------------------------------------------------------------------


def _patient(body: Json) -> Iterator[Whose]:
    actors = [thing(each.get("actor")) for each in things(body.get("participant"))]
    for reference in [thing(body.get("subject")), thing(body.get("patient")), *actors]:
        target, kind = text(reference.get("reference"), 500), text(reference.get("type"))
        numbers = _numbers({"identifier": reference.get("identifier")}) if kind in ("", "Patient") else {}
        if target.startswith("Patient?") and "identifier=" in target:
            system, _, value = unquote(target.partition("identifier=")[2].partition("&")[0]).partition("|")
            yield Whose(numbers=_numbers({"identifier": {"system": system, "value": value}}))
        elif target.startswith("#"):
            inside = next((each for each in things(body.get("contained")) if f"#{text(each.get('id'))}" == target), {})
            if text(inside.get("resourceType")) == "Patient" and (numbers := _numbers(inside)):
                yield Whose(numbers=numbers, person=_person(inside))
        elif _is_patient(target, kind):
            yield Whose(target.partition("/_history")[0], text(reference.get("display")), numbers)
        elif numbers and not target:
            yield Whose(numbers=numbers)


def _is_patient(target: str, kind: str) -> bool:
    if not target:
        return False
    return kind == "Patient" or target.startswith(("urn:", "Patient/")) or "/Patient/" in target


def _numbers(body: Json) -> PatientData:
    """The numbers that no two people share."""
    known = identity(body, date.min)
    found: PatientData = {"national_id": known.national_id} if known.national_id else {}
    if known.identifiers:
        found["identifiers"] = known.identifiers
    return found


def _person(body: Json) -> PatientData:
    found, _ = names(body, synthetic=False, today=date.min)
    if born := partial_date(body.get("birthDate")):
        found["birth_date"] = born
    return found


# --- Which visit it is -----------------------------------------------------------------------------------------------


def _key(resource: Resource, patient: list[Whose]) -> tuple[str, bool]:
    """What says "the same visit" in every export: its number elsewhere, else its address, else its id."""
    for each in things(resource.body.get("identifier")):
        system, value = text(each.get("system")), text(each.get("value"))
        if system and value and not is_placeholder(value) and text(each.get("use")) not in ("old", "temp"):
            return f"{resource.kind} {system}|{value}", True
    if resource.url.startswith("http"):
        return f"{resource.kind} {resource.url.partition('/_history')[0]}", True
    if own := text(resource.body.get("id")) or resource.url:
        return f"{resource.kind} {own}", False
    return _old_key(resource, patient), False


def _old_key(resource: Resource, patient: list[Whose]) -> str:
    """As earlier releases had it, with the start where it has no number of its own."""
    body = resource.body
    for each in things(body.get("identifier")):
        if text(each.get("system")) and text(each.get("value")):
            return f"{resource.kind} {text(each.get('system'))}|{text(each.get('value'))}"
    if resource.url and not resource.url.startswith("urn:uuid:"):
        return f"{resource.kind} {resource.url}"
    period = thing(body.get("period")) or body
    first = patient[0].reference or next((f"identifier {each['system']}|{each['value']}"
                                          for each in patient[0].numbers.get("identifiers", [])), "")  # fmt: skip
    parts = [text(body.get("id")) or resource.url, text(period.get("start")), first]
    return f"{resource.kind} " + " ".join(parts)


# --- What it was about -----------------------------------------------------------------------------------------------


def _type(body: Json) -> str:
    """In words: a bare code says nothing to a person."""
    concepts = [*things(body.get("type")), *things(body.get("appointmentType")), *things(body.get("serviceType"))]
    said = (label(thing(each.get("concept")) or each) for each in concepts)
    return next((each for each in said if not re.fullmatch(r"[\d.-]+", each) and each), "")


def _reason(body: Json) -> str:
    told = [label(each) for name in ("reasonCode", "reason") for each in things(body.get(name))]
    values = [value for each in things(body.get("reason")) for value in things(each.get("value"))]
    told += [label(value.get("concept")) for value in values]  # R5
    told += [text(each.get("display")) for each in things(body.get("reasonReference"))]
    told += [text(body.get("description")), text(body.get("comment"))]
    return "; ".join(dict.fromkeys(each for each in told if each))[:250]


def _participants(resource: Resource) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Who treats, and who else was there, by what each reference points at; not the patient, nor a room."""
    people, others = dict[str, None](), dict[str, None]()
    for each in things(resource.body.get("participant")):
        reference = thing(each.get("individual")) or thing(each.get("actor"))
        kind, words = _pointed_at(resource, reference)
        if kind in ("Patient", "Group", *PLACES) or not words:
            continue
        (people if kind in PRACTITIONERS or not kind else others)[words[:100]] = None
    return tuple(people), tuple(others)


def _pointed_at(resource: Resource, reference: Mapping[str, object]) -> tuple[str, str]:
    """The kind of what is meant, "" where nothing says it, and its name."""
    contained = resource.body.get("contained")
    body = target_of(reference, resource.beside, contained)
    target = text(reference.get("reference"), 500).partition("/_history")[0]
    pointed = target.split("/")[-2] if "/" in target and not target.startswith("urn:") else ""
    kind = text(body.get("resourceType")) or text(reference.get("type")) or pointed
    words = reference_words(reference, resource.beside, contained)
    if kind == "PractitionerRole" and body and not text(reference.get("display")):
        words = reference_words(body.get("practitioner"), resource.beside, contained)
    unknown = target.startswith("urn:") and not kind and not text(reference.get("display"))
    return kind, "" if words == text(reference.get("reference"), 500) or unknown else words


def _patients(resource: Resource) -> int:
    actors = [thing(each.get("actor")) for each in things(resource.body.get("participant"))]
    return len({text(each.get("reference")) for each in actors if _pointed_at(resource, each)[0] == "Patient"})


def _place(resource: Resource) -> str:
    listed = [thing(each.get("location")) for each in things(resource.body.get("location"))]
    actors = [thing(each.get("actor")) for each in things(resource.body.get("participant"))]
    at = [each for each in actors if _pointed_at(resource, each)[0] in PLACES]
    for reference in [*at, thing(resource.body.get("serviceProvider")), *listed]:
        words = _pointed_at(resource, reference)[1] if reference else ""
        if words:
            return words[:100]
    return ""
