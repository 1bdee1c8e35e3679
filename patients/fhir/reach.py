"""How a person is reached, and by whom: telecom, addresses, language, the people named as contacts."""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from patients.rules import countries, phones
from patients.rules import languages as languages_rules
from patients.rules.names import fold
from patients.rules.shape import Address, Link, LinkKind, PatientData, Phone, PhoneKind

from .names import name_besides, one_line, one_name
from .parts import Json, begins_later, codes, ended, label, partial_date, text, texts, thing, things

MOST_PHONES = 10
NOWHERE = "ZZ"
PHONE_KINDS: dict[str, PhoneKind] = {"mobile": "mobile", "home": "home", "work": "work"}
ADDRESS_ORDER = ("home", "", "temp", "work", "billing", "old")
_LOOKS_LIKE_PHONE = re.compile(r"[+(]?[0-9][0-9 ()./+-]{4,}(?: ?(?:x|ext\.?) ?[0-9]+)?")
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
CONTACT_CODES = {"N": "next of kin", "C": "emergency contact", "E": "employer", "I": "insurance company"}
_KIND_OF = {code: kind for kind, written in RELATIONS.items() for code in written}

Aside = dict[str, str]
Named = Callable[[object], str]  # what a Reference means, in words


@dataclass(frozen=True, repr=False)
class Withdrawn:
    """What a source says was theirs once: phones as they are kept, mail, addresses."""

    phones: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    addresses: tuple[Address, ...] = ()


def withdrawn(resource: Json, today: date, region: str) -> Withdrawn:
    points = [each for each in things(resource.get("telecom")) if _is_past(each, today) and _value(each)]
    by_system = [(_system(each, _value(each)), _value(each)) for each in points]
    places = (address(each) for each in things(resource.get("address")) if _is_past(each, today))
    return Withdrawn(
        tuple(phones.normalise(value, region) for system, value in by_system if system == "phone"),
        tuple(value for system, value in by_system if system == "email"),
        tuple(filter(None, places)),
    )


def _is_past(each: Json, today: date) -> bool:
    return text(each.get("use")) == "old" or ended(each.get("period"), today)


def telecom(resource: Json, today: date) -> tuple[PatientData, Aside]:
    """Phones and the e-mail address; other ways (pager, fax, a second address) stand aside."""
    numbers: list[tuple[int, Phone]] = []
    emails: list[tuple[int, str]] = []
    aside: Aside = {}
    for point in things(resource.get("telecom")):
        value = _value(point)
        if not value:
            continue
        if _is_past(point, today) or begins_later(point.get("period"), today):
            past = _is_past(point, today)
            _add(aside, f"{'Former' if past else 'Later'} {_system(point, value)}", value)
            continue
        match _system(point, value):
            case "phone":
                numbers.append((_order(point), _phone(point, value)))
            case "email":
                emails.append((_order(point), value))
            case other:
                _add(aside, other.capitalize(), value)
    emails.sort(key=lambda each: each[0])
    for _, more in emails[1:]:
        _add(aside, "Other e-mail", more)
    data: PatientData = {"email": emails[0][1]} if emails else {}
    if numbers:
        data["phones"] = _ranked(numbers)
    return data, aside


def _add(aside: Aside, name: str, value: str) -> None:
    aside[name] = f"{aside[name]}; {value}" if name in aside else value


def _value(point: Json) -> str:
    value = text(point.get("value"))
    return re.sub(r"(?i)^(tel|mailto|sms):", "", value).strip()


def _system(point: Json, value: str) -> str:
    system = text(point.get("system"))
    if system in ("phone", "sms"):
        return "phone"
    if system == "email" or (not system and "@" in value):
        return "email"
    if not system and _LOOKS_LIKE_PHONE.fullmatch(value):
        return "phone"
    return system or "other contact"


def _order(point: Json) -> int:
    rank = point.get("rank")
    return rank if isinstance(rank, int) and 0 < rank < 10_000 else 10_000


def _phone(point: Json, value: str) -> Phone:
    return {"number": value, "kind": PHONE_KINDS.get(text(point.get("use")), "other"), "preferred": False}


def _ranked(numbers: list[tuple[int, Phone]]) -> list[Phone]:
    """Each number once; the best rank is preferred, without ranks the first mobile, else the first."""
    best = min(numbers, key=lambda each: (each[0], each[1]["kind"] != "mobile"))[1]["number"]
    unique = {phone["number"]: phone for _, phone in reversed(numbers)}
    listed = list(reversed(unique.values()))[:MOST_PHONES]
    for phone in listed:
        phone["preferred"] = phone["number"] == best
    return listed


def region(data: PatientData, country: str) -> str:
    """The owner's own country, else the clinic's: an American number in a British clinic stays American.

    "ZZ", of no country, where theirs is written in a way that is not understood: their phones stay as written.
    """
    theirs = data.get("address", {}).get("country", "")
    return (countries.code(theirs) or NOWHERE) if theirs else country


