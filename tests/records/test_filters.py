"""A part of the chart: a kind, up to a day, with some words. Each is a key range."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from clinnet import clock
from clinnet.accounts.permissions import Role
from clinnet.table import Scope, query
from patients import timeline
from patients.models import Patient
from records.filters.queries import KINDS, Wanted, find
from records.services import mistakes, notes, typing
from records.services.recording import Moment
from records.services.typing import Typed
from tests.conftest import scope_of
from tests.patients.pages import Pages, plain
from tests.people import signed_in_client
from tests.records.test_notes import typed


@pytest.fixture
def patient(doctor: Scope, register: Callable[..., Patient]) -> Patient:
    """With two notes, of which one is in error, and a medicine, measurements and an order."""
    found = register(given_name="Pieter", family_name="van den Berg")
    good, bad = typed(a="Diabetes worse."), typed(a="Cough.")
    for each in (good, bad):
        notes.sign_note(doctor, patient=found, typed=each)
    mistakes.note_in_error(doctor, patient=found, entry_id=bad.entry_id, note_id=bad.note_id, reason="content")
    moment = Moment(clock.new_id(), "Visit")
    for text in ("rx paracetamol 500 tds 7d", "bp 142/86 p 74", "order hba1c"):
        typing.record(doctor, patient=found, moment=moment, typed=Typed(text))
    return found


def test_each_kind_is_a_range_of_which_every_row_is_shown(
    doctor: Scope, patient: Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def watched(*args: Any, **options: Any) -> Any:
        asked.append(args[1])
        return query(*args, **options)

    monkeypatch.setattr(timeline, "query", watched)
    counts = {kind: len(find(doctor, patient, Wanted(kind)).rows) for kind in KINDS}
    assert counts == {
        "notes": 2,
        "results": 0,
        "medicines": 1,
        "measurements": 1,
        "vaccines": 0,
        "problems": 0,
        "orders": 1,
        "documents": 0,
        "letters": 0,
    }
    assert [each.begins for each in asked] == [f"K#{kind}#" for kind, _ in KINDS.values()]


def test_rows_are_found_by_all_words_and_up_to_a_day(doctor: Scope, patient: Patient) -> None:
    found = find(doctor, patient, Wanted(words="diab okafor"))
    assert (len(found.rows), found.looked, found.following) == (1, 3, "")
    assert not find(doctor, patient, Wanted(words="diab nobody")).rows
    today = clock.today("UTC")
    assert len(find(doctor, patient, Wanted(until=(today + timedelta(1)).isoformat())).rows) == 3
    assert not find(doctor, patient, Wanted(until=(today - timedelta(2)).isoformat())).rows


def test_only_mine_are_those_under_the_readers_name(doctor: Scope, patient: Patient) -> None:
    nurse = scope_of(doctor.clinic_id, Role.NURSE, "Nora Daly")
    notes.sign_note(nurse, patient=patient, typed=typed(a="Wound clean."))
    found = find(nurse, patient, Wanted(mine=True))
    assert (len(found.rows), found.looked) == (1, 4)
    assert len(find(doctor, patient, Wanted(mine=True)).rows) == 3
    assert not find(nurse, patient, Wanted(mine=True, words="diabetes")).rows


@pytest.mark.django_db
def test_the_page_of_a_part_leads_to_its_entries(doctor: Scope, patient: Patient) -> None:
    here = Pages(signed_in_client(doctor.clinic_id, role=Role.DOCTOR), doctor.clinic_id, patient)
    shown = here.text("chart/part/?kind=notes")
    assert "Diabetes worse." in shown
    assert "142/86 mmHg" in here.text("chart/part/?kind=measurements")
    found = here.client.post(f"{here.at()}chart/part/", {"find": "diabetes"}).content.decode()
    assert "Looked through 3 entries: 1 found." in plain(found)
    assert "Looked through 3 entries: 0 found." in here.text("chart/part/?mine=1")
    for wrong in ("kind=other", "until=yesterday", "until=2026-13-01"):
        assert here.get(f"chart/part/?{wrong}").status_code == 404
