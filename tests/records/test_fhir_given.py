"""What a source gives to another patient in a later export stands with that one alone, and the report says so."""

import base64
import re
from typing import Any

import pytest

from clinnet.table import Scope, keys, query
from patients.exporting import batches
from patients.models import Patient
from patients.services.merging import merge
from records import queries as charts
from records.filters.queries import Wanted, find
from records.models import ALG, MED, NOTE, OBS, PROB, RES
from records.services import ending, mistakes
from records.services.exporting import export
from records.services.fhir_given import SIGNED, TOUCHED
from records.services.fhir_writing import OLDER
from tests.records.test_fhir import PATIENT
from tests.records.test_fhir_values import Told, height, panel, same, sodium
from tests.records.test_fhir_versions import Bodies, about, current, potassium, told, weight

__all__ = ["told"]
NUMBER = [{"system": "urn:test", "value": "2"}]
OTHER: dict[str, Any] = {**PATIENT, "id": "p2", "identifier": NUMBER, "name": [{"family": "Bexhill", "given": ["Bo"]}]}
UUID = "6f1c0a52-0f5c-4d0c-9a55-{:012d}"
IN_ERROR_NOW = "it is entered in error now"


def own(body: dict[str, Any], number: int, **more: Any) -> dict[str, Any]:
    """With an id that it has everywhere."""
    return {**body, "id": UUID.format(number), **more}


def of_other(body: dict[str, Any]) -> dict[str, Any]:
    whose = "patient" if body["resourceType"] in ("AllergyIntolerance", "Immunization") else "subject"
    return {**body, whose: {"reference": "urn:uuid:p2"}}


def at(day: str, body: dict[str, Any]) -> dict[str, Any]:
    return {**body, "meta": {"lastUpdated": f"2026-01-{day}T10:00:00Z"}}


LATEX = own(about("AllergyIntolerance", "", code={"text": "Latex"}, recordedDate="2020-01-02"), 1)
GOUT = own(about("Condition", "", code={"text": "Gout"}, recordedDate="2020-01-02"), 2)
WEIGHT, HEIGHT = own(weight(), 3), own(height(), 4)
POTASSIUM, SODIUM = own(potassium(), 5), own(sodium(), 6)
PANEL = own(panel(UUID.format(5), UUID.format(6)), 7)
LETTER = {"contentType": "text/plain", "data": base64.b64encode(b"Knee hurts.").decode()}
NOTED = own(about("DocumentReference", "", status="current", date="2020-01-02", content=[{"attachment": LETTER}]), 8)


def people(scope: Scope) -> tuple[Patient, Patient]:
    found = {each.family_name: each for batch in batches(scope) for each in batch}
    return found["Okonkwo"], found["Bexhill"]


def stands(scope: Scope, patient: Patient) -> list[str]:
    """What is current in a chart, by kind."""
    found = []
    for kind in (ALG, PROB, MED, OBS, RES):
        for line in current(scope, patient, kind):
            found += [kind] if kind not in (OBS, RES) else []
            found += sorted(line) if kind == OBS else sorted(each["n"] for each in line["v"]) if kind == RES else []
    return found


@pytest.mark.parametrize(
    ("body", "part", "what"),
    [
        (LATEX, "ALG", ["ALG"]),
        (GOUT, "PROB", ["PROB"]),
        (WEIGHT, "MEAS", ["weight"]),
        (POTASSIUM, "LAB", ["Potassium"]),
    ],
)
def test_what_a_source_gives_to_another_patient_stands_there_alone(
    doctor: Scope, told: Told, body: dict[str, Any], part: str, what: list[str]
) -> None:
    told([body])
    said = same(told, [OTHER, of_other(body)])
    first, other = people(doctor)
    assert f"at patient {first.id} {IN_ERROR_NOW}" in said
    assert "1 chart items new, 1 chart items taken away" in said
    assert (stands(doctor, first), stands(doctor, other)) == ([], what)
    assert charts.summaries(doctor, first)[0].part(part).rows == {}
    assert '"entered-in-error"' in export(doctor, patient=first)


def test_what_had_left_says_whose_mistake_it_was(doctor: Scope, told: Told) -> None:
    told([LATEX])
    told([OTHER, of_other(LATEX)])
    (row,) = charts.of_kind(doctor, people(doctor)[0], ALG, 9)
    (item,) = charts.whole(doctor, people(doctor)[0], row["SK"].split("#")[1]).recorded
    assert mistakes.REASONS[item.errored["reason"]] == "Wrong patient"


def test_of_a_set_and_of_a_report_what_is_given_away_leaves_alone(doctor: Scope, told: Told) -> None:
    told([WEIGHT, HEIGHT, POTASSIUM, SODIUM, PANEL])
    same(told, [OTHER, of_other(WEIGHT), of_other(POTASSIUM)])
    first, other = people(doctor)
    assert (stands(doctor, first), stands(doctor, other)) == (["height", "Sodium"], ["weight", "Potassium"])
    assert charts.summaries(doctor, first)[0].part("MEAS").rows.keys() == {"height"}


def test_a_report_that_is_given_away_takes_its_values_with_it(doctor: Scope, told: Told) -> None:
    told([POTASSIUM, SODIUM, PANEL])
    same(told, [OTHER, *map(of_other, (POTASSIUM, SODIUM, PANEL))])
    first, other = people(doctor)
    assert (stands(doctor, first), stands(doctor, other)) == ([], ["Potassium", "Sodium"])


