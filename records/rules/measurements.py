"""One measurement: refused where it cannot be, asked about where it is unlikely, else kept, with a mark. Pure.

Numbers are in limits.py. Nothing here says what a value means for this patient.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Literal

from clinnet.rules import dates
from records.rules.limits import ADULT_MONTHS, ASK_Z, CAN_BE, HIGH_PRESSURE, unlikely
from records.rules.units import UNITS, Quantity, amount, convert, rounded

ADULT_HEIGHT_MONTHS = 18 * 12


@dataclass(frozen=True, slots=True)
class Kind:
    """`units`: what it may be typed in, the first is that of its limits. `loinc` is the code it is exported with."""

    code: str
    label: str
    loinc: str
    units: tuple[str, ...]
    whole: bool = False  # has no decimals
    of_birth: bool = False  # said once, and of no later day: no trend, nothing is asked


KINDS: Mapping[str, Kind] = {
    kind.code: kind
    for kind in (
        Kind("bp", "Blood pressure", "85354-9", ("mm[Hg]",), whole=True),
        Kind("pulse", "Pulse", "8867-4", ("/min",), whole=True),
        Kind("temperature", "Temperature", "8310-5", ("Cel", "[degF]")),
        Kind("respiration", "Respiration", "9279-1", ("/min",), whole=True),
        Kind("spo2", "SpO2", "59408-5", ("%",)),
        Kind("weight", "Weight", "29463-7", ("kg", "g", "[lb_av]", "[oz_av]", "[stone_av]")),
        Kind("height", "Height", "8302-2", ("cm", "m", "[in_i]", "[ft_i]")),
        Kind("length", "Length, lying", "8306-3", ("cm", "m", "[in_i]", "[ft_i]")),
        Kind("head", "Head circumference", "9843-4", ("cm", "[in_i]")),
        Kind("pain", "Pain", "72514-3", ("{score}",), whole=True),
        Kind("glucose", "Glucose", "15074-8", ("mmol/L", "mg/dL")),
        Kind("gestation", "Gestation at birth", "76516-4", ("wk", "d"), of_birth=True),
    )
}  # the order of Tab is the order of measuring
LENGTHS = ("height", "length")
SYSTOLIC, DIASTOLIC = "8480-6", "8462-4"
GLUCOSE_MG = "2339-0"  # the code of glucose in mg/dL
# By the codes that others give them beside ours.
BY_LOINC: Mapping[str, str] = {
    **{kind.loinc: code for code, kind in KINDS.items()},
    "55284-4": "bp",
    "8331-1": "temperature",
    "8332-9": "temperature",
    "8333-7": "temperature",
    "3141-9": "weight",
    "8287-5": "head",
    "2708-6": "spo2",
    "8889-8": "pulse",
    "2339-0": "glucose",
}


@dataclass(frozen=True, slots=True)
class Reading:
    """One measurement as typed. Blood pressure has `lower`, the diastolic number; the others have not."""

    kind: str
    value: Quantity
    lower: str = ""

    @property
    def shown(self) -> str:
        number, unit = amount(self.value)
        return f"{number}/{self.lower} {unit}" if self.lower else f"{number} {unit}"

    @property
    def exact(self) -> Fraction:
        """In the kind's first unit."""
        return self.value.to(KINDS[self.kind].units[0])


@dataclass(frozen=True, slots=True)
class Earlier:
    """The last value of the same kind, and the day it was measured on."""

    reading: Reading
    on: date


@dataclass(frozen=True, slots=True)
class Subject:
    """Who is measured, on `on`. `months` is the age in completed months, None where the birth date is not known.

    `z` is the score of this reading by growth.py, where a reference is there. Without `confirmed` no doctor of the
    clinic has confirmed the limits: then only what cannot be, and slips of the keyboard, are told.
    """

    on: date
    months: int | None = None
    earlier: Earlier | None = None
    z: float | None = None
    confirmed: bool = True
    date_order: dates.DateOrder = "DMY"


