"""One appointment at the desk: its details, its steps, and what is refused."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from clinnet import clock
from clinnet.accounts.permissions import Role
from clinnet.table import Scope
from patients.queries import history
from scheduling import queries, services
from tests.patients.conftest import plain_static_names
from tests.patients.pages import plain
from tests.people import signed_in_client
from tests.scheduling.conftest import Desk, MakeDesk
from tests.scheduling.visiting import HTMX, Visits, fields

pytestmark = pytest.mark.django_db
__all__ = ["plain_static_names"]
ARRIVED = "María García\u2069, 14 Mar 1985, is here for Dr Okafor, 10:30"


@pytest.fixture
def visits(desk: Desk) -> Iterator[Visits]:
    """At 10:31 on the desk's day."""
    with desk.clock_at(desk.at("10:31")):
        yield Visits(signed_in_client(desk.scope.here), desk)


@pytest.fixture
def maria(desk: Desk) -> Any:
    return desk.patient(birth_date="1985-03-14", phones=[{"number": "+447700900321"}],
                        alerts=[{"id": "1", "text": "Falls", "stop": True}])  # fmt: skip


def book(visits: Visits, maria: Any, at: str = "10:30", **wanted: Any) -> Any:
    return visits.desk.book(at, maria, reason="Cough, 5 days", **wanted)


def again(visits: Visits) -> Visits:
    """Signed in at another hour."""
    return Visits(signed_in_client(visits.desk.scope.here), visits.desk)


# --- Details -------------------------------------------------------------------------------------------------------


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
    made = book(visits, maria, day=visits.desk.day + timedelta(days=1))
    html = visits.html(visits.url(made))
    assert 'data-act="step"' not in html
    assert 'data-act="confirm"' in html


# --- Steps ---------------------------------------------------------------------------------------------------------


def test_one_press_arrives_and_says_who(visits: Visits, maria: Any) -> None:
    made = book(visits, maria)
    assert ARRIVED in visits.said(visits.press(made, "step/", to="waiting"))
    assert visits.states() == ["waiting"]


def test_a_step_is_one_round_of_reads_and_one_transaction(visits: Visits, maria: Any) -> None:
    made = book(visits, maria)
    answer = visits.press(made, "step/", to="waiting", headers={**HTMX, "HX-Target": f"card-{made.id}"})
    assert "2 in sequence of 2" in answer["Server-Timing"]


def test_the_toast_undoes_it(visits: Visits, maria: Any) -> None:
    made = book(visits, maria)
    answer = visits.press(made, "step/", to="waiting")
    html = visits.client.get(answer["Location"]).content.decode()
    toast = html[html.index('id="toasts"') :]

    undo = fields(toast, visits.url(made, "undo/"))
    assert "Undone." in visits.said(visits.client.post(visits.url(made, "undo/"), undo))
    assert visits.states() == ["booked"]


def test_a_double_click_arrives_once(visits: Visits, maria: Any) -> None:
    made = book(visits, maria)
    form = visits.form(visits.url(made), visits.url(made, "step/"), "waiting")
    for _ in range(2):
        assert visits.client.post(visits.url(made, "step/"), form).status_code == 302
    assert len(visits.desk.again(made).stamps or []) == 1


def test_a_second_click_on_undo_undoes_one_step(visits: Visits, maria: Any) -> None:
    made = book(visits, maria)
    services.confirm(visits.desk.scope, appointment=made)
    services.arrive(visits.desk.scope, appointment=visits.desk.again(made))
    form = visits.form(visits.url(made), visits.url(made, "undo/"))
    for _ in range(2):
        visits.client.post(visits.url(made, "undo/"), form)
    assert visits.states() == ["confirmed"]


def test_undo_leaves_what_somebody_else_did_since(visits: Visits, maria: Any) -> None:
    made = book(visits, maria)
    services.arrive(visits.desk.scope, appointment=made)
    form = visits.form(visits.url(made), visits.url(made, "undo/"))
    services.to_room(visits.desk.nurse, appointment=visits.desk.again(made))
    assert "This appointment has changed: In room" in visits.said(visits.client.post(visits.url(made, "undo/"), form))
    assert visits.states() == ["room"]


