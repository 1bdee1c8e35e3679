"""The day on paper, and notes on it."""

import re

import pytest

from scheduling.appointments.services import walkins
from scheduling.calendar.services import settings as schedule_settings
from tests.patients.pages import hidden, plain
from tests.scheduling.at_board import at_desk, html, today, url
from tests.scheduling.conftest import Desk

pytestmark = pytest.mark.django_db
__all__ = ["today"]


def test_on_paper_each_practitioner_has_a_page_with_everybody_on_it(desk: Desk) -> None:
    patient = desk.patient(birth_date="1985-03-14", phones=[{"number": "+447700900821"}])
    desk.book("10:30", patient, reason="Cough")
    desk.book("10:30", desk.patient("Ada", "Ames"), practitioner=desk.doctors[1])
    text = html(desk, "print/")
    assert text.count('class="sheet"') == 2
    assert "10:30–10:45 García, María 14 Mar 1985 07700 900821 Follow-up Cough Booked" in plain(text)
    one = at_desk(desk).get(url(desk, f"print/?with={desk.doctor.id}")).content.decode()
    assert one.count('class="sheet"') == 1


def test_on_paper_are_also_those_who_wait_without_a_time(today: Desk) -> None:
    walkins.walk_in(today.scope, patient=today.patient("João", "Costa", phones=[{"number": "+447700900821"}]))
    assert "Walk-ins, not called yet" in (text := plain(html(today, "print/")))
    assert "Costa, João 07700 900821" in " ".join(text.split())


def test_nobody_on_paper_is_said(desk: Desk) -> None:
    assert "Nobody is booked on" in plain(html(desk, "print/"))


def note_form(desk: Desk, column: str = "") -> dict[str, str]:
    text = html(desk, f"note/?with={column}")
    return hidden(text[text.index("<main") :])


def test_a_note_on_the_day_and_one_on_a_column(desk: Desk) -> None:
    for column, text in (("", "Lift out of order"), (desk.doctor.id, "Student here")):
        form = note_form(desk, column)
        assert (
            at_desk(desk).post(url(desk, f"note/?with={column}"), {**form, "column": column, "text": text}).status_code
            == 302
        )
    shown = html(desk)
    assert "Lift out of order" in shown
    assert "Student here" in re.search(rf'id="col-{desk.doctor.id}".*?</header>', shown, re.S)[0]  # type: ignore[index]
    assert "Student here" in html(desk, f"note/?with={desk.doctor.id}")  # opened on what is there


def test_an_empty_note_takes_it_away(desk: Desk) -> None:
    schedule_settings.note_day(desk.scope, day=desk.day, text="Lift out of order")
    form = note_form(desk)
    at_desk(desk).post(url(desk, "note/"), {**form, "column": "", "text": " "})
    assert "Lift out of order" not in html(desk)


def test_a_note_for_somebody_of_nowhere_is_refused(desk: Desk) -> None:
    form = note_form(desk)
    assert at_desk(desk).post(url(desk, "note/"), {**form, "column": "somebody", "text": "x"}).status_code == 422


def test_what_cannot_be_seen_does_not_go_into_a_note(desk: Desk) -> None:
    at_desk(desk).post(url(desk, "note/"), {**note_form(desk), "column": "", "text": "Lift\x1b out\u202e of\x07 order"})
    assert "Lift out of order" in html(desk)
