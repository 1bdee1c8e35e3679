"""The box that leads anywhere in Manage, a copy of one thing, and the way back to the list that was asked something."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from clinnet.accounts.permissions import Role
from clinnet.console import reading
from clinnet.console.registry import entities
from clinnet.table import Scope
from patients.models import Patient
from scheduling.calendar.queries.setup import setup
from scheduling.calendar.services import settings as schedule
from scheduling.models import Room
from tests.conftest import scope_of
from tests.console.conftest import page
from tests.console.test_put_back import MADE
from tests.patients.pages import hidden


def go(browser: Client, scope: Scope, text: str) -> Any:
    return browser.post(f"/c/{scope.clinic}/manage/go/", {"find": text})


def ways(browser: Client, scope: Scope, text: str) -> list[str]:
    answer = go(browser, scope, text)
    assert answer.status_code == 200
    html = answer.content.decode()
    return re.findall(r"<bdi>([^<]*)</bdi>", html[html.index("<main") :])


def titles(browser: Client, url: str, key: str, times: int) -> list[str]:
    """What the pages are about that [ or ] leads to, pressed so often, and what a toast says of the list's end."""
    found = []
    for _ in range(times):
        answer: Any = browser.get(url, follow=True)
        html = answer.content.decode()
        found += re.findall(r"</a> <bdi>([^<]*)</bdi>", html) + re.findall(r"No other one [a-z ]*", html)
        away = re.search(rf'href="([^"]*)"\s+rel="[a-z]*"\s+data-key="\{key}"', html)
        assert away
        url = answer.request["PATH_INFO"] + away[1].replace("&amp;", "&")
    return found


def test_the_neighbours_of_a_small_list_are_gone_through_across_its_pages(
    browser: Client, boss: Scope, rooms: list[Room], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "PAGE", 2)
    first = re.findall(r'class="go-link" href="([^"]*)"', page(browser, boss, "rooms/"))[0]
    assert titles(browser, first, "]", 3) == ["Attic", "Blue", "Éclair"]
    last = re.findall(r'class="go-link" href="([^"]*)"', page(browser, boss, "rooms/?sort=-name"))[0]
    assert titles(browser, last, "]", 4)[:3] == ["Éclair", "Blue", "Attic"]
    assert titles(browser, last, "]", 4)[3:] == ["Attic", "No other one follows in this list"]
    assert titles(browser, last, "[", 2)[1:] == ["Éclair", "No other one stands before in this list"]


def test_the_neighbours_of_a_large_list_are_gone_through_across_its_pages(
    browser: Client, boss: Scope, register: Callable[..., Patient], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "PAGE", 2)
    for given in "ABCDE":
        register(family_name="Moss", given_name=given)
    first = re.findall(r'class="go-link" href="([^"]*)"', page(browser, boss, "patients/?ask=by-letter&initial=m"))[0]
    there = titles(browser, first.replace("&amp;", "&"), "]", 5)
    assert there == [f"Moss, {given}" for given in "ABCDE"]


@pytest.mark.parametrize(
    ("text", "there"),
    [("Trail", "trail/"), ("rooms", "rooms/"), ("éclair", "rooms/{}/"), ("Prices and tax", "settings/money/")],
)
def test_a_name_that_one_thing_has_leads_there(
    browser: Client, boss: Scope, rooms: list[Room], text: str, there: str
) -> None:
    assert go(browser, boss, text)["Location"] == f"/c/{boss.clinic}/manage/{there.format(rooms[0].id)}"


def test_what_several_are_called_is_a_choice(browser: Client, boss: Scope, rooms: list[Room]) -> None:
    found = ways(browser, boss, "roo")
    assert found[:2] == ["Rooms", "Room: add"]
    assert ways(browser, boss, "nobody is called so") == []


def test_a_pasted_id_or_key_leads_to_how_it_is_in_the_table(
    browser: Client, boss: Scope, rooms: list[Room], register: Callable[..., Patient]
) -> None:
    patient = register(family_name="Holm", given_name="Greta", birth_date="1980-02-03", sex="female")
    raw = f"/c/{boss.clinic}/manage/rooms/{rooms[0].id}/raw/"
    assert go(browser, boss, rooms[0].id.lower())["Location"] == raw
    for text in ("{0.pk} {0.sk}", "{0.pk} · {0.sk}", '{{"PK": "{0.pk}", "SK": "{0.sk}"}}'):
        assert go(browser, boss, text.format(rooms[0]))["Location"] == raw
    assert go(browser, boss, patient.id)["Location"].endswith(f"/manage/patients/{patient.id}/raw/")


