"""A patient's appointments on their pages, and what the search knows of them; on the real engine."""

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client

from clinnet import clock
from clinnet.table import Page, errors, reads
from patients import services as people
from patients.models import Patient
from patients.queries import patient as get_patient
from scheduling.appointments.services import states
from scheduling.appointments.views import patient_pages
from scheduling.calendar.rules import walltime
from scheduling.waitlist.services import waitlist
from tests.patients.pages import hidden, plain
from tests.people import signed_in_client
from tests.scheduling.conftest import ZONE, Desk

pytestmark = pytest.mark.django_db


def url(desk: Desk, patient: Patient, page: str = "") -> str:
    return f"/c/{desk.scope.clinic_id}/patients/{patient.id}/{page}"


def shown(ana: Client, address: str) -> str:
    answer = ana.get(address)
    assert answer.status_code == 200
    return plain(answer.content.decode())


def day(moment: Any) -> str:
    """With its weekday, and one of another year with its year."""
    if moment.year != clock.today(ZONE).year:
        return f"{moment.day} {moment:%b %Y}"
    return f"{moment:%a} {moment.day} {moment:%b}"


def soon() -> str:
    """A time of today that a visit can still have."""
    now = walltime.to_wall(clock.now(), ZONE)
    at = now + timedelta(minutes=10)
    return f"{at - timedelta(minutes=at.minute % 5):%H:%M}" if at.date() == now.date() else "23:55"


def booked_today(desk: Desk, patient: Patient) -> Any:
    today = clock.today(ZONE)
    return desk.book(soon(), patient, day=today, scope=desk.nurse, outside_hours=True, minutes=5)


# --- Overview and tab ----------------------------------------------------------------------------------------------


def test_the_overview_says_what_is_today_and_what_is_coming(ana: Client, desk: Desk) -> None:
    maria = desk.patient()
    booked_today(desk, maria)
    for week in range(4):
        desk.book("10:30", maria, day=desk.day + timedelta(weeks=week))
    text = shown(ana, url(desk, maria))
    today, coming = text.split("Today", 1)[1].split("Coming", 1)
    assert "Dr Okafor · Follow-up Booked Arrive" in today
    coming = coming.split("Contact log")[0]
    assert coming.count("Move") == coming.count("Cancel") == 3
    assert f"{day(desk.day)}, 10:30" in coming
    assert "and 1 more" in coming


def test_a_patient_without_appointments_is_booked_by_one_key(ana: Client, desk: Desk) -> None:
    html = ana.get(url(desk, desk.patient())).content.decode()
    assert "No appointments yet. Book one ( B )." in plain(html)
    assert re.search(r'href="[^"]*/book/\?patient=[^"]*"\s+data-key="b"', html)


def test_the_tab_says_what_was_what_comes_and_what_is_asked_for(ana: Client, desk: Desk) -> None:
    maria, yesterday = desk.patient(), clock.today(ZONE) - timedelta(days=1)
    with desk.clock_at(desk.at("09:00", yesterday)):
        desk.book("11:30", maria, day=yesterday, reason="Thyroid")
    desk.book("10:30", maria)
    gone = desk.book("12:30", maria)
    states.cancel(desk.scope, appointment=gone, by="patient", reason="Ill")
    waitlist.ask(
        desk.scope,
        patient=maria,
        visit_type=desk.type("Procedure"),
        practitioners=[desk.doctor],
        weekdays=[3],
        parts=["am"],
        until=desk.day,
    )
    text = shown(ana, url(desk, maria, "appointments/"))
    coming, rest = text.split("Coming", 1)[1].split("Requests", 1)
    asked, past = rest.split("Past", 1)
    assert "10:30" in coming
    assert "12:30" not in coming
    assert "Procedure with Dr Okafor · mornings, Thu · until" in asked
    assert "Thyroid" in past