def test_the_true_time_may_be_said_later(visits: Visits, maria: Any) -> None:
    made = book(visits, maria)
    visits.press(made, "step/", to="waiting", at="10:22")
    (card,) = queries.board(visits.desk.scope, visits.desk.day).cards
    assert card.arrived == visits.desk.at("10:22")
    assert "Waiting Today 10:22 Ana Ruiz" in visits.text(made)


def test_what_was_yesterday_is_entered_with_yesterdays_time(visits: Visits, maria: Any) -> None:
    desk, made = visits.desk, book(visits, maria)
    with desk.clock_at(desk.at("09:00", desk.day + timedelta(days=1))):
        visits = again(visits)
        visits.press(made, "step/", to="waiting", at="10:22")
        (card,) = queries.board(desk.scope, desk.day).cards
    assert card.arrived == desk.at("10:22")


def test_a_step_of_tomorrow_is_refused_with_its_day(visits: Visits, maria: Any) -> None:
    made = book(visits, maria, day=visits.desk.day + timedelta(days=1))
    form = {**visits.form(visits.url(made), visits.url(made, "step/"), "confirmed"), "to": "waiting"}
    answer = visits.client.post(visits.url(made, "step/"), form, headers=HTMX)
    assert answer.status_code == 422
    assert "If the patient is here now, move it to today first." in answer.content.decode()
    assert visits.desk.again(made).state == "booked"


def test_a_time_still_to_come_is_refused(visits: Visits, maria: Any) -> None:
    made = book(visits, maria)
    assert "Give a time of today that has been." in visits.said(visits.press(made, "step/", to="waiting", at="11:30"))
    assert visits.states() == ["booked"]


def test_a_room_is_chosen_on_the_way(visits: Visits, maria: Any) -> None:
    made = book(visits, maria)
    services.arrive(visits.desk.scope, appointment=made)
    answer = visits.press(made, "step/", to="room", room=visits.desk.room("Room 2").id)
    assert "is in Room 2" in visits.said(answer)


def test_an_old_form_once_more_says_what_is_so_now_and_undoes_nothing(visits: Visits, maria: Any) -> None:
    made = book(visits, maria)
    form = visits.form(visits.url(made), visits.url(made, "step/"), "waiting")
    visits.said(visits.client.post(visits.url(made, "step/"), form))
    services.to_room(visits.desk.nurse, appointment=visits.desk.again(made), room=visits.desk.room("Room 2"))
    answer = visits.client.post(visits.url(made, "step/"), form, headers=HTMX)
    text = plain(answer.content.decode())
    assert "is in Room 2" in text
    assert ARRIVED not in text
    assert text.count("Undo") == 1  # that of the details, and none in the toast


def test_a_room_of_another_clinic_is_not_found(
    visits: Visits, maria: Any, make_desk: MakeDesk, other_clinic: str
) -> None:
    made, theirs = book(visits, maria), make_desk(other_clinic)
    answer = visits.press(made, "step/", to="waiting", room=theirs.room("Room 1").id)
    assert "We can't find that here." in visits.said(answer)
    assert visits.states() == ["booked"]


def test_htmx_gets_the_panel_anew_and_a_toast_beside_it(visits: Visits, maria: Any) -> None:
    made = book(visits, maria)
    answer = visits.press(made, "step/", to="waiting", headers=HTMX)
    text = plain(answer.content.decode())
    assert ARRIVED in text
    assert "To room" in text
    assert "visit-changed" in answer["HX-Trigger"]
    assert 'hx-swap-oob="beforeend"' in answer.content.decode()


