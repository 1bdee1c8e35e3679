"""Who opened a chart, for the patient who asks."""

from dataclasses import replace
from unittest.mock import patch

import pytest

from clinnet.accounts import queries as accounts
from clinnet.accounts.permissions import Permission, Role
from patients import queries
from patients.services import register, restrict
from records import queries as chart
from records.openings import rows
from records.openings import services as openings
from records.services import glass
from records.services.opening import note_opening, note_printing
from tests.conftest import scope_of
from tests.console.test_entities import token
from tests.people import signed_in_client
from tests.wall.chart import settle_chart


def test_a_patient_can_be_told_who_opened_the_chart_and_what_they_did(clinic: str, db: None) -> None:
    doctor, nurse = scope_of(clinic, Role.DOCTOR, "Dr Nair"), scope_of(clinic, Role.NURSE, "Nora")
    patient = queries.patient(doctor, register(doctor, {"given_name": "Ivan", "family_name": "Petrov"}))
    for scope in (nurse, doctor, doctor):
        note_opening(scope, patient)
    note_printing(doctor, patient, "summary")
    glass.break_glass(doctor, patient=patient, reason="=He collapsed in the hall")
    found = rows.opened(doctor, patient, accounts.clinic(clinic))
    told = {each.who: (each.times, each.reason, each.also) for each in found.openings}
    assert told == {
        "Dr Nair": (4, "=He collapsed in the hall", "registered this patient, printed from the chart"),
        "Nora": (1, "", ""),
    }
    with patch.object(rows, "PAGE", 2), patch.object(rows, "MOST", 3):
        assert rows.opened(doctor, patient, accounts.clinic(clinic)).since

    browser = signed_in_client(clinic, role=Role.ADMIN, name="Inês")
    there = f"/c/{clinic}/patients/{patient.id}/opened/"
    page = browser.get(there).content.decode()
    assert "Dr Nair" in page
    answer = browser.post(f"{there}file/", {"once": token(page)})
    assert "'=He collapsed in the hall" in answer.content.decode()  # no formula
    assert "Dr Nair" in browser.post(f"{there}file/", {"once": "of an old page"}).content.decode()
    history = [row["line"]["action"] for row in queries.history(doctor, patient)[0]]
    assert history[0] == "chart.openings"


def test_who_may_not_read_the_trail_is_not_told_who_opened_a_chart(clinic: str, db: None) -> None:
    desk = scope_of(clinic, Role.RECEPTIONIST, "Ana")
    patient = queries.patient(desk, register(desk, {"given_name": "Ivan", "family_name": "Petrov"}))
    browser = signed_in_client(clinic, role=Role.RECEPTIONIST, name="Ana")
    assert browser.get(f"/c/{clinic}/patients/{patient.id}/opened/").status_code == 403


def test_a_colleague_does_not_read_in_the_history_whose_look_is_to_be_reviewed(clinic: str, db: None) -> None:
    boss, doctor = scope_of(clinic, Role.ADMIN, "Inês"), scope_of(clinic, Role.DOCTOR, "Dr Nair")
    patient = queries.patient(doctor, register(doctor, {"given_name": "Ivan", "family_name": "Petrov"}))
    note_opening(doctor, patient)
    event = next(row for row in queries.history(doctor, patient)[0] if row["line"]["action"] == "chart.open")
    whole = {**event, "createdAt": event["line"]["at"], "patientId": patient.id, "actorId": doctor.actor.id}
    assert openings._put(boss, whole, "Dr Nair", "the same family name")
    found = chart.glass(boss, patient.id, doctor.actor.id, event["id"])
    glass.review_glass(boss, glass=found, found="They are cousins")
    said = "put an opening of the chart to be reviewed", "reviewed an opening of the chart"
    there = f"/c/{clinic}/patients/{patient.id}/history/"
    for role in (Role.DOCTOR, Role.NURSE, Role.RECEPTIONIST):
        page = signed_in_client(clinic, role=role).get(there).content.decode()
        assert not [each for each in said if each in page], role
        assert "registered this patient" in page
    page = signed_in_client(clinic, role=Role.ADMIN).get(there).content.decode()
    assert all(each in page for each in said)


@pytest.mark.parametrize("kind", ["entry", "document", "file", "result", "letter", "versions", "incoming"])
def test_each_thing_of_a_restricted_chart_that_is_opened_is_in_the_trail(clinic: str, db: None, kind: str) -> None:
    """Whoever reviews the opening reads what was looked at, also by an address of its own."""
    doctor = scope_of(clinic, Role.DOCTOR, "Dr Nair")
    patient = queries.patient(doctor, register(doctor, {"given_name": "Ivan", "family_name": "Petrov"}))
    filled = replace(doctor, permissions=frozenset(Permission))
    ids = {name: each[0] for name, each in settle_chart(filled, "Larksong", patient).items()}
    restrict(doctor, patient, restricted=True)
    browser = signed_in_client(clinic, role=Role.DOCTOR, name="Dr Nair", person=doctor.actor.id)
    entry = f"chart/entries/{ids['entry_id']}/"
    at = {
        "entry": entry,
        "document": f"{entry}documents/{ids['document_id']}/",
        "file": f"{entry}documents/{ids['file_id']}/",
        "result": f"{entry}results/{ids['result_id']}/",
        "letter": f"{entry}letters/{ids['letter_id']}/",
        "versions": f"{entry}notes/{ids['note_id']}/versions/",
        "incoming": f"chart/incoming/{ids['incoming_id']}/",
    }[kind]
    for _ in range(2):
        assert browser.get(f"/c/{clinic}/patients/{patient.id}/{at}").status_code == 200
    history = [row["line"]["action"] for row in queries.history(doctor, patient)[0]]
    assert history.count("chart.entry") == 2
