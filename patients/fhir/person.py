"""A FHIR R4 Patient to patient data: every field that has a place here, and the rest aside in words."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from patients.rules.births import OLDEST
from patients.rules.likeness import NAMELESS
from patients.rules.shape import PatientData, Sex

from .aside import (
    Aside,
    answer,
    extension_name,
    extensions,
    has_security_code,
    interpreter,
    is_plain_answer,
    narrative,
    other_labels,
    person_words,
    photos,
    sex_besides,
    value_and_rest,
    words,
)
from .fits import keep_refused_aside
from .identity import Identity, digest, identity, source, unnumbered
from .names import names, without_digits
from .parts import (
    LONGEST_TEXT,
    MOST_IN_A_LIST,
    BadResource,
    Json,
    Resource,
    Version,
    is_after,
    label,
    partial_date,
    text,
    thing,
    things,
    version,
)
from .reach import Withdrawn, addresses, contacts, language, languages, withdrawn
from .telecom import PhoneReader, reach_by, region, telecom

SEXES: dict[str, Sex] = {
    "female": "female",
    "male": "male",
    "other": "other",
    "unknown": "unknown",
    "f": "female",
    "m": "male",
}
# What is read below, or says nothing about the person.
# fmt: off
UNDERSTOOD = frozenset((
    "resourceType", "id", "meta", "text", "implicitRules", "language", "contained", "extension",
    "modifierExtension", "identifier", "active", "name", "telecom", "gender", "_gender", "birthDate", "_birthDate",
    "deceasedBoolean", "deceasedDateTime", "address", "maritalStatus", "multipleBirthBoolean", "link",
    "multipleBirthInteger", "photo", "contact", "communication", "generalPractitioner",
    "managingOrganization", "deceased", "deceasedString", "deceasedAge", "deceasedPeriod",
))
MARITAL_CODES = {
    "A": "Annulled", "D": "Divorced", "I": "Interlocutory", "L": "Legally separated", "M": "Married",
    "C": "Common law", "P": "Polygamous", "T": "Domestic partner", "U": "Unmarried", "S": "Never married",
    "W": "Widowed",
}
# fmt: on
LINK_WORDS = {
    "replaced-by": "Replaced by",
    "replaces": "Replaces",
    "refer": "See also",
    "seealso": "See also",
}
LONGEST_ALERT = 120  # of the form
MARKED = "Imported with a mark that is not understood here. Check before relying on it."
LINES = ("name", "telecom", "address", "identifier", "contact", "communication", "maritalStatus")
PLAIN = {"name": "text", "telecom": "value", "address": "text", "generalPractitioner": "display"}
LIMITED = ("R", "V")  # restricted, very restricted; the others of HL7's Confidentiality say that a record is not
NOT_LIMITED, TEST = ("N", "M", "L", "U"), "HTEST"
ANOTHER = "another record of the system that it came from"
NO_DAY = "It speaks of a death without a date or a yes; kept aside, and nothing is stopped for it."
UNNAMED = "It names {} only by an address of its own system, which nothing in the file explains."


@dataclass(repr=False)
class Mapped:
    """Patient data, and what an import has to know besides."""

    data: PatientData = field(repr=False)
    record_numbers: list[tuple[str, str]] = field(repr=False)
    digest: str = ""  # of all that the source says of the person
    source: str = ""  # the same in each export of it
    has_own_id: bool = False  # in its source
    version: Version = field(default_factory=Version)
    withdrawn: Withdrawn = field(default_factory=Withdrawn, repr=False)
    notes: list[str] = field(default_factory=list)  # sentences for the report, without patient data
    completed_phones: Counter[str] = field(default_factory=Counter)  # by the country whose prefix they were given


def patient(resource: Resource, *, today: date, country: str, file: str = "") -> Mapped:
    """Raises BadResource when this is no Patient or names nobody. `today` begins and ends periods.

    `country` (ISO 3166, of the clinic) says how to read a phone number whose owner's address names no country.
    """
    if resource.kind != "Patient":
        raise BadResource(f"This is a {resource.kind}, not a Patient.")
    resource = replace(resource, body=_shaped(resource.body))
    body = resource.body
    known = identity(body, today)
    data, aside = _named(body, known, today)
    notes = _vital(data, aside, body, today)
    phones = _reached(data, aside, resource, known, today=today, country=country)
    _numbered(data, aside, known, resource)
    notes += _around(data, aside, resource)
    notes += _marked(data, aside, body) + _too_long(body)
    keep_refused_aside(data, aside)
    if aside:
        data["extra"] = dict(aside)
    own_source, has_own_id = source(resource, known, file)
    gone = withdrawn(body, today, PhoneReader(phones.region).read)
    completed = +phones.completed
    return Mapped(
        data, known.record_numbers, digest(body), own_source, has_own_id, version(body), gone, notes, completed
    )


def _shaped(body: dict[str, Any]) -> dict[str, Any]:
    """With what hand-made files write as plain text ("name": "Anna Berg") in the place that a text has there."""
    made = dict(body)
    for name, inner in PLAIN.items():
        listed = body[name] if isinstance(body.get(name), list) else [body.get(name)]
        if any(isinstance(each, str) for each in listed):
            made[name] = [{inner: each} if isinstance(each, str) else each for each in listed]
    return made


def _named(body: Json, known: Identity, today: date) -> tuple[PatientData, Aside]:
    data, more = names(body, synthetic=known.synthetic, today=today)
    if not data and (known.national_id or known.identifiers):
        data = {"family_name": NAMELESS}  # a newborn, who has a number before a name
    if not data:
        raise BadResource("This patient has no name.")
    aside = Aside()
    aside.keep_all(more)
    return data, aside


def _vital(data: PatientData, aside: Aside, body: Json, today: date) -> list[str]:
    """Sex, birth and death; what cannot be true is kept as it was written, and said."""
    notes: list[str] = []
    gender = text(body.get("gender"))
    data["sex"] = SEXES.get(gender.casefold(), "unknown")
    if gender and gender.casefold() not in SEXES:
        aside.keep("Gender as written", gender)
    if not gender:  # a nation's own record of it; it stands aside as well
        recorded = (sex_besides(each) for each in things(body.get("extension")))
        data["sex"] = next((SEXES[each] for each in recorded if each in SEXES), "unknown")
    born = partial_date(body.get("birthDate"))
    if born and not is_after(born, today) and int(born[:4]) >= today.year - OLDEST:
        data["birth_date"] = born
    elif body.get("birthDate") not in (None, ""):
        aside.keep("Birth date as written", words(body.get("birthDate")))
        notes.append("The birth date cannot be true; kept aside.")
    extensions(aside, thing(body.get("_birthDate")))
    return notes + _death(data, aside, body, today)


def _death(data: PatientData, aside: Aside, body: Json, today: date) -> list[str]:
    written, said = _deceased(body)
    died = partial_date(written)
    born = data.get("birth_date", "")
    if died and not is_after(died, today) and not (born and died < born[: len(died)]):
        data["deceased_on"] = died
        return []
    if not (written or said):
        if said is False:
            data["deceased_on"] = ""  # said to be alive, which is more than saying nothing
        return [NO_DAY] if body.get("_deceasedDateTime") and said is None else []
    # That somebody died stops messages and bookings, so it is never dropped for want of a good date:
    # the day on which it was recorded stands for it.
    recorded = partial_date(thing(body.get("meta")).get("lastUpdated"))
    full = len(recorded) == len("2026-11-22") and not is_after(recorded, today)
    data["deceased_on"] = recorded if full else today.isoformat()
    aside.keep("Date of death", f"{words(written) or 'not in the file'}; recorded {data['deceased_on']}")
    return ["Deceased without a usable date; the day it was recorded stands for it."]


def _deceased(body: Json) -> tuple[Any, bool | None]:
    """What a file says of the day, and whether they died: also in the forms of other releases, and as text."""
    held = next((body[name] for name in ("deceasedBoolean", "deceased", "deceasedString") if name in body), None)
    said = answer({"value": held}) if isinstance(held, bool | str) else None
    written = body.get("deceasedDateTime") or body.get("deceasedAge")
    written = written or partial_date(thing(body.get("deceasedPeriod")).get("end")) or body.get("deceasedPeriod")
    if not written and said is None and held:
        written = held
    return written, said


def _reached(
    data: PatientData, aside: Aside, resource: Resource, known: Identity, *, today: date, country: str
) -> PhoneReader:
    body = resource.body

    def named(reference: object) -> str:
        return person_words(reference, resource.beside, body.get("contained"))

    tidy: Callable[[str], str] = without_digits if known.synthetic else str
    where, elsewhere = addresses(body, today)
    if where:
        data["address"] = where
    phones = PhoneReader(region(data, country))
    reached, more = telecom(body, today, phones.read)
    spoken, others = languages(body)
    data.update(reached)
    data.update(reach_by(body, today))
    data.update(spoken)
    people, rest = contacts(body, tidy, today, named, phones.read)
    if people:
        data["links"] = people
    for kept in (more, others, elsewhere, rest):
        aside.keep_all(kept)
    return phones


def _numbered(data: PatientData, aside: Aside, known: Identity, resource: Resource) -> None:
    if known.national_id:
        data["national_id"] = known.national_id
    if known.identifiers or not known.national_id:
        data["identifiers"] = known.identifiers or unnumbered(resource, data)
    if known.policies:
        data["policies"] = known.policies
    aside.keep("Other numbers", "; ".join(known.aside))
    aside.keep("About numbers", "; ".join(known.besides))


def _around(data: PatientData, aside: Aside, resource: Resource) -> list[str]:
    """The people and places named around the person, and their extensions. Returns what is named by nothing."""
    body = resource.body
    notes: list[str] = []

    def named(reference: object, what: str) -> str:
        said = person_words(reference, resource.beside, body.get("contained"))
        if reference and not said and UNNAMED.format(what) not in notes:
            notes.append(UNNAMED.format(what))
        return said

    listed = things(body.get("generalPractitioner"))
    doctors = ", ".join(name for each in listed if (name := named(each, "the general practitioner")))
    if doctors:
        data["general_practitioner"] = text(doctors)
    aside.keep("Managing organisation", named(body.get("managingOrganization"), "its organisation"))
    aside.keep("Other codes of sex", words(thing(body.get("_gender")).get("extension")))
    for each in things(body.get("link")):
        kind = LINK_WORDS.get(text(each.get("type")), "Linked to")
        other = person_words(each.get("other"), resource.beside, body.get("contained"))
        aside.keep(kind, other or ANOTHER)
    _extended(data, aside, body)
    marital = label(body.get("maritalStatus"))
    aside.keep("Marital status", MARITAL_CODES.get(marital, marital))
    aside.keep("Multiple birth", _multiple_birth(body))
    aside.keep("Photo", photos(body))
    for name in sorted(set(body) - UNDERSTOOD):
        aside.keep(extension_name(text(name.lstrip("_"))), words(body[name]))
    aside.keep("Text in the file", narrative(body))
    return notes


def _multiple_birth(body: Json) -> str:
    order = body.get("multipleBirthInteger")
    if isinstance(order, int) and not isinstance(order, bool):
        return f"number {text(order)}"
    return "yes" if body.get("multipleBirthBoolean") is True else ""


def _extended(data: PatientData, aside: Aside, body: Json) -> None:
    rest = []
    for each in things(body.get("extension")):
        url, (said, more) = text(each.get("url")), value_and_rest(each)
        field = "gender_identity" if url.lower().endswith("genderidentity") else "pronouns"
        ours = url.lower().endswith("genderidentity") or url.endswith(("individual-pronouns", "us-core-pronouns"))
        if (needed := interpreter(each)) is not None:
            data["interpreter"] = needed
            rest += [] if is_plain_answer(each) else [each]
            if "language" not in data and (spoken := _language_beside(each)):
                data["language"] = spoken
        elif ours and said and field not in data:
            data[field] = said  # type: ignore[literal-required]  # one of two
            aside.keep(extension_name(url), more)
        else:
            rest.append(each)
    extensions(aside, {"extension": rest})


def _language_beside(extension: Json) -> str:
    """Of a nation that says in one extension which language somebody speaks, and that an interpreter is needed."""
    parts = things(extension.get("extension"))
    return next(
        (language(each.get("valueCodeableConcept")) for each in parts if text(each.get("url")) == "language"), ""
    )


def _marked(data: PatientData, aside: Aside, body: Json) -> list[str]:
    """The marks that change how the whole record is to be taken."""
    if has_security_code(body, *LIMITED):
        data["restricted"] = True
    elif has_security_code(body, *NOT_LIMITED):
        data["restricted"] = False
    if has_security_code(body, TEST):
        data["test"] = True
    aside.keep("Labels", other_labels(body, *LIMITED, *NOT_LIMITED, TEST))
    replaced = any(text(each.get("type")) == "replaced-by" for each in things(body.get("link")))
    active = answer({"value": body["active"]}) if isinstance(body.get("active"), bool | str) else None
    if active is False or replaced:
        reason = "Replaced by another record" if replaced else "Not active"
        data["archived"] = {"at": "", "by": "", "reason": f"{reason} in the file it came from"}
    elif active:
        data["archived"] = {}  # type: ignore[typeddict-item]  # empty: said to be active
    marks = things(body.get("modifierExtension"))
    if not marks:
        return []
    # FHIR forbids acting on a record as if such a mark were not there; so everybody who opens it is told.
    aside.keep("Marks not understood", words(marks) or "yes")
    named = ", ".join(extension_name(text(each.get("url"))) or "unnamed" for each in marks)
    told = f"Imported with a mark that is not understood here ({named}). Check before relying on it."
    data["alerts"] = [{"id": "mark", "text": told if len(told) <= LONGEST_ALERT else MARKED, "stop": False}]
    return ["It carries a mark that is not understood here; the record says so."]


def _too_long(body: Json) -> list[str]:
    many = sorted(name for name in body if isinstance(body[name], list) and len(body[name]) > MOST_IN_A_LIST)
    notes = [f"It has more than {MOST_IN_A_LIST} of {text(', '.join(many))}; the first are kept."] if many else []
    long = sorted(name for name in LINES if any(len(each) > LONGEST_TEXT for each in _strings(body.get(name))))
    return [*notes, *([f"A line in {', '.join(long)} is too long; its beginning is kept."] if long else [])]


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | dict):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _strings(each)
