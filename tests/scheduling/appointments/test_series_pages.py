"""Recurring visits and blocked times on their pages, on the real engine."""

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client

from clinnet import clock
from clinnet.table import drafts
from clinnet.table.drafts import Draft, Mark
from patients.models import Patient
from scheduling.appointments import queries as appointment_queries
from scheduling.board import queries as board_queries
from scheduling.board.services import blocks as blocks_services
from scheduling.board.services.cards import Card
from tests.patients.pages import hidden, plain
from tests.scheduling.conftest import Desk, MakeDesk

pytestmark = pytest.mark.django_db


def series_url(desk: Desk) -> str:
    return f"/c/{desk.scope.clinic_id}/book/series/"


def wish(desk: Desk, patient: Patient, **changes: Any) -> dict[str, Any]:
    usual = {
        "patient": patient.id,
        "type": desk.type("Follow-up").id,
        "practitioner": desk.doctor.id,
        "minutes": "15",
        "first": desk.day.isoformat(),
        "at": "10:30",
        "every": "1",
        "weekdays": str(desk.day.weekday()),
        "count": "4",
    }
    return usual | changes


def planned(ana: Client, desk: Desk, patient: Patient, **changes: Any) -> tuple[Any, str]:
    html = ana.get(series_url(desk), {"patient": patient.id}).content.decode()
    token = hidden(html[html.index("<main") :])["once"]
    answer = ana.post(series_url(desk), wish(desk, patient, plan="1", once=token, **changes))
    return answer, answer.content.decode()


def ticks(html: str) -> list[str]:
    tags = re.findall(r"<input[^>]*name=\"take\"[^>]*>", html)
    return [unescape(re.findall(r'value="([^"]*)"', tag)[0]) for tag in tags if " checked" in tag]


def booked(ana: Client, desk: Desk, patient: Patient, html: str, **changes: Any) -> Any:
    token = hidden(html[html.index("<main") :])["once"]
    changes = {"take": ticks(html)} | changes
    return ana.post(series_url(desk), wish(desk, patient, book="1", once=token, **changes))


def starts(desk: Desk, patient: Patient) -> list[str]:
    return [row["line"]["w"] for row in appointment_queries.coming(desk.scope, patient, limit=500)]


def test_the_first_of_a_series_is_that_of_somebody_new(ana: Client, desk: Desk) -> None:
    maria = desk.patient()
    for at in ("10:30", "11:30"):
        booked(ana, desk, maria, planned(ana, desk, maria, at=at, count="2")[1], at=at, count="2")
    days = (desk.day, desk.day + timedelta(weeks=1))
    cards = [card for day in days for card in board_queries.board(desk.scope, day).cards]
    assert [card.start for card in cards if "V" in card.flags] == [desk.at("10:30")]
    assert len(cards) == 4


def test_conflicts_are_listed_before_anything_is_saved(ana: Client, desk: Desk) -> None:
    maria = desk.patient()
    desk.book("10:30", day=desk.day + timedelta(weeks=1))
    answer, html = planned(ana, desk, maria)
    assert answer.status_code == 200
    assert "Visits 4" in plain(html)
    assert plain(html).count("This time is taken.") == 1
    assert len(ticks(html)) == 3
    assert starts(desk, maria) == []


def test_words_that_were_kept_stay_while_visits_are_listed_and_go_with_the_booking(ana: Client, desk: Desk) -> None:
    maria, scope = desk.patient(), desk.scope
    name = f"SeriesForm {maria.id}"
    drafts.keep(scope, name, Draft('[["reason","Dressing"]]', clock.stamp(), Mark("page", 1)))
    _, html = planned(ana, desk, maria, draft="1")
    assert name in drafts.find(scope, [name])
    assert booked(ana, desk, maria, html, draft="1").status_code == 302
    assert drafts.find(scope, [name]) == {}


