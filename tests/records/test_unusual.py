"""Openings of charts that look unusual: what counts, found once a day, and closed by somebody else."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from unittest.mock import patch

import pytest
from django.core.management import call_command
from django.test import Client

from clinnet import clock
from clinnet.accounts import queries as accounts
from clinnet.accounts.permissions import Role
from clinnet.accounts.services import add_staff
from patients import queries
from patients.models import Patient
from patients.services import register, restrict
from records import queries as review_queries
from records.openings.rules import Limits, Look, Names, Opening, looks, unusual
from records.openings.services import counted, limits_of
from records.services.opening import note_opening
from scheduling.appointments.queries import has_visit
from tests.conftest import scope_of
from tests.console.test_entities import token
from tests.patients.pages import hidden
from tests.people import signed_in_client
from tests.scheduling.conftest import Desk, desk, make_desk

__all__ = ["desk", "make_desk"]
USUAL = Limits()
MANY = USUAL.many
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
    assert unusual(look(), Names("Sister Nora Daly", ["Dr Ines Duarte"], given, family), lambda: True, USUAL) == said


@pytest.mark.parametrize(("hour", "is_night"), [(21, False), (22, True), (23, True), (0, True), (5, True), (6, False)])
def test_at_night_only_a_chart_without_a_visit_is_unusual(hour: int, is_night: bool) -> None:
    at = look(NOON.replace(hour=hour))
    said = "At night. No visit within 30 days" if is_night else ""
    assert unusual(at, GRETA, lambda: False, USUAL) == said
    assert unusual(at, GRETA, lambda: True, USUAL) == ""


def test_more_than_thirty_within_an_hour_are_counted_by_chart_and_person() -> None:
    def opened(number: int, person: str = "nora", minutes: float = 1) -> Opening:
        return Opening(f"{number:03}", NOON + timedelta(minutes=number * minutes), person, f"p{number % 40}")

    quick = looks([opened(number) for number in range(MANY + 1)])
    assert [each.together for each in quick[-2:]] == [MANY, MANY + 1]
    assert unusual(quick[-1], GRETA, lambda: False, USUAL).startswith("More than 30 charts within")
    assert unusual(quick[-2], GRETA, lambda: False, USUAL) == ""
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


def test_what_other_limits_would_have_found_is_counted_and_not_written(clinic: str) -> None:
    boss = scope_of(clinic, Role.ADMIN, "Inês Duarte")
    nurse = scope_of(clinic, Role.NURSE, "Nora Daly").actor.id
    add_staff(boss, person=nurse, username="nora", name="Nora Daly", roles=["nurse"])
    for name, hour in (("Holm", 22), ("Berg", 12), ("Daly", 12)):
        opened_at(hour, queries.patient(boss, register(boss, {"given_name": "Greta", "family_name": name})), clinic)
    with patch.object(clock, "now", lambda: NOON + timedelta(days=2)):
        found = counted(boss, accounts.clinic(clinic), USUAL, replace(USUAL, evening=23), replace(USUAL, family=False))
    assert found == [2, 1, 1]
    assert not list(review_queries.to_review(boss)().rows)


def test_what_other_limits_would_have_found_is_told_on_their_page(clinic: str, db: None) -> None:
    browser, url = signed_in_client(clinic, role=Role.ADMIN), f"/c/{clinic}/manage/settings/openings/"
    sent = hidden(browser.get(url).content.decode().partition("<main")[2])
    sent |= {"watch_evening": "23", "watch_morning": "6", "watch_many": "x", "watch_days": "30", "show": "1"}
    with patch("records.openings.console.counted", return_value=[0, 1]) as asked:
        html = browser.post(url, sent).content.decode()
    assert "Of the last 7 days they would have put 0 openings to be reviewed; as it is now, 1." in html
    assert asked.call_args.args[2] == Limits(evening=23, family=False)  # a number that is none is as it was
    assert accounts.clinic(clinic).watch_evening == 22


def test_a_visit_within_thirty_days_is_a_reason(desk: Desk) -> None:
    patient = desk.patient("Greta", "Holm")
    assert not has_visit(desk.scope, patient.id, "2000-01-01", "2100-01-01")
    desk.book("10:30", patient)
    assert has_visit(desk.scope, patient.id, str(desk.day), str(desk.day))


@pytest.mark.parametrize(
    ("limits", "hour", "together", "said"),
    [
        (Limits(evening=20), 20, 1, "At night. No visit within 30 days"),
        (Limits(evening=1, morning=5), 23, 1, ""),
        (Limits(evening=1, morning=5), 2, 1, "At night. No visit within 30 days"),
        (Limits(many=10, days=7), 12, 11, "More than 10 charts within an hour. No visit within 7 days"),
    ],
)
def test_a_clinic_says_what_is_unusual_there(limits: Limits, hour: int, together: int, said: str) -> None:
    assert unusual(look(NOON.replace(hour=hour), together), GRETA, lambda: False, limits) == said


def test_a_family_name_counts_unless_the_clinic_says_otherwise() -> None:
    daly = Names("Nora Daly", [], "Peter", "Daly")
    assert unusual(look(), daly, lambda: True, USUAL) == "The same family name"
    assert unusual(look(), daly, lambda: True, Limits(family=False)) == ""
    own = Names("Nora Daly", [], "Nora", "Daly")
    assert unusual(look(), own, lambda: True, Limits(family=False)) == "Their own chart"


def test_what_finds_less_is_said_before_it_is_saved(clinic: str, db: None) -> None:
    browser, url = signed_in_client(clinic, role=Role.ADMIN), f"/c/{clinic}/manage/settings/openings/"
    typed = {"watch_evening": "22", "watch_morning": "6", "watch_many": "60", "watch_days": "30", "watch_family": "on"}
    form = hidden(browser.get(url).content.decode().partition("<main")[2])
    answer = browser.post(url, form | typed)
    assert answer.status_code == 422
    assert "Fewer openings of charts would be put to be reviewed." in answer.content.decode()
    form = hidden(browser.get(url).content.decode().partition("<main")[2])
    assert browser.post(url, form | typed | {"sure": "watch_many"}).status_code == 302
    assert limits_of(accounts.clinic(clinic)).many == 60
    form = hidden(browser.get(url).content.decode().partition("<main")[2])
    assert browser.post(url, form | typed | {"watch_many": "10"}).status_code == 302  # finds more
