"""What the desk hands to a doctor: unseen there from then on, in no chart before somebody files it, and never lost."""

import io
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from pytest_django import Settings

from clinnet import clock, files, stored
from clinnet.accounts.permissions import Role
from clinnet.accounts.queries import clinic as clinic_of
from clinnet.accounts.services import add_staff
from clinnet.files import NOT_STORED
from clinnet.table import Actor, Once, Scope, Transaction
from clinnet.table.errors import Busy, Denied, NotFound, Refused, Unavailable, Unsure
from patients import queries as records
from patients import services as patients
from patients.models import Patient
from records.incoming import queries, rows, services
from records.incoming.models import Incoming
from records.lines import DocumentLine
from records.received import queries as received_queries
from records.received import services as received
from records.received.services import filing
from records.services import mistakes
from records.services.asking import Asked
from records.services.recording import Moment
from tests.conftest import scope_of
from tests.patients.conftest import plain_static_names
from tests.patients.pages import Pages, hidden, plain
from tests.people import signed_in_client
from tests.records.cda_files import Who, allergy, document, section
from tests.records.pictures import photo
from tests.records.test_received import refused
from tests.wall.roles import OF_A_CHART
from tests.wall.watch import watching

__all__ = ["plain_static_names"]
Register = Callable[..., Patient]
PAPER = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


@pytest.fixture
def patient(register: Register) -> Patient:
    return register(given_name="Pieter", family_name="Berg", birth_date="1954-03-14")


@pytest.fixture
def other(register: Register) -> Patient:
    return register(given_name="Rose", family_name="Fitzgerald", birth_date="1949-06-01")


@pytest.fixture
def desk(clinic: str) -> Scope:
    return scope_of(clinic, Role.RECEPTIONIST, "Ana Ruiz")


@pytest.fixture
def doctor(clinic: str) -> Scope:
    scope = scope_of(clinic, Role.DOCTOR, "Dr Amara Okafor")
    add_staff(scope, person=scope.actor.id, username="okafor", name=scope.actor.name, roles=[Role.DOCTOR])
    return scope


@pytest.fixture
def nurse(clinic: str) -> Scope:
    return scope_of(clinic, Role.NURSE, "Nora Daly")


def sent(**who: str) -> bytes:
    """A document of another clinic, about Pieter Berg if nobody else is said."""
    whom = {"family": "Berg", "given": "Pieter", "born": "19540314", **who}
    part = section("48765-2", "Allergies", allergy("Latex"), text="No reaction since 2019.")
    return document(part, title="Discharge summary", who=Who("1", whom["family"], whom["given"], whom["born"]))


def handed(desk: Scope, patient: Patient, data: bytes = PAPER, title: str = "Referral", **given: Any) -> Incoming:
    id = services.hand_in(desk, patient=patient, data=data, title=title, **({"doctor": ""} | given))
    return now(desk, patient, id)


def now(scope: Scope, patient: Patient, id: str) -> Incoming:
    return queries.incoming(scope, patient, id)


def listed(scope: Scope) -> list[str]:
    return list(queries.still_waiting([queries.waiting_asked(scope)()]))


def file_in(scope: Scope, patient: Patient, item: Incoming, **given: Any) -> DocumentLine:
    given = {"title": item.title or "", "moment": Moment(item.id, received.TITLE), **given}
    id = services.file_in(scope, patient=patient, incoming=item, **given)
    return DocumentLine.unpack(received.found(scope, patient, item.id, id).content)


def there(*keys: str | None) -> list[bool]:
    return [default_storage.exists(each) for each in keys if each]


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
    assert re.fullmatch(r"Dr Amara Okafor put it away, today \d\d:\d\d: it cannot be read\.", shown.over)
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


