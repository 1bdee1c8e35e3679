"""A MedicationRequest to a medicine, in words. Pure."""

from patients.fhir import Resource
from patients.fhir.aside import target_of
from patients.fhir.parts import Json, label, partial_date, text, thing, things
from records.fhir.shapes import number
from records.lines import MedicineLine

UNITS = {"h": "hour", "d": "day", "wk": "week", "mo": "month", "min": "minute", "a": "year", "s": "second"}
NOT_GIVEN = "directions not given"


def line_of(resource: Resource) -> MedicineLine:
    body = resource.body
    pointed = target_of(body.get("medicationReference"), resource.beside, body.get("contained"))
    named = (
        label(body.get("medicationCodeableConcept"))
        or label(pointed.get("code"))
        or text(thing(body.get("medicationReference")).get("display"))
    )
    said = [words for each in things(body.get("dosageInstruction")) if (words := directions(each))]
    return MedicineLine(
        name=" ".join(named.split()) or "Not named",
        directions="; ".join(said) or NOT_GIVEN,
        start=partial_date(body.get("authoredOn")),
    )


def directions(dosage: Json) -> str:
    """As it was written, else from its parts: "1, 2 times in 1 day, when needed"."""
    if written := text(dosage.get("text"), 200):
        return written
    dose = next((thing(each.get("doseQuantity")) for each in things(dosage.get("doseAndRate"))), {})
    much = f"{number(dose.get('value'))} {text(dose.get('unit'))}".strip()
    repeat = thing(thing(dosage.get("timing")).get("repeat"))
    times, period = number(repeat.get("frequency")), number(repeat.get("period"))
    unit = UNITS.get(text(repeat.get("periodUnit")), text(repeat.get("periodUnit")))
    often = f"{times} times in {period} {unit}" if times and period else ""
    needed = "when needed" if dosage.get("asNeededBoolean") is True else ""
    return ", ".join(part for part in (much, often, needed) if part)


def state_of(body: Json) -> str:
    status = text(body.get("status"))
    if status == "entered-in-error":
        return "errored"
    return "current" if status in ("active", "on-hold", "draft") else "ended"
