from datetime import date, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from clinnet.rules import dates
from clinnet.rules.dates import DateOrder
from patients.rules import births

TODAY = date(2026, 11, 22)
born = st.dates(date(1900, 1, 1), TODAY)
orders: st.SearchStrategy[DateOrder] = st.sampled_from(["DMY", "MDY"])


def day_first(text: str) -> str:
    return births.parse(text, "DMY", TODAY)


def month_first(text: str) -> str:
    return births.parse(text, "MDY", TODAY)


@pytest.mark.parametrize(
    "text",
    [
        "14/3/1985",
        "14/03/85",
        "14.3.85",
        "14-03-1985",
        " 14 / 3 / 1985 ",
        "14 3 1985",
        "140385",
        "14031985",
        "19850314",
        "1985-03-14",
        "1985/3/14",
        "85-03-14",
        "14 Mar 1985",
        "14 mar 85",
        "14-MAR-1985",
        "14mar85",
        "March 14 1985",
        "March 14th, 1985",
        "14th of March 1985",
        "1985 March 14",
        "14 de marzo de 1985",
        "14 mars 1985",
        "14. März 1985",
        "14 de março de 1985",
        "14 marzo 1985",
        "14 Mar '85",
        "1985年3月14日",
        "١٤/٣/١٩٨٥",
        "3/14/1985",
        "3.14.85",
    ],
)
def test_a_birth_date_is_understood_as_people_write_it(text: str) -> None:
    assert day_first(text) == "1985-03-14"


@pytest.mark.parametrize("text", ["3/14/85", "3.14.85", "03141985", "031485", "14/3/85", "14 Mar 1985", "1985-03-14"])
def test_a_clinic_that_puts_the_month_first(text: str) -> None:
    assert month_first(text) == "1985-03-14"


def test_the_clinics_order_decides_where_both_are_possible() -> None:
    assert day_first("3/5/61") == day_first("030561") == "1961-05-03"
    assert month_first("3/5/61") == month_first("030561") == "1961-03-05"


@pytest.mark.parametrize(
    ("text", "month"),
    [
        ("3 enero 1990", 1),
        ("3 janvier 1990", 1),
        ("3 Jänner 1990", 1),
        ("3 févr 1990", 2),
        ("3 abr 1990", 4),
        ("3 maggio 1990", 5),
        ("3 mai 1990", 5),
        ("3 juin 1990", 6),
        ("3 giu 1990", 6),
        ("3 juillet 1990", 7),
        ("3 août 1990", 8),
        ("3 setembro 1990", 9),
        ("3 sept 1990", 9),
        ("3 Okt 1990", 10),
        ("3 out 1990", 10),
        ("3 dez 1990", 12),
        ("3 diciembre 1990", 12),
    ],
)
def test_month_names_in_six_languages(text: str, month: int) -> None:
    assert day_first(text) == f"1990-{month:02}-03"


@pytest.mark.parametrize(
    ("text", "partial"),
    [
        ("1985", "1985"),
        ("3/1985", "1985-03"),
        ("1985-03", "1985-03"),
        ("3/85", "1985-03"),
        ("Mar 1985", "1985-03"),
        ("mars 85", "1985-03"),
        ("198503", "1985-03"),
    ],
)
def test_a_date_known_in_part_stays_partial(text: str, partial: str) -> None:
    assert day_first(text) == month_first(text) == partial


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("31 Feb 1985", "31 Feb 1985 is not a date."),
        ("31/2/1985", "31 Feb 1985 is not a date."),
        ("29/2/2025", "29 Feb 2025 is not a date."),
        ("31/4/85", "31 Apr 1985 is not a date."),
        ("23/11/2026", "That date is in the future."),
        ("12/2026", "That date is in the future."),
        ("2027", "That date is in the future."),
        ("14/3/1885", "That is more than 130 years ago. Check the year."),
        ("1485", "That is more than 130 years ago. Check the year."),
    ],
)
def test_an_impossible_date_is_refused_in_words(text: str, sentence: str) -> None:
    with pytest.raises(births.BadDate) as refused:
        day_first(text)
    assert refused.value.sentence == sentence
    assert refused.value.date_like


def test_the_refusal_writes_the_date_as_the_clinic_does() -> None:
    with pytest.raises(births.BadDate) as refused:
        month_first("2/31/1985")
    assert refused.value.sentence == "Feb 31, 1985 is not a date."


