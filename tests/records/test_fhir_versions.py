"""The next export of a chart: what a source takes back is gone, an old file changes nothing, a dry run tells what a run
does. What nobody dated has no date."""

import json
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from clinnet import formats
from clinnet.accounts.queries import clinic as clinic_of
from clinnet.rules import dates
from clinnet.table import Scope
from patients.models import Patient
from records import queries as charts
from records import rows
from records.filters.queries import Wanted, find
from records.models import ALG, ERRORED, OBS, PROB, RES
from records.services.fhir_writing import OLDER
from tests.records.test_fhir import PATIENT, only

Bodies = list[dict[str, Any]]


@pytest.fixture
def told(doctor: Scope, tmp_path: Path) -> Callable[..., str]:
    """`told([bodies], [bodies])`: what an import of these files in this order reports."""

    def run(*files: Bodies, dry_run: bool = False) -> str:
        folder = tmp_path / "files"
        folder.mkdir(exist_ok=True)
        for each in folder.iterdir():
            each.unlink()
        for number, bodies in enumerate(files):
            entries = [{"fullUrl": f"urn:uuid:{each['id']}", "resource": each} for each in (PATIENT, *bodies)]
            bundle = {"resourceType": "Bundle", "type": "collection", "entry": entries}
            (folder / f"{number}.json").write_text(json.dumps(bundle))
        out = StringIO()
        call_command("import_fhir", folder, "--clinic", doctor.clinic_id, dry_run=dry_run, stdout=out)
        return out.getvalue().replace("Nothing was written: this was a dry run.\n", "")

    return run


def about(kind: str, id: str, **more: Any) -> dict[str, Any]:
    whose = "patient" if kind == "AllergyIntolerance" else "subject"
    return {"resourceType": kind, "id": id, whose: {"reference": "urn:uuid:p1"}, **more}


def latex(**more: Any) -> dict[str, Any]:
    return about("AllergyIntolerance", "a1", code={"text": "Latex"}, **more)


def potassium(value: float = 5, **more: Any) -> dict[str, Any]:
    body = {"status": "final", "code": {"text": "Potassium"}, "effectiveDateTime": "2020-01-02"}
    return about("Observation", "o1", **{**body, "valueQuantity": {"value": value}, **more})


def weight(**more: Any) -> dict[str, Any]:
    code = {"coding": [{"system": "http://loinc.org", "code": "29463-7"}], "text": "Weight"}
    vital = [{"coding": [{"code": "vital-signs"}]}]
    body = {"status": "final", "code": code, "category": vital, "effectiveDateTime": "2020-01-02"}
    return about("Observation", "o2", **{**body, "valueQuantity": {"value": 80, "unit": "kg"}, **more})


WRONG = {"verificationStatus": {"coding": [{"code": "entered-in-error"}]}}
FIRST: Bodies = [latex(), potassium(), weight()]
NEXT: Bodies = [latex(reaction=[{"manifestation": [{"text": "Hives"}]}]), potassium(6, status="corrected"), weight()]
LAST: Bodies = [
    latex(**WRONG),
    potassium(6, status="entered-in-error"),
    weight(status="entered-in-error"),
]


def current(scope: Scope, patient: Patient, kind: str) -> list[dict[str, Any]]:
    return [row["line"] for row in charts.of_kind(scope, patient, kind, 20) if row.get("state") != ERRORED]


def test_what_a_source_takes_back_is_gone_from_the_chart(doctor: Scope, told: Callable[..., str]) -> None:
    told(FIRST)
    patient = only(doctor)
    assert [len(current(doctor, patient, kind)) for kind in (ALG, RES, OBS)] == [1, 1, 1]
    assert "3 chart items changed" in told(LAST)
    assert [current(doctor, patient, kind) for kind in (ALG, RES, OBS)] == [[], [], []]
    (summary,) = charts.summaries(doctor, patient)
    assert [summary.part(part).rows for part in ("ALG", "MEAS")] == [{}, {}]


