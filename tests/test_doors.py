"""What is sent to the doors of the site by nobody's browser: refused in words, never a failure of ours."""

import logging
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings as ours
from pytest_django import Settings

from clinnet.accounts.permissions import Role
from clinnet.table import Scope, probes
from patients.models import Patient
from patients.queries import patient as get_patient
from scheduling.waitlist.services import waitlist
from tests.people import signed_in_client
from tests.scheduling.at_board import today, url
from tests.scheduling.conftest import Desk, desk, make_desk
from tests.wall.html import forms_of

pytestmark = pytest.mark.django_db
__all__ = ["desk", "make_desk", "today"]


@pytest.fixture
def rose(desk: Desk) -> Patient:
    return desk.patient("Rose", "Fitzgerald", alerts=[{"id": "1", "text": "Falls", "stop": True}],
                        phones=[{"number": "+447700900321"}])  # fmt: skip


@pytest.mark.parametrize("count", ["0", "-1", "x", ""])
@pytest.mark.parametrize(("group", "rows"), [("alerts", "alerts"), ("insurance", "policies"), ("reach", "phones")])
def test_rows_that_are_left_out_are_refused_and_take_nothing_away(
    desk: Desk, rose: Patient, group: str, rows: str, count: str
) -> None:
    client = signed_in_client(desk.scope.clinic_id)
    page = f"/c/{desk.scope.clinic_id}/patients/{rose.id}/details/{group}/"
    form = next(each for each in forms_of(client.get(page).content.decode()) if f"{rows}-TOTAL_FORMS" in each.fields)
    answer = client.post(
        page, {**{name: list(each) for name, each in form.fields.items()}, f"{rows}-TOTAL_FORMS": count}
    )
    assert answer.status_code < 500
    now = get_patient(desk.scope, rose.id)
    assert (now.alerts, now.phones) == (rose.alerts, rose.phones)


@pytest.mark.parametrize("first", ["0001-01-01", "0001-01-02", "9999-12-31"])
def test_a_series_of_another_age_is_refused(today: Desk, first: str) -> None:
    rose, client = today.patient("Rose", "Fitzgerald"), signed_in_client(today.scope.clinic_id)
    page = f"/c/{today.scope.clinic_id}/book/series/?patient={rose.id}"
    form = next(each for each in forms_of(client.get(page).content.decode()) if "first" in each.fields)
    typed = {"type": today.type("Follow-up").id, "practitioner": today.doctor.id, "first": first, "at": "10:30",
             "every": "1", "count": "2", "plan": "1"}  # fmt: skip
    answer = client.post(page, {**{name: list(each) for name, each in form.fields.items()}, **typed})
    assert answer.status_code in (200, 422)
    assert "aria-invalid" in answer.content.decode()


@pytest.mark.parametrize("page", ["changes/", "list/changes/"])
def test_a_page_that_has_seen_the_year_one_is_sent_all(today: Desk, page: str) -> None:
    client = signed_in_client(today.scope.clinic_id)
    answer = client.get(url(today, page), headers={"if-none-match": '"0001-01-01T00:00:00.000Z~x"'})
    assert answer.status_code == 200


def test_an_address_that_is_none_leads_back_nowhere(desk: Desk, rose: Patient) -> None:
    client = signed_in_client(desk.scope.clinic_id)
    for sent in ({"HX-Request": "true", "HX-Current-URL": "http://["}, {"Referer": "http://["}):
        assert client.get(f"/c/{desk.scope.clinic_id}/book/?patient={rose.id}", headers=sent).status_code == 200


@pytest.mark.parametrize("charset", ["utf-7", "utf-16"])
def test_a_form_in_another_alphabet_is_refused(desk: Desk, charset: str) -> None:
    client = signed_in_client(desk.scope.clinic_id, enforce_csrf_checks=True, raise_request_exception=False)
    kind = f"application/x-www-form-urlencoded; charset={charset}"
    for sent in ({}, {"Origin": "http://testserver"}, {"X-CSRFToken": "x", "Referer": "http://testserver/"}):
        answer = client.post(f"/c/{desk.scope.clinic_id}/patients/search/", b"q=x", content_type=kind, headers=sent)
        assert 400 <= answer.status_code < 500


