"""The links in messages: who has one sees three facts and a button, and nobody else sees anything."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client

from clinnet import clock
from clinnet.accounts import queries as accounts
from clinnet.accounts.permissions import Role
from clinnet.console.settings import services as settings
from clinnet.table.meter import Meter
from patients import services as people
from scheduling.appointments.services import moving, reassign, states
from scheduling.board import queries as board_queries
from scheduling.calendar.queries.setup import setup
from scheduling.calendar.services import settings as schedule_settings
from scheduling.messages.services import links, sending
from scheduling.messages.services.links import Link, Purpose
from scheduling.messages.services.outbox import NOT
from scheduling.models import Appointment, VisitType
from scheduling.waitlist.services import waitlist
from tests.conftest import scope_of
from tests.scheduling.conftest import ZONE, Desk, MakeDesk
from tests.scheduling.messages.leaving import LATER, booked_together, by_mail, maria
from tests.scheduling.post import postman
from tests.wall.watch import watching

pytestmark = pytest.mark.django_db
NEUTRAL = "This link cannot be used."


@pytest.fixture
def appointment(desk: Desk) -> Appointment:
    return by_mail(desk, maria(desk, family="Canaryname", mrn="990077"), reason="Canaryreason")


def path(purpose: Purpose, appointment: Appointment) -> str:
    return urlsplit(links.address(purpose, str(appointment.clinic_id), appointment)).path


def get(client: Client, address: str, **headers: str) -> str:
    return client.get(address, headers=headers).content.decode()


def phone(desk: Desk) -> None:
    admin, clinic = scope_of(desk.scope.clinic_id, Role.ADMIN), accounts.clinic(desk.scope.clinic_id)
    settings.change(admin, clinic=clinic, values={"phone": "020 7946 0000"})


def writes(response: Any) -> str:
    found = re.search(r'write;desc="([\d.]+) units"', response.headers.get("Server-Timing", ""))
    return found[1] if found else "0"


def test_the_link_of_the_message_confirms(desk: Desk, client: Client) -> None:
    appointment = by_mail(desk)
    with desk.clock_at(clock.now() + LATER), postman() as post:
        sending.send_due(desk.scope.clinic_id)
    confirm, cancel = (urlsplit(each).path for each in re.findall(r"http\S+", post[0].text))
    assert "Are you coming?" in get(client, confirm)
    assert "Do you want to cancel?" in get(client, cancel)
    answer = client.post(confirm, follow=True)
    assert "Thank you. We expect you." in answer.content.decode()
    now = desk.again(appointment)
    assert now.state == "confirmed"
    assert now.stamps is not None
    assert now.stamps[-1]["by"] == "the patient"
    (card,) = board_queries.board(desk.scope, desk.day).cards
    assert card.state == "confirmed"


def test_the_other_link_cancels_and_frees_the_time(desk: Desk, client: Client, appointment: Appointment) -> None:
    assert "This appointment is cancelled." in client.post(path("cancel", appointment), follow=True).content.decode()
    now = desk.again(appointment)
    assert now.cancelled is not None
    assert (now.state, now.cancelled["by"]) == ("cancelled", "patient")
    assert "10:30" in desk.free()


@pytest.mark.parametrize("purpose", ["confirm", "cancel"])
def test_looking_writes_nothing(
    desk: Desk, client: Client, appointment: Appointment, purpose: Purpose, meter: Meter
) -> None:
    before = appointment.version
    for method in (client.get, client.head):
        response = method(path(purpose, appointment))
        assert response.status_code == 200
        assert writes(response) == "0"
        assert not response.cookies
    assert meter.write_units == 0
    assert desk.again(appointment).version == before


def test_the_page_shows_date_time_and_clinic_alone(client: Client, appointment: Appointment) -> None:
    page = get(client, path("confirm", appointment))
    day = datetime.fromisoformat(appointment.wall or "")
    for word in (f"{day:%A} {day.day} {day:%B}", "10:30", "Test Clinic"):
        assert word in page
    for word in (
        "canary",
        "maría",
        "okafor",
        "follow-up",
        "990077",
        appointment.patient_id.lower(),
        "example.org",
        "<script",
    ):
        assert word not in page.lower()
    assert "maría" not in path("confirm", appointment)


def test_pressed_twice_is_once(desk: Desk, client: Client, appointment: Appointment) -> None:
    for _ in range(2):
        assert client.post(path("confirm", appointment)).status_code == 302
    assert len(desk.again(appointment).stamps or []) == 1
    client.post(path("cancel", appointment))
    client.post(path("cancel", appointment))
    assert (
        client.post(path("confirm", appointment), follow=True).content.decode().count("This appointment is cancelled.")
        == 1
    )
    assert desk.again(appointment).state == "cancelled"
    assert desk.again(appointment).sequence == 1


def test_a_link_of_an_earlier_time_says_so(desk: Desk, client: Client, appointment: Appointment) -> None:
    old = path("confirm", appointment)
    moving.move(desk.scope, appointment=appointment, start=desk.at("11:00"))
    page = client.post(old, follow=True).content.decode()
    assert "This link is about an earlier time." in page
    assert "11:00" not in page
    assert desk.again(appointment).state == "booked"
    assert "Are you coming?" in get(client, path("confirm", desk.again(appointment)))


def test_a_link_of_an_earlier_time_says_whom_to_call_who_has_no_newer_one(
    desk: Desk, client: Client, appointment: Appointment
) -> None:
    """Who was told of the new time by phone, or is told in some minutes, has none."""
    old = path("cancel", appointment)
    moving.move(desk.scope, appointment=appointment, start=desk.at("11:00"), tell=NOT)
    assert "call" not in get(client, old)
    phone(desk)
    for word in ("If you have no newer one, please call us:", 'href="tel:02079460000"'):
        assert word in get(client, old)


def test_where_the_clinic_has_no_phone_no_number_is_promised(
    desk: Desk, client: Client, appointment: Appointment
) -> None:
    with desk.clock_at(clock.moment(appointment.start or "") + timedelta(minutes=1)):
        page = get(client, path("cancel", appointment))
    assert "Please call the clinic." in page
    assert "number" not in page


def test_what_to_prepare_stands_behind_the_link_until_it_is_over(desk: Desk, client: Client) -> None:
    texts = {"en": "Come fasting.\nBring it.", "fr": "Venez à jeun."}
    id = schedule_settings.save_visit_type(desk.admin, name="Blood test", minutes=10, preparation=texts)
    kind = setup(desk.admin).visit_types[id]
    appointment = by_mail(desk, visit_type=kind)
    french = by_mail(desk, maria(desk, language="fr"), "12:00", visit_type=kind)
    assert "Come fasting.<br>Bring it." in get(client, path("confirm", appointment))
    assert "Venez à jeun." in get(client, path("cancel", french))
    assert "fasting" in client.post(path("confirm", appointment), follow=True).content.decode()
    assert "fasting" not in client.post(path("cancel", appointment), follow=True).content.decode()


def _finish(desk: Desk, appointment: Appointment) -> None:
    states.arrive(desk.scope, appointment=appointment)
    states.with_doctor(desk.nurse, appointment=desk.again(appointment))
    states.finish(desk.nurse, appointment=desk.again(appointment))


HAPPENED: dict[str, tuple[Callable[[Desk, Appointment], object], str, str]] = {
    "moved": (lambda desk, it: moving.move(desk.scope, appointment=it, start=desk.at("11:00")), "booked", "earlier"),
    "cancelled": (lambda desk, it: states.cancel(desk.scope, appointment=it, by="clinic", reason="x"), "", "cancelled"),
    "parked": (
        lambda desk, it: waitlist.park(desk.scope, appointment=it, patient=desk.patient_of(it)),
        "cancelled",
        "another time",
    ),
    "another patient's": (
        lambda desk, it: reassign.change_patient(desk.scope, appointment=it, patient=desk.patient("Wren", "Ardsley")),
        "moved",
        "cancelled",
    ),
    "here": (lambda desk, it: states.arrive(desk.scope, appointment=it), "waiting", "cannot be used"),
    "finished": (_finish, "finished", "cannot be used"),
    "dead": (
        lambda desk, it: people.record_death(desk.scope, desk.patient_of(it), on=clock.today(ZONE).isoformat()),
        "",
        "cancelled",
    ),
}


@pytest.mark.parametrize("purpose", ["confirm", "cancel"])
@pytest.mark.parametrize("what", HAPPENED)
def test_whatever_happened_since_a_link_changes_nothing_and_says_how_it_is(
    desk: Desk, client: Client, appointment: Appointment, what: str, purpose: Purpose
) -> None:
    happen, state, said = HAPPENED[what]
    address = path(purpose, appointment)
    with desk.clock_at(desk.at("09:00")):
        happen(desk, appointment)
        before = desk.again(appointment)
        for _ in range(2):
            assert said in client.post(address, follow=True).content.decode()
    now = desk.again(appointment)
    assert now.state == (state or "cancelled")
    assert now.version == before.version


@pytest.mark.parametrize("purpose", ["confirm", "cancel"])
def test_after_a_merge_the_link_in_hand_still_works(desk: Desk, client: Client, purpose: Purpose) -> None:
    appointment = by_mail(desk)
    address, patient, other = path(purpose, appointment), desk.patient_of(appointment), desk.patient(family="Garcia")
    people.merge(desk.scope, other, patient, {})
    client.post(address)
    assert desk.again(appointment).state == ("confirmed" if purpose == "confirm" else "cancelled")


def test_of_a_family_the_others_links_go_on_after_one_was_moved(desk: Desk, client: Client) -> None:
    mother, first, second = booked_together(desk)
    links_ = [path("cancel", each) for each in (mother, first, second)]
    moving.move(desk.scope, appointment=first, start=desk.at("12:00"))
    pages = [get(client, each) for each in links_]
    assert ["earlier time" in each for each in pages] == [False, True, False]
    for each in links_:
        client.post(each)
    assert [desk.again(each).state for each in (mother, first, second)] == ["cancelled", "booked", "cancelled"]


def test_another_room_or_doctor_is_no_news_to_the_link(desk: Desk, client: Client, appointment: Appointment) -> None:
    old = path("confirm", appointment)
    moving.move(desk.scope, appointment=appointment, start=desk.at("10:30"), practitioner=desk.doctors[1])
    client.post(old)
    assert desk.again(appointment).state == "confirmed"


def test_after_its_time_a_link_is_over_and_says_whom_to_call(
    desk: Desk, client: Client, appointment: Appointment
) -> None:
    phone(desk)
    with desk.clock_at(clock.moment(appointment.start or "") + timedelta(minutes=1)):
        response = client.get(path("cancel", appointment))
        client.post(path("cancel", appointment))
    assert response.status_code == 404
    assert NEUTRAL in response.content.decode()
    for word in ("Please call us:", 'href="tel:02079460000"', "020 7946 0000"):
        assert word in response.content.decode()
    assert desk.again(appointment).state == "booked"


@pytest.fixture
def by_phone(desk: Desk) -> VisitType:
    id = schedule_settings.save_visit_type(desk.admin, name="Phone call", minutes=10, remote="phone")
    return setup(desk.admin).visit_types[id]


def test_of_a_visit_by_phone_nobody_is_asked_to_come(desk: Desk, client: Client, by_phone: VisitType) -> None:
    appointment = by_mail(desk, visit_type=by_phone)
    page = get(client, path("confirm", appointment))
    for word in ("Does this time suit you?", "By phone"):
        assert word in page
    assert "coming" not in page
    assert "It is confirmed." in client.post(path("confirm", appointment), follow=True).content.decode()


def test_the_page_says_whose_appointment_it_is_of_a_child_and_of_a_family(desk: Desk, client: Client) -> None:
    mother, *children = booked_together(desk)
    assert "Adult, born in 1985" in get(client, path("cancel", mother))
    for each in children:
        page = get(client, path("cancel", each))
        assert f"Child, born in {(desk.patient_of(each).birth_date or '')[:4]}" in page
        assert "Kid" not in page


def test_who_is_here_already_cannot_cancel_by_link(desk: Desk, client: Client, appointment: Appointment) -> None:
    with desk.clock_at(desk.at("09:00")):
        states.arrive(desk.scope, appointment=appointment)
    client.post(path("cancel", appointment))
    assert NEUTRAL in get(client, path("cancel", appointment))
    assert desk.again(appointment).state == "waiting"


def test_forged_tokens_are_all_the_same_to_us(desk: Desk, client: Client, appointment: Appointment) -> None:
    token = links.seal(links.link_of("confirm", desk.scope.clinic_id, appointment))
    forged = [
        "x",
        "A" * 40,
        "A" * 5000,
        token[:-2],
        token + "A",
        token[::-1],
        token.swapcase(),
        token[:30] + ("A" if token[30] != "A" else "B") + token[31:],
        "-" * 64,
    ]
    pages = {get(client, f"/m/{each}/") for each in forged}
    assert len(pages) == 1
    assert NEUTRAL in pages.pop()
    for each in forged:
        client.post(f"/m/{each}/")
    assert desk.again(appointment).state == "booked"


def test_a_signed_link_into_another_clinic_finds_nothing(
    desk: Desk, client: Client, appointment: Appointment, other_clinic: str, make_desk: MakeDesk
) -> None:
    """Even one that we had signed: the wall stands behind it."""
    make_desk(other_clinic)
    for clinic in (other_clinic, "nowhere"):
        token = links.seal(Link("cancel", clinic, appointment.patient_id, appointment.id, links.start_of(appointment)))
        client.post(f"/m/{token}/")
        assert NEUTRAL in get(client, f"/m/{token}/")
    assert desk.again(appointment).state == "booked"


@pytest.mark.parametrize(
    ("language", "header", "said"),
    [
        ("fr", "en", "Venez-vous ?"),
        ("es-MX", "en", "¿Va a venir?"),
        ("de", "fr", "Kommen Sie?"),
        ("vi", "fr-CH;q=0.9", "Venez-vous ?"),
        ("", "", "Are you coming?"),
    ],
)
def test_the_page_speaks_the_patient_s_language(
    desk: Desk, client: Client, language: str, header: str, said: str
) -> None:
    appointment = by_mail(desk, maria(desk, language=language))
    page = get(client, path("confirm", appointment), **{"Accept-Language": header})
    assert said in page


def test_a_browser_without_cookies_can_answer(desk: Desk, appointment: Appointment) -> None:
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(path("confirm", appointment)).status_code == 302
    assert desk.again(appointment).state == "confirmed"


def test_a_link_stands_in_no_log(desk: Desk, client: Client, appointment: Appointment) -> None:
    token = links.seal(links.link_of("cancel", desk.scope.clinic_id, appointment))
    with watching() as watch:
        client.get(f"/m/{token}/")
        client.get(f"/m/{token[:-3]}/")
        client.get(f"/m/{token}/nothing/")
    assert "/m/…" in watch.text
    assert token[:20] not in watch.text
