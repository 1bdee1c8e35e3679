"""One appointment at the desk: its details, its words, and who may see and change them."""

from datetime import timedelta
from typing import Any

import pytest

from clinnet.table import Scope
from patients.queries import history
from scheduling.appointments.services import changing, states
from scheduling.board import queries as board_queries
from scheduling.refusals import AlreadyMovedOn
from scheduling.waitlist import queries as waitlist_queries
from tests.patients.pages import plain
from tests.people import signed_in_client
from tests.scheduling.visiting import HTMX, Visits, book, fields, maria, visits

pytestmark = pytest.mark.django_db
__all__ = ["maria", "visits"]


# --- Details ---------------------------------------------------------------------------------------------------------


def test_details_show_who_when_and_what_is_next(visits: Visits, maria: Any) -> None:
    text = visits.text(book(visits, maria, note="Brings her mother"))
    for words in ("García, María", "14 Mar 1985", "07700 900321", "Falls", "10:30", "Dr Okafor", "Follow-up",
                  "Cough, 5 days", "Brings her mother", "Booked", "Ana Ruiz", "Arrive", "Confirm", "Move"):  # fmt: skip
        assert words in text


def test_the_panel_has_the_same_without_the_page(visits: Visits, maria: Any) -> None:
    html = visits.html(visits.url(book(visits, maria)), **HTMX)
    assert "<html" not in html
    for words in ("García, María", "14 Mar 1985", "07700 900321", "Falls", "Arrive"):
        assert words in plain(html)


def test_details_cost_two_calls(visits: Visits, maria: Any) -> None:
    answer = visits.client.get(visits.url(book(visits, maria)), headers=HTMX)
    assert "2 in sequence of 2" in answer["Server-Timing"]


def test_somebody_of_the_same_name_is_told_of(visits: Visits, maria: Any) -> None:
    visits.desk.patient(birth_date="1961-05-03")
    assert "Somebody else has this name: born 3 May 1961" in visits.text(book(visits, maria))


def test_a_title_names_nobody(visits: Visits, maria: Any) -> None:
    html = visits.html(visits.url(book(visits, maria)))
    assert "García" not in html[html.index("<title") : html.index("</title")]


def test_nobody_arrives_before_the_day(visits: Visits, maria: Any) -> None:
    appointment = book(visits, maria, day=visits.desk.day + timedelta(days=1))
    html = visits.html(visits.url(appointment))
    assert 'data-act="step"' not in html
    assert 'data-act="confirm"' in html


# --- Words, requests, another patient --------------------------------------------------------------------------------


def test_reason_and_note_are_changed_without_a_step(visits: Visits, maria: Any) -> None:
    appointment = book(visits, maria)
    visits.press(appointment, "words/", reason="Cough, 6 days", note="Interpreter asked for")
    text = visits.text(appointment)
    assert "Cough, 6 days" in text
    assert "Interpreter asked for" in text
    assert not visits.desk.again(appointment).stamps
    (card,) = board_queries.board(visits.desk.scope, visits.desk.day).cards
    assert card.reason == "Cough, 6 days"


def test_words_ask_nothing_of_busy_times(visits: Visits, maria: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    appointment = book(visits, maria)
    for name in ("hold_of", "person_of", "take"):
        monkeypatch.setattr(changing, name, lambda *_, **__: pytest.fail("busy times were asked"))
    changing.change_words(visits.desk.scope, appointment=appointment, reason="Fever", note="")
    assert visits.desk.again(appointment).reason == "Fever"


def test_words_never_go_over_a_step_that_was_taken_meanwhile(visits: Visits, maria: Any) -> None:
    appointment = book(visits, maria)
    states.arrive(visits.desk.scope, appointment=visits.desk.again(appointment))
    with pytest.raises(AlreadyMovedOn):
        changing.change_words(visits.desk.scope, appointment=appointment, reason="Fever", note="")
    assert visits.desk.again(appointment).state == "waiting"
    assert visits.desk.again(appointment).reason != "Fever"


def test_somebody_elses_words_are_shown_before_they_are_written_over(visits: Visits, maria: Any) -> None:
    appointment = book(visits, maria)
    form = visits.form(visits.url(appointment), visits.url(appointment, "words/"))
    changing.change_words(visits.desk.nurse, appointment=appointment, reason="Fever", note="")
    html = visits.client.post(visits.url(appointment, "words/"), {**form, "reason": "Cough, 6 days"}).content.decode()
    assert "Now it is: Fever" in plain(html)

    again = fields(html[html.index("<main") :], visits.url(appointment, "words/"))
    visits.client.post(visits.url(appointment, "words/"), {**again, "reason": "Cough, 6 days"})
    assert visits.desk.again(appointment).reason == "Cough, 6 days"


def test_parked_it_is_a_request_and_the_time_is_free(visits: Visits, maria: Any) -> None:
    appointment = book(visits, maria, at="14:00")
    form = visits.form(visits.url(appointment), visits.url(appointment, "park/"))
    for _ in range(2):
        assert "is in Requests" in visits.said(visits.client.post(visits.url(appointment, "park/"), form))
    assert len(waitlist_queries.open_requests(visits.desk.scope)) == 1
    assert "14:00" in visits.desk.free()
    visits.press(appointment, "undo/")
    assert waitlist_queries.open_requests(visits.desk.scope) == []
    assert visits.desk.again(appointment).state == "booked"
    assert "14:00" not in visits.desk.free()


# --- Who may ---------------------------------------------------------------------------------------------------------


def test_another_clinic_finds_nothing(visits: Visits, maria: Any, outsider: Scope) -> None:
    appointment = book(visits, maria)
    theirs = signed_in_client(outsider.clinic_id)
    url = visits.url(appointment).replace(visits.desk.scope.clinic_id, outsider.clinic_id)
    for page in ("", "cancel/", "change-patient/", "came-late/", "check/"):
        assert theirs.get(url + page).status_code == 404
    for page in ("step/", "undo/", "park/", "move/", "no-show/", "words/", "have/"):
        assert theirs.post(url + page, {}).status_code in (403, 404)
    assert visits.states() == ["booked"]


def test_a_form_without_its_token_does_nothing(visits: Visits, maria: Any) -> None:
    appointment = book(visits, maria)
    for page, typed in (("step/", {"to": "waiting"}), ("undo/", {}), ("park/", {})):
        assert visits.client.post(visits.url(appointment, page), typed).status_code == 302
    assert visits.states() == ["booked"]


def test_everything_is_in_the_patients_history(visits: Visits, maria: Any) -> None:
    appointment = book(visits, maria)
    visits.press(appointment, "step/", to="waiting")
    visits.press(appointment, "undo/")
    actions = [row["line"]["action"] for row in history(visits.desk.scope, maria)[0]]
    assert actions[:2] == ["appointment.undo", "appointment.waiting"]


def test_the_state_says_since_when_it_is_so_and_not_since_the_patient_arrived(visits: Visits, maria: Any) -> None:
    made = book(visits, maria)
    states.arrive(visits.desk.scope, appointment=made, at=visits.desk.at("10:20"))
    states.to_room(visits.desk.scope, appointment=visits.desk.again(made))
    assert "In room since 10:31" in visits.text(made)
    assert "11 min" in visits.text(made)
