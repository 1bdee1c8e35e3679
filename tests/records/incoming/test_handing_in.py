"""What the desk hands to a doctor: unseen there from then on, in no chart before somebody files it, and never lost."""

import io
import re
from collections.abc import Callable
from dataclasses import replace
from functools import partial

import pytest
from PIL import Image

from clinnet import clock, files
from clinnet.accounts.permissions import Role
from clinnet.accounts.queries import clinic as clinic_of
from clinnet.table import Actor, Once, Scope
from clinnet.table.errors import Denied, NotFound, Refused
from patients import queries as records
from patients import services as patients
from patients.models import Patient
from records.incoming import queries, rows, services
from records.received import queries as received_queries
from records.received import services as received
from records.received.services import filing
from records.services import mistakes
from records.services.asking import Asked
from records.services.recording import Moment
from tests.conftest import scope_of
from tests.records.incoming.handed import PAPER, file_in, handed, listed, now, sent, there
from tests.records.pictures import photo
from tests.records.test_received import refused

# --- From the desk to the chart --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("data", "media"), [(PAPER, "application/pdf"), (photo(), "image/jpeg")])
def test_what_the_desk_hands_in_waits_and_is_filed_with_its_title_and_day(
    desk: Scope, doctor: Scope, patient: Patient, data: bytes, media: str
) -> None:
    item = handed(desk, patient, data)
    assert listed(doctor) == [item.id]
    assert received_queries.documents(doctor, patient) == []
    line = file_in(doctor, patient, item, title="Referral to ENT", on="2026-01-09")
    assert (line.title, line.on, line.media, line.file) == ("Referral to ENT", "2026-01-09", media, item.file)
    assert listed(doctor) == []
    (filed,) = received_queries.documents(doctor, patient)
    assert filed.entry == item.id


def test_where_nobody_says_its_day_it_is_that_on_which_it_came(desk: Scope, doctor: Scope, patient: Patient) -> None:
    item = handed(desk, patient)
    assert file_in(doctor, patient, item).on == clock.today("Europe/London").isoformat()


@pytest.mark.parametrize(("on", "part"), [("2999-01-01", "in the future"), ("1950-01-01", "before the patient")])
def test_a_day_that_cannot_be_is_refused(desk: Scope, doctor: Scope, patient: Patient, on: str, part: str) -> None:
    item = handed(desk, patient)
    with refused(part):
        file_in(doctor, patient, item, on=on)
    assert listed(doctor) == [item.id]


def test_of_a_photo_nothing_is_kept_but_what_is_seen(desk: Scope, patient: Patient) -> None:
    item = handed(desk, patient, photo())
    for key in (item.file, item.thumb):
        with Image.open(io.BytesIO(files.read(filing.KIND, key or ""))) as kept:
            assert (kept.format, dict(kept.getexif())) == ("JPEG", {})


def test_a_document_of_another_clinic_has_its_own_title_and_is_read_before_it_is_filed(
    desk: Scope, doctor: Scope, patient: Patient
) -> None:
    item = handed(desk, patient, sent(), title="")
    read = services.opened(doctor, item)
    assert read
    shown = rows.shown(item, read, doctor, clinic_of(doctor.clinic_id))
    assert (shown.title, shown.is_read, [each.title for each in shown.sections]) == (
        "Document: Discharge summary", True, ["Allergies"],
    )  # fmt: skip
    line = file_in(doctor, patient, item)
    assert (line.title, line.media, line.file) == ("Discharge summary", "", item.file)
    assert received.opened(doctor, line).sections


def test_what_names_somebody_else_is_asked_about_at_the_desk_and_again_when_it_is_filed(
    desk: Scope, doctor: Scope, patient: Patient
) -> None:
    data = sent(given="Rose", family="Fitzgerald")
    with pytest.raises(Asked) as asked:
        handed(desk, patient, data)
    item = handed(desk, patient, data, answered=asked.value.answers)
    with pytest.raises(Asked) as asked:
        file_in(doctor, patient, item)
    assert "Rose Jan Fitzgerald" in file_in(doctor, patient, item, answered=asked.value.answers).names


def test_what_a_nurse_files_waits_for_a_doctors_eye(desk: Scope, nurse: Scope, doctor: Scope, patient: Patient) -> None:
    file_in(nurse, patient, handed(desk, patient))
    assert len(received_queries.to_read(doctor)().rows) == 1
    file_in(doctor, patient, handed(desk, patient, photo()))
    assert len(received_queries.to_read(doctor)().rows) == 1


