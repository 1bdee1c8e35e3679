"""The bucket and the table agree on files, and what does not is told. Each test has a bucket of its own: a location.

What other clinics of the table name is not under it: of what is gone each test looks at its own clinic's alone.
"""

from dataclasses import dataclass
from datetime import timedelta
from io import StringIO

import pytest
from django.core import checks
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage, storages
from django.core.management import CommandError, call_command

from clinnet import clock, contributions, files, stored
from clinnet.accounts.permissions import Role
from clinnet.accounts.queries import clinic as clinic_of
from clinnet.console.settings.logos import choose
from clinnet.stored import Found, Gone, NamesFiles
from clinnet.table import Once, Scope
from patients import photos, queries
from patients.models import Patient
from patients.services import merge, undo_merge
from patients.services.portraits import set_photo
from records.received.services import receive
from records.services import mistakes
from records.services.recording import Moment
from tests.conftest import Register, scope_of
from tests.records import cda_files
from tests.records.cda_files import Who

CHECK = Scope.system("tests")
JPEG, PNG = b"\xff\xd8\xff" + b"x" * 60, b"\x89PNG\r\n\x1a\n" + b"x" * 60


@dataclass
class Bucket:
    scope: Scope
    patient: Patient

    def now(self) -> Patient:
        return queries.folded(self.scope, self.patient.id)

    def take_photo(self) -> str:
        """Its key."""
        set_photo(self.scope, self.now(), JPEG, once=once())
        return self.now().photo or ""

    def gone(self, found: Found) -> list[Gone]:
        return [each for each in found.gone if each.clinic == self.scope.clinic_id]


@pytest.fixture
def bucket(scope: Scope, register: Register, monkeypatch: pytest.MonkeyPatch) -> Bucket:
    monkeypatch.setattr(storages["default"], "location", f"bucket-of-{scope.clinic_id}")
    return Bucket(scope, register(given_name="Quirina", family_name="Quast", birth_date="1954-03-14", mrn="4711"))


def once() -> Once:
    return Once(clock.new_id(), "x")


def file(bucket: Bucket) -> tuple[Scope, str, str]:
    """A received document: by whom, its entry's id and its own."""
    doctor, entry = scope_of(bucket.scope.clinic_id, Role.DOCTOR), clock.new_id()
    data = cda_files.document(
        cda_files.section("48765-2", "Allergies", cda_files.allergy("Penicillin")),
        who=Who(family="Quast", given="Quirina"),
    )
    return doctor, entry, receive(doctor, patient=bucket.patient, moment=Moment(entry, "Document"), data=data)


def later(monkeypatch: pytest.MonkeyPatch, **past: int) -> None:
    moment = clock.now() + timedelta(**past)
    monkeypatch.setattr(clock, "now", lambda: moment)


def told(*options: str) -> str:
    """What the command writes, with its error: other clinics' files are not in this bucket."""
    out = StringIO()
    with pytest.raises(CommandError) as error:
        call_command("check_files", *options, stdout=out)
    return f"{out.getvalue()}{error.value}"


def test_files_whose_items_are_there_are_well_however_old(bucket: Bucket, monkeypatch: pytest.MonkeyPatch) -> None:
    bucket.take_photo()
    file(bucket)
    boss = scope_of(bucket.scope.clinic_id, Role.ADMIN)
    choose(boss, clinic=clinic_of(boss.clinic_id), picture=PNG, once=once())
    later(monkeypatch, days=40)
    found = stored.look(CHECK)
    assert (found.named, found.unnamed, found.young, found.elsewhere, bucket.gone(found)) == (3, (), 0, 0, [])


