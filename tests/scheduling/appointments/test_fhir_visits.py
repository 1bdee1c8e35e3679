"""Encounters and appointments of other systems become visits on the timeline, and nothing makes it fall over."""

import json
import re
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from hypothesis import given
from hypothesis import strategies as st

from clinnet.table import Scope
from patients.fhir import BadResource, Resource, read_file
from patients.fhir.parts import thing, things
from patients.models import Patient
from patients.queries import patient as get_patient
from patients.rules.names import fold
from patients.search import search
from scheduling import fhir
from scheduling.appointments import queries as appointment_queries
from tests.patients.test_fhir_nothing_lost import values
from tests.people import signed_in_client
from tests.scheduling.conftest import Desk

SHARED = Path(__file__).resolve().parents[4] / "shared" / "data"
CHECK = Scope.system("tests")
PATIENT = {
    "resourceType": "Patient",
    "id": "p1",
    "identifier": [{"system": "urn:test", "value": "1"}],
    "name": [{"family": "Okonkwo", "given": ["Ada"]}],
    "birthDate": "1980-02-03",
    "gender": "female",
}
ENCOUNTER = {
    "resourceType": "Encounter",
    "id": "e1",
    "status": "finished",
    "type": [{"text": "Encounter for symptom"}],
    "subject": {"reference": "Patient/p1"},
    "reasonCode": [{"text": "Sore throat"}],
    "participant": [{"individual": {"display": "Dr. Amara Okafor"}}],
    "period": {"start": "2011-05-28T00:39:23+02:00", "end": "2011-05-28T01:09:23+02:00"},
}
APPOINTMENT = {
    "resourceType": "Appointment",
    "id": "a1",
    "status": "noshow",
    "start": "2024-03-01T09:00:00Z",
    "minutesDuration": 20,
    "appointmentType": {"text": "follow-up"},
    "participant": [{"actor": {"reference": "Patient/p1"}}, {"actor": {"display": "Dr Adam Careful"}}],
}


def visit(kind: str = "Encounter", **changes: Any) -> fhir.Visit:
    body = {**(ENCOUNTER if kind == "Encounter" else APPOINTMENT), **changes}
    return fhir.visit(Resource(kind, {name: value for name, value in body.items() if value is not None}))


# --- One resource ------------------------------------------------------------------------------------------------


def test_an_encounter_is_a_finished_visit() -> None:
    found = visit()
    assert (found.state, found.start, found.minutes) == ("left", datetime(2011, 5, 27, 22, 39, 23, tzinfo=UTC), 30)
    assert (found.type, found.reason, found.practitioners) == (
        "Encounter for symptom",
        "Sore throat",
        ("Dr. Amara Okafor",),
    )
    assert [each.reference for each in found.patient] == ["Patient/p1"]


def test_an_appointment_keeps_what_became_of_it() -> None:
    states = {status: visit("Appointment", status=status).state for status in fhir.APPOINTMENTS}
    assert states == fhir.APPOINTMENTS
    assert visit("Appointment").minutes == 20


def test_a_visit_of_which_its_source_does_not_know_the_state_took_place_and_says_so() -> None:
    found = visit(status="unknown")
    assert (found.state, "Status in the file: unknown" in found.besides) == ("left", True)


@pytest.mark.parametrize(
    "changes",
    [
        {"status": "somehow"},
        {"status": None},
        {"subject": None},
        {"period": None},
        {"period": {"start": "soon"}},
        {"period": {"start": "2011"}},
        {"subject": {"reference": "#p"}},
        {"period": {"start": "0001-01-01T00:00:00+14:00"}},
        {"period": {"start": "2011-02-31"}},
        {"subject": "p1"},
    ],
)
def test_what_is_no_visit_is_left_out_with_a_sentence(changes: dict[str, Any]) -> None:
    with pytest.raises(BadResource) as bad:
        visit(**changes)
    assert bad.value.sentence.endswith("left out.")


