"""Steps, cancelling and no-shows at the desk, and what is refused."""

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from clinnet.table import Actor
from scheduling.appointments import queries as appointment_queries
from scheduling.appointments.services import series, states, undoing, walkins
from scheduling.board import queries as board_queries
from tests.patients.pages import plain
from tests.scheduling.conftest import MakeDesk
from tests.scheduling.visiting import ARRIVED, HTMX, Visits, again, book, fields, maria, visits

pytestmark = pytest.mark.django_db
__all__ = ["maria", "visits"]


# --- Steps -----------------------------------------------------------------------------------------------------------


def test_one_press_arrives_and_says_who(visits: Visits, maria: Any) -> None:
    appointment = book(visits, maria)
    assert ARRIVED in visits.said(visits.press(appointment, "step/", to="waiting"))
    assert visits.states() == ["waiting"]


def test_a_step_is_one_round_of_reads_and_one_transaction(visits: Visits, maria: Any) -> None:
    appointment = book(visits, maria)
    answer = visits.press(appointment, "step/", to="waiting", headers={**HTMX, "HX-Target": f"card-{appointment.id}"})
    assert "2 in sequence of 3" in answer["Server-Timing"]


def test_the_toast_undoes_it(visits: Visits, maria: Any) -> None:
    appointment = book(visits, maria)
    answer = visits.press(appointment, "step/", to="waiting")
    html = visits.client.get(answer["Location"]).content.decode()
    toast = html[html.index('id="toasts"') :]

    undo = fields(toast, visits.url(appointment, "undo/"))
    assert "Undone." in visits.said(visits.client.post(visits.url(appointment, "undo/"), undo))
    assert visits.states() == ["booked"]


def test_what_somebody_else_did_is_undone_after_a_question(visits: Visits, maria: Any) -> None:
    appointment = book(visits, maria)
    ben = replace(visits.desk.scope, actor=Actor("ben", "Ben Okoro"))
    states.confirm(ben, appointment=appointment)
    asked = visits.press(visits.desk.again(appointment), "undo/")
    assert asked.status_code == 422
    html = asked.content.decode()
    assert "Undo “Confirmed” of María" in plain(html)
    assert "Ben Okoro" in plain(html)
    assert visits.states() == ["confirmed"]

    form = fields(html[html.index("<main") :], visits.url(appointment, "undo/"))
    assert "Undone." in visits.said(visits.client.post(visits.url(appointment, "undo/"), {**form, "sure": "on"}))
    assert visits.states() == ["booked"]


