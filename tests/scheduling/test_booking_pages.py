"""Booking and moving, as the person at the desk meets them: without JavaScript, on the real engine."""

import re
from dataclasses import dataclass
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client

from clinnet import clock
from clinnet.accounts.permissions import Role
from clinnet.table.errors import Refused
from patients import services as people
from patients.models import Patient
from patients.queries import patient as get_patient
from scheduling import queries, services
from scheduling.cards import Card
from scheduling.rules import walltime
from scheduling.services.unbooking import unbook
from tests.patients.conftest import plain_static_names
from tests.patients.pages import plain
from tests.people import signed_in_client
from tests.scheduling.conftest import Desk, MakeDesk

pytestmark = pytest.mark.django_db
__all__ = ["plain_static_names"]


@dataclass
class Booking:
    """The booking page in the browser of one person."""

    client: Client
    desk: Desk

    @property
    def url(self) -> str:
        return f"/c/{self.desk.scope.here}/book/"

    def open(self, patient: Patient | None = None, *, whose: str = "", **query: Any) -> str:
        whose = patient.id if patient else whose
        answer = self.client.get(self.url, {**({"patient": whose} if whose else {}), **query})
        assert answer.status_code == 200, plain(answer.content.decode())
        return str(answer.content.decode())

    def send(self, html: str, **typed: Any) -> Any:
        """The page's form as it stands, with something typed or pressed; a None takes a field away."""
        fields = controls(html) | typed
        return self.client.post(self.url, {name: value for name, value in fields.items() if value is not None})

    def cards(self) -> list[Card]:
        return queries.board(self.desk.scope, self.desk.day).cards


def controls(html: str) -> dict[str, Any]:
    """What a browser would send of the booking form."""
    form = html[html.index('<form id="booking"') :]
    form = form[: form.index("</form>")]
    found: dict[str, Any] = {}
    for tag in re.findall(r"<input[^>]*>", form):
        attrs = dict(re.findall(r'(\w[\w-]*)="([^"]*)"', tag))
        kind = attrs.get("type", "text")
        if kind not in ("radio", "checkbox") or re.search(r"\schecked", tag):
            found[attrs["name"]] = unescape(attrs.get("value", ""))
    for name, options in re.findall(r'<select[^>]*name="(\w+)"[^>]*>(.*?)</select>', form, re.S):
        values = re.findall(r'<option\s+value="([^"]*)"([^>]*)>', options)
        found[name] = next((unescape(value) for value, rest in values if "selected" in rest), values[0][0])
    for name, text in re.findall(r'<textarea[^>]*name="(\w+)"[^>]*>(.*?)</textarea>', form, re.S):
        found[name] = unescape(text).strip()
    return found


def times(html: str) -> list[str]:
    """The starts that are offered, as the values of their buttons."""
    return [unescape(each) for each in re.findall(r'name="start"\s+value="([^"]+)"', html)]


def at(desk: Desk, clock_time: str, who: int = 0) -> str:
    return f"{desk.at(clock_time):%Y-%m-%dT%H:%MZ}~{desk.doctors[who].id}"


@pytest.fixture
def booking(desk: Desk) -> Booking:
    return Booking(signed_in_client(desk.scope.here), desk)


@pytest.fixture
def nurse(desk: Desk) -> Booking:
    """Somebody who may overbook."""
    return Booking(signed_in_client(desk.scope.here, role=Role.NURSE), desk)


def test_the_first_free_time_with_the_usual_doctor_is_ready_to_be_booked(booking: Booking, desk: Desk) -> None:
    maria = desk.patient(practitioner_id=desk.doctors[1].id)
    answer = booking.send(booking.open(maria, **{"from": desk.day.isoformat()}))
    assert answer.status_code == 302, plain(answer.content.decode())
    (card,) = booking.cards()
    assert (card.practitioner, card.start) == (desk.doctors[1].id, desk.at("06:00"))
    (line,) = queries.coming(desk.scope, maria)
    assert queries.appointment(desk.scope, maria.id, line["id"]).tell_by == "slip"


# --- A time that somebody else has ---------------------------------------------------------------------------------