def test_a_day_without_a_time_is_its_noon_and_a_stay_of_weeks_has_no_length() -> None:
    found = visit(period={"start": "2011-05-28", "end": "2011-06-28"})
    assert (found.start.hour, found.minutes) == (12, 0)


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.sampled_from(["2011-05-28", "Patient/p1"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["start", "end", "reference", "actor", "coding", "text", "identifier", "system", "value"]),
            inner,
            max_size=3,
        )
    ),
    max_leaves=8,
)


@given(
    kind=st.sampled_from(fhir.KINDS),
    changes=st.dictionaries(
        st.sampled_from([*ENCOUNTER, *APPOINTMENT, "reason", "location", "serviceProvider", "requestedPeriod"]),
        ANYTHING,
    ),
)
def test_no_resource_makes_it_fall_over(kind: str, changes: dict[str, Any]) -> None:
    try:
        found = visit(kind, **changes)
    except BadResource:
        return
    assert found.start.tzinfo
    assert found.key


# --- Nothing is lost ---------------------------------------------------------------------------------------------

# The visit's times, numbers and state, which have fields; whom it is about; what a clinic's own tables call it.
TOLD = re.compile(
    r"^\.(start|end|created|identifier|subject|patient|period|actualPeriod|requestedPeriod)\b|required$|"
    r"^\.(statusHistory|classHistory|account|slot)\b|length"
)


def missing(resource: Resource) -> list[str]:
    """Paths of values of a visit that stand on no page; of whom it is about, their own page says more."""
    found = fhir.visit(resource)
    lines = (found.type, found.reason, found.place, found.why, found.last_day, *found.practitioners, *found.with_them)
    shown = set(fold(" ".join((*lines, *found.besides))).split())
    actors = [thing(each.get("actor")) for each in things(resource.body.get("participant"))]
    whose = {fold(str(each.get("display"))) for each in actors if "Patient/" in str(each.get("reference"))}
    said = ((path, fold(value)) for path, value in values(resource.body) if not TOLD.search(path))
    return [path for path, value in said if value not in whose and not set(value.split()) <= shown]


@pytest.mark.parametrize("folder", ["cases/import", "data/fhir-r4-examples", "data/synthea-r4"])
def test_every_value_of_a_visit_stands_on_its_page(folder: str) -> None:
    if not (SHARED.parent / folder).is_dir():
        pytest.skip(f"no {folder} beside this checkout")
    found: dict[str, list[str]] = {}
    for path in sorted((SHARED.parent / folder).glob("*.json")):
        with suppress(BadResource):
            for each in read_file(path):
                if isinstance(each, Resource) and each.kind in fhir.KINDS:
                    with suppress(BadResource):
                        found.setdefault(path.name, []).extend(missing(each))
    assert not {name: lost for name, lost in found.items() if lost}


def test_what_has_no_field_is_told_in_lines() -> None:
    found = visit(
        "Appointment",
        serviceType=[{"coding": [{"code": "124", "display": "General Practice"}]}],
        patientInstruction="come fasting",
        note=[{"text": "bring the x-ray"}],
        extension=[{"url": "http://x/mode", "valueString": "video"}],
        basedOn=[{"reference": "ServiceRequest/7"}, {"display": "Referral 8"}],
        reason=[{"concept": {"text": "Cough"}}],
        participant=[
            *APPOINTMENT["participant"],
            {
                "actor": {"reference": "Practitioner/9", "display": "Dr Nine"},  # type: ignore[misc]  # a list
                "status": "declined",
            },
        ],
    )
    assert (found.reason, found.practitioners) == ("Cough", ("Dr Adam Careful",))
    for line in (
        "Type: General Practice",
        "Patient instruction: come fasting",
        "Note: bring the x-ray",
        "Mode: video",
        "Based on: Referral 8",
        "Declined: Dr Nine",
    ):
        assert line in found.besides
    places: dict[str, Any] = {
        "class": {"code": "VR"},
        "location": [{"location": {"display": "Ward 1"}}, {"location": {"display": "Ward 2"}}],
    }
    stay = visit(**places)
    assert (stay.place, *stay.besides) == ("Ward 1", "Place: Ward 2", "Kind of visit: virtual")


def types(*said: object) -> list[dict[str, object]]:
    return [each if isinstance(each, dict) else {"coding": [{"code": each}]} for each in said]