def test_repeat_goes_on_with_the_words_that_were_typed(ana: Client, desk: Desk) -> None:
    maria = desk.patient()
    url = f"{series_url(desk)}?patient={maria.id}&type={desk.type('Procedure').id}"
    html = ana.post(url, {"repeat": "1", "reason": "Dressing", "note": "Left arm"}).content.decode()
    assert 'value="Dressing"' in html
    assert "Left arm" in html
    assert re.search(rf'value="{desk.type("Procedure").id}"\s+selected', html)
    assert starts(desk, maria) == []


def test_cancelling_the_rest_offers_to_take_it_back(ana: Client, desk: Desk) -> None:
    maria = desk.patient()
    booked(ana, desk, maria, planned(ana, desk, maria)[1])
    first = appointment_queries.coming(desk.scope, maria, limit=9)[0]["id"]
    url = f"/c/{desk.scope.clinic_id}/patients/{maria.id}/appointments/{first}/cancel/"
    form = hidden(ana.get(url).content.decode().split("<main")[1], url)
    answer = ana.post(url, form | {"by": "patient", "reason": "Cost", "which": "rest"}, follow=True)
    shown = answer.content.decode()
    assert "So are 3 later ones." in plain(shown)
    undo = re.search(r'action="([^"]*/work/[^"]*/undo/)"', shown)[1]  # type: ignore[index]
    ana.post(undo, hidden(shown[shown.index('id="toasts"') :], undo))
    assert [row["state"] for row in appointment_queries.coming(desk.scope, maria, limit=9)] == ["booked"] * 4


def test_the_page_begins_without_what_another_day_or_type_would_make_wrong(ana: Client, desk: Desk) -> None:
    html = ana.get(series_url(desk), {"patient": desk.patient().id}).content.decode()
    assert re.findall(r'<input[^>]*name="weekdays"[^>]* checked', html) == []
    assert re.findall(r'<input[^>]*name="minutes"[^>]*value="', html) == []
    assert "no confirmation" not in plain(html)


def test_what_is_ticked_is_booked_and_what_is_not_is_skipped(ana: Client, desk: Desk) -> None:
    maria = desk.patient()
    _, html = planned(ana, desk, maria)
    answer = booked(ana, desk, maria, html, take=[*ticks(html)[:2], ticks(html)[3]], reason="Dressing")
    assert answer.status_code == 302
    weeks = [desk.day + timedelta(weeks=n) for n in (0, 1, 3)]
    assert starts(desk, maria) == [f"{day}T10:30" for day in weeks]
    page = plain(ana.get(answer["Location"]).content.decode())
    assert "3 visits with Dr Okafor." in page
    assert "series" in page


def test_the_key_that_names_no_button_plans_and_then_books(ana: Client, desk: Desk) -> None:
    maria = desk.patient()
    html = ana.get(series_url(desk), {"patient": maria.id}).content.decode()
    fields = hidden(html[html.index("<main") :])
    html = ana.post(series_url(desk), fields | wish(desk, maria), headers={"HX-Request": "true"}).content.decode()
    assert starts(desk, maria) == []
    fields = hidden(html[html.index("<main") :])
    answer = ana.post(series_url(desk), fields | wish(desk, maria, take=ticks(html)), headers={"HX-Request": "true"})
    assert answer["HX-Redirect"].endswith(f"/patients/{maria.id}/appointments/")
    assert len(starts(desk, maria)) == 4


def test_a_second_press_books_no_second_series(ana: Client, desk: Desk) -> None:
    maria = desk.patient()
    _, html = planned(ana, desk, maria)
    first, second = (booked(ana, desk, maria, html) for _ in range(2))
    assert first.status_code == second.status_code == 302
    assert len(starts(desk, maria)) == 4


def test_one_that_somebody_took_in_between_is_named(ana: Client, desk: Desk) -> None:
    maria = desk.patient()
    _, html = planned(ana, desk, maria)
    taken = desk.day + timedelta(weeks=1)
    desk.book("10:30", day=taken)
    page = plain(ana.get(booked(ana, desk, maria, html)["Location"]).content.decode())
    assert f"Taken by somebody in the meantime, and not booked: {taken:%a} {taken.day} {taken:%b}." in page
    assert len(starts(desk, maria)) == 3


