"""The chart on paper: what it holds, that it is in the trail, and that nothing unread is printed."""

import re
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader

from clinnet import clock, formats
from clinnet.accounts.permissions import Role
from clinnet.accounts.queries import clinic as clinic_of
from clinnet.table import Scope, keys
from clinnet.table import query as real
from clinnet.table.errors import Unavailable
from records import queries
from records.rules.notes import Section
from records.services import mistakes, notes
from records.services.notes import Written
from tests.conftest import Register
from tests.patients.pages import Pages
from tests.people import signed_in_client
from tests.records.lined import record

pytestmark = pytest.mark.django_db


@pytest.fixture
def here(doctor: Scope, register: Register) -> Pages:
    client = signed_in_client(doctor.clinic_id, role=Role.DOCTOR, name="Dr Amara Okafor")
    patient = register(given_name="Pieter", family_name="van den Berg", birth_date="1954-11-08")
    return Pages(client, doctor.clinic_id, patient)


def paper(here: Pages, of: str = "") -> str:
    return read(here, f"chart/print/{of}")


def read(here: Pages, page: str) -> str:
    answer = here.get(page)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    return " ".join(" ".join(page.extract_text() for page in PdfReader(BytesIO(answer.content)).pages).split())


def test_the_summary_names_allergies_first_with_who_printed_it(here: Pages, doctor: Scope) -> None:
    record(doctor, here.patient, "allergy penicillin rash severe 2011")
    record(doctor, here.patient, "problem asthma 2004", code="-")
    record(doctor, here.patient, "rx losartan 50 od 28d")
    record(doctor, here.patient, "bp 142/86")
    text = paper(here)
    for words in (
        "Pieter van den Berg, born 8 Nov 1954",
        "penicillin rash, 2011, severe",
        "asthma 2004",
        "losartan 50 mg",
        "142/86 mmHg",
        "by Dr Amara Okafor.",
    ):
        assert words in text
    today = clock.today(clinic_of(doctor.clinic_id).time_zone)
    until = formats.date((today + timedelta(28)).isoformat(), clinic_of(doctor.clinic_id))
    assert f"once a day for 28 days, until {until}" in text
    assert re.search(rf"{today.year}, \d+:\d\d( [ap]m)?( BST)?, Dr Amara Okafor", text)
    for word in ("Today", "today", "left", "ago"):  # it is read on another day
        assert word not in text
    assert text.index("penicillin") < text.index("asthma") < text.index("losartan")
    assert "Dr Amara Okafor printed from the chart" in here.text("history/")


def test_the_list_for_the_patient_has_medicines_and_nothing_else(here: Pages, doctor: Scope) -> None:
    record(doctor, here.patient, "allergy penicillin rash severe 2011")
    record(doctor, here.patient, "rx losartan 50 od 28d")
    text = paper(here, "?of=medicines")
    assert "losartan 50 mg 1 once a day for 28 days" in text
    assert "penicillin" not in text


def test_that_nobody_asked_is_printed_too(here: Pages) -> None:
    assert "Allergies Not asked yet." in paper(here)


