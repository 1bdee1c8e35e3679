"""An administrator looks at what the clinic keeps: lists, one of it, its history, its export."""

import json
import re
from collections.abc import Callable
from datetime import timedelta
from unittest.mock import patch

import pytest
from django.test import Client

from clinnet import clock
from clinnet.accounts import queries as accounts
from clinnet.accounts.permissions import Role
from clinnet.console import bulk, exporting, reading
from clinnet.console.reading import Asked
from clinnet.console.registry import entities
from clinnet.console.shows import Reader
from clinnet.table import Scope, query
from clinnet.table.keys import done_by
from patients.models import Patient
from scheduling.calendar.queries.setup import setup
from scheduling.calendar.services import settings as schedule
from scheduling.models import Room
from scheduling.waitlist.services import waitlist
from tests.conftest import scope_of
from tests.console.conftest import page, room
from tests.people import signed_in_client


def names(text: str) -> list[str]:
    """The first cells of a list, in its order."""
    return re.findall(r'class="go-link" href="[^"]*"><bdi>([^<]*)</bdi></a>\s*</th>', text)


def token(text: str, name: str = "once") -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', text)
    assert found
    return found[1]


def export(browser: Client, scope: Scope, entity: str, query: str = "", kind: str = "csv") -> str:
    once = token(page(browser, scope, f"{entity}/?{query}"))
    answer = browser.post(f"/c/{scope.clinic}/manage/{entity}/export/?{query}", {"once": once, "kind": kind})
    assert answer.status_code == 200
    return b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]  # it streams


def told(scope: Scope) -> list[str]:
    """The notes of what this person did, oldest first."""
    month = clock.stamp()[:7]
    found = query(scope, done_by(scope.clinic_id, scope.actor.id, month, ""), limit=99)
    return [row["line"]["note"] for row in found.rows]


# --- Lists -----------------------------------------------------------------------------------------------------------


def test_a_small_list_is_sorted_as_people_read_and_counted_exactly(
    browser: Client, boss: Scope, rooms: list[Room]
) -> None:
    assert names(page(browser, boss, "rooms/")) == ["Attic", "Blue", "Éclair"]
    assert names(page(browser, boss, "rooms/?sort=-name")) == ["Éclair", "Blue", "Attic"]
    assert '<span class="quiet manage-count">3</span>' in page(browser, boss, "rooms/")


def test_a_small_list_is_in_the_order_in_which_people_count(browser: Client, boss: Scope) -> None:
    for name in ("Room 10", "Room 9", "Room 1"):
        schedule.save_room(boss, name=name)
    assert names(page(browser, boss, "rooms/")) == ["Room 1", "Room 9", "Room 10"]


def test_a_small_list_is_narrowed_by_values_that_it_has_and_says_how_many(
    browser: Client, boss: Scope, rooms: list[Room]
) -> None:
    text = page(browser, boss, "rooms/?active=No")
    assert names(text) == ["Attic"]
    assert "1 of 3" in text
    assert names(page(browser, boss, "rooms/?q=eclair")) == ["Éclair"]


def test_enter_in_the_search_opens_what_alone_is_found(browser: Client, boss: Scope, rooms: list[Room]) -> None:
    there = f"/c/{boss.clinic}/manage/rooms/?ask=all&open=1"
    assert 'name="open" value="1"' in page(browser, boss, "rooms/")
    answer = browser.get(f"{there}&q=eclair")
    assert answer["Location"].startswith(f"/c/{boss.clinic}/manage/schedule/rooms/{rooms[0].id}/")
    back = browser.get(answer["Location"]).content.decode()
    assert f'href="/c/{boss.clinic}/manage/rooms/?ask=all&amp;q=eclair"' in back  # without what opens it again
    assert browser.get(f"{there}&q=e").status_code == 200


def test_an_empty_list_does_not_say_how_it_sorts(browser: Client, boss: Scope) -> None:
    assert "any column sorts" not in page(browser, boss, "rooms/")


