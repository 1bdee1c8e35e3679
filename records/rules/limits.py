"""What a measurement can be, and what is unlikely at an age: numbers, each with its source. Pure data.

A doctor of the clinic confirms `ASK_*` before they warn anybody (docs/clinical.md); outside of `CAN_BE` nobody lives.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Band:
    """From `low` to `high`, both included; None is open."""

    low: Fraction | None
    high: Fraction | None

    def side(self, value: Fraction | float) -> int:
        """-1 below it, 1 above it, 0 within."""
        if self.low is not None and value < self.low:
            return -1
        return 1 if self.high is not None and value > self.high else 0


def band(low: str, high: str) -> Band:
    return Band(Fraction(low) if low else None, Fraction(high) if high else None)


# In the kind's first unit. mimic3-benchmarks, variable_ranges.csv, outer limits (blood pressure's 375 drawn in, glucose
# 2200 mg/dL); weight, height and head wider than it; gestation in weeks by the house.
CAN_BE: Mapping[str, Band] = {
    "systolic": band("30", "350"),
    "diastolic": band("0", "250"),
    "pulse": band("10", "390"),
    "temperature": band("14.2", "47"),
    "respiration": band("3", "150"),
    "spo2": band("30", "100"),
    "weight": band("0.2", "650"),
    "height": band("20", "275"),
    "length": band("20", "275"),
    "head": band("15", "75"),
    "pain": band("0", "10"),
    "glucose": band("0.3", "122"),
    "gestation": band("20", "45"),
}

# At any age. Temperature and SpO2: the 3-point bands of NEWS2 (Royal College of Physicians, 2017); 41 °C and glucose by
# the house.
ASK_ALWAYS: Mapping[str, Band] = {
    "temperature": band("35.1", "40.9"),
    "spo2": band("92", ""),
    "glucose": band("3.0", "30"),
}

# From 16 years: NEWS2's 3-point bands, which were not made for younger people; diastolic by the house.
ADULT_MONTHS = 16 * 12
ASK_ADULT: Mapping[str, Band] = {
    "systolic": band("91", "219"),
    "diastolic": band("40", "130"),
    "pulse": band("41", "130"),
    "respiration": band("9", "24"),
}

# Below 16 years, by age in completed months up to and without `until`: 1st and 99th centile (Fleming and others, Lancet
# 2011; 377: 1011-18, taken from a table that cites it: a doctor compares it with the paper).
ASK_CHILD: Sequence[tuple[int, Band, Band]] = tuple(
    (until, band(*pulse.split("-")), band(*breaths.split("-")))
    for until, pulse, breaths in (
        (3, "107-181", "25-66"),
        (6, "104-175", "24-64"),
        (9, "98-168", "23-61"),
        (12, "93-161", "22-58"),
        (18, "88-156", "21-53"),
        (24, "82-149", "19-46"),
        (36, "76-142", "18-38"),
        (48, "70-136", "17-33"),
        (72, "65-131", "17-29"),
        (96, "59-123", "16-27"),
        (144, "52-115", "14-25"),
        (192, "47-108", "12-25"),
    )
)
# z scores beyond which a child's measurement is asked about: the flags of WHO Anthro.
ASK_Z: Mapping[str, Band] = {
    "weight": band("-6", "5"),
    "height": band("-6", "6"),
    "length": band("-6", "6"),
    "head": band("-5", "5"),
}
HIGH_PRESSURE = (
    Fraction(140),
    Fraction(90),
)  # marked from here, from 16 years: the office threshold of ESC/ESH and NICE


# What a doctor confirms is these numbers: with others the edition is another.
NUMBERS = (CAN_BE, ASK_ALWAYS, ASK_ADULT, ASK_CHILD, ASK_Z, HIGH_PRESSURE)
EDITION = hashlib.sha256(repr(NUMBERS).encode()).hexdigest()[:12]
SOURCES = """Asked about from 16 years: the 3-point bands of NEWS2 (Royal College of Physicians, 2017), which were not
made for younger people; diastolic pressure, temperature from 41 °C and glucose by the house.

Asked about below 16 years: 1st and 99th centile (Fleming and others, Lancet 2011; 377: 1011-18, taken from a table that
cites it: compare it with the paper). Systolic pressure: 70 + 2 × age to 10 years, then 90 (PALS); above by the house.

Marked from 16 years: blood pressure from 140/90. Nothing here says what a value means for a patient."""


def unlikely(kind: str, months: int | None) -> Band | None:
    """What is asked about outside of it, at an age in completed months; None where nothing is, or no age is known."""
    if kind in ASK_ALWAYS:
        return ASK_ALWAYS[kind]
    if months is None:
        return None
    if months >= ADULT_MONTHS:
        return ASK_ADULT.get(kind)
    if kind == "systolic":
        return _systolic(months)
    if kind in ("pulse", "respiration"):
        _, pulse, breaths = next(row for row in ASK_CHILD if months < row[0])
        return pulse if kind == "pulse" else breaths
    return None


def _systolic(months: int) -> Band | None:
    """From 1 to 10 years 70 + 2 × age, then 90: hypotension in Pediatric Advanced Life Support; above by the house."""
    if months < 12:
        return None
    if months < 120:
        return Band(Fraction(70 + 2 * (months // 12)), Fraction(150))
    return band("90", "160")
