"""The line `bp 142/86 p 74 t 36.7 w 93.1`: measurements as they are typed in one field. Pure.

Only what was understood becomes a reading; what was not is named. Understood is not yet right: measurements.check.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from records.rules.measurements import KINDS, Reading
from records.rules.units import TYPED, UNITS, Quantity, number, pair

NAMES: Mapping[str, str] = {
    "bp": "bp", "rr": "bp_or_respiration", "p": "pulse", "hr": "pulse", "pulse": "pulse", "t": "temperature",
    "temp": "temperature", "r": "respiration", "resp": "respiration", "s": "spo2", "sat": "spo2", "spo2": "spo2",
    "sao2": "spo2", "w": "weight", "wt": "weight", "weight": "weight", "h": "height", "ht": "height",
    "height": "height", "l": "length", "len": "length", "length": "length",
    "hc": "head", "head": "head", "pain": "pain", "glu": "glucose", "glucose": "glucose", "bm": "glucose",
    "born": "gestation", "ga": "gestation",
}  # fmt: skip
# The fields beside blood pressure, with the length of their longest number.
PAD: Mapping[str, tuple[str, int]] = {
    "pulse": ("p", 3), "temperature": ("t", 5), "respiration": ("r", 3), "spo2": ("s", 5), "weight": ("w", 6),
    "height": ("h", 6), "head": ("hc", 5), "pain": ("pain", 2), "glucose": ("glu", 5),
}  # fmt: skip
WRITTEN: Mapping[str, str] = {**{kind: name for kind, (name, _) in PAD.items()}, "length": "l", "gestation": "born"}
NUMBER = r"\d+(?:[.,]\d+)?"
UNIT = r"°?[cf]|kgs?|kilos?|lbs?|oz|st|stone|cm|mmol/l|mmol|mg/dl|mmhg|/min|bpm|%|ft|in|wk|weeks|days|[dgmw]|[\"'″′]"
VALUE = re.compile(
    rf"(?P<upper>\d+)\s?/\s?(?P<lower>\d+)(?:\s?(?:mmhg))?"
    rf"|(?P<first>{NUMBER})\s?(?P<unit>{UNIT})?(?:\s?(?P<second>{NUMBER})\s?(?P<small>lbs?|oz|in|days|[d\"″])?)?",
    re.IGNORECASE,
)
PRESSURE = re.compile(r"(?:[5-9]\d|[1-3]\d\d)/\d{2,3}")  # at the beginning nobody means anything else, a date neither
NAME = re.compile(r"(spo2|sao2|[a-z]+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Units:
    """In which unit a clinic means a number that was typed without one. Codes of units.UNITS."""

    weight: str = "kg"
    height: str = "cm"
    glucose: str = "mmol/L"


def units_of(country: str) -> Units:
    """What a number without a unit means in a clinic of that country (two letters)."""
    return Units("[lb_av]", "[in_i]", "mg/dL") if country == "US" else Units()


@dataclass(frozen=True, slots=True)
class PadField:
    """A field of its own for one number: `name` begins it in the line, "/" goes on with the one before."""

    name: str
    label: str
    most: int
    whole: bool


@cache
def pad(units: Units) -> tuple[PadField, ...]:
    """The fields in the order of measuring, with the unit that a number without one means."""
    own = {"weight": units.weight, "height": units.height, "glucose": units.glucose}
    fields = [
        PadField("bp", "Blood pressure, upper", 3, whole=True),
        PadField("/", "Blood pressure, lower", 3, whole=True),
    ]
    for kind, (name, most) in PAD.items():
        unit = "0 to 10" if kind == "pain" else UNITS[own.get(kind, KINDS[kind].units[0])].shown
        fields.append(PadField(name, f"{KINDS[kind].label}, {unit}", most, KINDS[kind].whole))
    return tuple(fields)


@dataclass(frozen=True, slots=True)
class Line:
    readings: tuple[Reading, ...]
    not_understood: tuple[str, ...]


def parse(text: str, units: Units = Units()) -> Line:
    """Names in any order, each once; a second value of one kind is not understood."""
    readings: dict[str, Reading] = {}
    unknown: list[str] = []
    for name, rest in _pieces(text.strip()):
        reading = value_of(name, rest, units)
        if reading is None or reading.kind in readings:
            unknown.append(f"{name} {rest}".strip())
        else:
            readings[reading.kind] = reading
    return Line(tuple(readings[kind] for kind in KINDS if kind in readings), tuple(unknown))


def written(readings: Iterable[Reading]) -> str:
    """The line that says these, each with its unit: `parse` reads the same from it in every clinic."""
    return " ".join(map(_written, readings))


def _written(reading: Reading) -> str:
    if reading.kind == "bp":
        return f"bp {reading.value.text}/{reading.lower}"
    unit = next((word for word, code in TYPED.items() if code == reading.value.unit), "")
    return f"{WRITTEN.get(reading.kind, reading.kind)} {reading.value.text}{unit}"


def _pieces(text: str) -> Sequence[tuple[str, str]]:
    """A known name with all that stands before the next one: ("bp", "142/86"), which needs none where it comes first.
    Words before the first stand alone.
    """
    words: list[tuple[str, str]] = []
    for word in re.sub(r"\s*/\s*", "/", text).split():
        if not words and PRESSURE.fullmatch(word):
            words.append(("bp", word))
            continue
        name = NAME.match(word)
        known = name is not None and name[1].lower() in NAMES
        if name is not None and known and (name.end() == len(word) or word[name.end()].isdecimal()):
            words.append((name[1], word[name.end() :]))
        elif words and (word[:1].isdecimal() or word.lower() in TYPED) and words[-1][0].lower() in NAMES:
            words[-1] = (words[-1][0], f"{words[-1][1]} {word}".strip())
        else:
            words.append((word, ""))
    return words


def value_of(name: str, text: str, units: Units = Units()) -> Reading | None:
    """One value as typed in its own field, or behind its name; None where it is not understood."""
    kind = NAMES.get(name.lower(), name.lower())
    if kind == "gestation":  # 32+4, as midwives write it
        text = text.replace("+", " wk ")
    found = VALUE.fullmatch(text.strip())
    if kind == "bp_or_respiration":  # rr is respiration in English, blood pressure in German: by the value
        kind = "bp" if found and found["upper"] else "respiration"
    if not found or kind not in KINDS:
        return None
    if found["upper"]:
        return Reading("bp", Quantity(found["upper"], "mm[Hg]"), found["lower"]) if kind == "bp" else None
    quantity = _quantity(kind, found, units)
    return Reading(kind, quantity) if quantity and quantity.unit in KINDS[kind].units else None


def _quantity(kind: str, found: re.Match[str], units: Units) -> Quantity | None:
    first = number(found["first"])
    if first is None:
        return None
    unit = TYPED.get((found["unit"] or "").lower())
    if found["second"]:
        second = number(found["second"])
        whole = pair(first, unit, second) if unit and second else None
        small = TYPED.get((found["small"] or "").lower())
        return whole if whole and small in (None, whole.unit) else None
    return Quantity(first, unit or _unit(kind, first, units))


def _unit(kind: str, text: str, units: Units) -> str:
    """70 to 117 without a unit are degrees Fahrenheit; else the clinic's unit."""
    if kind == "temperature":
        return "[degF]" if 70 <= float(text) <= 117 else "Cel"
    own = {"weight": units.weight, "height": units.height, "length": units.height, "glucose": units.glucose}
    return own.get(kind, KINDS[kind].units[0])