def test_a_small_list_is_turned_by_the_page(
    browser: Client, boss: Scope, rooms: list[Room], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "PAGE", 2)
    assert names(page(browser, boss, "rooms/?from=2")) == ["Éclair"]
    assert 'rel="next"' not in page(browser, boss, "rooms/?from=2")
    assert 'rel="next"' in page(browser, boss, "rooms/")


def test_what_was_saved_a_moment_ago_is_on_the_list(browser: Client, boss: Scope, rooms: list[Room]) -> None:
    page(browser, boss, "rooms/")
    schedule.save_room(boss, room=rooms[0], name="Zinc")
    assert names(page(browser, boss, "rooms/")) == ["Attic", "Blue", "Zinc"]


def test_a_large_list_is_read_by_the_page_and_says_that_more_follow(
    browser: Client, boss: Scope, register: Callable[..., Patient], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "PAGE", 2)
    for given in "ABCDE":
        register(family_name="Moss", given_name=given)
    seen, text = [], page(browser, boss, "patients/?ask=by-letter&initial=m")
    assert "2 shown, more follow" in text
    while next_page := re.search(r'href="\?([^"]*)"\s+rel="next"', text):
        seen += re.findall(r"<bdi>([A-E])</bdi>", text)
        text = page(browser, boss, f"patients/?{next_page[1].replace('&amp;', '&')}")
    seen += re.findall(r"<bdi>([A-E])</bdi>", text)
    assert seen == list("ABCDE")
    back = re.search(r'href="\?([^"]*)"\s+rel="prev"', text)
    assert back
    assert re.findall(r"<bdi>([A-E])</bdi>", page(browser, boss, f"patients/?{back[1].replace('&amp;', '&')}")) == [
        "C",
        "D",
    ]


def test_leave_that_is_over_stays_on_the_list_of_other_days(browser: Client, boss: Scope) -> None:
    over = clock.today("Europe/London") - timedelta(days=200)
    schedule.add_other_days(boss, kind="holiday", first=over, last=over, reason="Founders' day")
    assert "Founders&#x27; day" in page(browser, boss, "other-days/")


def test_requests_are_listed_in_the_words_of_the_desk(
    browser: Client, boss: Scope, register: Callable[..., Patient]
) -> None:
    schedule.save_visit_type(boss, name="Check", minutes=15)
    check = next(iter(setup(boss).visit_types.values()))
    waitlist.ask(boss, patient=register(family_name="Moss"), visit_type=check, urgency=1)
    assert "Before others" in page(browser, boss, "requests/")


def test_another_question_is_another_range(browser: Client, boss: Scope, register: Callable[..., Patient]) -> None:
    register(family_name="Moss", given_name="Ivy")
    assert names(page(browser, boss, "patients/?ask=joined-in")) == ["Moss"]
    assert names(page(browser, boss, "patients/?ask=joined-in&month=2001-01")) == []


def test_a_page_of_a_large_list_is_one_query(browser: Client, boss: Scope, register: Callable[..., Patient]) -> None:
    register(family_name="Moss", given_name="Ivy")
    page(browser, boss, "patients/?ask=joined-in")
    answer = browser.get(f"/c/{boss.clinic}/manage/patients/?ask=joined-in")
    assert 'desc="1 in sequence of 1"' in answer["Server-Timing"]


# --- One of it, and its history --------------------------------------------------------------------------------------


def test_the_page_of_one_says_what_is_known_and_what_belongs_to_it(
    browser: Client, boss: Scope, rooms: list[Room]
) -> None:
    schedule.save_visit_type(boss, name="Audiometry", minutes=20, rooms=[rooms[2]])
    text = page(browser, boss, f"rooms/{rooms[2].id}/")
    assert "Blue" in text
    assert "Audiometry" in text
    assert f"/manage/schedule/rooms/{rooms[2].id}/" in text  # the app's own form


def test_the_history_says_who_changed_what_from_what(browser: Client, boss: Scope, rooms: list[Room]) -> None:
    schedule.save_room(boss, room=rooms[2], name="Indigo")
    text = " ".join(page(browser, boss, f"rooms/{rooms[2].id}/history/").split())
    assert '<bdi>Blue</bdi></td> <td class="is"><bdi>Indigo</bdi>' in text
    assert text.count("Inês Duarte</bdi></strong> changed a room") == 2


