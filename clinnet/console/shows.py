"""How values of items are written for people: never a raw value where a word is known."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from clinnet import formats, money
from clinnet.accounts import queries as accounts
from clinnet.accounts.models import Clinic
from clinnet.money import Money
from clinnet.table import Scope


@dataclass(frozen=True, slots=True, repr=False)
class Reader:
    """Who reads, and in which clinic: its dates and its currency."""

    scope: Scope
    clinic: Clinic


@dataclass(frozen=True, slots=True, repr=False)
class Change:
    """What an event did to one attribute, in words."""

    label: str
    before: str
    after: str


Show = Callable[[Any, Reader], str]


def plain(value: Any, reader: Reader) -> str:
    """Any value of the table: texts and numbers as they are, lists and maps in words."""
    if isinstance(value, str) or value in (None, [], {}):  # nearly always a text: a file has a million of them
        return value or ""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, Mapping):
        told = ((str(name).replace("_", " "), plain(each, reader)) for name, each in value.items())
        return ", ".join(f"{name} {each}" for name, each in told if each)
    if isinstance(value, list | tuple | set | frozenset):
        return "; ".join(plain(each, reader) for each in value)
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def yes_no(value: Any, reader: Reader) -> str:
    return "Yes" if value else "No"


def day(value: Any, reader: Reader) -> str:
    """A date or partial date as the clinic writes it."""
    return formats.date(str(value), reader.clinic) if value else ""


def moment(value: Any, reader: Reader) -> str:
    """A stamp of the table, by the clinic's clock."""
    return formats.when(str(value), reader.clinic) if value else ""


def within(value: Any, reader: Reader) -> str:
    """The same within a sentence."""
    return formats.within(str(value), reader.clinic) if value else ""


def amount(value: Any, reader: Reader) -> str:
    """Minor units of the clinic's currency, without its sign."""
    return "" if value is None else money.show(Money(int(value), reader.clinic.money), reader.clinic.locale)


def person(value: Any, reader: Reader) -> str:
    """Somebody of the staff by id."""
    if not value:
        return ""
    names = (each.name for each in accounts.staff(reader.scope) if each.id == value)
    return next(names, "Somebody who works here no longer")


def people(value: Any, reader: Reader) -> str:
    return ", ".join(person(each, reader) for each in value or ())


def among(words: Mapping[Any, str]) -> Show:
    """A word for each of a few values; another value as it is."""

    def show(value: Any, reader: Reader) -> str:
        return words.get(value, plain(value, reader))

    return show


def each(show: Show) -> Show:
    """Of a list: every entry as `show` writes it."""

    def told(value: Any, reader: Reader) -> str:
        return ", ".join(show(one, reader) for one in value or ())

    return told
