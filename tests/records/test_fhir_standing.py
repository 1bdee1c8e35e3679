"""What was imported before stands where it stood, once; what is signed is told, and what is too large stops nothing."""

import base64
import random
from typing import Any

import pytest

from clinnet.table import Scope
from records import queries as charts
from records.models import ALG, IMM, MED, NOTE, ORD, PLAN, PROB, PROC, RES
from records.services.fhir_writing import REWRITTEN, TAKEN_BACK, TOO_LARGE
from tests.records.test_fhir import only
from tests.records.test_fhir_values import Told, measured, panel, same
from tests.records.test_fhir_versions import about, current, potassium, told, weight

__all__ = ["told"]
VISIT = about("Encounter", "e1", status="finished", period={"start": "2020-01-02T09:00:00Z"})
THERE = {"encounter": {"reference": "Encounter/e1"}}
GOUT = about("Condition", "c1", code={"text": "Gout"})
LATEX = about("AllergyIntolerance", "a1", code={"text": "Latex"})
PILL = about("MedicationRequest", "m1", status="active", medicationCodeableConcept={"text": "Ramipril 5 mg"})
DOSE = {**about("Immunization", "i1", status="completed", vaccineCode={"text": "MMR"}), "patient": LATEX["patient"]}
BIOPSY = about("Procedure", "p1", status="completed", code={"text": "Biopsy"})
PLANNED = about("CarePlan", "l1", status="active", title="Diabetes")
ORDER = about("ServiceRequest", "s1", status="active", code={"text": "HbA1c"})
MOVED = [
    (GOUT, PROB, "recordedDate"),
    (LATEX, ALG, "recordedDate"),
    (PILL, MED, "authoredOn"),
    (DOSE, IMM, "occurrenceDateTime"),
    (BIOPSY, PROC, "performedDateTime"),
    (PLANNED, PLAN, "created"),
    (ORDER, ORD, "authoredOn"),
    (panel(), RES, "effectiveDateTime"),
]


def note(words: str, **more: Any) -> dict[str, Any]:
    attachment = {"contentType": "text/plain", "data": base64.b64encode(words.encode()).decode()}
    body = {"status": "current", "date": "2020-01-02", "content": [{"attachment": attachment}]}
    return about("DocumentReference", "d1", **{**body, **more})


@pytest.mark.parametrize(("body", "kind", "day"), MOVED)
def test_what_gets_another_day_or_encounter_stands_once(
    doctor: Scope, told: Told, body: dict[str, Any], kind: str, day: str
) -> None:
    told([{**body, day: "2020-01-02"}])
    same(told, [{**body, day: "2021-03-04"}])
    assert len(current(doctor, only(doctor), kind)) == 1
    same(told, [VISIT, {**body, **THERE, day: "2021-03-05"}])
    assert len(charts.of_kind(doctor, only(doctor), kind, 9)) == 1


def test_of_what_got_another_day_the_summary_has_one_line(doctor: Scope, told: Told) -> None:
    told([{**GOUT, "recordedDate": "2020-01-02"}])
    told([{**GOUT, "recordedDate": "2021-03-04", "code": {"text": "Gout, left foot"}}])
    (summary,) = charts.summaries(doctor, only(doctor))
    assert [line["t"] for line in summary.part(PROB).rows.values()] == ["Gout, left foot"]


def test_a_dry_run_of_what_moves_says_what_the_run_does(told: Told) -> None:
    files = [[{**GOUT, "recordedDate": f"2020-01-0{day}"}] for day in (1, 2, 3)]
    said = told(*files, dry_run=True)
    assert "2 chart items changed" in said
    assert told(*files) == said


def test_a_report_whose_day_is_corrected_keeps_its_values(doctor: Scope, told: Told) -> None:
    told([potassium(), panel("o1")])
    same(told, [potassium(), panel("o1", effectiveDateTime="2020-02-02")])
    same(told, [panel("o1", effectiveDateTime="2020-03-03")])
    (line,) = current(doctor, only(doctor), RES)
    assert (line["o"], [each["v"] for each in line["v"]]) == ("2020-03-03", ["5"])


# --- What is signed --------------------------------------------------------------------------------------------------


def test_a_signed_note_that_its_source_changes_or_takes_back_is_told(doctor: Scope, told: Told) -> None:
    told([note("First")])
    assert REWRITTEN not in same(told, [note("First")])
    assert REWRITTEN in same(told, [note("Second")])
    assert TAKEN_BACK in same(told, [note("First", status="entered-in-error")])
    assert REWRITTEN in same(told, [note("First", status="superseded")])
    (row,) = charts.of_kind(doctor, only(doctor), NOTE, 9)
    assert (row["line"]["g"], row.get("errored")) == ("First", None)


# --- What is too large -----------------------------------------------------------------------------------------------


def test_a_report_with_a_large_file_is_imported_without_its_bytes(doctor: Scope, told: Told) -> None:
    data = base64.b64encode(random.Random(7).randbytes(700_000)).decode()
    form = {"contentType": "application/pdf", "data": data}
    said = same(told, [potassium(), panel("o1", presentedForm=[form]), weight()])
    assert "2 chart items new" in said
    (line,) = current(doctor, only(doctor), RES)
    assert "A document came with it" in line["m"]


def test_a_note_that_is_too_large_is_told_and_stops_nothing(doctor: Scope, told: Told) -> None:
    said = same(told, [note("lorem ipsum dolor " * 40_000), weight()])
    assert TOO_LARGE in said
    assert measured(doctor) == [{"weight": "80"}]