TYPED = {"reason": "Cough, 5 days", "note": "Prefers the ground floor", "tell_by": "nothing"}


def test_a_taken_time_keeps_everything_that_was_typed_and_chooses_the_nearest(booking: Booking, desk: Desk) -> None:
    maria = desk.patient()
    html = booking.open(maria, **{"from": desk.day.isoformat(), "with": desk.doctor.id})
    desk.book("10:30")
    answer = booking.send(html, start=at(desk, "10:30"), **TYPED)
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "10:30 with Dr Okafor was just booked by Ana. Nearest: 10:00, 10:15, 10:45." in plain(html)
    fields = controls(html)
    assert {name: fields[name] for name in TYPED} == TYPED
    assert fields["start"] == times(html)[0] == at(desk, "10:00")
    assert times(html)[:3] == [at(desk, clock_time) for clock_time in ("10:00", "10:15", "10:45")]
    assert booking.send(html).status_code == 302  # one key
    (own,) = [card for card in booking.cards() if card.patient_id == maria.id]
    assert (own.start, own.reason) == (desk.at("10:00"), "Cough, 5 days")


def test_a_receptionist_is_not_offered_to_overbook_and_cannot(booking: Booking, desk: Desk) -> None:
    html = booking.open(desk.patient())
    desk.book("10:30")
    shown = booking.send(html, start=at(desk, "10:30")).content.decode()
    assert "Overbook" not in plain(shown)
    answer = booking.send(html, squeeze=at(desk, "10:30"), overbook="fever, fit in")
    assert answer.status_code == 403
    assert len(booking.cards()) == 1


def test_overbooking_needs_a_reason_and_shows_it(nurse: Booking, desk: Desk) -> None:
    html = nurse.open(desk.patient())
    desk.book("10:30")
    html = nurse.send(html, start=at(desk, "10:30"), **TYPED).content.decode()
    assert "Dr Okafor already has someone at 10:30. Book a second patient? Reason:" in plain(html)
    answer = nurse.send(html, squeeze=at(desk, "10:30"))
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "Say why a second patient is booked." in plain(html)
    assert controls(html)["reason"] == TYPED["reason"]
    assert nurse.send(html, squeeze=at(desk, "10:30"), overbook="fever, fit in").status_code == 302
    assert sorted("O" in card.flags for card in nurse.cards()) == [False, True]


def test_a_patient_who_is_busy_then_is_named(booking: Booking, desk: Desk) -> None:
    maria = desk.patient()
    html = booking.open(maria, **{"with": desk.doctor.id})
    desk.book("10:30", maria, practitioner=desk.doctors[1])
    answer = booking.send(html, start=at(desk, "10:30"))
    assert answer.status_code == 422
    assert "María already has 10:30 with Dr Bernard that day." in plain(answer.content.decode())


def test_outside_hours_is_asked_of_those_who_may(nurse: Booking, booking: Booking, desk: Desk) -> None:
    maria, start = desk.patient(), at(desk, "05:30")
    html = booking.open(maria, start=start, **{"with": desk.doctor.id})
    assert "not free, or outside hours" in plain(html)
    refused = plain(booking.send(html).content.decode())
    assert "This is outside Dr Okafor's hours (06:00–00:00). Choose another time." in refused
    assert "anyway" not in refused
    html = nurse.send(nurse.open(maria, start=start)).content.decode()
    assert "Book anyway?" in plain(html)
    assert nurse.send(html, anyway=start).status_code == 302
    assert [card.start for card in nurse.cards()] == [desk.at("05:30")]


def test_the_first_visit_of_a_patient_is_marked_as_that_of_somebody_new(booking: Booking, desk: Desk) -> None:
    patient = desk.patient()
    for time in ("10:30", "11:30"):
        booking.send(booking.open(patient), start=at(desk, time))
    first, second = sorted(booking.cards(), key=lambda card: card.id)
    assert ["V" in each.flags for each in (first, second)] == [True, False]
    assert "new patient" in str(booking.client.get(f"/c/{desk.scope.here}/day/{desk.day}/").content)


