"""What a file says is read as it is meant: what is not so, not sure or not to be done is no plain fact of the chart."""

import base64
from datetime import UTC, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from patients.fhir import Resource
from patients.fhir.parts import Exact, lines
from records.fhir.reading import Chart
from records.fhir.shapes import LOINC, number
from records.fhir.taken import ASKED, Taken
from records.lines import AllergyLine, MeasuredLine, MedicineLine, ProblemLine, ResultLine

SNOMED, IPS = "http://snomed.info/sct", "http://hl7.org/fhir/uv/ips/CodeSystem/absent-unknown-uv-ips"


def chart(kind: str, zone: tzinfo = UTC, **body: Any) -> Chart:
    made = Chart({}, zone)
    made.add(Resource(kind=kind, body={"resourceType": kind, "id": "1", **body}))
    return made


def taken(kind: str, **body: Any) -> Taken:
    (found,) = chart(kind, **body).taken()
    return found


def coded(code: str, system: str = SNOMED) -> dict[str, Any]:
    return {"coding": [{"system": system, "code": code}]}


def told(code: str) -> dict[str, Any]:
    return {"coding": [{"code": code}]}


# --- Problems --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("more", "words", "state"),
    [
        ({"verificationStatus": told("confirmed")}, "Pneumonia", "current"),
        ({"verificationStatus": told("refuted")}, "Pneumonia (refuted)", "errored"),
        ({"verificationStatus": told("differential")}, "Pneumonia (differential)", "current"),
        ({"clinicalStatus": told("resolved")}, "Pneumonia", "ended"),
        ({"clinicalStatus": told("recurrence"), "abatementDateTime": "2020"}, "Pneumonia", "current"),
        ({"abatementDateTime": "2020"}, "Pneumonia", "ended"),
        ({"abatementString": "18 or so"}, "Pneumonia, until 18 or so", "ended"),
        ({"abatementBoolean": False}, "Pneumonia", "current"),
        ({"bodySite": [{"text": "Left lung"}]}, "Pneumonia, Left lung", "current"),
    ],
)
def test_a_problem_says_whether_it_is_sure_where_and_over(more: dict[str, Any], words: str, state: str) -> None:
    found = taken("Condition", code={"text": "Pneumonia"}, **more)
    assert (ProblemLine.unpack(found.content).words, found.state) == (words, state)


def test_no_known_problems_is_no_problem() -> None:
    assert list(chart("Condition", code=coded("no-known-problems", IPS)).taken()) == []


# --- Allergies -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "code", [coded("716186003"), coded("no-known-allergies", IPS), {"text": "No known allergies."}]
)
def test_that_there_are_no_allergies_is_a_fact(code: dict[str, Any]) -> None:
    assert taken("AllergyIntolerance", code=code).kind == ASKED


@pytest.mark.parametrize("code", [coded("409137002"), coded("no-allergy-info", IPS), {"text": "NKDA"}])
def test_that_there_are_none_of_drugs_or_nothing_is_known_is_neither(code: dict[str, Any]) -> None:
    made = chart("AllergyIntolerance", code=code)
    assert list(made.taken()) == []
    assert len(made.left) == 1


def test_an_allergy_tells_substance_worst_reaction_and_what_is_told_in_words() -> None:
    reactions = [
        {"substance": {"text": "Amoxicillin"}, "manifestation": [{"text": "Rash"}], "severity": "mild"},
        {"manifestation": [{"text": "Rash"}], "severity": "severe", "description": "After the second tablet"},
    ]
    found = taken("AllergyIntolerance", reaction=reactions, criticality="high", note=[{"text": "Has an injector"}])
    line = AllergyLine.unpack(found.content)
    assert (line.substance, line.severity) == ("Amoxicillin", "severe")
    assert list(line.reactions) == ["Rash", "After the second tablet", "high criticality, as sent", "Has an injector"]


# --- Medicines, doses, orders ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("MedicationRequest", {"status": "active", "doNotPerform": True}),
        ("ServiceRequest", {"status": "active", "doNotPerform": True}),
        ("Immunization", {"status": "not-done"}),
        ("Procedure", {"status": "not-done"}),
    ],
)
def test_what_is_not_to_be_done_is_listed_nowhere_and_said(kind: str, body: dict[str, Any]) -> None:
    made = chart(kind, **body)
    assert list(made.taken()) == []
    assert len(made.left) == 1


@pytest.mark.parametrize(
    ("status", "state"),
    [("active", "current"), ("unknown", "current"), ("", "current"), ("stopped", "ended"), ("not-taken", "ended")],
)
def test_a_medicine_is_current_unless_it_is_said_to_be_over(status: str, state: str) -> None:
    assert taken("MedicationStatement", status=status, medicationCodeableConcept={"text": "A"}).state == state


def test_a_statement_says_what_is_taken_how_since_when_and_until_when() -> None:
    found = taken(
        "MedicationStatement",
        status="active",
        medicationCodeableConcept={"text": "Apixaban 5 mg"},
        effectivePeriod={"start": "2026-11-01", "end": "2026-11-30"},
        dosage=[{"text": "1 twice a day"}],
        note=[{"text": "Stop before surgery"}],
    )
    line = MedicineLine.unpack(found.content)
    assert (line.name, line.directions) == ("Apixaban 5 mg", "1 twice a day; Stop before surgery")
    assert (line.start, line.until) == ("2026-11-01", "2026-12-01")


