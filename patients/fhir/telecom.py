"""Phones and e-mail of a file: a person's own, and those of the people named as contacts."""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from patients.rules import countries, phones
from patients.rules.shape import PatientData, Phone, PhoneKind

from .aside import words
from .fits import is_mail
from .parts import Json, begins_later, ended, text, thing, things

MOST_PHONES = 10
NOWHERE = "ZZ"
PHONE_KINDS: dict[str, PhoneKind] = {"mobile": "mobile", "home": "home", "work": "work"}
_LOOKS_LIKE_PHONE = re.compile(r"[+(]?[0-9][0-9 ()./+-]{4,}(?: ?(?:x|ext\.?) ?[0-9]+)?")
_IN_BRACKETS = re.compile(r"<([^<>\s]+@[^<>\s]+)>")

Aside = dict[str, str]


@dataclass
class PhoneReader:
    """Reads numbers as their owner's country writes them: `region` is where they live, else the clinic's country."""

    region: str
    completed: Counter[str] = field(default_factory=Counter)  # numbers by the country whose prefix they were given

    def read(self, written: str, country: str = "") -> list[str]:
        """One number, or the two of one field; `country` as the address of its own owner has it."""
        where = (countries.code(country) or NOWHERE) if country else self.region
        found = phones.several(written, where)
        self.completed[where] += sum(each.startswith("+") for each in found) if not _named(written) else 0
        return found


def _named(written: str) -> bool:
    return written.startswith(("+", "00"))


def region(data: PatientData, country: str) -> str:
    """The owner's own country, else the clinic's: an American number in a British clinic stays American.

    "ZZ", of no country, where theirs is written in a way that is not understood: their phones stay as written.
    """
    theirs = data.get("address", {}).get("country", "")
    return (countries.code(theirs) or NOWHERE) if theirs else country


def telecom(resource: Json, today: date, read: Callable[[str], list[str]]) -> tuple[PatientData, Aside]:
    """Phones and the e-mail address; other ways (pager, fax, a second address) stand aside."""
    numbers: list[tuple[int, Phone]] = []
    emails: list[tuple[int, str]] = []
    aside: Aside = {}
    for point in things(resource.get("telecom")):
        value = value_of(point)
        if said := words(
            {"extension": [*things(point.get("extension")), *things(thing(point.get("_value")).get("extension"))]}
        ):
            add(aside, "About phones and mail", f"{value}: {said}" if value else said)
        system = system_of(point, value)
        if not value:
            continue
        if is_past(point, today) or begins_later(point.get("period"), today):
            add(aside, f"{'Former' if is_past(point, today) else 'Later'} {system}", value)
        elif system == "phone":
            numbers += [(_order(point), _phone(point, each)) for each in read(value)]
        elif system == "email":
            mails = [each for each in _IN_BRACKETS.findall(value) or re.split(r"[;,\s]+", value) if is_mail(each)]
            emails += [(_order(point), each) for each in mails]
            if mails != [value]:
                add(aside, "E-mail as written", value)
        else:
            add(aside, system.capitalize(), value)
    emails.sort(key=lambda each: each[0])
    for mail in list(dict.fromkeys(mail for _, mail in emails))[1:]:
        add(aside, "Other e-mail", mail)
    data: PatientData = {"email": emails[0][1]} if emails else {}
    if numbers:
        listed = _ranked(numbers)
        data["phones"] = listed[:MOST_PHONES]
        for phone in listed[MOST_PHONES:]:
            add(aside, "Other phone", phone["number"])
    return data, aside


def reach_by(resource: Json, today: date) -> PatientData:
    """By what they want messages, where the file says it: of text messages and e-mail the one that has rank 1.

    Of a file that knows no text messages nothing follows: e-mail comes first anyway.
    """
    now = [each for each in things(resource.get("telecom")) if value_of(each) and not is_past(each, today)]
    ranks = {text(each.get("system")).lower(): _order(each) for each in reversed(now)}
    ways = [way for system, way in (("sms", "sms"), ("email", "email")) if "sms" in ranks and ranks.get(system) == 1]
    return {"reach_by": ways[0]} if len(ways) == 1 else {}


def gone(resource: Json, today: date, read: Callable[[str], list[str]]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Phones as they are kept, and mail, that were theirs once."""
    points = [(point, value_of(point)) for point in things(resource.get("telecom")) if is_past(point, today)]
    by_system = [(system_of(point, value), value) for point, value in points if value]
    return (
        tuple(each for system, value in by_system if system == "phone" for each in read(value)),
        tuple(value for system, value in by_system if system == "email"),
    )


def is_past(each: Json, today: date) -> bool:
    return text(each.get("use")).lower() == "old" or ended(each.get("period"), today)


def add(aside: Aside, name: str, value: str) -> None:
    aside[name] = f"{aside[name]}; {value}" if name in aside else value


def value_of(point: Json) -> str:
    value = text(point.get("value"))
    found = re.sub(r"(?i)^(tel|mailto|sms|fax):\s*", "", value).strip()
    return found if found == value else re.sub(r"\?.*$", "", found)  # ?subject=, ?body=


def system_of(point: Json, value: str) -> str:
    system = text(point.get("system")).lower()
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
    return {"number": value, "kind": PHONE_KINDS.get(text(point.get("use")).lower(), "other"), "preferred": False}


def _ranked(numbers: list[tuple[int, Phone]]) -> list[Phone]:
    """Each number once; the best rank is preferred, without ranks the first mobile, else the first."""
    best = min(numbers, key=lambda each: (each[0], each[1]["kind"] != "mobile"))[1]["number"]
    unique: dict[str, Phone] = {}
    for _, phone in numbers:
        unique.setdefault(phone["number"], {**phone, "preferred": phone["number"] == best})
    return list(unique.values())
