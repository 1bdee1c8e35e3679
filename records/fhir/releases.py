"""Resources as other releases write them, in the elements of R4, which all that is read and written here has. Pure."""

from collections.abc import Iterator, Mapping
from typing import Any

from patients.fhir.parts import Json, label, text, thing, things
from records.fhir.older import from_older

Body = dict[str, Any]
NOT_TAKEN = ("not-taking", "not-taken", "stopped", "taking-not")


def as_r4(body: Json) -> Body:
    """The same with the elements of others under the names and in the shapes of R4; what is of R4 stays as it is."""
    made = from_older(body)
    kind = text(body.get("resourceType"))
    for name in ("reason", "medication", "code", "manufacturer"):
        _parted(made, name)
    for name, value in body.items():
        if kind == "Procedure" and name.startswith("occurrence"):
            made[f"performed{name.removeprefix('occurrence')}"] = made.pop(name)
        elif name == "bodyStructure" and (words := text(thing(value).get("display"))):
            made["bodySite"] = [*things(body.get("bodySite")), {"text": words}]
    if "actualPeriod" in made:
        made.setdefault("period", made.pop("actualPeriod"))
    for name, change in LISTS.items():
        if isinstance(made.get(name), list):
            made[name] = [change(each) if isinstance(each, dict) else each for each in made[name]]
    if isinstance(made.get("type"), dict) and kind == "AllergyIntolerance":
        made["type"] = next(_codes(made["type"]), "")
    if set(_codes(thing(made.get("adherence")).get("code"))) & set(NOT_TAKEN):
        made["status"] = "not-taken"
    return made


def _parted(made: Body, name: str) -> None:
    """A CodeableReference, or a list of them, as a concept and a reference; an Encounter's reasons have values."""
    held = made.get(name)
    listed = [value for each in things(held) for value in things(each.get("value")) or [each]]
    if not any("concept" in each or isinstance(each.get("reference"), Mapping) for each in listed):
        return
    concepts = [each["concept"] for each in listed if "concept" in each]
    references = [each["reference"] for each in listed if isinstance(each.get("reference"), Mapping)]
    del made[name]
    if name == "reason":
        made |= {"reasonCode": concepts, "reasonReference": references}
    elif name == "medication":
        made |= {"medicationCodeableConcept": concepts[0]} if concepts else {"medicationReference": references[0]}
    elif name == "code":
        made["code"] = concepts[0] if concepts else {"text": text(references[0].get("display"))}
    else:
        made[name] = {"display": label(concepts[0])} if concepts else references[0]


def _codes(concept: object) -> Iterator[str]:
    return (text(each.get("code")) for each in things(thing(concept).get("coding")))


def _reaction(each: Body) -> Body:
    """Of an allergy its manifestations, of an immunisation one."""
    shown = each.get("manifestation")
    if isinstance(shown, list):
        return {**each, "manifestation": [thing(one).get("concept") or one for one in shown]}
    words = label(thing(shown).get("concept")) or text(thing(thing(shown).get("reference")).get("display"))
    return {**each, "detail": {"display": words}} if words else each


def _participant(each: Body) -> Body:
    return {**each, "individual": each["actor"]} if "actor" in each and "individual" not in each else each


def _activity(each: Body) -> Body:
    planned = each.get("plannedActivityReference")
    return {**each, "reference": planned} if planned and "reference" not in each else each


def _related(each: Body) -> Body:
    return {**each, "code": next(_codes(each["code"]), "")} if isinstance(each.get("code"), dict) else each


def _series(each: Body) -> Body:
    """Of an ImagingStudy, its place on the body."""
    place = thing(each.get("bodySite")).get("concept")
    return {**each, "bodySite": place} if place else each


LISTS = {
    "series": _series,
    "reaction": _reaction,
    "participant": _participant,
    "activity": _activity,
    "relatesTo": _related,
}
