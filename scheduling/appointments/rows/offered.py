"""Free times as the booking page shows them: the next days with room, morning and afternoon, a button a time."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from clinnet.accounts.models import Staff
from clinnet.table import Scope
from scheduling import words
from scheduling.appointments.rows.wanted import Moment, Wanted, value_of
from scheduling.calendar.queries import free_times
from scheduling.calendar.rules import slots, walltime
from scheduling.calendar.rules.slots import Slot

DAYS = 5
SHOWN = 6  # times of a half day that are seen at once


@dataclass(frozen=True, slots=True)
class Time:
    """One button. `said` is what will be booked, in words; `with_whom` initials where nobody is chosen."""

    value: str
    clock: str
    said: str
    with_whom: str = ""
    name: str = ""
    note: str = ""
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Half:
    """A morning or an afternoon. `hidden` are behind "+4", which is open where the chosen time is among them."""

    label: str
    shown: list[Time]
    hidden: list[Time]

    @property
    def open(self) -> bool:
        return any(each.chosen for each in self.hidden)


@dataclass(frozen=True, slots=True)
class OfferedDay:
    day: date
    label: str
    ahead: str
    halves: list[Half]


@dataclass(frozen=True, slots=True)
class Offered:
    """`asked` is a time that was asked for and is not free; `later` the date from which the next days are."""

    days: list[OfferedDay] = field(default_factory=list)
    asked: Time | None = None
    later: str = ""

    @property
    def asked_alone(self) -> list[Time]:
        return [self.asked] if self.asked else []

    @property
    def chosen(self) -> Time | None:
        times = [each for day in self.days for half in day.halves for each in (*half.shown, *half.hidden)]
        return next((each for each in [*times, *self.asked_alone] if each.chosen), None)


def offered(scope: Scope, wanted: Wanted, *, insist: bool) -> Offered:
    """A chosen time stays chosen while it is free, else the first is; with `insist` it is shown even so."""
    wish = wanted.wish
    if wish is None:
        return Offered()
    first, within = wanted.stretch
    if wanted.caller and wanted.also:
        others = tuple(each for each in wanted.caller.relatives if each.id in wanted.also)
        anybody = wanted.how == "beside"
        wish = replace(wish, others=others, practitioners=() if anybody else wish.practitioners)
    found = free_times.search(scope, wish, first=first, days=DAYS, within=within)
    chains = {day.day: _chains(wanted, wish, day.slots) for day in found}
    full = len(found) == DAYS
    later = found[-1].day + timedelta(days=1) if full else first + timedelta(days=within)
    free = [value_of(_starts(chain)) for day in chains.values() for chain in day]
    asked = value_of(wanted.starts)
    chosen = asked if asked in free or (asked and insist) else _first(wanted, chains)
    days = [_day(wanted, day, each, chosen) for day, each in chains.items() if each]
    return Offered(days, _asked(wanted) if chosen and chosen not in free else None, later.isoformat())


def _first(wanted: Wanted, chains: Mapping[date, list[list[Slot]]]) -> str:
    """The first free time; none on a day on which they have a visit already: a second one is chosen, not slipped into.

    Whoever goes back after booking and presses once more does not book twice.
    """
    day = next((day for day, found in chains.items() if found), None)
    if day is None or (not wanted.moved and wanted.caller and day in wanted.caller.days):
        return ""
    return value_of(_starts(chains[day][0]))


def _chains(wanted: Wanted, wish: free_times.Wish, free: Sequence[Slot]) -> list[list[Slot]]:
    """One for each start; where more than one practitioner is free then, whom the patient knows, else the first."""
    usual = wanted.caller.patient.practitioner_id if wanted.caller else ""
    if not wanted.also:
        made = [[slot] for slot in free]
    elif wanted.how == "beside":
        made = slots.side_by_side(free, wanted.people)
    else:
        made = slots.back_to_back(free, wish.need, wanted.people)
    by_start: dict[int, list[Slot]] = {}
    for chain in sorted(made, key=lambda chain: (chain[0].start, chain[0].practitioner != usual)):
        by_start.setdefault(chain[0].start, chain)
    return list(by_start.values())


def _starts(chain: Iterable[Slot]) -> tuple[Moment, ...]:
    return tuple((slot.moment, slot.practitioner) for slot in chain)


def _day(wanted: Wanted, day: date, chains: list[list[Slot]], chosen: str) -> OfferedDay:
    zone = wanted.known.clinic.time_zone
    halves = []
    for part, label in (("am", "Morning"), ("pm", "Afternoon")):
        own = [each for each in chains if (walltime.to_wall(each[0].moment, zone).hour < 12) == (part == "am")]
        times = [_time(wanted, each, chosen) for each in own]
        most = SHOWN if len(times) != SHOWN + 1 else SHOWN + 1  # "+1" takes as much room as the time itself
        halves.append(Half(label, times[:most], times[most:]))
    return OfferedDay(day, words.day(day), _ahead((day - wanted.today).days), halves)


def _ahead(days: int) -> str:
    if days < 2:
        return ("today", "tomorrow")[max(days, 0)]
    return f"in {days} days" if days < 14 else f"in {days // 7} weeks"


def _time(wanted: Wanted, chain: list[Slot], chosen: str) -> Time:
    room = wanted.known.rooms.get(chain[0].room) if len(chain) == 1 else None
    starts = _starts(chain)
    value = value_of(starts)
    people = [wanted.known.practitioner(slot.practitioner) for slot in chain]
    open_choice = wanted.practitioner is None or (wanted.also and wanted.how == "beside")
    initials = " ".join(_initials(each) for each in dict.fromkeys(people)) if open_choice else ""
    said = sentence(wanted, starts, room=room.name if room else "")
    names = ", ".join(words.short(each) for each in dict.fromkeys(people)) if open_choice else ""
    at = words.clock(chain[0].moment, wanted.known.clinic)
    return Time(value, at, said, initials, names, chosen=value == chosen)


def sentence(wanted: Wanted, starts: Sequence[Moment], *, room: str = "") -> str:
    """ "Thu 26 Nov, 10:30–10:45, Dr Okafor, Room 2, Follow-up"."""
    clinic, length = wanted.known.clinic, timedelta(minutes=wanted.length)
    first = starts[0][0]
    day = words.day(walltime.day_of(first, clinic.time_zone))
    if len(starts) == 1:
        clocks = f"{words.clock(first, clinic)}–{words.clock(first + length, clinic)}"
    else:
        clocks = words.together(words.clock(each, clinic) for each, _ in starts)
    whom = words.together(words.short(wanted.known.practitioner(who)) for _, who in starts)
    kind = wanted.visit_type.name if wanted.visit_type else ""
    return ", ".join(filter(None, [day, clocks, whom, room, kind]))


def _initials(person: Staff | None) -> str:
    words_ = [word for word in (person.name if person else "").split() if not word.endswith(".")]
    return "".join(word[0] for word in words_ if word not in ("Dr", "Prof"))[:3]


def _asked(wanted: Wanted) -> Time | None:
    if any(wanted.known.practitioner(who) is None for _, who in wanted.starts):
        return None
    return time_of(wanted, wanted.starts, note="not free, or outside hours", chosen=True)


def time_of(wanted: Wanted, starts: tuple[Moment, ...], *, note: str = "", chosen: bool = False) -> Time:
    """A time that is not from the table."""
    said = sentence(wanted, starts)
    clock, _, _ = said.rpartition(f", {wanted.visit_type.name if wanted.visit_type else ''}")
    return Time(value_of(starts), clock or said, said, note=note, chosen=chosen)


def nearest(wanted: Wanted, found: Iterable[Slot]) -> list[Time]:
    """What was offered in place of a time that was taken; the first is chosen."""
    return [_time(wanted, [slot], value_of(_starts([slot]))) if number == 0 else _time(wanted, [slot], "")
            for number, slot in enumerate(found)]  # fmt: skip
