"""Picking a patient while typing: what the list says, and who can be taken."""

import re

import pytest

from clinnet import clock
from clinnet.forms.pick import Found, Option
from clinnet.table import Scope
from patients import services
from patients.models import Patient
from patients.rules import births
from tests.conftest import Register
from tests.patients.pages import plain
from tests.people import signed_in_client

pytestmark = pytest.mark.django_db
OPTION = re.compile(r'role="option"\s+aria-selected="false"\s+(aria-disabled="true")?\s+data-id="(\w+)"')


def asked(scope: Scope, source: str, **fields: str) -> str:
    answer = signed_in_client(scope.clinic_id).post(f"/c/{scope.clinic_id}/pick/{source}/", {"list": "who", **fields})
    assert answer.status_code == 200
    html: str = answer.content.decode()
    return html


@pytest.fixture
def two(scope: Scope, register: Register) -> tuple[Patient, Patient]:
    """Of one name; the first one died."""
    dead, living = (
        register(family_name="Denford", given_name=name, birth_date="1940-01-30") for name in ("Ada", "Mark")
    )
    services.record_death(scope, dead, on="2026-01-02")
    return dead, living


def test_who_died_stands_last_and_cannot_be_taken(scope: Scope, two: tuple[Patient, Patient]) -> None:
    dead, living = two
    assert OPTION.findall(asked(scope, "patient", q="denford")) == [
        ("", living.id),
        ('aria-disabled="true"', dead.id),
    ]


def test_a_record_can_be_taken_also_of_who_died(scope: Scope, two: tuple[Patient, Patient]) -> None:
    found = OPTION.findall(asked(scope, "record", q="denford"))
    assert {(off, id) for off, id in found} == {("", each.id) for each in two}


def test_an_option_says_what_tells_it_from_its_namesake(scope: Scope, two: tuple[Patient, Patient]) -> None:
    text = plain(asked(scope, "patient", q="denford"))
    years = births.age("1940-01-30", clock.today("Europe/London"))
    assert f"Denford, Mark 30 Jan 1940 ({years}) No. {two[1].mrn}" in text
    assert "deceased" in text


def test_who_is_left_out_is_no_option(scope: Scope, two: tuple[Patient, Patient]) -> None:
    dead, living = two
    assert OPTION.findall(asked(scope, "record", q="denford", without=living.id)) == [("", dead.id)]


def test_the_words_may_be_sent_under_another_name(scope: Scope, two: tuple[Patient, Patient]) -> None:
    assert two[1].id in asked(scope, "patient", text="mother_q", mother_q="denford")


def test_nothing_typed_finds_nobody(scope: Scope, two: tuple[Patient, Patient]) -> None:
    assert OPTION.findall(asked(scope, "patient", q=" ")) == []


def test_nobody_found_is_said_and_somebody_new_is_offered_where_that_is_a_choice(scope: Scope) -> None:
    assert "Nobody was found by that." in plain(asked(scope, "patient", q="zzyzx"))
    assert 'role="option"' not in asked(scope, "patient", q="zzyzx")
    assert "Somebody new: Zzyzx" in plain(asked(scope, "patient", q="zzyzx", new="choose"))
    assert f'data-make="/c/{scope.clinic_id}/patients/new/"' in asked(scope, "patient", q="zzyzx", new="make")


def test_what_was_typed_is_never_part_of_an_address(scope: Scope) -> None:
    assert signed_in_client(scope.clinic_id).get(f"/c/{scope.clinic_id}/pick/patient/?q=denford").status_code == 405


def test_a_source_that_nobody_contributed_is_not_found(scope: Scope) -> None:
    assert signed_in_client(scope.clinic_id).post(f"/c/{scope.clinic_id}/pick/nothing/", {"q": "x"}).status_code == 404


def test_those_that_cannot_be_picked_stand_last_and_the_rest_keeps_its_order() -> None:
    off, one, two = Option("0", "A", why_not="deceased"), Option("1", "B"), Option("2", "C")
    found = Found((off, one, two)).without(())
    assert found.options == (one, two, off)
    assert found.ids == "1 2"