@pytest.mark.parametrize(
    ("participant", "sees", "line"),
    [
        ({}, True, ""),
        ({"type": types("PPRF")}, True, ""),
        ({"type": types("atnd")}, True, ""),
        ({"type": types("SPRF", "REF")}, True, ""),  # who refers and treats is "with"
        ({"type": types("CON")}, True, ""),
        ({"type": types({"text": "General practitioner"})}, True, ""),
        ({"type": types("REF")}, False, "Referrer"),
        ({"type": types("REFERRER")}, False, "Referrer"),
        ({"type": types("INF")}, False, "Informant"),
        ({"type": types("translator")}, False, "Interpreter"),
        ({"type": types({"text": "Referring physician"})}, False, "Referring physician"),
        ({"type": types({"text": "Secretary"})}, False, "Secretary"),
        ({"type": types({"coding": [{"code": "x1", "display": "Zuweiser"}]})}, False, "Zuweiser"),
        ({"type": {"text": "Interpreter"}}, False, "Interpreter"),
        ({"type": "REF"}, True, ""),  # no concept: nothing is said
    ],
)
@pytest.mark.parametrize("role", ["individual", "actor", "PractitionerRole", "contained"])
def test_with_whom_a_visit_was_are_those_who_saw_the_patient(
    role: str, participant: dict[str, Any], sees: bool, line: str
) -> None:
    who: dict[str, Any] = {"reference": "Practitioner/9", "display": "Dr Nine"}
    if role == "PractitionerRole":
        who = {"reference": "PractitionerRole/9", "display": "Dr Nine"}
    if role == "contained":
        who = {"reference": "#d"}
    doctor = {"resourceType": "Practitioner", "id": "d", "name": [{"text": "Dr Nine"}]}
    kind, name = ("Encounter", "individual") if role == "individual" else ("Appointment", "actor")
    others = [] if kind == "Encounter" else [{"actor": {"reference": "Patient/p1"}}]
    found = visit(kind, participant=[*others, {name: who, **participant}], contained=[doctor])
    assert found.practitioners == (("Dr Nine",) if sees else ())
    assert found.with_them == ()
    assert (f"{line}: Dr Nine" in found.besides) == bool(line)


@pytest.mark.parametrize(
    ("period", "minutes"),
    [
        ({"start": "2026-01-02T10:00:00Z", "end": "2026-01-02"}, 0),  # a day alone is not noon
        ({"start": "2026-01-02T10:00:00Z"}, 30),  # its own length
        ({"start": "2026-01-02T10:00:00Z", "end": "2026-01-02T10:20:00Z"}, 20),
        ({"start": "2026-01-02T10:00:00Z", "end": "2026-01-02T12:20:00+0200"}, 20),
    ],
)
def test_a_length_is_one_that_was_said(period: dict[str, str], minutes: int) -> None:
    length = {"value": 30, "unit": "min"} if minutes == 30 else None
    assert visit(period=period, length=length).minutes == minutes


# --- Whole files -------------------------------------------------------------------------------------------------


@pytest.fixture
def take_in(desk: Desk, tmp_path: Path) -> Callable[..., str]:
    def run(*resources: dict[str, Any], name: str = "bundle.json", **options: Any) -> str:
        entries = [{"fullUrl": f"urn:uuid:{each['id']}", "resource": each} for each in resources]
        (tmp_path / name).write_text(json.dumps({"resourceType": "Bundle", "type": "collection", "entry": entries}))
        return imported(desk, tmp_path / name, **options)

    return run


def imported(desk: Desk, path: Path, **options: Any) -> str:
    out = StringIO()
    call_command("import_fhir", path, clinic=desk.scope.clinic_id, stdout=out, **options)
    return out.getvalue()


def ada(desk: Desk) -> Patient:
    from patients.rules import typed

    (hit,) = search(desk.scope, typed.parse("okonkwo", "DMY", "GB", desk.day)).hits
    return get_patient(desk.scope, hit.id)


