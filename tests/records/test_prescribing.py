"""The prescription line: understood in words, refused where it is easily misread; and its dates."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from records.rules.directions import TIMINGS, Course, Length, Timing, by_times, left, supply, until
from records.rules.prescription_line import misread, parse

START = date(2026, 11, 28)


@pytest.mark.parametrize(
    ("line", "chips"),
    [
        ("amoxicillin 500 tds 7d", ("amoxicillin", "500 mg", "1 three times a day for 7 days")),
        (
            "amoxicillin 500 mg tds 7d #21 x1",
            ("amoxicillin", "500 mg", "1 three times a day for 7 days", "quantity 21", "1 refill"),
        ),
        ("amoxicillin 250mg/5ml 5ml tds 1w", ("amoxicillin", "250 mg/5 ml", "5 ml three times a day for 1 week")),
        (
            "co-amoxiclav 500/125 tab tds 5d",
            ("co-amoxiclav", "500/125 mg", "tablets", "1 three times a day for 5 days"),
        ),
        ("paracetamol 500mg 2 qds prn for pain", ("paracetamol", "500 mg", "2 four times a day when needed for pain")),
        ("ibuprofen 400 prn", ("ibuprofen", "400 mg", "1 when needed")),
        ("levothyroxine 100mcg om 3m", ("levothyroxine", "100 micrograms", "1 in the morning for 3 months")),
        ("metformin 500mg 1-0-1", ("metformin", "500 mg", "1 in the morning and 1 at night")),
        ("prednisolone 5mg 1-½-0-1", ("prednisolone", "5 mg", "1 in the morning, ½ at noon and 1 at night")),
        (
            "salbutamol 100mcg inhaler 2puffs qid prn",
            ("salbutamol", "100 micrograms", "inhaler", "2 puffs four times a day when needed"),
        ),
        ("Insulin glargine 100 units/ml 10units on", ("Insulin glargine", "100 units/ml", "10 units at night")),
        ("hydrocortisone 1% cream bd 2w", ("hydrocortisone", "1%", "cream", "twice a day for 2 weeks")),
        ("ibuprofen 400 mg 3 x daily 7 days", ("ibuprofen", "400 mg", "1 three times a day for 7 days")),
        ("ibuprofen 400 three times a day for 7 days", ("ibuprofen", "400 mg", "1 three times a day for 7 days")),
        ("ibuprofen 400 2 twice daily for 2 weeks", ("ibuprofen", "400 mg", "2 twice a day for 2 weeks")),
        ("ibuprofen 400 3x daily", ("ibuprofen", "400 mg", "1 three times a day")),
        ("aspirin 75 2 daily", ("aspirin", "75 mg", "2 once a day")),
        ("penicillin v 250 mg po q6h", ("penicillin v", "250 mg", "1 by mouth every 6 hours")),
        ("5-fluorouracil 5% cream bd", ("5-fluorouracil", "5%", "cream", "twice a day")),
    ],
)
def test_it_is_understood_in_words(line: str, chips: tuple[str, ...]) -> None:
    made = parse(line)
    assert (made.refused, made.not_understood, made.missing) == ((), (), ())
    assert made.chips == chips
    words = made.directions.split()
    assert not {"tds", "bd", "od", "prn", "om", "qds", "qid"} & set(words)


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("warfarin 5.0 mg od", "Write 5 mg, not 5.0 mg: the point is easily missed."),
        ("warfarin 2.50mg od", "Write 2.5 mg, not 2.50 mg: the point is easily missed."),
        ("warfarin .5 mg od", "Write 0.5 mg, not .5 mg: the point is easily missed."),
        ("warfarin 5,0 mg od", "Write 5 mg, not 5,0 mg: the point is easily missed."),
        ("insulin 10 u od", "Write 10 units, not 10 u: u is easily read as a 0."),
        ("insulin 10u od", "Write 10 units, not 10 u: u is easily read as a 0."),
        ("insulin 10 IU od", "Write 10 units, not 10 IU: IU is easily read as IV or 10."),
        ("levothyroxine 100 µg od", "Write 100 mcg, not 100 µg: µg is easily read as mg."),
        ("metformin 500 mg qd", "Write od, not qd: it is easily read as qid."),
        ("metformin 1,000 mg bd", "1,000 can be read as 1000: write the number without a comma or three decimals."),
        ("levothyroxine 100 od", "Write the unit: 100 mg, mcg or units?"),
        ("digoxin 125 od", "Write the unit: 125 mg, mcg or units?"),
        ("somethingnew 20 od", "Write the unit: 20 mg, mcg or units?"),
    ],
)
def test_what_is_easily_misread_is_refused(line: str, sentence: str) -> None:
    assert parse(line).refused == (sentence,)


@pytest.mark.parametrize(
    ("line", "named", "missing"),
    [
        ("amoxicillin 500 qam", ("qam",), ("how often",)),
        ("amoxicillin 500 tds bd", ("bd",), ()),
        ("amoxicillin 500 tds 7d 5d", ("5d",), ()),
        ("amoxicillin tds", (), ("strength",)),
        ("amoxicillin 500mg 250mg tds", ("250mg",), ()),
        ("amoxicillin 500mg 0 tds", ("0",), ()),
        ("", (), ("name", "strength", "how often")),
    ],
)
def test_what_is_not_understood_or_missing_is_named(
    line: str, named: tuple[str, ...], missing: tuple[str, ...]
) -> None:
    made = parse(line)
    assert (made.not_understood, made.missing) == (named, missing)


@given(st.text(max_size=60))
def test_any_text_is_understood_or_named(text: str) -> None:
    made = parse(text)
    kept = " ".join([made.name, made.needed_for, *made.not_understood, *made.refused, *made.chips]).strip()
    assert bool(kept) == bool(text.split())
    if made.course:
        until(made.course, START)


@given(st.integers(0, 999), st.integers(0, 99))
def test_a_number_written_well_is_kept_and_its_trailing_zero_refused(whole: int, part: int) -> None:
    number = f"{whole}.{part:02}".rstrip("0").rstrip(".")
    assert misread(number, "mg") == ""
    with_zero = f"{number}.0" if "." not in number else f"{number}0"
    assert misread(with_zero, "mg")


# --- Until when ------------------------------------------------------------------------------------------------------


def test_the_supply_says_until_when() -> None:
    made = parse("amoxicillin 500 tds #21")
    assert made.course is not None
    assert until(made.course, START) == date(2026, 12, 5)
    again = parse("amoxicillin 500 tds #21 x1")
    assert again.course is not None
    assert until(again.course, START) == date(2026, 12, 12)


@pytest.mark.parametrize(
    ("line", "end"),
    [
        ("amoxicillin 500 tds 7d", date(2026, 12, 5)),
        ("amoxicillin 500 tds 7d #20", date(2026, 12, 4)),  # the quantity decides; a part of a day is none
        ("metformin 500 1-0-1 #56", date(2026, 12, 26)),
        ("metformin 500 bd 3m", date(2027, 2, 28)),
        ("metformin 500 2 bd #56", date(2026, 12, 12)),
        ("metformin 500 ½ od #14", date(2026, 12, 26)),
        ("amoxicillin 250mg/5ml 5ml tds #100", date(2026, 12, 4)),
        ("amoxicillin 250mg/5ml 2.5ml tds #100", date(2026, 12, 11)),
        ("prednisolone 5mg weekly #4", date(2026, 12, 26)),
        ("paracetamol 500 qds prn #32", None),
        ("metformin 500 bd", None),
        ("metformin 500 1-2 bd #56", None),
        ("salbutamol 100mcg inhaler 2puffs qid #1", None),
        ("diazepam 5mg stat", START),
    ],
)
def test_until(line: str, end: date | None) -> None:
    course = parse(line).course
    assert course is not None
    assert until(course, START) == end


def test_a_month_ends_on_its_last_day() -> None:
    assert Length(1, "month").after(date(2027, 1, 31)) == date(2027, 2, 28)
    assert Length(13, "month").after(date(2026, 12, 31)) == date(2028, 1, 31)


counted = st.sampled_from([each for each in TIMINGS.values() if each.per_day]) | st.sampled_from(
    [made for pattern in ("1-0-1", "1-1-1", "2-0-½", "0-0-0-1") if (made := by_times(pattern))]
)


@given(counted, st.integers(1, 4), st.integers(1, 60), st.sampled_from(["day", "week"]), st.integers(0, 3))
def test_the_supply_for_a_length_lasts_that_length(
    timing: Timing, dose: int, number: int, span: str, more: int
) -> None:
    length = Length(number, "week" if span == "week" else "day")
    asked = Course(Fraction(dose), timing, length, refills=more)
    quantity = supply(asked, START)
    assert quantity is not None
    given_out = Course(Fraction(dose), timing, None, quantity, more)
    assert until(given_out, START) == until(asked, START)


@given(counted, st.integers(1, 400), st.integers(1, 400))
def test_more_lasts_longer(timing: Timing, one: int, more: int) -> None:
    first = until(Course(Fraction(1), timing, None, Fraction(one)), START)
    second = until(Course(Fraction(1), timing, None, Fraction(one + more)), START)
    assert first is None or second is None or first <= second


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (8, ("", "")),
        (7, ("7 days left", "amber")),
        (1, ("1 day left", "amber")),
        (0, ("runs out today", "amber")),
        (-1, ("ran out 1 day ago", "red")),
        (-25, ("ran out 25 days ago", "red")),
    ],
)
def test_what_the_list_says(days: int, said: tuple[str, str]) -> None:
    assert left(START + timedelta(days=days), START) == said


@pytest.mark.parametrize("pattern", ["0-0-0", "1-1", "1-0-9", "1-0-1-0-1", "a-b-c", "--"])
def test_a_pattern_that_is_none(pattern: str) -> None:
    assert by_times(pattern) is None
