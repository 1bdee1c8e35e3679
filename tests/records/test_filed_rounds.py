"""Pictures and PDFs through what else becomes of a chart: restriction, merge and its undo, paper, export, filters."""

import json
import re
from io import BytesIO, StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from pypdf import PdfReader

from clinnet import clock
from clinnet.accounts.permissions import Role
from clinnet.table import Scope
from patients import queries as records
from patients import services as patients
from patients.models import Patient
from records.received import queries
from records.received.services import filing
from records.services.exporting import export
from records.services.recording import Moment
from tests.conftest import Register, scope_of
from tests.patients.pages import Pages
from tests.people import signed_in_client
from tests.records.pictures import photo
from tests.records.test_received import refused

PAPER = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


@pytest.fixture
def boss(clinic: str) -> Scope:
    return scope_of(clinic, Role.ADMIN)


@pytest.fixture
def patient(register: Register) -> Patient:
    return register(given_name="Pieter", family_name="Berg", birth_date="1954-03-14")


@pytest.fixture
def other(register: Register) -> Patient:
    return register(given_name="Piet", family_name="Berg")


@pytest.fixture
def here(doctor: Scope, patient: Patient, db: None) -> Pages:
    client = signed_in_client(doctor.clinic_id, role=Role.DOCTOR, name="Dr Amara Okafor")
    return Pages(client, doctor.clinic_id, patient)


def file(scope: Scope, patient: Patient, data: bytes, title: str = "Left heel") -> tuple[str, str]:
    """The ids of its entry and its own."""
    moment = Moment(clock.new_id(), "Document")
    return moment.entry_id, filing.file_away(scope, patient=patient, moment=moment, data=data, title=title)


def text_of(here: Pages, page: str) -> str:
    answer = here.get(page)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    return " ".join(" ".join(page.extract_text() for page in PdfReader(BytesIO(answer.content)).pages).split())


def test_a_picture_of_a_restricted_chart_opens_after_a_reason_alone(
    here: Pages, doctor: Scope, patient: Patient
) -> None:
    entry, id = file(doctor, patient, photo())
    patients.restrict(doctor, patient, restricted=True)
    pages = [f"chart/entries/{entry}/{page}" for page in (f"documents/{id}/", f"files/{id}/", f"files/{id}/small/")]
    for page in pages:
        answer = here.get(page)
        assert (answer.status_code, "Left heel" in answer.content.decode()) == (200, False)
    here.sent("chart/", action="chart/open/", reason="He asked me to look")
    assert [here.get(page).status_code for page in pages] == [200, 302, 302]
    nurse = signed_in_client(doctor.clinic_id, role=Role.NURSE)
    assert [nurse.get(here.at(page)).status_code for page in pages] == [200, 200, 200]
    assert "Left heel" not in nurse.get(here.at(pages[0])).content.decode()


def test_files_go_along_with_a_merge_and_come_back_with_its_undo(
    here: Pages, doctor: Scope, boss: Scope, patient: Patient, other: Patient
) -> None:
    entry, id = file(doctor, other, photo())
    patients.merge(boss, patient, other, {})
    survivor = records.patient(doctor, patient.id)
    assert "Picture: Left heel" in here.text("chart/part/?kind=documents")
    page = here.get(f"chart/entries/{entry}/documents/{id}/").content.decode()
    (address,) = set(re.findall(r'src="([^"]+/files/[^"]+/)"', page))
    assert here.client.get(address).status_code == 302
    with refused("already"):
        file(doctor, survivor, photo())
    patients.undo_merge(boss, survivor, records.folded(doctor, other.id))
    assert "Left heel" not in here.text("chart/part/?kind=documents")
    assert here.get(f"chart/entries/{entry}/documents/{id}/").status_code == 404
    back = Pages(here.client, here.clinic, records.patient(doctor, other.id))
    assert "Picture: Left heel" in back.text(f"chart/entries/{entry}/documents/{id}/")
    file(doctor, records.patient(doctor, patient.id), photo())
    with refused("already"):
        file(doctor, back.patient, photo())


def test_the_same_file_of_both_records_stands_once_more_after_the_merge_is_undone(
    doctor: Scope, boss: Scope, patient: Patient, other: Patient
) -> None:
    for each in (patient, other):
        file(doctor, each, PAPER)
    patients.merge(boss, patient, other, {})
    survivor = records.patient(doctor, patient.id)
    assert len(queries.documents(doctor, survivor)) == 2
    patients.undo_merge(boss, survivor, records.folded(doctor, other.id))
    for each in (patient, other):
        assert len(queries.documents(doctor, records.patient(doctor, each.id))) == 1


def test_a_file_is_named_on_paper(here: Pages, doctor: Scope, patient: Patient) -> None:
    entry, _ = file(doctor, patient, photo())
    file(doctor, patient, PAPER, "Referral")
    assert "Picture: Left heel" in text_of(here, f"chart/entries/{entry}/print/")
    today = clock.today("Europe/London").isoformat()
    text = text_of(here, f"chart/print/from-to/?from={today}&to={today}")
    assert ("Picture: Left heel" in text, "PDF: Referral" in text) == (True, True)


def test_a_file_goes_out_as_a_reference_and_what_reads_it_says_what_to_do(
    doctor: Scope, other_clinic: str, patient: Patient, tmp_path: Path
) -> None:
    file(doctor, patient, PAPER, "Referral")
    text = export(doctor, patient=patient)
    (body,) = (
        each["resource"]
        for each in json.loads(text)["entry"]
        if each["resource"]["resourceType"] == "DocumentReference"
    )
    assert body["content"] == [{"attachment": {"contentType": "application/pdf", "title": "Referral"}}]
    assert body["context"]["period"]["start"] == clock.today("Europe/London").isoformat()
    assert "filed/" not in text  # no key of a file
    (tmp_path / "one.json").write_text(text, encoding="utf-8")
    said = StringIO()
    call_command("import_fhir", str(tmp_path / "one.json"), clinic=other_clinic, stdout=said)
    assert "file it with *Add a file*" in said.getvalue()


def test_documents_are_listed_by_what_they_are_with_what_is_in_error_marked(
    here: Pages, doctor: Scope, patient: Patient
) -> None:
    from records.services import mistakes

    entry, id = file(doctor, patient, photo())
    file(doctor, patient, PAPER, "Referral")
    mistakes.enter_in_error(doctor, patient=patient, entry_id=entry, recorded_id=id, reason="content")
    shown = here.text("chart/part/?kind=documents")
    assert ("PDF: Referral" in shown, "Picture: Left heel" in shown, "entered in error" in shown) == (True, True, True)
    assert "Left heel" not in text_of(here, f"chart/entries/{entry}/print/")
