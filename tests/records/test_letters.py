"""Letters: of a template, with facts of the chart, signed whole and never changed."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinnet import clock
from clinnet.accounts.permissions import Role
from clinnet.accounts.queries import clinic as clinic_of
from clinnet.table import Event, Once, Scope, Transaction, errors
from patients import services as patients
from patients.models import Patient
from patients.queries import patient as get_patient
from records import queries
from records.filters.queries import Wanted, find
from records.letters import queries as letters
from records.letters import rows, services
from records.letters.models import Letter
from records.letters.services import Draft
from records.lines import EntryLine, LetterLine
from records.rules import letters as rules
from records.rules.letters import BUILT_IN, LetterTemplate
from records.services import typing
from records.services.recording import Moment
from records.services.typing import Typed
from tests.conftest import Register, scope_of
from tests.patients.pages import Pages, hidden, plain
from tests.people import signed_in_client

REFERRAL, SICK, _ = BUILT_IN


@given(st.integers(1, 999), st.sampled_from("dwmy"), st.dates(date(2000, 1, 1), date(2090, 1, 1)))
def test_a_sick_note_counts_its_first_day_and_ends_within_a_year(count: int, unit: str, first: date) -> None:
    last = rules.sick_until(f"{count}{unit}", first)
    if last is None:
        assert count * {"d": 1, "w": 7, "m": 31, "y": 366}[unit] > 365
    else:
        assert first <= last < first + rules.LONGEST_SICK
        assert unit != "d" or (last - first).days == count - 1


@pytest.mark.parametrize("typed", ["", "d", "5", "0d", "-3d", "5x", "5d 3", "999w"])
def test_what_says_no_time_is_none(typed: str) -> None:
    assert rules.sick_until(typed, date(2028, 2, 28)) is None
    assert rules.sick_until("2d", date(2028, 2, 28)) == date(2028, 2, 29)


def test_names_are_filled_in_and_blanks_stay() -> None:
    text = rules.filled("{patient} {what?} {other} {born}", {"patient": "{born} Ann", "born": "1 May"})
    assert text == "{born} Ann {what?} {other} 1 May"
    assert rules.blanks(text) == ["what?"]


def test_a_template_is_found_by_the_beginning_of_its_words() -> None:
    assert rules.match(BUILT_IN, "sick") == [SICK]
    assert rules.match(BUILT_IN, "PAT let") == [BUILT_IN[2]]
    assert rules.match(BUILT_IN, "ick") == []


def test_how_long_may_be_typed_behind_the_name_of_a_letter() -> None:
    assert rules.apart("sick 5d") == ("sick", "5d")
    assert rules.apart("sick note 2w ") == ("sick note", "2w")
    assert rules.apart("sick") == ("sick", "")
    assert rules.apart("5d") == ("5d", "")


def test_a_paragraph_begins_where_its_first_letter_does() -> None:
    texts = ("مريض Ann", "  12 שלום", "Ann مريض", "12")
    assert [rules.reads_from_right(text) for text in texts] == [True, True, False, False]


@pytest.fixture
def patient(register: Register) -> Patient:
    return register(given_name="Pieter", family_name="van den Berg", birth_date="1954-03-02")


def signed(scope: Scope, patient: Patient, draft: Draft, once: Once | None = None) -> Letter:
    ids = services.sign_letter(scope, patient=patient, moment=Moment(clock.new_id(), ""), draft=draft, once=once)
    return letters.letter(scope, patient, *ids.split("/"))


def refused(do: Callable[..., object], *args: object, **given: object) -> str:
    with pytest.raises(errors.Refused) as refusal:
        do(*args, **given)
    return refusal.value.sentence


def test_a_letter_keeps_the_words_that_the_chart_had_and_is_sealed(doctor: Scope, patient: Patient) -> None:
    for text in ("allergy penicillin rash severe", "rx paracetamol 500 tds 7d", "p 74"):
        typing.record(doctor, patient=patient, moment=Moment(clock.new_id(), ""), typed=Typed(text))
    clinic = clinic_of(doctor.clinic_id)
    facts = {each.part: each for each in services.facts_of(queries.summaries(doctor, patient), clinic)}
    draft = Draft(
        REFERRAL,
        "Referral",
        "Dear colleague,\n\nplease see him.",
        "Dr Bloom\nHeart clinic",
        [facts["allergies"].id, facts["medicines"].id, facts["measurements"].id],
    )
    once = Once("a" * 24 + clock.new_id(), "same")
    letter = signed(doctor, patient, draft, once)
    assert signed(doctor, patient, draft, once).id == letter.id  # pressed twice
    assert rows.letter_holds(letter)
    paper = rows.paper(letter, clinic)
    assert paper.to == ("Dr Bloom", "Heart clinic")
    assert [each.head for each in paper.facts] == ["Allergies", "Medicines", "Measurements"]
    assert "Today" not in f"{letter.facts} {paper.signed}"  # it is read on another day
    assert paper.about.startswith("Pieter van den Berg, born 2 Mar 1954, no. ")
    entry = queries.whole(doctor, patient, letter.entry_id).entry
    assert entry
    line = EntryLine.unpack(entry.line)
    assert (line.title, line.gist, line.letters) == ("Referral", "Referral, to Dr Bloom", 1)
    (row,) = find(doctor, patient, Wanted("letters")).rows
    assert LetterLine.unpack(row["line"]).title == "Referral"
    for changes in ({"text": "Other"}, {"sealed": None}):
        tx = Transaction(doctor)
        tx.update(letter, changes)
        with pytest.raises(errors.Sealed):
            tx.commit(Event(services.SIGN, "LETTER", letter.id, patient=patient.id))
    letter.facts[0]["lines"] = ["none"]
    assert not rows.letter_holds(letter)
    assert rows.document(signed(doctor, patient, draft), clinic).render().startswith(b"%PDF")


def test_what_cannot_be_signed_says_why(doctor: Scope, patient: Patient) -> None:
    for draft, said in (
        (Draft(REFERRAL, "Referral", REFERRAL.text), "3 blanks are left: what?, What was found?, What do you ask?"),
        (Draft(REFERRAL, "Referral", " "), "Write the letter."),
        (Draft(REFERRAL, " ", "Text"), "Say what it is."),
        (Draft(REFERRAL, "Referral", "x" * 24_001), "longer than 24,000"),
        (Draft(REFERRAL, "Referral", "Text", facts=["gone"]), "not in the chart any more"),
        (Draft(SICK, "Sick note", "Text", how_long="soon"), "Say for how long"),
    ):
        assert said in refused(signed, doctor, patient, draft)
    with pytest.raises(errors.Denied):
        signed(scope_of(doctor.clinic_id, Role.NURSE), patient, Draft(REFERRAL, "Referral", "Text"))


def test_a_sick_note_is_for_the_living(doctor: Scope, patient: Patient) -> None:
    admin = scope_of(doctor.clinic_id, Role.ADMIN)
    note = Draft(SICK, "Sick note", "Not fit for work.", how_long="5d")
    letter, today = signed(doctor, patient, note), clock.today(clinic_of(doctor.clinic_id).time_zone)
    assert (letter.since, letter.until) == (today.isoformat(), (today + timedelta(days=4)).isoformat())
    assert "(5 days)" in rows.paper(letter, clinic_of(doctor.clinic_id)).period
    patients.record_death(admin, get_patient(admin, patient.id), on="2026")
    dead = get_patient(doctor, patient.id)
    assert "has died" in refused(signed, doctor, dead, note)
    assert signed(doctor, dead, Draft(REFERRAL, "To the coroner", "Text"))
    patients.record_death(admin, get_patient(admin, patient.id), on="")
    assert signed(doctor, get_patient(doctor, patient.id), note)


def test_a_letter_of_a_merged_record_is_found_and_marked_in_the_other(
    doctor: Scope, patient: Patient, register: Register
) -> None:
    twin = register(given_name="Piet", family_name="van den Berg")
    old = signed(doctor, twin, Draft(REFERRAL, "Referral", "Text"))
    patients.merge(doctor, patient, twin, {})
    one = get_patient(doctor, patient.id)
    found = letters.letter(doctor, one, old.entry_id, old.id)
    assert (found.id, rows.letter_holds(found)) == (old.id, True)
    services.letter_in_error(doctor, patient=one, entry_id=old.entry_id, letter_id=old.id, reason="patient")
    assert letters.letter(doctor, one, old.entry_id, old.id).errored["reason"] == "patient"
    assert [each.about["patient"] for each in (signed(doctor, one, Draft(REFERRAL, "New", "Text")),)] == [
        "Pieter van den Berg"
    ]


def test_in_error_it_keeps_its_seal_and_leaves_the_row(doctor: Scope, patient: Patient, other_clinic: str) -> None:
    letter = signed(doctor, patient, Draft(REFERRAL, "Referral", "Text"))
    ids: dict[str, Any] = {"entry_id": letter.entry_id, "letter_id": letter.id}
    with pytest.raises(errors.NotFound):
        services.letter_in_error(scope_of(other_clinic, Role.DOCTOR), patient=patient, **ids, reason="twice")
    services.letter_in_error(doctor, patient=patient, **ids, reason="twice")
    found = letters.letter(doctor, patient, letter.entry_id, letter.id)
    assert rows.letter_holds(found)
    assert rows.paper(found, clinic_of(doctor.clinic_id)).void == "Entered in error"
    entry = queries.whole(doctor, patient, letter.entry_id).entry
    assert entry
    assert EntryLine.unpack(entry.line).letters == 0


def test_a_clinics_own_templates_stand_in_place_of_ours(clinic: str) -> None:
    boss = scope_of(clinic, Role.ADMIN)
    assert letters.templates(boss) == [*BUILT_IN]
    id = services.save_letter_template(boss, name="School", kind="letter", text="For {patient}", facts=["problems"])
    assert letters.templates(boss) == [LetterTemplate(id, "School", "For {patient}", "letter", ("problems",))]
    letter = letters.clinic_letter(boss, id)
    services.save_letter_template(boss, letter=letter, name="School", kind="letter", text="x", active=False)
    assert letters.templates(boss) == [*BUILT_IN]


@pytest.mark.django_db
def test_on_the_pages_it_is_chosen_written_signed_read_and_printed(doctor: Scope, patient: Patient) -> None:
    clinic = doctor.clinic_id
    typing.record(doctor, patient=patient, moment=Moment(clock.new_id(), ""), typed=Typed("allergy latex rash"))
    here = Pages(signed_in_client(clinic, role=Role.DOCTOR, name="Dr Amara Okafor"), clinic, patient)
    assert here.get("chart/letter/?find=sick")["Location"].endswith("/chart/letter/sick/")
    assert "No template is called so." in here.text("chart/letter/?find=zzz")
    assert "Letter to the patient" in here.text("chart/letter/")
    html = here.get("chart/letter/referral/").content.decode()
    ticked = re.findall(r'name="facts"\s+value="([^"]+)"[^>]*checked', html)
    assert len(ticked) == 1
    fields = hidden(html[html.index("<main") :])
    kept = here.send("chart/letter/referral/", fields, title="Referral", text="See {him?}", facts=ticked)
    assert "One blank is left: him?" in plain(kept.content.decode())
    answer = here.send("chart/letter/referral/", title="Referral", to="Dr <i>B</i>", text="See him.", facts=ticked)
    at = answer["Location"].partition(f"{patient.id}/")[2]
    text = here.text(at)
    assert "Dr <i>B</i>" in text
    assert "latex" in text
    assert here.get(f"{at}print/").content.startswith(b"%PDF")
    assert "Referral, to Dr <i>B</i>" in here.text("chart/part/?kind=letters")
    assert "Entered in error" in here.sent(at, action=f"{at}error/", reason="content")
    nurse = Pages(signed_in_client(clinic, role=Role.NURSE), clinic, patient)
    assert "See him." in nurse.text(at)
    assert nurse.get("chart/letter/").status_code == 403