# --- Results ---------------------------------------------------------------------------------------------------------


def test_a_report_says_that_it_is_preliminary_and_all_that_stands_in_it() -> None:
    forms = [
        {"contentType": "text/plain; charset=utf-8", "data": base64.b64encode(b"Two views.").decode()},
        {"contentType": "application/pdf", "data": "JVBERi0="},
    ]
    found = taken(
        "DiagnosticReport",
        status="preliminary",
        code={"text": "Chest X-ray"},
        conclusion="Clear.",
        conclusionCode=[{"text": "Normal chest"}],
        presentedForm=forms,
    )
    line = ResultLine.unpack(found.content)
    assert line.title == "Chest X-ray (preliminary)"
    assert line.comment.splitlines()[:3] == ["Clear.", "Normal chest", "Two views."]
    assert "A document came with it" in line.comment


def test_a_value_that_was_entered_in_error_is_none_of_its_report() -> None:
    made = Chart({"Observation/a": "Observation/a", "Observation/b": "Observation/b"})
    for id, status in (("a", "final"), ("b", "entered-in-error")):
        value = {"valueQuantity": {"value": 9}, "code": {"text": id}, "status": status}
        made.add(Resource(kind="Observation", body={"resourceType": "Observation", "id": id, **value}))
    pointed = [{"reference": "Observation/a"}, {"reference": "Observation/b"}]
    report = {"resourceType": "DiagnosticReport", "id": "r", "code": {"text": "Blood"}, "result": pointed}
    made.add(Resource(kind="DiagnosticReport", body=report))
    (found,) = made.taken()
    assert [each["n"] for each in ResultLine.unpack(found.content).values] == ["a"]


@pytest.mark.parametrize("zone", ["Pacific/Auckland", "Pacific/Kiritimati", "Pacific/Honolulu", "Europe/London"])
@pytest.mark.parametrize("kind", ["Observation", "DiagnosticReport", "Condition", "Encounter", "MedicationStatement"])
def test_a_day_is_that_day_wherever_the_clinic_is(zone: str, kind: str) -> None:
    there, on = ZoneInfo(zone), "2020-01-15"
    said = {"effectiveDateTime": on, "onsetDateTime": on, "recordedDate": on, "period": {"start": on}}
    made = chart(kind, there, code={"text": "X"}, medicationCodeableConcept={"text": "X"}, valueString="1", **said)
    (found,) = made.taken()
    assert found.at.astimezone(there).date().isoformat() == on


def test_whether_a_germ_is_susceptible_is_said_in_words() -> None:
    quantity = {"value": 2, "comparator": "<=", "unit": "mg/L"}
    resistant = {"coding": [{"code": "R", "display": "Resistant"}]}
    body = {"code": {"text": "Ampicillin"}, "valueQuantity": quantity, "interpretation": [resistant, told("H")]}
    (value,) = ResultLine.unpack(taken("Observation", status="final", **body).content).values
    assert (value["v"], value.get("f")) == ("<=2 mg/L, resistant", "H")


@pytest.mark.parametrize(
    ("sent", "text"),
    [(Exact("1.2E+2"), "120"), (Exact("7.250e1"), "72.50"), (Exact("5E-1"), "0.5"), ("72.50", "72.50"), (72, "72")],
)
def test_a_number_is_the_same_however_it_is_written(sent: object, text: str) -> None:
    """As a power of ten, or as a text: converters between XML and JSON leave it so."""
    quantity = {"value": sent, "code": "kg", "unit": "kg"}
    said = {"category": [told("vital-signs")], "valueQuantity": quantity, "effectiveDateTime": "2026-11-20T10:00:00Z"}
    found = taken("Observation", code=coded("29463-7", LOINC), **said)
    assert MeasuredLine.unpack(found.content["weight"]).text == text


def test_a_power_of_ten_that_nobody_measures_stays_as_it_is_written() -> None:
    assert number(Exact("1e999999999")) == "1e999999999"


def test_a_pressure_in_other_units_is_not_read_as_millimetres() -> None:
    parts = [
        {"code": coded(code, "http://loinc.org"), "valueQuantity": {"value": value, "code": "kPa", "unit": "kPa"}}
        for code, value in (("8480-6", 19), ("8462-4", 11))
    ]
    found = taken(
        "Observation",
        code=coded("85354-9", "http://loinc.org"),
        category=[told("vital-signs")],
        component=parts,
    )
    assert found.kind == "RES"
    assert [each["u"] for each in ResultLine.unpack(found.content).values] == ["kPa", "kPa"]


@pytest.mark.parametrize(("kind", "status"), [("Encounter", "cancelled"), ("Procedure", "preparation")])
def test_what_did_not_take_place_says_so(kind: str, status: str) -> None:
    found = taken(kind, status=status, code={"text": "Visit"})
    assert f"({status})" in found.title + str(found.content)


def test_what_tabs_part_in_a_text_of_several_lines_stays_parted() -> None:
    assert lines("Prednisolone 2\t5 mg\r\n\x1bonce", 100) == "Prednisolone 2 5 mg\nonce"
