"""Who belongs to a patient and who pays, from resources of their own: RelatedPerson and Coverage.

They become what a Patient itself has for them, contacts and numbers of an insurer, and so are read, kept and found
again as these are.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from .aside import person_words, words
from .names import one_line, one_name
from .parts import Json, Resource, label, text, thing, things

AROUND = ("RelatedPerson", "Coverage")
NOT_IN_FORCE = ("cancelled", "draft", "entered-in-error")
LONG_AGO = "1850-01-01"
MOST = 20  # of one patient
OF_A_CONTACT = ("relationship", "telecom", "address", "gender", "period", "extension")


def whose(body: Json) -> str:
    """The reference to the patient whom it is about."""
    return text(thing(body.get("patient") or body.get("beneficiary")).get("reference"), 500).partition("/_history")[0]


class Index:
    """Of bundles, whose resources share what stands beside them: what is about each patient. The last bundle alone."""

    def __init__(self) -> None:
        self._bundle: object = None
        self._about: dict[str, list[Json]] = {}

    def about(self, resource: Resource) -> list[Json]:
        if self._bundle is not resource.beside:
            self._bundle, self._about = resource.beside, _by_patient(resource.beside)
        return [each for name in names_of(resource) for each in self._about.get(name, ())]


def _by_patient(beside: Mapping[str, Json]) -> dict[str, list[Json]]:
    """A relative reference means the patient of its own server; where two have that name, neither is meant."""
    addresses, bodies, patients = dict[int, str](), dict[int, Json](), dict[int, str]()
    for name, body in beside.items():
        if text(body.get("resourceType")) == "Patient":
            patients[id(body)] = f"Patient/{text(body.get('id'))}"
        elif text(body.get("resourceType")) in AROUND:
            bodies[id(body)] = body
            addresses |= {id(body): name} if name.startswith("http") and "?" not in name else {}
    several = {name for name, count in Counter(patients.values()).items() if count > 1}
    found: dict[str, list[Json]] = {}
    for key, body in bodies.items():
        base, meant = "/".join(addresses.get(key, "").split("/")[:-2]), whose(body)
        absolute = f"{base}/{meant}" if base and meant.startswith("Patient/") else ""
        whom = absolute if absolute in beside else "" if meant in several else meant
        found.setdefault(whom, []).append(body)
    return found


def names_of(patient: Resource) -> list[str]:
    own = text(patient.body.get("id"))
    return [each for each in dict.fromkeys((patient.url, f"Patient/{own}" if own else "")) if each]


def completed(resource: Resource, around: Iterable[Json]) -> tuple[Resource, Counter[str]]:
    """The patient with what is `around` them, and of which kinds that was taken."""
    contacts, numbers, used = list(things(resource.body.get("contact"))), list[Json](), Counter[str]()
    for each in [*around][:MOST]:
        kind = text(each.get("resourceType"))
        if kind == "RelatedPerson":
            contacts += _contact(each, contacts)
            used[kind] += 1
        elif policy := _number(each, resource):
            numbers.append(policy)
            used[kind] += 1
    more: dict[str, Any] = {"contact": contacts} if used["RelatedPerson"] else {}
    if numbers:
        more["identifier"] = [*things(resource.body.get("identifier")), *numbers]
    return replace(resource, body={**resource.body, **more}) if more else resource, used


def _contact(person: Json, known: Sequence[Json]) -> list[Json]:
    """As a patient's own contact; one that is there already adds nothing."""
    made = {name: person[name] for name in OF_A_CONTACT if name in person}
    names = things(person.get("name"))
    if names:
        made["name"] = names[0]
    made["extension"] = [*things(person.get("extension")), *_besides(person, names[1:])]
    if person.get("active") is False:
        made["period"] = {"end": LONG_AGO, **thing(person.get("period"))}
    return [] if any(_says_all(each, made) for each in known) else [made]


def _besides(person: Json, names: Sequence[Json]) -> Iterator[Json]:
    languages = ", ".join(label(each.get("language")) for each in things(person.get("communication")))
    told = {"Born": words(person.get("birthDate")), "Also called": words(list(names)), "Speaks": languages}
    yield from ({"url": name, "valueString": said} for name, said in told.items() if said)


def _says_all(known: Json, made: Json) -> bool:
    same = one_line(one_name(thing(known.get("name")))) == one_line(one_name(thing(made.get("name"))))
    ways = [{text(each.get("value")) for each in things(one.get("telecom"))} for one in (made, known)]
    return same and ways[0] <= ways[1] and not things(made.get("extension"))


def _number(coverage: Json, resource: Resource) -> Json:
    """As a number that an insurer gave; {} for what is not in force or has no number."""
    numbers = [text(each.get("value")) for each in things(coverage.get("identifier"))]
    subscribed = coverage.get("subscriberId")
    subscribed = [text(each.get("value")) for each in things(subscribed)] or [text(subscribed)]
    number = next(filter(None, (*subscribed, *numbers)), "")
    if not number or text(coverage.get("status")) in NOT_IN_FORCE:
        return {}
    payers = [*things(coverage.get("payor")), *things(coverage.get("insurer"))]
    named = (person_words(each, resource.beside, coverage.get("contained")) for each in payers)
    payer = next(filter(None, (*named, label(coverage.get("type")))), "") or "Insurance"
    classes = [said for each in things(coverage.get("class")) if (said := _class(each))]
    return {
        "type": {"coding": [{"code": "MB"}]},
        "value": number,
        "assigner": {"display": payer},
        "period": coverage.get("period"),
        "extension": [{"url": "class", "valueString": each} for each in classes],
    }


def _class(each: Json) -> str:
    value = each.get("value")  # in R5 an Identifier
    said = text(value) or text(thing(value).get("value"))
    return " ".join(filter(None, (label(each.get("type")), said, text(each.get("name")))))