def test_whose_first_booking_was_cancelled_is_still_new(booking: Booking, desk: Desk) -> None:
    patient = desk.patient()
    services.cancel(desk.scope, appointment=desk.book("10:30", patient), by="patient", reason="Ill")
    booking.send(booking.open(patient), start=at(desk, "11:30"))
    assert sum("V" in each.flags for each in booking.cards()) == 1


def test_a_second_press_gives_the_first_appointment(booking: Booking, desk: Desk) -> None:
    html = booking.open(desk.patient())
    first, second = (booking.send(html, start=at(desk, "10:30")) for _ in range(2))
    assert first.status_code == second.status_code == 302
    assert first["Location"] == second["Location"]
    assert len(booking.cards()) == 1


# --- What cannot be ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("minutes", ["0", "-15", "7", "1560", "x", "9" * 30])
def test_lengths_that_cannot_be_are_refused_with_a_sentence(booking: Booking, desk: Desk, minutes: str) -> None:
    html = booking.open(desk.patient())
    answer = booking.send(html, start=at(desk, "10:30"), minutes=minutes)
    assert answer.status_code == 422
    assert "It lasts from 5 minutes to 10 hours, in steps of five." in plain(answer.content.decode())
    assert f'value="{minutes}"' in answer.content.decode()
    assert booking.cards() == []


def test_a_past_time_is_refused(booking: Booking, desk: Desk) -> None:
    past = f"{desk.at('10:30') - timedelta(days=9):%Y-%m-%dT%H:%MZ}~{desk.doctor.id}"
    answer = booking.send(booking.open(desk.patient()), start=past)
    assert answer.status_code == 422
    assert "That time is past." in plain(answer.content.decode())


@pytest.mark.parametrize("start", ["", "soon", "2026-13-40T10:30", "0001-01-01T00:00~x", "2026-11-26T10:30Z"])
def test_a_start_that_is_none_is_refused(booking: Booking, desk: Desk, start: str) -> None:
    answer = booking.send(booking.open(desk.patient()), start=start)
    assert answer.status_code in (404, 422)
    assert booking.cards() == []


def test_a_reading_that_the_clock_skips_is_the_time_after_it(booking: Booking, desk: Desk) -> None:
    """29 March 2026, London: 01:30 does not exist."""
    day = date_of_change("spring")
    html = booking.open(desk.patient(), start=f"{day}T01:30", **{"with": desk.doctor.id})
    assert "02:30" in plain(html.split('name="start"')[1])
    assert times(html)[0] == f"{day}T01:30Z~{desk.doctor.id}"


def test_a_reading_that_the_clock_shows_twice_is_the_first_and_both_can_be_booked(booking: Booking, desk: Desk) -> None:
    day = date_of_change("autumn")
    first = booking.open(desk.patient(), start=f"{day}T01:30", **{"with": desk.doctor.id})
    assert times(first)[0] == f"{(desk.at('01:30', day)):%Y-%m-%dT%H:%MZ}~{desk.doctor.id}"
    assert times(first)[0].startswith(f"{day}T00:30Z")
    second = booking.open(desk.patient(), start=f"{day}T01:30Z", **{"with": desk.doctor.id})
    assert times(second)[0].startswith(f"{day}T01:30Z")


def date_of_change(season: str) -> Any:
    """The next day on which London's clock changes."""
    day = clock.today("Europe/London") + timedelta(days=2)
    while True:
        hours = walltime.day_bounds(day, "Europe/London")
        length = (hours[1] - hours[0]).total_seconds() / 3600
        if length == (23 if season == "spring" else 25):
            return day
        day += timedelta(days=1)


def test_a_type_that_nobody_does_says_so(booking: Booking, desk: Desk) -> None:
    gone = "01ARZ3NDEKTSV4RRFFQ69G5FAV"
    services.save_visit_type(desk.admin, name="Acupuncture", minutes=20, practitioners=[desk.doctors[1]])
    type_id = desk.type("Acupuncture").id
    services.save_hours(desk.admin, practitioner=desk.doctors[1], sessions=[])
    html = booking.open(desk.patient(), type=type_id)
    assert times(html) == []
    assert "No free time" in plain(html)
    assert booking.client.get(booking.url, {"type": gone}).status_code == 404


