"""Values of several exports: what a file does not speak of stays, each stands once, and an old one says nothing."""

from collections.abc import Callable
from typing import Any

import pytest

from clinnet.table import Scope
from records import queries as charts
from records.models import OBS, RES
from records.services.exporting import export
from records.services.fhir_writing import OLDER
from tests.records.test_fhir import only
from tests.records.test_fhir_versions import Bodies, about, current, potassium, told, weight

__all__ = ["told"]
Told = Callable[..., str]
OTHER_NUMBER = {"identifier": [{"system": "urn:lab", "value": "2"}]}


def height(value: float = 180, **more: Any) -> dict[str, Any]:
    code = {"coding": [{"system": "http://loinc.org", "code": "8302-2"}], "text": "Height"}
    return {**weight(), "id": "o9", "code": code, "valueQuantity": {"value": value, "unit": "cm"}, **more}


def heavy(value: float, **more: Any) -> dict[str, Any]:
    return weight(valueQuantity={"value": value, "unit": "kg"}, **more)


def sodium(value: float = 140, **more: Any) -> dict[str, Any]:
    return {**potassium(value), "id": "o3", "code": {"text": "Sodium"}, **more}


def panel(*ids: str, **more: Any) -> dict[str, Any]:
    body = {"status": "final", "code": {"text": "Electrolytes"}, "effectiveDateTime": "2020-01-02"}
    return about(
        "DiagnosticReport", "d1", result=[{"reference": f"Observation/{id}"} for id in ids], **{**body, **more}
    )


def at(day: str, body: dict[str, Any]) -> dict[str, Any]:
    return {**body, "meta": {"lastUpdated": f"2026-01-{day}T10:00:00Z"}}


def same(told: Told, *files: Bodies) -> str:
    """What the run tells, which a dry run told before; the same again changes nothing."""
    before = told(*files, dry_run=True)
    said = told(*files)
    assert said == before
    again = told(*files)
    assert not any(word in again for word in (" new", "changed", "taken away"))
    return said


def measured(scope: Scope) -> list[dict[str, str]]:
    return [{kind: each["v"] for kind, each in line.items()} for line in current(scope, only(scope), OBS)]


def found(scope: Scope) -> list[dict[str, str]]:
    return [{each["n"]: each["v"] for each in line["v"]} for line in current(scope, only(scope), RES)]


# --- What a file does not speak of -----------------------------------------------------------------------------------


def test_a_file_with_one_value_of_a_set_leaves_the_others(doctor: Scope, told: Told) -> None:
    told([weight(), height()])
    assert "1 chart items as before" in same(told, [weight()])
    assert measured(doctor) == [{"weight": "80", "height": "180"}]
    same(told, [heavy(81)])
    assert measured(doctor) == [{"weight": "81", "height": "180"}]
    assert charts.summaries(doctor, only(doctor))[0].part("MEAS").rows.keys() == {"weight", "height"}


def test_a_value_that_comes_later_joins_those_of_its_time(doctor: Scope, told: Told) -> None:
    told([weight()])
    assert "1 chart items changed" in same(told, [height()])
    assert measured(doctor) == [{"weight": "80", "height": "180"}]
    told([potassium()])
    same(told, [sodium()])
    assert found(doctor) == [{"Potassium": "5", "Sodium": "140"}]


def test_a_value_in_error_that_comes_alone_takes_no_other_with_it(doctor: Scope, told: Told) -> None:
    told([weight(), height(), potassium(), sodium()])
    same(told, [height(status="entered-in-error"), sodium(status="entered-in-error")])
    assert measured(doctor) == [{"weight": "80"}]
    assert found(doctor) == [{"Potassium": "5"}]
    assert charts.summaries(doctor, only(doctor))[0].part("MEAS").rows.keys() == {"weight"}


def test_one_of_two_measurements_of_a_kind_at_one_time_is_the_same_one_alone(doctor: Scope, told: Told) -> None:
    told([weight(), {**heavy(82), "id": "o8"}])
    same(told, [{**heavy(83), "id": "o8"}])
    assert sorted(each["weight"] for each in measured(doctor)) == ["80", "83"]


def test_values_that_get_new_ids_in_each_export_stand_once(doctor: Scope, told: Told) -> None:
    told([weight(), height(), potassium()])
    again = same(told, [{**weight(), "id": "x2"}, {**height(), "id": "x3"}, {**potassium(), "id": "x1"}])
    assert not any(word in again for word in (" new", "changed"))
    same(told, [{**potassium(7), "id": "x4"}])
    assert [each["v"] for line in current(doctor, only(doctor), RES) for each in line["v"]] == ["5", "7"]


