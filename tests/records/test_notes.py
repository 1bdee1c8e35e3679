"""Notes: left in the chart, signed once and for all, and the addenda beneath."""

import re
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinnet import clock, formats
from clinnet.accounts.permissions import Role
from clinnet.accounts.queries import clinic as clinic_of
from clinnet.table import Once, Page, Scope, drafts, errors, keys, query
from patients.models import Patient
from patients.timeline import newest
from records import queries, rows
from records.lines import EntryLine
from records.models import OPEN, SIGNED, Note
from records.rows import addendum_holds, note_holds
from records.rules import brought, word_diff
from records.rules.brought import Passage
from records.rules.notes import SOAP, Section
from records.services import notes
from records.services.asking import Asked
from records.services.notes import Written
from records.services.recording import Answers
from tests.conftest import Register, scope_of


def typed(**texts: str) -> Written:
    texts = texts or {"s": "Tired.", "o": "142/86", "a": "Diabetes worse. Pressure too.", "p": "Losartan 100 mg."}
    sections = tuple(Section(part.key, part.label, texts.get(part.key, "")) for part in SOAP.parts)
    return Written(clock.new_id(), clock.new_id(), "Long-term review", sections)


@pytest.fixture
def patient(register: Register) -> Patient:
    return register(given_name="Pieter", family_name="van den Berg")


def read(scope: Scope, patient: Patient, written: Written) -> Note:
    found = queries.whole(scope, patient, written.entry_id).note(written.note_id)
    assert found
    return found


def row(scope: Scope, patient: Patient, written: Written) -> EntryLine:
    entry = queries.whole(scope, patient, written.entry_id).entry
    assert entry
    return EntryLine.unpack(entry.line)


def test_a_signed_note_says_who_signed_and_carries_the_hash_of_what_it_says(doctor: Scope, patient: Patient) -> None:
    note = typed()
    notes.sign_note(doctor, patient=patient, typed=note)
    found = read(doctor, patient, note)
    assert (found.state, found.sealed["by"], found.sealed["name"]) == (SIGNED, doctor.actor.id, "Dr Amara Okafor")
    assert note_holds(found)
    found.sections[2]["text"] = "Diabetes better."
    assert not note_holds(found)


def test_a_note_becomes_a_row_of_the_chart(doctor: Scope, patient: Patient) -> None:
    note = typed()
    notes.sign_note(doctor, patient=patient, typed=note)
    (found,) = query(doctor, keys.chart_until(patient.id), limit=5).rows
    line = EntryLine.unpack(found["line"])
    assert (line.title, line.gist, line.signed) == ("Long-term review", "Diabetes worse.", "AO")
    assert (line.unsigned, line.addenda) == (0, 0)


def night_of_two_hours(zone: ZoneInfo) -> datetime:
    """In UTC the moment at which the clocks of that zone are next set back."""
    at = clock.now().replace(minute=0, second=0, microsecond=0)
    while at.astimezone(zone).utcoffset() <= (at + timedelta(hours=1)).astimezone(zone).utcoffset():  # type: ignore[operator]  # none is None
        at += timedelta(hours=1)
    return at + timedelta(hours=1)