def test_what_could_not_be_read_is_not_printed(here: Pages, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(scope: Scope, asked: keys.Range, **options: Any) -> Any:
        if asked == keys.chart_summaries(here.patient.id):
            raise Unavailable
        return real(scope, asked, **options)

    monkeypatch.setattr(queries, "query", failing)
    assert here.get("chart/print/").status_code == 503


def test_an_entry_is_printed_with_its_signatures_and_without_what_is_in_error(here: Pages, doctor: Scope) -> None:
    entry, note, left = (clock.new_id() for _ in range(3))
    record(doctor, here.patient, "bp 142/86", entry=entry)
    wrong = record(doctor, here.patient, "bp 242/86", entry=entry, sure=True)
    about = {"patient": here.patient, "entry_id": entry}
    mistakes.enter_in_error(doctor, recorded_id=wrong, reason="content", **about)  # type: ignore[arg-type]  # as they are
    for id, do in ((note, notes.sign_note), (left, notes.leave_note)):
        typed = Written(entry, id, f"Review {id}", (Section("s", "Subjective", f"Tired, {id}.\nSleeps well."),))
        do(doctor, patient=here.patient, typed=typed)
    notes.add_addendum(doctor, note_id=note, text="Phoned: better.", **about)  # type: ignore[arg-type]  # the same
    text = read(here, f"chart/entries/{entry}/print/")
    first, second = text.index(f"Review {note}"), text.index(f"Review {left}")
    signed, unsigned = (text[first:second], text[second:]) if first < second else (text[first:], text[second:first])
    assert "NOT SIGNED" not in signed
    assert re.search(r"Signed \d.*, Dr Amara Okafor", signed)
    assert "Phoned: better. Addendum 1," in signed
    assert "NOT SIGNED. Dr Amara Okafor, " in unsigned
    assert "142/86 mmHg" in text
    assert "242/86" not in text
    assert "Left out, as it was entered in error: 1." in text
    assert "oday" not in text  # it is read on another day
    assert "Pieter van den Berg, born 8 Nov 1954, no." in text
    assert "Print this entry" in here.text(f"chart/entries/{entry}/")


def test_a_note_of_another_system_is_printed_with_its_tabs_as_spaces(here: Pages, doctor: Scope) -> None:
    entry, note = clock.new_id(), clock.new_id()
    written = "Prednisolone\t2\t5 mg\n\ufeffSodium\x1f140"
    notes.sign_note(
        doctor, patient=here.patient, typed=Written(entry, note, "Review", (Section("s", "Subjective", written),))
    )
    text = read(here, f"chart/entries/{entry}/print/")
    assert "Prednisolone 2 5 mg" in text
    assert "Sodium 140" in text


def test_a_stretch_of_the_chart_is_printed_by_kind_with_what_is_left_out_counted(here: Pages, doctor: Scope) -> None:
    today = clock.today(clinic_of(doctor.clinic_id).time_zone)
    record(doctor, here.patient, "bp 142/86")
    record(doctor, here.patient, "rx losartan 50 od 28d")
    entry = clock.new_id()
    id = record(doctor, here.patient, "rx ramipril 5 od 28d", entry=entry)
    mistakes.enter_in_error(doctor, patient=here.patient, entry_id=entry, recorded_id=id, reason="twice")
    assert 'name="from"' in here.get("chart/print/from-to/").content.decode()
    days = f"from={today}&to={today}"
    all = read(here, f"chart/print/from-to/?{days}")
    assert "Pieter van den Berg, born" in all
    assert all.index("142/86") < all.index("losartan")  # the oldest first
    assert "ramipril" not in all
    assert "Left out, as it was entered in error: 1." in all
    measured = read(here, f"chart/print/from-to/?{days}&kind=measurements")
    assert ("142/86" in measured, "losartan" in measured, "Left out" in measured) == (True, False, False)
    before = today - timedelta(1)
    assert "Nothing is recorded in this time." in read(here, f"chart/print/from-to/?from=2020-01-01&to={before}")
    assert here.text("history/").count("printed from the chart") == 3


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("from=2026-02-30&to=2026-03-01", "Say from which day to which."),
        ("from=2026-03-02&to=2026-03-01", "The first day is after the last one."),
        ("from=9999-12-31&to=9999-12-31", "The first day is after the last one."),
    ],
)
def test_a_stretch_that_cannot_be_is_not_printed(here: Pages, asked: str, said: str) -> None:
    answer = here.get(f"chart/print/from-to/?{asked}")
    assert (answer.status_code, said in answer.content.decode()) == (422, True)


def test_more_entries_than_fit_on_paper_are_asked_for_in_a_shorter_time(
    here: Pages, doctor: Scope, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("records.printing.queries.MOST", 2)
    for _ in range(3):
        record(doctor, here.patient, "bp 142/86", sure=True)
    today = clock.today(clinic_of(doctor.clinic_id).time_zone)
    answer = here.get(f"chart/print/from-to/?from={today}&to={today}")
    assert "choose a shorter time" in answer.content.decode()
