"""A chart out and in as FHIR R4: what was read is given back, and read again it is the same."""

import base64
import json
from collections import Counter
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from clinnet.accounts.permissions import Role
from clinnet.accounts.queries import clinic as clinic_of
from clinnet.table import Scope
from patients.fhir.parts import Exact
from patients.models import Patient
from records import queries
from records.fhir import notes, shapes
from records.fhir.letters import FORMAT, letter_of
from records.fhir.reading import TAKEN
from records.letters import services as letters
from records.letters.models import Letter
from records.letters.rows import letter_holds
from records.lines import OrderLine
from records.results import queries as results_asked
from records.results import services as results
from records.rules.letters import BUILT_IN
from records.rules.notes import Section
from records.rules.results import parse
from records.services import ending, mistakes
from records.services import notes as writing
from records.services.exporting import export
from records.services.recording import Moment
from tests.conftest import scope_of
from tests.records.lined import record, summary
from tests.wall.chart import written

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data" / "synthea-r4"
PATIENT = {
    "resourceType": "Patient",
    "id": "p1",
    "identifier": [{"system": "urn:test", "value": "1"}],
    "name": [{"family": "Okonkwo", "given": ["Ada"]}],
    "birthDate": "1980-02-03",
    "gender": "female",
}


def bundle(*bodies: dict[str, Any]) -> str:
    entries = [{"fullUrl": f"urn:uuid:{each['id']}", "resource": each} for each in (PATIENT, *bodies)]
    return shapes.written({"resourceType": "Bundle", "type": "collection", "entry": entries})


def about(kind: str, id: str, **more: Any) -> dict[str, Any]:
    whose = "patient" if kind in ("AllergyIntolerance", "Immunization") else "subject"
    return {"resourceType": kind, "id": id, whose: {"reference": "urn:uuid:p1"}, **more}


def coded(system: str, code: str, words: str) -> dict[str, Any]:
    return {"coding": [{"system": system, "code": code, "display": words}], "text": words}


VISIT = about(
    "Encounter",
    "e1",
    status="finished",
    type=[{"text": "Check-up"}],
    period={"start": "2014-03-13T09:00:00Z", "end": "2014-03-13T09:15:00Z"},
)
IN_VISIT = {"encounter": {"reference": "urn:uuid:e1"}}
VITAL = [{"coding": [{"system": shapes.TERMINOLOGY, "code": "vital-signs"}]}]
PRESSURE = about(
    "Observation",
    "o1",
    status="final",
    category=VITAL,
    code=coded(shapes.LOINC, "55284-4", "Blood pressure"),
    effectiveDateTime="2014-03-13T09:05:00Z",
    **IN_VISIT,
    component=[
        {"code": coded(shapes.LOINC, "8462-4", "Diastolic"), "valueQuantity": {"value": Exact("81.50")}},
        {"code": coded(shapes.LOINC, "8480-6", "Systolic"), "valueQuantity": {"value": Exact("129.0")}},
    ],
)
SUGAR = about(
    "Observation",
    "o2",
    status="final",
    code=coded(shapes.LOINC, "4548-4", "HbA1c\u200b"),
    effectiveDateTime="2014-03-13T09:05:00Z",
    valueQuantity={"value": Exact("6.10"), "unit": "%"},
    **IN_VISIT,
)
LATEX = about(
    "AllergyIntolerance",
    "a1",
    type="allergy",
    criticality="low",
    code=coded(shapes.SNOMED, "300916003", "Latex"),
    recordedDate="2013-10-25",
    reaction=[{"manifestation": [{"text": "hives"}], "severity": "severe"}],
)
SORE = about(
    "Condition",
    "c1",
    code=coded(shapes.SNOMED, "43878008", "Sore throat (disorder)"),
    onsetDateTime="2011-05-28",
    clinicalStatus=coded(f"{shapes.TERMINOLOGY}/condition-clinical", "resolved", "Resolved"),
    abatementDateTime="2011-06-07T00:00:00Z",
)
SUGARS = about("Condition", "c2", code=coded(shapes.SNOMED, "44054006", "Diabetes"), onsetDateTime="2012", **IN_VISIT)
PILLS = about(
    "MedicationRequest",
    "m1",
    status="active",
    authoredOn="2014-03-13T09:10:00Z",
    **IN_VISIT,
    intent="order",
    medicationCodeableConcept={"text": "Metformin 500 MG"},
    reasonReference=[{"reference": "urn:uuid:c2"}],
)
SHOT = about(
    "Immunization",
    "i1",
    status="completed",
    vaccineCode=coded(shapes.CVX, "140", "Influenza"),
    lotNumber="A1",
    occurrenceDateTime="2014-03-13T09:00:00Z",
    **IN_VISIT,
)
ALL = (VISIT, PRESSURE, SUGAR, LATEX, SORE, SUGARS, PILLS, SHOT)