@dataclass(frozen=True, slots=True)
class Answer:
    """`refuse` keeps nothing; `ask` keeps it when Enter is pressed again; `keep` keeps it.

    `instead` is what was probably meant: taken with one key. `mark` is ▲ or ▼, shown beside the value.
    """

    what: Literal["refuse", "ask", "keep"]
    sentence: str = ""
    instead: Reading | None = None
    mark: str = ""


def check(reading: Reading, subject: Subject) -> Answer:
    kind = KINDS[reading.kind]
    if kind.whole and not (reading.value.text.isdecimal() and (reading.lower or "0").isdecimal()):
        return _impossible(f"{_name(kind.code)} is a whole number.")
    if problem := _cannot_be(reading, subject):
        return problem
    if problem := _slip(reading, subject):
        return problem
    mark = marked(reading, subject)
    if subject.confirmed and _is_unlikely(reading, subject):
        return Answer("ask", f"{kind.label} {reading.shown}? Press Enter again if it is right.", mark=mark)
    return Answer("keep", mark=mark)


def marked(reading: Reading, subject: Subject) -> str:
    """▲ or ▼ where the value is outside of what is usual at the age; nothing before a doctor confirmed the limits."""
    if not subject.confirmed:
        return ""
    sides = [_side(name, value, subject) for name, value in _parts(reading)]
    if reading.kind == "bp" and (subject.months or 0) >= ADULT_MONTHS:
        high = any(value >= limit for (_, value), limit in zip(_parts(reading), HIGH_PRESSURE, strict=True))
        sides = [1] if high else sides
    return "▲" if 1 in sides else "▼" if -1 in sides else ""


def _parts(reading: Reading) -> list[tuple[str, Fraction]]:
    """By the names of limits.py, in their units."""
    if reading.kind == "bp":
        return [("systolic", reading.exact), ("diastolic", Fraction(reading.lower))]
    if reading.kind == "temperature":  # to a tenth, as the limits are: 95.1 °F is 35.06 °C
        return [("temperature", Fraction(rounded(reading.exact, 1)))]
    return [(reading.kind, reading.exact)]


def _side(name: str, value: Fraction, subject: Subject) -> int:
    band = unlikely(name, subject.months)
    return band.side(value) if band else 0


# --- What cannot be --------------------------------------------------------------------------------------------------


def _cannot_be(reading: Reading, subject: Subject) -> Answer | None:
    if reading.kind == "bp":
        if not reading.lower:
            return Answer("refuse", "Blood pressure is two numbers: 142/86.")
        upper, lower = reading.value.exact, Fraction(reading.lower)
        if upper < lower:
            turned = Reading("bp", Quantity(reading.lower, reading.value.unit), reading.value.text)
            typed, meant = f"{reading.value.text}/{reading.lower}", f"{reading.lower}/{reading.value.text}"
            return Answer("refuse", f"{typed}: the upper number comes first. {meant}?", turned)
        if upper == lower:
            return _impossible("the upper number is more than the lower.")
    for name, value in _parts(reading):
        if side := CAN_BE[name].side(value):
            return _outside(reading, name, side, subject)
    return None


def _impossible(fact: str, instead: Reading | None = None) -> Answer:
    offer = f" {instead.shown}?" if instead else ""
    return Answer("refuse", f"That cannot be: {fact}{offer}", instead)


def _outside(reading: Reading, name: str, side: int, subject: Subject) -> Answer:
    band = CAN_BE[name]
    limit = band.low if side < 0 else band.high
    assert limit is not None  # noqa: S101 - a value is not outside of an open side
    unit = UNITS[reading.value.unit]
    near = convert(limit, KINDS[reading.kind].units[0], unit.code)
    text = rounded(near, unit.decimals).removesuffix(".0")
    words = "at least" if side < 0 else "at most"
    return _impossible(f"{_name(name)} is {words} {text} {unit.shown}.", _meant(reading))


def _name(name: str) -> str:
    """Within a sentence: "SpO2", "temperature"."""
    label = KINDS[name].label if name in KINDS else name
    return label if label == "SpO2" else label[:1].lower() + label[1:]


