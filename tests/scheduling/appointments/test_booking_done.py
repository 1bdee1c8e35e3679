"""A family, a move, and what can be done after booking."""

import re
from datetime import timedelta
from html import unescape
from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader

from clinnet import clock
from clinnet.table.errors import Refused
from patients import services as people
from patients.models import Patient
from patients.queries import patient as get_patient
from scheduling.appointments import queries as appointment_queries
from scheduling.appointments.services.states import cancel
from scheduling.appointments.services.undoing import unbook
from scheduling.calendar.rules import walltime
from scheduling.calendar.services import settings as schedule_settings
from tests.patients.pages import plain
from tests.scheduling.at_booking import Booking, at, booking, controls, looked, times
from tests.scheduling.conftest import Desk

pytestmark = pytest.mark.django_db
__all__ = ["booking"]


# --- A family --------------------------------------------------------------------------------------------------------


def family_of(desk: Desk) -> tuple[Patient, Patient]:
    mother, child = desk.patient(), desk.patient("Lucía")
    people.link(desk.scope, mother, child, {"kind": "child"})
    return get_patient(desk.scope, mother.id), child


@pytest.mark.parametrize("how", ["after", "beside"])
def test_relatives_are_booked_with_them_all_or_none(booking: Booking, desk: Desk, how: str) -> None:
    mother, child = family_of(desk)
    html = booking.open(mother, **{"from": desk.day.isoformat(), "with": desk.doctor.id})
    assert "Also for Lucía" in plain(html)
    html = looked(booking, html, also=child.id)
    html = looked(booking, html, also=child.id, how=how)
    chosen = controls(html)["start"]
    assert chosen.count(",") == 1
    assert booking.send(html, also=child.id).status_code == 302
    cards = {card.patient_id: card for card in booking.cards()}
    assert cards.keys() == {mother.id, child.id}
    starts = {card.start for card in cards.values()}
    doctors = {card.practitioner for card in cards.values()}
    assert (len(starts), len(doctors)) == ((2, 1) if how == "after" else (1, 2))


def test_a_relative_who_is_none_is_not_booked(booking: Booking, desk: Desk) -> None:
    mother, _ = family_of(desk)
    stranger = desk.patient("Ada", "Lovelace")
    assert booking.send(booking.open(mother), also=stranger.id).status_code == 404


# --- Afterwards ------------------------------------------------------------------------------------------------------


def test_afterwards_one_is_back_where_one_came_from_with_undo(booking: Booking, desk: Desk) -> None:
    maria, here = desk.patient(), desk.scope.clinic_id
    came = f"http://testserver/c/{here}/patients/{maria.id}/"
    html = booking.client.get(booking.url, {"patient": maria.id}, headers={"Referer": came}).content.decode()
    answer = booking.send(html, start=at(desk, "10:30"))
    assert answer["Location"].startswith(f"/c/{here}/patients/{maria.id}/?changed=")
    page = booking.client.get(answer["Location"]).content.decode()
    day = f"{desk.day:%a} {desk.day.day} {desk.day:%b}"
    assert f"{day}, 10:30, Dr Okafor." in plain(page)
    assert "Undo Print slip Book another" in plain(page).replace(" Print", " Print")
    undo = page[page.index("unbook/") :]
    fields = dict(re.findall(r'name="(once|back)" value="([^"]*)"', undo))
    url = re.findall(r'action="([^"]*unbook/)"', page)[0]
    assert booking.client.post(url, {name: unescape(value) for name, value in fields.items()}).status_code == 302
    (card,) = booking.cards()
    assert card.state == "cancelled"
    (row,) = appointment_queries.coming(desk.scope, maria)
    assert appointment_queries.appointment(desk.scope, maria.id, row["id"]).cancelled["reason"] == "Booked by mistake"


def test_an_undo_takes_back_all_who_were_booked_together(booking: Booking, desk: Desk) -> None:
    mother, child = family_of(desk)
    html = looked(booking, booking.open(mother, **{"from": desk.day.isoformat()}), also=child.id)
    page = booking.client.get(booking.send(html, also=child.id)["Location"]).content.decode()
    assert len(booking.cards()) == 2
    walls = [walltime.to_wall(card.start, "Europe/London") for card in booking.cards() if card.start]
    soon, later = sorted(f"{wall:%H:%M}" for wall in walls)
    assert re.search(rf"María García\W? {soon} and \W?Lucía García\W? {later}, Dr ", plain(page))
    form = page[page.index("unbook/") :]
    fields = {name: unescape(value) for name, value in re.findall(r'name="(once|back|also)" value="([^"]*)"', form)}
    url = re.findall(r'action="([^"]*unbook/)"', page)[0]
    for _ in range(2):  # pressed twice it is one undo
        answer = booking.client.post(url, fields)
        assert answer.status_code == 302
    assert "and 1 other are not booked" in plain(booking.client.get(answer["Location"]).content.decode())
    assert [card.state for card in booking.cards()] == ["cancelled", "cancelled"]


