"""Which openings of a chart look unusual, from the trail of one day. Pure.

None of it is wrong by itself: somebody else asks, and writes what was found.
"""

import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

WITHIN = timedelta(hours=1)
TITLES = {"dr", "prof", "mr", "mrs", "ms", "miss", "sister"}


@dataclass(frozen=True, slots=True)
class Limits:
    """What is unusual in this clinic: hours of its clock at which night begins and ends, more charts than so `many`
    within an hour, no visit within so many `days` before and after, and whether the `family` name counts."""

    evening: int = 22
    morning: int = 6
    many: int = 30
    days: int = 30
    family: bool = True

    def is_night(self, at: datetime) -> bool:
        if self.evening > self.morning:
            return at.hour >= self.evening or at.hour < self.morning
        return self.evening <= at.hour < self.morning


@dataclass(frozen=True, slots=True)
class Opening:
    """`at` is by the clinic's clock; `person` a member of the staff."""

    id: str
    at: datetime
    person: str
    patient_id: str


@dataclass(frozen=True, slots=True, repr=False)
class Names:
    """Who opened the chart (`who`) of whom (`given`, `family`); `others` are the rest of the staff."""

    who: str
    others: Sequence[str]
    given: str
    family: str


@dataclass(frozen=True, slots=True)
class Look:
    """The first time on a day that somebody opened a chart; `together`: how many they opened in the hour up to it."""

    opening: Opening
    together: int


def looks(openings: Iterable[Opening]) -> list[Look]:
    """One for each person and chart, in their order."""
    found: list[Look] = []
    last: dict[str, list[Opening]] = {}  # by person
    seen: set[tuple[str, str]] = set()
    for each in sorted(openings, key=lambda each: (each.at, each.id)):
        recent = [one for one in last.get(each.person, []) if one.at > each.at - WITHIN] + [each]
        last[each.person] = recent
        if (each.person, each.patient_id) not in seen:
            seen.add((each.person, each.patient_id))
            found.append(Look(each, len({one.patient_id for one in recent})))
    return found


def unusual(look: Look, names: Names, has_visit: Callable[[], bool], limits: Limits) -> str:
    """What is unusual, in words; empty of what is not.

    `has_visit`, asked only where it matters: whether there is one within the days of the limits.
    """
    said = []
    if _is(names.who, names):
        said.append("Their own chart")
    elif any(_is(each, names) for each in names.others):
        said.append("A colleague's chart")
    elif limits.family and _ends_with(names.who, names.family):
        said.append("The same family name")
    rare = ["At night"] if limits.is_night(look.opening.at) else []
    rare += [f"More than {limits.many} charts within an hour"] if look.together > limits.many else []
    if rare and not has_visit():
        said += [*rare, f"No visit within {limits.days} days"]
    return ". ".join(said)


def _is(staff: str, names: Names) -> bool:
    first = _words(names.given)[:1]
    return bool(first) and _ends_with(staff, names.family) and first == _words(staff)[:1]


def _ends_with(staff: str, family: str) -> bool:
    name = _words(family)
    return bool(name) and _words(staff)[-len(name) :] == name


def _words(name: str) -> list[str]:
    """ "Dr Inês Duarte" → ["ines", "duarte"]"""
    plain = unicodedata.normalize("NFKD", name.casefold())
    letters = "".join(each if each.isalnum() else " " for each in plain if not unicodedata.combining(each))
    return [word for word in letters.split() if word not in TITLES]
