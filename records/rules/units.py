"""The units a clinic writes, and no others: a closed table by UCUM code, converted exactly. Pure.

A general library of units reads "10 units" as micronits and has 37 °C at 98.59999999999994 °F. A measurement keeps its
number as text, in the unit it was typed in; what is converted is only ever shown.

Factors: pound, ounce, stone, inch and foot by the international agreement of 1959 (NIST SP 811, appendix B). Glucose:
1 mmol/L is 18.016 mg/dL, of 180.16 g/mol.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

NUMBER = re.compile(r"\d{1,6}(?:[.,]\d{1,6})?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Unit:
    """`code` is UCUM's. A value in the dimension's first unit is `value * factor + offset`."""

    code: str
    shown: str
    dimension: str
    factor: Fraction = Fraction(1)
    offset: Fraction = Fraction(0)
    decimals: int = 0  # of a converted value when it is shown


POUND = Fraction("0.45359237")
INCH = Fraction("2.54")
UNITS: Mapping[str, Unit] = {
    unit.code: unit
    for unit in (
        Unit("Cel", "°C", "temperature", decimals=1),
        Unit("[degF]", "°F", "temperature", Fraction(5, 9), Fraction(-160, 9), decimals=1),
        Unit("kg", "kg", "mass", decimals=1),
        Unit("g", "g", "mass", Fraction(1, 1000)),
        Unit("[lb_av]", "lb", "mass", POUND, decimals=1),
        Unit("[oz_av]", "oz", "mass", POUND / 16, decimals=1),
        Unit("[stone_av]", "st", "mass", POUND * 14, decimals=2),
        Unit("cm", "cm", "length", decimals=1),
        Unit("m", "m", "length", Fraction(100), decimals=2),
        Unit("[in_i]", "in", "length", INCH, decimals=1),
        Unit("[ft_i]", "ft", "length", INCH * 12, decimals=2),
        Unit("mmol/L", "mmol/L", "glucose", decimals=1),
        Unit("mg/dL", "mg/dL", "glucose", 1 / Fraction("18.016")),
        Unit("mm[Hg]", "mmHg", "pressure"),
        Unit("/min", "/min", "rate"),
        Unit("%", "%", "share"),
        Unit("{score}", "of 10", "score"),
        Unit("d", "days", "time"),
        Unit("wk", "weeks", "time", Fraction(7)),
    )
}
# As people type them, folded; "lbs" and "LB" are "lb". What is not here is not a unit.
TYPED: Mapping[str, str] = {
    "c": "Cel", "°c": "Cel", "f": "[degF]", "°f": "[degF]",
    "kg": "kg", "kgs": "kg", "kilo": "kg", "kilos": "kg", "g": "g", "lb": "[lb_av]", "lbs": "[lb_av]", "oz": "[oz_av]",
    "st": "[stone_av]", "stone": "[stone_av]",
    "cm": "cm", "m": "m", "in": "[in_i]", '"': "[in_i]", "″": "[in_i]", "ft": "[ft_i]", "'": "[ft_i]", "′": "[ft_i]",
    "mmol/l": "mmol/L", "mmol": "mmol/L", "mg/dl": "mg/dL",
    "mmhg": "mm[Hg]", "/min": "/min", "bpm": "/min", "%": "%",
    "w": "wk", "wk": "wk", "weeks": "wk", "d": "d", "days": "d",
}  # fmt: skip
# Two units in one value: the larger, how many of the smaller it holds, and the smaller, in which the whole is kept.
PAIRS: Mapping[str, tuple[int, str]] = {
    "[stone_av]": (14, "[lb_av]"),
    "[lb_av]": (16, "[oz_av]"),
    "[ft_i]": (12, "[in_i]"),
    "wk": (7, "d"),
}


class OtherDimension(ValueError):
    """Two units that do not measure the same."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """`text` is the number as typed ("93.10"), with a point; `unit` is a code of UNITS."""

    text: str
    unit: str

    @property
    def exact(self) -> Fraction:
        return Fraction(self.text)

    def to(self, unit: str) -> Fraction:
        """Its exact value in another unit of the same dimension. Raises OtherDimension."""
        return convert(self.exact, self.unit, unit)

    def shown(self, unit: str | None = None) -> str:
        """ "93.10 kg" as typed; in another unit rounded as that unit is usually written: "205.3 lb"."""
        if unit in (None, self.unit):
            return " ".join(amount(self))
        code = str(unit)
        return f"{rounded(self.to(code), UNITS[code].decimals)} {UNITS[code].shown}"


def number(text: str) -> str | None:
    """The number that was typed, as text with a point and its zeros kept; None where it is none, or is negative."""
    digits = "".join(str(unicodedata.decimal(each, each)) for each in text.strip())
    return digits.replace(",", ".") if NUMBER.fullmatch(digits) else None


def convert(value: Fraction, unit: str, to: str) -> Fraction:
    """Exact: there and back is the same number. Raises OtherDimension."""
    old, new = UNITS[unit], UNITS[to]
    if old.dimension != new.dimension:
        raise OtherDimension(f"{old.shown} is not {new.shown}")
    return (value * old.factor + old.offset - new.offset) / new.factor


def rounded(value: Fraction, decimals: int) -> str:
    """As text with exactly so many decimals; a half goes away from zero."""
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    return str(exact.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP))


def pair(larger: str, unit: str, smaller: str) -> Quantity | None:
    """Two numbers as one, in the smaller unit: 14 st 9 is 205 lb, 5 ft 10 is 70 in. None where they cannot be.

    The first is whole, and the second is less than one of the first.
    """
    if unit not in PAIRS or not larger.isdecimal():
        return None
    many, kept = PAIRS[unit]
    if Fraction(smaller) >= many:
        return None
    whole, _, rest = smaller.partition(".")
    return Quantity(f"{int(larger) * many + int(whole)}{'.' + rest if rest else ''}", kept)


def amount(quantity: Quantity) -> tuple[str, str]:
    """The number and its unit as people write them: ("93.10", "kg"); days of gestation are ("32+4", "weeks")."""
    if quantity.unit != "d" or not quantity.text.isdecimal():
        return quantity.text, UNITS[quantity.unit].shown
    many, _ = PAIRS["wk"]
    weeks, days = divmod(int(quantity.text), many)
    return f"{weeks}+{days}", UNITS["wk"].shown


def hba1c_ifcc(percent: Fraction) -> Fraction:
    """mmol/mol of a HbA1c in % (NGSP), for show alone: 10.93 × % − 23.5, the master equation of IFCC and NGSP."""
    return Fraction("10.93") * percent - Fraction("23.5")