def test_ones_own_step_of_an_hour_ago_is_undone_after_a_question(
    visits: Visits, maria: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    appointment = book(visits, maria)
    visits.press(appointment, "step/", to="confirmed")
    assert undoing.step_of_another(visits.desk.scope, visits.desk.again(appointment)) is None
    monkeypatch.setattr(undoing, "GRACE", timedelta(seconds=-1))
    assert visits.press(visits.desk.again(appointment), "undo/").status_code == 422
    assert visits.states() == ["confirmed"]


def test_another_reason_is_kept_in_the_patient_s_words(visits: Visits, maria: Any) -> None:
    appointment = book(visits, maria)
    form = visits.form(visits.url(appointment, "cancel/"))
    visits.client.post(visits.url(appointment, "cancel/"), {**form, "reason": "Other", "said": "Moves to Leeds"})
    now = visits.desk.again(appointment)
    assert (now.state, now.cancelled["reason"]) == ("cancelled", "Other: Moves to Leeds")


def test_it_is_not_the_patient_who_cancels_where_the_doctor_is_away(visits: Visits, maria: Any) -> None:
    appointment = book(visits, maria)
    form = visits.form(visits.url(appointment, "cancel/"))
    answer = visits.client.post(visits.url(appointment, "cancel/"), {**form, "by": "patient", "reason": "Doctor away"})
    assert answer.status_code == 422
    assert "Where the doctor is away, the clinic cancels." in plain(answer.content.decode())
    assert visits.states() == ["booked"]


def test_a_double_click_arrives_once(visits: Visits, maria: Any) -> None:
    appointment = book(visits, maria)
    form = visits.form(visits.url(appointment), visits.url(appointment, "step/"), "waiting")
    for _ in range(2):
        assert visits.client.post(visits.url(appointment, "step/"), form).status_code == 302
    assert len(visits.desk.again(appointment).stamps or []) == 1


def test_a_second_click_on_undo_undoes_one_step(visits: Visits, maria: Any) -> None:
    appointment = book(visits, maria)
    states.confirm(visits.desk.scope, appointment=appointment)
    states.arrive(visits.desk.scope, appointment=visits.desk.again(appointment))
    form = visits.form(visits.url(appointment), visits.url(appointment, "undo/"))
    for _ in range(2):
        visits.client.post(visits.url(appointment, "undo/"), form)
    assert visits.states() == ["confirmed"]


def test_undo_leaves_what_somebody_else_did_since(visits: Visits, maria: Any) -> None:
    appointment = book(visits, maria)
    states.arrive(visits.desk.scope, appointment=appointment)
    form = visits.form(visits.url(appointment), visits.url(appointment, "undo/"))
    states.to_room(visits.desk.nurse, appointment=visits.desk.again(appointment))
    assert "This appointment has changed: In room" in visits.said(
        visits.client.post(visits.url(appointment, "undo/"), form)
    )
    assert visits.states() == ["room"]


def test_the_true_time_may_be_said_later(visits: Visits, maria: Any) -> None:
    appointment = book(visits, maria)
    visits.press(appointment, "step/", to="waiting", at="10:22")
    (card,) = board_queries.board(visits.desk.scope, visits.desk.day).cards
    assert card.arrived == visits.desk.at("10:22")
    assert "Waiting Today 10:22 Ana Ruiz" in visits.text(appointment)


def test_what_was_yesterday_is_entered_with_yesterdays_time(visits: Visits, maria: Any) -> None:
    desk, appointment = visits.desk, book(visits, maria)
    with desk.clock_at(desk.at("09:00", desk.day + timedelta(days=1))):
        visits = again(visits)
        visits.press(appointment, "step/", to="waiting", at="10:22")
        (card,) = board_queries.board(desk.scope, desk.day).cards
    assert card.arrived == desk.at("10:22")


def test_a_step_of_tomorrow_is_refused_with_its_day(visits: Visits, maria: Any) -> None:
    appointment = book(visits, maria, day=visits.desk.day + timedelta(days=1))
    form = {**visits.form(visits.url(appointment), visits.url(appointment, "step/"), "confirmed"), "to": "waiting"}
    answer = visits.client.post(visits.url(appointment, "step/"), form, headers=HTMX)
    assert answer.status_code == 422
    assert "If the patient is here now, move it to today first." in answer.content.decode()
    assert visits.desk.again(appointment).state == "booked"


def test_a_time_still_to_come_is_refused(visits: Visits, maria: Any) -> None:
    appointment = book(visits, maria)
    assert "Give a time of today that has been." in visits.said(
        visits.press(appointment, "step/", to="waiting", at="11:30")
    )
    assert visits.states() == ["booked"]


def test_a_room_is_chosen_on_the_way(visits: Visits, maria: Any) -> None:
    appointment = book(visits, maria)
    states.arrive(visits.desk.scope, appointment=appointment)
    answer = visits.press(appointment, "step/", to="room", room=visits.desk.room("Room 2").id)
    assert "is in Room 2" in visits.said(answer)


def test_an_old_form_once_more_says_what_is_so_now_and_undoes_nothing(visits: Visits, maria: Any) -> None:
    appointment = book(visits, maria)
    form = visits.form(visits.url(appointment), visits.url(appointment, "step/"), "waiting")
    visits.said(visits.client.post(visits.url(appointment, "step/"), form))
    states.to_room(visits.desk.nurse, appointment=visits.desk.again(appointment), room=visits.desk.room("Room 2"))
    answer = visits.client.post(visits.url(appointment, "step/"), form, headers=HTMX)
    text = plain(answer.content.decode())
    assert "is in Room 2" in text
    assert ARRIVED not in text
    assert text.count("Undo") == 1  # that of the details, and none in the toast


def test_a_room_of_another_clinic_is_not_found(
    visits: Visits, maria: Any, make_desk: MakeDesk, other_clinic: str
) -> None:
    appointment, theirs = book(visits, maria), make_desk(other_clinic)
    answer = visits.press(appointment, "step/", to="waiting", room=theirs.room("Room 1").id)
    assert "We can't find that here." in visits.said(answer)
    assert visits.states() == ["booked"]


def test_htmx_gets_the_panel_anew_and_a_toast_beside_it(visits: Visits, maria: Any) -> None:
    appointment = book(visits, maria)
    answer = visits.press(appointment, "step/", to="waiting", headers=HTMX)
    text = plain(answer.content.decode())
    assert ARRIVED in text
    assert "To room" in text
    assert "visit-changed" in answer["HX-Trigger"]
    assert 'hx-swap-oob="beforeend"' in answer.content.decode()


def test_htmx_gets_the_card_anew(visits: Visits, maria: Any) -> None:
    appointment = book(visits, maria)
    answer = visits.press(appointment, "step/", to="waiting", headers={**HTMX, "HX-Target": f"card-{appointment.id}"})
    assert f'id="card-{appointment.id}"' in answer.content.decode()
    assert 'data-state="waiting"' in answer.content.decode()


def test_a_refused_step_answers_htmx_with_its_sentence_alone(visits: Visits, maria: Any) -> None:
    appointment = book(visits, maria)
    form = visits.form(visits.url(appointment), visits.url(appointment, "step/"), "waiting")
    states.cancel(visits.desk.scope, appointment=appointment, by="patient", reason="Ill")
    answer = visits.client.post(visits.url(appointment, "step/"), form, headers=HTMX)
    assert answer.status_code == 422
    assert "data-sentence" in answer.content.decode()
    assert "This appointment has changed: Cancelled" in answer.content.decode()


@pytest.mark.parametrize(("back", "page"), [("board", "day/"), ("patient", ""), ("https://evil.example", None)])
def test_a_step_leads_back_to_one_of_our_pages(visits: Visits, maria: Any, back: str, page: str | None) -> None:
    appointment = book(visits, maria)
    location = visits.press(appointment, "step/", to="waiting", back=back)["Location"]
    assert location.startswith(f"/c/{visits.desk.scope.clinic_id}/")
    assert page is None or page in location


# --- Cancelling, no-shows --------------------------------------------------------------------------------------------


def test_cancelling_asks_who_and_why(visits: Visits, maria: Any) -> None:
    appointment = book(visits, maria)
    url = visits.url(appointment, "cancel/")
    form = visits.form(url)
    assert form["by"] == "patient"
    assert "Say why." in visits.client.post(url, form).content.decode()
    said = visits.said(visits.client.post(url, {**form, "reason": "Ill"}))
    assert "Cancelled: " in said
    assert visits.desk.again(appointment).cancelled == {"by": "patient", "reason": "Ill"}
    assert "by the patient: Ill" in visits.text(appointment)


def test_what_is_cancelled_has_nothing_to_cancel(visits: Visits, maria: Any) -> None:
    appointment = book(visits, maria)
    states.cancel(visits.desk.scope, appointment=appointment, by="patient", reason="Ill")
    assert "there is nothing to cancel" in visits.text(appointment, "cancel/")


def test_of_a_series_one_or_all_later_ones_are_cancelled(visits: Visits, maria: Any) -> None:
    desk = visits.desk
    starts = [desk.at("11:00", desk.day + timedelta(weeks=week)) for week in range(3)]
    series.book_series(
        desk.scope, patient=maria, visit_type=desk.type("Follow-up"), practitioner=desk.doctor, starts=starts
    )
    (card,) = board_queries.board(desk.scope, desk.day).cards
    appointment = appointment_queries.appointment(desk.scope, maria.id, card.id)
    url = visits.url(appointment, "cancel/")
    form = visits.form(url)
    assert form["which"] == "one"
    said = visits.said(visits.client.post(url, {**form, "which": "rest", "reason": "Work or family"}))
    assert "So are 2 later ones" in said
    assert appointment_queries.coming(desk.scope, maria)[0]["state"] == "cancelled"


def test_no_show_is_offered_after_the_clinics_own_minutes_and_never_by_itself(visits: Visits, maria: Any) -> None:
    appointment = book(visits, maria)
    early = visits.html(visits.url(appointment))
    assert 'data-act="no-show"' not in early
    assert re.search(r"no-show is offered from \w+ \d+ \w+, 10:50 on", early)
    with visits.desk.clock_at(visits.desk.at("10:51")):
        visits = again(visits)
        html = visits.html(visits.url(appointment))
        assert re.search(r"Mark [^?]+ as no-show\? It is 21 minutes past. You can undo this.", html)
        assert visits.states() == ["booked"]
        assert "is marked as no-show" in visits.said(visits.press(appointment, "no-show/"))


def test_who_comes_late_gets_the_time_back(visits: Visits, maria: Any) -> None:
    appointment = book(visits, maria)
    with visits.desk.clock_at(visits.desk.at("10:51")):
        states.no_show(visits.desk.scope, appointment=appointment)
        visits = again(visits)
        assert "is here for Dr Okafor" in visits.said(visits.press(appointment, "came-late/"))
    assert visits.states() == ["waiting"]


def test_a_time_given_away_asks_whether_to_queue(visits: Visits, maria: Any) -> None:
    desk = visits.desk
    appointment = book(visits, maria, minutes=60)
    with desk.clock_at(desk.at("10:51")):
        states.no_show(desk.scope, appointment=appointment)
        desk.book("11:00")
        visits = again(visits)
        html = visits.press(appointment, "came-late/").content.decode()
        assert "The time was given to someone else. Add María to the queue?" in plain(html)

        form = fields(html[html.index("<main") :], visits.url(appointment, "came-late/"))
        assert "is here for Dr Okafor" in visits.said(visits.client.post(visits.url(appointment, "came-late/"), form))
    assert desk.again(appointment).queued


# --- Which doctor ----------------------------------------------------------------------------------------------------


def test_who_has_no_column_says_which_doctor_sees_whom_nobody_was_booked_for(visits: Visits, maria: Any) -> None:
    id = walkins.walk_in(visits.desk.scope, patient=maria)
    appointment = appointment_queries.appointment(visits.desk.scope, maria.id, id)
    states.to_room(visits.desk.nurse, appointment=appointment)
    answer = visits.press(appointment, "step/", to="doctor")
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Which doctor sees María ?" in " ".join(plain(page).split())
    assert visits.states() == ["room"]
    form = fields(page[page.index("<main") :], visits.url(appointment, "step/"))
    answer = visits.client.post(visits.url(appointment, "step/"), {**form, "practitioner": visits.desk.doctors[1].id})
    assert "is with Dr Bernard." in visits.said(answer)
    assert visits.desk.again(appointment).practitioner_id == visits.desk.doctors[1].id


def test_a_card_asks_which_doctor_in_the_panel(visits: Visits, maria: Any) -> None:
    id = walkins.walk_in(visits.desk.scope, patient=maria)
    appointment = appointment_queries.appointment(visits.desk.scope, maria.id, id)
    states.to_room(visits.desk.nurse, appointment=appointment)
    answer = visits.press(appointment, "step/", to="doctor", headers={**HTMX, "HX-Target": f"card-{appointment.id}"})
    assert answer.status_code == 422
    assert answer["HX-Retarget"] == "#visit"
    assert "Which doctor sees" in answer.content.decode()