@pytest.mark.parametrize(
    "text",
    [
        "",
        "soon",
        "14 Mar",
        "14/3",
        "3/25",
        "14/3/985",
        "1/2/3",
        "maria 1985",
        "12345",
        "004821x",
        "14 Mar Apr 85",
        "9" * 50,
    ],
)
def test_what_is_no_date_is_met_with_an_example(text: str) -> None:
    with pytest.raises(births.BadDate) as refused:
        day_first(text)
    assert refused.value.sentence == "This is not a date. Write it like 14/3/1985."
    assert not refused.value.date_like


@pytest.mark.parametrize("text", ["14/13/1985", "0/3/1985", "14/0/1985", "45/45/1985", "00/00/0000"])
def test_days_and_months_that_do_not_exist_are_refused(text: str) -> None:
    with pytest.raises(births.BadDate):
        day_first(text)


def test_a_refusal_carries_no_birth_date_into_a_log() -> None:
    with pytest.raises(births.BadDate) as refused:
        day_first("31/2/1985")
    assert "1985" not in repr(refused.value) + str(refused.value)


@given(st.text(max_size=50) | st.text(alphabet="0123456789/-. mar", max_size=12), orders)
def test_any_text_is_a_past_date_or_a_refusal(text: str, order: DateOrder) -> None:
    try:
        first, _ = births.span(births.parse(text, order, TODAY))
    except births.BadDate:
        return
    assert first <= TODAY


@given(born, orders, st.sampled_from(["{d}/{m}/{y}", "{d:02}.{m:02}.{y}", "{d:02}{m:02}{y}", "{d} {m} {y}"]))
def test_each_order_reads_what_it_writes(day: date, order: DateOrder, form: str) -> None:
    first, second = (day.day, day.month) if order == "DMY" else (day.month, day.day)
    assert births.parse(form.format(d=first, m=second, y=day.year), order, TODAY) == day.isoformat()


@given(born, orders)
def test_what_is_shown_can_be_typed(day: date, order: DateOrder) -> None:
    assert births.parse(dates.show(day.isoformat(), order), order, TODAY) == day.isoformat()


@given(st.dates(date(1926, 11, 23), TODAY), orders)
def test_two_digits_mean_the_latest_year_that_has_been(day: date, order: DateOrder) -> None:
    text = f"{day.day} {dates.MONTHS[day.month - 1]} {day:%y}"
    assume(day.month != 2 or day.day != 29)
    assert births.parse(text, order, TODAY) == day.isoformat()


def test_dates_are_shown_with_the_months_name() -> None:
    assert dates.show("1985-03-14") == "14 Mar 1985"
    assert dates.show("1985-03-14", "MDY") == "Mar 14, 1985"
    assert dates.show("1985-03", "MDY") == "Mar 1985"
    assert dates.show("1985") == "1985"
    assert dates.show("") == ""
    assert dates.show("not known") == "not known"


@pytest.mark.parametrize(
    ("birth_date", "age"),
    [
        ("2026-11-22", "0 days"),
        ("2026-11-21", "1 day"),
        ("2026-11-11", "11 days"),
        ("2026-10-26", "27 days"),
        ("2026-10-25", "4 weeks"),
        ("2026-08-23", "13 weeks"),
        ("2026-08-22", "3 months"),
        ("2024-11-23", "23 months"),
        ("2024-11-22", "2 y"),
        ("2024-08-22", "2 y 3 m"),
        ("2021-11-23", "4 y 11 m"),
        ("2021-11-22", "5 y"),
        ("1985-03-14", "41 y"),
        ("1985-11-22", "41 y"),
        ("1985-11-23", "40 y"),
        ("2026-12-01", "0 days"),
        ("1985", "about 41 y"),
        ("2024", "about 2 y"),
        ("1985-03", "about 41 y"),
        ("2026-05", "about 6 months"),
        ("", ""),
        ("unknown", ""),
        ("2023-02-30", ""),
        ("20230101", ""),
        ("985", ""),
        ("0000", ""),
    ],
)
def test_ages_are_told_as_clinics_tell_them(birth_date: str, age: str) -> None:
    assert births.age(birth_date, TODAY) == age


def test_an_estimated_age_says_so() -> None:
    assert births.age("1985-03-14", TODAY, estimated=True) == "about 41 y"


def test_who_was_born_on_29_february_is_a_year_older_on_1_march() -> None:
    assert births.years("2004-02-29", date(2022, 2, 28)) == 17
    assert births.years("2004-02-29", date(2022, 3, 1)) == 18
    assert births.years("2004-02-29", date(2024, 2, 29)) == 20
    assert births.years("", TODAY) is None