def taken(scope: Scope, folder: Path, content: str, name: str = "chart.json") -> str:
    """What import_fhir says."""
    (folder / name).write_text(content, encoding="utf-8")
    said = StringIO()
    call_command("import_fhir", str(folder / name), clinic=scope.clinic_id, stdout=said)
    return said.getvalue()


def only(scope: Scope) -> Patient:
    """The one patient of the clinic."""
    from patients.exporting import batches  # of this test alone

    (patient,) = [each for found in batches(scope) for each in found]
    return patient


def facts(content: str) -> Counter[str]:
    """Each resource but patients, with neither ids nor addresses: a reference counts by what it leads to."""
    bodies = [(each.get("fullUrl", ""), each["resource"]) for each in shapes.parsed(content)["entry"]]
    names = dict(bodies) | {f"{b['resourceType']}/{b['id']}": b for _, b in bodies}
    return Counter(shapes.written(_plain(body, names)) for _, body in bodies if body["resourceType"] in TAKEN)


def _plain(value: Any, names: dict[str, Any]) -> Any:
    """Who and where is not compared: practitioners and places are kept as words."""
    if isinstance(value, list):
        return [kept for each in value if (kept := _plain(each, names)) not in ({}, [])]
    if not isinstance(value, dict):
        return value
    if value.keys() <= {"reference", "display"}:
        target = names.get(value.get("reference", ""), {"resourceType": ""})
        return {"to": _told(target)} if target["resourceType"] in TAKEN else {}
    kept = value.keys() - {"id", "meta", "text", "subject", "patient", "identifier"}
    made = {name: _plain(value[name], names) for name in sorted(kept)}
    return {name: each for name, each in made.items() if each not in ({}, [])}


def _told(body: dict[str, Any]) -> str:
    """What a reference leads to, in a few words."""
    return f"{body['resourceType']} {shapes.written(body.get('code') or body.get('period') or body.get('date'))}"


@pytest.fixture
def other_scope(other_clinic: str) -> Scope:
    return scope_of(other_clinic, Role.DOCTOR, "Dr Luc Bernard")


def test_a_file_fills_the_chart_and_read_again_changes_nothing(doctor: Scope, tmp_path: Path) -> None:
    assert "8 chart items new" not in taken(doctor, tmp_path, bundle())
    first = taken(doctor, tmp_path, bundle(*ALL))
    assert "8 chart items new" in first
    patient = only(doctor)
    shown = summary(doctor, patient)
    assert [(each.what, each.more, each.end) for each in shown.allergies] == [("Latex", "hives", "severe")]
    assert [each.what for each in shown.problems] == ["Diabetes"]
    assert shown.resolved == "1"
    assert [(each.what, each.more) for each in shown.medicines] == [("Metformin 500 MG", "directions not given")]
    assert [each.what for each in shown.measured] == ["129.0/81.50"]
    rows = queries.of_kind(doctor, patient, "RES", 10)
    assert [row["line"]["v"][0]["n"] for row in rows] == ["HbA1c"]
    assert not queries.rows_of(queries.summaries(doctor, patient), "DUE")
    again = taken(doctor, tmp_path, bundle(*ALL))
    assert "8 chart items as before" in again
    assert "new" not in again.replace("new patient", "")


def test_a_number_says_whose_it_is_where_no_reference_does(doctor: Scope, tmp_path: Path) -> None:
    taken(doctor, tmp_path, bundle())
    (number, *_) = json.loads(bundle())["entry"][0]["resource"]["identifier"]
    told = taken(doctor, tmp_path, bundle({**SUGARS, "subject": {"identifier": number}}))
    assert "1 chart items new" in told
    assert [each.what for each in summary(doctor, only(doctor)).problems] == ["Diabetes"]


def test_what_the_source_changed_is_changed_and_what_was_changed_here_stays(doctor: Scope, tmp_path: Path) -> None:
    taken(doctor, tmp_path, bundle(*ALL))
    patient = only(doctor)
    ended = {"clinicalStatus": coded(f"{shapes.TERMINOLOGY}/condition-clinical", "resolved", "Resolved")}
    assert "1 chart items changed" in taken(doctor, tmp_path, bundle(*ALL[:5], {**SUGARS, **ended}, PILLS, SHOT))
    assert not summary(doctor, patient).problems
    assert summary(doctor, patient).resolved == "2"
    row = next(iter(queries.of_kind(doctor, patient, "ALG", 5)))
    mistakes.enter_in_error(doctor, patient=patient, entry_id=row["line"]["e"], recorded_id=row["id"], reason="patient")
    assert "changed here" in taken(doctor, tmp_path, bundle({**LATEX, "criticality": "high"}))
    assert not summary(doctor, patient).allergies
    assert '"entered-in-error"' in export(doctor, patient=patient)


