"""What a file says beside the names of things is kept, or told in a line: nothing is cut or left in silence."""

import base64
from typing import Any

import pytest

from records.fhir.notes import LONGEST, note_of
from records.lines import AllergyLine, ImmunisationLine, MedicineLine, OrderLine, OtherLine, ProblemLine, ResultLine
from tests.records.test_fhir_meaning import chart, coded, taken, told

LOINC = "http://loinc.org"


# --- Measurements and results ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("sent", ["effectiveDateTime", "effectiveInstant", "issued"])
def test_a_value_is_of_the_day_that_its_file_says_by_whatever_name(sent: str) -> None:
    found = taken("Observation", code={"text": "CRP"}, valueInteger=4, **{sent: "2026-11-01T10:00:00Z"})
    assert (found.at.isoformat(), ResultLine.unpack(found.content).on) == ("2026-11-01T10:00:00+00:00", "2026-11-01")


def test_less_than_seventy_is_not_seventy() -> None:
    pulse = {"value": 30, "code": "/min", "comparator": "<"}
    found = taken("Observation", code=coded("8867-4", LOINC), category=[told("vital-signs")], valueQuantity=pulse)
    assert found.kind == "RES"
    assert [each["v"] for each in ResultLine.unpack(found.content).values] == ["<30"]


def test_a_report_has_what_is_contained_in_it_and_says_what_is_not_there() -> None:
    inner = {"resourceType": "Observation", "id": "r1", "code": {"text": "Hb"}, "valueInteger": 13}
    points = [{"reference": "#r1"}, {"reference": "Observation/elsewhere"}]
    found = taken("DiagnosticReport", code={"text": "Blood"}, contained=[inner], result=points)
    line = ResultLine.unpack(found.content)
    assert [each["n"] for each in line.values] == ["Hb"]
    assert line.comment == "[1 value of this report is not in the file.]"


def test_what_two_reports_contain_under_one_id_is_in_both() -> None:
    made = chart("Encounter")
    for id in ("a", "b"):
        inner = {"resourceType": "Observation", "id": "r1", "code": {"text": f"Hb {id}"}, "valueInteger": 13}
        body = {"resourceType": "DiagnosticReport", "id": id, "contained": [inner], "result": [{"reference": "#r1"}]}
        made.add(type(made.bodies[0])(kind="DiagnosticReport", body=body))
    reports = [ResultLine.unpack(each.content) for each in made.taken() if each.kind == "RES"]
    assert [[each["n"] for each in line.values] for line in reports] == [["Hb a"], ["Hb b"]]


def test_a_report_of_ninety_values_has_them_all() -> None:
    inner = [
        {"resourceType": "Observation", "id": f"r{number}", "code": {"text": f"V{number}"}, "valueInteger": number}
        for number in range(90)
    ]
    points = [{"reference": f"#r{number}"} for number in range(90)]
    line = ResultLine.unpack(taken("DiagnosticReport", contained=inner, result=points).content)
    assert len(line.values) + len(line.comment.splitlines()) == 90


# --- What was done, planned, aimed at --------------------------------------------------------------------------------


def test_a_procedure_says_where_why_and_what_came_of_it() -> None:
    found = taken(
        "Procedure",
        status="completed",
        code={"text": "Total hip replacement"},
        bodySite=[{"text": "Left hip"}],
        reasonCode=[{"text": "Arthrosis"}],
        outcome={"text": "Successful"},
        complication=[{"text": "Wound infection"}],
        performedString="in his fifties",
        note=[{"text": "Cemented"}],
    )
    line = OtherLine.unpack(found.content)
    assert line.what == "Total hip replacement, Left hip"
    words = "in his fifties, for Arthrosis, outcome: Successful, complication: Wound infection, Cemented"
    assert (line.more, line.on) == (words, "")


def test_a_plan_says_its_title_and_what_of_it_is_not_begun() -> None:
    walk = {"detail": {"description": "Walk daily", "status": "not-started"}}
    plan = {"title": "Heart plan", "category": [{"text": "Assessment"}], "description": "After the infarct"}
    line = OtherLine.unpack(taken("CarePlan", status="active", activity=[walk], **plan).content)
    assert (line.what, line.more) == ("Heart plan", "Walk daily (not-started), After the infarct")


