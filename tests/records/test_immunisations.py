"""Immunisations: which doses count, which is next and since when, from a confirmed table alone."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from records.rules import immunisations
from records.rules.immunisations import Confirmation, Due, Given, NotConfirmed, after, due, sentence
from records.rules.vaccine_codes import COUNTS
from records.rules.vaccine_tables import GB, TABLES, US, Table

BERNARD = Confirmation("Dr Bernard", date(2026, 2, 3))
BORN = date(2026, 1, 31)


def of(table: Table, name: str, born: date, today: date, *doses: tuple[str, date]) -> Due:
    found = due(table, born, [Given(cvx, on) for cvx, on in doses], today, BERNARD)
    return next(each for each in found if each.series == name)


def at(age: str, born: date = BORN) -> date:
    return after(born, age)


def test_nothing_is_said_from_a_table_that_nobody_confirmed() -> None:
    with pytest.raises(NotConfirmed):
        due(US, BORN, [], date(2026, 6, 1), None)


def test_the_sentence_names_the_table_and_who_confirmed_it() -> None:
    assert sentence(GB, BERNARD) == (
        "By age and dates alone, from UKHSA, routine schedule from 1 January 2026, confirmed by Dr Bernard on "
        "3 Feb 2026. Illness, pregnancy and late starts are not considered."
    )


@pytest.mark.parametrize(
    ("age", "on"),
    [
        ("8w", date(2026, 3, 28)),
        ("1m", date(2026, 2, 28)),
        ("3y4m", date(2029, 5, 31)),
        ("0d", BORN),
        ("4y", date(2030, 1, 31)),
    ],
)
def test_an_age_is_a_day(age: str, on: date) -> None:
    assert at(age) == on


@pytest.mark.parametrize("age", ["", "two", "4", "4y4"])
def test_what_is_no_age_is_refused(age: str) -> None:
    with pytest.raises(ValueError, match="no age"):
        after(BORN, age)


@pytest.mark.parametrize(
    ("today", "age", "born", "words"),
    [
        (date(2026, 11, 28), "8w", date(2026, 10, 3), "8 weeks"),
        (date(2026, 3, 31), "1m", date(2026, 2, 28), "1 month"),
        (date(2024, 2, 29), "1y", date(2023, 2, 28), "1 year"),
        (date(2026, 2, 1), "3y4m", date(2022, 10, 1), "3 years 4 months"),
        (date(2026, 2, 1), "0d", date(2026, 2, 1), "at birth"),
    ],
)
def test_who_reaches_an_age_was_born_that_much_before(today: date, age: str, born: date, words: str) -> None:
    assert (immunisations.before(today, age), immunisations.said(age)) == (born, words)


def test_a_newborn_in_britain_waits_until_eight_weeks() -> None:
    found = due(GB, BORN, [], BORN + timedelta(days=11), BERNARD)
    assert {each.state for each in found} == {"not yet"}
    assert [each.series for each in found if each.due_from == at("8w")] == ["6-in-1 and 4-in-1", "MenB", "Rotavirus"]


def test_due_then_overdue() -> None:
    assert of(GB, "MenB", BORN, at("8w") - timedelta(days=1)).state == "not yet"
    assert of(GB, "MenB", BORN, at("8w")).state == "due"
    assert of(GB, "MenB", BORN, at("12w")).state == "overdue"
    assert of(GB, "MenB", BORN, at("12w")).overdue_from == at("12w")


def test_a_dose_four_days_early_counts_and_five_days_early_does_not() -> None:
    first = at("6w")
    early = of(US, "DTaP", BORN, at("3m"), ("107", first - timedelta(days=5)))
    assert (early.counted, early.early, early.number) == (0, (first - timedelta(days=5),), 1)
    assert of(US, "DTaP", BORN, at("3m"), ("107", first - timedelta(days=4))).counted == 1
    second = after(at("2m"), "4w")
    kept = of(US, "DTaP", BORN, at("6m"), ("107", at("2m")), ("107", second - timedelta(days=4)))
    assert kept.counted == 2
    lost = of(US, "DTaP", BORN, at("6m"), ("107", at("2m")), ("107", second - timedelta(days=5)))
    assert (lost.counted, lost.number) == (1, 2)


def test_a_combined_vaccine_counts_for_each_of_its_series() -> None:
    for name in ("DTaP", "Hepatitis B", "Polio"):
        assert of(US, name, BORN, at("3m"), ("110", at("2m"))).counted == 1
    assert of(US, "Hib", BORN, at("3m"), ("110", at("2m"))).counted == 0
    assert of(US, "MMR", BORN, at("2y"), ("94", at("1y"))).counted == 1
    assert of(US, "Varicella", BORN, at("2y"), ("94", at("1y"))).counted == 1


def test_two_products_of_one_day_are_one_dose() -> None:
    assert of(US, "DTaP", BORN, at("3m"), ("107", at("2m")), ("20", at("2m"))).counted == 1


def test_the_next_dose_waits_for_age_and_interval() -> None:
    late = of(US, "MMR", BORN, at("5y"), ("03", at("5y") - timedelta(days=7)))
    assert late.due_from == after(at("5y") - timedelta(days=7), "4w")
    assert of(US, "MMR", BORN, at("2y"), ("03", at("12m"))).due_from == at("4y")
    third = of(US, "Hepatitis B", BORN, at("9m"), ("08", at("5m")), ("08", at("6m")))
    assert third.due_from == after(at("5m"), "16w")


def test_a_complete_series_is_complete() -> None:
    doses = [("03", at("12m")), ("03", at("4y"))]
    assert of(US, "MMR", BORN, at("6y"), *doses).state == "complete"
    assert of(US, "MMR", BORN, at("6y"), *doses, ("03", at("5y"))).state == "complete"


def test_a_series_with_fewer_doses_of_its_own_product() -> None:
    assert of(US, "Rotavirus", BORN, at("5m"), ("119", at("2m")), ("119", at("4m"))).state == "complete"
    mixed = of(US, "Rotavirus", BORN, at("6m"), ("119", at("2m")), ("116", at("4m")))
    assert (mixed.state, mixed.number) == ("due", 3)
    assert of(US, "Hib", BORN, at("13m"), ("49", at("2m")), ("49", at("4m")), ("49", at("12m"))).state == "complete"


def test_too_old_is_too_old() -> None:
    assert of(US, "Rotavirus", BORN, at("15w")).state == "too old"  # not begun in time
    assert of(US, "Rotavirus", BORN, at("4m"), ("116", at("2m"))).state == "due"
    assert of(US, "Rotavirus", BORN, at("8m"), ("116", at("2m"))).state == "too old"
    pieter = due(US, date(1954, 3, 2), [], date(2026, 11, 28), BERNARD)
    assert {each.state for each in pieter if each.series != "Influenza"} == {"too old"}


@pytest.mark.parametrize(
    ("born", "ages"),
    [
        (date(2024, 6, 30), ["1y", "3y4m"]),
        (date(2024, 7, 1), ["1y", "18m", "3y4m"]),
        (date(2024, 12, 31), ["1y", "18m", "3y4m"]),
        (date(2025, 1, 1), ["1y", "18m"]),
    ],
)
def test_the_british_schedule_by_birthday(born: date, ages: list[str]) -> None:
    doses: list[tuple[str, date]] = []
    for age in ages:
        found = of(GB, "MMRV", born, at(age, born), *doses)
        assert (found.state, found.due_from) == ("due", at(age, born))
        doses.append(("94", at(age, born)))
    assert of(GB, "MMRV", born, at("5y", born), *doses).state == "complete"
    fourth = of(
        GB, "6-in-1 and 4-in-1", born, at("19m", born), *[("146", at(age, born)) for age in ("8w", "12w", "16w")]
    )
    assert fourth.product == ("6-in-1" if born >= date(2024, 7, 1) else "4-in-1")


def test_influenza_is_due_once_in_a_season() -> None:
    born = date(2020, 5, 1)
    assert of(US, "Influenza", born, date(2026, 8, 31)).state == "not yet"
    assert of(US, "Influenza", born, date(2026, 8, 31)).due_from == date(2026, 9, 1)
    assert of(US, "Influenza", born, date(2026, 11, 28)).state == "due"
    assert of(US, "Influenza", born, date(2027, 3, 31), ("141", date(2026, 3, 1))).state == "due"
    assert of(US, "Influenza", born, date(2027, 3, 31), ("141", date(2026, 10, 1))).state == "complete"
    baby = of(US, "Influenza", date(2026, 9, 1), date(2026, 11, 28))
    assert (baby.state, baby.due_from) == ("not yet", date(2027, 3, 1))


# --- Whatever was given ----------------------------------------------------------------------------------------------

tables = st.sampled_from(sorted(TABLES))
codes = st.sampled_from(sorted({code for group in COUNTS.values() for code in group}))
births = st.dates(date(2000, 1, 1), date(2026, 11, 1))
lists = st.lists(st.tuples(codes, st.integers(-30, 7000)), max_size=12)


@given(tables, births, lists, st.integers(0, 7300))
def test_each_series_has_one_true_state(country: str, born: date, given_doses: list[tuple[str, int]], age: int) -> None:
    today = born + timedelta(days=age)
    doses = [Given(cvx, born + timedelta(days=days)) for cvx, days in given_doses]
    for each in due(TABLES[country], born, doses, today, BERNARD):
        assert (each.due_from is None) == (each.state == "complete")
        if each.state in ("due", "overdue"):
            assert each.due_from is not None
            assert each.due_from <= today
        if each.state == "not yet":
            assert each.due_from is not None
            assert each.due_from > today
        assert each.counted <= len(doses)


@given(tables, births, lists, st.integers(0, 7300))
def test_the_order_of_recording_changes_nothing(
    country: str, born: date, some: list[tuple[str, int]], age: int
) -> None:
    today = born + timedelta(days=age)
    doses = [Given(cvx, born + timedelta(days=days)) for cvx, days in some]
    table = TABLES[country]
    assert due(table, born, doses, today, BERNARD) == due(table, born, doses[::-1], today, BERNARD)


@given(births)
def test_every_dose_given_on_its_day_completes_each_series(born: date) -> None:
    for table in TABLES.values():
        for series in table.series:
            doses: list[Given] = []
            for rule in series.doses:
                if (rule.born_from is None or born >= rule.born_from) and (
                    rule.born_before is None or born < rule.born_before
                ):
                    doses.append(Given(min(COUNTS[series.counts]), after(born, rule.age)))
            found = [
                each for each in due(table, born, doses, after(born, "30y"), BERNARD) if each.series == series.name
            ]
            assert [each.state for each in found] == ["complete"], series.name
            assert found[0].early == ()


def test_who_was_born_on_29_february_has_every_dose_due_on_a_day_that_there_is() -> None:
    """A year later the 28th: a day before the age is reached, within the four days that count."""
    born, by = date(2024, 2, 29), Confirmation("Dr Luc Bernard", date(2026, 1, 1))
    for table in (GB, US):
        for month in range(20 * 12):
            today = after(born, f"{month}m")
            for each in due(table, born, [], today, by):
                assert each.due_from is None or each.due_from >= born, each.series
    assert (after(born, "1y"), after(born, "4y"), after(born, "6m")) == (
        date(2025, 2, 28), date(2028, 2, 29), date(2024, 8, 29),
    )  # fmt: skip
    mmrv = next(each for each in due(GB, born, [], date(2025, 2, 28), by) if each.series == "MMRV")
    assert (mmrv.state, mmrv.due_from) == ("due", date(2025, 2, 28))