def test_the_history_is_turned_by_the_page_to_its_beginning(browser: Client, boss: Scope, rooms: list[Room]) -> None:
    for number in range(12):
        schedule.save_room(boss, room=room(boss, rooms[0].id), name=f"Name {number}")
    text = page(browser, boss, f"rooms/{rooms[0].id}/history/")
    assert text.count("changed a room") == 10
    older = re.search(r'href="(\?after=[^"]*)"', text)
    assert older
    text = page(browser, boss, f"rooms/{rooms[0].id}/history/{older[1]}")
    assert text.count("changed a room") == 3
    assert 'rel="next"' not in text


def test_an_event_that_was_taken_out_of_the_trail_is_missed(browser: Client, boss: Scope, rooms: list[Room]) -> None:
    schedule.save_room(boss, room=rooms[0], name="Other")
    with patch("clinnet.console.history.find_row", return_value=None):
        text = page(browser, boss, f"rooms/{rooms[0].id}/history/")
    assert "is not in the trail" in text


def test_a_patients_history_is_written_in_the_words_of_the_record(
    browser: Client, boss: Scope, register: Callable[..., Patient]
) -> None:
    patient = register(family_name="Moss", given_name="Ivy", sex="female")
    text = page(browser, boss, f"patients/{patient.id}/history/")
    assert "registered" in text
    assert "Female" in page(browser, boss, f"patients/{patient.id}/")


@pytest.mark.parametrize("path", ["", "history/"])
def test_what_another_clinic_has_is_not_there(
    browser: Client, boss: Scope, outsider: Scope, path: str, rooms: list[Room]
) -> None:
    theirs = schedule.save_room(scope_of(outsider.clinic_id, Role.ADMIN), name="Theirs")
    page(browser, boss, f"rooms/{theirs}/{path}", status=404)
    page(browser, boss, f"rooms/nothing/{path}", status=404)


@pytest.mark.parametrize("role", [Role.RECEPTIONIST, Role.NURSE, Role.DOCTOR])
def test_only_administrators_manage(boss: Scope, db: None, role: Role) -> None:
    other = signed_in_client(boss.clinic_id, role=role)
    for path in ("", "rooms/", "patients/", "services/"):
        page(other, boss, path, status=403)


# --- Export ----------------------------------------------------------------------------------------------------------


def test_an_export_is_complete_and_runs_nothing_in_a_spreadsheet(browser: Client, boss: Scope) -> None:
    for number in range(60):
        schedule.save_room(boss, name=f"=1+{number:02}")
    lines = export(browser, boss, "rooms").splitlines()
    assert lines[0] == "\ufeffName,In use"
    assert lines[1] == "'=1+00,Yes"
    assert len(lines) == 61
    assert told(boss)[-2:] == ["Rooms: All", "Rooms, complete: 60 rows"]


def test_an_export_is_of_what_was_asked(browser: Client, boss: Scope, rooms: list[Room]) -> None:
    assert export(browser, boss, "rooms", "active=No").splitlines()[1:] == ["Attic,No"]


def test_an_export_as_json_is_a_line_for_each(browser: Client, boss: Scope, register: Callable[..., Patient]) -> None:
    register(family_name="Moss", given_name="Ivy")
    (line,) = export(browser, boss, "patients", "ask=joined-in", "json").splitlines()
    assert json.loads(line)["f"] == "Moss"