def test_htmx_gets_the_card_anew(visits: Visits, maria: Any) -> None:
    made = book(visits, maria)
    answer = visits.press(made, "step/", to="waiting", headers={**HTMX, "HX-Target": f"card-{made.id}"})
    assert f'id="card-{made.id}"' in answer.content.decode()
    assert 'data-state="waiting"' in answer.content.decode()


def test_a_refused_step_answers_htmx_with_its_sentence_alone(visits: Visits, maria: Any) -> None:
    made = book(visits, maria)
    form = visits.form(visits.url(made), visits.url(made, "step/"), "waiting")
    services.cancel(visits.desk.scope, appointment=made, by="patient", reason="Ill")
    answer = visits.client.post(visits.url(made, "step/"), form, headers=HTMX)
    assert answer.status_code == 422
    assert "data-sentence" in answer.content.decode()
    assert "This appointment has changed: Cancelled" in answer.content.decode()


@pytest.mark.parametrize(("back", "page"), [("board", "day/"), ("patient", ""), ("https://evil.example", None)])
def test_a_step_leads_back_to_one_of_our_pages(visits: Visits, maria: Any, back: str, page: str | None) -> None:
    made = book(visits, maria)
    location = visits.press(made, "step/", to="waiting", back=back)["Location"]
    assert location.startswith(f"/c/{visits.desk.scope.here}/")
    assert page is None or page in location


# --- Cancelling, no-shows ------------------------------------------------------------------------------------------


def test_cancelling_asks_who_and_why(visits: Visits, maria: Any) -> None:
    made = book(visits, maria)
    url = visits.url(made, "cancel/")
    form = visits.form(url)
    assert form["by"] == "patient"
    assert "Say why." in visits.client.post(url, form).content.decode()
    said = visits.said(visits.client.post(url, {**form, "reason": "Ill"}))
    assert "Cancelled: " in said
    assert visits.desk.again(made).cancelled == {"by": "patient", "reason": "Ill"}
    assert "by the patient: Ill" in visits.text(made)


def test_what_is_cancelled_has_nothing_to_cancel(visits: Visits, maria: Any) -> None:
    made = book(visits, maria)
    services.cancel(visits.desk.scope, appointment=made, by="patient", reason="Ill")
    assert "there is nothing to cancel" in visits.text(made, "cancel/")


def test_of_a_series_one_or_all_later_ones_are_cancelled(visits: Visits, maria: Any) -> None:
    desk = visits.desk
    starts = [desk.at("11:00", desk.day + timedelta(weeks=week)) for week in range(3)]
    services.book_series(desk.scope, patient=maria, visit_type=desk.type("Follow-up"), practitioner=desk.doctor,
                         starts=starts)  # fmt: skip
    (card,) = queries.board(desk.scope, desk.day).cards
    made = queries.appointment(desk.scope, maria.id, card.id)
    url = visits.url(made, "cancel/")
    form = visits.form(url)
    assert form["which"] == "one"
    said = visits.said(visits.client.post(url, {**form, "which": "rest", "reason": "Work or family"}))
    assert "So are 2 later ones" in said
    assert queries.coming(desk.scope, maria)[0]["state"] == "cancelled"


def test_no_show_is_offered_after_the_clinics_own_minutes_and_never_by_itself(visits: Visits, maria: Any) -> None:
    made = book(visits, maria)
    early = visits.html(visits.url(made))
    assert 'data-act="no-show"' not in early
    assert re.search(r"no-show is offered from \w+ \d+ \w+, 10:50 on", early)
    with visits.desk.clock_at(visits.desk.at("10:51")):
        visits = again(visits)
        html = visits.html(visits.url(made))
        assert "Mark as no-show? It is 21 minutes past. You can undo this." in html
        assert visits.states() == ["booked"]
        assert "is marked as no-show" in visits.said(visits.press(made, "no-show/"))


def test_who_comes_late_gets_the_time_back(visits: Visits, maria: Any) -> None:
    made = book(visits, maria)
    with visits.desk.clock_at(visits.desk.at("10:51")):
        services.no_show(visits.desk.scope, appointment=made)
        visits = again(visits)
        assert "is here for Dr Okafor" in visits.said(visits.press(made, "came-late/"))
    assert visits.states() == ["waiting"]


