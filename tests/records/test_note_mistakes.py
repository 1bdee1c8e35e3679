"""A signed note that was entered in error: marked beside its seal, struck through, and put back."""

from dataclasses import replace

import pytest

from clinnet.accounts.permissions import Role
from clinnet.table import Scope, errors
from patients.models import Patient
from records import queries
from records.rows import note_holds
from records.services import mistakes, moving, notes
from tests.conftest import Register
from tests.patients.pages import Pages, hidden, plain
from tests.people import signed_in_client
from tests.records.test_notes import read, row, typed


@pytest.fixture
def patient(register: Register) -> Patient:
    return register(given_name="Pieter", family_name="van den Berg")


def test_it_keeps_its_seal_and_speaks_for_its_entry_no_more(doctor: Scope, patient: Patient) -> None:
    note = typed()
    notes.sign_note(doctor, patient=patient, typed=note)
    entry, id = note.entry_id, note.note_id
    mistakes.note_in_error(doctor, patient=patient, entry_id=entry, note_id=id, reason="patient")
    found = read(doctor, patient, note)
    assert (found.errored["reason"], found.errored["name"]) == ("patient", "Dr Amara Okafor")
    assert note_holds(found)
    line = row(doctor, patient, note)
    assert (line.gist, line.signed, line.errored) == ("", "", 1)
    mistakes.put_back(doctor, patient=patient, entry_id=entry, note_id=id)
    line = row(doctor, patient, note)
    assert (line.gist, line.signed, line.errored) == ("Diabetes worse.", "AO", 0)
    assert read(doctor, patient, note).errored is None


def test_a_nurse_marks_her_own_alone_and_nobody_what_is_not_signed(
    doctor: Scope, nurse: Scope, patient: Patient
) -> None:
    of_doctor, of_nurse, left = typed(), typed(), typed()
    notes.sign_note(doctor, patient=patient, typed=of_doctor)
    notes.sign_note(nurse, patient=patient, typed=of_nurse)
    notes.leave_note(doctor, patient=patient, typed=left)

    def mark(scope: Scope, note: notes.Written) -> None:
        entry, id = note.entry_id, note.note_id
        mistakes.note_in_error(scope, patient=patient, entry_id=entry, note_id=id, reason="content")

    for scope, note, said in ((nurse, of_doctor, "Only who wrote it"), (doctor, left, "not signed yet")):
        with pytest.raises(errors.Refused) as refusal:
            mark(scope, note)
        assert said in refusal.value.sentence
    mark(doctor, of_nurse)
    assert read(doctor, patient, of_nurse).errored


@pytest.mark.django_db
def test_on_the_page_it_is_struck_through_and_can_be_read_and_put_back(doctor: Scope, patient: Patient) -> None:
    note = typed()
    notes.sign_note(doctor, patient=patient, typed=note)
    here = Pages(
        signed_in_client(doctor.clinic_id, role=Role.DOCTOR, name="Dr Amara Okafor"), doctor.clinic_id, patient
    )
    entry = f"chart/entries/{note.entry_id}/"
    at = f"{entry}notes/{note.note_id}/"
    text = here.sent(entry, action=f"{at}error/", reason="twice")
    assert "Entered in error (Dr Amara Okafor" in text
    assert "Diabetes worse." in text
    html = here.get(entry).content.decode()
    assert "<s>Long-term review</s>" in html
    assert "/addendum/" not in html
    again = here.send(entry, hidden(html[html.index("<main") :], f"{at}put-back/"), action=f"{at}put-back/")
    assert "Put back." in plain(here.client.get(again["Location"]).content.decode())
    assert "Addendum" in here.text(entry)


def test_a_note_of_another_patient_goes_there_to_be_signed_and_stays_here_in_error(
    doctor: Scope, nurse: Scope, patient: Patient, register: Register
) -> None:
    note, other = typed(), register(given_name="Maria", family_name="Garcia")
    notes.sign_note(doctor, patient=patient, typed=note)
    with pytest.raises(errors.Refused):
        moving.move_note(nurse, patient=patient, other=other, entry_id=note.entry_id, note_id=note.note_id)
    ids = moving.move_note(doctor, patient=patient, other=other, entry_id=note.entry_id, note_id=note.note_id)
    assert read(doctor, patient, note).errored["reason"] == "patient"
    assert row(doctor, patient, note).errored == 1
    entry, id = ids.split("/")
    copy = read(doctor, other, replace(note, entry_id=entry, note_id=id))
    assert (copy.state, copy.written) == ("open", read(doctor, patient, note).written)
    assert [each.note_id for each in queries.begun(queries.begun_asked(doctor, other.id)().rows)] == [id]
    again = replace(note, entry_id=entry, note_id=id, version=int(copy.version))
    notes.sign_note(doctor, patient=other, typed=again)
    assert note_holds(read(doctor, other, again))
    with pytest.raises(errors.Refused):  # it is in error already
        moving.move_note(doctor, patient=patient, other=other, entry_id=note.entry_id, note_id=note.note_id)


def test_a_note_goes_neither_to_the_same_patient_nor_into_a_closed_chart(
    doctor: Scope, patient: Patient, register: Register
) -> None:
    note, closed = typed(), register(given_name="Greta", family_name="Holm", restricted=True)
    notes.sign_note(doctor, patient=patient, typed=note)
    for other, said in ((patient, "same patient"), (closed, "restricted")):
        with pytest.raises(errors.Refused) as refusal:
            moving.move_note(doctor, patient=patient, other=other, entry_id=note.entry_id, note_id=note.note_id)
        assert said in refusal.value.sentence


@pytest.mark.django_db
def test_its_page_leads_to_the_copy(doctor: Scope, patient: Patient, register: Register) -> None:
    note, other = typed(), register(given_name="Maria", family_name="Garcia")
    notes.sign_note(doctor, patient=patient, typed=note)
    client = signed_in_client(doctor.clinic_id, role=Role.DOCTOR, name="Dr Amara Okafor")
    here = Pages(client, doctor.clinic_id, patient)
    page = f"chart/entries/{note.entry_id}/notes/{note.note_id}/move/"
    asked = here.text(page)
    assert "Whose note is it?" in asked
    assert "Nobody is told by this: tell those who read it here and may have acted on it." in asked
    answer = here.send(page, other=other.id)
    assert f"/patients/{other.id}/chart/" in answer["Location"]
    assert "Diabetes worse" in client.get(answer["Location"]).content.decode()
