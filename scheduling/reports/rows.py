"""The visits of a month or a year in words: the tables of the page and of its file, and the bars of its chart."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date

from clinnet import formats
from clinnet.console.tables import Head, Line, Table
from scheduling.calendar.queries.setup import Setup
from scheduling.reports.queries import Month, Sum
from scheduling.reports.rules import percentile

GONE = "Somebody who works here no longer"
VISITS = (Head("Visits"), Head("Seen", extra=True), Head("Did not come"), Head("Cancelled", extra=True))
WAITED = (Head("Known of", extra=True), Head("Half waited at most"), Head("Nine of ten at most"))
USED = (Head("Offered", extra=True), Head("Booked", extra=True), Head("Used"))
WIDTH, HEIGHT = 620, 120  # of the chart, in its own points


@dataclass(frozen=True, slots=True)
class Bar:
    """A part of a day's column: its place in the chart, and what it is (seen, missed, open)."""

    x: int
    y: int
    width: int
    height: int
    kind: str


def tables(month: Month, known: Setup, *, of_year: bool = False) -> list[Table]:
    names = {each.id: each.name for each in known.practitioners}
    types = {id: each.name for id, each in known.visit_types.items()}
    days = [(_month(day) if of_year else formats.date(day, known.clinic), each) for day, each in month.days.items()]
    by = "month" if of_year else "day"
    return [
        Table("By practitioner", (Head("Practitioner"), *VISITS, *USED), _person("Everybody", month.total),
              [_person(*each) for each in _named(month.people, names, GONE)]),
        Table("By type of visit", (Head("Type"), *VISITS), _type("All types", month.total),
              [_type(*each) for each in _named(month.types, types, "No type")]),
        *_waits(month, names),
        Table(f"By {by}", (Head(by.capitalize()), *VISITS, Head("Used"), Head("New patients", extra=True)),
              _day(f"All {by}s", month.total), [_day(*each) for each in days]),
    ]  # fmt: skip


def _waits(month: Month, names: dict[str, str]) -> list[Table]:
    """From arrival until the doctor began; nothing where that is known of nobody."""
    if not month.total.waits:
        return []
    rooms = Line("Until a room", _waited(month.total.rooms))
    hours = [Line(f"Arrived {hour:02}:00–{hour + 1:02}:00", _waited(each.waits)) for hour, each in
             sorted(month.hours.items())]  # fmt: skip
    people = [Line(word, _waited(each.waits)) for word, each in _named(month.people, names, GONE) if each.waits]
    waited = _waited(month.total.waits)
    return [
        Table("Waiting, by hour", (Head("From arrival"), *WAITED), Line("Until the doctor", waited), [rooms, *hours]),
        Table("Waiting, by practitioner", (Head("Practitioner"), *WAITED), Line("Everybody", waited), people),
    ]


def _waited(counts: Mapping[int, int]) -> tuple[str, ...]:
    half, most = (percentile(counts, share) for share in (0.5, 0.9))
    return (str(sum(counts.values())), *("–" if each is None else f"{each} min" for each in (half, most)))


def _month(name: str) -> str:
    """ "2026-03" → "March 2026" """
    return f"{date.fromisoformat(f'{name}-01'):%B %Y}"


def _named(sums: dict[str, Sum], names: dict[str, str], gone: str) -> list[tuple[str, Sum]]:
    """The most visits first; those without a name are told together."""
    found: dict[str, Sum] = {}
    for id, each in sums.items():
        name = names.get(id, gone)
        found[name] = _together(found[name], each) if name in found else each
    return sorted(found.items(), key=lambda each: (-each[1].visits, each[0]))


def _together(one: Sum, other: Sum) -> Sum:
    return Sum(*(getattr(one, each.name) + getattr(other, each.name) for each in fields(Sum)))


def _type(word: str, each: Sum) -> Line:
    missed = f"{each.missed} ({each.missed / each.visits:.0%})" if each.missed else "0"
    return Line(word, (str(each.visits), str(each.seen), missed, str(each.cancelled)))


def _used(each: Sum) -> str:
    return f"{each.booked / each.offered:.0%}" if each.offered else "–"


def _day(word: str, each: Sum) -> Line:
    return Line(word, (*_type(word, each).figures, _used(each), str(each.joined)))


def _person(word: str, each: Sum) -> Line:
    return Line(word, (*_type(word, each).figures, _hours(each.offered), _hours(each.booked), _used(each)))


def _hours(minutes: int) -> str:
    return f"{minutes / 60:.1f} h"


def bars(sums: Iterable[Sum]) -> list[Bar]:
    """A column for each day, those seen below those who did not come."""
    days = list(sums)
    most = max((each.visits for each in days), default=0)
    found, step = list[Bar](), WIDTH // max(len(days), 1)
    for number, each in enumerate(days):
        top = HEIGHT
        for kind in ("seen", "open", "missed"):
            height = round(getattr(each, kind) * HEIGHT / most) if most else 0
            top -= height
            if height:
                found.append(Bar(number * step, top, max(step - 2, 2), height, kind))
    return found