def test_where_all_was_taken_in_between_that_is_said(ana: Client, desk: Desk) -> None:
    maria = desk.patient()
    html = planned(ana, desk, maria, count="1")[1]
    desk.book("10:30")
    text = plain(booked(ana, desk, maria, html, count="1").content.decode())
    assert "What was ticked cannot be booked any more. Look at the list again." in text
    assert "Tick the visits" not in text


def test_nothing_but_what_was_planned_can_be_ticked(ana: Client, desk: Desk) -> None:
    maria = desk.patient()
    _, html = planned(ana, desk, maria)
    answer = booked(ana, desk, maria, html, take=["2031-01-01T03:00Z", "x"])
    assert answer.status_code == 422
    assert "Tick the visits that are to be booked." in plain(answer.content.decode())


def test_a_series_longer_than_a_transaction_is_booked_whole(ana: Client, desk: Desk) -> None:
    maria = desk.patient()
    _, html = planned(ana, desk, maria, weekdays=["0", "1", "2", "3", "4"], count="30")
    assert booked(ana, desk, maria, html, weekdays=["0", "1", "2", "3", "4"], count="30").status_code == 302
    assert len(starts(desk, maria)) == 30


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"count": "401"}, "A series has from one to 400 visits."),
        ({"count": ""}, "Say until when, or how many"),
        ({"count": "0"}, "Write a number from 1 upwards."),
        ({"every": "0"}, "Write a number from 1 upwards."),
        ({"at": "25:00"}, "Write the time as 10:30."),
        ({"first": ""}, "Say on which day it begins."),
        ({"minutes": "-15"}, ""),
        ({"minutes": "1560"}, ""),
        ({"until": "2020-01-01", "count": ""}, "That is before the first day."),
        ({"reason": "x" * 5000}, "Shorten it."),
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence(
    ana: Client, desk: Desk, wrong: dict[str, str], sentence: str
) -> None:
    maria = desk.patient()
    answer, html = planned(ana, desk, maria, **wrong)
    assert ticks(html) == [] or answer.status_code == 422
    assert sentence in plain(html)
    assert starts(desk, maria) == []


def test_past_days_are_listed_as_past(ana: Client, desk: Desk) -> None:
    _, html = planned(ana, desk, desk.patient(), first=str(desk.day - timedelta(weeks=2)))
    assert "That time is past." in plain(html)


def test_ids_of_another_clinic_are_refused(ana: Client, desk: Desk, other_clinic: str, make_desk: MakeDesk) -> None:
    there, maria = make_desk(other_clinic), desk.patient()
    for wrong in (
        {"practitioner": there.doctor.id},
        {"patient": there.patient().id},
        {"type": there.type("Follow-up").id},
    ):
        answer = ana.post(series_url(desk), wish(desk, maria, plan="1") | wrong)
        assert answer.status_code in (404, 422), wrong
        assert ticks(answer.content.decode()) == []


def test_recurring_visits_start_from_the_time_that_was_chosen(ana: Client, desk: Desk) -> None:
    start = f"{desk.at('10:30'):%Y-%m-%dT%H:%MZ}~{desk.doctors[1].id}"
    html = ana.get(series_url(desk), {"patient": desk.patient().id, "start": start}).content.decode()
    assert 'value="10:30"' in html
    assert f'value="{desk.day}"' in html
    assert re.search(rf'value="{re.escape(desk.doctors[1].id)}"\s+selected', html)


# --- Blocks --------------------------------------------------------------------------------------------------------


def blocks(desk: Desk) -> list[Card]:
    return board_queries.board(desk.scope, desk.day).blocks


