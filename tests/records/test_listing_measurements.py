"""Measurements in the line of the chart: as they were typed, slips, and what stands in the summary."""

import pytest

from clinnet import clock
from clinnet.table import Scope
from patients.models import Patient
from records import queries
from records.lines import MeasuredLine
from records.models import MEAS
from records.queries import rows_of
from records.rules import measured_line
from records.services import mistakes
from records.services.asking import Asked, Slip
from tests.conftest import Register
from tests.records.lined import record, summary


@pytest.fixture
def patient(register: Register) -> Patient:
    return register(given_name="Thandi", family_name="Mbeki", birth_date="1990-03-14")


def test_measurements_stand_as_they_were_typed(nurse: Scope, patient: Patient) -> None:
    record(nurse, patient, "bp 142/86 p 74 t 36.7 r 16 s 97 w 93.10 h 178")
    shown = summary(nurse, patient)
    values = [(row.what, row.more) for row in shown.measured]
    assert values == [
        ("142/86", "mmHg"),
        ("74", "/min"),
        ("93.10", "kg"),
        ("29.4", "kg/m²"),
        ("36.7", "°C"),
        ("16", "/min"),
        ("97", "%"),
        ("178", "cm"),
    ]
    assert shown.measured_when.endswith("Nora Daly")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("bp 86/142 p 74", "bp 142/86 p 74/min"),
        ("t 367 p 74", "t 36.7c p 74/min"),
        ("h 1.78cm", "h 178cm"),
    ],
)
def test_a_slip_offers_the_line_that_was_meant(nurse: Scope, patient: Patient, text: str, line: str) -> None:
    with pytest.raises(Slip) as refusal:
        record(nurse, patient, text)
    assert refusal.value.instead
    assert measured_line.parse(refusal.value.instead.line).readings == measured_line.parse(line).readings
    assert record(nurse, patient, refusal.value.instead.line)


def test_nothing_is_offered_where_another_value_cannot_be(nurse: Scope, patient: Patient) -> None:
    with pytest.raises(Slip) as refusal:
        record(nurse, patient, "bp 86/142 s 104")
    assert refusal.value.instead is None


def test_pounds_for_kilograms_are_asked_about_and_offered(nurse: Scope, patient: Patient) -> None:
    record(nurse, patient, "w 42.6")
    with pytest.raises(Asked) as asked:
        record(nurse, patient, "w 93 p 74")
    assert asked.value.instead
    assert (asked.value.instead.line, asked.value.instead.shown) == ("p 74/min w 93lb", "93 lb")


def values(scope: Scope, patient: Patient) -> list[str]:
    (line,) = (MeasuredLine.unpack(each) for each in rows_of(queries.summaries(scope, patient), MEAS).values())
    return [*line.past, line.value]


def test_a_measurement_stands_on_the_seven_before_it(nurse: Scope, patient: Patient) -> None:
    for weight in range(80, 90):
        record(nurse, patient, f"w {weight}")
    assert values(nurse, patient) == [str(weight) for weight in range(82, 90)]
    (row,) = summary(nurse, patient).measured
    assert row.spark.path.startswith("M0,")
    assert row.spark.path.count("L") == 7
    record(nurse, patient, "w 190 lb")
    assert values(nurse, patient) == ["190"]  # in another unit it begins anew


@pytest.mark.parametrize("wrong", [0, 1, 3])
def test_what_was_entered_in_error_is_drawn_no_more(nurse: Scope, patient: Patient, wrong: int) -> None:
    weights, placed = ["80", "81", "82", "83"], []
    for weight in weights:
        placed.append((entry := clock.new_id(), record(nurse, patient, f"w {weight}", entry=entry)))
    entry, id = placed[wrong]
    mistakes.enter_in_error(nurse, patient=patient, entry_id=entry, recorded_id=id, reason="content")
    assert values(nurse, patient) == [each for each in weights if each != weights[wrong]]


@pytest.mark.parametrize(("text", "bmi"), [("w 93.1 h 178", "29.4"), ("w 205 lb h 70 in", "29.4"), ("w 93.1", None)])
def test_the_bmi_is_of_a_weight_and_a_height_of_one_set(
    nurse: Scope, patient: Patient, text: str, bmi: str | None
) -> None:
    record(nurse, patient, text)
    found = {row.id: row.what for row in summary(nurse, patient).measured}
    assert found.get("bmi") == bmi


def test_a_height_of_another_day_makes_no_bmi(nurse: Scope, patient: Patient) -> None:
    for text in ("h 178", "w 93.1"):
        record(nurse, patient, text)
    assert "bmi" not in {row.id for row in summary(nurse, patient).measured}
