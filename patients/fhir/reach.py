"""Where a person lives, what they speak, and the people named as contacts."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from patients.rules import languages as languages_rules
from patients.rules.names import fold
from patients.rules.shape import Address, Link, LinkKind, PatientData

from .aside import extension_name, extension_words, interpreter, words
from .fits import is_phone
from .names import name_besides, one_line, one_name
from .parts import Json, begins_later, codes, ended, label, partial_date, text, texts, thing, things
from .telecom import Aside, add, gone, is_past, telecom

ADDRESS_ORDER = ("home", "", "temp", "work", "billing", "old")
_LANGUAGE_TAG = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*")
# HL7 RoleCode and tables 0063 and 0131; words too, since many files write only those.
RELATIONS: dict[LinkKind, tuple[str, ...]] = {
    "guardian": ("GUARD", "GUADLTM", "SPOWATT", "POWATT", "HPOWATT", "DPOWATT", "GRD", "GUARDIAN",
                 "LEGAL GUARDIAN"),
    "parent": ("PRN", "MTH", "FTH", "NMTH", "NFTH", "ADOPTP", "ADOPTF", "ADOPTM", "STPMTH", "STPFTH", "PAR",
               "GESTM", "PARENT", "MOTHER", "FATHER"),
    "partner": ("SPS", "HUSB", "WIFE", "DOMPART", "SIGOTHR", "SPO", "DOM", "PARTNER", "SPOUSE", "HUSBAND"),
    "child": ("CHILD", "SON", "DAU", "NCHILD", "DAUC", "SONC", "CHD", "DAUGHTER"),
    "carer": ("CGV", "CARER", "CAREGIVER"),
    "payer": ("GT", "GUARANTOR"),
}  # fmt: skip
# Table 0131, whose bare code is all that many files give.
CONTACT_CODES = {
    "N": "next of kin", "C": "emergency contact", "E": "employer", "I": "insurance company",
    "F": "federal agency", "S": "state agency", "CP": "contact person", "EP": "emergency contact person",
    "BP": "billing contact person", "PR": "person preparing referral",
    # HL7 RoleCode
    "MTH": "mother", "NMTH": "mother", "FTH": "father", "NFTH": "father", "PRN": "parent", "STPMTH": "stepmother",
    "STPFTH": "stepfather", "ADOPTP": "adoptive parent", "GUARD": "guardian", "SPS": "spouse", "HUSB": "husband",
    "WIFE": "wife", "DOMPART": "domestic partner", "SIGOTHR": "partner", "CHILD": "child", "NCHILD": "child",
    "SON": "son", "SONC": "son", "DAU": "daughter", "DAUC": "daughter", "SIB": "sibling", "BRO": "brother",
    "SIS": "sister", "GRPRN": "grandparent", "GRMTH": "grandmother", "GRFTH": "grandfather", "GRNDCHILD": "grandchild",
    "AUNT": "aunt", "UNCLE": "uncle", "COUSN": "cousin", "NIECE": "niece", "NEPHEW": "nephew", "FAMMEMB": "relative",
    "EXT": "relative", "INLAW": "in-law", "FRND": "friend", "NBOR": "neighbour", "ROOM": "flatmate",
    "CGV": "carer", "POWATT": "power of attorney", "HPOWATT": "healthcare power of attorney",
}  # fmt: skip
_KIND_OF = {code: kind for kind, written in RELATIONS.items() for code in written}

Read = Callable[..., list[str]]  # a number, or the two of one field, as they are kept; PhoneReader.read
Named = Callable[[object], str]  # what a Reference means, in words


@dataclass(frozen=True, repr=False)
class Withdrawn:
    """What a source says was theirs once: phones as they are kept, mail, addresses."""

    phones: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    addresses: tuple[Address, ...] = ()


def withdrawn(resource: Json, today: date, read: Callable[[str], list[str]]) -> Withdrawn:
    places = (address(each) for each in things(resource.get("address")) if is_past(each, today))
    return Withdrawn(*gone(resource, today, read), tuple(filter(None, places)))


def addresses(resource: Json, today: date) -> tuple[Address, Aside]:
    """The address to write to now, and every other one in a line of its own: also past ones and those to come."""
    listed = things(resource.get("address"))
    now = [each for each in listed if not is_past(each, today) and not begins_later(each.get("period"), today)]
    now = _newest_first(sorted(now, key=_usefulness))
    first = next((each for each in now if address(each)), None)
    aside: Aside = {}
    for other in listed:
        if other is not first and (line := address_words(other)):
            later = begins_later(other.get("period"), today)
            name = "Former address" if is_past(other, today) else "Address to come" if later else "Other address"
            start = partial_date(thing(other.get("period")).get("start")) if later else ""
            add(aside, name, f"{line} (from {start})" if start else line)
    if first is None:
        return {}, aside
    found = address(first)
    if (district := text(first.get("district"))) and district != found.get("region"):
        aside["District"] = district
    said = ", ".join(_extension_lines(first))
    if said:
        aside["Address, further"] = said
    written = text(first.get("text"))
    if written and not _says_no_more(written, [*map(str, found.values()), district]):
        aside["Address as written"] = written
    return found, aside


def _says_no_more(written: str, parts: list[str]) -> bool:
    known = set(fold(" ".join(parts)).split())
    return set(fold(written).split()) <= known


def _extension_lines(each: Json) -> list[str]:
    """A suburb, a building's name, the rear house: parts that some nations add to an address or to its lines."""
    plain = fold(" ".join(said for name in each for said in texts(each[name])))
    listed = [
        *things(each.get("extension")),
        *(
            one
            for name in sorted(each)
            if name.startswith("_")
            for part in things(each[name])
            for one in things(part.get("extension"))
        ),
    ]
    found = [(extension_name(text(one.get("url"))), text(extension_words(one))) for one in listed]
    return [f"{name}: {said}" for name, said in found if said and fold(said) not in plain]


