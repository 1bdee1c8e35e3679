"""Measurements over time and a child's growth: what is drawn and what the table says."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinnet import clock
from clinnet.accounts.permissions import Role
from clinnet.accounts.queries import clinic as clinic_of
from clinnet.table import Row, Scope
from patients.models import Patient
from records import queries
from records.growth.rows import NO_DATE, NO_LENGTHS, growth_of, is_child
from records.lines import MeasuredLine, ResultLine, ValueLine
from records.models import OBS
from records.rules import growth
from records.rules.curves import Band, Sheet, around, spark, ticks
from records.rules.results import normal
from records.services import mistakes
from records.trends.rows import analytes, trends
from tests.conftest import Register
from tests.patients.pages import Pages
from tests.people import signed_in_client
from tests.records.lined import record

BORN = date(2024, 3, 1)
numbers = st.floats(min_value=-1e6, max_value=1e6)


@given(st.lists(st.tuples(numbers, numbers), min_size=1))
def test_every_point_stands_on_its_sheet(points: list[tuple[float, float]]) -> None:
    sheet = around(points)
    for x, y in map(sheet.place, points):
        assert 0 <= x <= sheet.width
        assert 0 <= y <= sheet.height


@pytest.mark.parametrize(
    ("left", "right", "seen"),
    [(0, 7, [0, 1, 2, 3, 4, 5, 6, 7]), (10.2, 40, [12, 18, 24, 30, 36])],
)
def test_an_edge_has_few_round_numbers(left: float, right: float, seen: list[float]) -> None:
    assert ticks(left, right, (1, 2, 3, 6, 12)) == seen


def test_more_is_further_up() -> None:
    sheet = Sheet(0, 10, 0, 100, 300, 60)
    assert (sheet.place((0, 0)), sheet.place((10, 100))) == ((0.0, 60.0), (300.0, 0.0))
    assert sheet.line([(0, 0), (5, 50)]) == "0,60 150,30"


def set_of(id: str, on: date, **values: tuple[str, str]) -> Row:
    at = f"{on.isoformat()}T10:00:00.000000Z"
    line = {kind: MeasuredLine(text=text, unit=unit, at=at).pack() for kind, (text, unit) in values.items()}
    return {"id": id, "type": "RECORDED", "line": line, "state": "current"}


def test_values_stand_as_typed_in_columns_and_the_newest_is_on_the_right(nurse: Scope) -> None:
    clinic = clinic_of(nurse.clinic_id)
    rows = [
        set_of("c", date(2026, 3, 1), weight=("93.10", "kg")),
        set_of("b", date(2026, 2, 1), pulse=("74", "/min")),
        set_of("a", date(2026, 1, 1), weight=("205", "[lb_av]")),
    ]
    made = trends(rows, clinic)
    assert made.columns == ("1 Jan 2026", "1 Feb 2026", "1 Mar 2026")
    assert {trend.label: trend.cells for trend in made.rows} == {
        "Pulse": ("", "74", ""),
        "Weight": ("205 lb", "", "93.10"),
    }
    weight = next(trend for trend in made.rows if trend.label == "Weight")
    assert weight.drawn
    assert (weight.drawn.low, weight.drawn.high) == ("92.986", "93.1")  # pounds are drawn as kilograms
    assert next(trend for trend in made.rows if trend.label == "Pulse").drawn is None


def test_blood_pressure_has_two_lines_and_what_is_in_error_is_left_out(nurse: Scope, register: Register) -> None:
    patient, clinic = register(given_name="Pieter"), clinic_of(nurse.clinic_id)
    record(nurse, patient, "bp 142/86")
    record(nurse, patient, "bp 138/84")
    entry = clock.new_id()
    wrong = record(nurse, patient, "bp 238/84", entry=entry)
    mistakes.enter_in_error(nurse, patient=patient, entry_id=entry, recorded_id=wrong, reason="content")
    (pressure,) = trends(queries.of_kind(nurse, patient, OBS, 50), clinic).rows
    assert pressure.cells == ("142/86", "138/84")
    assert pressure.drawn
    assert len(pressure.drawn.lines) == 2


def child(register: Register, **more: str) -> Patient:
    data = {"given_name": "Noa", "family_name": "García", "birth_date": BORN.isoformat(), "sex": "male"}
    return register(**(data | more))


def test_a_childs_weight_is_told_by_the_reference_of_its_age(nurse: Scope, register: Register) -> None:
    """Boy, day 365, 9.0 kg: z −0.63; what WHO's table says."""
    rows = [
        set_of("b", BORN + timedelta(365), weight=("9.0", "kg")),
        set_of("a", BORN + timedelta(100), weight=("6000", "g")),
    ]
    made = growth_of(child(register), rows, "weight", clinic_of(nurse.clinic_id))
    assert [(row.age, row.value, row.z) for row in made.rows] == [
        ("12 months", "9.0", "-0.63"),
        ("3 months", "6.0", made.rows[1].z),
    ]
    assert made.rows[0].gain == "+3.00 in 265 d"
    assert made.reference == "WHO 2006, by days of age"
    assert {curve.name for curve in made.curves} == set(growth.WHO_LINES)
    assert len(made.dots) == 2
    assert [tick.label for tick in made.across] == ["2 mo", "4 mo", "6 mo", "8 mo", "10 mo", "1 y"]


