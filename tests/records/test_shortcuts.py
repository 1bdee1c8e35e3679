"""Templates of notes, and abbreviations."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinnet import clock
from clinnet.accounts.permissions import Role
from clinnet.table import keys
from clinnet.table.errors import ClinnetError, Refused
from patients.models import Patient
from records import queries
from records.rules import templates as rules
from records.rules.notes import SOAP, Part, Section
from records.services import notes
from records.services.notes import Written
from records.shortcuts import queries as shortcuts
from records.shortcuts import services
from tests.conftest import scope_of

TEXT = "# Complaint *\nSince {when?}.\n\n# Assessment\n\n# Feet\nPulses: "
LABELS = st.text("abcdefgh", min_size=1, max_size=20).filter(lambda text: text.casefold() not in rules.KEYS)
TEXTS = st.text("abc {}?.\n", max_size=80).map(str.strip)


@given(st.lists(st.tuples(LABELS, TEXTS, st.booleans()), min_size=1, max_size=12, unique_by=lambda each: each[0]))
def test_a_template_is_read_as_it_was_typed(sections: list[tuple[str, str, bool]]) -> None:
    parts = tuple(Part(f"t{n + 1}", label, text, must) for n, (label, text, must) in enumerate(sections))
    assert rules.parts_of(rules.typed(parts)) == parts


def test_a_heading_of_soap_keeps_its_place_in_the_row_of_the_chart() -> None:
    assert [(each.key, each.label, each.must) for each in rules.parts_of(TEXT)] == [
        ("t1", "Complaint", True),
        ("a", "Assessment", False),
        ("t3", "Feet", False),
    ]


@pytest.mark.parametrize("text", ["", "No heading", "#", "# A\n# a", "# " + "x" * 41, "# A\n" * 13])
def test_what_is_no_template_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        rules.parts_of(text)


def test_a_note_goes_on_with_the_template_that_it_was_begun_with(clinic: str, register: Callable[..., Patient]) -> None:
    admin, doctor, patient = scope_of(clinic, Role.ADMIN), scope_of(clinic, Role.DOCTOR), register(family_name="Berg")
    id = services.save_template(admin, name="Diabetes review", text=TEXT, titles=["Long-term review"])
    begun = shortcuts.shortcuts(doctor).opens_for("long-term REVIEW")
    assert [begun.name, *(each.label for each in begun.parts)] == ["Diabetes review", "Complaint", "Assessment", "Feet"]
    assert shortcuts.shortcuts(doctor).opens_for("Cough") == SOAP
    services.save_template(admin, template=shortcuts.template(admin, id), name="Diabetes", text="# Other")
    assert [each.label for each in shortcuts.shortcuts(doctor).opens_for("Cough").parts] != ["Other"]
    again = shortcuts.edition(doctor, begun.id, begun.version)
    assert again == begun
    note = Written(clock.new_id(), clock.new_id(), "Review", (Section("a", "Assessment", "Stable."),), template=again)
    with pytest.raises(Refused) as refused:
        notes.sign_note(doctor, patient=patient, typed=note)
    assert refused.value.sentence == "Nobody signs this without: Complaint."
    notes.leave_note(doctor, patient=patient, typed=note)
    found = queries.whole(doctor, patient, note.entry_id).note(note.note_id)
    assert found
    assert found.made_of == begun.made_of


def test_ones_own_abbreviations_are_nobody_elses_and_the_clinics_are_made_by_administrators(clinic: str) -> None:
    admin, doctor, nurse = (scope_of(clinic, role) for role in (Role.ADMIN, Role.DOCTOR, Role.NURSE))
    own: dict[str, Any] = {"owner": doctor.actor.id, "short": "hte", "text": "Heart: {heart?}"}
    services.save_phrase(doctor, **own)
    services.save_phrase(admin, owner=keys.EVERYBODY, short="hte", text="Heart, lungs.")
    mine, theirs = shortcuts.shortcuts(doctor), shortcuts.shortcuts(nurse)
    assert [each.text for each in (*mine.own, *mine.clinic)] == ["Heart: {heart?}", "Heart, lungs."]
    assert [each.text for each in (*theirs.own, *theirs.clinic)] == ["Heart, lungs."]
    with pytest.raises(Refused) as refused:
        services.save_phrase(doctor, **own)
    assert refused.value.sentence == "There is a .hte already."
    for who, owner in ((nurse, doctor.actor.id), (nurse, keys.EVERYBODY), (admin, admin.actor.id)):
        with pytest.raises(ClinnetError):
            services.save_phrase(who, owner=owner, short="abc", text="Reached")
    services.save_phrase(doctor, phrase=shortcuts.phrase(doctor, doctor.actor.id, "hte"), **own | {"active": False})
    assert not shortcuts.shortcuts(doctor).own