def block(ana: Client, desk: Desk, **typed: str) -> Any:
    url = f"/c/{desk.scope.clinic_id}/block/"
    html = ana.get(url).content.decode()
    token = hidden(html[html.index("<main") :])["once"]
    usual = {"practitioner": desk.doctor.id, "on": str(desk.day), "at": "12:00", "minutes": "60", "reason": "Meeting"}
    return ana.post(url, usual | {"once": token} | typed)


def test_time_is_held_without_a_patient_and_given_back(ana: Client, desk: Desk) -> None:
    answer = block(ana, desk)
    assert answer["Location"] == f"/c/{desk.scope.clinic_id}/day/{desk.day}/"
    (made,) = blocks(desk)
    assert (made.reason, made.minutes) == ("Meeting", 60)
    assert not {"12:00", "12:45"} & set(desk.free())
    url = f"/c/{desk.scope.clinic_id}/block/{desk.day}/{made.id}/"
    html = ana.get(url).content.decode()
    assert "Meeting" in plain(html)
    assert ana.post(url, hidden(html[html.index("<main") :])).status_code == 302
    assert blocks(desk) == []
    assert "12:00" in desk.free()


def test_blocking_begins_with_the_day_that_is_shown_and_can_be_left(ana: Client, desk: Desk) -> None:
    here = f"/c/{desk.scope.clinic_id}"
    (url,) = re.findall(r'href="([^"]*/block/\?[^"]*)"', ana.get(f"{here}/day/{desk.day}/").content.decode())
    html = ana.get(unescape(url)).content.decode()
    assert f'value="{desk.day}"' in html
    assert f'href="{here}/">Cancel' in html


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"practitioner": ""}, "Choose whose time, or which room."),
        ({"minutes": "-5"}, "It lasts from 5 minutes"),
        ({"minutes": "1560"}, "It lasts from 5 minutes"),
        ({"at": "12:03"}, "steps of five"),
        ({"reason": ""}, "Say what for"),
        ({"on": "2020-01-01"}, "That time is past."),
        ({"on": "x"}, "not a date"),
    ],
)
def test_a_block_that_cannot_be_is_refused(ana: Client, desk: Desk, wrong: dict[str, str], sentence: str) -> None:
    answer = block(ana, desk, **wrong)
    assert answer.status_code == 422
    assert sentence in plain(answer.content.decode())
    assert blocks(desk) == []


def test_a_block_over_an_appointment_is_refused(ana: Client, desk: Desk) -> None:
    desk.book("12:30")
    answer = block(ana, desk)
    assert answer.status_code == 422
    assert "12:30 with Dr Okafor was just booked by Ana" in plain(answer.content.decode())


def test_a_block_of_another_clinic_or_none_is_not_found(
    ana: Client, desk: Desk, other_clinic: str, make_desk: MakeDesk
) -> None:
    there = make_desk(other_clinic)
    blocks_services.block(there.scope, start=there.at("12:00"), minutes=30, reason="x", practitioner=there.doctor)
    (foreign,) = blocks(there)
    for path in (f"{desk.day}/{foreign.id}/", "someday/x/", f"{desk.day}/x/"):
        assert ana.get(f"/c/{desk.scope.clinic_id}/block/{path}").status_code == 404
    assert block(ana, desk, practitioner=there.doctor.id).status_code == 422


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("first", "9999-12-30", "That is more than three years away."),
        *(("minutes", odd, "It lasts from 5 minutes to 10 hours") for odd in ("0", "-5", "7", "1560")),
    ],
)
def test_a_series_that_cannot_be_is_said_beside_its_field(
    ana: Client, desk: Desk, field: str, typed: str, sentence: str
) -> None:
    answer, html = planned(ana, desk, desk.patient(), **{field: typed})
    assert answer.status_code == 422
    assert sentence in plain(html)
    assert 'name="take"' not in html


def test_each_visit_of_a_series_is_listed_with_its_weekday(ana: Client, desk: Desk) -> None:
    _, html = planned(ana, desk, desk.patient(), count="2", every="52")
    last = desk.day + timedelta(weeks=52)
    assert f"{last:%a} {last.day} {last:%b %Y}, 10:30" in plain(html)