def test_what_was_just_booked_is_shown_though_the_index_lags(
    ana: Client, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    appointment = desk.book("10:30")
    maria = desk.patient_of(appointment)
    real = reads.query
    blind = lambda scope, asked, **more: Page([]) if asked.gsi == "GSI2" else real(scope, asked, **more)  # noqa: E731
    monkeypatch.setattr("patients.timeline.query", blind)
    assert f"{day(desk.day)}, 10:30" not in shown(ana, url(desk, maria))
    assert f"{day(desk.day)}, 10:30" in shown(ana, f"{url(desk, maria)}?changed={appointment.id}")


def test_a_cancelled_one_is_gone_though_the_index_lags(
    ana: Client, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    appointment = desk.book("10:30")
    maria = desk.patient_of(appointment)
    before: dict[Any, Page] = {}
    real = reads.query

    def old(scope: Any, asked: Any, **more: Any) -> Page:
        return before.setdefault(asked.low if asked.gsi else asked, real(scope, asked, **more))

    monkeypatch.setattr("patients.timeline.query", old)
    assert f"{day(desk.day)}, 10:30" in shown(ana, url(desk, maria))
    states.cancel(desk.scope, appointment=appointment, by="patient", reason="Ill")
    assert f"{day(desk.day)}, 10:30" in shown(ana, url(desk, maria))
    assert f"{day(desk.day)}, 10:30" not in shown(ana, f"{url(desk, maria)}?changed={appointment.id}")
    assert ana.get(f"{url(desk, maria)}?changed=nonsense").status_code == 200


def test_the_rest_of_the_overview_stands_when_appointments_cannot_be_read(
    ana: Client, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    maria = desk.patient()

    real = reads.query

    def broken(scope: Any, asked: Any, **more: Any) -> Page:
        if asked.gsi == "GSI2":
            raise errors.Unavailable
        return real(scope, asked, **more)

    monkeypatch.setattr("patients.timeline.query", broken)
    text = shown(ana, url(desk, maria))
    assert "The appointments can't be read just now." in text
    assert "Contact log" in text


def test_nobody_is_booked_from_the_page_of_somebody_archived(ana: Client, desk: Desk) -> None:
    maria = desk.patient()
    people.archive(desk.scope, maria, reason="Moved away")
    html = ana.get(url(desk, maria)).content.decode()
    assert "/book/?patient=" not in html


def test_appointments_of_a_folded_record_are_the_survivor_s(ana: Client, desk: Desk) -> None:
    keep, other = desk.patient(), desk.patient("Maria")
    desk.book("10:30", other)
    people.merge(desk.scope, keep, other, {})
    keep = get_patient(desk.scope, keep.id)
    html = ana.get(url(desk, keep, "appointments/")).content.decode()
    assert "10:30" in plain(html)
    move = unescape(re.findall(r'href="([^"]*move=[^"]*)"', html)[0])
    assert "10:30" in shown(ana, move)


# --- Search --------------------------------------------------------------------------------------------------------


def found(ana: Client, desk: Desk, text: str) -> Any:
    return ana.post(f"/c/{desk.scope.clinic_id}/patients/search/", {"q": text}, headers={"HX-Request": "true"})


def test_a_search_costs_what_it_did_and_its_rows_lead_to_booking(ana: Client, desk: Desk) -> None:
    maria = desk.patient()
    desk.book("10:30", maria)
    answer = found(ana, desk, "garc")
    assert '"1 in sequence of' in answer["Server-Timing"] or '"2 in sequence of' in answer["Server-Timing"]
    assert float(re.findall(r'read;desc="([\d.]+)', answer["Server-Timing"])[0]) <= 3
    html = answer.content.decode()
    assert re.search(rf'data-book="[^"]*/book/\?patient={maria.id}"', html)
    assert "10:30" not in plain(html)


def test_what_is_next_for_the_rows_is_asked_apart_half_a_unit_each(ana: Client, desk: Desk) -> None:
    maria, ada = desk.patient(), desk.patient("Ada")
    desk.book("10:30", maria)
    ids = f"{maria.id} {ada.id}"
    answer = ana.post(f"/c/{desk.scope.clinic_id}/next/", {"ids": ids})
    assert f"{day(desk.day)} 10:30 Okafor" in plain(answer.content.decode())
    assert float(re.findall(r'read;desc="([\d.]+)', answer["Server-Timing"])[0]) <= 1
    assert '"1 in sequence of' in answer["Server-Timing"]


def test_without_javascript_a_page_of_rows_says_it_at_once(ana: Client, desk: Desk) -> None:
    desk.book("10:30", desk.patient())
    answer = ana.post(f"/c/{desk.scope.clinic_id}/patients/search/", {"q": "garc"})
    assert f"{day(desk.day)} 10:30 Okafor" in plain(answer.content.decode())


def test_no_more_than_eight_are_asked_about(ana: Client, desk: Desk) -> None:
    ids = [desk.patient().id for _ in range(10)]
    html = ana.post(f"/c/{desk.scope.clinic_id}/next/", {"ids": " ".join(ids)}).content.decode()
    assert html.count("hx-swap-oob") == 8


# --- The next step by one key --------------------------------------------------------------------------------------


def press(ana: Client, desk: Desk, patient_id: str, token: str = "") -> Any:
    token = token or hidden(found(ana, desk, "garc").content.decode(), "next/step/")["once"]
    return ana.post(f"/c/{desk.scope.clinic_id}/next/step/", {"patient": patient_id, "once": token})


def test_control_enter_on_a_row_takes_today_s_next_step(ana: Client, desk: Desk) -> None:
    maria = desk.patient(birth_date="1985-03-14")
    appointment = booked_today(desk, maria)
    page = shown(ana, press(ana, desk, maria.id)["Location"])
    assert "14 Mar 1985, is here for Dr Okafor" in page
    assert "Undo" in page
    assert desk.again(appointment).state == "waiting"


def test_pressed_twice_it_is_one_step(ana: Client, desk: Desk) -> None:
    maria = desk.patient()
    appointment = booked_today(desk, maria)
    token = hidden(found(ana, desk, "garc").content.decode(), "next/step/")["once"]
    for _ in range(2):
        press(ana, desk, maria.id, token)
    assert desk.again(appointment).state == "waiting"


def test_who_has_nothing_today_is_told_so(ana: Client, desk: Desk) -> None:
    maria = desk.patient()
    appointment = desk.book("10:30", maria)
    page = shown(ana, press(ana, desk, maria.id)["Location"])
    assert "is not booked today. Book Walk-in" in page
    assert desk.again(appointment).state == "booked"


def test_somebody_of_another_clinic_is_not_found(ana: Client, desk: Desk, other_clinic: str) -> None:
    desk.patient()
    stranger = signed_in_client(other_clinic)
    assert stranger.post(f"/c/{other_clinic}/next/step/", {"patient": desk.patient().id}).status_code == 404
    html = stranger.post(f"/c/{other_clinic}/next/", {"ids": desk.book("10:30").patient_id}).content.decode()
    assert "10:30" not in html


# --- Registering ---------------------------------------------------------------------------------------------------


def test_who_was_registered_is_booked_next_if_one_wants(ana: Client, desk: Desk) -> None:
    address = f"/c/{desk.scope.clinic_id}/patients/new/"
    html = ana.get(address).content.decode()
    assert "Save Save and book" in plain(html)
    fields = hidden(html[html.index("<main") :]) | {"family_name": "Lovelace", "given_name": "Ada"}
    answer = ana.post(address, fields | {"then": "1"})
    assert answer["Location"].startswith(
        patient_pages.book_url(desk.scope.clinic_id, "")[: len(f"/c/{desk.scope.clinic_id}/book/")]
    )
    assert "Lovelace, Ada" in shown(ana, answer["Location"])