def test_a_time_given_away_asks_whether_to_queue(visits: Visits, maria: Any) -> None:
    desk = visits.desk
    made = book(visits, maria, minutes=60)
    with desk.clock_at(desk.at("10:51")):
        services.no_show(desk.scope, appointment=made)
        desk.book("11:00")
        visits = again(visits)
        html = visits.press(made, "came-late/").content.decode()
        assert "The time was given to someone else. Add María to the queue?" in plain(html)

        form = fields(html[html.index("<main") :], visits.url(made, "came-late/"))
        assert "is here for Dr Okafor" in visits.said(visits.client.post(visits.url(made, "came-late/"), form))
    assert desk.again(made).queued


# --- Words, requests, another patient ------------------------------------------------------------------------------


def test_reason_and_note_are_changed_without_a_step(visits: Visits, maria: Any) -> None:
    made = book(visits, maria)
    visits.press(made, "words/", reason="Cough, 6 days", note="Interpreter asked for")
    text = visits.text(made)
    assert "Cough, 6 days" in text
    assert "Interpreter asked for" in text
    assert not visits.desk.again(made).stamps
    (card,) = queries.board(visits.desk.scope, visits.desk.day).cards
    assert card.reason == "Cough, 6 days"


def test_somebody_elses_words_are_shown_before_they_are_written_over(visits: Visits, maria: Any) -> None:
    made = book(visits, maria)
    form = visits.form(visits.url(made), visits.url(made, "words/"))
    services.change_words(visits.desk.nurse, appointment=made, reason="Fever", note="")
    html = visits.client.post(visits.url(made, "words/"), {**form, "reason": "Cough, 6 days"}).content.decode()
    assert "Now it is: Fever" in plain(html)

    again = fields(html[html.index("<main") :], visits.url(made, "words/"))
    visits.client.post(visits.url(made, "words/"), {**again, "reason": "Cough, 6 days"})
    assert visits.desk.again(made).reason == "Cough, 6 days"


def test_parked_it_is_a_request_and_the_time_is_free(visits: Visits, maria: Any) -> None:
    made = book(visits, maria, at="14:00")
    form = visits.form(visits.url(made), visits.url(made, "park/"))
    for _ in range(2):
        assert "is in Requests" in visits.said(visits.client.post(visits.url(made, "park/"), form))
    assert len(queries.open_requests(visits.desk.scope)) == 1
    assert "14:00" in visits.desk.free()
    visits.press(made, "undo/")
    assert queries.open_requests(visits.desk.scope) == []
    assert visits.desk.again(made).state == "booked"
    assert "14:00" not in visits.desk.free()


def test_an_appointment_is_given_to_the_right_patient(visits: Visits, maria: Any) -> None:
    made, right = book(visits, maria), visits.desk.patient("Marisa", "García", birth_date="1990-01-02")
    url = visits.url(made, "change-patient/")
    form = visits.form(url)
    found = plain(visits.client.post(url, {**form, "q": "garcía mari", "find": "1"}).content.decode())
    assert "García, Marisa" in found
    assert "2 Jan 1990" in found
    sent = {**form, "q": "garcía mari", "who": right.id}
    for _ in range(2):
        assert "Marisa García" in visits.said(visits.client.post(url, sent))
    assert queries.appointment(visits.desk.scope, right.id, made.id).state == "booked"
    assert "Booked for somebody else" in plain(visits.client.get(visits.url(made)).content.decode())


