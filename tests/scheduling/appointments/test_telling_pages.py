"""Whoever moves, cancels or parks reads whether the patient hears of it, and when, and can decide otherwise."""

from datetime import timedelta
from typing import Any

import pytest

from scheduling.messages.services import outbox
from scheduling.models import Appointment
from tests.scheduling.messages.leaving import by_mail, child_of, send
from tests.scheduling.visiting import Visits, fields, visits

pytestmark = pytest.mark.django_db
__all__ = ["visits"]
IN_THREE = "They are told by e-mail:"


def told(visits: Visits) -> Appointment:
    """Who knows of it by e-mail."""
    appointment = by_mail(visits.desk, at="10:30", day=visits.desk.day + timedelta(days=6))
    send(visits.desk)
    return visits.desk.again(appointment)


def toast(visits: Visits, answer: Any) -> str:
    html = visits.client.get(answer["Location"]).content.decode()
    return html[html.index('id="toasts"') :]


def decide(visits: Visits, appointment: Appointment, shown: str) -> str:
    url = visits.url(appointment, "messages/telling/")
    return toast(visits, visits.client.post(url, fields(shown, url)))


def moved(visits: Visits, appointment: Appointment) -> str:
    url = visits.url(appointment, "move/")
    html = visits.html(url, **{"HX-Request": "true"})
    start = f"{visits.desk.day + timedelta(days=6)}T11:00"
    return toast(visits, visits.client.post(url, {**fields(html, url), "start": start}))


def test_a_move_says_when_it_is_told_and_offers_not_to(visits: Visits) -> None:
    appointment = told(visits)
    shown = moved(visits, appointment)
    assert IN_THREE in shown
    assert "is not told." in decide(visits, appointment, shown)
    assert outbox.is_quiet(visits.desk.again(appointment))
    assert send(visits.desk) == []


def test_what_nobody_was_to_be_told_is_told_after_all(visits: Visits) -> None:
    appointment = told(visits)
    again_shown = decide(visits, appointment, moved(visits, appointment))
    assert "is told by e-mail:" in decide(visits, appointment, again_shown)
    (letter,) = send(visits.desk)
    assert "11:00" in letter.text


def test_of_a_child_it_is_said_that_somebody_else_is_told(visits: Visits) -> None:
    desk = visits.desk
    child = child_of(desk, desk.patient(email="maria@example.org"), 1)
    appointment = desk.book("10:30", child, day=desk.day + timedelta(days=6), tell_by="email")
    assert "by e-mail, to their guardian" in visits.text(appointment, "messages/")
    send(desk)
    shown = moved(visits, desk.again(appointment))
    assert "Their guardian is told by e-mail:" in shown
    again_shown = decide(visits, appointment, shown)
    assert ": their guardian is told by e-mail:" in decide(visits, appointment, again_shown)
    page = visits.html(f"/c/{desk.scope.clinic_id}/book/?patient={child.id}")
    assert "E-mail to guardian" in page


def test_who_gets_no_mail_has_nothing_to_be_decided(visits: Visits) -> None:
    appointment = visits.desk.book("10:30", day=visits.desk.day + timedelta(days=6))
    shown = moved(visits, appointment)
    assert "No message goes to them." in shown
    assert "Don’t tell" not in shown
    assert "Tell the patient" not in visits.html(visits.url(appointment, "cancel/"))


@pytest.mark.parametrize(("tell", "letters"), [("soon", 1), ("not", 0)])
def test_a_cancellation_asks_whether_it_is_told(visits: Visits, tell: str, letters: int) -> None:
    appointment = told(visits)
    url = visits.url(appointment, "cancel/")
    assert "Tell the patient" in visits.html(url)
    shown = toast(visits, visits.client.post(url, {**visits.form(url, url), "reason": "Ill", "tell": tell}))
    assert (IN_THREE in shown, "They are not told." in shown) == (tell == "soon", tell == "not")
    assert "Another time" in shown
    assert len(send(visits.desk)) == letters


def test_a_parked_visit_says_when_the_patient_hears_of_it(visits: Visits) -> None:
    appointment = told(visits)
    answer = visits.press(appointment, "park/")
    assert "They are told when another time is booked, or when the request is withdrawn." in toast(visits, answer)
    assert send(visits.desk) == []


@pytest.mark.parametrize(("tell", "letters"), [("soon", 1), ("not", 0)])
def test_the_booking_page_asks_too_where_it_moves(visits: Visits, tell: str, letters: int) -> None:
    appointment = told(visits)
    page = f"/c/{visits.desk.scope.clinic_id}/book/?patient={appointment.patient_id}&move={appointment.id}"
    html = visits.html(page)
    assert "Tell the patient" in html
    start = f"{visits.desk.at('11:00', visits.desk.day + timedelta(days=6)):%Y-%m-%dT%H:%MZ}~{visits.desk.doctor.id}"
    url = page.partition("?")[0]
    answer = visits.client.post(url, {**fields(html, url), "start": start, "tell": tell})
    assert "Moved:" in toast(visits, answer)
    assert len(send(visits.desk)) == letters