def test_a_reason_of_5000_characters_is_refused_and_kept(booking: Booking, desk: Desk) -> None:
    answer = booking.send(booking.open(desk.patient()), start=at(desk, "10:30"), reason="x" * 5000)
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "Shorten it." in plain(html)
    assert controls(html)["reason"] == "x" * 5000
    assert controls(html)["start"] == at(desk, "10:30")


def test_ids_of_another_clinic_are_not_found(
    booking: Booking, desk: Desk, other_clinic: str, make_desk: MakeDesk
) -> None:
    there = make_desk(other_clinic)
    stranger, maria = there.patient(), desk.patient()
    made = there.book("10:30", stranger)
    html = booking.open(maria)
    foreign = {"patient": stranger.id, "type": there.type("Follow-up").id, "also": stranger.id,
               "start": f"{desk.at('10:30'):%Y-%m-%dT%H:%MZ}~{there.doctor.id}"}  # fmt: skip
    for name, value in foreign.items():
        answer = booking.send(html, **({"start": at(desk, "10:30")} | {name: value}))
        assert answer.status_code == 404, name
    for query in ({"patient": stranger.id}, {"type": foreign["type"]}, {"with": there.doctor.id},
                  {"patient": stranger.id, "move": made.id}, {"patient": maria.id, "move": made.id}):  # fmt: skip
        assert booking.client.get(booking.url, query).status_code == 404, query
    assert booking.cards() == []


@pytest.mark.parametrize(
    "query",
    [{"from": "soon"}, {"from": "2026-02-31"}, {"part": "night"}, *({"start": odd} for odd in (
        "x", "0001-01-01T00:00", "9999-12-31T23:55Z"))],
)  # fmt: skip
def test_an_address_that_cannot_be_is_not_found(booking: Booking, query: dict[str, str]) -> None:
    assert booking.client.get(booking.url, query).status_code == 404


def test_an_address_with_odd_lengths_says_what_is_possible(booking: Booking, desk: Desk) -> None:
    html = booking.open(desk.patient(), minutes="-5")
    assert "It lasts from 5 minutes to 10 hours" in plain(html)
    assert times(html) == []


# --- What the page knows -------------------------------------------------------------------------------------------


def test_the_last_type_and_who_saw_them_last_are_chosen(booking: Booking, desk: Desk) -> None:
    maria = desk.patient()
    desk.book("10:30", maria, type="Vaccination", practitioner=desk.doctors[1])
    fields = controls(booking.open(maria))
    assert (fields["type"], fields["with"]) == (desk.type("Vaccination").id, desk.doctors[1].id)
    assert fields["minutes"] == "10"


def test_no_time_is_chosen_in_advance_on_a_day_of_a_visit(booking: Booking, desk: Desk) -> None:
    """Back after booking, and the key once more: a second visit of a day is chosen, not slipped into."""
    maria, asked = desk.patient(), {"from": desk.day.isoformat(), "with": desk.doctor.id}
    assert controls(booking.open(maria, **asked))["start"]
    desk.book("10:30", maria)
    html = booking.open(maria, **asked)
    assert not controls(html).get("start")
    assert "No time is chosen in advance: there is a visit on " in plain(html)
    answer = booking.send(html)
    assert (answer.status_code, "Choose a time." in plain(answer.content.decode())) == (422, True)


def test_what_is_booked_already_and_no_shows_are_said(booking: Booking, desk: Desk) -> None:
    maria = desk.patient(phones=[{"number": "+447700900421", "kind": "mobile"}], birth_date="1985-03-14")
    made = desk.book("10:30", maria)
    yesterday = clock.today("Europe/London") - timedelta(days=1)
    with desk.clock_at(desk.at("09:00", yesterday)):
        missed = desk.book("11:30", maria, day=yesterday)
    with desk.clock_at(desk.at("12:30", yesterday)):
        services.no_show(desk.scope, appointment=missed)
    shown = plain(booking.open(maria))
    assert "1 no-show in 12 months" in shown
    day = f"{desk.day:%a} {desk.day.day} {desk.day:%b}"
    assert f"Already booked {day}, 10:30, Dr Okafor" in shown
    assert "Already today" not in shown
    assert "14 Mar 1985" in shown
    assert "07700 900421" in shown
    assert made.id not in shown


