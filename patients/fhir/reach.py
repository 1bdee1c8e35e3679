"""How a person is reached, and by whom: telecom, addresses, language, the people named as contacts."""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from patients.rules import countries, phones
from patients.rules.shape import Address, Link, LinkKind, PatientData, Phone, PhoneKind

from .names import one_line, one_name
from .parts import Json, codes, ended, label, text, texts, thing, things

MOST_PHONES = 10
NOWHERE = "ZZ"
PHONE_KINDS: dict[str, PhoneKind] = {"mobile": "mobile", "home": "home", "work": "work"}
ADDRESS_ORDER = ("home", "", "temp", "work", "billing", "old")
_LOOKS_LIKE_PHONE = re.compile(r"[+(]?[0-9][0-9 ()./+-]{4,}(?: ?(?:x|ext\.?) ?[0-9]+)?")
_LANGUAGE_TAG = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*")
LANGUAGE_NAMES = {
    "english": "en", "spanish": "es", "french": "fr", "german": "de", "portuguese": "pt", "italian": "it",
    "polish": "pl", "arabic": "ar", "chinese": "zh", "mandarin": "zh", "vietnamese": "vi", "russian": "ru",
    "ukrainian": "uk", "turkish": "tr", "hindi": "hi", "urdu": "ur", "bengali": "bn", "punjabi": "pa",
    "dutch": "nl", "somali": "so", "japanese": "ja", "korean": "ko", "tagalog": "tl", "greek": "el",
}  # fmt: skip
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
        if not value or text(point.get("use")) == "old" or ended(point.get("period"), today):
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
    """The address to write to now, and every other one in a line of its own."""
    listed = things(resource.get("address"))
    current = [each for each in listed if text(each.get("use")) != "old"]
    current = [each for each in current if not ended(each.get("period"), today)]
    current.sort(key=_usefulness)
    read = [made for each in current if (made := address(each))]
    aside: Aside = {}
    for other in read[1:]:
        _add(aside, "Other address", address_line(other))
    if not read:
        return {}, aside
    first = next(each for each in current if address(each))
    if (district := text(first.get("district"))) and district != read[0].get("region"):
        aside["District"] = district
    return read[0], aside


def _usefulness(each: Json) -> int:
    use = text(each.get("use"))
    return ADDRESS_ORDER.index(use) if use in ADDRESS_ORDER else len(ADDRESS_ORDER)


def address(each: Json) -> Address:
    fields = {
        "line": ", ".join(texts(each.get("line"))),
        "city": text(each.get("city")),
        "region": text(each.get("state")) or text(each.get("district")),
        "postcode": text(each.get("postalCode")),
        "country": text(each.get("country")),
    }
    if not any(fields.values()):
        fields["line"] = text(each.get("text"))
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
    """A BCP 47 tag, where the code or the words give one."""
    for _, code in codes(concept):
        if _LANGUAGE_TAG.fullmatch(code.replace("_", "-")) and len(code) <= 35:
            return code.replace("_", "-")
    return LANGUAGE_NAMES.get(label(concept).casefold(), "")


def contacts(resource: Json, tidy: Callable[[str], str], today: date) -> tuple[list[Link], Aside]:
    """The people to turn to; organisations and past contacts stand aside."""
    links: list[Link] = []
    aside: Aside = {}
    for each in things(resource.get("contact")):
        name = one_line(one_name(thing(each.get("name")), tidy))
        relation = ", ".join(
            CONTACT_CODES.get(words, words) for words in map(label, things(each.get("relationship"))) if words
        )
        if not name:
            _add_organisation(aside, each)
        elif ended(each.get("period"), today):
            _add(aside, "Former contact", f"{name} ({relation})" if relation else name)
        else:
            links.append(_link(each, name, f"c{len(links) + 1}", today))
            if relation:
                _add(aside, "Contacts in the file", f"{name}: {relation}")
    return links, aside


def _link(contact: Json, name: str, own_id: str, today: date) -> Link:
    reached, _ = telecom(contact, today)
    return {
        "id": own_id,
        "kind": relation_kind(contact.get("relationship")),
        "patient_id": "",
        "name": name,
        "phone": next((phone["number"] for phone in reached.get("phones", []) if phone["preferred"]), ""),
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


def _add_organisation(aside: Aside, contact: Json) -> None:
    if name := text(thing(contact.get("organization")).get("display")):
        _add(aside, "Contact organisation", name)