def test_the_command_writes_a_file_for_each_patient_or_for_one(
    doctor: Scope, register: Callable[..., Patient], tmp_path: Path
) -> None:
    both = [register(family_name=name) for name in ("Moss", "Low")]
    said = StringIO()
    call_command("export_fhir", doctor.clinic_id, tmp_path / "all", stdout=said)
    assert f"2 charts written to {tmp_path / 'all'}." in said.getvalue()
    assert {each.stem for each in (tmp_path / "all").iterdir()} == {each.id for each in both}
    call_command("export_fhir", doctor.clinic_id, tmp_path / "one", patient=[both[0].id], stdout=said)
    (one,) = (tmp_path / "one").iterdir()
    assert json.loads(one.read_text())["resourceType"] == "Bundle"
    with pytest.raises(CommandError, match="0 written so far"):
        call_command("export_fhir", doctor.clinic_id, tmp_path / "none", patient=["nobody"], stdout=said)


def test_what_is_exported_is_what_was_read_each_number_as_it_was_written(doctor: Scope, tmp_path: Path) -> None:
    taken(doctor, tmp_path, bundle(*ALL))
    out = export(doctor, patient=only(doctor))
    assert facts(out) == facts(bundle(*ALL))
    assert '"value":81.50' in out


def test_what_is_written_here_goes_into_an_empty_clinic_and_out_again_the_same(
    doctor: Scope, register: Callable[..., Patient], other_scope: Scope, tmp_path: Path
) -> None:
    patient = register(given_name="Pieter", family_name="van den Berg", birth_date="1954-03-14")
    for text in ("allergy latex rash severe", "rx paracetamol 500 od prn", "bp 142/86 p 74 t 36.70"):
        record(doctor, patient, text)
    record(doctor, patient, "problem htn", code="I10")
    note = written("x")
    writing.sign_note(doctor, patient=patient, typed=note)
    writing.add_addendum(doctor, patient=patient, entry_id=note.entry_id, note_id=note.note_id, text="Later.")
    writing.leave_note(doctor, patient=patient, typed=written("draft"))
    came = results.Came("Blood", parse("CRP 48 mg/L (<5)\nCulture: no growth")[0], "2020-11-01")
    results.file_result(doctor, patient=patient, moment=Moment(note.entry_id, ""), came=came)
    in_note = Moment(note.entry_id, "")
    _, gone, done = (
        results.order(doctor, patient=patient, moment=in_note, wanted=wanted)
        for wanted in (
            OrderLine(what="lipids"),
            OrderLine(what="knee", kind="imaging", why="pain"),
            OrderLine(what="cardiology", kind="referral"),
        )
    )
    ending.end(doctor, patient=patient, entry_id=note.entry_id, recorded_id=gone, reason="twice")
    answer = results.Came("Letter", [], "2020-11-02", "Seen.", order=done, order_entry=note.entry_id)
    results.file_result(doctor, patient=patient, moment=in_note, came=answer)
    told = letters.facts_of(queries.summaries(doctor, patient), clinic_of(doctor.clinic_id))
    sick, gone_letter = (
        letters.sign_letter(
            doctor,
            patient=patient,
            moment=in_note,
            draft=letters.Draft(
                BUILT_IN[1], "Sick note", "Not fit\n\n## To\nfor work.", "Anna\nHeart clinic", facts, "5d"
            ),
        )
        for facts in ([each.id for each in told], [])
    )
    letters.letter_in_error(
        doctor, patient=patient, entry_id=note.entry_id, letter_id=gone_letter.partition("/")[2], reason="twice"
    )
    out = export(doctor, patient=patient)
    assert Counter(orders(out)) == Counter({"active": 1, "revoked": 1, "completed": 1})
    assert '"value":36.70' in out
    assert "Subjective, draft" not in out
    taken(other_scope, tmp_path, out)
    there = export(Scope.system("tests", other_scope.clinic_id), patient=only(other_scope))
    assert facts(there) == facts(out)
    before, *_ = letters_of(doctor, patient)
    one, other = letters_of(other_scope, only(other_scope))
    assert (one.text, one.to, one.facts, one.about, one.head, one.since, one.until) == (
        before.text,
        before.to,
        before.facts,
        before.about,
        before.head,
        before.since,
        before.until,
    )
    assert before.facts
    assert before.id == sick.partition("/")[2]
    assert (letter_holds(one), one.author_name, one.sealed["at"]) == (True, "Dr Amara Okafor", before.sealed["at"])
    assert (bool(one.errored), bool(other.errored)) == (False, True)
    again = taken(other_scope, tmp_path, out)
    assert "new" not in again
    lines = {
        row["id"]: OrderLine.unpack(row["line"]) for row in queries.of_kind(other_scope, only(other_scope), "ORD", 9)
    }
    assert {(line.what, line.kind, line.why, line.how) for line in lines.values()} == {
        ("lipids", "lab", "", ""),
        ("knee", "imaging", "pain", "needless"),
        ("cardiology", "referral", "", "resulted"),
    }
    answers = [row["line"].get("d") for row in queries.of_kind(other_scope, only(other_scope), "RES", 9)]
    assert {lines[id].what for id in answers if id} == {"cardiology"}
    assert not results_asked.late_orders(other_scope)().rows