def test_a_correction_is_taken_though_what_stands_beside_it_is_newer(doctor: Scope, told: Told) -> None:
    told([at("01", weight()), at("05", height())])
    same(told, [at("03", heavy(81))])
    assert measured(doctor) == [{"weight": "81", "height": "180"}]
    assert OLDER in told([at("02", heavy(79)), at("05", height())])
    assert measured(doctor) == [{"weight": "81", "height": "180"}]


def test_an_old_value_that_comes_alone_again_changes_nothing(doctor: Scope, told: Told) -> None:
    for bodies in ([weight()], [heavy(81)], [height()]):
        told(bodies)
    assert OLDER in told([weight()])
    assert OLDER in told([weight(), height()])
    assert measured(doctor) == [{"weight": "81", "height": "180"}]


# --- Alone and in a report -------------------------------------------------------------------------------------------


def test_a_value_that_came_alone_and_then_in_a_report_stands_once(doctor: Scope, told: Told) -> None:
    told([potassium(), {**sodium(), "effectiveDateTime": "2020-01-03"}])
    same(told, [potassium(), panel("o1")])
    assert found(doctor) == [{"Sodium": "140"}, {"Potassium": "5"}]
    same(told, [potassium()])
    assert found(doctor) == [{"Sodium": "140"}, {"Potassium": "5"}]


def test_of_two_values_of_one_time_the_one_in_a_report_leaves_the_other(doctor: Scope, told: Told) -> None:
    told([potassium(), sodium()])
    same(told, [potassium(), panel("o1")])
    assert sorted(found(doctor), key=str) == [{"Potassium": "5"}, {"Sodium": "140"}]


def test_a_value_that_is_corrected_without_its_report_is_corrected_in_it(doctor: Scope, told: Told) -> None:
    told([potassium(), sodium(), panel("o1", "o3")])
    assert "1 chart items changed" in same(told, [potassium(6)])
    assert found(doctor) == [{"Potassium": "6", "Sodium": "140"}]
    assert OLDER in told([potassium()])
    assert found(doctor) == [{"Potassium": "6", "Sodium": "140"}]


def test_a_value_in_error_without_its_report_leaves_it(doctor: Scope, told: Told) -> None:
    told([potassium(), sodium(), panel("o1", "o3")])
    same(told, [potassium(status="entered-in-error", effectiveDateTime=None)])
    assert found(doctor) == [{"Sodium": "140"}]


def test_a_report_that_comes_without_its_values_keeps_them(doctor: Scope, told: Told) -> None:
    told([potassium(), sodium(), panel("o1", "o3")])
    same(told, [panel("o1", "o3")])
    same(told, [panel("o1", "o3", conclusion="Well")])
    (line,) = current(doctor, only(doctor), RES)
    assert [each["n"] for each in line["v"]] == ["Potassium", "Sodium"]
    assert line["m"] == "Well"
    same(told, [panel("o1", conclusion="Well", status="corrected")])
    assert found(doctor) == [{"Potassium": "5"}]


def test_an_old_report_brings_no_old_value(doctor: Scope, told: Told) -> None:
    first: Bodies = [at("01", potassium()), at("01", panel("o1"))]
    told(first)
    told([at("02", potassium(6))])
    told(first)
    assert found(doctor) == [{"Potassium": "6"}]


def test_a_value_of_a_report_stays_in_the_chart_of_its_order(doctor: Scope, told: Told) -> None:
    order = about("ServiceRequest", "s1", status="completed", code={"text": "Electrolytes"}, authoredOn="2020-01-01")
    told([order, potassium(), panel("o1", basedOn=[{"reference": "ServiceRequest/s1"}])])
    (before,) = current(doctor, only(doctor), RES)
    told([potassium(6)])
    (after,) = current(doctor, only(doctor), RES)
    assert before["d"] == after["d"]


def test_an_export_has_each_observation_once(doctor: Scope, told: Told) -> None:
    told([potassium()])
    told([potassium(), panel("o1")])
    assert export(doctor, patient=only(doctor)).count('"id":"o1"') == 1


@pytest.mark.parametrize("second", [[potassium(6)], [potassium(6), panel("o1")], [panel("o1")]])
def test_a_dry_run_of_reports_and_values_says_what_the_run_does(told: Told, second: Bodies) -> None:
    files = [potassium(), panel("o1")], second
    said = told(*files, dry_run=True)
    assert told(*files) == said
