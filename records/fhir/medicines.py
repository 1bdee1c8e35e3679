"""A MedicationRequest to a medicine, in words. Pure."""

from patients.fhir import Resource
from patients.fhir.aside import target_of
from patients.fhir.parts import Json, label, partial_date, text, thing, things
from records.fhir.dosage import directions
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
    said = [words for each in things(body.get("dosageInstruction")) if (words := directions(each))]
    return MedicineLine(
        name=" ".join(named.split()) or "Not named",
        directions="; ".join(said) or NOT_GIVEN,
        start=partial_date(body.get("authoredOn")),
    )


def state_of(body: Json) -> str:
    status = text(body.get("status"))
    if status == "entered-in-error":
        return "errored"
    return "current" if status in ("active", "on-hold", "draft") else "ended"