def test_who_is_here_under_the_wrong_name_is_put_right_and_undone(visits: Visits, maria: Any) -> None:
    made, right = book(visits, maria), visits.desk.patient("Luis", "Serrano", birth_date="1990-01-02")
    visits.press(made, "step/", to="waiting")
    assert "Change patient" in visits.text(made)
    url = visits.url(made, "change-patient/")
    assert "Whoever is chosen is Waiting instead, since the same time" in plain(visits.html(url))
    said = visits.said(visits.client.post(url, {**visits.form(url), "q": "serrano", "who": right.id}))
    assert "Changed: Luis Serrano" in said.replace("\u2068", "").replace("\u2069", "")
    assert "is here for Dr Okafor, 10:30" in said
    given = queries.appointment(visits.desk.scope, right.id, made.id)
    assert "Given to this patient Today 10:31 Ana Ruiz" in visits.text(given)
    said = visits.said(visits.press(given, "undo/"))
    assert ARRIVED in said
    assert 'data-act="undo"' not in visits.html(visits.url(given))
    assert visits.states() == ["waiting"]


def test_nobody_chosen_keeps_what_was_typed_and_whom_it_fits(visits: Visits, maria: Any) -> None:
    made = book(visits, maria)
    for name in ("Luis", "Luisa"):
        visits.desk.patient(name, "Serrano")
    url = visits.url(made, "change-patient/")
    html = visits.client.post(url, {**visits.form(url), "q": "serrano"}).content.decode()
    assert 'value="serrano"' in html
    assert "Choose who it is." in html
    assert {"Serrano, Luis", "Serrano, Luisa"} <= set(re.findall(r"<bdi>(Serrano, \w+)</bdi>", html))
    assert "Find them first, then choose." in visits.client.post(url, {**visits.form(url), "q": ""}).content.decode()


def test_of_a_visit_that_has_begun_the_page_says_why_it_stays(visits: Visits, maria: Any) -> None:
    made = book(visits, maria)
    services.with_doctor(visits.desk.scope, appointment=made)
    assert "Change patient" not in visits.text(made)
    assert "This visit has begun" in visits.text(made, "change-patient/")


def test_a_patient_of_another_clinic_is_not_found(
    visits: Visits, maria: Any, make_desk: MakeDesk, other_clinic: str
) -> None:
    made, theirs = book(visits, maria), make_desk(other_clinic).patient("Olga")
    url = visits.url(made, "change-patient/")
    html = visits.client.post(url, {**visits.form(url), "who": theirs.id}).content.decode()
    assert "We can't find that here." in plain(html) or "Find them first" in plain(html)
    assert visits.states() == ["booked"]


# --- Moving --------------------------------------------------------------------------------------------------------


def move(visits: Visits, made: Any, headers: dict[str, str] | None = None, **typed: Any) -> Any:
    url = visits.url(made, "move/")
    html = visits.client.get(url, headers={**HTMX, "HX-Target": "move-dialog"}).content.decode()

    return visits.client.post(url, {**fields(html), **typed}, headers=headers)


def test_move_leads_to_the_booking_page(visits: Visits, maria: Any) -> None:
    made = book(visits, maria)
    location = visits.client.get(visits.url(made, "move/"))["Location"]
    assert location == f"/c/{visits.desk.scope.here}/book/?move={made.id}&patient={maria.id}"


def test_a_move_by_the_clinics_clock_to_another_doctor_can_be_undone(visits: Visits, maria: Any) -> None:
    made = book(visits, maria)
    said = visits.said(move(visits, made, start=f"{visits.desk.day}T14:15", practitioner=visits.desk.doctors[1].id))
    assert "14:15 with Dr Bernard." in said
    assert visits.desk.again(made).practitioner_id == visits.desk.doctors[1].id
    visits.press(made, "undo/")
    assert visits.desk.again(made).wall == made.wall


def test_a_move_to_another_day_goes_back(visits: Visits, maria: Any) -> None:
    desk, made, later = visits.desk, book(visits, maria), visits.desk.day + timedelta(days=1)
    move(visits, made, start=clock.stamp(visits.desk.at("09:00", later)))
    assert visits.states() == []
    visits.press(made, "undo/")
    assert visits.states() == ["booked"]
    assert queries.board(visits.desk.scope, later).cards == []
    assert "10:30" not in visits.desk.free()
    desk.book("09:00", day=later)


