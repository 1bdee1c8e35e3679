"""Openings of charts that look unusual: what counts, found once a day, and closed by somebody else."""

from datetime import UTC, datetime, timedelta
from unittest.mock import patch

import pytest
from django.core.management import call_command
from django.test import Client

from clinnet import clock
from clinnet.accounts.permissions import Role
from clinnet.accounts.services import add_staff
from patients import queries
from patients.models import Patient
from patients.services import register, restrict
from records.openings.rules import MANY, Look, Names, Opening, looks, unusual
from records.services.opening import note_opening
from scheduling.appointments.queries import has_visit
from tests.conftest import scope_of
from tests.console.test_entities import token
from tests.patients.conftest import plain_static_names
from tests.people import signed_in_client
from tests.scheduling.conftest import Desk, desk, make_desk

__all__ = ["desk", "make_desk", "plain_static_names"]
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
GRETA = Names("Nora Daly", [], "Greta", "Holm")


def look(at: datetime = NOON, together: int = 1) -> Look:
    return Look(Opening("1", at, "nora", "p"), together)


@pytest.mark.parametrize(
    ("given", "family", "said"),
    [
        ("Nora", "Daly", "Their own chart"),
        ("nóra Mae", "DALY", "Their own chart"),
        ("Peter", "Daly", "The same family name"),
        ("Inês", "Duarte", "A colleague's chart"),
        ("Ana", "Duarte", ""),
        ("Nora", "", ""),
        ("", "Daly", "The same family name"),
        ("Nora", "Daly-Smith", ""),
    ],
)
def test_whose_chart_it_is_is_told_by_the_names(given: str, family: str, said: str) -> None:
    assert unusual(look(), Names("Sister Nora Daly", ["Dr Ines Duarte"], given, family), lambda: True) == said


@pytest.mark.parametrize(("hour", "is_night"), [(21, False), (22, True), (23, True), (0, True), (5, True), (6, False)])
def test_at_night_only_a_chart_without_a_visit_is_unusual(hour: int, is_night: bool) -> None:
    at = look(NOON.replace(hour=hour))
    said = "At night. No visit within 30 days" if is_night else ""
    assert unusual(at, GRETA, lambda: False) == said
    assert unusual(at, GRETA, lambda: True) == ""


def test_more_than_thirty_within_an_hour_are_counted_by_chart_and_person() -> None:
    def opened(number: int, person: str = "nora", minutes: float = 1) -> Opening:
        return Opening(f"{number:03}", NOON + timedelta(minutes=number * minutes), person, f"p{number % 40}")

    quick = looks([opened(number) for number in range(MANY + 1)])
    assert [each.together for each in quick[-2:]] == [MANY, MANY + 1]
    assert unusual(quick[-1], GRETA, lambda: False).startswith("More than 30 charts within")
    assert unusual(quick[-2], GRETA, lambda: False) == ""
    slow = looks([opened(number, minutes=2.1) for number in range(MANY + 1)])
    assert max(each.together for each in slow) == 29
    two = looks([opened(number, person) for number in range(20) for person in ("nora", "amara")])
    assert len(two) == 40
    assert max(each.together for each in two) == 20
    assert len(looks([opened(number) for number in (0, 40, 80)])) == 1  # the same chart again


def opened_at(hour: int, patient: Patient, clinic: str, name: str = "Nora Daly") -> None:
    with patch.object(clock, "now", lambda: NOON.replace(hour=hour)):
        note_opening(scope_of(clinic, Role.NURSE, name), patient)


def to_review(browser: Client, tasks: str) -> str:
    """The section of Tasks."""
    return browser.get(tasks).content.decode().partition("Openings of charts to be reviewed")[2].partition("</ul>")[0]


def test_what_looks_unusual_is_closed_by_an_administrator_who_did_not_do_it(clinic: str, db: None) -> None:
    boss = scope_of(clinic, Role.ADMIN, "Inês Duarte")
    for role, name in ((Role.ADMIN, "Inês Duarte"), (Role.NURSE, "Nora Daly")):
        id = scope_of(clinic, role, name).actor.id
        add_staff(boss, person=id, username=str(role), name=name, roles=[str(role)])
    made = [register(boss, {"given_name": each, "family_name": "Daly"}) for each in ("Peter", "Nora")]
    made += [register(boss, {"given_name": "Greta", "family_name": "Holm"}) for _ in range(2)]
    peter, own, greta, shut = (queries.patient(boss, each) for each in made)
    restrict(boss, shut, restricted=True)
    for hour, patient in ((9, peter), (10, peter), (12, greta), (23, own), (23, shut)):
        opened_at(hour, patient, clinic)
    opened_at(8, own, clinic, "Nobody Here")  # the same person's id, whatever she is called: the first opening counts

    call_command("watch_access", clinic=clinic, day=NOON.date())
    call_command("watch_access", clinic=clinic, day=NOON.date())  # nothing twice
    tasks = f"/c/{clinic}/tasks/"
    browser = signed_in_client(clinic, role=Role.ADMIN, name="Inês Duarte")
    section = to_review(browser, tasks)
    assert section.count("go-link") == 2
    assert "Holm" not in section
    url = section.partition('class="go-link" href="')[2].partition('"')[0]
    review = browser.get(url).content.decode()
    assert "An opening of the chart that looks unusual" in review
    assert "Their own chart" in review
    assert "for 60 minutes" not in review
    assert browser.post(url, {"once": token(review), "found": "In order: asked by Dr Nair"}).status_code == 302
    assert to_review(browser, tasks).count("go-link") == 1
    itself = signed_in_client(clinic, role=Role.NURSE, name="Nora Daly")
    assert itself.get(url).status_code == 403


def test_a_visit_within_thirty_days_is_a_reason(desk: Desk) -> None:
    patient = desk.patient("Greta", "Holm")
    assert not has_visit(desk.scope, patient.id, "2000-01-01", "2100-01-01")
    desk.book("10:30", patient)
    assert has_visit(desk.scope, patient.id, str(desk.day), str(desk.day))
