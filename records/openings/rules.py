"""Which openings of a chart look unusual, from the trail of one day. Pure.

None of it is wrong by itself: somebody else asks, and writes what was found.
"""

import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

EVENING, MORNING = 22, 6  # hours of the clinic's clock
MANY, WITHIN = 30, timedelta(hours=1)
AROUND = timedelta(days=30)  # before and after: a visit in these days is why a chart is opened
TITLES = {"dr", "prof", "mr", "mrs", "ms", "miss", "sister"}


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

    @property
    def at_night(self) -> bool:
        return self.opening.at.hour >= EVENING or self.opening.at.hour < MORNING


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


def unusual(look: Look, names: Names, has_visit: Callable[[], bool]) -> str:
    """What is unusual, in words; empty of what is not.

    `has_visit`, asked only where it matters: whether there is one within AROUND.
    """
    said = []
    if _is(names.who, names):
        said.append("Their own chart")
    elif any(_is(each, names) for each in names.others):
        said.append("A colleague's chart")
    elif _ends_with(names.who, names.family):
        said.append("The same family name")
    rare = ["At night"] if look.at_night else []
    rare += [f"More than {MANY} charts within an hour"] if look.together > MANY else []
    if rare and not has_visit():
        said += [*rare, f"No visit within {AROUND.days} days"]
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