def test_visits_stand_on_the_timeline_and_take_no_time(desk: Desk, take_in: Callable[..., str]) -> None:
    told = take_in(ENCOUNTER, APPOINTMENT, PATIENT)  # the patient comes last
    assert "1 new, 1 chart items new, 2 visits new" in told
    lines = appointment_queries.past(desk.scope, ada(desk))
    assert [(row["state"], row["line"].get("y")) for row in lines] == [
        ("noshow", None),
        ("left", "Encounter for symptom: Sore throat"),
    ]
    assert lines[0]["line"]["t"] == desk.type("Follow-up").id
    assert lines[1]["line"]["d"] == desk.doctor.id
    assert desk.faults() == []


def test_a_time_without_a_zone_is_the_clinic_s_and_a_long_reason_stands_in_the_note(
    desk: Desk, take_in: Callable[..., str]
) -> None:
    told = {**ENCOUNTER, "period": {"start": "2024-07-01T10:00:00"}, "reasonCode": [{"text": "cough " * 50}]}
    take_in(PATIENT, told)
    (row,) = appointment_queries.past(desk.scope, ada(desk))
    (found,) = appointment_queries.appointments(desk.scope, [(ada(desk).id, row["id"])])
    assert found.start == "2024-07-01T09:00:00.000Z", "summer time in London"
    assert len(found.reason or "") <= 200
    assert "cough " * 39 in (found.note or "")


def test_importing_again_changes_nothing(desk: Desk, take_in: Callable[..., str]) -> None:
    take_in(PATIENT, ENCOUNTER, APPOINTMENT)
    assert "2 visits as before" in take_in(PATIENT, ENCOUNTER, APPOINTMENT)
    assert len(appointment_queries.past(desk.scope, ada(desk))) == 2


def test_visits_in_a_file_of_their_own_find_the_patient_by_number(desk: Desk, take_in: Callable[..., str]) -> None:
    take_in(PATIENT)
    by_number = {"reference": "Patient?identifier=urn:test|1"}
    assert "1 visits new" in take_in({**ENCOUNTER, "subject": by_number}, name="later.json")
    told = take_in({**ENCOUNTER, "id": "e2", "subject": {"reference": "Patient/nobody"}}, name="orphan.json")
    assert "1 left out" in told


def test_a_dry_run_writes_nothing(desk: Desk, take_in: Callable[..., str]) -> None:
    assert "2 visits new" in take_in(PATIENT, ENCOUNTER, APPOINTMENT, dry_run=True)
    assert "2 visits new" in take_in(PATIENT, ENCOUNTER, APPOINTMENT)


def test_what_is_still_to_come_is_told(desk: Desk, take_in: Callable[..., str]) -> None:
    coming = {**APPOINTMENT, "status": "booked", "start": f"{desk.day}T09:00:00Z"}
    assert "1 of the visits are still to come" in take_in(PATIENT, coming)


def test_an_imported_visit_has_its_page(desk: Desk, take_in: Callable[..., str], db: None) -> None:
    take_in(PATIENT, ENCOUNTER)
    patient = ada(desk)
    (line,) = appointment_queries.past(desk.scope, patient)
    browser = signed_in_client(desk.scope.clinic_id)
    page = browser.get(f"/c/{desk.scope.clinic_id}/patients/{patient.id}/appointments/{line['id']}/")
    assert page.status_code == 200
    assert browser.get(f"/c/{desk.scope.clinic_id}/patients/{patient.id}/appointments/").status_code == 200


@pytest.mark.skipif(not SHARED.exists(), reason="the shared example data are not on this machine")
def test_synthea_and_the_examples_of_fhir_are_understood(desk: Desk) -> None:
    files = sorted((SHARED / "synthea-r4").rglob("*.json"))
    one = next(path for path in files if _has_visits(path))
    assert "visits new" in imported(desk, one)
    assert "visits as before" in imported(desk, one)
    told = imported(desk, SHARED / "fhir-r4-examples")
    assert "Encounter has no time" in told
    assert desk.faults() == []


def _has_visits(path: Path) -> bool:
    try:
        return any(getattr(each, "kind", "") == "Encounter" for each in read_file(path))
    except BadResource:
        return False