def test_a_taken_time_says_so_and_offers_what_is_near(visits: Visits, maria: Any) -> None:
    made = book(visits, maria)
    visits.desk.book("11:00")
    answer = move(visits, made, {**HTMX, "HX-Target": "move-dialog"}, start=f"{visits.desk.day}T11:00")
    assert answer.status_code == 422
    text = plain(answer.content.decode())
    assert "11:00 with Dr Okafor" in text
    assert "Nearest:" in text
    assert "Overbook" not in text
    assert visits.desk.again(made).wall == made.wall


def test_who_may_overbooks_with_a_reason(desk: Desk, maria: Any) -> None:
    with desk.clock_at(desk.at("10:31")):
        visits = Visits(signed_in_client(desk.scope.here, role=Role.NURSE), desk)
        made = book(visits, maria)
        desk.book("11:00")
        start = f"{desk.day}T11:00"
        assert "Overbook" in move(visits, made, {**HTMX, "HX-Target": "move-dialog"}, start=start).content.decode()
        unsaid = move(visits, made, {**HTMX, "HX-Target": "move-dialog"}, start=start, squeeze="on")
        assert "Say why." in plain(unsaid.content.decode())
        assert move(visits, made, start=start, overbook="fever, fit in", squeeze="on").status_code == 302
        assert desk.again(made).overbooked == "fever, fit in"


def test_nobody_overbooks_who_may_not(visits: Visits, maria: Any) -> None:
    made = book(visits, maria)
    visits.desk.book("11:00")
    assert move(visits, made, start=f"{visits.desk.day}T11:00", overbook="fit in").status_code == 403


def test_outside_hours_asks_those_who_may(desk: Desk, maria: Any) -> None:
    with desk.clock_at(desk.at("10:31")):
        visits = Visits(signed_in_client(desk.scope.here, role=Role.NURSE), desk)
        made = book(visits, maria)
        start = f"{desk.day + timedelta(days=1)}T05:00"
        answer = move(visits, made, {**HTMX, "HX-Target": "move-dialog"}, start=start)
        assert "Book anyway" in plain(answer.content.decode())
        assert move(visits, made, start=start, outside_hours="on").status_code == 302


@pytest.mark.parametrize("start", ["", "soon", "2026-02-31T10:30", "0001-01-01T00:00", "9999-12-31T23:59"])
def test_a_start_that_is_none_moves_nothing(visits: Visits, maria: Any, start: str) -> None:
    made = book(visits, maria)
    assert move(visits, made, start=start).status_code == 200
    assert visits.desk.again(made).wall == made.wall


# --- Who may -------------------------------------------------------------------------------------------------------


def test_another_clinic_finds_nothing(visits: Visits, maria: Any, outsider: Scope) -> None:
    made = book(visits, maria)
    theirs = signed_in_client(outsider.here)
    url = visits.url(made).replace(visits.desk.scope.here, outsider.here)
    for page in ("", "cancel/", "change-patient/", "came-late/", "check/"):
        assert theirs.get(url + page).status_code == 404
    for page in ("step/", "undo/", "park/", "move/", "no-show/", "words/", "have/"):
        assert theirs.post(url + page, {}).status_code in (403, 404)
    assert visits.states() == ["booked"]


def test_a_form_without_its_token_does_nothing(visits: Visits, maria: Any) -> None:
    made = book(visits, maria)
    for page, typed in (("step/", {"to": "waiting"}), ("undo/", {}), ("park/", {})):
        assert visits.client.post(visits.url(made, page), typed).status_code == 302
    assert visits.states() == ["booked"]


def test_everything_is_in_the_patients_history(visits: Visits, maria: Any) -> None:
    made = book(visits, maria)
    visits.press(made, "step/", to="waiting")
    visits.press(made, "undo/")
    actions = [row["line"]["action"] for row in history(visits.desk.scope, maria)[0]]
    assert actions[:2] == ["appointment.undo", "appointment.waiting"]
