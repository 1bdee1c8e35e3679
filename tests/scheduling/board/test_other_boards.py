"""The calendar seen otherwise: a day by its rooms, the week of one practitioner."""

import re
from calendar import month_abbr, month_name
from datetime import date, timedelta
from typing import Any
from urllib.parse import quote

import pytest

from clinnet import formats
from clinnet.accounts.models import Clinic
from scheduling import words
from scheduling.appointments.services import moving, states
from scheduling.board.rows.otherboards import week_of
from scheduling.calendar.queries.setup import setup
from scheduling.calendar.services import settings as schedule_settings
from scheduling.waitlist.services import waitlist
from tests.patients.pages import plain
from tests.scheduling.at_board import at_desk, card, html, seen, today, url
from tests.scheduling.conftest import Desk

pytestmark = pytest.mark.django_db
__all__ = ["today"]


def column(text: str, id: str) -> str:
    return re.search(rf'<section class="col [^>]*id="col-{id}".*?</section>', text, re.S)[0]  # type: ignore[index]


def columns(text: str) -> list[str]:
    return re.findall(r'id="col-([^"]+)"', text)


def week(desk: Desk, page: str = "") -> str:
    return html(desk, f"week/{desk.doctor.id}/{page}")


def week_changes(desk: Desk, what: str) -> Any:
    return at_desk(desk).get(url(desk, f"week/{desk.doctor.id}/changes/"), headers={"if-none-match": f'"{what}"'})


# --- Rooms -----------------------------------------------------------------------------------------------------------


def test_a_day_by_rooms_has_a_column_for_each_room_and_one_for_none(desk: Desk) -> None:
    inside, outside = desk.book("10:30", type="Procedure"), desk.book("11:30", desk.patient("Ana", "Sá"))
    text = html(desk, "rooms/")
    assert columns(text) == [desk.room("Room 1").id, desk.room("Room 2").id, "no-room"]
    assert f"card-{inside.id}" in column(text, inside.room_id or "")
    assert f"card-{outside.id}" in column(text, "no-room")


def test_a_room_out_of_use_is_there_while_somebody_is_booked_in_it(desk: Desk) -> None:
    booked = desk.book("10:30", type="Procedure").room_id
    for room in setup(desk.scope).rooms.values():
        schedule_settings.save_room(desk.admin, room=room, name=room.name, active=False)
    assert columns(html(desk, "rooms/")) == [booked]


def test_rooms_stand_in_the_order_in_which_people_count(desk: Desk) -> None:
    for name in ("Room 10", "room 3", "Nurse room"):
        schedule_settings.save_room(desk.admin, name=name)
    assert [each.name for each in setup(desk.scope).rooms.values()] == [
        "Nurse room",
        "Room 1",
        "Room 2",
        "room 3",
        "Room 10",
    ]


def test_what_changed_in_a_room_is_told_with_all_columns(today: Desk) -> None:
    appointment = today.book("10:30", type="Procedure")
    client, changes = at_desk(today), url(today, "rooms/changes/")
    before = seen(html(today, "rooms/"))
    with today.clock_at(today.at("10:31")):
        states.arrive(today.scope, appointment=appointment)
        answer = client.get(changes, headers={"if-none-match": f'"{before}"'})
        again = client.get(changes, headers={"if-none-match": answer["ETag"]})
    assert len(columns(answer.content.decode())) == 2
    assert again.status_code == 304


# --- A week ----------------------------------------------------------------------------------------------------------


def test_a_week_has_a_column_a_day_with_one_practitioners_cards_alone(desk: Desk) -> None:
    days = week_of(desk.day)
    mine = desk.book("10:30", reason="Cough")
    others = desk.book("10:30", desk.patient("Ana", "Sá"), practitioner=desk.doctors[1])
    text = week(desk)
    assert columns(text) == [day.isoformat() for day in days]
    assert f"card-{mine.id}" in column(text, desk.day.isoformat())
    assert "Cough" in card(text, mine.id)
    assert others.id not in text


def test_a_free_place_of_a_week_says_its_day_and_whose_it_is(desk: Desk) -> None:
    found = column(week(desk), desk.day.isoformat())
    assert f'data-day="{desk.day.isoformat()}"' in found
    assert f'data-with="{desk.doctor.id}"' in found


def test_saturday_and_sunday_are_there_only_where_something_is_on_them(desk: Desk) -> None:
    desk.day += timedelta(14)
    *_, saturday, sunday = week_of(desk.day)
    schedule_settings.add_other_days(desk.admin, kind="holiday", first=saturday, last=sunday)
    assert len(columns(week(desk))) == 5
    desk.book("10:30", day=sunday, scope=desk.nurse, outside_hours=True)
    assert columns(week(desk))[5:] == [sunday.isoformat()]


def test_a_week_leads_to_the_weeks_beside_it(desk: Desk) -> None:
    text = week(desk)
    for days in (-7, 7):
        path = f"/day/{(desk.day + timedelta(days)).isoformat()}/week/{quote(desk.doctor.id)}/"
        assert re.search(rf'href="[^"]*{path}"\s+data-key="[\[\]]"', text)


