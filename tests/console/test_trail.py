"""An administrator asks who did what: at a time, by a person, to a patient."""

import html
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils.http import urlencode

from clinnet import clock
from clinnet.accounts import queries as accounts
from clinnet.accounts.permissions import Role
from clinnet.accounts.services import add_staff
from clinnet.audit import queries, seals
from clinnet.console.trail import TOPICS
from clinnet.table import Scope, Topic
from clinnet.table.events import declared
from patients import services
from patients.models import Patient
from records.services.opening import note_opening
from scheduling.calendar.services import settings as schedule
from scheduling.models import Room
from tests.conftest import scope_of
from tests.console.conftest import page
from tests.people import signed_in_client


def whats(text: str) -> list[str]:
    """The sentences of the events, in the page's order."""
    return re.findall(r"</bdi></a>\s*</td>\s*<td>\s*([^<\n]+)", text)


def test_the_trail_by_time_is_newest_first_and_walks_back(
    browser: Client, boss: Scope, rooms: list[Room], monkeypatch: pytest.MonkeyPatch
) -> None:
    now = clock.now()
    with monkeypatch.context() as patched:
        patched.setattr(clock, "now", lambda: now - timedelta(hours=3))
        schedule.save_visit_type(boss, name="Three hours ago", minutes=15)
        patched.setattr(clock, "now", lambda: now - timedelta(hours=5))
        schedule.save_hours(boss, practitioner=accounts.member(boss, boss.actor.id), sessions=[])
        schedule.save_room(boss, room=rooms[0], name="Five hours ago")
    text = page(browser, boss, "trail/")
    assert whats(text)[:4] == ["changed a room"] * 3 + ["added a member of the staff"]
    assert "changed a type of visit" in whats(text)
    assert "Five hours ago" not in text
    older = re.search(r'href="(\?before=[^"]*)"', text)
    assert older
    text = page(browser, boss, f"trail/{older[1]}")
    assert "Five hours ago" in text
    assert "Three hours ago" not in text


def test_a_moment_that_is_typed_is_the_clinics_clock(browser: Client, boss: Scope, rooms: list[Room]) -> None:
    text = page(browser, boss, "trail/?until=2001-01-01T10:00")
    assert "Nothing happened in that time" in text
    assert 'value="2001-01-01T10:00"' in text


@pytest.mark.parametrize("typed", ["yesterday", "0001-01-01T00:00", "9999-12-31T23:59"])
def test_a_moment_that_cannot_be_is_no_error(browser: Client, boss: Scope, typed: str) -> None:
    page(browser, boss, f"trail/?{urlencode({'until': typed})}")


def test_the_trail_of_a_person_is_theirs_alone(browser: Client, boss: Scope, rooms: list[Room]) -> None:
    other = scope_of(boss.clinic_id, Role.NURSE, "Nora Daly")
    services.register(other, {"family_name": "Moss", "given_name": "Ivy"})
    text = page(browser, boss, f"trail/?{urlencode({'person': other.actor.id})}")
    assert len(whats(text)) == 1
    assert "Moss, Ivy" in text
    assert whats(page(browser, boss, f"trail/?{urlencode({'person': boss.actor.id})}")).count("changed a room") == 3


def test_who_opened_a_chart_is_in_the_trail_of_the_patient(
    browser: Client, boss: Scope, register: Callable[..., Patient]
) -> None:
    patient = register(family_name="Moss", given_name="Ivy")
    note_opening(scope_of(boss.clinic_id, Role.DOCTOR, "Amara Okafor"), patient)
    text = page(browser, boss, f"trail/?patient={patient.id}")
    assert "Amara Okafor" in text
    assert "opened the chart" in whats(text)
    assert len(whats(text)) == 2


def test_the_trail_of_a_topic_is_of_everybody_and_of_that_alone(
    browser: Client, boss: Scope, outsider: Scope, register: Callable[..., Patient], monkeypatch: pytest.MonkeyPatch
) -> None:
    for scope in (boss, outsider):
        add_staff(scope, person=clock.new_id(), username="new", name=f"New of {scope.actor.name}", roles=["nurse"])
    services.archive(scope_of(boss.clinic_id, Role.RECEPTIONIST, "Ana Ruiz"), register(family_name="Moss"), reason="ok")
    monkeypatch.setattr(queries, "PAGE", 1)
    text = page(browser, boss, "trail/?topic=staff")
    assert whats(text) == ["added a member of the staff"]
    assert "Staff and what they may do in" in text
    older = re.search(r'href="(\?topic=staff[^"]*)"', text)
    assert older
    assert whats(page(browser, boss, f"trail/{html.unescape(older[1])}")) == ["added a member of the staff"]  # herself
    text = page(browser, boss, "trail/?topic=archive")
    assert whats(text) == ["archived this record"]
    assert "Ana Ruiz" in text
    assert "Nothing happened" in page(browser, boss, "trail/?topic=archive&month=2001-01")
    assert whats(page(browser, boss, "trail/?topic=nonsense"))[:1] == ["archived this record"]  # as by time


def test_every_topic_has_a_name_and_something_that_is_of_it() -> None:
    assert set(TOPICS) == set(Topic) == {action.topic for action in declared().values() if action.topic}


def test_values_are_shown_of_what_the_console_lists_and_of_no_chart(
    browser: Client, boss: Scope, rooms: list[Room]
) -> None:
    schedule.save_room(boss, room=rooms[0], name="Violet room")
    assert "Violet room" in page(browser, boss, "trail/")


def test_another_clinics_trail_is_not_there(browser: Client, boss: Scope, outsider: Scope, rooms: list[Room]) -> None:
    theirs = services.register(outsider, {"family_name": "Secret", "given_name": "Sam"})
    for asked in ("", f"?patient={theirs}", f"?{urlencode({'person': outsider.actor.id})}"):
        assert "Secret" not in page(browser, boss, f"trail/{asked}")


def test_the_page_says_until_when_the_trail_is_sealed(
    browser: Client, boss: Scope, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "Not sealed yet" in page(browser, boss, "trail/")
    later = clock.now() + timedelta(minutes=30)
    with monkeypatch.context() as patched:
        patched.setattr(clock, "now", lambda: later)
        seals.seal(Scope.system("tests", boss.clinic_id))
    assert "Sealed until" in page(browser, boss, "trail/")


@pytest.mark.parametrize("role", [Role.RECEPTIONIST, Role.NURSE, Role.DOCTOR])
def test_only_administrators_read_the_trail(boss: Scope, db: None, role: Role) -> None:
    page(signed_in_client(boss.clinic_id, role=role), boss, "trail/", status=403)
