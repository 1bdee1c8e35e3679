"""Observations of files: every kind of value in words, nothing cut or dropped, and what is grave first."""

from typing import Any

import pytest

from records.fhir import observations
from records.fhir.writing import Thing, resources
from records.lines import ResultLine, ValueLine
from records.models import RES
from records.rules import results
from records.rules.results import ABNORMAL, CRITICAL, NORMAL


def body(**more: Any) -> dict[str, Any]:
    return {"code": {"text": "Culture"}, **more}


def read(*bodies: dict[str, Any], comment: str = "") -> ResultLine:
    return ResultLine.unpack(observations.result("Report", bodies, "2026-11-01", comment))


def values(line: ResultLine) -> list[ValueLine]:
    return [ValueLine.unpack(each) for each in line.values]


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ({"valueQuantity": {"value": 7, "comparator": "<", "unit": "mg/L"}}, "<7"),
        ({"valueString": "Light growth of Staphylococcus aureus"}, "Light growth of Staphylococcus aureus"),
        ({"valueCodeableConcept": {"text": "Positive"}}, "Positive"),
        ({"valueBoolean": True}, "yes"),
        ({"valueBoolean": False}, "no"),
        ({"valueInteger": 4}, "4"),
        ({"valueRange": {"low": {"value": 2}, "high": {"value": 5, "unit": "/HPF"}}}, "2-5 /HPF"),
        ({"valueRatio": {"numerator": {"value": 1}, "denominator": {"value": 128}}}, "1:128"),
        ({"valueDateTime": "2026-11-01"}, "2026-11-01"),
        ({"valuePeriod": {"start": "2026-11-01", "end": "2026-11-03"}}, "2026-11-01 to 2026-11-03"),
        ({"valueSampledData": {"data": "1 2"}}, "a curve, in the file that it came in"),
    ],
)
def test_a_value_of_any_kind_is_read_as_words(value: dict[str, Any], said: str) -> None:
    assert [each.value for each in values(read(body(**value)))] == [said]


def test_what_was_not_measured_says_why_and_a_panel_itself_is_no_value() -> None:
    part = {"code": {"text": "Sodium"}, "dataAbsentReason": {"text": "haemolysed"}}
    assert [each.value for each in values(read(body(component=[part])))] == ["not given (haemolysed)"]
    assert [each.value for each in values(read(body(**part)))] == ["not given (haemolysed)"]


def test_long_words_and_notes_stand_in_the_comment_whole() -> None:
    line = read(body(valueString="resistant " * 30, note=[{"text": "Sent on."}]), comment="In short: bad.")
    assert values(line) == []
    assert line.comment.splitlines()[0] == "In short: bad."
    assert line.comment.splitlines()[1].startswith("Culture: resistant")
    assert line.comment.count("resistant") == 30
    assert line.comment.endswith("Culture: Sent on.")


def test_of_more_values_than_a_result_holds_the_flagged_are_held_and_the_rest_is_read() -> None:
    many = [body(valueQuantity={"value": n, "unit": "g"}) for n in range(results.MOST)]
    last = body(
        valueQuantity={"value": 99, "unit": "g"},
        interpretation=[{"text": "Critical high"}],
        referenceRange=[{"high": {"value": 5}}],
    )
    line = read(*many, last)
    assert len(line.values) == results.MOST
    assert (line.comment, line.severity) == ("Culture 59 g", CRITICAL)
    assert "99" in [each.value for each in values(line)]


