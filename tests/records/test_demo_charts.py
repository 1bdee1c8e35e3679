"""The charts of the demo: signed in the past, so that their hashes hold, and made once."""

from dataclasses import replace
from datetime import datetime

import pytest

from clinnet import clock
from clinnet.accounts.permissions import Role
from clinnet.accounts.queries import clinic as clinic_of
from clinnet.accounts.services import add_staff, open_clinic
from clinnet.contributions import Seeding
from clinnet.table import Scope, keys, query
from clinnet.table.kept import forget
from patients.demo.cast import cast_id
from patients.queries import patient as get_patient
from patients.services.bulk import Newcomer, register_many
from records import queries, rows
from records.demo.incoming import WHOSE
from records.demo.story import STORIES
from records.incoming.queries import still_waiting, waiting_asked
from records.lines import DocumentLine
from records.received.queries import to_read
from records.received.services import opened, take
from records.rules import measured_line
from records.services import seeding as charts
from records.services import seeding_incoming, seeding_shortcuts
from records.shortcuts.queries import shortcuts
from records.summary import rows as left
from tests.conftest import scope_of

pytestmark = pytest.mark.engine
NOW = datetime.fromisoformat("2026-11-28T10:40:00+00:00")
KEYS = ("pieter-van-den-berg", "thandi-mbeki", "rose-fitzgerald")


@pytest.fixture
def seeding() -> Seeding:
    """A demo clinic with some of the cast."""
    id = f"t{clock.new_id().lower()}"
    scope = Scope.system("tests", id)
    open_clinic(
        scope, name="Demo", time_zone="Europe/London", locale="en-GB", country="GB", date_order="DMY", demo=True
    )
    for username, role in (("amara.okafor", Role.DOCTOR), ("luc.bernard", Role.DOCTOR), ("nora.daly", Role.NURSE)):
        add_staff(scope, person=f"{username}-{id}", username=username, name=username.title(), roles=[role])
    people = [
        Newcomer(cast_id(id, key), clock.stamp(NOW), {"given_name": key, "family_name": "Cast"})
        for key in (*KEYS, WHOSE)
    ]
    register_many(scope, people)
    return Seeding(id, NOW, "1", 3, 1, people=True, day=True)


def test_the_charts_of_the_cast_are_made_once(seeding: Seeding) -> None:
    assert list(charts.fill(seeding)) == ["Demo has 3 charts."]
    assert list(charts.fill(seeding)) == []
    assert list(charts.fill(replace(seeding, day=False))) == []


def test_templates_and_abbreviations_are_made_once(seeding: Seeding) -> None:
    assert list(seeding_shortcuts.fill(seeding)) == ["Demo has 2 templates of notes and 3 abbreviations."]
    assert list(seeding_shortcuts.fill(seeding)) == list(seeding_shortcuts.fill(replace(seeding, people=False))) == []
    there = shortcuts(scope_of(seeding.clinic, Role.DOCTOR))
    assert ([each.short for each in there.templates], len(there.clinic)) == (["dm", "as"], 3)


def test_a_letter_came_to_the_desk_once_where_somebody_is_there_to_hand_it_in(seeding: Seeding) -> None:
    assert list(seeding_incoming.fill(seeding)) == []
    add_staff(seeding.scope, person=f"ana-{seeding.clinic}", username="ana.ruiz", name="Ana Ruiz",
              roles=[Role.RECEPTIONIST])  # fmt: skip
    forget()
    assert list(seeding_incoming.fill(seeding)) == ["Demo has a letter at the desk."]
    assert list(seeding_incoming.fill(seeding)) == list(seeding_incoming.fill(replace(seeding, day=False))) == []
    doctor = scope_of(seeding.clinic, Role.DOCTOR)
    (line,) = still_waiting([waiting_asked(doctor)()]).values()
    assert (line.title, line.by, line.doctor) == (
        "Letter from City Eye Clinic", "Ana Ruiz", f"amara.okafor-{seeding.clinic}",
    )  # fmt: skip


def test_what_was_signed_in_the_past_holds(seeding: Seeding) -> None:
    list(charts.fill(seeding))
    doctor = scope_of(seeding.clinic, Role.DOCTOR)
    pieter = get_patient(doctor, cast_id(seeding.clinic, KEYS[0]))
    entries = query(doctor, keys.chart_until(pieter.id), limit=60, backward=True).rows
    assert len(entries) == len(STORIES[KEYS[0]].moments) + 1
    shown = [
        note
        for entry in entries
        for note in rows.shown(queries.whole(doctor, pieter, entry["id"]), clinic_of(seeding.clinic), doctor)
    ]
    assert all(note.holds and all(each.holds for each in note.addenda) for note in shown)
    assert [note.signed for note in shown].count(False) == 1
    assert sum(len(note.addenda) for note in shown) == 1


def test_a_document_came_and_waits_and_each_entry_of_it_can_be_taken(seeding: Seeding) -> None:
    list(charts.fill(seeding))
    doctor = scope_of(seeding.clinic, Role.DOCTOR)
    (row,) = to_read(doctor)().rows
    line = DocumentLine.unpack(row["line"])
    thandi = get_patient(doctor, line.patient_id)
    assert (line.title, line.sender, thandi.given_name) == ("Discharge summary", "City Hospital", "thandi-mbeki")
    read = opened(doctor, line)
    assert thandi.given_name in read.head.given
    offers = [offer for section in read.sections for offer in section.offers]
    assert [(offer.words, offer.why_not) for offer in offers] == [
        ("Acute exacerbation of asthma", ""),
        ("Beclometasone 200 microgram inhaler", ""),
        ("122/76 mmHg, SpO2 97 %", ""),
    ]
    take(doctor, patient=thandi, entry_id=line.entry, document_id=row["id"], offer_key=offers[-1].key)
    (result,) = queries.of_kind(doctor, thandi, "RES", 5)
    whole = queries.whole(doctor, thandi, result["line"]["e"])
    assert [each.by_name for each in whole.recorded if each.kind == "RES"] == ["City Laboratory"]


def test_the_summaries_are_those_of_the_stories(seeding: Seeding) -> None:
    list(charts.fill(seeding))
    doctor, clinic = scope_of(seeding.clinic, Role.DOCTOR), clinic_of(seeding.clinic)

    def summary(key: str) -> left.SummaryShown:
        patient = get_patient(doctor, cast_id(seeding.clinic, key))
        shown = left.summary(queries.summaries(doctor, patient), clinic)
        assert shown
        return shown

    assert [row.what for row in summary("pieter-van-den-berg").allergies] == ["co-trimoxazole", "ramipril"]
    assert summary("pieter-van-den-berg").measured[0].what == "142/86"
    assert [row.end for row in summary("thandi-mbeki").allergies] == ["severe"]
    assert "No known allergies." in summary("rose-fitzgerald").asked


def test_every_measurement_of_the_stories_is_understood() -> None:
    texts = [told.measured for story in STORIES.values() for told in story.moments if told.measured]
    assert [text for text in texts if measured_line.parse(text).not_understood] == []