def test_a_head_is_answered_wherever_a_get_is_and_without_a_body(desk: Desk, rose: Patient) -> None:
    client, here = signed_in_client(desk.scope.clinic_id), f"/c/{desk.scope.clinic_id}/"
    pages = ["patients/", "patients/new/", "tasks/", "book/", "walk-in/", "urgent/", f"patients/{rose.id}/", "day/"]
    for page in [*(here + each for each in pages), "/accounts/login/"]:
        got, head = client.get(page), client.head(page)
        assert (page, head.status_code) == (page, got.status_code)
        assert head.content == b""


def test_one_who_tries_doors_is_told_of_once_a_minute_with_a_count(
    caplog: Any, monkeypatch: pytest.MonkeyPatch, clinic: str
) -> None:
    scope, now = Scope.system("prober", clinic), [0.0]
    monkeypatch.setattr("clinnet.table.probes.time.monotonic", lambda: now[0])
    with caplog.at_level(logging.ERROR, "clinnet.wall"):
        for second in (1.0, 2.0, 3.0, 62.0):
            now[0] = second
            probes.refused(scope)
    first, last = [record.getMessage() for record in caplog.records]
    assert first.endswith("an item of another clinic was reached")
    assert last.endswith("2 more since the line before")


def test_cookies_of_two_sites_on_one_machine_have_two_names() -> None:
    port = urlsplit(ours.SITE).port or 80
    names = [ours.SESSION_COOKIE_NAME, ours.CSRF_COOKIE_NAME]
    assert names == [f"clinnet-{port}", f"csrf-{port}"]


def test_what_a_page_cost_is_told_to_whoever_may_know_it(clinic: str, settings: Settings) -> None:
    settings.CLINNET_SHOW_COST = False
    told = [
        "Server-Timing" in signed_in_client(clinic, role=role).get(f"/c/{clinic}/patients/").headers
        for role in (Role.RECEPTIONIST, Role.ADMIN)
    ]
    assert told == [False, True]


def test_not_for_your_role_stands_in_the_frame_of_the_clinic(clinic: str) -> None:
    answer = signed_in_client(clinic).get(f"/c/{clinic}/manage/schedule/")
    assert answer.status_code == 403
    html = answer.content.decode()
    assert "Not for your role" in html
    assert "Test Clinic" in html
    assert 'name="q"' in html  # the search


VISIT_FORMS = ("words", "change-patient", "move", "cancel", "check")


def test_a_form_that_cannot_be_taken_is_answered_with_422_wherever_it_stands(desk: Desk, rose: Patient) -> None:
    client, here = signed_in_client(desk.scope.clinic_id), f"/c/{desk.scope.clinic_id}/"
    asked = waitlist.ask(desk.scope, patient=rose, visit_type=desk.type("Follow-up"))
    visit = f"patients/{rose.id}/appointments/{desk.book('10:30', rose).id}/"
    bad: dict[str, dict[str, str]] = {
        "requests/new/": {}, f"requests/{asked}/": {"minutes": "-1"}, f"patients/{rose.id}/contacts/add/": {},
        f"day/{desk.day.isoformat()}/note/": {"text": "x" * 600}, "block/": {}, "patients/new/": {}, "walk-in/": {},
        f"requests/{asked}/offer/": {}, **{f"{visit}{page}/": {} for page in VISIT_FORMS},
        f"day/{desk.day.isoformat()}/away/{desk.doctor.id}/": {},
    }  # fmt: skip
    answered = {page: client.post(here + page, typed).status_code for page, typed in bad.items()}
    assert answered == dict.fromkeys(bad, 422)