def address_words(each: Json) -> str:
    """All parts of an address in a line, the written line where there are none."""
    named = [text(each.get(name)) for name in ("city", "district", "state", "postalCode", "country")]
    parts = [*texts(each.get("line")), *named, *_extension_lines(each)]
    line, written = ", ".join(part for part in parts if part), text(each.get("text"))
    return written if written and not _says_no_more(written, parts) else line


def _usefulness(each: Json) -> tuple[int, bool]:
    """By use; the house before the postbox."""
    use = text(each.get("use"))
    place = ADDRESS_ORDER.index(use) if use in ADDRESS_ORDER else len(ADDRESS_ORDER)
    return place, text(each.get("type")) == "postal"


def _newest_first(listed: list[Json]) -> list[Json]:
    """Some sources leave every address without an end: of those of one use that have a start, the latest counts."""
    start = [partial_date(thing(each.get("period")).get("start")) for each in listed]
    alike = [at for at, each in enumerate(listed) if start[at] and _usefulness(each) == _usefulness(listed[0])]
    if not (listed and start[0]):
        return listed
    latest = max(alike, key=lambda at: start[at])
    return [listed[latest], *(each for at, each in enumerate(listed) if at != latest)]


def address(each: Json) -> Address:
    """By its parts; the written line is the street's where no part is one."""
    fields = {
        "line": ", ".join(texts(each.get("line"))),
        "city": text(each.get("city")),
        "region": text(each.get("state")) or text(each.get("district")),
        "postcode": text(each.get("postalCode")),
        "country": text(each.get("country")),
    }
    if not fields["line"] and (written := text(each.get("text"))) and not _says_no_more(written, [*fields.values()]):
        fields["line"] = written
    kept: Address = {name: value for name, value in fields.items() if value}  # type: ignore[assignment]
    return kept


def address_line(each: Address) -> str:
    return ", ".join(str(value) for value in each.values())


def languages(resource: Json) -> tuple[PatientData, Aside]:
    spoken = things(resource.get("communication"))
    spoken.sort(key=lambda each: each.get("preferred") is not True)
    data: PatientData = {}
    others: list[str] = []
    besides: list[str] = []
    for each in spoken:
        needed = [said for one in things(each.get("extension")) if (said := interpreter(one)) is not None]
        if needed and "language" not in data:
            data["interpreter"] = needed[0]
        elif told := words({"extension": each.get("extension")}):
            besides.append(told)
        spoken_in = each.get("language")
        if isinstance(spoken_in, str):  # a bare code, as no version of FHIR has it, and some programs write it
            spoken_in = {"text": spoken_in, "coding": [{"code": spoken_in}]}
        tag, name = language(spoken_in), label(spoken_in)
        if tag and "language" not in data:
            data["language"] = tag
        elif name and name not in [code for _, code in codes(spoken_in)]:  # a bare "und" says nothing
            others.append(name)
        elif tag:
            others.append(languages_rules.name(tag))
    aside = {"Other languages": ", ".join(others), "About languages": "; ".join(besides)}
    return data, {title: told for title, told in aside.items() if told}


def language(concept: object) -> str:
    """A BCP 47 tag that we have words for, else the file's own words, else its tag; "" for an undetermined one."""
    said = label(concept)
    said = said.replace("_", "-") if _LANGUAGE_TAG.fullmatch(said.replace("_", "-")) else said
    tags = [code.replace("_", "-") for _, code in codes(concept)]
    tags = [tag for tag in tags if _LANGUAGE_TAG.fullmatch(tag) and len(tag) <= 35]
    if any(tag.lower() in ("und", "zxx", "mul", "mis", "unk", "asku", "nask", "ni", "oth") for tag in tags):
        return ""
    for tag in tags:
        if (known := languages_rules.known(tag)) and not _differs(said, tags, known):
            return known
    return languages_rules.of_word(said) or (said if said not in tags else next(iter(tags), ""))