# --- What goes wrong -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("how", ["first", "at once"])
def test_a_form_that_is_sent_twice_hands_in_once(
    desk: Scope, patient: Patient, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    once, put, gone = Once(clock.new_id(), "digest"), files.put, list[str]()
    hand = partial(services.hand_in, desk, patient=patient, data=PAPER, title="Referral", doctor="", once=once)

    def meanwhile(kind: files.Kind, data: bytes) -> str:
        monkeypatch.setattr(files, "put", put)
        hand()
        return put(kind, data)

    if how == "at once":
        monkeypatch.setattr(files, "put", meanwhile)
    monkeypatch.setattr(files, "drop", gone.append)
    assert hand() == hand()
    (id,) = listed(desk)
    assert (now(desk, patient, id).file in gone, len(gone)) == (False, int(how == "at once"))


@pytest.mark.parametrize(("error", "stays"), [(Busy(), 0), (Unavailable("Not just now."), 0), (Unsure(), 2)])
def test_where_the_table_refuses_its_files_go_and_where_nobody_knows_they_stay(
    desk: Scope, patient: Patient, monkeypatch: pytest.MonkeyPatch, error: Exception, stays: int
) -> None:
    put, keys = files.put, list[str]()

    def kept(kind: files.Kind, data: bytes) -> str:
        keys.append(put(kind, data))
        return keys[-1]

    def fail(*given: Any, **named: Any) -> str:
        raise error

    monkeypatch.setattr(files, "put", kept)
    monkeypatch.setattr(Transaction, "commit", fail)
    with pytest.raises(type(error)):
        handed(desk, patient, photo())
    assert sum(there(*keys)) == stays


@pytest.mark.parametrize("error", [Busy(), Unsure()])
def test_a_file_is_not_deleted_before_it_is_written_that_nobody_needs_it(
    desk: Scope, doctor: Scope, patient: Patient, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    item = handed(desk, patient)

    def fail(*given: Any, **named: Any) -> str:
        raise error

    monkeypatch.setattr(Transaction, "commit", fail)
    for act in (partial(services.drop, doctor, patient=patient, incoming=item, why="nothing"),
                partial(file_in, doctor, patient, item)):  # fmt: skip
        with pytest.raises(type(error)):
            act()
    assert there(item.file) == [True]


def test_filing_a_picture_asks_the_bucket_nothing(
    desk: Scope, doctor: Scope, patient: Patient, other: Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may be away just then."""
    item = handed(desk, patient, photo())
    for name in ("put", "read", "drop"):
        monkeypatch.setattr(files, name, lambda *given: pytest.fail("the bucket was asked"))
    there = services.to_other(doctor, patient=patient, incoming=item, other=other)
    assert file_in(doctor, other, now(doctor, other, there)).thumb == item.thumb


def test_what_waits_names_its_files_and_what_is_over_names_none(
    desk: Scope, doctor: Scope, patient: Patient, other: Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of check_files: what waits is no orphan, and of what is filed the chart is asked."""
    waits, filed, moved, dropped = (handed(desk, patient, photo((40, 30 + number))) for number in range(4))
    file_in(doctor, patient, filed)
    services.to_other(doctor, patient=patient, incoming=moved, other=other)
    services.drop(doctor, patient=patient, incoming=dropped, why="nothing")
    left_over = files.put(filing.KIND, PAPER)
    later = clock.now() + timedelta(days=2)
    monkeypatch.setattr(clock, "now", lambda: later)
    found = stored.look(Scope.system("check_files"))
    mine = {key for each in (waits, filed, moved, dropped) for key in (each.file, each.thumb) if key}
    assert (mine & set(found.unnamed), left_over in found.unnamed) == (set(), True)
    assert [each for each in found.gone if each.clinic == desk.clinic_id] == []
    files.drop(waits.file or "")
    found = stored.look(Scope.system("check_files"))
    (gone,) = (each for each in found.gone if each.clinic == desk.clinic_id)
    assert (gone.type, gone.id) == ("INCOMING", waits.id)


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


# --- Pages -----------------------------------------------------------------------------------------------------------


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
