"""A child's measurements against the reference, as points and as a table."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from clinnet import clock, formats
from clinnet.accounts.models import Clinic
from clinnet.table import Row
from patients.models import Patient
from patients.rules import births
from records.rules import growth
from records.rules.curves import Point, Sheet
from records.trends.rows import Set, sets, value

OLDEST = 20 * 365 + 5  # days: so far the reference goes
WIDTH, HEIGHT = 620.0, 360.0
NAMES: Mapping[str, tuple[str, str, growth.Measure]] = {
    "weight": ("Weight", "kg", "weight"),
    "height": ("Height", "cm", "length"),
    "head": ("Head", "cm", "head"),
    "bmi": ("BMI", "kg/m²", "bmi"),
}
NO_DATE = "No curve: the record has no whole birth date."
NOTHING = "Not measured yet."


@dataclass(frozen=True, slots=True)
class At:
    """A value at an age in days."""

    days: int
    on: date
    number: float


@dataclass(frozen=True, slots=True, repr=False)
class GrowthRow:
    on: str
    age: str
    value: str
    percentile: str
    z: str
    gain: str


@dataclass(frozen=True, slots=True, repr=False)
class Curve:
    """A named line of the reference, with the place of its name where it ends on the right."""

    name: str
    points: str
    end: Point | None
    middle: bool


@dataclass(frozen=True, slots=True, repr=False)
class Growth:
    """`said` is why there is no curve, or what has to be known about it."""

    label: str
    unit: str
    rows: list[GrowthRow]
    curves: list[Curve]
    line: str
    dots: list[Point]
    reference: str
    said: str


def is_child(patient: Patient, today: date) -> bool:
    """Whether a growth page has something to show."""
    years = births.years(patient.birth_date, today) if patient.birth_date else None
    return years is not None and years < 20


def growth_of(patient: Patient, found: Sequence[Row], name: str, clinic: Clinic) -> Growth:
    label, unit, measure = NAMES[name]
    born = patient.birth_date or ""
    if len(born) < len("2026-11-28"):
        return Growth(label, unit, [], [], "", [], "", NO_DATE)
    points = list(_points(name, date.fromisoformat(born), sets(found), ZoneInfo(clinic.time_zone)))
    rows = list(_rows(patient, measure, points, clinic))
    if patient.sex not in ("male", "female"):
        return Growth(label, unit, rows, [], "", [], "", growth.NO_SEX)
    if not points:
        return Growth(label, unit, rows, [], "", [], "", NOTHING)
    sheet, curves = _curves(measure, patient.sex, points)
    places = [(each.days, each.number) for each in points]
    return Growth(
        label,
        unit,
        rows[::-1],
        curves,
        sheet.line(places),
        [sheet.place(each) for each in places],
        _reference(sheet),
        growth.STEP if sheet.left <= growth.LAST_WHO_DAY < sheet.right else "",
    )


def _reference(sheet: Sheet) -> str:
    who, cdc = "WHO 2006, by days of age", "CDC 2000, by months"
    if sheet.right <= growth.LAST_WHO_DAY:
        return who
    return cdc if sheet.left > growth.LAST_WHO_DAY else f"{who}, to 2 years; then {cdc}"


def _points(name: str, born: date, of: Sequence[Set], zone: ZoneInfo) -> Iterator[At]:
    for each in of:
        number = _number(name, each)
        on = clock.moment(each.at).astimezone(zone).date() if each.at else born
        days = (on - born).days
        if number is not None and 0 <= days <= OLDEST:
            yield At(days, on, number)


def _number(name: str, of: Set) -> float | None:
    """In kg, cm or kg/m²; BMI only of a weight and a height of one set."""
    if name == "bmi":
        weight, height = _number("weight", of), _number("height", of)
        return growth.bmi(weight, height) if weight and height else None
    line = of.values.get(name)
    return float(value(line, NAMES[name][1])) if line else None


def _rows(patient: Patient, measure: growth.Measure, points: Sequence[At], clinic: Clinic) -> Iterator[GrowthRow]:
    """The oldest first."""
    before: At | None = None
    for each in points:
        score = growth.score(measure, patient.sex or "", each.days, each.number)
        percentile, z = (score.percentile, f"{score.z:+.2f}") if score else ("", "")
        gain = f"{each.number - before.number:+.2f} in {(each.on - before.on).days} d" if before else ""
        yield GrowthRow(
            formats.date(each.on.isoformat(), clinic),
            births.age(patient.birth_date or "", each.on),
            f"{each.number:.2f}".removesuffix("0"),
            percentile,
            z,
            gain,
        )
        before = each


def _curves(measure: growth.Measure, sex: str, points: Sequence[At]) -> tuple[Sheet, list[Curve]]:
    """The lines over the time of the points and some more on both sides; parted where the reference changes."""
    spare = max(60, (points[-1].days - points[0].days) // 8)
    left, right = max(0, points[0].days - spare), min(OLDEST, points[-1].days + spare)
    step = max(1, (right - left) // 80)
    ages = sorted({*range(left, right + 1, step), right, *(day for day in (730, 731) if left <= day <= right)})
    parts: dict[tuple[str, bool], list[Point]] = {}
    for age in ages:
        for name, height in growth.lines(measure, sex, age).items():
            parts.setdefault((name, age <= growth.LAST_WHO_DAY), []).append((age, height))
    heights = [y for line in parts.values() for _, y in line] + [each.number for each in points]
    room = (max(heights) - min(heights)) * 0.05 or 1
    sheet = Sheet(left, right, min(heights) - room, max(heights) + room, WIDTH, HEIGHT)
    curves = [
        Curve(name, sheet.line(line), sheet.place(line[-1]) if line[-1][0] == right else None, name == "50th")
        for (name, _), line in parts.items()
    ]
    return sheet, curves