def letters_of(scope: Scope, patient: Patient) -> list[Letter]:
    """Those with facts first."""
    entries = {row["line"]["e"] for row in queries.of_kind(scope, patient, "LET", 9)}
    found = [each for entry in entries for each in queries.whole(scope, patient, entry).letters]
    return sorted(found, key=lambda each: not each.facts)


def test_a_letter_that_is_not_whole_is_none() -> None:
    def read(**values: Any) -> Any:
        data = base64.b64encode(json.dumps({"title": "T", "text": "Dear\n\tAnn\u202e", **values}).encode()).decode()
        return letter_of({"content": [{"format": FORMAT, "attachment": {"data": data}}]})

    assert read().text == "Dear\n Ann"
    assert read(facts=[{"head": "Medicines", "lines": ["one", 2, {}]}, "x", {"head": 3}], head="x").facts == [
        {"head": "Medicines", "lines": ["one", "2"]}
    ]
    assert [
        (each.since, each.until)
        for each in (
            read(since="2026-02-30", until="2026-03-01"),
            read(since="2026-03-02", until="2026-03-01"),
            read(since="2026-02-01", until="2026-03-01"),
        )
    ] == [("", ""), ("", ""), ("2026-02-01", "2026-03-01")]
    assert read(text=" ") is None
    for data in ("@", base64.b64encode(b"[1]").decode(), base64.b64encode(b"[" * 100_000).decode(), 3):
        assert letter_of({"content": [{"format": FORMAT, "attachment": {"data": data}}]}) is None


def orders(content: str) -> list[str]:
    bodies = [each["resource"] for each in json.loads(content)["entry"]]
    return [each["status"] for each in bodies if each["resourceType"] == "ServiceRequest"]


def test_none_known_goes_out_and_in_as_a_fact(
    doctor: Scope, register: Callable[..., Patient], other_scope: Scope, tmp_path: Path
) -> None:
    patient = register(given_name="Rose", family_name="Fitzgerald")
    record(doctor, patient, "allergy none")
    taken(other_scope, tmp_path, export(doctor, patient=patient))
    assert "No known allergies" in summary(other_scope, only(other_scope)).asked


@pytest.mark.long
@pytest.mark.parametrize("number", range(2))
def test_a_given_bundle_comes_out_as_it_went_in(doctor: Scope, other_scope: Scope, tmp_path: Path, number: int) -> None:
    if not SHARED.exists():
        pytest.skip(f"no {SHARED.name} beside this checkout")
    path = sorted(SHARED.glob("*_*.json"))[number]
    before = path.read_text()
    taken(doctor, tmp_path, before)
    out = export(doctor, patient=only(doctor))
    assert facts(out) == facts(before)
    taken(other_scope, tmp_path, out)
    system = Scope.system("tests", other_scope.clinic_id)
    assert facts(export(system, patient=only(system))) == facts(out)


@given(st.lists(st.tuples(st.sampled_from(["Subjective", "Plan", "Assessment"]), st.text("ab\n c", max_size=30))))
def test_a_note_is_read_back_as_it_was_written(parts: list[tuple[str, str]]) -> None:
    keys = {"Subjective": "s", "Plan": "p", "Assessment": "a"}
    sections = [Section(keys[label], label, text.strip("\n")) for label, text in parts if text.strip("\n")]
    assert list(notes.sections_of(notes.markdown(sections))) == sections


@given(st.from_regex(r"-?(0|[1-9][0-9]{0,8})\.[0-9]{1,12}", fullmatch=True))
def test_a_number_is_written_as_it_was_read(number: str) -> None:
    assert shapes.written(shapes.parsed(f'{{"value":{number}}}')) == f'{{"value":{number}}}'
    assert json.loads(f"{number}", parse_float=Exact) == float(number)