@pytest.mark.parametrize(
    ("sent", "flag", "severity"),
    [
        (["AA"], "AA", CRITICAL),
        (["HU"], "HH", CRITICAL),
        (["<"], "LL", CRITICAL),
        (["H", "HH"], "HH", CRITICAL),
        (["High"], "H", ABNORMAL),
        (["A"], "A", ABNORMAL),
        (["N"], "", NORMAL),
        (["POS"], "H", ABNORMAL),
        ([], "H", ABNORMAL),
    ],
)
def test_a_flag_is_what_was_sent_by_whatever_name_else_that_of_the_range(
    sent: list[str], flag: str, severity: str
) -> None:
    said = [{"coding": [{"code": each}]} if each.isupper() or each == "<" else {"text": each} for each in sent]
    high = body(valueQuantity={"value": 9}, referenceRange=[{"high": {"value": 5}}], interpretation=said)
    line = read(high)
    assert ([each.flag for each in values(line)], line.severity) == ([flag], severity)


def test_the_range_of_what_is_normal_is_taken_among_others() -> None:
    ranges = [
        {"type": {"coding": [{"code": "treatment"}]}, "low": {"value": 10}, "high": {"value": 20}},
        {"type": {"coding": [{"code": "normal"}]}, "low": {"value": 1}, "high": {"value": 5}},
    ]
    (value,) = values(read(body(valueQuantity={"value": 9}, referenceRange=ranges)))
    assert (value.range, value.flag) == ("1-5", "H")


RANGE = {"low": {"value": 1, "unit": "g/L"}, "high": {"value": 5, "unit": "g/L"}}
WOMEN = {**RANGE, "appliesTo": [{"text": "women"}]}
MEN = {"low": {"value": 2}, "high": {"value": 20}, "appliesTo": [{"text": "men"}], "age": {"low": {"value": 18}}}
AIMED = {"low": {"value": 1}, "high": {"value": 5}, "type": {"coding": [{"code": "treatment", "display": "Aim"}]}}


@pytest.mark.parametrize(
    ("ranges", "said", "flag"),
    [
        ([RANGE], "1-5", "H"),
        ([{"low": {"value": 10}}], "≥10", "L"),
        ([{"high": {"value": 9}}], "≤9", ""),
        ([WOMEN, MEN], "women 1-5; men, age 18 2-20", ""),
        ([AIMED], "Aim 1-5", ""),
        ([{"low": {"value": 1, "unit": "mmol/L"}, "high": {"value": 5, "unit": "mmol/L"}}], "1-5 mmol/L", ""),
    ],
    ids=["one", "from", "to", "of several people", "of what is aimed at", "in another unit"],
)
def test_a_range_flags_only_where_it_is_surely_that_of_the_value(
    ranges: list[dict[str, Any]], said: str, flag: str
) -> None:
    (value,) = values(read(body(valueQuantity={"value": 9, "unit": "g/L"}, referenceRange=ranges)))
    assert (value.range, value.flag) == (said, flag)


def test_values_of_two_sides_are_told_apart() -> None:
    bodies = [body(valueInteger=18, bodySite={"text": f"{side} eye"}) for side in ("Left", "Right")]
    assert [each.name for each in values(read(*bodies))] == ["Culture, Left eye", "Culture, Right eye"]


def test_a_panel_of_a_hundred_parts_is_read_whole() -> None:
    line = read(body(component=[body(valueInteger=number) for number in range(100)]))
    assert len(line.values) + len(line.comment.splitlines()) == 100


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("1,250", {"valueString": "1,250 10*9/L"}),
        ("12,4", {"valueQuantity": {"value": 12.4, "unit": "10*9/L"}}),
        ("<0,250", {"valueQuantity": {"value": 0.25, "comparator": "<", "unit": "10*9/L"}}),
        ("no growth", {"valueString": "no growth"}),
    ],
)
def test_a_value_that_may_be_a_thousand_is_given_to_others_in_its_own_words(value: str, told: dict[str, Any]) -> None:
    line = ResultLine(title="Blood count", values=(ValueLine(name="Platelets", value=value, unit="10*9/L").pack(),))
    _, observation = resources(Thing(RES, "1", "", "2026-11-20T08:00:00Z", line.pack()))
    assert {name: each for name, each in observation.items() if name.startswith("value")} == told