def test_over_the_second_birthday_both_references_are_drawn_and_the_step_is_said(
    nurse: Scope, register: Register
) -> None:
    heights = {900: "90", 600: "82"}
    rows = [set_of(text, BORN + timedelta(days), height=(text, "cm")) for days, text in heights.items()]
    made = growth_of(child(register), rows, "height", clinic_of(nurse.clinic_id))
    assert made.said == [growth.STEP]
    assert len(made.curves) == 14
    assert made.reference == "WHO 2006, by days of age, to 2 years; then CDC 2000, by months"


def test_bmi_is_of_a_weight_and_a_height_of_one_set(nurse: Scope, register: Register) -> None:
    rows = [
        set_of("b", BORN + timedelta(2000), weight=("20", "kg"), height=("112", "cm")),
        set_of("a", BORN + timedelta(1900), weight=("19", "kg")),
    ]
    made = growth_of(child(register), rows, "bmi", clinic_of(nurse.clinic_id))
    assert [row.value for row in made.rows] == ["15.94"]


def test_weight_for_length_is_of_one_set_and_one_reference(nurse: Scope, register: Register) -> None:
    rows = [
        set_of("c", BORN + timedelta(900), weight=("13", "kg"), height=("90", "cm")),
        set_of("b", BORN + timedelta(365), weight=("9.0", "kg"), height=("76", "cm")),
        set_of("a", BORN + timedelta(300), weight=("8.6", "kg")),
    ]
    made = growth_of(child(register), rows, "weight-length", clinic_of(nurse.clinic_id))
    at_76 = growth.weight_for_length("male", 76.0, 9.0)
    assert at_76
    assert [(row.value, row.percentile, row.z) for row in made.rows] == [
        ("9.0 at 76 cm", at_76.percentile, f"{at_76.z:+.2f}")
    ]
    assert (made.reference, made.said, len(made.dots)) == ("WHO 2006, by length", [], 1)
    assert [tick.label for tick in made.across] == ["72 cm", "74 cm", "76 cm", "78 cm", "80 cm"]
    assert {curve.name for curve in made.curves} == set(growth.WHO_LINES)


def test_where_nothing_can_be_for_its_length_it_says_what_it_needs(nurse: Scope, register: Register) -> None:
    rows = [set_of("a", BORN + timedelta(300), weight=("8.6", "kg"))]
    assert growth_of(child(register), rows, "weight-length", clinic_of(nurse.clinic_id)).said == [NO_LENGTHS]


def test_a_length_measured_lying_is_held_against_heights_as_a_height(nurse: Scope, register: Register) -> None:
    rows = [
        set_of("b", BORN + timedelta(900), length=("90.7", "cm")),
        set_of("a", BORN + timedelta(800), height=("88", "cm")),
    ]
    made = growth_of(child(register), rows, "height", clinic_of(nurse.clinic_id))
    standing = growth.score("length", "male", 900, 90.0)
    assert standing
    assert [(row.value, row.z) for row in made.rows[:1]] == [("90.7 lying", f"{standing.z:+.2f}")]
    assert len(made.dots) == 2


def test_a_child_born_early_is_told_at_both_ages(nurse: Scope, register: Register) -> None:
    """Born 52 days early: at 365 days the corrected age is 313; a weight before the due date has one age alone."""
    rows = [
        set_of("c", BORN + timedelta(800), weight=("12.0", "kg")),
        set_of("b", BORN + timedelta(365), weight=("9.0", "kg")),
        set_of("a", BORN + timedelta(20), weight=("2.1", "kg")),
    ]
    made = growth_of(child(register), rows, "weight", clinic_of(nurse.clinic_id), 32 * 7 + 4)
    corrected = growth.score("weight", "male", 313, 9.0)
    assert corrected
    assert [row.corrected for row in made.rows] == [
        "",
        f"10 months: {corrected.percentile}, z {corrected.z:+.2f}",
        "before term",
    ]
    assert made.rows[1].z == "-0.63"
    assert made.early
    assert made.said[0].startswith("Born after 32+4 weeks: to 2 years the points stand at the corrected age")
    assert len(made.dots) == 2


