"""Cards stand beside each other where their times meet, and nothing hides behind anything."""

import re
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduling.board.rules.lanes import GRAINS_OF_A_DAY, GRAINS_OF_AN_HOUR, HOUR, SHORTEST, lanes, least

CSS = Path(__file__).resolve().parents[3] / "static/css/board.css"
spans = st.lists(st.tuples(st.integers(0, 60), st.integers(1, 24)), max_size=25)
grains = st.sampled_from(sorted(HOUR))


def drawn(span: tuple[int, int], grain: int) -> tuple[Fraction, Fraction]:
    """Top and bottom in pixels, as the style sheet draws it: two pixels are left between one and the next."""
    pixels = Fraction(HOUR[grain], GRAINS_OF_AN_HOUR)
    top = span[0] * pixels
    return top, top + max(Fraction(SHORTEST), span[1] * pixels - 2)


@given(spans, grains)
def test_no_two_cards_that_meet_in_pixels_share_a_lane(given: list[tuple[int, int]], grain: int) -> None:
    found = lanes(given, least(grain))
    for one in range(len(given)):
        for other in range(one):
            first, second = drawn(given[one], grain), drawn(given[other], grain)
            if first[0] < second[1] and second[0] < first[1]:
                assert found[one][0] != found[other][0]
                assert found[one][1] == found[other][1]


@given(spans, grains)
def test_each_has_a_lane_among_those_it_shares_the_width_with(given: list[tuple[int, int]], grain: int) -> None:
    assert all(0 <= lane < of <= len(given) for lane, of in lanes(given, least(grain)))


@given(spans, grains)
def test_a_card_alone_has_the_whole_width(given: list[tuple[int, int]], grain: int) -> None:
    far = (GRAINS_OF_A_DAY, 3)
    assert lanes([*given, far], least(grain))[-1] == (0, 1)


def test_an_overbooked_time_is_shared_and_the_next_one_is_not() -> None:
    assert lanes([(126, 3), (126, 3), (129, 3)], least(15)) == [(0, 2), (1, 2), (0, 1)]


def test_five_minutes_are_drawn_over_the_next_card_beside_it() -> None:
    assert lanes([(126, 1), (127, 3)], least(15)) == [(0, 2), (1, 2)]


@pytest.mark.parametrize("grain", sorted(HOUR))
def test_the_style_sheet_draws_hours_as_high_as_we_reckon(grain: int) -> None:
    (rem,) = re.findall(rf"\.grain-{grain} {{ --grain: calc\(([\d.]+)rem / 12\)", CSS.read_text("utf-8"))
    assert float(rem) * 16 == HOUR[grain]