def test_a_week_is_ones_own_or_whose_was_chosen(desk: Desk) -> None:
    first, second = desk.doctors
    assert f"/week/{quote(first.id)}/" in at_desk(desk).get(url(desk, "week/"))["Location"]
    assert f"/week/{quote(second.id)}/" in at_desk(desk).get(url(desk, f"week/?with={second.id}"))["Location"]
    assert at_desk(desk).get(url(desk, "week/?with=nobody")).status_code == 404


def test_of_a_week_only_the_days_that_changed_are_sent(desk: Desk) -> None:
    monday, tuesday = week_of(desk.day + timedelta(7))[:2]
    with desk.clock_at(desk.at("10:30")):
        appointment = desk.book("10:30", day=monday)
        elsewhere = f"/c/{desk.scope.clinic_id}/day/{monday.isoformat()}/week/{desk.doctor.id}/"
        text = at_desk(desk).get(elsewhere).content.decode()
    with desk.clock_at(desk.at("10:31")):
        moving.move(desk.scope, appointment=appointment, start=desk.at("11:30", tuesday))
        ask = {"if-none-match": f'"{seen(text)}"'}
        answer = at_desk(desk).get(f"{elsewhere}changes/", headers=ask)
        assert columns(answer.content.decode()) == [monday.isoformat(), tuesday.isoformat()]
        assert f"card-{appointment.id}" in column(answer.content.decode(), tuesday.isoformat())
        again = at_desk(desk).get(f"{elsewhere}changes/", headers={"if-none-match": answer["ETag"]})
        assert (again.status_code, again["ETag"]) == (304, answer["ETag"])


@pytest.mark.parametrize("said", ["", "~~~", "x," * 6, ",,,,,,"])
def test_a_week_of_which_nothing_true_is_said_to_be_seen_is_sent_whole(desk: Desk, said: str) -> None:
    answer = week_changes(desk, said)
    assert len(columns(answer.content.decode())) == 7


def test_a_week_is_one_round_of_questions(desk: Desk) -> None:
    week(desk)  # who works here is known for some seconds
    answer = at_desk(desk).get(url(desk, f"week/{desk.doctor.id}/"))
    assert 'desc="1 in sequence of 7"' in answer["Server-Timing"]


@pytest.mark.parametrize(
    ("order", "last", "here", "far"),
    [
        ("DMY", date(2026, 11, 29), "23–29 Nov", "23–29 Nov 2026"),
        ("DMY", date(2026, 12, 6), "23 Nov – 6 Dec", "23 Nov – 6 Dec 2026"),
        ("MDY", date(2026, 11, 29), "Nov 23 – 29", "Nov 23 – 29, 2026"),
        ("MDY", date(2026, 12, 6), "Nov 23 – Dec 6", "Nov 23 – Dec 6, 2026"),
    ],
)
def test_a_stretch_of_days_names_a_month_once(
    order: str, last: date, here: str, far: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    clinic = Clinic(id="c", date_order=order, time_zone="Europe/London")
    for distance, said in ((10**6, here), (0, far)):
        monkeypatch.setattr(words, "HALF_A_YEAR", timedelta(days=distance))
        assert words.days(date(2026, 11, 23), last, clinic) == said


def test_a_clinic_that_writes_the_month_first_writes_every_day_so(desk: Desk) -> None:
    clinic = Clinic(id="c", date_order="MDY", time_zone="Europe/London")
    day = date(2026, 11, 27)
    with desk.clock_at(desk.at("10:00", day)):
        assert words.moment(desk.at("14:00", day), clinic) == "Fri Nov 27, 2:00 pm"
        assert words.heading(day, clinic) == {"date_long": "Friday, November 27", "date_short": "Fri Nov 27"}
        assert words.heading(day.replace(year=2027), clinic)["date_long"] == "Sat Nov 27, 2027"
        assert words.day(day.replace(year=2027), clinic) == "Sat Nov 27, 2027"


MONTHS = [*month_name[1:], *month_abbr[1:]]
# "Nov 1 – 7 Nov" is the end of a week and what stands beside it.
DAY_FIRST = re.compile("".join(f"(?<!{each} )" for each in (*MONTHS, "–")) + rf"\b\d{{1,2}} (?:{'|'.join(MONTHS)})\b")


def test_no_page_of_the_desk_writes_the_day_first_in_a_clinic_that_does_not(
    today: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(formats, "date_order", lambda clinic: "MDY")
    patient = today.patient(birth_date="1985-03-14")
    visit = today.book("11:30", patient)
    waitlist.ask(today.scope, patient=patient, visit_type=today.type("Follow-up"), reason="Knee", until=today.day)
    client, here = at_desk(today), f"/c/{today.scope.clinic_id}"
    pages = [url(today, page) for page in ("", "list/", "print/", "rooms/", f"week/{today.doctor.id}/", "month/")]
    pages += [
        f"{here}/requests/",
        f"{here}/phone-list/",
        f"{here}/tasks/",
        f"{here}/patients/{patient.id}/",
        f"{here}/patients/{patient.id}/appointments/",
        f"{here}/book/?patient={patient.id}",
        f"{url(today)}away/{today.doctor.id}/",
        f"{url(today)}late/{today.doctor.id}/",
        f"{here}/patients/{patient.id}/appointments/{visit.id}/",
    ]
    for page in pages:
        answer = client.get(page)
        assert answer.status_code == 200, page
        assert not DAY_FIRST.search(plain(answer.content.decode())), page
