"""The pages on which the desk hands documents in, and a doctor files them."""

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from pytest_django import Settings

from clinnet import clock
from clinnet.accounts.permissions import Role
from clinnet.files import NOT_STORED
from clinnet.table import Scope
from patients import queries as records
from patients import services as patients
from patients.models import Patient
from records.incoming import queries, services
from tests.patients.pages import Pages, hidden, plain
from tests.people import signed_in_client
from tests.records.incoming.handed import PAPER, handed, listed, sent
from tests.records.pictures import photo
from tests.wall.roles import OF_A_CHART
from tests.wall.watch import watching


def pages(scope: Scope, patient: Patient, role: Role) -> Pages:
    return Pages(signed_in_client(scope.clinic_id, role=role, name=scope.actor.name), scope.clinic_id, patient)


@pytest.fixture
def at_the_desk(desk: Scope, patient: Patient, db: None) -> Pages:
    return pages(desk, patient, Role.RECEPTIONIST)


@pytest.fixture
def here(doctor: Scope, patient: Patient, db: None) -> Pages:
    return pages(doctor, patient, Role.DOCTOR)


def upload(at: Pages, data: bytes = PAPER, **typed: Any) -> Any:
    return at.send("hand-in/", file=SimpleUploadedFile("scan.bin", data), **({"title": "Referral"} | typed))


def test_a_receptionist_hands_one_in_sees_that_it_waits_and_not_what_it_is(at_the_desk: Pages, doctor: Scope) -> None:
    assert "None waits for a doctor." in at_the_desk.text()
    answer = upload(at_the_desk, doctor=doctor.actor.id)
    assert answer["Location"] == at_the_desk.at()
    shown = at_the_desk.text()
    assert "With Dr Amara Okafor to file. " in shown  # the toast
    assert "With Dr Amara Okafor to file today" in shown  # the list
    assert "Referral" not in shown
    tasks = plain(at_the_desk.client.get(f"/c/{at_the_desk.clinic}/tasks/").content.decode())
    assert "Documents from the desk" not in tasks


def test_the_toast_takes_it_back(at_the_desk: Pages, desk: Scope) -> None:
    upload(at_the_desk)
    (id,) = listed(desk)
    with watching() as watch:
        shown = at_the_desk.sent("", action=f"hand-in/{id}/back/")
    assert ("Taken back." in shown, "None waits for a doctor." in shown, listed(desk)) == (True, True, [])
    assert watch.names(OF_A_CHART) == []


def test_a_receptionists_requests_name_no_key_of_a_chart(at_the_desk: Pages, doctor: Scope, desk: Scope) -> None:
    with watching() as watch:
        at_the_desk.get("hand-in/")
        upload(at_the_desk, sent(), title="")
        upload(at_the_desk, photo())
        upload(at_the_desk, photo())  # it waits already
        at_the_desk.get()
    assert len(listed(desk)) == 2
    assert watch.names(OF_A_CHART) == []


def test_the_patients_own_doctor_is_proposed(desk: Scope, doctor: Scope, patient: Patient, db: None) -> None:
    patients.change(desk, patient, {"practitioner_id": doctor.actor.id})
    at_the_desk = pages(desk, records.patient(desk, patient.id), Role.RECEPTIONIST)
    assert f'<option value="{doctor.actor.id}" selected>' in at_the_desk.get("hand-in/").content.decode()


def test_a_form_that_was_sent_twice_says_the_same_twice(at_the_desk: Pages, desk: Scope) -> None:
    fields = at_the_desk.fields("hand-in/")
    for _ in range(2):
        answer = at_the_desk.send("hand-in/", fields, file=SimpleUploadedFile("a.pdf", PAPER), title="Referral")
        assert answer.status_code == 302
    assert len(listed(desk)) == 1


def test_without_storage_it_says_so_and_nothing_waits(at_the_desk: Pages, desk: Scope, settings: Settings) -> None:
    nowhere = {**settings.STORAGES["default"]["OPTIONS"], "endpoint_url": "http://127.0.0.1:9"}
    settings.STORAGES = settings.STORAGES | {"default": {**settings.STORAGES["default"], "OPTIONS": nowhere}}
    answer = upload(at_the_desk)
    assert (answer.status_code, NOT_STORED.format(what="file") in plain(answer.content.decode())) == (503, True)
    assert listed(desk) == []


