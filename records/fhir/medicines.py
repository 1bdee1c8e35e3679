"""A MedicationRequest or a MedicationStatement to a medicine, in words. Pure."""

from datetime import date, timedelta

from patients.fhir import Resource
from patients.fhir.aside import target_of
from patients.fhir.parts import Json, label, partial_date, text, thing, things
from records.fhir.dosage import directions
from records.fhir.shapes import number
from records.lines import MedicineLine

NOT_GIVEN = "directions not given"


def line_of(resource: Resource) -> MedicineLine:
    body = resource.body
    pointed = target_of(body.get("medicationReference"), resource.beside, body.get("contained"))
    named = (
        label(body.get("medicationCodeableConcept"))
        or label(pointed.get("code"))
        or text(thing(body.get("medicationReference")).get("display"))
    )
    given = things(body.get("dosageInstruction")) or things(body.get("dosage"))
    said = [words for each in given if (words := directions(each))]
    notes = [note for each in things(body.get("note")) if (note := text(each.get("text"), 500))]
    supply, taken = thing(body.get("dispenseRequest")), thing(body.get("effectivePeriod"))
    return MedicineLine(
        name=" ".join(named.split()) or "Not named",
        directions="; ".join([*said, *notes]) or NOT_GIVEN,
        start=partial_date(body.get("authoredOn") or body.get("effectiveDateTime") or taken.get("start")),
        until=_day_after(partial_date(taken.get("end"))),
        quantity=_count(thing(supply.get("quantity")).get("value")),
        refills=_count(supply.get("numberOfRepeatsAllowed")),
    )


def _day_after(day: str) -> str:
    return (date.fromisoformat(day) + timedelta(days=1)).isoformat() if len(day) == 10 else ""


def _count(value: object) -> int:
    said = number(value)
    return int(said) if said.isdecimal() and len(said) < 5 else 0


def state_of(body: Json) -> str:
    """What nobody says to be over is current: a medicine that is missed is worse than one too many."""
    status = text(body.get("status"))
    if status == "entered-in-error":
        return "errored"
    return "ended" if status in ("completed", "stopped", "cancelled", "not-taken") else "current"