def test_in_the_hour_that_comes_twice_notes_stand_in_order_and_say_which_hour_it_was(
    doctor: Scope, patient: Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    back, london = night_of_two_hours(ZoneInfo("Europe/London")), clinic_of(doctor.clinic_id)
    for minutes in (-30, 30):  # 01:30, and 01:30 again
        monkeypatch.setattr(clock, "now", lambda minutes=minutes: back + timedelta(minutes=minutes))
        notes.sign_note(doctor, patient=patient, typed=typed(s="First." if minutes < 0 else "Second."))
    raws, _ = newest(doctor, patient, keys.chart_until, 5)
    (group,) = rows.groups(Page(raws).rows, london)
    assert [each.gist for each in group.rows] == ["Second.", "First."]
    said = [rows.shown(queries.whole(doctor, patient, each.id), london, doctor)[0].said for each in group.rows]
    assert said == ["Signed Today 01:30 GMT, Dr Amara Okafor", "Signed Today 01:30 BST, Dr Amara Okafor"]
    monkeypatch.setattr(clock, "now", lambda: back + timedelta(hours=3))
    assert formats.when(clock.stamp(back + timedelta(hours=1)), london) == "Today 02:00"


def test_a_note_that_is_left_is_read_by_colleagues_and_listed_until_it_is_signed(
    doctor: Scope, patient: Patient
) -> None:
    note = typed()
    notes.leave_note(doctor, patient=patient, typed=note)
    waiting = keys.unsigned_of(doctor.clinic_id, doctor.actor.id)
    assert [each["id"] for each in query(doctor, waiting, limit=5).rows] == [note.note_id]
    assert row(doctor, patient, note).unsigned == 1
    assert read(doctor, patient, note).state == OPEN
    notes.sign_note(doctor, patient=patient, typed=replace(note, version=1))
    assert query(doctor, waiting, limit=5).rows == []
    assert (row(doctor, patient, note).unsigned, row(doctor, patient, note).signed) == (0, "AO")


def test_signing_takes_the_note_off_the_list_of_what_was_begun(doctor: Scope, patient: Patient) -> None:
    note = typed()
    drafts.begin_note(
        doctor,
        keys.note_begun(doctor.actor.id, doctor.clinic_id, patient.id, note.entry_id, note.note_id),
        keys.writing(patient.id, doctor.clinic_id, doctor.actor.id, note.note_id),
        clock.stamp(),
    )
    assert [each.note_id for each in queries.begun(queries.begun_asked(doctor)().rows)] == [note.note_id]
    notes.sign_note(doctor, patient=patient, typed=note)
    assert queries.begun_asked(doctor, patient.id)().rows == []


def test_a_note_that_changed_since_the_page_was_opened_is_not_signed(doctor: Scope, patient: Patient) -> None:
    note = typed()
    notes.leave_note(doctor, patient=patient, typed=note)
    notes.leave_note(doctor, patient=patient, typed=replace(note, version=1))
    with pytest.raises(errors.Refused, match="Refused") as refusal:
        notes.sign_note(doctor, patient=patient, typed=replace(note, version=1))
    assert "Read it once more, then sign." in refusal.value.sentence


def test_a_checkpoint_is_read_by_colleagues_and_its_author_goes_on(doctor: Scope, patient: Patient) -> None:
    note, more = typed(), {"s": "Tired. Sleeps badly."}
    begun = keys.note_begun(doctor.actor.id, doctor.clinic_id, patient.id, note.entry_id, note.note_id)
    writing = keys.writing(patient.id, doctor.clinic_id, doctor.actor.id, note.note_id)
    drafts.begin_note(doctor, begun, writing, clock.stamp())
    for _ in range(2):  # its answer was lost: the same once more writes nothing
        assert notes.checkpoint(doctor, patient=patient, typed=note) == 1
    assert (row(doctor, patient, note).unsigned, read(doctor, patient, note).version) == (1, 1)
    assert len(queries.writing_asked(doctor, patient)[0]().rows) == 1
    later = replace(note, sections=typed(**more).sections, version=1)
    assert notes.checkpoint(doctor, patient=patient, typed=later) == 2
    assert len(queries.whole(doctor, patient, note.entry_id).versions_of(note.note_id)) == 1
    for wrong, told in ((note, notes.CHANGED), (replace(later, sections=typed(s=" ").sections), notes.EMPTY)):
        with pytest.raises(errors.Refused) as refusal:
            notes.checkpoint(doctor, patient=patient, typed=wrong)
        assert refusal.value.sentence == told.sentence
    with pytest.raises(errors.Refused):
        notes.checkpoint(scope_of(doctor.clinic_id, Role.NURSE), patient=patient, typed=replace(later, version=2))
    notes.sign_note(doctor, patient=patient, typed=replace(later, version=2))
    with pytest.raises(errors.Sealed):
        notes.checkpoint(doctor, patient=patient, typed=replace(note, version=3))


def test_a_signed_note_is_not_signed_or_changed_again(doctor: Scope, patient: Patient) -> None:
    note = typed()
    notes.sign_note(doctor, patient=patient, typed=note)
    for again in (notes.sign_note, notes.leave_note):
        with pytest.raises(errors.Sealed):
            again(doctor, patient=patient, typed=replace(note, version=1))
    assert read(doctor, patient, note).version == 1


def test_pressed_twice_it_is_signed_once(doctor: Scope, patient: Patient) -> None:
    note, once = typed(), Once("a" * 24 + clock.new_id(), "same")
    assert notes.sign_note(doctor, patient=patient, typed=note, once=once) == note.note_id
    assert notes.sign_note(doctor, patient=patient, typed=note, once=once) == note.note_id
    assert len(queries.whole(doctor, patient, note.entry_id).notes) == 1


def test_nobody_signs_what_another_wrote(doctor: Scope, patient: Patient) -> None:
    note = typed()
    notes.leave_note(doctor, patient=patient, typed=note)
    nurse = scope_of(doctor.clinic_id, Role.NURSE, "Nora Daly")
    for service in (notes.sign_note, notes.leave_note):
        with pytest.raises(errors.Refused) as refusal:
            service(nurse, patient=patient, typed=replace(note, version=1))
        assert "Only who wrote a note" in refusal.value.sentence


def test_receptionists_and_administrators_neither_write_nor_sign(doctor: Scope, patient: Patient) -> None:
    for role in (Role.RECEPTIONIST, Role.ADMIN):
        for service in (notes.sign_note, notes.leave_note):
            with pytest.raises(errors.Denied):
                service(scope_of(doctor.clinic_id, role), patient=patient, typed=typed())


@pytest.mark.parametrize(
    ("texts", "sentence"),
    [
        ({"s": " \n"}, "Nothing is written yet."),
        ({"p": "Dietitian by {date?}."}, "One blank is left: date?"),
        ({"s": "{who?}", "p": "{date?}"}, "2 blanks are left: who?, date?"),
    ],
)
def test_what_is_not_finished_is_not_signed(
    doctor: Scope, patient: Patient, texts: dict[str, str], sentence: str
) -> None:
    with pytest.raises(errors.Refused) as refusal:
        notes.sign_note(doctor, patient=patient, typed=typed(**texts))
    assert refusal.value.sentence == sentence


def test_addenda_are_numbered_and_each_hash_is_over_all_before(doctor: Scope, patient: Patient) -> None:
    note = typed()
    notes.sign_note(doctor, patient=patient, typed=note)
    nurse = scope_of(doctor.clinic_id, Role.NURSE, "Nora Daly")
    for text, who in (("The dose is 50 mg.", doctor), ("Told by phone.", nurse)):
        notes.add_addendum(who, patient=patient, entry_id=note.entry_id, note_id=note.note_id, text=text)
    whole = queries.whole(doctor, patient, note.entry_id)
    first, second = whole.addenda
    hashes = [whole.notes[0].sealed["hash"], first.sealed["hash"]]
    assert [int(each.number) for each in whole.addenda] == [1, 2]
    assert addendum_holds(first, hashes[:1])
    assert addendum_holds(second, hashes)
    assert not addendum_holds(second, ["another", hashes[1]])
    assert row(doctor, patient, note).addenda == 2


def test_an_addendum_is_to_a_signed_note(doctor: Scope, patient: Patient) -> None:
    note = typed()
    notes.leave_note(doctor, patient=patient, typed=note)
    with pytest.raises(errors.Refused):
        notes.add_addendum(doctor, patient=patient, entry_id=note.entry_id, note_id=note.note_id, text="More.")
    with pytest.raises(errors.NotFound):
        notes.add_addendum(doctor, patient=patient, entry_id=note.entry_id, note_id=clock.new_id(), text="More.")


def test_a_discarded_note_leaves_all_lists_and_can_be_had_back(doctor: Scope, patient: Patient) -> None:
    note = typed()
    notes.leave_note(doctor, patient=patient, typed=note)
    notes.discard_note(doctor, patient=patient, entry_id=note.entry_id, note_id=note.note_id, forms=["NoteForm x"])
    assert query(doctor, keys.unsigned_of(doctor.clinic_id, doctor.actor.id), limit=5).rows == []
    assert row(doctor, patient, note).unsigned == 0
    notes.leave_note(doctor, patient=patient, typed=replace(note, version=2))
    assert read(doctor, patient, note).state == OPEN


def test_a_signed_note_is_not_discarded(doctor: Scope, patient: Patient) -> None:
    note = typed()
    notes.sign_note(doctor, patient=patient, typed=note)
    with pytest.raises(errors.Sealed):
        notes.discard_note(doctor, patient=patient, entry_id=note.entry_id, note_id=note.note_id, forms=["NoteForm x"])


def test_what_a_note_said_before_is_kept_with_what_changed(doctor: Scope, patient: Patient) -> None:
    first = typed(a="Diabetes worse.", p="Losartan 50 mg.")
    notes.leave_note(doctor, patient=patient, typed=first)
    notes.leave_note(doctor, patient=patient, typed=replace(first, version=1))  # it says the same
    later = typed(a="Diabetes worse.", p="Losartan 100 mg at night.")
    again = replace(later, entry_id=first.entry_id, note_id=first.note_id, version=2)
    notes.sign_note(doctor, patient=patient, typed=again)
    whole = queries.whole(doctor, patient, first.entry_id)
    (version,) = whole.versions_of(first.note_id)
    assert version["sections"][3]["text"] == "Losartan 50 mg."
    note = read(doctor, patient, again)
    latest, begun = rows.changes(note, [version], clinic_of(doctor.clinic_id))
    plan = dict(latest.sections)["Plan"]
    assert [each.text for each in plan if each.how == "added"] == ["100", " at night"]
    assert [each.text for each in plan if each.how == "out"] == ["50"]
    assert all(each.how == "added" for _, pieces in begun.sections for each in pieces)


@given(st.text("ab .\n", max_size=40), st.text("ab .\n", max_size=40))
def test_a_word_diff_holds_both_texts(before: str, after: str) -> None:
    pieces = word_diff.diff(before, after)
    assert "".join(each.text for each in pieces if each.how != "added") == before
    assert "".join(each.text for each in pieces if each.how != "out") == after


def test_what_was_brought_forward_is_changed_or_confirmed_before_anybody_signs(doctor: Scope, patient: Patient) -> None:
    old = typed(o="Feet warm.", p="Go on.")
    notes.sign_note(doctor, patient=patient, typed=old)
    found = queries.last_signed(doctor, patient, lambda note: note.template == "soap")
    assert found
    last = rows.last(found, clinic_of(doctor.clinic_id))
    assert (last.id, [each.key for each in last.sections]) == (old.note_id, ["o", "p"])
    came = Passage(last.id, last.on, "Feet warm.")

    def again(text: str, **more: Any) -> Written:
        return replace(typed(), sections=(Section("o", "Objective", text, (replace(came, **more),)),))

    with pytest.raises(errors.Refused) as refused:
        notes.sign_note(doctor, patient=patient, typed=again("Feet warm. Pulses there."))
    assert re.fullmatch(r"One passage of .* is neither changed nor confirmed\.", refused.value.sentence)
    for fit in (again("Feet cold."), again("Feet warm. Pulses there.", so=True)):
        notes.sign_note(doctor, patient=patient, typed=fit)
        note = read(doctor, patient, fit)
        assert note_holds(note)
        assert note.written == list(fit.sections)
    shown = rows.shown(queries.whole(doctor, patient, fit.entry_id), clinic_of(doctor.clinic_id), doctor)
    assert shown[0].sections[0].brought
    assert rows.sure(fit, [], clinic_of(doctor.clinic_id), "").brought.startswith("42 % of this note is from ")


@given(
    st.lists(
        st.builds(
            Passage, st.text(max_size=26), st.just("2026-08-22"), st.text(max_size=50).map(str.strip), st.booleans()
        ),
        max_size=brought.MOST,
    )
)
def test_passages_are_read_as_a_page_sends_them(passages: list[Passage]) -> None:
    assert list(brought.read(brought.sent(passages))) == passages


@pytest.mark.parametrize("sent", ["", "x", "{}", "[1]", '[{"note": "1"}]', '[{"note": "1", "on": "2", "text": "3"}]'])
def test_what_is_no_passage_is_left_out(sent: str) -> None:
    assert brought.read(sent) == ()


def test_what_a_note_says_after_a_plus_is_recorded_with_the_signature(doctor: Scope, patient: Patient) -> None:
    note = typed(
        o="Murphy +ve\n+ve\n+bp 142/86",
        a="+problem Gout, unspecified (M10.9)\n+allergy penicillin rash severe",
        p="Rest.\n+rx paracetamol 500 tds 7d\n+order hba1c\n+recall 3m hba1c\nSee again.",
    )
    assert notes.what_happens(doctor, patient=patient, typed=note)[:2] == ["142/86 mmHg", "Gout, unspecified (M10.9)"]
    assert queries.whole(doctor, patient, note.entry_id).entry is None
    notes.leave_note(doctor, patient=patient, typed=note)
    assert not queries.whole(doctor, patient, note.entry_id).recorded
    notes.sign_note(doctor, patient=patient, typed=replace(note, version=1))
    whole, found = queries.whole(doctor, patient, note.entry_id), read(doctor, patient, note)
    assert sorted(each.kind for each in whole.recorded) == ["ALG", "MED", "OBS", "ORD", "PROB"]
    assert sorted(each.id for each in whole.recorded) == sorted(found.tokens)
    assert note_holds(found)
    texts = {each.key: each.text for each in found.written}
    assert texts["o"] == "Murphy +ve\n+ve\n• 142/86 mmHg"
    assert texts["p"].startswith("Rest.\n• paracetamol, 500 mg")
    assert "tds" not in texts["p"]
    (own,) = queries.summaries(doctor, patient)
    assert {part: len(own.part(part).rows) for part in ("ALG", "PROB", "MED")} == {"ALG": 1, "PROB": 1, "MED": 1}
    (due,) = query(doctor, keys.recalls_of(patient.id), limit=5).rows
    assert due["what"] == "hba1c"
    assert len(query(doctor, keys.history_of(patient.id), limit=20).rows) == 9  # registered, left, signed, six recorded


def test_a_note_sees_what_it_records_itself_and_asks_once_about_all(doctor: Scope, patient: Patient) -> None:
    note = typed(p="+allergy penicillin rash severe\n+rx amoxicillin 500 tds 7d")
    with pytest.raises(Asked) as asked:
        notes.sign_note(doctor, patient=patient, typed=note)
    assert "penicillin" in asked.value.sentence
    assert queries.whole(doctor, patient, note.entry_id).entry is None
    answers = Answers(asked.value.answers, "benefit outweighs")
    notes.sign_note(doctor, patient=patient, typed=note, answers=answers)
    whole = queries.whole(doctor, patient, note.entry_id)
    assert [each.reason for each in whole.recorded if each.kind == "MED"] == ["benefit outweighs"]
    with pytest.raises(errors.Refused) as refused:
        notes.sign_note(doctor, patient=patient, typed=typed(p="+rx amoxicillin 5.0 mg tds 7d"))
    assert refused.value.sentence.startswith("+rx amoxicillin 5.0 mg")