def _differs(said: str, tags: list[str], known: str) -> bool:
    """Whether the words say more than our name of this code: "Chinese (Traditional)" is not "Mandarin"."""
    own = languages_rules.name(known)
    return bool(said) and said not in tags and fold(own) not in fold(said) and known not in fold(said).split()


def contacts(
    resource: Json, tidy: Callable[[str], str], today: date, named: Named, read: Read
) -> tuple[list[Link], Aside]:
    """The people to turn to, and aside every way to reach them that a relative has no field for.

    `named` says what a reference means. Organisations and contacts of another time stand aside whole.
    """
    links: list[Link] = []
    aside: Aside = {}
    for each in things(resource.get("contact")):
        name = one_line(one_name(thing(each.get("name")), tidy))
        reached, written, phones = _ways(each, today, read)
        relation = relation_words(each.get("relationship"))
        organisation = named(each.get("organization")) if each.get("organization") else ""
        whole = _told(name or organisation or "Somebody", [relation, written, *reached])
        if ended(each.get("period"), today):
            add(aside, "Former contact", whole)
        elif begins_later(each.get("period"), today):
            add(aside, "Contact to come", f"{whole} (from {partial_date(thing(each.get('period')).get('start'))})")
        elif not name and organisation:
            add(aside, "Contact organisation", whole)
        elif name or phones or reached:
            phone, *second = phones or [""]
            links.append(_link(each, name or relation.capitalize() or "Contact", phone, f"c{len(links) + 1}"))
            if any(told := [relation, organisation if name else "", *second, *reached]):
                add(aside, "Contacts in the file", _told(links[-1]["name"], told))
        elif relation:
            add(aside, "Contacts in the file", relation)
    return links, aside


def _told(name: str, told: list[str]) -> str:
    said = ", ".join(each for each in told if each)
    return f"{name}: {said}" if said else name


CONTACT_PARTS = frozenset(
    ("id", "extension", "name", "telecom", "address", "gender", "relationship", "organization", "period")
)


def _ways(contact: Json, today: date, read: Read) -> tuple[list[str], str, list[str]]:
    """In words what a relative has no field for, and the phone to dial first: as written, and as it is kept."""
    country = next((where for each in things(contact.get("address")) if (where := text(each.get("country")))), "")
    data, other = telecom(contact, today, lambda written: [written])
    listed = data.get("phones", [])
    first = next((each["number"] for each in listed if each["preferred"] and is_phone(each["number"])), "")
    told = [_told(each["kind"], [each["number"]]) for each in listed if each["number"] != first]
    told += [data.get("email", ""), *(f"{name}: {value}" for name, value in other.items())]
    told += [address_words(each) for each in things(contact.get("address"))]
    title = one_name(thing(contact.get("name"))).get("title", "")
    told += [f"title {title}" if title else "", name_besides(thing(contact.get("name")))]
    told += [text(contact.get("gender"))]
    told += [words({"extension": contact.get("extension")})]
    besides = {extension_name(text(name)): words(contact[name]) for name in sorted(contact.keys() - CONTACT_PARTS)}
    told += [_told(name, [said]) for name, said in besides.items() if said]
    return [each for each in told if each], first, read(first, country) if first else []


def relation_words(relationships: object) -> str:
    """Every coding in words, a bare code of table 0131 too."""
    said: list[str] = []
    for each in things(relationships):
        concepts = [each] if text(each.get("text")) else []
        for concept in [*concepts, *things(each.get("coding"))] or [each]:
            words = label(concept)
            said.append(CONTACT_CODES.get(words, words))
    return ", ".join(dict.fromkeys(each for each in said if each))


def _link(contact: Json, name: str, phone: str, own_id: str) -> Link:
    return {
        "id": own_id,
        "kind": relation_kind(contact.get("relationship")),
        "patient_id": "",
        "name": name,
        "phone": phone,
        # Nobody said that they may: a file names whom to turn to, consent is asked for in the clinic.
        "messages": False,
        "books": False,
        "pays": False,
    }


def relation_kind(relationships: object) -> LinkKind:
    written: set[str] = set()
    for each in things(relationships):
        written |= {code.upper() for _, code in codes(each)} | {label(each).upper()}
    kinds = {_KIND_OF[each] for each in written if each in _KIND_OF}
    return next((kind for kind in RELATIONS if kind in kinds), "other")