def test_of_values_of_one_time_the_one_in_error_alone_goes(doctor: Scope, told: Callable[..., str]) -> None:
    sodium = {**potassium(140), "id": "o3", "code": {"text": "Sodium"}}
    told([potassium(), sodium])
    told([potassium(status="entered-in-error"), sodium])
    (line,) = current(doctor, only(doctor), RES)
    assert [each["n"] for each in line["v"]] == ["Sodium"]


def test_an_old_file_that_comes_again_changes_nothing(doctor: Scope, told: Callable[..., str]) -> None:
    for bodies in (FIRST, NEXT, LAST):
        told(bodies)
    for bodies in (FIRST, NEXT, LAST):
        again = told(bodies)
        assert not any(word in again for word in (" new", "changed", "taken away"))
    assert OLDER in told(FIRST)
    assert [current(doctor, only(doctor), kind) for kind in (ALG, RES, OBS)] == [[], [], []]


def test_what_was_said_before_is_taken_again_where_its_version_says_that_it_is_later(
    doctor: Scope, told: Callable[..., str]
) -> None:
    def at(day: str, body: dict[str, Any]) -> Bodies:
        return [{**body, "meta": {"lastUpdated": f"2026-01-{day}T10:00:00Z"}}]

    told(at("01", latex()))
    told(at("02", latex(**WRONG)))
    assert "1 chart items changed" in told(at("03", latex()))
    assert len(current(doctor, only(doctor), ALG)) == 1
    assert "changed" not in told(at("02", latex(**WRONG)))
    assert len(current(doctor, only(doctor), ALG)) == 1


def test_a_dry_run_of_several_exports_says_what_the_run_does(told: Callable[..., str]) -> None:
    said = told(FIRST, NEXT, LAST, dry_run=True)
    assert said == told(FIRST, NEXT, LAST)
    assert told(FIRST, NEXT, LAST, dry_run=True) == told(FIRST, NEXT, LAST)


# --- Dates -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "shown", "row"),
    [
        ({}, dates.NOT_KNOWN, ("Date not known", "")),
        ({"recordedDate": "2014-03-13"}, "13 Mar 2014", ("2014", "13 Mar")),
        ({"recordedDate": "2014-03"}, "Mar 2014", ("2014", "Mar")),
        ({"recordedDate": "2014"}, "2014", ("2014", "")),
        ({"recordedDate": "2014-03-13T12:00:00Z"}, "13 Mar 2014, 12:00", ("2014", "13 Mar")),
    ],
)
def test_no_more_of_a_date_is_shown_than_was_said(
    doctor: Scope, told: Callable[..., str], said: dict[str, str], shown: str, row: tuple[str, str]
) -> None:
    told([about("Condition", "c1", code={"text": "Gout"}, **said)])
    patient, clinic = only(doctor), clinic_of(doctor.clinic_id)
    (found,) = charts.of_kind(doctor, patient, PROB, 5)
    (entry,) = find(doctor, patient, Wanted()).rows
    whole = charts.whole(doctor, patient, str(entry["id"]))
    assert formats.when(whole.recorded[0].at_time, clinic) == shown
    assert rows.recorded(whole, clinic, "")[0].said.endswith(f", {shown}")
    (group,) = rows.groups([entry], clinic)
    assert (group.head, group.rows[0].day) == row
    assert found["line"]["t"] == "Gout"


def test_a_measurement_that_nobody_dated_is_no_measurement(doctor: Scope, told: Callable[..., str]) -> None:
    told([weight(effectiveDateTime=None)])
    patient = only(doctor)
    assert (len(current(doctor, patient, OBS)), len(current(doctor, patient, RES))) == (0, 1)


# --- What stood elsewhere --------------------------------------------------------------------------------------------

UNDATED: dict[str, Any] = {"status": "entered-in-error", "effectiveDateTime": None}
VISIT = about("Encounter", "e1", status="finished", period={"start": "2020-01-02T09:00:00Z"})
THERE: dict[str, Any] = {"encounter": {"reference": "Encounter/e1"}}


