"""The limits as a table: what cannot be, and what is asked about."""

from collections.abc import Iterator
from dataclasses import dataclass

from records.rules.limits import ASK_ADULT, ASK_ALWAYS, ASK_CHILD, CAN_BE, Band
from records.rules.measurements import KINDS
from records.rules.units import UNITS

UNIT_OF = {"systolic": "mm[Hg]", "diastolic": "mm[Hg]"}


@dataclass(frozen=True, slots=True)
class LimitRow:
    """`band` is what is taken without a question; `refused` is outside of what can be."""

    what: str
    band: str
    refused: str


def rows() -> list[LimitRow]:
    found = [LimitRow(_label(name), _band(band, name), _band(CAN_BE[name], name)) for name, band in ASK_ALWAYS.items()]
    found += [
        LimitRow(f"{_label(name)}, from 16 years", _band(band, name), _band(CAN_BE[name], name))
        for name, band in ASK_ADULT.items()
    ]
    return found + list(_children())


def _children() -> Iterator[LimitRow]:
    start = 0
    for until, pulse, breaths in ASK_CHILD:
        age = f"{_age(start)} to {_age(until)}"
        for name, band in (("pulse", pulse), ("respiration", breaths)):
            yield LimitRow(f"{_label(name)}, {age}", _band(band, name), _band(CAN_BE[name], name))
        start = until


def _age(months: int) -> str:
    return f"{months} months" if months < 24 else f"{months // 12} years"


def _label(name: str) -> str:
    return KINDS[name].label if name in KINDS else name.capitalize()


def _band(band: Band, name: str) -> str:
    """ "35.1 to 40.9 °C", "from 92 %"."""
    unit = UNITS[UNIT_OF.get(name) or KINDS[name].units[0]].shown
    low, high = (None if side is None else f"{float(side):g}" for side in (band.low, band.high))
    if low is None or high is None:
        return f"from {low} {unit}" if low else f"up to {high} {unit}"
    return f"{low} to {high} {unit}"
