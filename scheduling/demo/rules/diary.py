"""What a generator writes into: visits, and who is taken when."""

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import NamedTuple

from scheduling.calendar.rules import walltime
from scheduling.calendar.rules.slots import Need
from scheduling.demo.rules.places import Doctor, Kind, Plan


@dataclass(frozen=True, slots=True)
class Person:
    """A patient of whom a visit can be: `key` names one of the cast, `doctor` is the key of the usual one."""

    id: str
    age: int
    key: str = ""
    doctor: str = ""


class Step(NamedTuple):
    """A change of state: to what, when, by whom."""

    to: str
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class Visit:
    """An appointment to be written. `start` is None of somebody who queues; `until` is the end of a held time."""

    key: str
    patient: str
    kind: Kind
    doctor: str
    room: str
    start: datetime | None
    made: datetime
    by: str
    state: str = "booked"
    steps: tuple[Step, ...] = ()
    reason: str = field(default="", repr=False)
    overbooked: str = ""
    cancelled: tuple[str, str] = ("", "")  # by whom, why
    until: datetime | None = None

    @property
    def takes_time(self) -> bool:
        return self.start is not None and self.state not in ("cancelled", "noshow")


class Block(NamedTuple):
    key: str
    doctor: str
    start: datetime
    minutes: int
    reason: str


class Wanted(NamedTuple):
    """A request for a time. `held` is the key of the visit that is held for it."""

    key: str
    patient: str
    kind: str
    doctor: str
    weekdays: tuple[int, ...]
    part: str
    urgency: int
    source: str
    reason: str
    at: datetime
    held: str = ""


class Diary:
    """Who is taken when, in grains: nobody is ever booked twice in it but on purpose."""

    def __init__(self, plan: Plan, rng: random.Random, people: Sequence[Person]) -> None:
        self.plan, self.rng = plan, rng
        self.visits: list[Visit] = []
        self.blocks: list[Block] = []
        self._taken: dict[tuple[str, str], set[int]] = {}
        self._of_the_day: set[str] = set()
        self._people = list(people)
        self.by_key = {each.key: each for each in people if each.key}
        rng.shuffle(self._people)

    def doctor(self, key: str) -> Doctor:
        return next(each for each in self.plan.doctors if each.key == key)

    def take(self, what: str, who: str, grains: Iterable[int]) -> None:
        self._taken.setdefault((what, who), set()).update(grains)

    def is_free(self, what: str, who: str, grains: Iterable[int]) -> bool:
        return not who or self._taken.get((what, who), set()).isdisjoint(grains)

    def room_for(self, kind: Kind, doctor: str, start: datetime) -> str | None:
        """A free room of those that would do, the doctor's own first; empty where none is needed."""
        grains = kind.need.room(walltime.number(start))
        own = self.doctor(doctor).room
        rooms = sorted(kind.rooms, key=lambda each: each != own)
        return next((each for each in rooms if self.is_free("room", each, grains)), None) if rooms else ""

    def fits(self, kind: Kind, doctor: str, start: datetime, patient: str = "") -> bool:
        first = walltime.number(start)
        return (
            (not kind.who or doctor in kind.who)
            and self.is_free("doctor", doctor, kind.need.practitioner(first))
            and self.is_free("patient", patient, kind.need.patient(first))
            and self.room_for(kind, doctor, start) is not None
        )

    def add(self, visit: Visit) -> Visit:
        self.visits.append(visit)
        self._of_the_day.add(visit.patient)
        if visit.takes_time and visit.start:
            first, need = walltime.number(visit.start), visit.kind.need
            self.take("doctor", visit.doctor, need.practitioner(first))
            self.take("room", visit.room, need.room(first))
            self.take("patient", visit.patient, need.patient(first))
        return visit

    def keep_away(self, patients: Iterable[str]) -> None:
        """Who shall not be chosen by chance."""
        self._of_the_day |= set(patients)

    def block(self, key: str, doctor: str, start: datetime, minutes: int, reason: str) -> None:
        grains = Need(minutes).practitioner(walltime.number(start))
        if self.is_free("doctor", doctor, grains):
            self.take("doctor", doctor, grains)
            self.blocks.append(Block(key, doctor, start, minutes, reason))

    def somebody(self, kind: Kind, doctor: str, start: datetime) -> Person | None:
        """Who was not here yet that day, has the age for it, and has time; rather one of the doctor's own."""
        low, high = kind.ages
        grains = kind.need.patient(walltime.number(start))
        fitting = (
            each
            for each in self._people
            if each.id not in self._of_the_day and low <= each.age <= high and self.is_free("patient", each.id, grains)
        )
        other = None
        for number, each in enumerate(fitting):
            if each.doctor in ("", doctor):
                return self._again(each)
            other = other or each
            if number > 20:
                break
        return self._again(other) if other else None

    def _again(self, person: Person) -> Person:
        """The next time others come first."""
        self._people.remove(person)
        self._people.append(person)
        return person

    def kind(self) -> Kind:
        kinds = list(self.plan.kinds.values())
        return self.rng.choices(kinds, [each.share for each in kinds])[0]

    def reason(self, kind: Kind) -> str:
        return self.rng.choice(kind.reasons) if kind.reasons and self.rng.random() < 0.85 else ""

    def desk(self) -> str:
        return self.rng.choice(self.plan.desk)


def starts_of(day: date, zone: str) -> list[datetime]:
    """The quarters of an hour of a day, as its clock shows them."""
    return [moment for _, moment in walltime.grains_of(day, zone, 15)]


def booked_on(rng: random.Random, start: datetime, now: datetime) -> datetime:
    """When somebody made an appointment: some days before, never after now."""
    ago = timedelta(days=rng.choice((0, 1, 1, 2, 3, 5, 7, 14, 21, 30)), minutes=rng.randint(95, 600))
    return min(start, now) - ago
