"""Units: a closed table, exact there and back, numbers kept as they were typed."""

from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from records.rules.units import (
    UNITS,
    OtherDimension,
    Quantity,
    convert,
    hba1c_ifcc,
    number,
    pair,
    rounded,
)

units = st.sampled_from(sorted(UNITS))
alike = st.sampled_from(
    [(one, other) for one in sorted(UNITS) for other in UNITS if UNITS[one].dimension == UNITS[other].dimension]
)
values = st.fractions(min_value=0, max_value=10**6, max_denominator=10**6)


@given(values, alike)
def test_there_and_back_is_the_same_number(value: Fraction, two: tuple[str, str]) -> None:
    unit, other = two
    assert convert(convert(value, unit, other), other, unit) == value


@given(units, units)
def test_units_of_two_dimensions_do_not_mix(unit: str, other: str) -> None:
    assume(UNITS[unit].dimension != UNITS[other].dimension)
    with pytest.raises(OtherDimension):
        convert(Fraction(1), unit, other)


@pytest.mark.parametrize(
    ("text", "unit", "to", "shown"),
    [
        ("37", "Cel", "[degF]", "98.6 °F"),
        ("98.6", "[degF]", "Cel", "37.0 °C"),
        ("93.1", "kg", "[lb_av]", "205.3 lb"),
        ("14", "[stone_av]", "kg", "88.9 kg"),
        ("70", "[in_i]", "cm", "177.8 cm"),
        ("6.2", "mmol/L", "mg/dL", "112 mg/dL"),
        ("112", "mg/dL", "mmol/L", "6.2 mmol/L"),
        ("1.78", "m", "cm", "178.0 cm"),
        ("93.10", "kg", "kg", "93.10 kg"),
    ],
)
def test_a_value_is_shown_as_typed_or_as_the_other_unit_is_written(text: str, unit: str, to: str, shown: str) -> None:
    assert Quantity(text, unit).shown(to) == shown


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("36.7", "36.7"), ("36,7", "36.7"), (" 93.10 ", "93.10"), ("٣٦", "36"), ("007", "007")],
)
def test_a_number_keeps_its_digits(typed: str, kept: str) -> None:
    assert number(typed) == kept


@pytest.mark.parametrize("typed", ["", "-5", "1e3", "nan", "inf", ".5", "5.", "1 000", "1.2.3", "12abc", "9" * 7, "½"])
def test_what_is_no_number_is_none(typed: str) -> None:
    assert number(typed) is None


@given(st.integers(0, 999), st.integers(0, 13))
def test_stones_and_pounds_are_kept_in_pounds(stones: int, pounds: int) -> None:
    kept = pair(str(stones), "[stone_av]", str(pounds))
    assert kept == Quantity(str(stones * 14 + pounds), "[lb_av]")


def test_days_of_gestation_are_said_as_weeks_and_days() -> None:
    assert pair("32", "wk", "4") == Quantity("228", "d")
    assert Quantity("228", "d").shown() == "32+4 weeks"
    assert Quantity("32", "wk").shown() == "32 weeks"


def test_a_pair_that_cannot_be_is_none() -> None:
    assert pair("5", "[ft_i]", "12") is None
    assert pair("5.5", "[ft_i]", "1") is None
    assert pair("5", "kg", "1") is None
    assert pair("5", "[ft_i]", "10.5") == Quantity("70.5", "[in_i]")


def test_a_half_goes_away_from_zero() -> None:
    assert [rounded(Fraction(text), 1) for text in ("0.25", "0.35", "-0.25")] == ["0.3", "0.4", "-0.3"]


def test_hba1c_in_percent_is_shown_in_mmol_per_mol() -> None:
    assert rounded(hba1c_ifcc(Fraction("6.5")), 0) == "48"
