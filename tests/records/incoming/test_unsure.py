"""What the desk hands in while a browser, the table or the bucket fails: once, and with its file or not at all."""

from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from clinnet import clock, files, stored
from clinnet.table import Once, Scope, Transaction
from clinnet.table.errors import Busy, Unavailable, Unsure
from patients.models import Patient
from records.incoming import services
from records.received.services import filing
from tests.records.incoming.handed import PAPER, file_in, handed, listed, now, there
from tests.records.pictures import photo


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
