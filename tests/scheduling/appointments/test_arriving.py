"""The check on arrival, who comes without an appointment, and who cannot wait."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from clinnet import clock
from clinnet.accounts.permissions import Role
from clinnet.table import Scope
from patients import services as people
from patients.queries import patient as get_patient
from patients.search import search, understood
from scheduling.appointments import queries as appointment_queries
from scheduling.appointments.rows.visits import DUE_AFTER, is_due
from scheduling.appointments.services import states, undoing
from scheduling.board import queries as board_queries
from scheduling.board.services.cards import Card
from scheduling.calendar.queries.setup import setup
from tests.patients.pages import plain
from tests.people import signed_in_client
from tests.scheduling.conftest import Desk, MakeDesk
from tests.scheduling.visiting import HTMX, Visits, fields

pytestmark = pytest.mark.django_db
LATER = DUE_AFTER + timedelta(days=1)


@pytest.fixture
def visits(desk: Desk) -> Iterator[Visits]:
    with desk.clock_at(desk.at("10:31")):
        yield Visits(signed_in_client(desk.scope.clinic_id), desk)


def doctor(desk: Desk) -> Visits:
    me = desk.doctor.id
    return Visits(signed_in_client(desk.scope.clinic_id, role=Role.DOCTOR, name="Dr Amara Okafor", person=me), desk)


def cards(desk: Desk) -> list[Card]:
    return board_queries.board(desk.scope, desk.day).cards


# --- The check -----------------------------------------------------------------------------------------------------


def test_details_are_due_half_a_year_after_they_were_said(desk: Desk) -> None:
    maria = desk.patient()
    assert not is_due(maria)
    with desk.clock_at(clock.now() + LATER):
        assert is_due(maria)
        people.confirm_details(desk.scope, maria)
        assert not is_due(get_patient(desk.scope, maria.id))


def test_arriving_offers_the_check_and_waits_for_nothing(desk: Desk) -> None:
    known: dict[str, Any] = {
        "phones": [{"number": "+447700900321"}],
        "policies": [{"payer": "AXA", "valid_until": "2031-12-31"}],
    }
    maria = desk.patient(birth_date="1985-03-14", address={"line": "5 Mill Lane"}, **known)
    day = desk.day + LATER
    with desk.clock_at(desk.at("10:31", day)):
        visits = Visits(signed_in_client(desk.scope.clinic_id), desk)
        appointment = desk.book("10:30", maria, day=day)
        assert "Check details" in visits.said(visits.press(appointment, "step/", to="waiting"))
        assert desk.again(appointment).state == "waiting"
        text = visits.text(appointment, "check/")
        for words in ("Still right?", "14 Mar 1985", "07700 900321", "5 Mill Lane", "AXA", "until 31 Dec 2031"):
            assert words in text
        visits.client.post(visits.url(appointment, "check/"), visits.form(visits.url(appointment, "check/")))
        assert get_patient(desk.scope, maria.id).checked_at
        assert "Check details" not in visits.text(appointment)


def test_who_was_asked_lately_is_not_asked_again(visits: Visits) -> None:
    appointment = visits.desk.book("10:30")
    assert "Check details" not in visits.said(visits.press(appointment, "step/", to="waiting"))


# --- Walk-ins ------------------------------------------------------------------------------------------------------


def walk_in(visits: Visits, **typed: Any) -> Any:
    url = f"/c/{visits.desk.scope.clinic_id}/walk-in/"
    return visits.client.post(url, {**visits.form(url), **typed})


def test_somebody_known_is_found_and_queued_for_any_doctor(visits: Visits) -> None:
    joao = visits.desk.patient("João", "Costa", birth_date="1970-01-02")
    found = plain(walk_in(visits, q="costa", find="1").content.decode())
    assert "Costa, João" in found
    assert "2 Jan 1970" in found
    assert "without an appointment" in visits.said(walk_in(visits, q="costa", who=joao.id, reason="Cough"))
    (card,) = cards(visits.desk)
    assert (card.patient_id, card.state, card.start, set(card.flags)) == (joao.id, "waiting", None, {"W", "Q"})


def test_somebody_new_is_registered_by_name_alone(visits: Visits) -> None:
    walk_in(visits, q="Costa João", practitioner=visits.desk.doctor.id)
    (card,) = cards(visits.desk)
    known = get_patient(visits.desk.scope, card.patient_id)
    assert {known.family_name, known.given_name} == {"Costa", "João"}
    assert known.mrn
    assert card.practitioner == visits.desk.doctor.id


def test_whoever_has_namesakes_must_be_chosen(visits: Visits) -> None:
    visits.desk.patient("João", "Costa")
    form = {"q": "joão costa"}
    assert "Choose who it is" in walk_in(visits, **form).content.decode()
    assert cards(visits.desk) == []
    assert walk_in(visits, **form, who="").status_code == 302
    assert len(cards(visits.desk)) == 1


def test_a_walk_in_sent_twice_is_one_patient_and_one_card(visits: Visits) -> None:
    url = f"/c/{visits.desk.scope.clinic_id}/walk-in/"
    form = {**visits.form(url), "q": "Zed Quill"}
    for _ in range(2):
        assert visits.client.post(url, form).status_code == 302
    assert len(cards(visits.desk)) == 1
    clinic = setup(visits.desk.scope).clinic
    assert len(search(visits.desk.scope, understood("quill", clinic)).hits) == 1


def test_whom_one_looks_for_here_is_not_in_the_search_of_every_page(visits: Visits) -> None:
    html = walk_in(visits, q="Zed Quill", find="1").content.decode()
    assert "Somebody new" in html
    box = html[html.index('<input id="find-box"') :].partition(">")[0]
    assert 'value=""' in box


def test_a_walk_in_needs_a_name(visits: Visits) -> None:
    assert "Type a name, one is enough." in walk_in(visits).content.decode()


def test_a_walk_in_of_another_clinic_is_not_found(visits: Visits, make_desk: MakeDesk, other_clinic: str) -> None:
    theirs = make_desk(other_clinic).patient("Olga")
    assert walk_in(visits, q="olga", who=theirs.id).status_code == 422
    assert cards(visits.desk) == []


def test_a_walk_in_by_mistake_is_undone_from_its_toast(visits: Visits) -> None:
    answer = walk_in(visits, q="Zed Quill")
    html = visits.client.get(answer["Location"]).content.decode()
    undo = fields(html[html.index('id="toasts"') :])
    (card,) = cards(visits.desk)
    appointment = appointment_queries.appointment(visits.desk.scope, card.patient_id, card.id)
    visits.client.post(visits.url(appointment, "undo/"), undo)
    assert cards(visits.desk) == []


# --- Urgent --------------------------------------------------------------------------------------------------------


def call(visits: Visits, **typed: Any) -> Any:
    url = f"/c/{visits.desk.scope.clinic_id}/urgent/"
    return visits.client.post(url, {**visits.form(url), **typed})


def strip(visits: Visits, seen: str | None = None) -> Any:
    url = f"/c/{visits.desk.scope.clinic_id}/urgent/now/"
    return visits.client.get(url, None if seen is None else {"seen": seen}, headers={"HX-Request": "true"})


def is_calm(visits: Visits) -> bool:
    return bool(strip(visits, "").status_code == 204)


def test_nobody_has_to_be_named(visits: Visits) -> None:
    said = visits.said(call(visits))
    assert "Unknown adult" in said
    assert "Urgent at the front desk: Unknown adult" in plain(strip(visits).content.decode())


def test_two_unknown_adults_are_told_apart_by_when_they_came(visits: Visits) -> None:
    now = clock.now()
    for minutes, typed in ((0, ""), (1, "unknown adult")):
        with visits.desk.clock_at(now + timedelta(minutes=minutes)):
            call(visits, q=typed)
    seen = re.findall(r"Urgent at the front desk: Unknown adult (\d\d:\d\d)", plain(strip(visits).content.decode()))
    assert len(set(seen)) == 2


def test_the_strip_has_the_words_and_costs_half_a_unit(visits: Visits) -> None:
    call(visits, q="Costa João", reason="pain in my chest")
    answer = strip(visits)
    text = plain(answer.content.decode())
    assert "Urgent at the front desk: João Costa . In their words: “ pain in my chest ”." in text
    assert "I have them" not in text
    assert 'data-short="Cos. J."' in answer.content.decode()  # on a screen that others see
    assert "1 in sequence of 1" in answer["Server-Timing"]
    assert "0.5 units" in answer["Server-Timing"]


def test_where_more_cannot_wait_than_are_shown_the_strip_says_so(
    visits: Visits, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scheduling.board.queries.MOST_URGENT", 1)
    call(visits, q="Costa João")
    assert "And more" not in plain(strip(visits).content.decode())
    call(visits, q="Costa Ana")
    text = plain(strip(visits).content.decode())
    assert "And more who cannot wait" in text
    assert text.count("Urgent at the front desk") == 1


def test_a_call_for_help_is_not_refused_for_its_length(visits: Visits) -> None:
    call(visits, q="Costa João", reason="pain in my chest " * 300)
    assert "In their words: “ pain in my chest pain" in plain(strip(visits).content.decode())


def test_what_is_seen_already_is_not_drawn_again(visits: Visits) -> None:
    call(visits)
    seen = fields("<form>" + strip(visits).content.decode() + "</form>")["seen"]
    assert strip(visits, seen).status_code == 204


def test_nothing_urgent_is_an_empty_answer(visits: Visits) -> None:
    assert is_calm(visits)


def test_a_doctor_has_them_and_every_strip_is_gone(visits: Visits) -> None:
    call(visits, q="Costa João")
    theirs = doctor(visits.desk)
    (card,) = cards(visits.desk)
    appointment = appointment_queries.appointment(visits.desk.scope, card.patient_id, card.id)
    form = fields(strip(theirs).content.decode(), visits.url(appointment, "have/"))
    for _ in range(2):
        assert theirs.client.post(visits.url(appointment, "have/"), form).status_code == 302
    now = visits.desk.again(appointment)
    assert (now.state, now.practitioner_id, now.wall) == ("doctor", visits.desk.doctor.id, f"{visits.desk.day}T10:30")
    assert is_calm(visits)
    undoing.undo(visits.desk.scope, appointment=now)
    assert "João Costa" in plain(strip(visits).content.decode())


def test_a_nurse_takes_them_to_a_room(visits: Visits) -> None:
    call(visits)
    nurse = Visits(signed_in_client(visits.desk.scope.clinic_id, role=Role.NURSE), visits.desk)
    (card,) = cards(visits.desk)
    appointment = appointment_queries.appointment(visits.desk.scope, card.patient_id, card.id)
    nurse.client.post(
        visits.url(appointment, "have/"), fields(strip(nurse).content.decode(), visits.url(appointment, "have/"))
    )
    assert visits.desk.again(appointment).state == "room"
    assert is_calm(visits)


def test_the_front_desk_shows_them_in_and_the_call_goes_on(visits: Visits) -> None:
    call(visits)
    (card,) = cards(visits.desk)
    appointment = appointment_queries.appointment(visits.desk.scope, card.patient_id, card.id)
    visits.press(appointment, "step/", to="room")
    assert not is_calm(visits)
    states.leave(visits.desk.scope, appointment=visits.desk.again(appointment))
    assert is_calm(visits)


def test_the_front_desk_cannot_say_that_it_has_them(visits: Visits) -> None:
    call(visits)
    (card,) = cards(visits.desk)
    appointment = appointment_queries.appointment(visits.desk.scope, card.patient_id, card.id)
    assert visits.client.post(visits.url(appointment, "have/"), {}).status_code == 403


def test_another_clinic_hears_nothing(visits: Visits, outsider: Scope) -> None:
    call(visits)
    theirs = signed_in_client(outsider.clinic_id)
    assert b"Urgent" not in theirs.get(f"/c/{outsider.clinic_id}/urgent/now/").content
    assert theirs.get(f"/c/{visits.desk.scope.clinic_id}/urgent/now/").status_code == 404


def test_an_urgent_call_of_yesterday_is_over(visits: Visits) -> None:
    call(visits)
    tomorrow = visits.desk.at("10:31", visits.desk.day + timedelta(days=1))
    assert board_queries.urgent(visits.desk.scope, tomorrow.date()) == []


def test_choices_come_while_somebody_types(visits: Visits) -> None:
    visits.desk.patient("João", "Costa")
    url = f"/c/{visits.desk.scope.clinic_id}/pick/patient/"
    answer = visits.client.post(url, {"q": "cos", "new": "choose"}, headers=HTMX)
    assert "<html" not in answer.content.decode()
    assert "Costa, João" in plain(answer.content.decode())