def test_a_visit_of_today_is_said_apart(desk: Desk) -> None:
    maria = desk.patient()
    desk.book("10:30", maria)
    with desk.clock_at(desk.at("09:00")):
        booking = Booking(signed_in_client(desk.scope.here), desk)
        shown = plain(booking.open(maria))
    assert re.findall(r"Already today: ([^.]*?10:30, Dr Okafor, Booked)", shown)
    assert shown.count("Already") == 1


def test_a_stop_alert_is_acknowledged_before_booking(booking: Booking, desk: Desk) -> None:
    maria = desk.patient(alerts=[{"id": "1", "text": "Latex allergy", "stop": True}])
    html = booking.open(maria)
    assert "Latex allergy" in plain(html)
    refused = booking.send(html, start=at(desk, "10:30"), **TYPED)
    assert refused.status_code == 422
    assert "Tick that you have seen the alert." in plain(refused.content.decode())
    assert controls(refused.content.decode())["reason"] == TYPED["reason"]
    assert booking.send(html, start=at(desk, "10:30"), seen="on").status_code == 302
    other = desk.patient(alerts=[{"id": "1", "text": "Hard of hearing"}])
    assert "I have seen the stop alert" not in plain(booking.open(other))


@pytest.mark.parametrize(
    ("data", "way"),
    [({}, "slip"), ({"email": "m@example.org"}, "slip"),
     ({"email": "m@example.org", "consents": {"messages": {"given": True, "on": "2026-01-01"}}}, "email"),
     ({"email": "m@example.org", "consents": {"messages": {"given": False, "on": "2026-01-01"}}}, "slip")],
)  # fmt: skip
def test_how_a_patient_is_told_follows_their_consent(
    booking: Booking, desk: Desk, data: dict[str, Any], way: str
) -> None:
    html = booking.open(desk.patient(**data))
    assert controls(html)["tell_by"] == way
    refused = data.get("consents", {}).get("messages", {}).get("given") is False
    assert ("E-mail" in plain(html)) == bool(data.get("email") and not refused)


def test_nothing_is_booked_for_the_dead_or_the_archived(booking: Booking, desk: Desk) -> None:
    maria = desk.patient()
    people.archive(desk.scope, maria, reason="Moved away")
    html = booking.open(maria)
    assert "This record is archived. Restore it first." in plain(html)
    assert times(html) == []


def test_no_name_is_in_an_address_or_a_title(booking: Booking, desk: Desk) -> None:
    maria = desk.patient("Quintessa", "Ravenscroft")
    html = booking.open(maria)
    assert "Ravenscroft" not in html.split("</title>")[0]
    assert [each for each in re.findall(r'(?:href|action)="([^"]*)"', html) if "venscroft" in each.lower()] == []


# --- Other times ---------------------------------------------------------------------------------------------------


def looked(booking: Booking, html: str, **typed: str) -> str:
    answer = booking.send(html, show="1", **typed)
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_show_times_keeps_what_was_typed_and_books_nothing(booking: Booking, desk: Desk) -> None:
    html = looked(booking, booking.open(desk.patient()), **{"from": "tomorrow", "with": desk.doctors[1].id, **TYPED})
    fields = controls(html)
    assert fields["reason"] == TYPED["reason"]
    assert fields["note"] == TYPED["note"]
    assert all(each.endswith(desk.doctors[1].id) for each in times(html))
    tomorrow = clock.today("Europe/London") + timedelta(days=1)
    assert {each[:10] for each in times(html)} <= {str(tomorrow), str(tomorrow + timedelta(days=1))}
    assert queries.board(desk.scope, tomorrow).cards == []


