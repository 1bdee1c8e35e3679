"""A child's measurement against a reference: z score and percentile by L, M and S. Pure, but for the tables of set-up.

Under 24 months (to day 730) WHO by days of age, lying; then CDC 2000 by months to 20 years, standing (MMWR 2010; 59,
RR-9). The reference changes there, so the percentile may step although the child did not.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from statistics import NormalDist
from typing import Literal

from records.lines import MeasuredLine
from records.rules.reference import table
from records.rules.units import Quantity

Measure = Literal["weight", "length", "head", "bmi"]
Sex = Literal["male", "female"]
OF_KIND: Mapping[str, Measure] = {"weight": "weight", "height": "length", "length": "length", "head": "head"}
LAST_WHO_DAY = 730
DAYS_OF_MONTH = 30.4375
TERM, EARLY = 40 * 7, 37 * 7  # days of gestation: when a child is due, and before when it is born early
LYING_IS_LONGER = 0.7  # cm; measured in the WHO's tables: M falls from 87.8018 at day 730 to 87.1303 at day 731
NORMAL = NormalDist()
NO_SEX = "No curve: the record has no male or female sex at birth to compare with."
STEP = "The reference changes from WHO to CDC at 2 years: the percentile may step although the child did not."
# The seven lines of a chart, by z: the outer ones are the 2nd and 98th under 24 months, then the 3rd and 97th.
WHO_LINES = {"2nd": -2.0, "10th": -1.2816, "25th": -0.6745, "50th": 0.0, "75th": 0.6745, "90th": 1.2816, "98th": 2.0}
CDC_LINES = {
    "3rd": -1.8808,
    "10th": -1.2816,
    "25th": -0.6745,
    "50th": 0.0,
    "75th": 0.6745,
    "90th": 1.2816,
    "97th": 1.8808,
}


@dataclass(frozen=True, slots=True)
class LMS:
    l: float  # noqa: E741 - Box-Cox power, median and coefficient of variation are called L, M and S everywhere
    m: float
    s: float

    def z(self, value: float) -> float:
        """((X/M)^L − 1) / (L·S); ln(X/M)/S where L is 0."""
        if abs(self.l) < 1e-9:
            return math.log(value / self.m) / self.s
        return (math.pow(value / self.m, self.l) - 1) / (self.l * self.s)

    def value(self, z: float) -> float:
        """The value with that score."""
        if abs(self.l) < 1e-9:
            return self.m * math.exp(self.s * z)
        return self.m * math.pow(1 + self.l * self.s * z, 1 / self.l)

    def restricted(self, value: float) -> float:
        """WHO's for weight: beyond ±3 in steps of the distance from 2 to 3, as L's tail is not of children."""
        z = self.z(value)
        if abs(z) <= 3:
            return z
        side = math.copysign(1, z)
        third, second = self.value(3 * side), self.value(2 * side)
        return side * (3 + (value - third) / (third - second))


@dataclass(frozen=True, slots=True)
class Score:
    """`percentile` is words: "58th", "< 0.1st"."""

    z: float
    percentile: str
    reference: Literal["WHO", "CDC"]


def score(measure: Measure, sex: str, days: int, value: float, *, lying: bool | None = None) -> Score | None:
    """At an age in days; kg, cm, or kg/m². `lying` for a length: None as is usual at that age.

    None where there is no reference: a sex that is neither (NO_SEX), BMI under 24 months, beyond the tables.
    """
    reference = lms(measure, sex, days)
    if reference is None or value <= 0:
        return None
    if measure == "length":
        value = as_usual(value, days, lying)
    if days <= LAST_WHO_DAY:
        z = reference.restricted(value) if measure == "weight" else reference.z(value)
        return Score(z, percentile(z), "WHO")
    z = reference.z(value)
    if measure == "bmi" and z >= NORMAL.inv_cdf(0.95):
        z = extended_bmi(reference, sex, days, value)
    return Score(z, percentile(z), "CDC")


def weight_for_length(sex: str, length: float, weight: float) -> Score | None:
    """WHO, under 24 months: by length lying in cm, 45 to 110; None beyond."""
    reference = _of_length(sex, length)
    if reference is None or weight <= 0:
        return None
    z = reference.restricted(weight)
    return Score(z, percentile(z), "WHO")


def _of_length(sex: str, length: float) -> LMS | None:
    return _row(f"who-weight-length-{sex}-{round(length * 10):04}")


def lines_of_length(sex: str, length: float) -> dict[str, float]:
    """The seven named lines of weight at a length; empty where there is no reference."""
    reference = _of_length(sex, length)
    return {} if reference is None else {name: reference.value(z) for name, z in WHO_LINES.items()}


def as_usual(value: float, days: int, lying: bool | None) -> float:
    """A length as the reference has it: lying to day 730, standing from 731; the other way is 0.7 cm off."""
    usual = days <= LAST_WHO_DAY
    if lying is None or lying == usual:
        return value
    return value + LYING_IS_LONGER if usual else value - LYING_IS_LONGER


def lms(measure: Measure, sex: str, days: int) -> LMS | None:
    """WHO's row of the day; of CDC's half-month rows, what lies between the two around the age."""
    if sex not in ("male", "female") or days < 0:
        return None
    if days <= LAST_WHO_DAY:
        return None if measure == "bmi" else _row(f"who-{measure}-{sex}-{days:04}")
    months = days / DAYS_OF_MONTH
    below = 24.0 if months < 24.5 else min(math.floor(months - 0.5) + 0.5, 239.5)
    above = 24.5 if below == 24 else 240.0 if below == 239.5 else below + 1
    low = _row(f"cdc-{measure}-{sex}-{round(below * 10):04}")
    high = _row(f"cdc-{measure}-{sex}-{round(above * 10):04}")
    if low is None or months > 240:
        return None
    if high is None:  # head circumference ends at 36 months
        return low if months == below else None
    part = (months - below) / (above - below)
    return LMS(low.l + (high.l - low.l) * part, low.m + (high.m - low.m) * part, low.s + (high.s - low.s) * part)


@lru_cache(maxsize=512)
def _row(key: str) -> LMS | None:
    found = table("growth.tsv").get(key)
    return LMS(*(float(part) for part in found.split())) if found else None


def extended_bmi(reference: LMS, sex: str, days: int, value: float) -> float:
    """CDC 2022, from the 95th percentile: percentile = 90 + 10·Φ((BMI − P95)/σ), as a z score. Age in years for σ."""
    years = days / 365.25
    sigma = (
        0.3728 + 0.5196 * years - 0.0091 * years**2 if sex == "male" else 0.8334 + 0.3712 * years - 0.0011 * years**2
    )
    over = (value - reference.value(NORMAL.inv_cdf(0.95))) / sigma
    # 1 − (0.9 + 0.1·Φ) is 0.1·Φ(−over): so written, it keeps its digits far out.
    return -NORMAL.inv_cdf(max(0.1 * NORMAL.cdf(-over), 1e-300))


def percentile(z: float) -> str:
    """ "58th"; only within ±3 (a percentile at 4 means nothing)."""
    if z < -3:
        return "< 0.1st"
    if z > 3:
        return "> 99.9th"
    share = NORMAL.cdf(z) * 100
    if share < 1 or share > 99:
        return _ordinal(f"{share:.1f}")
    return _ordinal(f"{share:.0f}")


def _ordinal(number: str) -> str:
    last = number[-1]
    teens = number[-2:] in ("11", "12", "13")
    return number + ("th" if teens else {"1": "st", "2": "nd", "3": "rd"}.get(last, "th"))


def lines(measure: Measure, sex: str, days: int) -> dict[str, float]:
    """The seven named lines at an age; empty where there is no reference."""
    reference = lms(measure, sex, days)
    named = WHO_LINES if days <= LAST_WHO_DAY else CDC_LINES
    return {} if reference is None else {name: reference.value(z) for name, z in named.items()}


def days_of_gestation(line: MeasuredLine) -> int:
    """Whole days of a gestation that was recorded in weeks or in days."""
    return int(Quantity(line.text, line.unit).to("d"))


def z_of(kind: str, sex: str, days: int, value: float, gestation: int | None) -> float | None:
    """Of a measurement as it is recorded (a kind of measurements.py), at the corrected age of a child born early.

    None for a kind or an age without a reference.
    """
    corrected = None if gestation is None else corrected_days(days, gestation)
    measure = OF_KIND.get(kind)
    lying = True if kind == "length" else None
    found = score(measure, sex, days if corrected is None else corrected, value, lying=lying) if measure else None
    return found.z if found else None


def corrected_days(days: int, gestation: int) -> int | None:
    """The age from the day of term of a child under 24 months, born after `gestation` days, before 37 weeks; else None.

    Both ages are shown. Negative before term.
    """
    return days - (TERM - gestation) if gestation < EARLY and days <= LAST_WHO_DAY else None


def bmi(weight: float, height: float) -> float:
    """kg/m² of kg and cm."""
    return weight / (height / 100) ** 2