def test_of_what_is_not_listed_it_says_why(browser: Client, boss: Scope) -> None:
    answer = go(browser, boss, f"CLINIC#{boss.clinic}#CONFIG SETTINGS#CLINIC")
    assert "Not among these pages: its settings are a page of their own." in answer.content.decode()


def test_another_clinics_id_and_key_lead_nowhere(browser: Client, boss: Scope, other_clinic: str) -> None:
    theirs = schedule.save_room(scope_of(other_clinic, Role.ADMIN), name="Secret cellar")
    key = Room.at(other_clinic, theirs)
    for text in (theirs, f"{key.pk} {key.sk}", "Secret cellar"):
        assert ways(browser, boss, text) == []


def test_whatever_has_copies_begins_one_without_what_no_two_may_have(
    boss: Scope, browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    copied = {each.name: each for each in entities().values() if each.unlike is not None}
    assert copied.keys() == {"rooms", "visit-types", "services", "payers", "tax-classes", "note-templates",
                             "letter-templates", "phrases"}  # fmt: skip
    for name in copied:
        address = MADE[name](boss, "", "Before")
        found = re.search(r'href="([^"]*)"\s+data-key="d"', page(browser, boss, f"{name}/{address}/"))
        assert found, name
        answer = browser.get(found[1].replace("&amp;", "&"))
        assert answer.status_code == 200, name
        main = answer.content.decode().partition("<main")[2]
        assert "data-begun" in main or "data-draft" not in main, name
        typed = re.search(r'value="Before"|>\s*Before\s*</textarea>', main)
        assert bool(typed) == (name in ("services", "phrases", "note-templates", "letter-templates")), name
        assert browser.get(found[1].replace("&amp;", "&") + "x").status_code == 404, name


def test_a_copy_is_another_one(boss: Scope, browser: Client) -> None:
    first = schedule.save_visit_type(boss, visit_type=None, name="Check", minutes=35, remote="video")
    found = re.search(r'href="([^"]*copy=[^"]*)"', page(browser, boss, f"visit-types/{first}/"))
    assert found
    url = found[1].replace("&amp;", "&")
    html = browser.get(url).content.decode()
    typed = {**hidden(html[html.index("<main") :]), "name": "Check again", "minutes": "35", "nurse": "0", "before": "0",
             "after": "0", "remote": "video", "active": "on"}  # fmt: skip
    assert browser.post(url, typed)["Location"] == f"/c/{boss.clinic}/manage/visit-types/"
    made = {each.name: each.minutes for each in setup(boss).visit_types.values()}
    assert made == {"Check": 35, "Check again": 35}


def test_what_the_list_was_asked_comes_back_after_an_edit(browser: Client, boss: Scope, rooms: list[Room]) -> None:
    html = page(browser, boss, "rooms/?active=Yes&sort=-name")
    found = re.search(r'class="go-link" href="([^"]*)"', html)
    assert found
    assert "list=ask%3Dall%26sort%3D-name%26active%3DYes" in found[1]
    back = f"/c/{boss.clinic}/manage/rooms/?ask=all&amp;sort=-name&amp;active=Yes"
    assert f'href="{back}"' in browser.get(found[1]).content.decode()
    change = re.search(r'data-change="([^"]*)"', html)
    assert change
    url = change[1].replace("&amp;", "&")
    form = hidden(browser.get(url).content.decode().partition("<main")[2])
    answer = browser.post(url, {**form, "name": "Éclair two", "active": "on"})
    assert answer.status_code == 302, answer.content.decode()
    assert answer["Location"] == back.replace("&amp;", "&")


@pytest.mark.parametrize("led", ["//evil.example/", "rooms?x=//evil\r\n", "rooms?<b>", "../../x"])
def test_nothing_but_a_page_of_the_console_can_be_named_as_the_way_back(
    browser: Client, boss: Scope, rooms: list[Room], led: str
) -> None:
    html = browser.get(f"/c/{boss.clinic}/manage/schedule/rooms/{rooms[0].id}/", {"manage": led}).content.decode()
    assert "evil" not in html[html.index("<main") :]
    assert f'href="/c/{boss.clinic}/manage/schedule/"' in html