def test_the_drawer_s_form_is_answered_with_the_page_to_go_to(booking: Booking, desk: Desk) -> None:
    board = f"/c/{desk.scope.clinic_id}/day/{desk.day}/"
    headers = {"HX-Request": "true", "HX-Current-URL": f"http://testserver{board}", "HX-Target": "drawer"}
    maria = desk.patient()
    html = booking.client.get(booking.url, {"patient": maria.id}, headers=headers).content.decode()
    assert "<html" not in html
    assert "drawer-head" in html
    fields = controls(html)
    assert fields["back"] == board
    answer = booking.client.post(booking.url, fields, headers={"HX-Request": "true"})
    assert answer["HX-Redirect"].startswith(f"{board}?changed=")
    refused = booking.client.post(booking.url, fields | {"once": "x"}, headers={"HX-Request": "true"})
    assert refused.status_code == 422
    assert 'name="drawer"' in refused.content.decode()
    assert "drawer-head" not in refused.content.decode()


@pytest.mark.parametrize("back", ["https://evil.example/c/x/", "//evil.example", "/admin/", "javascript:alert(1)"])
def test_nobody_is_sent_elsewhere(booking: Booking, desk: Desk, back: str) -> None:
    maria = desk.patient()
    answer = booking.send(booking.open(maria), start=at(desk, "10:30"), back=back)
    assert answer["Location"].startswith(f"/c/{desk.scope.clinic_id}/patients/{maria.id}/")


def test_a_booking_of_an_hour_ago_is_not_undone_but_cancelled(booking: Booking, desk: Desk) -> None:
    appointment = desk.book("10:30")
    with desk.clock_at(clock.now() + timedelta(hours=1)), pytest.raises(Refused):
        unbook(desk.scope, appointments=[appointment])
    assert desk.again(appointment).state == "booked"


def test_a_slip_says_when_and_with_whom_and_not_why(booking: Booking, desk: Desk) -> None:
    appointment = desk.book("10:30", reason="Chest pain")
    url = f"/c/{desk.scope.clinic_id}/patients/{appointment.patient_id}/appointments/{appointment.id}/slip/"
    shown = plain(booking.client.get(url).content.decode())
    assert "10:30 with Dr Okafor" in shown
    assert "Chest pain" not in shown


def test_what_to_prepare_stands_on_slip_dates_and_details(booking: Booking, desk: Desk) -> None:
    """Who is told by nothing else, or on the telephone, has to hear it too."""
    texts = {"en": "Come fasting.", "fr": "Venez à jeun."}
    schedule_settings.save_visit_type(desk.admin, name="Blood test", minutes=15, colour="red", preparation=texts)
    appointment = desk.book("10:30", desk.patient(language="fr"), visit_type=desk.type("Blood test"))
    patients = f"/c/{desk.scope.clinic_id}/patients/{appointment.patient_id}/appointments/"
    for page in (f"{patients}{appointment.id}/slip/", f"{patients}dates/"):
        assert "Venez à jeun." in plain(booking.client.get(page).content.decode())
        paper = PdfReader(BytesIO(booking.client.get(page, {"paper": "a4"}).content)).pages[0].extract_text()
        assert "Venez à jeun." in " ".join(paper.split())
    details = f"{patients}{appointment.id}/"
    assert "To prepare Come fasting." in plain(booking.client.get(details).content.decode())
    cancel(desk.scope, appointment=appointment, by="patient", reason="Ill")
    for page in (details, f"{details}slip/"):
        assert "fasting" not in booking.client.get(page).content.decode()
        assert "jeun" not in booking.client.get(page).content.decode()