def test_a_file_without_an_item_is_told_and_deleted_when_a_day_has_passed(
    bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    photo, left_over = bucket.take_photo(), files.put(photos.KIND, JPEG)
    probe = default_storage.save("health/x.bin", ContentFile(b"x"))
    later(monkeypatch, hours=23)
    assert left_over not in told("--fix")
    assert (stored.look(CHECK).young, default_storage.exists(left_over)) == (1, True)
    later(monkeypatch, hours=2)
    assert f"{left_over}: no item names it\n" in told()
    assert default_storage.exists(left_over)
    said = told("--fix")
    assert "\n1 deleted.\n" in said
    assert f"Still {left_over}" not in said
    assert [default_storage.exists(each) for each in (left_over, photo, probe)] == [False, True, True]


def test_an_item_whose_file_is_gone_is_told_without_whose_it_is(bucket: Bucket) -> None:
    photo = bucket.take_photo()
    files.drop(photo)
    said = told("--fix")
    id = bucket.patient.id
    assert f"{bucket.scope.clinic_id}: PATIENT {id}: {photo} is not in the bucket\n" in said
    assert "Qui" not in said
    assert bucket.now().photo == photo


def test_a_document_entered_in_error_names_its_file_still(bucket: Bucket, monkeypatch: pytest.MonkeyPatch) -> None:
    doctor, entry, id = file(bucket)
    mistakes.enter_in_error(doctor, patient=bucket.patient, entry_id=entry, recorded_id=id, reason="patient")
    later(monkeypatch, days=2)
    assert (stored.look(CHECK).named, stored.look(CHECK).unnamed) == (1, ())


def test_a_photo_that_undoing_a_merge_gives_back_is_named(
    bucket: Bucket, register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, other = bucket.take_photo(), register(given_name="Quirina")
    set_photo(bucket.scope, other, JPEG, once=once())
    other = queries.folded(bucket.scope, other.id)
    merge(bucket.scope, bucket.now(), other, {"photo": other.photo})
    later(monkeypatch, days=2)
    assert (stored.look(CHECK).named, stored.look(CHECK).unnamed) == (2, ())
    undo_merge(bucket.scope, bucket.now(), queries.folded(bucket.scope, other.id))
    assert bucket.now().photo == before
    assert default_storage.exists(before)


def test_the_logo_before_is_left_over_for_no_document_shows_it(bucket: Bucket, monkeypatch: pytest.MonkeyPatch) -> None:
    boss = scope_of(bucket.scope.clinic_id, Role.ADMIN)
    keys = []
    for _ in range(2):
        choose(boss, clinic=clinic_of(boss.clinic_id), picture=PNG, once=once())
        keys.append(clinic_of(boss.clinic_id).logo)
    later(monkeypatch, days=2)
    found = stored.look(CHECK)
    assert (found.named, found.unnamed, bucket.gone(found)) == (1, (keys[0],), [])


def test_where_no_item_names_any_file_nothing_is_deleted(bucket: Bucket, monkeypatch: pytest.MonkeyPatch) -> None:
    left_over = files.put(photos.KIND, JPEG)
    later(monkeypatch, days=2)
    assert "It may be another table's: nothing was deleted." in told("--fix")
    assert default_storage.exists(left_over)


def test_what_is_only_under_way_is_not_told(monkeypatch: pytest.MonkeyPatch) -> None:
    lost, passing = (Gone("c", "PATIENT", "1", f"photos/{each}.jpg") for each in "ab")
    looks = iter((Found(1, 0, 0, ("x", "y"), (lost, passing)), Found(2, 1, 0, ("y", "z"), (lost,))))
    monkeypatch.setattr(stored, "look", lambda scope: next(looks))
    assert stored.check(CHECK) == Found(2, 1, 0, ("y",), (lost,))


def test_all_is_well_is_said_and_is_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stored, "look", lambda scope: Found(3, 1, 2, (), ()))
    out = StringIO()
    call_command("check_files", fix=True, stdout=out)
    assert out.getvalue().endswith("Files and items agree.\n")


def test_a_bucket_that_does_not_answer_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    def away(scope: Scope) -> Found:
        raise ConnectionError("of whom")

    monkeypatch.setattr(stored, "look", away)
    assert told() == "The files cannot be listed just now (ConnectionError)."


def test_more_files_than_a_page_of_the_listing_are_looked_at(bucket: Bucket, monkeypatch: pytest.MonkeyPatch) -> None:
    client = default_storage.connection.meta.client  # type: ignore[attr-defined]  # of the S3 storage
    keys = {files.put(photos.KIND, JPEG) for _ in range(3)}
    ask = client.list_objects_v2
    monkeypatch.setattr(client, "list_objects_v2", lambda **given: ask(**given, MaxKeys=2))
    later(monkeypatch, days=2)
    assert set(stored.look(CHECK).unnamed) == keys


def test_a_kind_of_file_that_nobody_names_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    assert list(stored.undeclared()) == []
    less = [each for each in contributions.everything() if photos.KIND not in getattr(each, "kinds", ())]
    monkeypatch.setattr(contributions, "everything", lambda: tuple(less))
    (said,) = stored.undeclared()
    assert said.endswith(": no NamesFiles says which items name the files of photos/.")
    assert "clinnet.E013" in {each.id for each in checks.run_checks()}


def test_what_names_no_kind_is_an_error() -> None:
    assert list(NamesFiles(Patient, (), lambda raw: ()).problems()) == [
        "Patient does not say which kinds of files it names."
    ]
