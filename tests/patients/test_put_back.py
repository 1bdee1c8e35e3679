"""What a change took away from the details of a patient is put back, beside what is there now."""

from typing import Any

import pytest
from django.test import Client

from clinnet.accounts.permissions import Role
from clinnet.table import Scope
from patients import queries, services
from patients.models import Patient
from tests.conftest import scope_of
from tests.patients.pages import hidden, plain
from tests.people import signed_in_client

pytestmark = pytest.mark.django_db
HOME = {"number": "+441632960011", "kind": "home", "preferred": True, "note": "after 6"}
WORK = {"number": "+441632960022", "kind": "work"}


@pytest.fixture
def boss(clinic: str) -> Scope:
    return scope_of(clinic, Role.ADMIN)


@pytest.fixture
def browser(boss: Scope) -> Client:
    return signed_in_client(boss.clinic_id, role=Role.ADMIN)


@pytest.fixture
def greta(boss: Scope) -> Patient:
    """Had another phone and address until a change took both."""
    data = {"family_name": "Holm", "given_name": "Greta", "phones": [HOME], "address": {"city": "Leeds"}}
    id = services.register(boss, {**data, "mrn": "77"})
    services.change(boss, queries.patient(boss, id), {"phones": [WORK], "address": None, "notes": "Moved"})
    return queries.patient(boss, id)


def back_of(browser: Client, greta: Patient) -> str:
    """The newest; the registration took nothing away."""
    html = browser.get(f"/c/{greta.clinic_id}/patients/{greta.id}/history/").content.decode()
    return next(each.partition('"')[0].replace("&amp;", "&") for each in html.split('href="') if "put-back/" in each)


def send(browser: Client, url: str, **typed: Any) -> Any:
    html = browser.get(url).content.decode()
    form = hidden(html[html.index("<main") :])
    return browser.post(url, {"once": form["once"], "csrfmiddlewaretoken": form["csrfmiddlewaretoken"], **typed})


def test_what_is_chosen_comes_back_as_it_was_and_the_rest_stays(boss: Scope, browser: Client, greta: Patient) -> None:
    url = back_of(browser, greta)
    shown = plain(browser.get(url).content.decode())
    assert "Now 01632 960022 (work) Then 01632 960011 (home, preferred, after 6)" in shown
    assert "Now Moved Then Nothing" in shown
    assert send(browser, url, names=["phones", "address"]).status_code == 302
    after = queries.patient(boss, greta.id)
    assert (after.phones, after.address, after.notes) == ([HOME], {"city": "Leeds"}, "Moved")
    told = plain(browser.get(f"/c/{boss.clinic}/patients/{greta.id}/history/").content.decode())
    assert "changed: address, phone put back as before Today" in told


def test_nothing_is_put_back_that_nobody_chose_or_may(boss: Scope, browser: Client, greta: Patient) -> None:
    url = back_of(browser, greta)
    assert "Choose what to put back." in send(browser, url).content.decode()
    nurse = signed_in_client(boss.clinic_id, role=Role.NURSE)
    assert nurse.get(url).status_code == 403
    assert "put-back" not in nurse.get(f"/c/{boss.clinic}/patients/{greta.id}/history/").content.decode()
    assert browser.get(url.partition("?")[0]).status_code == 404
    other = services.register(boss, {"family_name": "Other"})
    assert browser.get(url.replace(greta.id, other)).status_code == 404
    assert queries.patient(boss, greta.id).version == greta.version


def test_a_rule_that_holds_today_refuses_what_was_fine_then(boss: Scope, browser: Client, greta: Patient) -> None:
    services.change(boss, greta, {"mrn": "000078"})
    services.register(boss, {"family_name": "Other", "mrn": "77"})
    answer = send(browser, back_of(browser, greta), names="mrn")
    assert (answer.status_code, "Another patient has this record number." in answer.content.decode()) == (422, True)


def test_who_was_quicker_is_not_overwritten(boss: Scope, browser: Client, greta: Patient) -> None:
    url = back_of(browser, greta)
    html = browser.get(url).content.decode()
    form = hidden(html[html.index("<main") :])
    services.change(boss, greta, {"notes": "Moved again"})
    answer = browser.post(url, {**form, "names": ["notes"]})
    assert answer.status_code == 422
    assert queries.patient(boss, greta.id).notes == "Moved again"