@pytest.mark.parametrize(
    ("known", "said"),
    [({"sex": ""}, growth.NO_SEX), ({"birth_date": "2024"}, NO_DATE)],
)
def test_without_a_sex_or_a_whole_birth_date_there_is_no_curve_and_it_says_so(
    nurse: Scope, register: Register, known: dict[str, str], said: str
) -> None:
    rows = [set_of("a", BORN + timedelta(300), weight=("9", "kg"))]
    made = growth_of(child(register, **known), rows, "weight", clinic_of(nurse.clinic_id))
    assert (made.said, made.curves) == ([said], [])


def test_a_growth_page_is_for_whom_the_reference_reaches(register: Register) -> None:
    today = date(2026, 11, 28)
    assert is_child(child(register), today)
    assert not is_child(child(register, birth_date="1990-02-27"), today)
    assert not is_child(register(given_name="X", family_name="Y"), today)


@pytest.mark.django_db
def test_the_pages_show_both(nurse: Scope, register: Register) -> None:
    patient = child(register, birth_date=(clock.today("UTC") - timedelta(400)).isoformat())
    here = Pages(signed_in_client(nurse.clinic_id, role=Role.NURSE, name="Nora Daly"), nurse.clinic_id, patient)
    assert "Nothing measured yet." in here.text("chart/measurements/")
    record(nurse, patient, "w 9.4 h 76")
    assert "Weight kg 9.4" in here.text("chart/measurements/")
    assert "Growth" in here.text("chart/measurements/")
    html = here.get("chart/growth/?of=height").content.decode()
    assert html.count("<polyline") == 8
    assert here.get("chart/growth/?of=nonsense").status_code == 200
    assert "Born after" not in here.text("chart/growth/")
    record(nurse, patient, "born 32+4")
    assert "The curve begins on the day on which" not in here.text("chart/growth/")
    assert "Born after 32+4 weeks" in here.text("chart/growth/")
    assert "Gestation" not in here.text("chart/measurements/").partition("Weight kg")[2]
    assert "Gestation at birth 32+4 weeks" in here.text("chart/")


@given(st.lists(st.decimals(0, 400, places=1).map(str), min_size=3, max_size=8))
def test_a_spark_stays_on_its_sheet(values: list[str]) -> None:
    places = [tuple(map(float, each.split(","))) for each in spark(values).path[1:].split("L")]
    assert len(places) == len(values)
    assert all(0 <= x <= 64 and 0 <= y <= 14 for x, y in places)


@pytest.mark.parametrize(
    ("values", "path"),
    [
        (["1", "2"], ""),
        (["1", "many", "3"], ""),
        (["120/80", "130/85", "142/86"], "M0,13V5.2M32,12.1V3.3M64,11.9V1"),
    ],
)
def test_a_spark_is_a_line_or_bars_or_nothing(values: list[str], path: str) -> None:
    assert spark(values).path == path


@pytest.mark.parametrize(
    ("values", "range", "drawn"),
    [
        (["4", "5", "6"], "3.5-7.1", Band(0, 14)),  # all of it is normal
        (["51", "57", "68"], "20-42", Band(13, 1)),  # none is: the edge is there all the same
        (["3.0", "4.0", "5.0"], "3.5-7.1", Band(0, 10.0)),
        (["4", "5", "6"], "", None),
        (["4", "5", "6"], "negative", None),
        (["0.5", "0.8", "1.2"], "<1.0", Band(4.4, 9.6)),
    ],
)
def test_what_is_normal_stands_behind_a_spark_as_the_laboratory_said_it(
    values: list[str], range: str, drawn: Band | None
) -> None:
    assert spark(values, normal(range)).band == drawn


@pytest.mark.parametrize(
    ("sent", "range", "drawn", "normal_too"),
    [
        (["3,4", "5,2"], "3,5-5,1", ("3.4", "5.2"), True),
        (["3.4", "5.2"], "3.5-5.1", ("3.4", "5.2"), True),
        (["140,000", "180,000"], "150,000-400,000", ("140000", "180000"), True),
        (["900", "1,250"], "150-400", None, False),  # more than a thousand, or less than two?
    ],
)
def test_values_of_results_are_drawn_with_their_range_where_it_is_sure_what_a_comma_parts(
    nurse: Scope, sent: list[str], range: str, drawn: tuple[str, str] | None, normal_too: bool
) -> None:
    lines = [
        ResultLine(
            title="Count", on=f"2026-0{month}-02", values=(ValueLine(name="X", value=value, range=range).pack(),)
        )
        for month, value in enumerate(sent, 1)
    ]
    found = [{"id": each.on, "line": each.pack(), "state": "current"} for each in lines]
    (row,) = analytes(found, clinic_of(nurse.clinic_id)).rows
    assert [cell.split()[0] for cell in row.cells] == sent
    assert (row.drawn and (row.drawn.low, row.drawn.high)) == drawn
    assert bool(row.drawn and row.drawn.band) == normal_too