def test_a_file_has_what_the_list_shows(boss: Scope, register: Callable[..., Patient]) -> None:
    for birth_date in ("", "1985-03", "1985-03-14"):
        register(family_name="Moss", given_name="=Ivy", birth_date=birth_date, sex="female" if birth_date else "")
    for name in ("One", "Two"):
        schedule.save_room(boss, name=name)
    rooms, reader = entities()["rooms"], Reader(boss, accounts.clinic(boss.clinic_id))
    planned = bulk.plan(rooms, rooms.bulk[0], Asked.of(rooms, {}, reader), [], reader)
    bulk.begin(boss, entity=rooms, bulk=rooms.bulk[0], planned=planned)
    for name, given in {"patients": {"ask": "joined-in"}, "work": {}, "rooms": {}}.items():
        entity = entities()[name]
        asked = Asked.of(entity, given, reader)
        things = [reading.source(entity, each) for page in reading.every(entity, asked, reader) for each in page]
        (values,) = reading.every_column(entity, asked, reader, entity.columns)
        assert things
        assert list(values) == [[each.of(thing) for thing in things] for each in entity.columns]
        told = [each.texts(reader)(found) for each, found in zip(entity.columns, values, strict=True)]
        assert told == [[each.text(thing, reader) for thing in things] for each in entity.columns]


def test_an_export_that_breaks_off_says_so_in_the_trail(browser: Client, boss: Scope, rooms: list[Room]) -> None:
    with (
        patch("clinnet.console.exporting.every_column", side_effect=RuntimeError("the table is gone")),
        pytest.raises(RuntimeError),
    ):
        export(browser, boss, "rooms")
    assert told(boss)[-1] == "Rooms, broken off after 0 rows"


def test_many_people_are_exported_for_a_reason(
    browser: Client, boss: Scope, register: Callable[..., Patient], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exporting, "MANY", 2)
    for name in ("Ann", "Bea"):
        register(family_name="Moss", given_name=name)
    query = "ask=joined-in"
    assert len(export(browser, boss, "patients", query).splitlines()) == 3  # two are not many
    register(family_name="Moss", given_name="Cat")
    path = f"/c/{boss.clinic}/manage/patients/export/?{query}"
    sent = {"once": token(page(browser, boss, f"patients/?{query}")), "kind": "json"}
    asked = browser.post(path, sent)
    text = asked.content.decode()
    assert (asked.status_code, "Why do you need the rows of more than" in text) == (422, True)
    assert told(boss)[-1] == "Patients, complete: 2 rows"  # nothing left
    assert f'href="/c/{boss.clinic}/manage/patients/?ask=joined-in' in text
    assert f'action="{path}"' in text  # the browser shows it under the list's address
    answer = browser.post(path, {"once": token(text), "kind": token(text, "kind"), "reason": "Flu recall"})
    lines = b"".join(answer.streaming_content).decode().splitlines()  # type: ignore[attr-defined]  # it streams
    assert [json.loads(line)["g"] for line in lines] == ["Cat", "Bea", "Ann"]
    assert told(boss)[-2:] == ["Patients: Joined in, because: Flu recall", "Patients, complete: 3 rows"]


def test_the_set_up_is_exported_without_a_reason(
    browser: Client, boss: Scope, rooms: list[Room], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exporting, "MANY", 1)
    assert len(export(browser, boss, "rooms").splitlines()) == 4


def test_nothing_is_exported_without_the_forms_token(browser: Client, boss: Scope) -> None:
    answer = browser.post(f"/c/{boss.clinic}/manage/rooms/export/", {"kind": "csv"})
    assert answer.status_code == 302
    assert "Rooms: All" not in told(boss)


def test_a_form_opened_from_the_console_leads_back_to_it(browser: Client, boss: Scope, rooms: list[Room]) -> None:
    text = page(browser, boss, f"rooms/{rooms[0].id}/")
    edit = re.search(r'href="([^"]*\?manage=[^"]*)"\s+data-key="e"', text)
    assert edit
    form = browser.get(edit[1]).content.decode()
    back = f"/c/{boss.clinic}/manage/rooms/{rooms[0].id}/"
    assert f'href="{back}"' in form  # Cancel
    sent = {"once": token(form), "opened": token(form, "opened"), "name": "Lilac", "active": "on"}
    answer = browser.post(edit[1], sent)
    assert (answer.status_code, answer["Location"]) == (302, back)
    elsewhere = browser.get(f"/c/{boss.clinic}/manage/schedule/rooms/{rooms[0].id}/?manage=//evil.example/")
    assert "evil.example" not in elsewhere.content.decode()