def test_mornings_afternoons_and_weekdays_narrow_the_times(booking: Booking, desk: Desk) -> None:
    maria = desk.patient()
    morning = times(booking.open(maria, part="am", **{"from": desk.day.isoformat()}))
    assert morning
    assert all(walltime.to_wall(clock.moment(each[:16] + "Z"), "Europe/London").hour < 12 for each in morning)
    weekday = desk.day.weekday()
    found = times(booking.open(maria, days=str(weekday)))
    assert {walltime.to_wall(clock.moment(each[:16] + "Z"), "Europe/London").weekday() for each in found} == {weekday}


def test_later_days_follow_the_last_one_shown(booking: Booking, desk: Desk) -> None:
    html = booking.open(desk.patient(), **{"from": desk.day.isoformat()})
    last = max(times(html))[:10]
    later = unescape(re.findall(r'name="later"\s+value="([^"]+)"', html)[0])
    html = booking.send(html, later=later).content.decode()
    assert min(times(html))[:10] > last or min(times(html))[:10] == later
    assert len({each[:10] for each in times(html)}) >= 5


def test_without_a_doctor_everybody_s_first_times_stand_once_with_initials(booking: Booking, desk: Desk) -> None:
    desk.book("10:30")
    html = booking.open(desk.patient(), **{"with": "any", "from": desk.day.isoformat()})
    found = times(html)
    assert len(found) == len({each.split("~")[0] for each in found})
    assert at(desk, "10:30", who=1) in found
    assert "LB" in plain(html)
    assert "AO" in plain(html)


def test_where_nothing_is_free_the_page_says_how_to_go_on(booking: Booking, desk: Desk) -> None:
    services.save_hours(desk.admin, practitioner=desk.doctor, sessions=[])
    html = booking.open(desk.patient(), **{"with": desk.doctor.id})
    shown = plain(html)
    assert "No free time in these 4 weeks with Dr Okafor. " in shown
    assert "Later Any doctor Add to requests" in shown
    assert times(booking.send(html, anyone="1").content.decode())


def test_times_alone_are_a_fragment_with_the_page_s_new_address(booking: Booking, desk: Desk) -> None:
    html = booking.open(desk.patient())
    fields = controls(html) | {"part": "pm", "reason": "secret reason"}
    answer = booking.client.post(f"{booking.url}times/", fields, headers={"HX-Request": "true"})
    assert "part=pm" in answer["HX-Replace-Url"]
    assert "secret" not in answer["HX-Replace-Url"]
    assert "secret" not in answer.content.decode()


# --- A family ------------------------------------------------------------------------------------------------------


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


# --- Afterwards ----------------------------------------------------------------------------------------------------


def test_afterwards_one_is_back_where_one_came_from_with_undo(booking: Booking, desk: Desk) -> None:
    maria, here = desk.patient(), desk.scope.here
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
    (row,) = queries.coming(desk.scope, maria)
    assert queries.appointment(desk.scope, maria.id, row["id"]).cancelled["reason"] == "Booked by mistake"


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
    board = f"/c/{desk.scope.here}/day/{desk.day}/"
    headers = {"HX-Request": "true", "HX-Current-URL": f"http://testserver{board}", "HX-Target": "drawer"}
    maria = desk.patient()
    html = booking.client.get(booking.url, {"patient": maria.id}, headers=headers).content.decode()
    assert "<html" not in html
    assert "drawer-head" in html
    fields = controls(html)
    assert fields["back"] == board
    answer = booking.client.post(booking.url, fields, headers={"HX-Request": "true"})
    assert answer["HX-Redirect"] == board
    refused = booking.client.post(booking.url, fields | {"once": "x"}, headers={"HX-Request": "true"})
    assert refused.status_code == 422
    assert 'name="drawer"' in refused.content.decode()
    assert "drawer-head" not in refused.content.decode()


@pytest.mark.parametrize("back", ["https://evil.example/c/x/", "//evil.example", "/admin/", "javascript:alert(1)"])
def test_nobody_is_sent_elsewhere(booking: Booking, desk: Desk, back: str) -> None:
    maria = desk.patient()
    answer = booking.send(booking.open(maria), start=at(desk, "10:30"), back=back)
    assert answer["Location"].startswith(f"/c/{desk.scope.here}/patients/{maria.id}/")