@pytest.mark.parametrize(
    "wrong",
    [
        [potassium(**UNDATED), weight(**UNDATED)],
        [potassium(status="entered-in-error"), weight(status="entered-in-error")],  # without their encounter
        [VISIT, potassium(**UNDATED), weight(**UNDATED)],
    ],
)
def test_an_observation_in_error_without_its_time_or_encounter_is_found_by_its_id(
    doctor: Scope, told: Callable[..., str], wrong: Bodies
) -> None:
    told([VISIT, potassium(**THERE), weight(**THERE)])
    before = told(wrong, dry_run=True)
    assert "2 chart items changed" in before
    assert told(wrong) == before
    patient = only(doctor)
    assert [len(charts.of_kind(doctor, patient, kind, 9)) for kind in (RES, OBS)] == [1, 1]
    assert [current(doctor, patient, kind) for kind in (RES, OBS)] == [[], []]
    assert charts.summaries(doctor, patient)[0].part("MEAS").rows == {}
    again = told(wrong)
    assert not any(word in again for word in (" new", "changed"))


def test_an_observation_whose_time_is_corrected_stands_once(doctor: Scope, told: Callable[..., str]) -> None:
    moved = [potassium(effectiveDateTime="2020-01-05"), weight(effectiveDateTime="2019-12-30")]
    first = [potassium(), weight()]
    told(first)
    before = told(moved, dry_run=True)
    assert "2 chart items new" in before
    assert "2 chart items changed" in before
    assert told(moved) == before
    patient = only(doctor)
    assert [line["o"] for line in current(doctor, patient, RES)] == ["2020-01-05"]
    assert [line["weight"]["a"][:10] for line in current(doctor, patient, OBS)] == ["2019-12-30"]
    assert charts.summaries(doctor, patient)[0].part("MEAS").rows["weight"]["a"][:10] == "2019-12-30"
    for files in (moved, first, moved):
        again = told(files)
        assert not any(word in again for word in (" new", "changed"))


def test_of_an_observation_that_moves_the_latest_version_says_where_it_stands(
    doctor: Scope, told: Callable[..., str]
) -> None:
    def at(day: str, version: str) -> Bodies:
        return [potassium(effectiveDateTime=f"2020-01-{day}", meta={"versionId": version})]

    def stands() -> list[str]:
        return [line["o"][-2:] for line in current(doctor, only(doctor), RES)]

    told(at("05", "2"))
    assert OLDER in told(at("02", "1"))
    assert stands() == ["05"]
    for day, version in (("02", "3"), ("05", "4"), ("02", "5")):
        told(at(day, version))
        assert stands() == [day]
    assert OLDER in told(at("05", "4"))
    assert stands() == ["02"]


def test_what_stood_beside_a_value_that_moves_stays(doctor: Scope, told: Callable[..., str]) -> None:
    sodium = {**potassium(140), "id": "o3", "code": {"text": "Sodium"}}
    told([potassium(), sodium])
    told([potassium(effectiveDateTime="2020-01-05")])
    assert [[each["n"] for each in line["v"]] for line in current(doctor, only(doctor), RES)] == [
        ["Potassium"],
        ["Sodium"],
    ]


def test_an_observation_of_that_id_from_another_source_stays(
    doctor: Scope, told: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    told([potassium()])
    monkeypatch.setitem(PATIENT, "identifier", [{"system": "urn:a-test", "value": "7"}, *PATIENT["identifier"]])
    assert "chart items changed" not in told([potassium(effectiveDateTime="2020-01-05")])
    assert [row.get("state") for row in charts.of_kind(doctor, only(doctor), RES, 9)] == ["current", "current"]


def test_a_dry_run_of_several_files_follows_what_moves(told: Callable[..., str]) -> None:
    files = [potassium()], [potassium(effectiveDateTime="2020-01-05")], [potassium(**UNDATED)]
    said = told(*files, dry_run=True)
    assert "changed" in said
    assert told(*files) == said