def test_a_goal_says_what_is_aimed_at_and_by_when() -> None:
    weight = {"low": {"value": 70, "unit": "kg"}, "high": {"value": 75, "unit": "kg"}}
    targets = [
        {"measure": {"text": "Weight"}, "detailRange": weight, "dueDate": "2027-04-05"},
        {"measure": {"text": "HbA1c"}, "detailQuantity": {"value": 53, "comparator": "<", "unit": "mmol/mol"}},
    ]
    line = OtherLine.unpack(taken("Goal", description={"text": "Lose weight"}, target=targets).content)
    assert (line.what, line.more) == ("Lose weight", "Weight 70-75 kg by 2027-04-05, HbA1c <53 mmol/mol")


def test_an_order_says_where_and_that_it_is_urgent() -> None:
    found = taken("ServiceRequest", code={"text": "X-ray"}, bodySite=[{"text": "Right wrist"}], priority="stat")
    assert OrderLine.unpack(found.content).what == "X-ray, Right wrist (stat)"


def test_a_visit_says_why() -> None:
    found = taken("Encounter", type=[{"text": "Consultation"}], reasonCode=[{"text": "Acute bronchitis (disorder)"}])
    assert found.title == "Consultation: Acute bronchitis"


# --- Problems, allergies, medicines, doses ---------------------------------------------------------------------------


def test_a_problem_says_how_bad_and_since_when_in_words() -> None:
    found = taken("Condition", code={"text": "Asthma"}, severity={"text": "Severe"}, onsetString="early childhood")
    assert ProblemLine.unpack(found.content).words == "Asthma, severe, since early childhood"


def test_an_allergy_says_that_nobody_confirmed_it_and_a_long_remark_that_it_is_cut() -> None:
    reaction = {"manifestation": [{"text": "Rash"}], "note": [{"text": "After two days"}]}
    found = taken(
        "AllergyIntolerance",
        code={"text": "Latex"},
        verificationStatus=told("unconfirmed"),
        reaction=[reaction],
        note=[{"text": "x" * 1_200}],
    )
    *first, remark = AllergyLine.unpack(found.content).reactions
    assert first == ["Rash", "After two days", "unconfirmed, as sent"]
    assert remark.endswith("… (cut)")


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"status": "on-hold"}, "on-hold, as sent"),
        ({"intent": "proposal"}, "a proposal, not an order"),
        ({"dispenseRequest": {"quantity": {"value": 100, "unit": "mL"}}}, "quantity as sent: 100 mL"),
        ({"substitution": {"allowedBoolean": False}}, "no substitution"),
        ({"status": "active", "intent": "order", "dispenseRequest": {"quantity": {"value": 28}}}, ""),
    ],
)
def test_a_medicine_says_what_it_would_be_another_without(more: dict[str, Any], said: str) -> None:
    found = taken(
        "MedicationRequest", medicationCodeableConcept={"text": "A"}, dosageInstruction=[{"text": "1"}], **more
    )
    assert MedicineLine.unpack(found.content).directions == "; ".join(filter(None, ("1", said)))


def test_a_dose_that_was_too_weak_counts_for_no_series_and_says_so() -> None:
    vaccine = {"text": "MMR", "coding": [{"system": "http://hl7.org/fhir/sid/cvx", "code": "03"}]}
    found = taken("Immunization", vaccineCode=vaccine, isSubpotent=True, occurrenceString="in 2015", status="completed")
    line = ImmunisationLine.unpack(found.content)
    assert (line.vaccine, line.cvx) == ("MMR (subpotent: does not count, in 2015)", "")


# --- Documents -------------------------------------------------------------------------------------------------------


def test_a_document_without_text_is_told_and_not_passed_over() -> None:
    made = chart("DocumentReference", content=[{"attachment": {"contentType": "application/pdf", "data": "JVBERi0="}}])
    assert list(made.taken()) == []
    assert [why for _, why in made.left] == [
        "holds no text that can be read here (a PDF, a picture, or an address): file it with *Add a file*."
    ]


def test_a_note_that_is_longer_than_a_section_goes_on_in_another() -> None:
    text = "x" * (2 * LONGEST + 5)
    data = base64.b64encode(f"## Findings\n{text}".encode()).decode()
    note = note_of({"content": [{"attachment": {"contentType": "text/markdown", "data": data}}]})
    assert note
    assert [each.label for each in note.sections] == ["Findings", "Findings, part 2", "Findings, part 3"]
    assert "".join(each.text for each in note.sections) == text
    assert len({each.key for each in note.sections}) == 3
