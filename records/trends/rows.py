"""Measurements, and values of results, in columns by date, the newest on the right."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from zoneinfo import ZoneInfo

from clinnet import clock, formats
from clinnet.accounts.models import Clinic
from clinnet.table import Row
from records.lines import MeasuredLine, ResultLine, ValueLine
from records.models import ERRORED
from records.rules import results
from records.rules.curves import Band, Point, around, band, edges
from records.rules.measurements import KINDS
from records.rules.said import shown
from records.rules.units import UNITS, convert
from records.services.pinning import MARKS

COLUMNS, ANALYTES = 24, 40
NUMBER = re.compile(r"-?\d+(?:[.,]\d+)?", re.ASCII)


@dataclass(frozen=True, slots=True, repr=False)
class Set:
    """What was measured at once: packed lines by kind. `at` is a stamp."""

    at: str
    values: Mapping[str, MeasuredLine]


@dataclass(frozen=True, slots=True, repr=False)
class Drawn:
    """`lines` are points of polylines on a sheet of 300 by 60; `low` and `high` what its edges are. `normal` is the
    range as sent with the latest value, `band` as much of it as lies on the sheet.
    """

    lines: tuple[str, ...]
    low: str
    high: str
    normal: str = ""
    band: Band | None = None


@dataclass(frozen=True, slots=True, repr=False)
class Trend:
    """One kind: a cell for each column, empty where it was not measured, and its drawing where there are two."""

    label: str
    unit: str
    cells: tuple[str, ...]
    drawn: Drawn | None


@dataclass(frozen=True, slots=True, repr=False)
class Trends:
    columns: tuple[str, ...]
    rows: tuple[Trend, ...]


def sets(found: Sequence[Row]) -> list[Set]:
    """The oldest first, without what is in error."""
    made = []
    for row in found:
        if row.get("state") == ERRORED:
            continue
        values = {kind: MeasuredLine.unpack(line) for kind, line in row["line"].items()}
        made.append(Set(min((each.at for each in values.values()), default=""), values))
    return sorted(made, key=lambda each: each.at)


def trends(found: Sequence[Row], clinic: Clinic) -> Trends:
    last = sets(found)[-COLUMNS:]
    kinds = [kind for kind in KINDS if not KINDS[kind].of_birth and any(kind in each.values for each in last)]
    columns = tuple(formats.date(_local(each.at, clinic).date().isoformat(), clinic) for each in last)
    return Trends(columns, tuple(_trend(kind, last) for kind in kinds))


def analytes(found: Sequence[Row], clinic: Clinic) -> Trends:
    """Of each value that two results have: by its code of LOINC, else by its name. The latest is the first row."""
    days: dict[str, dict[str, ValueLine]] = {}
    for row in sorted(found, key=lambda row: (str(row["line"].get("o", "")), str(row["id"]))):
        line = ResultLine.unpack(row["line"])
        if row.get("state") != ERRORED and line.on:
            there = map(ValueLine.unpack, line.values)
            days.setdefault(line.on, {}).update({each.code or each.name.casefold(): each for each in there})
    last = list(days.items())[-COLUMNS:]
    often = Counter(key for _, values in last for key in values)
    keys = dict.fromkeys(key for _, values in reversed(last) for key in values if often[key] > 1)
    on = [day for day, values in last if any(key in values for key in keys)]
    rows = tuple(_analyte([days[day].get(key) for day in on]) for key in list(keys)[:ANALYTES])
    return Trends(tuple(formats.date(day, clinic) for day in on), rows)


def _analyte(values: Sequence[ValueLine | None]) -> Trend:
    """Each value as it was sent; drawn is what has the unit of the latest."""
    latest = next(each for each in reversed(values) if each)
    cells = tuple(_sent(each, latest.unit) if each else "" for each in values)
    fit = [
        (float(at), each.value)
        for at, each in enumerate(values)
        if each and each.unit == latest.unit and NUMBER.fullmatch(each.value)
    ]
    *plain, range = results.with_points(*(value for _, value in fit), latest.range) or ("",)
    points = [(at, float(value)) for (at, _), value in zip(fit, plain, strict=False)]
    if len(points) < 2:
        return Trend(latest.name, latest.unit, cells, None)
    bounds, numbers = results.normal(range), sorted(y for _, y in points)
    beyond = [(points[0][0], edge) for edge in edges(numbers, bounds)]
    sheet = around([*points, *beyond])
    drawn = Drawn(
        (sheet.line(points),), _edge(numbers[0]), _edge(numbers[-1]), latest.range, band(sheet, bounds)
    )  # fmt: skip
    return Trend(latest.name, latest.unit, cells, drawn)


def _edge(number: float) -> str:
    return f"{number:.5g}" if abs(number) < 100_000 else f"{number:.0f}"


def _sent(line: ValueLine, unit: str) -> str:
    other = line.unit if line.unit != unit else ""
    return " ".join(part for part in (results.shorter(line.value), other, MARKS.get(line.flag, "")) if part)


def _local(stamp: str, clinic: Clinic) -> datetime:
    return clock.moment(stamp).astimezone(ZoneInfo(clinic.time_zone))


def _trend(kind: str, of: Sequence[Set]) -> Trend:
    """Each value as it was typed; its unit where it is not that of the latest one."""
    values = [each.values.get(kind) for each in of]
    unit = next(line.unit for line in reversed(values) if line)
    cells = tuple(_cell(line, unit) if line else "" for line in values)
    return Trend(KINDS[kind].label, UNITS[unit].shown, cells, _drawn(kind, unit, of))


def _cell(line: MeasuredLine, unit: str) -> str:
    value = f"{shown(line.text)}/{shown(line.lower)}" if line.lower else shown(line.text)
    other = UNITS[line.unit].shown if line.unit != unit else ""
    return " ".join(part for part in (value, other, line.mark) if part)


def _drawn(kind: str, unit: str, of: Sequence[Set]) -> Drawn | None:
    """Blood pressure has two lines."""
    there = [(clock.moment(each.at).timestamp(), each.values[kind]) for each in of if kind in each.values]
    if len(there) < 2:
        return None
    upper: list[Point] = [(at, float(value(line, unit))) for at, line in there]
    lower: list[Point] = [(at, float(line.lower)) for at, line in there if line.lower]
    sheet = around([*upper, *lower])
    numbers = sorted({y for _, y in (*upper, *lower)})
    lines = tuple(sheet.line(points) for points in (upper, lower) if points)
    return Drawn(lines, f"{numbers[0]:.5g}", f"{numbers[-1]:.5g}")


def value(line: MeasuredLine, unit: str) -> Fraction:
    """In another unit of its kind."""
    return convert(Fraction(line.text), line.unit, unit)