@given(born, st.integers(0, 40_000))
def test_nobody_gets_younger(day: date, days: int) -> None:
    later = day + timedelta(days=days)
    before, after = births.years(day.isoformat(), later), births.years(day.isoformat(), later + timedelta(days=1))
    assert before is not None
    assert after is not None
    assert 0 <= before <= after


@given(born, st.sampled_from([4, 7, 10]), st.dates(date(1880, 1, 1), date(2040, 1, 1)))
def test_an_age_is_never_negative(day: date, precision: int, on: date) -> None:
    said = births.age(day.isoformat()[:precision], on)
    assert said
    assert "-" not in said


@pytest.mark.parametrize(
    ("text", "birth_date"),
    [
        ("41", "1985"),
        ("about 41", "1985"),
        ("~41 years", "1985"),
        ("41 y", "1985"),
        ("41 años", "1985"),
        ("6 months", "2026-05"),
        ("18m", "2025-05"),
        ("2 y 3 m", "2024-08"),
        ("3 w", "2026-11-01"),
        ("3 weeks", "2026-11-01"),
        ("11 days", "2026-11-11"),
        ("0", "2026-11-22"),
    ],
)
def test_an_estimated_age_becomes_a_partial_date(text: str, birth_date: str) -> None:
    assert births.estimated(text, TODAY) == birth_date


@pytest.mark.parametrize("text", ["", "old", "131", "-", "41 42", "41 moons", "2 y 2 y", "9" * 40, "1 y 3 w", "7 7 7"])
def test_what_is_no_age_is_refused(text: str) -> None:
    with pytest.raises(births.BadDate) as refused:
        births.estimated(text, TODAY)
    assert refused.value.sentence == births.NOT_AN_AGE


@given(st.integers(2, 130), st.dates(date(2000, 1, 1), date(2040, 12, 31)))
def test_an_estimated_age_is_told_again_as_it_was_said(years: int, on: date) -> None:
    assert births.age(births.estimated(str(years), on), on) == f"about {years} y"


@given(st.integers(3, 23), st.dates(date(2000, 1, 1), date(2040, 12, 31)))
def test_estimated_months_are_told_again_as_they_were_said(months: int, on: date) -> None:
    said = births.age(births.estimated(f"{months} months", on), on)
    assert said == f"about {months} months"


@pytest.mark.parametrize(
    ("one", "other", "nearness"),
    [
        ("1985-03-14", "1985-03-14", "same"),
        ("1961-05-03", "1961-03-05", "swapped"),
        ("1985-03-14", "1985-03-15", "digit"),
        ("1985-03-14", "1975-03-14", "digit"),
        ("1985-03-12", "1985-03-21", "transposed"),
        ("1958-03-14", "1985-03-14", "transposed"),
        ("1995-03-14", "2005-03-14", "decade"),
        ("1985", "1985-03-14", "part"),
        ("1985-03", "1985-03-14", "part"),
        ("1985", "1986-03-14", None),
        ("1985", "1986", None),
        ("1985-03-14", "1992-11-02", None),
        ("", "1985-03-14", None),
        ("", "", None),
        ("unknown", "unknown", None),
    ],
)
def test_how_birth_dates_come_to_differ(one: str, other: str, nearness: str | None) -> None:
    assert births.near(one, other) == births.near(other, one) == nearness


@given(born, born)
def test_nearness_has_no_direction(one: date, other: date) -> None:
    assert births.near(one.isoformat(), other.isoformat()) == births.near(other.isoformat(), one.isoformat())


@pytest.mark.parametrize(
    ("said", "born"), [("today", "2026-11-22"), ("Born today", "2026-11-22"), ("yesterday", "2026-11-21")]
)
def test_a_newborn_may_be_born_today(said: str, born: str) -> None:
    assert births.parse(said, "DMY", date(2026, 11, 22)) == born


@pytest.mark.parametrize("text", ["-3", " -3 months", "\u22123"])
def test_an_estimate_with_a_minus_is_no_age(text: str) -> None:
    with pytest.raises(births.BadDate):
        births.estimated(text, TODAY)


def test_no_line_ends_inside_an_age() -> None:
    assert births.with_age("11 Jul 1944", "82 y") == "11 Jul 1944 (82\N{NO-BREAK SPACE}y)"
    assert births.with_age("11 Jul 1944", "") == "11 Jul 1944"
