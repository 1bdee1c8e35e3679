"""A MedicationRequest or a MedicationStatement to a medicine, in words. Pure."""

from collections.abc import Iterator
from datetime import date, timedelta

from patients.fhir import Resource
from patients.fhir.aside import target_of
from patients.fhir.parts import Json, label, partial_date, text, thing, things
from records.fhir.dosage import directions
from records.fhir.observations import quantity_said
from records.fhir.shapes import clean, number, told
from records.lines import MedicineLine

NOT_GIVEN, NOT_NAMED = "directions not given", "Not named"
UNNAMED = "names its medicine only by an address that nothing in the file explains."
STAGES = (
    "on-hold",
    "draft",
    "intended",
    "unknown",
    "not-taken",
)  # told behind the directions: current, and yet not as others


def line_of(resource: Resource) -> MedicineLine:
    body = resource.body
    pointed = target_of(body.get("medicationReference"), resource.beside, body.get("contained"))
    reference = thing(body.get("medicationReference"))
    named = (
        label(body.get("medicationCodeableConcept"))
        or label(pointed.get("code"))
        or text(reference.get("display"))
        or " + ".join(_ingredients(pointed))
        or text(thing(reference.get("identifier")).get("value"))
    )
    strength, form = " + ".join(filter(None, map(_strength, things(pointed.get("ingredient"))))), _form(pointed)
    if not _holds(named, strength):
        named = f"{named} {strength}"
    if not _holds(named, form):
        named = f"{named} ({form})"
    given = sorted(things(body.get("dosageInstruction")) or things(body.get("dosage")), key=_place)
    said = [words for each in given if (words := directions(each))]
    notes = [note for each in things(body.get("note")) if (note := told(each.get("text")))]
    supply, taken = thing(body.get("dispenseRequest")), thing(body.get("effectivePeriod"))
    return MedicineLine(
        name=" ".join(named.split()) or NOT_NAMED,
        directions="; ".join(filter(None, ("; ".join(said) or NOT_GIVEN, *_told(body), *notes))),
        start=partial_date(body.get("authoredOn") or body.get("effectiveDateTime") or taken.get("start")),
        until=_day_after(partial_date(taken.get("end"))),
        quantity=_count(thing(supply.get("quantity")).get("value")),
        refills=_count(supply.get("numberOfRepeatsAllowed")),
    )


def _ingredients(medicine: Json) -> Iterator[str]:
    """What a mixture without a name is made of, each with how much of it."""
    for each in things(medicine.get("ingredient")):
        item = thing(each.get("item"))
        name = label(each.get("itemCodeableConcept")) or label(item.get("concept"))
        name = name or text(thing(each.get("itemReference") or item.get("reference")).get("display"))
        if name:
            yield f"{clean(name)} {_strength(each)}".strip()


def _strength(ingredient: Json) -> str:
    """ "500 mg", "250 mg per 5 mL"."""
    ratio = thing(ingredient.get("strength") or ingredient.get("strengthRatio"))
    over, per = thing(ratio.get("numerator") or ingredient.get("strengthQuantity")), thing(ratio.get("denominator"))
    unit = text(per.get("unit")) or text(per.get("code"))
    each = unit if number(per.get("value")) == "1" else quantity_said(per)
    much = quantity_said(over)
    return f"{much} per {each}" if much and unit not in ("", "1") else much


def _form(medicine: Json) -> str:
    return clean(label(medicine.get("form") or medicine.get("doseForm")))


def _holds(name: str, more: str) -> bool:
    """Whether nothing is to be added: of a strength its number alone may stand in the name."""
    plain = "".join(name.casefold().split())
    return not (name and more) or "".join(more.casefold().partition(" per ")[0].split()) in plain


def _told(body: Json) -> Iterator[str]:
    """What it would be another medicine without: that it waits or is only meant, and how much of it in which unit."""
    stage, intent = text(body.get("status")), text(body.get("intent"))
    yield f"{stage}, as sent" if stage in STAGES else ""
    yield f"a {intent}, not an order" if intent in ("proposal", "plan") else ""
    quantity = thing(thing(body.get("dispenseRequest")).get("quantity"))
    sent = quantity_said(quantity)
    yield f"quantity as sent: {sent}" if sent and sent != str(_count(quantity.get("value"))) else ""
    reasons = (clean(label(each)) for each in things(body.get("reasonCode")))
    named = (text(each.get("display")) for each in things(body.get("reasonReference")))
    why = ", ".join(dict.fromkeys(filter(None, (*reasons, *named))))
    yield f"for {why}" if why else ""
    waits = ", ".join(filter(None, (clean(label(each)) for each in things(body.get("statusReason")))))
    yield f"because: {waits}" if waits else ""
    end = partial_date(thing(thing(body.get("dispenseRequest")).get("validityPeriod")).get("end"))
    yield f"prescription valid until {end}" if end else ""
    yield "no substitution" if thing(body.get("substitution")).get("allowedBoolean") is False else ""


def _place(dosage: Json) -> int:
    """Several are taken in this order; those without one come after."""
    said = number(dosage.get("sequence"))
    return int(said) if said.isdecimal() else 10_000


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
