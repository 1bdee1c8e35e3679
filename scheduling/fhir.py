"""FHIR R4 Encounter and Appointment to a visit. Pure: no Django, no table, no clock."""

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from urllib.parse import unquote

from patients.fhir.aside import reference_words
from patients.fhir.parts import EARLIEST_YEAR, BadResource, Json, Resource, label, text, thing, things

KINDS = ("Encounter", "Appointment")
# Ours by theirs; what is not here is not taken. Before it has been, an appointment is one that comes.
ENCOUNTERS = {
    "finished": "left", "in-progress": "left", "arrived": "left", "triaged": "left", "onleave": "left",
    "completed": "left", "discharged": "left", "planned": "booked", "cancelled": "cancelled",
}  # fmt: skip
APPOINTMENTS = {
    "fulfilled": "left", "arrived": "left", "checked-in": "left", "booked": "booked", "pending": "booked",
    "proposed": "booked", "waitlist": "booked", "cancelled": "cancelled", "noshow": "noshow",
}  # fmt: skip
LONGEST = timedelta(hours=10)
LATEST_YEAR = 2200
NOON = "T12:00:00+00:00"
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})?)?")


@dataclass(frozen=True, repr=False)
class Visit:
    """`patient` are references that may say whose it is, surest first; `key` finds it again in a later import.

    `minutes` is 0 where the source does not say, or says more than a visit can last.
    """

    key: str
    kind: str
    patient: list[str]
    start: datetime
    minutes: int
    state: str
    type: str = ""
    reason: str = field(default="", repr=False)
    practitioner: str = ""
    place: str = ""
    where: str = ""
    why: str = field(default="", repr=False)  # of a cancellation


def visit(resource: Resource) -> Visit:
    """Raises BadResource with the sentence that says why it cannot be one."""
    body = resource.body
    state = _state(resource.kind, body)
    period = thing(body.get("period")) if resource.kind == "Encounter" else body
    start = moment(period.get("start")) or moment(_proposed(body).get("start"))
    if start is None:
        raise BadResource(f"This {resource.kind} has no time that can be read; left out.")
    patient = _patient(body)
    if not patient:
        raise BadResource(f"This {resource.kind} does not say whose it is; left out.")
    return Visit(
        _key(resource), resource.kind, patient, start, _minutes(body, start, moment(period.get("end"))), state,
        _type(body), _reason(body), _person(resource), _place(resource), resource.where,
        label(body.get("cancelationReason")) or label(body.get("cancellationReason")),
    )  # fmt: skip


def _state(kind: str, body: Json) -> str:
    status = text(body.get("status"), 40).lower()
    if status == "entered-in-error":
        raise BadResource(f"This {kind} was entered in error; left out.")
    state = (ENCOUNTERS if kind == "Encounter" else APPOINTMENTS).get(status)
    if state is None:
        raise BadResource(f"The status of this {kind} is not one that is understood; left out.")
    return state


def moment(value: object) -> datetime | None:
    """A dateTime or instant, in UTC; a day alone is its noon. None where it is no full date."""
    written = text(value, 40)
    if not _MOMENT.fullmatch(written):
        return None
    try:
        found = datetime.fromisoformat(written if "T" in written else written + NOON)
        found = found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return found if EARLIEST_YEAR <= found.year <= LATEST_YEAR else None


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


def _patient(body: Json) -> list[str]:
    actors = [thing(each.get("actor")) for each in things(body.get("participant"))]
    found: list[str] = []
    for reference in [thing(body.get("subject")), thing(body.get("patient")), *actors]:
        target, identifier = text(reference.get("reference"), 500), thing(reference.get("identifier"))
        if "?" in target and "identifier=" in target and target.startswith("Patient"):
            found.append("identifier " + unquote(target.partition("identifier=")[2].partition("&")[0]))
        elif _is_patient(target, text(reference.get("type"))):
            found.append(target.partition("/_history")[0])
        if identifier and (system := text(identifier.get("system"))) and not target:
            found.append(f"identifier {system}|{text(identifier.get('value'))}")
    return [each for each in dict.fromkeys(found) if each]


def _is_patient(target: str, kind: str) -> bool:
    if not target or target.startswith("#"):
        return False
    return kind == "Patient" or target.startswith(("urn:", "Patient/")) or "/Patient/" in target


def _key(resource: Resource) -> str:
    """What says "the same visit": its number elsewhere, else its address, else its id and when and whose it was."""
    body = resource.body
    for each in things(body.get("identifier")):
        if text(each.get("system")) and text(each.get("value")):
            return f"{resource.kind} {text(each.get('system'))}|{text(each.get('value'))}"
    if resource.url and not resource.url.startswith("urn:uuid:"):
        return f"{resource.kind} {resource.url}"
    period = thing(body.get("period")) or body
    parts = [text(body.get("id")) or resource.url, text(period.get("start")), *_patient(body)[:1]]
    return f"{resource.kind} " + " ".join(parts)


def _type(body: Json) -> str:
    concepts = [*things(body.get("type")), *things(body.get("appointmentType")), *things(body.get("serviceType"))]
    return next((said for each in concepts if (said := label(each))), "")


def _reason(body: Json) -> str:
    told = [label(each) for name in ("reasonCode", "reason") for each in things(body.get(name))]
    told += [text(each.get("display")) for each in things(body.get("reasonReference"))]
    told += [text(body.get("description")), text(body.get("comment"))]
    return "; ".join(dict.fromkeys(each for each in told if each))[:250]


def _person(resource: Resource) -> str:
    for each in things(resource.body.get("participant")):
        reference = thing(each.get("individual")) or thing(each.get("actor"))
        target = text(reference.get("reference"), 500)
        if "Patient" not in target and "Location" not in target and reference:
            words = reference_words(reference, resource.beside, resource.body.get("contained"))
            if words and words != target:
                return words[:100]
    return ""


def _place(resource: Resource) -> str:
    listed = [thing(each.get("location")) for each in things(resource.body.get("location"))]
    for reference in [thing(resource.body.get("serviceProvider")), *listed]:
        words = reference_words(reference, resource.beside, resource.body.get("contained")) if reference else ""
        if words and words != text(reference.get("reference"), 500):
            return words[:100]
    return ""