def test_the_same_bytes_wait_once_and_stand_in_a_chart_once(desk: Scope, doctor: Scope, patient: Patient) -> None:
    item = handed(desk, patient)
    with refused("waits for a doctor already"):
        handed(desk, patient)
    file_in(doctor, patient, item)
    again = handed(desk, patient)  # the desk does not hear what is in a chart
    with refused("in this chart already"):
        file_in(doctor, patient, again)
    services.drop(doctor, patient=patient, incoming=again, why="twice")
    assert there(item.file, again.file) == [True, False]


def test_without_a_title_a_picture_is_refused_and_nothing_is_kept(
    desk: Scope, patient: Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "put", lambda kind, data: pytest.fail("it was stored"))
    with refused("Say what it is"):
        handed(desk, patient, title="")


@pytest.mark.parametrize("data", [photo()[:300], b"<html><body>Letter</body></html>", b"PK\x03\x04 words"])
def test_what_cannot_be_kept_is_refused_and_does_not_wait(desk: Scope, patient: Patient, data: bytes) -> None:
    with pytest.raises(Refused):
        handed(desk, patient, data)
    assert listed(desk) == []


def test_it_goes_to_a_doctor_who_works_here_or_to_any(desk: Scope, doctor: Scope, patient: Patient) -> None:
    for nobody in (desk.actor.id, "somebody"):
        with refused("Choose a doctor"):
            handed(desk, patient, doctor=nobody)
    assert handed(desk, patient, doctor=doctor.actor.id).doctor == doctor.actor.id


def test_other_doctors_find_it_below_their_own(desk: Scope, doctor: Scope, patient: Patient) -> None:
    """Whoever it is for may be away, or have left."""
    theirs = handed(desk, patient, doctor=doctor.actor.id)
    anybodys = handed(desk, patient, photo())
    found = queries.still_waiting([queries.waiting_asked(doctor)()])
    deputy = replace(doctor, actor=Actor("deputy", "Dr Deputy"))
    known = {patient.id: patient}
    assert [each.id for each in rows.waiting(found, known, doctor, clinic_of(doctor.clinic_id))] == [
        theirs.id,
        anybodys.id,
    ]
    seen = rows.waiting(found, known, deputy, clinic_of(doctor.clinic_id))
    assert [(each.id, each.whose) for each in seen] == [(anybodys.id, ""), (theirs.id, "Dr Amara Okafor")]


def test_a_nurse_and_a_doctor_do_not_hand_in_and_the_desk_does_not_file(
    desk: Scope, doctor: Scope, nurse: Scope, patient: Patient
) -> None:
    item = handed(desk, patient)
    tries: list[Callable[[], object]] = [
        partial(handed, nurse, patient, photo()),
        partial(file_in, desk, patient, item),
        partial(services.to_other, desk, patient=patient, incoming=item, other=patient),
        partial(services.drop, desk, patient=patient, incoming=item, why="twice"),
        partial(services.drop, nurse, patient=patient, incoming=item, why="twice"),
    ]
    for each in tries:
        with pytest.raises(Denied):
            each()


# --- Another patient, not needed -------------------------------------------------------------------------------------


def test_what_is_about_another_patient_waits_there_since_as_long_for_the_same_doctor(
    desk: Scope, doctor: Scope, patient: Patient, other: Patient
) -> None:
    item = handed(desk, patient, photo(), doctor=doctor.actor.id)
    id = services.to_other(doctor, patient=patient, incoming=item, other=other)
    moved = now(doctor, other, id)
    same = ("file", "thumb", "digest", "doctor", "at_time", "by", "by_name", "title", "media")
    assert [getattr(moved, each) for each in same] == [getattr(item, each) for each in same]
    gone = now(doctor, patient, item.id)
    assert (gone.over["how"], there(gone.file), listed(doctor)) == ("moved", [], [id])
    file_in(doctor, other, moved)
    assert received_queries.documents(doctor, patient) == []
    with pytest.raises(Refused):
        services.to_other(doctor, patient=patient, incoming=gone, other=other)


def test_it_can_be_taken_back_again(desk: Scope, doctor: Scope, patient: Patient, other: Patient) -> None:
    item = handed(desk, patient)
    there = now(doctor, other, services.to_other(doctor, patient=patient, incoming=item, other=other))
    back = services.to_other(doctor, patient=other, incoming=there, other=patient)
    assert file_in(doctor, patient, now(doctor, patient, back)).file == item.file


