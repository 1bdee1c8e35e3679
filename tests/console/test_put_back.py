"""What an event took away is put back by the app's own form, so that its rules hold."""

import re

from django.test import Client

from clinnet.accounts.permissions import Role
from clinnet.table import Scope
from scheduling.calendar.queries.setup import setup
from scheduling.calendar.services import settings as schedule
from scheduling.models import Room
from tests.console.conftest import page, room
from tests.patients.pages import hidden
from tests.people import signed_in_client


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