def normalise_phones(data: PatientData, country: str) -> Counter[str]:
    """Read as the owner's own country writes them; each once. Returns how many were completed with which country."""
    where, completed = region(data, country), Counter[str]()

    def kept(number: str) -> str:
        whole = phones.normalise(number, where)
        completed[where] += whole.startswith("+") and not number.startswith(("+", "00"))
        return whole

    for phone in data.get("phones", []):
        phone["number"] = kept(phone["number"])
    for link in data.get("links", []):
        link["phone"] = kept(link["phone"])
    if listed := data.get("phones"):
        best = next((each["number"] for each in listed if each["preferred"]), "")
        unique: dict[str, Phone] = {}
        for phone in listed:
            unique.setdefault(phone["number"], {**phone, "preferred": phone["number"] == best})
        data["phones"] = list(unique.values())
    return +completed


def addresses(resource: Json, today: date) -> tuple[Address, Aside]:
    """The address to write to now, and every other one in a line of its own: also past ones and those to come."""
    listed = things(resource.get("address"))
    now = [each for each in listed if not _is_past(each, today) and not begins_later(each.get("period"), today)]
    now.sort(key=_usefulness)
    first = next((each for each in now if address(each)), None)
    aside: Aside = {}
    for other in listed:
        if other is not first and (line := address_words(other)):
            later = begins_later(other.get("period"), today)
            name = "Former address" if _is_past(other, today) else "Address to come" if later else "Other address"
            start = partial_date(thing(other.get("period")).get("start")) if later else ""
            _add(aside, name, f"{line} (from {start})" if start else line)
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
    """A suburb, a building's name: parts that some nations add to an address."""
    found = [(text(part.get("url")), text(part.get("valueString"))) for part in things(each.get("extension"))]
    return [f"{url.rstrip('/').split('/')[-1]}: {value}" for url, value in found if value]


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
    for each in spoken:
        tag, words = language(each.get("language")), label(each.get("language"))
        if tag and "language" not in data:
            data["language"] = tag
        elif words:
            others.append(words)
    return data, {"Other languages": ", ".join(others)} if others else {}


def language(concept: object) -> str:
    """A BCP 47 tag that we have words for, else the file's own words, else its tag; "" for an undetermined one."""
    said = label(concept)
    said = said.replace("_", "-") if _LANGUAGE_TAG.fullmatch(said.replace("_", "-")) else said
    tags = [code.replace("_", "-") for _, code in codes(concept)]
    tags = [tag for tag in tags if _LANGUAGE_TAG.fullmatch(tag) and len(tag) <= 35]
    if any(tag.lower() in ("und", "zxx", "mul", "mis") for tag in tags):
        return ""
    for tag in tags:
        if (known := languages_rules.known(tag)) and not _differs(said, tags, known):
            return known
    return languages_rules.of_word(said) or (said if said not in tags else next(iter(tags), ""))


def _differs(said: str, tags: list[str], known: str) -> bool:
    """Whether the words say more than our name of this code: "Chinese (Traditional)" is not "Mandarin"."""
    own = languages_rules.name(known)
    return bool(said) and said not in tags and fold(own) not in fold(said) and known not in fold(said).split()


def contacts(resource: Json, tidy: Callable[[str], str], today: date, named: Named) -> tuple[list[Link], Aside]:
    """The people to turn to, and aside every way to reach them that a relative has no field for.

    `named` says what a reference means. Organisations and past contacts stand aside whole.
    """
    links: list[Link] = []
    aside: Aside = {}
    for each in things(resource.get("contact")):
        name = one_line(one_name(thing(each.get("name")), tidy))
        reached, phone = _ways(each, today)
        relation = relation_words(each.get("relationship"))
        organisation = named(each.get("organization")) if each.get("organization") else ""
        told = [relation, organisation if name else "", *reached]
        if ended(each.get("period"), today):
            _add(aside, "Former contact", _told(name or organisation or "Somebody", [relation, phone, *reached]))
        elif not name and organisation:
            _add(aside, "Contact organisation", _told(organisation, [relation, phone, *reached]))
        elif name or phone or reached:
            links.append(_link(each, name or relation.capitalize() or "Contact", phone, f"c{len(links) + 1}"))
            if any(told):
                _add(aside, "Contacts in the file", _told(links[-1]["name"], told))
    return links, aside


def _told(name: str, told: list[str]) -> str:
    said = ", ".join(each for each in told if each)
    return f"{name}: {said}" if said else name


def _ways(contact: Json, today: date) -> tuple[list[str], str]:
    """In words what a relative has no field for, and the phone to dial first."""
    data, other = telecom(contact, today)
    listed = data.get("phones", [])
    phone = next((each["number"] for each in listed if each["preferred"]), "")
    told = [_told(each["kind"], [each["number"]]) for each in listed if each["number"] != phone]
    told += [data.get("email", ""), *(f"{name}: {value}" for name, value in other.items())]
    told += [address_words(each) for each in things(contact.get("address"))]
    title = one_name(thing(contact.get("name"))).get("title", "")
    told += [f"title {title}" if title else "", name_besides(thing(contact.get("name")))]
    told += [text(contact.get("gender"))]
    return [each for each in told if each], phone


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