@pytest.mark.parametrize(("tell_by", "said"), [("nothing", True), ("email", False), ("slip", False)])
def test_who_is_told_by_nothing_is_told_what_to_prepare_by_who_books(
    booking: Booking, desk: Desk, tell_by: str, said: bool
) -> None:
    texts = {"en": "Come fasting.\nBring it."}
    schedule_settings.save_visit_type(desk.admin, name="Blood test", minutes=15, colour="red", preparation=texts)
    kind = desk.type("Blood test")
    page = booking.open(desk.patient(email="maria@example.org"), type=kind.id, start=at(desk, "10:30"))
    answer = booking.send(page, tell_by=tell_by)
    assert answer.status_code == 302
    shown = plain(booking.client.get(answer["Location"]).content.decode())
    assert ("Tell them: Come fasting. Bring it." in shown) == said
    assert "Booked: " in shown


def test_the_dates_that_are_coming_are_one_page_on_screen_and_on_paper(booking: Booking, desk: Desk) -> None:
    maria = desk.patient()
    for each in ("10:30", "11:30"):
        desk.book(each, maria, reason="Chest pain")
    gone = desk.book("14:00", maria)
    cancel(desk.scope, appointment=gone, by="patient", reason="Ill")
    url = f"/c/{desk.scope.clinic_id}/patients/{maria.id}/appointments/dates/"
    shown = plain(booking.client.get(url).content.decode())
    answer = booking.client.get(url, {"paper": "a4"})
    paper = " ".join(PdfReader(BytesIO(answer.content)).pages[0].extract_text().split())
    day = f"{desk.day:%A}, {desk.day.day} {desk.day:%b %Y}"
    for said in (shown, paper):
        assert f"{day}, 10:30 with Dr Okafor" in said
        assert f"{day}, 11:30 with Dr Okafor" in said
        assert "14:00" not in said
        assert "Chest pain" not in said
    assert (answer["Content-Type"], answer["Content-Disposition"]) == (
        "application/pdf",
        'inline; filename="appointments.pdf"',
    )


def test_a_paper_that_there_is_not_is_not_found(booking: Booking, desk: Desk) -> None:
    url = f"/c/{desk.scope.clinic_id}/patients/{desk.patient().id}/appointments/dates/"
    assert booking.client.get(url, {"paper": "a0"}).status_code == 404


def test_a_name_that_cannot_be_printed_is_said_in_a_sentence(booking: Booking, desk: Desk) -> None:
    url = f"/c/{desk.scope.clinic_id}/patients/{desk.patient('민수', '김').id}/appointments/dates/"
    answer = booking.client.get(url, {"paper": "a4"})
    assert answer.status_code == 422
    assert "cannot be printed here" in answer.content.decode()


# --- Moving ----------------------------------------------------------------------------------------------------------


def test_a_move_shows_the_old_time_counts_it_as_free_and_undoes(booking: Booking, desk: Desk) -> None:
    appointment = desk.book("10:30", type="Procedure")
    wish: dict[str, Any] = {"move": appointment.id, "from": desk.day.isoformat()}
    html = booking.open(whose=appointment.patient_id, **wish)
    day = f"{desk.day:%a} {desk.day.day} {desk.day:%b}"
    assert f"Now {day}, 10:30, Dr Okafor" in plain(html)
    assert at(desk, "10:30") in times(html)
    assert at(desk, "10:45") in times(html)
    assert booking.send(html, start=at(desk, "10:45")).status_code == 302
    assert desk.again(appointment).wall == f"{desk.day}T10:45"
    assert desk.again(appointment).room_id == appointment.room_id


def test_a_move_goes_to_another_room_where_its_own_is_taken(booking: Booking, desk: Desk) -> None:
    appointment = desk.book("10:30", type="Procedure")
    other = desk.book("14:00", type="Procedure", practitioner=desk.doctors[1], room=desk.room("Room 1"))
    assert appointment.room_id == other.room_id
    html = booking.open(whose=appointment.patient_id, move=appointment.id)
    assert booking.send(html, start=at(desk, "14:00")).status_code == 302
    assert desk.again(appointment).room_id == desk.room("Room 2").id


def test_a_move_to_a_taken_time_stays_with_the_nearest(booking: Booking, desk: Desk) -> None:
    appointment = desk.book("10:30")
    desk.book("14:00")
    html = booking.open(whose=appointment.patient_id, move=appointment.id)
    answer = booking.send(html, start=at(desk, "14:00"))
    assert answer.status_code == 422
    assert "14:00 with Dr Okafor was just booked" in plain(answer.content.decode())
    assert desk.again(appointment).wall == f"{desk.day}T10:30"