@pytest.mark.parametrize("body", [LATEX, WEIGHT])
def test_the_old_file_gives_nothing_back_and_a_later_version_does(
    doctor: Scope, told: Told, body: dict[str, Any]
) -> None:
    told([at("01", body)])
    told([OTHER, at("02", of_other(body))])
    first, other = people(doctor)
    assert OLDER in same(told, [at("01", body)])
    assert (bool(stands(doctor, first)), bool(stands(doctor, other))) == (False, True)
    assert f"at patient {other.id} {IN_ERROR_NOW}" in same(told, [at("03", body)])
    assert (bool(stands(doctor, first)), bool(stands(doctor, other))) == (True, False)


def test_all_exports_in_one_run_end_the_same(doctor: Scope, told: Told) -> None:
    files: list[Bodies] = [[OTHER, LATEX, WEIGHT, HEIGHT], [OTHER, of_other(LATEX), of_other(WEIGHT)]]
    said = told(*files, dry_run=True)
    assert IN_ERROR_NOW in said
    nameless = re.compile("at patient [0-9A-Z]{26}")  # who is new gets an id with the run
    assert nameless.sub("", told(*files)) == nameless.sub("", said)
    first, other = people(doctor)
    assert (stands(doctor, first), stands(doctor, other)) == (["height"], ["ALG", "weight"])
    again = told(*files)
    assert not any(word in again for word in (" new", "changed", "taken away"))
    assert (stands(doctor, first), stands(doctor, other)) == (["height"], ["ALG", "weight"])


def test_a_signed_note_stays_and_a_person_is_told(doctor: Scope, told: Told) -> None:
    told([NOTED])
    said = same(told, [OTHER, of_other(NOTED)])
    first, _ = people(doctor)
    assert SIGNED.format(first.id) in said
    assert [row.get("errored") for row in charts.of_kind(doctor, first, NOTE, 9)] == [None]


def test_what_somebody_ended_here_stays_and_a_person_is_told(doctor: Scope, told: Told) -> None:
    told([GOUT])
    first = next(each for batch in batches(doctor) for each in batch)
    (row,) = charts.of_kind(doctor, first, PROB, 9)
    _, entry, _, id = row["SK"].split("#")
    ending.end(doctor, patient=first, entry_id=entry, recorded_id=id, reason="resolved")
    said = same(told, [OTHER, of_other(GOUT)])
    assert TOUCHED.format(first.id) in said
    assert stands(doctor, first) == ["PROB"]


def test_what_is_in_error_already_is_not_told(doctor: Scope, told: Told) -> None:
    told([GOUT])
    first = next(each for batch in batches(doctor) for each in batch)
    (row,) = charts.of_kind(doctor, first, PROB, 9)
    _, entry, _, id = row["SK"].split("#")
    mistakes.enter_in_error(doctor, patient=first, entry_id=entry, recorded_id=id, reason="test")
    assert "at patient" not in same(told, [OTHER, of_other(GOUT)])


def test_the_entry_of_an_encounter_that_is_given_away_leaves_the_chart_with_all_in_it(
    doctor: Scope, told: Told
) -> None:
    visit = own(about("Encounter", "", status="finished", period={"start": "2020-01-02T09:00:00Z"}), 9)
    there = {"encounter": {"reference": f"Encounter/{visit['id']}"}}
    told([visit, {**GOUT, **there}, {**LATEX, **there}])
    first = next(each for batch in batches(doctor) for each in batch)
    assert len(find(doctor, first, Wanted()).rows) == 1
    same(told, [OTHER, *map(of_other, (visit, {**GOUT, **there}, {**LATEX, **there}))])
    first, other = people(doctor)
    assert (len(find(doctor, first, Wanted()).rows), len(find(doctor, other, Wanted()).rows)) == (0, 1)


def test_an_entry_stays_in_the_chart_while_something_stands_in_it(doctor: Scope, told: Told) -> None:
    visit = own(about("Encounter", "", status="finished", period={"start": "2020-01-02T09:00:00Z"}), 9)
    there = {"encounter": {"reference": f"Encounter/{visit['id']}"}}
    told([visit, {**GOUT, **there}, {**LATEX, **there}])
    same(told, [OTHER, *map(of_other, (visit, {**GOUT, **there}))])
    first, _ = people(doctor)
    assert stands(doctor, first) == ["ALG"]
    assert len(find(doctor, first, Wanted()).rows) == 1


def test_an_encounter_in_error_leaves_the_chart(doctor: Scope, told: Told) -> None:
    visit = about("Encounter", "e1", status="finished", period={"start": "2020-01-02T09:00:00Z"})
    told([visit])
    told([{**visit, "status": "entered-in-error"}])
    patient = next(each for batch in batches(doctor) for each in batch)
    assert find(doctor, patient, Wanted()).rows == []


def test_an_id_that_another_source_may_have_too_says_nothing(doctor: Scope, told: Told) -> None:
    plain = {**LATEX, "id": "12"}
    told([plain])
    assert "taken away" not in told([OTHER, of_other(plain)])
    assert [len(stands(doctor, each)) for each in people(doctor)] == [1, 1]


def test_of_two_records_that_are_one_by_now_nothing_is_taken_away(doctor: Scope, told: Told) -> None:
    told([OTHER, LATEX])
    first, other = people(doctor)
    merge(doctor, other, first, {})
    assert "taken away" not in told([OTHER, of_other(LATEX)])


def test_the_names_of_a_chart_are_one_row_for_a_file(doctor: Scope, told: Told) -> None:
    told([LATEX, GOUT, WEIGHT, HEIGHT])
    told([LATEX, GOUT, WEIGHT, HEIGHT])
    rows = query(doctor, keys.all_imported_names(doctor.clinic_id), limit=9).rows
    assert [len(bytes(row["names"])) for row in rows] == [4 * 8]
