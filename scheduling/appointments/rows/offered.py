"""Free times as the booking page shows them: the next days with room, morning and afternoon, a button a time."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import cache

from clinnet import clock, formats
from clinnet.accounts.models import Staff
from clinnet.table import Scope
from scheduling import words
from scheduling.appointments.rows.caller import start_of
from scheduling.appointments.rows.wanted import Moment, Wanted, value_of
from scheduling.board import queries as board_queries
from scheduling.calendar.queries import first_free, free_times
from scheduling.calendar.rules import slots, walltime
from scheduling.calendar.rules.slots import Slot, half

DAYS = 5
SHOWN = 6  # times of a half day that are seen at once
SOON = timedelta(hours=2)  # so far ahead a doctor who is behind now may still be


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
    """`asked` is a time that was asked for and is not free; `later` the date from which the next days are; `behind`
    says of whose times are offered soon that they are behind.
    """

    days: list[OfferedDay] = field(default_factory=list)
    asked: Time | None = None
    later: str = ""
    behind: str = ""

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
    if wanted.also:
        found = free_times.search(scope, wish, first=first, days=DAYS, within=within)
    else:  # each start is shown once
        usual = str(wanted.caller.patient.practitioner_id or "") if wanted.caller else ""
        found = first_free.search(scope, wish, usual=usual, first=first, days=DAYS, within=within)
    chains = {day.day: _chains(wanted, wish, day.slots) for day in found}
    full = len(found) == DAYS
    later = found[-1].day + timedelta(days=1) if full else first + timedelta(days=within)
    free = [value_of(_starts(chain)) for day in chains.values() for chain in day]
    asked = "" if _is_theirs(wanted) else value_of(wanted.starts)
    chosen = asked if asked in free or (asked and insist) else _first(wanted, chains)
    behind = _behind(scope, wanted, chains.get(wanted.today, []))
    teller = Teller(wanted, behind)
    days = [_day(wanted, teller, day, each, chosen) for day, each in chains.items() if each]
    asked_for = _asked(wanted) if chosen and chosen not in free else None
    return Offered(days, asked_for, later.isoformat(), teller.said_behind())


def _behind(scope: Scope, wanted: Wanted, of_today: Iterable[Iterable[Slot]]) -> dict[str, int]:
    """Minutes, of those whose times are shown soon. The day is read for it only where there are such."""
    soon = clock.now() + SOON
    theirs = dict.fromkeys(slot.practitioner for chain in of_today for slot in chain if slot.moment <= soon)
    late = board_queries.behind(scope, wanted.today) if theirs else {}
    return {who: late[who] for who in theirs if who in late}


def _is_theirs(wanted: Wanted) -> bool:
    """Whoever goes back after booking is at the address of a time that is this very booking by now."""
    if wanted.caller is None or wanted.moved or not wanted.starts:
        return False
    return any(clock.moment(start_of(row)) == wanted.starts[0][0] for row in wanted.caller.coming)


def _first(wanted: Wanted, chains: Mapping[date, list[list[Slot]]]) -> str:
    """The first free time; none on a day on which they have a visit already: a second one is chosen, not slipped into.

    Whoever goes back after booking and presses once more does not book twice. Who is here today, or was, is booked for
    another day; and a visit is moved to a time that somebody chose.
    """
    caller = wanted.caller
    for day, found in chains.items():
        if wanted.moved or not found:
            continue
        if caller is None or day not in caller.days:
            return value_of(_starts(found[0]))
        if day != wanted.today or not caller.has_come(day):
            return ""
    return ""


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


def _day(wanted: Wanted, teller: "Teller", day: date, chains: list[list[Slot]], chosen: str) -> OfferedDay:
    zone, label = wanted.known.clinic.time_zone, words.day(day, wanted.known.clinic)
    halves = []
    parts = [(half(each[0].wall(zone)), each) for each in chains]
    for part, name in (("am", "Morning"), ("pm", "Afternoon")):
        own = [each for its, each in parts if its == part]
        times = [_time(wanted, teller, each, chosen, day=label) for each in own]
        most = SHOWN if len(times) != SHOWN + 1 else SHOWN + 1  # "+1" takes as much room as the time itself
        halves.append(Half(name, times[:most], times[most:]))
    return OfferedDay(day, label, _ahead((day - wanted.today).days), halves)


def _ahead(days: int) -> str:
    if days < 2:
        return ("today", "tomorrow")[max(days, 0)]
    return f"in {days} days" if days < 14 else f"in {days // 7} weeks"


class Teller:
    """Says times of one page in words; what many of them have in common is put into words once."""

    def __init__(self, wanted: Wanted, behind: Mapping[str, int] | None = None) -> None:
        self._behind = behind or {}
        self._clinic, self._known = wanted.known.clinic, wanted.known
        self._zone, self._length = wanted.known.clinic.time_zone, timedelta(minutes=wanted.length)
        self._kind = wanted.visit_type.name if wanted.visit_type else ""
        self.clock = cache(self._clock)  # a visit ends when the next may begin
        self.short = cache(lambda who: words.short(self._known.practitioner(who)))
        self.initials = cache(lambda who: _initials(self._known.practitioner(who)))
        self.room = cache(lambda id: room.name if (room := self._known.rooms.get(id)) else "")

    def said_behind(self) -> str:
        """ "Dr Bernard is 43 min behind now." """
        said = [f"{self.short(who)} is {words.span(late, ' min')} behind" for who, late in self._behind.items()]
        return f"{words.together(said)} now." if said else ""

    def _clock(self, moment: datetime) -> str:
        if not walltime.on_grain(moment):
            return words.clock(moment, self._clinic)
        return formats.time(walltime.wall_of(walltime.number(moment), self._zone), self._clinic)

    def sentence(self, starts: Sequence[Moment], *, room: str = "", day: str = "") -> str:
        """ "Thu 26 Nov, 10:30–10:45, Dr Okafor, Room 2, Follow-up"; `day` where its words are known."""
        first = starts[0][0]
        day = day or words.day(walltime.day_of(first, self._zone), self._clinic)
        if len(starts) == 1:
            clocks = f"{self.clock(first)}–{self.clock(first + self._length)}"
        else:
            clocks = words.together(self.clock(each) for each, _ in starts)
        whom = words.together(self.short(who) for _, who in starts)
        return ", ".join(filter(None, [day, clocks, whom, room, self._kind]))


def _time(wanted: Wanted, teller: Teller, chain: list[Slot], chosen: str, *, day: str = "") -> Time:
    starts = _starts(chain)
    value = value_of(starts)
    said = teller.sentence(starts, room=teller.room(chain[0].room) if len(chain) == 1 else "", day=day)
    initials = names = ""
    if wanted.practitioner is None or (wanted.also and wanted.how == "beside"):  # it is open who it is with
        who = dict.fromkeys(slot.practitioner for slot in chain)
        initials, names = " ".join(map(teller.initials, who)), ", ".join(map(teller.short, who))
    return Time(value, teller.clock(starts[0][0]), said, initials, names, chosen=value == chosen)


def _initials(person: Staff | None) -> str:
    words_ = [word for word in (person.name if person else "").split() if not word.endswith(".")]
    return "".join(word[0] for word in words_ if word not in ("Dr", "Prof"))[:3]


def _asked(wanted: Wanted) -> Time | None:
    if any(wanted.known.practitioner(who) is None for _, who in wanted.starts):
        return None
    return time_of(wanted, wanted.starts, note="not free, or outside hours", chosen=True)


def time_of(wanted: Wanted, starts: tuple[Moment, ...], *, note: str = "", chosen: bool = False) -> Time:
    """A time that is not from the table."""
    said = Teller(wanted).sentence(starts)
    clock, _, _ = said.rpartition(f", {wanted.visit_type.name if wanted.visit_type else ''}")
    return Time(value_of(starts), clock or said, said, note=note, chosen=chosen)


def nearest(wanted: Wanted, found: Iterable[Slot]) -> list[Time]:
    """What was offered in place of a time that was taken; the first is chosen."""
    teller = Teller(wanted)
    return [
        _time(wanted, teller, [slot], value_of(_starts([slot])) if number == 0 else "")
        for number, slot in enumerate(found)
    ]
