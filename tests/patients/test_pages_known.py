"""While somebody is registered: whom we may know, and relatives."""

from typing import Any

import pytest
from django.test import Client

from clinnet.table import Scope
from patients import queries, services
from tests.conftest import Register
from tests.patients.registering import MARIA, Fields, form, save, saved, url, words
from tests.people import signed_in_client

pytestmark = pytest.mark.django_db


# --- Duplicates ----------------------------------------------------------------------------------------------------


def check(client: Client, clinic: str, **typed: Any) -> Any:
    fields = form(client.get(url(clinic))) | {name.replace("__", "-"): value for name, value in typed.items()}
    return client.post(url(clinic, "new/check/"), fields, headers={"HX-Request": "true"})


def test_whom_we_may_know_appears_while_one_types(ana: Client, clinic: str, register: Register) -> None:
    maria = register(**MARIA)
    answer = check(ana, clinic, family_name="Garsia", given_name="Maria", birth="14/3/1985")
    assert "Same birth date, name sounds alike. Open that one This is somebody else" in words(answer)
    assert f"/patients/{maria.id}/" in answer.content.decode()
    assert "14 Mar 1985, " in words(answer)


def test_a_date_that_cannot_be_is_said_while_one_types(ana: Client, clinic: str) -> None:
    assert words(check(ana, clinic, family_name="X", birth="31/2/1985")) == "31 Feb 1985 is not a date."
    assert words(check(ana, clinic, family_name="X", birth="31/")) == ""


def test_somebody_else_is_not_asked_about_again(ana: Client, clinic: str, register: Register) -> None:
    maria = register(**MARIA)
    typed = {"family_name": "Garcia", "given_name": "Maria", "birth": "14/3/1985"}
    answer = check(ana, clinic, **typed, **{"not": maria.id})
    assert "someone we know" not in words(answer)
    assert f'name="else" value="{maria.id}"' in answer.content.decode()


def test_a_likely_duplicate_is_not_saved_unasked(ana: Client, clinic: str, scope: Scope, register: Register) -> None:
    maria = register(**MARIA)
    asked = save(ana, clinic, family_name="Garcia", given_name="Maria", birth="14/3/1985")
    assert "Not saved yet." in words(asked)
    assert "This is somebody else" in words(asked)
    answer = save(ana, clinic, form(asked), **{"not": maria.id})
    assert saved(answer, scope).id != maria.id


def test_a_weak_likeness_is_shown_and_does_not_stop(ana: Client, clinic: str, scope: Scope, register: Register) -> None:
    register(family_name="García", given_name="María")
    typed: Fields = {"family_name": "Garcia", "given_name": "Maria"}
    assert "This may be someone we know" in words(check(ana, clinic, **typed))
    assert saved(save(ana, clinic, **typed), scope).mrn == "000002"


# --- Relatives -----------------------------------------------------------------------------------------------------

SON: dict[str, Any] = {
    "family_name": "García",
    "given_name": "Luis",
    "birth": "3/5/2020",
    "phones__0__number": "07700 904821",
}


def test_the_same_phone_may_be_a_relatives(ana: Client, clinic: str, scope: Scope, register: Register) -> None:
    maria = register(**MARIA)
    asked = save(ana, clinic, **SON)
    assert "Same phone as María García , 14 Mar 1985. A relative?" in words(asked)
    luis = saved(save(ana, clinic, form(asked), link=maria.id, tie="child"), scope)
    (back,), (there,) = luis.links, queries.patient(scope, maria.id).links
    assert (back["kind"], back["patient_id"], back["messages"], back["pays"]) == ("parent", maria.id, True, True)
    assert there == {"id": back["id"], "kind": "child", "patient_id": luis.id}


def test_no_relative_is_asked_once(ana: Client, clinic: str, scope: Scope, register: Register) -> None:
    register(**MARIA)
    luis = saved(save(ana, clinic, form(save(ana, clinic, **SON))), scope)
    assert luis.links is None


def test_a_guardian_acts_for_a_minor_and_not_for_an_adult(
    ana: Client, clinic: str, scope: Scope, register: Register
) -> None:
    maria = register(**MARIA)
    grown = saved(save(ana, clinic, **{**SON, "birth": "3/5/1990"}, link=maria.id, tie="ward"), scope)
    (link,) = grown.links or []
    assert {name: value for name, value in link.items() if name != "id"} == {"kind": "guardian", "patient_id": maria.id}


def test_a_relative_begins_with_what_is_shared(ana: Client, clinic: str, scope: Scope, register: Register) -> None:
    maria = register(
        **MARIA, address={"line": "5 Mill Lane", "city": "Leeds"}, policies=[{"payer": "AXA", "number": "1"}]
    )
    path = f"{maria.id}/relatives/new/"
    page = ana.get(url(clinic, path))
    start = form(page)
    expected = {
        "family_name": "García",
        "address_line": "5 Mill Lane",
        "policies-0-payer": "AXA",
        "policies-0-number": "",
    }
    assert {name: start[name][0] for name in expected} == expected
    assert start["phones-0-number"] == ["07700 904821"]
    assert start["tie"] == ["child"]
    luis = saved(save(ana, clinic, start, path, given_name="Luis", birth="3/5/2020"), scope)
    assert luis.address == {"line": "5 Mill Lane", "city": "Leeds"}
    assert luis.links[0]["patient_id"] == maria.id
    assert queries.patient(scope, maria.id).links[0]["patient_id"] == luis.id


def test_a_relative_survives_a_change_of_the_other_record(
    ana: Client, clinic: str, scope: Scope, register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    maria = register(**MARIA)
    start = form(ana.get(url(clinic, f"{maria.id}/relatives/new/")))
    from patients.services import relatives

    register_once = relatives._register

    def meanwhile(*args: Any, **options: Any) -> str:
        monkeypatch.setattr(relatives, "_register", register_once)
        services.change(scope, queries.patient(scope, maria.id), {"email": "maria@example.org"})
        return register_once(*args, **options)

    monkeypatch.setattr(relatives, "_register", meanwhile)
    saved(save(ana, clinic, start, f"{maria.id}/relatives/new/", given_name="Luis"), scope)
    now = queries.patient(scope, maria.id)
    assert (now.email, len(now.links or [])) == ("maria@example.org", 1)


def test_a_relative_of_another_clinics_patient_is_not_found(
    clinic: str, other_clinic: str, register: Register, outsider: Scope
) -> None:
    maria = register(**MARIA)
    olga = signed_in_client(other_clinic)
    assert olga.get(url(other_clinic, f"{maria.id}/relatives/new/")).status_code == 404
    answer = save(olga, other_clinic, family_name="García", given_name="Luis", link=maria.id, tie="child")
    assert "We can&#x27;t find that here." in answer.content.decode() or answer.status_code == 422
    assert queries.letters(outsider) == set()