def _meant(reading: Reading) -> Reading | None:
    """What an impossible value was probably meant to be: 367 is 36.7 °C, 1.78 is 178 cm, 140 is in mg/dL."""
    text, unit = reading.value.text, reading.value.unit
    if reading.kind == "temperature" and len(text) >= 3 and text.isdecimal():
        point = Quantity(f"{text[:-1]}.{text[-1]}", unit)
        usual = (Fraction(30), Fraction(45))
        for code in ("Cel", "[degF]"):
            if usual[0] <= convert(point.exact, code, "Cel") <= usual[1]:
                return Reading("temperature", Quantity(point.text, code))
    if reading.kind in LENGTHS and unit == "cm" and Fraction(1) <= reading.exact <= Fraction("2.6"):
        return Reading(reading.kind, Quantity(rounded(reading.exact * 100, 1).removesuffix(".0"), "cm"))
    if reading.kind == "glucose" and unit == "mmol/L":
        other = Reading("glucose", Quantity(text, "mg/dL"))
        return other if CAN_BE["glucose"].side(other.exact) == 0 else None
    return None


# --- Slips of the keyboard -------------------------------------------------------------------------------------------


def _slip(reading: Reading, subject: Subject) -> Answer | None:
    if reading.kind in ("weight", "head", *LENGTHS):
        return _pounds(reading, subject) or _point(reading, subject)
    if reading.kind == "glucose" and reading.value.unit == "mmol/L" and reading.exact > 35:
        other = Reading("glucose", Quantity(reading.value.text, "mg/dL"))
        return Answer("ask", f"Glucose {reading.shown}, or mg/dL?", other)
    return None


def _pounds(reading: Reading, subject: Subject) -> Answer | None:
    """Kilograms that would be the last weight if they were pounds: within 5 % of it."""
    earlier = subject.earlier
    if earlier is None or (reading.kind, reading.value.unit) != ("weight", "kg"):
        return None
    as_pounds = Reading("weight", Quantity(reading.value.text, "[lb_av]"))
    before = earlier.reading.exact
    if abs(as_pounds.exact - before) * 20 > before:
        return None
    day = _day(earlier.on, subject)
    return Answer(
        "ask", f"{reading.value.text} kg or lb? On {day} it was {earlier.reading.value.shown('kg')}.", as_pounds
    )


def _point(reading: Reading, subject: Subject) -> Answer | None:
    """Five times as much as within the last year, or a fifth: a point that was left out or put elsewhere."""
    earlier = subject.earlier
    if earlier is None or abs((subject.on - earlier.on).days) > 366:
        return None
    before, now = earlier.reading.exact, reading.exact
    if before < now * 5 and now < before * 5:
        return None
    return Answer("ask", f"{reading.shown}? On {_day(earlier.on, subject)} it was {earlier.reading.shown}.")


def _day(on: date, subject: Subject) -> str:
    """Without its year where that is the year of the measurement."""
    text = dates.show(on.isoformat(), subject.date_order)
    return text.removesuffix(f", {on.year}").removesuffix(f" {on.year}") if on.year == subject.on.year else text


# --- What is unlikely ------------------------------------------------------------------------------------------------


def _is_unlikely(reading: Reading, subject: Subject) -> bool:
    outside = any(_side(name, value, subject) for name, value in _parts(reading))
    band = ASK_Z.get(reading.kind)
    far = band is not None and subject.z is not None and band.side(subject.z) != 0
    return outside or far or _unlike_before(reading, subject)


def _unlike_before(reading: Reading, subject: Subject) -> bool:
    """A weight 10 % off within 30 days; an adult's height 3 cm off; a child that has become more than 1 cm shorter."""
    earlier = subject.earlier
    if earlier is None:
        return False
    before, change = earlier.reading.exact, reading.exact - earlier.reading.exact
    if reading.kind == "weight":
        return abs((subject.on - earlier.on).days) <= 30 and abs(change) * 10 > before
    if reading.kind in LENGTHS and subject.months is not None:
        return abs(change) > 3 if subject.months >= ADULT_HEIGHT_MONTHS else change < -1
    return False