def test_who_handed_in_the_wrong_one_takes_it_back_as_long_as_it_waits(
    desk: Scope, doctor: Scope, patient: Patient
) -> None:
    item = handed(desk, patient, photo())
    colleague = replace(desk, actor=Actor("ben", "Ben Okoro"))
    with refused("Only who handed it in"):
        services.take_back(colleague, patient=patient, incoming=item)
    with pytest.raises(Denied):
        services.take_back(doctor, patient=patient, incoming=item)
    once = Once(clock.new_id(), "digest")
    for _ in range(2):  # pressed twice
        services.take_back(desk, patient=patient, incoming=now(desk, patient, item.id), once=once)
    assert (there(item.file, item.thumb), listed(doctor)) == ([False, False], [])
    again = handed(desk, patient, photo())
    file_in(doctor, patient, again)
    with refused("Somebody has just worked on this document"):
        services.take_back(desk, patient=patient, incoming=now(desk, patient, again.id))
    assert there(again.file) == [True]


def test_what_is_not_needed_is_deleted_with_its_reason(desk: Scope, doctor: Scope, patient: Patient) -> None:
    item = handed(desk, patient, photo())
    with refused("Say why"):
        services.drop(doctor, patient=patient, incoming=item, why="")
    assert there(item.file, item.thumb) == [True, True]
    services.drop(doctor, patient=patient, incoming=item, why="unreadable")
    assert there(item.file, item.thumb) == [False, False]
    shown = rows.shown(now(doctor, patient, item.id), None, doctor, clinic_of(doctor.clinic_id))
    assert re.fullmatch(r"Dr Amara Okafor put it away, today \d\d:\d\d( BST)?: it cannot be read\.", shown.over)
    for act in (partial(file_in, doctor, patient, now(doctor, patient, item.id)),
                partial(services.drop, doctor, patient=patient, incoming=item, why="twice")):  # fmt: skip
        with refused("Somebody has just worked on this document"):
            act()


def test_of_two_who_work_on_it_at_once_the_second_is_told(
    desk: Scope, doctor: Scope, patient: Patient, other: Patient
) -> None:
    item = handed(desk, patient)
    file_in(doctor, patient, item)
    for act in (partial(file_in, doctor, patient, item, title="Twice"),
                partial(services.to_other, doctor, patient=patient, incoming=item, other=other),
                partial(services.drop, doctor, patient=patient, incoming=item, why="nothing")):  # fmt: skip
        with pytest.raises(Refused):
            act()
    assert there(item.file) == [True]


# --- What becomes of the record --------------------------------------------------------------------------------------


def test_what_waits_goes_along_with_a_merge_and_comes_back_with_its_undo(
    desk: Scope, doctor: Scope, patient: Patient, other: Patient
) -> None:
    boss, item = scope_of(desk.clinic_id, Role.ADMIN), handed(desk, other)
    patients.merge(boss, patient, other, {})
    survivor = records.patient(doctor, patient.id)
    assert list(queries.still_waiting([ask() for ask in queries.of_patient_asked(doctor, survivor)])) == [item.id]
    with refused("waits for a doctor already"):
        handed(desk, survivor)
    patients.undo_merge(boss, survivor, records.folded(doctor, other.id))
    back = records.patient(doctor, other.id)
    assert file_in(doctor, back, now(doctor, back, item.id)).patient_id == other.id
    with pytest.raises(NotFound):
        now(doctor, records.patient(doctor, patient.id), item.id)


def test_what_was_filed_after_a_merge_stands_in_the_chart_that_it_was_filed_in(
    desk: Scope, doctor: Scope, patient: Patient, other: Patient
) -> None:
    boss, item = scope_of(desk.clinic_id, Role.ADMIN), handed(desk, other)
    patients.merge(boss, patient, other, {})
    survivor = records.patient(doctor, patient.id)
    file_in(doctor, survivor, now(doctor, survivor, item.id))
    patients.undo_merge(boss, survivor, records.folded(doctor, other.id))
    assert len(received_queries.documents(doctor, records.patient(doctor, patient.id))) == 1
    assert listed(doctor) == []


def test_a_letter_about_somebody_who_has_died_is_filed_too(desk: Scope, doctor: Scope, patient: Patient) -> None:
    patients.record_death(doctor, patient, on="2026")
    gone = records.patient(doctor, patient.id)
    item = handed(desk, gone)
    assert file_in(doctor, gone, item).title == "Referral"


def test_a_filed_one_that_was_entered_in_error_may_be_handed_in_again(
    desk: Scope, doctor: Scope, patient: Patient
) -> None:
    item = handed(desk, patient)
    id = services.file_in(doctor, patient=patient, incoming=item, moment=Moment(item.id, "Document"), title="Wrong")
    mistakes.enter_in_error(doctor, patient=patient, entry_id=item.id, recorded_id=id, reason="content")
    assert file_in(doctor, patient, handed(desk, patient), title="Right").title == "Right"
