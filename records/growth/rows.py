"""A child's measurements against the reference, as points and as a table."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo

from clinnet import clock, formats
from clinnet.accounts.models import Clinic
from clinnet.table import Row
from patients.models import Patient
from patients.rules import births
from records.rules import growth
from records.rules.curves import Point, Sheet, ticks
from records.rules.units import Quantity
from records.trends.rows import Set, sets, value

OLDEST = 20 * 365 + 5  # days: so far the reference goes
WIDTH, HEIGHT = 620.0, 360.0
Name = Literal["weight", "height", "head", "bmi", "weight-length"]
NAMES: Mapping[Name, tuple[str, str]] = {
    "weight": ("Weight", "kg"),
    "height": ("Height", "cm"),
    "head": ("Head", "cm"),
    "bmi": ("BMI", "kg/m²"),
    "weight-length": ("Weight for length", "kg"),
}
MEASURES: Mapping[Name, growth.Measure] = {"weight": "weight", "height": "length", "head": "head", "bmi": "bmi"}
SHORTEST, LONGEST = 45, 110  # cm: so far WHO's table of weight for length goes
MONTHS, LENGTHS, VALUES = (
    (1, 2, 3, 6, 12, 24, 36),
    (1, 2, 5, 10),
    (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50),
)  # steps of ticks
NO_DATE = "No curve: the record has no whole birth date."
NOTHING = "Not measured yet."
NOT_YET_DUE = "The curve begins on the day on which the child was due."
NO_LENGTHS = "Weight for length is of a weight and a length of one time, under 2 years, from 45 to 110 cm."


@dataclass(frozen=True, slots=True, repr=False)
class Child:
    """`gestation` in days at birth, where the chart says it."""

    born: date
    sex: str
    gestation: int | None

    def corrected(self, days: int) -> int | None:
        return None if self.gestation is None else growth.corrected_days(days, self.gestation)

    def is_early(self) -> bool:
        return self.gestation is not None and self.gestation < growth.EARLY


@dataclass(frozen=True, slots=True, repr=False)
class At:
    """A value at an age in days; `length` in cm where it is of that and not of the age; `lying` of a length."""

    days: int
    on: date
    number: float
    length: float = 0
    lying: bool | None = None


@dataclass(frozen=True, slots=True, repr=False)
class GrowthRow:
    """`corrected` is what the child has at the age from its due date: "6 months: 41st, z −0.23"."""

    on: str
    age: str
    value: str
    percentile: str
    z: str
    gain: str
    corrected: str = ""


@dataclass(frozen=True, slots=True, repr=False)
class Curve:
    """A named line of the reference, with the place of its name where it ends on the right."""

    name: str
    points: str
    end: Point | None
    middle: bool


class Tick(NamedTuple):
    """A number at an edge of the sheet: so far from its left, or from its top."""

    at: float
    label: str


@dataclass(frozen=True, slots=True, repr=False)
class Growth:
    """`said` is why there is no curve, or what has to be known about it; `early`: rows have a corrected age.

    `across` and `up` are the ticks of the edges.
    """

    label: str
    unit: str
    rows: list[GrowthRow]
    curves: list[Curve]
    line: str
    dots: list[Point]
    reference: str
    said: list[str]
    early: bool = False
    across: Sequence[Tick] = ()
    up: Sequence[Tick] = ()


def is_child(patient: Patient, today: date) -> bool:
    """Whether a growth page has something to show."""
    years = births.years(patient.birth_date, today) if patient.birth_date else None
    return years is not None and years < 20


def growth_of(
    patient: Patient, found: Sequence[Row], name: Name, clinic: Clinic, gestation: int | None = None
) -> Growth:
    """`gestation` in days at birth, where the chart says it."""
    label, unit = NAMES[name]
    born = patient.birth_date or ""
    if len(born) < len("2026-11-28"):
        return Growth(label, unit, [], [], "", [], "", [NO_DATE])
    child = Child(date.fromisoformat(born), patient.sex or "", gestation)
    points = list(_points(name, child, sets(found), ZoneInfo(clinic.time_zone)))
    rows = list(_rows(name, child, points, clinic))[::-1]
    early = child.is_early() and any(row.corrected for row in rows)
    if child.sex not in ("male", "female"):
        return Growth(label, unit, rows, [], "", [], "", [growth.NO_SEX], early)
    places = [place for each in points if (place := _place(name, child, each))]
    if not places:
        return Growth(label, unit, rows, [], "", [], "", [_why_nothing(name, points)], early)
    sheet, curves = _curves(name, child.sex, places)
    return Growth(
        label,
        unit,
        rows,
        curves,
        sheet.line(places),
        [sheet.place(each) for each in places],
        _reference(name, sheet),
        list(_said(name, child, sheet, early=early)),
        early,
        _across(name, sheet),
        [Tick(sheet.place((0, each))[1], f"{each:g}") for each in ticks(sheet.low, sheet.high, VALUES, 6)],
    )


def _across(name: Name, sheet: Sheet) -> list[Tick]:
    if name == "weight-length":
        return [Tick(sheet.place((each, 0))[0], f"{each:g} cm") for each in ticks(sheet.left, sheet.right, LENGTHS)]
    months = ticks(sheet.left / growth.DAYS_OF_MONTH, sheet.right / growth.DAYS_OF_MONTH, MONTHS)
    return [
        Tick(sheet.place((each * growth.DAYS_OF_MONTH, 0))[0], f"{each:g} mo" if each % 12 else _years(each))
        for each in months
    ]


def _years(months: float) -> str:
    return f"{months / 12:g} y" if months else "birth"


def _why_nothing(name: Name, points: Sequence[At]) -> str:
    if name == "weight-length":
        return NO_LENGTHS
    return NOT_YET_DUE if points else NOTHING


def _reference(name: Name, sheet: Sheet) -> str:
    who, cdc = "WHO 2006, by days of age", "CDC 2000, by months"
    if name == "weight-length":
        return "WHO 2006, by length"
    if sheet.right <= growth.LAST_WHO_DAY:
        return who
    return cdc if sheet.left > growth.LAST_WHO_DAY else f"{who}, to 2 years; then {cdc}"


def _said(name: Name, child: Child, sheet: Sheet, *, early: bool) -> Iterator[str]:
    if name == "weight-length":
        return
    if early and child.gestation is not None:
        weeks = Quantity(str(child.gestation), "d").shown()
        yield f"Born after {weeks}: to 2 years the points stand at the corrected age, and the table has both."
    if sheet.left <= growth.LAST_WHO_DAY < sheet.right:
        yield growth.STEP


def _points(name: Name, child: Child, of: Sequence[Set], zone: ZoneInfo) -> Iterator[At]:
    for each in of:
        number = _number(name, each)
        on = clock.moment(each.at).astimezone(zone).date() if each.at else child.born
        days = (on - child.born).days
        if number is None or not 0 <= days <= OLDEST:
            continue
        if name != "weight-length":
            yield At(days, on, number, lying=True if name == "height" and "length" in each.values else None)
        elif (length := _number("height", each)) and days <= growth.LAST_WHO_DAY:
            yield At(days, on, number, length)


def _number(name: Name, of: Set) -> float | None:
    """In kg, cm or kg/m²; BMI only of a weight and a height of one set."""
    if name == "bmi":
        weight, height = _number("weight", of), _number("height", of)
        return growth.bmi(weight, height) if weight and height else None
    kind: Name = "weight" if name == "weight-length" else name
    line = of.values.get("length" if kind == "height" and "length" in of.values else kind)
    return float(value(line, NAMES[kind][1])) if line else None


def _place(name: Name, child: Child, at: At) -> Point | None:
    """Where it stands over the lines: by its length, or its age, which is the corrected one of a child born early."""
    if name == "weight-length":
        return (at.length, at.number) if growth.lines_of_length(child.sex, at.length) else None
    corrected = child.corrected(at.days)
    days = at.days if corrected is None else corrected
    number = growth.as_usual(at.number, days, at.lying) if name == "height" else at.number
    return (days, number) if days >= 0 else None


def _score(name: Name, child: Child, at: At, days: int) -> growth.Score | None:
    if name == "weight-length":
        return growth.weight_for_length(child.sex, at.length, at.number)
    return growth.score(MEASURES[name], child.sex, days, at.number, lying=at.lying)


def _rows(name: Name, child: Child, points: Sequence[At], clinic: Clinic) -> Iterator[GrowthRow]:
    """The oldest first."""
    before: At | None = None
    for each in points:
        score = _score(name, child, each, each.days)
        percentile, z = (score.percentile, f"{score.z:+.2f}") if score else ("", "")
        gain = f"{each.number - before.number:+.2f} in {(each.on - before.on).days} d" if before else ""
        of = f" at {each.length:g} cm" if each.length else " lying" if each.lying else ""
        yield GrowthRow(
            formats.date(each.on.isoformat(), clinic),
            births.age(child.born.isoformat(), each.on),
            f"{f'{each.number:.2f}'.removesuffix('0')}{of}",
            percentile,
            z,
            gain,
            "" if name == "weight-length" else _corrected(name, child, each),
        )
        before = each


def _corrected(name: Name, child: Child, at: At) -> str:
    days = child.corrected(at.days)
    if days is None:
        return ""
    if days < 0:
        return "before term"
    score = _score(name, child, at, days)
    age = births.age((at.on - timedelta(days)).isoformat(), at.on)
    return f"{age}: {score.percentile}, z {score.z:+.2f}" if score else age


def _curves(name: Name, sex: str, points: Sequence[Point]) -> tuple[Sheet, list[Curve]]:
    """The lines over the points and some more on both sides; parted where the reference changes."""
    across = [x for x, _ in points]
    places = _lengths(across) if name == "weight-length" else _ages(across)
    parts: dict[tuple[str, bool], list[Point]] = {}
    for place in places:
        for line, height in _lines(name, sex, place).items():
            parts.setdefault((line, place <= growth.LAST_WHO_DAY), []).append((place, height))
    heights = [y for line in parts.values() for _, y in line] + [y for _, y in points]
    room = (max(heights) - min(heights)) * 0.05 or 1
    sheet = Sheet(places[0], places[-1], min(heights) - room, max(heights) + room, WIDTH, HEIGHT)
    curves = [
        Curve(line, sheet.line(at), sheet.place(at[-1]) if at[-1][0] == sheet.right else None, line == "50th")
        for (line, _), at in parts.items()
    ]
    return sheet, curves


def _lines(name: Name, sex: str, place: float) -> dict[str, float]:
    if name == "weight-length":
        return growth.lines_of_length(sex, place)
    return growth.lines(MEASURES[name], sex, int(place))


def _ages(days: Sequence[float]) -> list[float]:
    spare = max(60, (max(days) - min(days)) // 8)
    left, right = int(max(0, min(days) - spare)), int(min(OLDEST, max(days) + spare))
    step = max(1, (right - left) // 80)
    return sorted({*range(left, right + 1, step), right, *(day for day in (730, 731) if left <= day <= right)})


def _lengths(of: Sequence[float]) -> list[float]:
    """In cm, by halves."""
    left, right = max(SHORTEST, min(of) - 5), min(LONGEST, max(of) + 5)
    return [half / 2 for half in range(int(left * 2), int(right * 2) + 1)]
