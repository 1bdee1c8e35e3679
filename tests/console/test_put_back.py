"""What an event took away is put back by the app's own form, so that its rules hold."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from billing import queries as billing
from billing.catalog import services as catalog
from billing.payers import services as payers
from billing.pricing import services as pricing
from clinnet.accounts import cognito, staffing
from clinnet.accounts import queries as accounts
from clinnet.accounts.permissions import Role
from clinnet.accounts.services import add_staff
from clinnet.console.registry import entities
from clinnet.table import Scope, keys
from records.letters import queries as letter_queries
from records.letters import services as letters
from records.shortcuts import queries as shortcut_queries
from records.shortcuts import services as shortcuts
from scheduling.calendar.queries.setup import setup
from scheduling.calendar.rules.hours import Session
from scheduling.calendar.services import settings as schedule
from scheduling.models import Room
from tests.console.conftest import page, room
from tests.patients.pages import hidden
from tests.people import signed_in_client
from tests.wall.html import forms_of


def backs(html: str) -> list[str]:
    return [each.replace("&amp;", "&") for each in re.findall(r'href="([^"]*event=[^"]*)"', html)]


def test_a_room_gets_back_the_name_that_a_change_took(boss: Scope, browser: Client, rooms: list[Room]) -> None:
    schedule.save_room(boss, room=rooms[2], name="Green")
    (back,) = backs(page(browser, boss, f"rooms/{rooms[2].id}/history/"))  # what made it took nothing away
    html = browser.get(back).content.decode()
    assert 'value="Blue"' in html
    form = hidden(html[html.index("<main") :])
    answer = browser.post(back, {**form, "name": "Blue", "active": "on"})
    assert answer.status_code == 302
    assert answer["Location"].endswith(f"/manage/rooms/{rooms[2].id}/")
    assert room(boss, rooms[2].id).name == "Blue"
    schedule.save_room(boss, name="Green")
    _, first = backs(page(browser, boss, f"rooms/{rooms[2].id}/history/"))
    assert browser.get(first).status_code == 200
    elsewhere = first.replace(rooms[2].id, rooms[0].id)
    assert browser.get(elsewhere).status_code == 404  # an event of another room
    nobody = signed_in_client(boss.clinic_id, role=Role.DOCTOR)
    assert nobody.get(first).status_code == 403


def test_a_type_of_visit_gets_back_its_preparation_and_who_does_it(boss: Scope, browser: Client) -> None:
    id = schedule.save_visit_type(boss, name="Blood test", minutes=10, preparation={"en": "Come fasting."})
    schedule.save_visit_type(boss, visit_type=setup(boss).visit_types[id], name="Blood test", minutes=20)
    (back,) = backs(page(browser, boss, f"visit-types/{id}/history/"))
    html = browser.get(back).content.decode()
    assert "Come fasting." in html
    assert re.search(r'name="minutes"[^>]*value="10"|value="10"[^>]*name="minutes"', html)


# Of each entity that can be changed here: saved with a word, and saved over that; what is returned is its address.
Make = Callable[[Scope, str, str], str]


def service(boss: Scope, id: str, word: str) -> str:
    item = billing.catalog_item(boss, id) if id else None
    return catalog.save(boss, item=item, code="LET", name=word, price=1000, since="2026-01-01")


def payer(boss: Scope, id: str, word: str) -> str:
    return payers.save_payer(boss, payer=billing.payer(boss, id) if id else None, name=word, percent=20_000)


def price_list(boss: Scope, id: str, word: str) -> str:
    return pricing.save_price_list(boss, price_list=billing.price_list(boss, id) if id else None, name=word)


def tax_class(boss: Scope, id: str, word: str) -> str:
    known = billing.tax_class(boss, id) if id else None
    return pricing.save_tax_class(boss, tax_class=known, name=word, rate=0, since="2026-01-01", note="Article 132")


def note_template(boss: Scope, id: str, word: str) -> str:
    known = shortcut_queries.template(boss, id) if id else None
    return shortcuts.save_template(boss, template=known, name="Ear", text=f"# {word}", titles=[word])


def phrase(boss: Scope, id: str, word: str) -> str:
    known = shortcut_queries.phrase(boss, keys.EVERYBODY, "htn") if id else None
    short = shortcuts.save_phrase(boss, phrase=known, owner=keys.EVERYBODY, short="htn", text=word)
    return f"{keys.EVERYBODY}~{short}"


def letter_template(boss: Scope, id: str, word: str) -> str:
    known = letter_queries.clinic_letter(boss, id) if id else None
    return letters.save_letter_template(boss, letter=known, name="Sick note", kind="sick", text=word)


def member(boss: Scope, id: str, word: str) -> str:
    if not id:
        add_staff(boss, person="nora", username=f"nora.{boss.clinic}", name="Nora Daly", roles=["nurse"])
    roles = ["nurse"] if word == "Before" else ["nurse", "receptionist"]
    staffing.change_roles(boss, member=accounts.member(boss, "nora"), roles=roles, title=word)
    return "nora"


def a_room(boss: Scope, id: str, word: str) -> str:
    return schedule.save_room(boss, room=room(boss, id) if id else None, name=word)


def visit_type(boss: Scope, id: str, word: str) -> str:
    known = setup(boss).visit_types[id] if id else None
    return schedule.save_visit_type(boss, visit_type=known, name=word, minutes=15)


MADE: dict[str, Make] = {
    "services": service,
    "payers": payer,
    "price-lists": price_list,
    "tax-classes": tax_class,
    "note-templates": note_template,
    "phrases": phrase,
    "letter-templates": letter_template,
    "staff": member,
    "rooms": a_room,
    "visit-types": visit_type,
}


def test_what_can_be_changed_can_be_put_back(boss: Scope, browser: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cognito, "join", lambda username, group: None)
    others = {"hours"}  # have no name that could be changed: see below
    assert {each.name for each in entities().values() if each.change and each.put_back != ()} - others == set(MADE)
    for name, make in MADE.items():
        address = make(boss, "", "Before")
        make(boss, address, "After")
        back = backs(page(browser, boss, f"{name}/{address}/history/"))[0]
        html = browser.get(back).content.decode()
        assert "What was before is filled in. It holds once you save." in html, name
        main = html[html.index("<main") :]
        assert "Before" in main, name
        assert browser.get(back.replace("~", "~x")).status_code == 404, name  # no event, so nothing to begin with


def test_a_price_is_put_back_from_today_on_and_keeps_its_past(boss: Scope, browser: Client) -> None:
    code = catalog.save(boss, item=None, code="LET", name="Letter", price=1000, since="2020-01-01")
    catalog.save(boss, item=billing.catalog_item(boss, code), code=code, name="Letter", price=1500, since="2021-01-01")
    (back,) = backs(page(browser, boss, f"services/{code}/history/"))
    html = browser.get(back).content.decode()
    form = hidden(html[html.index("<main") :])
    assert re.search(r'name="price"[^>]*value="10.00"|value="10.00"[^>]*name="price"', html)
    typed: dict[str, Any] = {"name": "Letter", "price": "10.00", "since": "2022-01-01", "active": "on"}
    assert browser.post(back, {**form, **typed}).status_code == 302
    kept = billing.catalog_item(boss, code)
    assert [kept.price_on(day) for day in ("2020-06-01", "2021-06-01", "2022-06-01")] == [1000, 1500, 1000]


def test_stopping_somebody_is_not_put_back_by_the_form_of_their_roles(boss: Scope, browser: Client) -> None:
    member(boss, "", "Before")
    staffing.stop(boss, member=accounts.member(boss, "nora"))
    html = page(browser, boss, "staff/nora/history/")
    assert "stopped" in html
    assert backs(html) == []


def test_hours_are_put_back_by_their_own_form(boss: Scope, browser: Client) -> None:
    person = "amara"
    add_staff(boss, person=person, username=person, name="Amara Okafor", roles=[Role.DOCTOR])
    (amara,) = [each for each in accounts.staff_now(boss) if each.id == person]
    early, late = Session(weekday=0, start="08:00", end="12:00"), Session(weekday=2, start="14:00", end="18:00")
    schedule.save_hours(boss, practitioner=amara, sessions=[early, late])
    schedule.save_hours(boss, practitioner=amara, sessions=[late], place=2)
    (back,) = backs(page(browser, boss, f"hours/{person}/history/"))
    html = browser.get(back).content.decode()
    assert "What was before is filled in. It holds once you save." in html
    form = forms_of(html[html.index("<main") :])[0].fields
    assert [form[name] for name in ("day-0-0-start", "day-0-0-end", "day-2-0-start")] == [
        ["08:00"],
        ["12:00"],
        ["14:00"],
    ]
    assert browser.post(back, form).status_code == 302
    assert [(each.weekday, each.start) for each in setup(boss).plan(person).sessions] == [(0, "08:00"), (2, "14:00")]
    elsewhere = signed_in_client(boss.clinic_id, role=Role.RECEPTIONIST)
    assert elsewhere.get(back).status_code == 403
