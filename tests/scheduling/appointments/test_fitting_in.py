"""Fitting somebody in: a time that is typed, on top of another or outside hours, by those whom the clinic lets."""

import re
from typing import Any

import pytest

from clinnet.accounts import queries as accounts
from clinnet.accounts.models import Clinic
from clinnet.accounts.permissions import SQUEEZE, SQUEEZERS, Role, permissions_of
from clinnet.console.settings import services as settings
from clinnet.table import get
from clinnet.table.kept import forget
from tests.patients.pages import plain
from tests.people import signed_in_client
from tests.scheduling.at_booking import Booking, at, booking, controls, nurse
from tests.scheduling.conftest import Desk
from tests.scheduling.visiting import Visits

pytestmark = pytest.mark.django_db
__all__ = ["booking", "nurse"]


def let(desk: Desk, *roles: str) -> None:
    clinic = get(desk.admin, Clinic, Clinic.at(desk.scope.clinic_id))
    settings.change(desk.admin, clinic=clinic, values={"squeezed_by": list(roles)})
    forget()


def ask(booking: Booking, html: str, desk: Desk, time: str) -> str:
    answer = booking.send(html, ask="1", at_day=desk.day.isoformat(), at_time=time)
    assert answer.status_code == 200
    return str(answer.content.decode())


@pytest.mark.parametrize("role", list(Role))
def test_a_clinic_that_decided_nothing_has_what_the_table_says(role: Role) -> None:
    assert permissions_of([role]) == permissions_of([role], SQUEEZERS)
    assert bool(permissions_of([role]) & SQUEEZE) == (role is not Role.RECEPTIONIST)


def test_the_clinic_gives_it_to_a_role_and_takes_it_from_another_and_nothing_else() -> None:
    receptionists = [Role.RECEPTIONIST.value]
    assert permissions_of([Role.RECEPTIONIST], receptionists) == permissions_of([Role.RECEPTIONIST], []) | SQUEEZE
    assert not permissions_of([Role.DOCTOR], receptionists) & SQUEEZE
    assert permissions_of([Role.DOCTOR, Role.RECEPTIONIST], receptionists) >= SQUEEZE


def test_a_receptionist_whom_the_clinic_lets_books_on_top(booking: Booking, desk: Desk) -> None:
    desk.book("10:30")
    maria = desk.patient("Luisa")
    html = booking.open(maria, start=at(desk, "10:30"))
    refused = plain(booking.send(html).content.decode())
    assert "A nurse, a doctor or an administrator may book it anyway." in refused
    let(desk, "receptionist")
    html = booking.send(booking.open(maria, start=at(desk, "10:30"))).content.decode()
    assert booking.send(html, squeeze=at(desk, "10:30"), overbook="fever").status_code == 302
    assert sorted("O" in card.flags for card in booking.cards()) == [False, True]


def test_who_may_is_chosen_on_the_page_of_the_clinic_s_day(desk: Desk) -> None:
    admin = Visits(signed_in_client(desk.scope.clinic_id, role=Role.ADMIN, name="Inês Duarte"), desk)
    url = f"/c/{desk.scope.clinic_id}/manage/settings/day/"
    html = admin.html(url)
    assert html.count("checked") == 3
    form = {**admin.form(url), "slot_grain": "15", "late_after": "5", "no_show_after": "20"}
    admin.client.post(url, {**form, "squeezed_by": ["receptionist", "doctor"], "sure": "squeezed_by"})
    forget()
    assert accounts.clinic(desk.scope.clinic_id).squeezers == ["receptionist", "doctor"]
    html = admin.html(url)
    assert re.findall(r'value="(\w+)"[^>]*checked', html) == ["receptionist", "doctor"]
    form = {**admin.form(url), "slot_grain": "15", "late_after": "5", "no_show_after": "20"}
    del form["squeezed_by"]
    assert admin.client.post(url, form).status_code == 302
    forget()
    assert accounts.clinic(desk.scope.clinic_id).squeezers == []


def test_a_time_that_is_typed_is_chosen_and_booked_where_it_is_free(booking: Booking, desk: Desk) -> None:
    html = ask(booking, booking.open(desk.patient(), **{"with": desk.doctor.id}), desk, "10:40")
    assert controls(html)["start"] == at(desk, "10:40")
    assert booking.send(html).status_code == 302
    (card,) = booking.cards()
    assert card.start == desk.at("10:40")


def test_a_typed_time_that_is_taken_is_overbooked_by_a_nurse(nurse: Booking, desk: Desk) -> None:
    desk.book("10:30")
    html = ask(nurse, nurse.open(desk.patient("Luisa"), **{"with": desk.doctor.id}), desk, "10.30")
    html = nurse.send(html).content.decode()
    assert "Overbook 10:30" in plain(html) or "Overbook" in plain(html)
    assert nurse.send(html, squeeze=at(desk, "10:30"), overbook="fever").status_code == 302


@pytest.mark.parametrize(
    ("who", "time", "says"),
    [("any", "10:40", "Choose with whom first."), ("one", "teatime", "Write a day, and the time as 10:40.")],
)
def test_a_time_that_cannot_be_read_is_said(booking: Booking, desk: Desk, who: str, time: str, says: str) -> None:
    html = booking.open(desk.patient(), **{"with": "any" if who == "any" else desk.doctor.id})
    assert says in plain(ask(booking, html, desk, time))


def test_the_details_lead_to_a_second_patient_at_that_time(desk: Desk) -> None:
    appointment = desk.book("10:30")
    for role, offered in ((Role.NURSE, True), (Role.RECEPTIONIST, False)):
        visits = Visits(signed_in_client(desk.scope.clinic_id, role=role), desk)
        assert ("Book a second patient here" in visits.text(appointment)) is offered


def test_a_card_that_is_moved_onto_another_says_who_may(desk: Desk) -> None:
    appointment = desk.book("10:30")
    desk.book("11:30")
    visits = Visits(signed_in_client(desk.scope.clinic_id), desk)
    url = visits.url(appointment, "move/")
    headers: Any = {"HX-Request": "true"}
    form = visits.client.get(url, headers=headers).content.decode()
    once = re.search(r'name="once" value="([^"]+)"', form)[1]  # type: ignore[index]
    answer = visits.client.post(url, {"once": once, "start": f"{desk.day}T11:30", "back": "board"}, headers=headers)
    assert "may book it anyway." in plain(answer.content.decode())