def test_a_booking_of_an_hour_ago_is_not_undone_but_cancelled(booking: Booking, desk: Desk) -> None:
    made = desk.book("10:30")
    with desk.clock_at(clock.now() + timedelta(hours=1)), pytest.raises(Refused):
        unbook(desk.scope, appointments=[made])
    assert desk.again(made).state == "booked"


def test_a_slip_says_when_and_with_whom_and_not_why(booking: Booking, desk: Desk) -> None:
    made = desk.book("10:30", reason="Chest pain")
    url = f"/c/{desk.scope.here}/patients/{made.patient_id}/appointments/{made.id}/slip/"
    shown = plain(booking.client.get(url).content.decode())
    assert "10:30 with Dr Okafor" in shown
    assert "Chest pain" not in shown


# --- Moving --------------------------------------------------------------------------------------------------------


def test_a_move_shows_the_old_time_counts_it_as_free_and_undoes(booking: Booking, desk: Desk) -> None:
    made = desk.book("10:30", type="Procedure")
    wish: dict[str, Any] = {"move": made.id, "from": desk.day.isoformat()}
    html = booking.open(whose=made.patient_id, **wish)
    day = f"{desk.day:%a} {desk.day.day} {desk.day:%b}"
    assert f"Now {day}, 10:30, Dr Okafor" in plain(html)
    assert at(desk, "10:30") in times(html)
    assert at(desk, "10:45") in times(html)
    assert booking.send(html, start=at(desk, "10:45")).status_code == 302
    assert desk.again(made).wall == f"{desk.day}T10:45"
    assert desk.again(made).room_id == made.room_id


def test_a_move_goes_to_another_room_where_its_own_is_taken(booking: Booking, desk: Desk) -> None:
    made = desk.book("10:30", type="Procedure")
    other = desk.book("14:00", type="Procedure", practitioner=desk.doctors[1], room=desk.room("Room 1"))
    assert made.room_id == other.room_id
    html = booking.open(whose=made.patient_id, move=made.id)
    assert booking.send(html, start=at(desk, "14:00")).status_code == 302
    assert desk.again(made).room_id == desk.room("Room 2").id


def test_a_move_to_a_taken_time_stays_with_the_nearest(booking: Booking, desk: Desk) -> None:
    made = desk.book("10:30")
    desk.book("14:00")
    html = booking.open(whose=made.patient_id, move=made.id)
    answer = booking.send(html, start=at(desk, "14:00"))
    assert answer.status_code == 422
    assert "14:00 with Dr Okafor was just booked" in plain(answer.content.decode())
    assert desk.again(made).wall == f"{desk.day}T10:30"


# --- Who is it for? ------------------------------------------------------------------------------------------------


def test_without_a_patient_the_page_asks_who_and_keeps_the_place(booking: Booking, desk: Desk) -> None:
    maria = desk.patient()
    start = at(desk, "10:30")
    html = booking.open(None, start=start)
    assert "Who is it for?" in plain(html)
    answer = booking.client.post(booking.url, {"find": "1", "q": "garc", "start": start})
    found = unescape(re.findall(r'<a class="found-row"\s+href="([^"]+)"', answer.content.decode())[0])
    assert f"patient={maria.id}" in found
    assert "garc" not in found.lower()
    assert controls(booking.client.get(found).content.decode())["start"] == start


# --- What it costs -------------------------------------------------------------------------------------------------


def test_a_booking_is_a_round_of_reads_and_a_transaction_of_18_units(booking: Booking, desk: Desk) -> None:
    html = booking.open(desk.patient())
    timing = booking.send(html, start=at(desk, "10:30"))["Server-Timing"]
    assert '"2 in sequence of 3"' in timing  # the patient, and whether they are new, side by side
    assert '"18 units"' in timing


def test_the_page_reads_busy_rows_side_by_side(booking: Booking, desk: Desk) -> None:
    maria = desk.patient()
    booking.open(maria)
    answer = booking.client.get(booking.url, {"patient": maria.id, "with": "any"})
    assert '"2 in sequence of' in answer["Server-Timing"]