def test_a_doctor_opens_it_from_tasks_sees_it_and_files_it(here: Pages, desk: Scope, patient: Patient) -> None:
    item = handed(desk, patient, photo(), "Left heel")
    tasks = here.client.get(f"/c/{here.clinic}/tasks/").content.decode()
    at = f"chart/incoming/{item.id}/"
    assert (f'href="{here.at(at)}"' in tasks, "Picture: Left heel" in plain(tasks)) == (True, True)
    page = here.get(at).content.decode()
    (address,) = set(re.findall(r'src="([^"]+/file/)"', page))
    assert "X-Amz-Expires=60" in here.client.get(address)["Location"]
    said = here.sent(at, title="Left heel, wound", on=clock.today("Europe/London").isoformat())
    assert ("Filed in the chart." in said, "Left heel" in said) == (True, False)
    assert "Picture: Left heel, wound" in here.text("chart/")
    assert "Dr Amara Okafor filed it in the chart, today" in here.text(at)


def test_the_chart_says_that_one_waits(here: Pages, desk: Scope, patient: Patient) -> None:
    handed(desk, patient)
    assert "PDF: Referral from the desk, for any doctor" in here.text("chart/")


def test_a_document_is_read_on_its_page_and_its_entries_are_taken_once_it_is_filed(
    here: Pages, desk: Scope, patient: Patient
) -> None:
    item = handed(desk, patient, sent(), "")
    at = f"chart/incoming/{item.id}/"
    assert "No reaction since 2019." in here.text(at)
    answer = here.send(at)
    page = plain(here.client.get(answer["Location"]).content.decode())
    assert ("Discharge summary" in page, "Into the chart : Allergy: Latex" in page) == (True, True)


def test_what_is_not_needed_asks_why_and_then_is_gone(here: Pages, desk: Scope, patient: Patient) -> None:
    item = handed(desk, patient)
    at = f"chart/incoming/{item.id}/"
    answer = here.send(at, here.fields(at, "drop/"), action=f"{at}drop/")
    assert (answer.status_code, "Say why it is not needed." in plain(answer.content.decode())) == (422, True)
    fields = hidden(answer.content.decode(), "drop/")
    answer = here.client.post(here.at(f"{at}drop/"), {**fields, "why": "nothing"})
    assert "Put away. Its file is deleted." in plain(here.client.get(answer["Location"]).content.decode())
    assert "there is nothing in it to keep" in here.text(at)
    assert here.get(f"{at}file/").status_code == 404


def test_another_patient_gets_it(here: Pages, desk: Scope, patient: Patient, other: Patient) -> None:
    item = handed(desk, patient)
    shown = here.sent(f"chart/incoming/{item.id}/other/", other=other.id)
    assert ("It waits with this patient now. Undo" in shown, "Fitzgerald" in shown) == (True, True)


def test_undo_takes_it_back_from_the_other_patient(here: Pages, desk: Scope, patient: Patient, other: Patient) -> None:
    item = handed(desk, patient)
    answer = here.send(f"chart/incoming/{item.id}/other/", other=other.id)
    html = here.client.get(answer["Location"]).content.decode()
    toast = html[html.index('id="toasts"') :]
    back = here.client.post(re.findall(r'action="([^"]+other/)"', toast)[0], hidden(toast, "other/"))
    shown = plain(here.client.get(back["Location"]).content.decode())
    assert ("It waits with this patient now." in shown, "Berg, Pieter" in shown) == (True, True)
    assert [line.patient_id for line in queries.still_waiting([queries.waiting_asked(desk)()]).values()] == [patient.id]


def test_of_a_restricted_chart_nothing_is_shown_before_a_reason_is_given(
    here: Pages, doctor: Scope, desk: Scope, patient: Patient
) -> None:
    item = handed(desk, patient, title="HIV clinic")
    patients.restrict(doctor, patient, restricted=True)
    tasks = plain(here.client.get(f"/c/{here.clinic}/tasks/").content.decode())
    assert ("Restricted chart" in tasks, "HIV" in tasks) == (True, False)
    at = f"chart/incoming/{item.id}/"
    for page in (at, f"{at}file/", f"{at}other/"):
        assert "HIV" not in here.get(page).content.decode()
        assert here.get(page).status_code != 302
    shown = here.sent(at, action="chart/open/", reason="He asked me to look")
    assert "PDF: HIV clinic from the desk" in shown
    assert "HIV clinic" in here.text(at)


def test_the_desk_cannot_open_what_it_handed_in(at_the_desk: Pages, desk: Scope, patient: Patient) -> None:
    item = handed(desk, patient)
    for page in ("", "file/", "other/"):
        assert at_the_desk.get(f"chart/incoming/{item.id}/{page}").status_code == 403


def test_the_history_names_no_title(desk: Scope, doctor: Scope, patient: Patient, at_the_desk: Pages) -> None:
    item = handed(desk, patient, title="Oncology letter")
    services.drop(doctor, patient=patient, incoming=item, why="twice")
    shown = at_the_desk.text("history/")
    assert "Ana Ruiz handed a document to a doctor" in shown
    assert "put a document away that waited, as not needed" in shown
    assert "Oncology" not in shown
