"""The banner, the overview and the history, as the person at the desk meets them."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from clinnet import clock
from clinnet.accounts.permissions import Role
from clinnet.rules import dates
from clinnet.table import Scope, errors, reads
from patients import queries, services, timeline
from patients.models import Patient
from tests.conftest import Register, scope_of
from tests.patients.pages import Pages
from tests.people import signed_in_client

pytestmark = pytest.mark.django_db
MARIA: dict[str, Any] = {
    "family_name": "García",
    "given_name": "María",
    "preferred_name": "Mari",
    "birth_date": "1985-03-14",
    "sex": "female",
    "phones": [
        {"number": "+442079460001", "kind": "home"},
        {"number": "+447700900421", "kind": "mobile", "preferred": True},
    ],
    "email": "maria@example.org",
    "address": {"line": "5 Mill Lane", "city": "Leeds", "postcode": "LS1 4AB"},
    "alerts": [{"id": "1", "text": "Latex allergy", "stop": True}],
    "consents": {"data": {"given": True, "on": "2024-02-03"}, "messages": {"given": False, "on": "2024-02-03"}},
}


def pages(scope: Scope, patient: Patient, role: Role = Role.RECEPTIONIST) -> Pages:
    return Pages(signed_in_client(scope.clinic_id, role=role), scope.clinic_id, patient)


def today(days: int = 0) -> str:
    return (clock.today("Europe/London") + timedelta(days)).isoformat()


@pytest.mark.parametrize(
    "said",
    [
        "García, María",
        "Mari",
        "14 Mar 1985",
        "No. 000001",
        "07700 900421",
        "Latex allergy",
        "No consent for messages",
        "maria@example.org",
        "5 Mill Lane",
        "Leeds LS1 4AB",
        "given 3 Feb 2024",
        "refused 3 Feb 2024",
    ],
)
def test_the_overview_says(scope: Scope, register: Register, said: str) -> None:
    assert said in pages(scope, register(**MARIA)).text()


def test_the_preferred_phone_comes_first_and_is_dialled(scope: Scope, register: Register) -> None:
    here = pages(scope, register(**MARIA))
    html = here.get().content.decode()
    assert 'href="tel:+447700900421"' in html
    assert 'href="mailto:maria@example.org"' in html
    reach = here.text().split("Reach", 1)[1]
    assert reach.index("07700 900421") < reach.index("020 7946 0001")


def test_a_title_names_nobody(scope: Scope, register: Register) -> None:
    html = pages(scope, register(**MARIA)).get().content.decode()
    title = html.split("<title>")[1].split("</title>")[0]
    assert "García" not in title
    assert "000001" in title


@pytest.mark.parametrize(
    ("until", "said"),
    [(60, "until"), (30, "runs out in 30 days"), (1, "runs out tomorrow"), (0, "runs out today"), (-1, "ran out")],
)
def test_insurance_says_how_long_it_lasts(scope: Scope, register: Register, until: int, said: str) -> None:
    policies = [{"payer": "AXA", "number": "12", "valid_until": today(until)}]
    text = pages(scope, register(**MARIA, policies=policies)).text()
    assert said in text.split("Insurance", 1)[1]
    assert dates.show(today(until)) in text


def test_what_is_missing_is_named(scope: Scope, register: Register) -> None:
    text = pages(scope, register(given_name="Ada")).text().split("Details due", 1)[1]
    assert [word for word in ("birth date", "sex", "phone", "address", "consent") if word not in text] == []
    assert "Details due" not in pages(scope, register(**MARIA)).text()


def test_a_patient_of_another_clinic_is_not_found(scope: Scope, outsider: Scope, register: Register) -> None:
    patient = register(**MARIA)
    theirs = pages(outsider, patient)
    missing = theirs.client.get(f"/c/{outsider.clinic_id}/patients/01JZZZZZZZZZZZZZZZZZZZZZZZ/")
    for page in ("", "contacts/", "history/", "archive/", "restore/", "deceased/", "family/link/"):
        answer = theirs.get(page)
        assert answer.status_code == 404
        assert "García" not in answer.content.decode()
    assert theirs.get().content.decode().count("\n") == missing.content.decode().count("\n")
    there = theirs.client.get(f"/c/{scope.clinic_id}/patients/{patient.id}/")
    assert there.status_code == 404


@pytest.mark.parametrize(
    ("role", "shown", "hidden"),
    [
        (Role.RECEPTIONIST, ["Merge", "Archive", "Mark as test patient"], ["Restrict the chart"]),
        (Role.NURSE, ["Deceased"], ["Merge", "Archive", "Mark as test patient", "Restrict the chart"]),
        (Role.DOCTOR, ["Merge", "Restrict the chart"], ["Archive", "Mark as test patient"]),
        (Role.ADMIN, ["Merge", "Archive", "Restrict the chart", "Mark as test patient"], []),
    ],
)
def test_the_menu_holds_what_the_role_may_do(
    scope: Scope, register: Register, role: Role, shown: list[str], hidden: list[str]
) -> None:
    html = pages(scope, register(**MARIA), role).get().content.decode()
    menu = html.split('id="menu-patient"')[1].split("</div>")[0]
    assert [word for word in shown if word not in menu] == []
    assert [word for word in hidden if word in menu] == []


def test_tabs_are_links_and_the_page_is_marked(scope: Scope, register: Register) -> None:
    here = pages(scope, register(**MARIA))
    html = here.get("contacts/").content.decode()
    tabs = html.split('class="tabs"')[1].split("</ul>")[0]
    assert here.at("history/") in tabs
    assert tabs.split('aria-current="page"')[0].rsplit("href=", 1)[1].startswith(f'"{here.at("contacts/")}"')


def test_a_section_that_cannot_be_read_says_so_while_the_rest_shows(
    scope: Scope, register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = pages(scope, register(**MARIA))
    services.log_contact(scope, here.patient, direction="in", channel="phone", text="asked for results")

    def unreachable(*_: Any, **__: Any) -> None:
        raise errors.Unavailable

    monkeypatch.setattr(timeline, "query", unreachable)
    text = here.text()
    assert "The contact log can't be read just now" in text
    assert "5 Mill Lane" in text
    assert "Nobody linked yet" in text
    monkeypatch.undo()
    services.link(scope, here.patient, register(family_name="García", given_name="Lucía"), {"kind": "child"})
    monkeypatch.setattr(queries, "get_many", unreachable)
    text = here.text()
    assert "The family can't be read just now" in text
    assert "asked for results" in text


def test_a_table_that_cannot_be_reached_is_a_page_that_says_so(
    scope: Scope, register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = pages(scope, register(**MARIA))

    def unreachable(*_: Any, **__: Any) -> None:
        raise errors.Unavailable

    monkeypatch.setattr(reads, "patiently", unreachable)
    assert here.get().status_code == 503


def test_the_overview_is_two_rounds_of_reads(scope: Scope, register: Register) -> None:
    here = pages(scope, register(**MARIA))
    child = register(family_name="García", given_name="Lucía")
    services.link(scope, here.patient, child, {"kind": "child"})
    here.get()  # the clinic and its staff are remembered for some seconds
    assert '"2 in sequence of 5"' in here.get()["Server-Timing"]


def test_a_folded_record_is_told_and_its_address_leads_here(scope: Scope, register: Register) -> None:
    keep, other = register(**MARIA), register(family_name="Garcia", given_name="Maria")
    services.log_contact(scope, other, direction="in", channel="desk", text="from the old record")
    services.merge(scope, keep, other, {})
    here = pages(scope, queries.patient(scope, keep.id))
    text = here.text()
    assert "No. 000002 was folded into this record. Today" in text
    assert "from the old record" in text
    assert "registered this patient (in a record that was folded in)" in here.text("history/")
    old = Pages(here.client, scope.clinic_id, other)
    assert old.get()["Location"] == here.at()
    assert old.get("history/")["Location"] == here.at("history/")


def test_the_history_tells_who_did_what(scope: Scope, register: Register) -> None:
    patient = register(given_name="Ada")
    services.change(scope, patient, {"email": "ada@example.org", "sex": "female"})
    services.archive(scope, queries.patient(scope, patient.id), reason="moved away")
    text = pages(scope, patient).text("history/")
    assert "Ana Ruiz archived this record moved away" in text
    assert "Ana Ruiz changed: e-mail, sex" in text
    assert "Ana Ruiz registered this patient" in text
    assert text.index("archived") < text.index("registered")
    assert "ada@example.org" not in text


def test_only_who_reads_the_trail_sees_values(scope: Scope, register: Register) -> None:
    patient = register(given_name="Ada", birth_date="1985")
    services.change(scope, patient, {"email": "ada@example.org"})
    text = pages(scope, patient, Role.ADMIN).text("history/")
    assert "E-mail nothing ada@example.org" in text
    assert "ada@example.org" not in pages(scope, patient, Role.DOCTOR).text("history/")


def test_the_history_turns_pages_to_its_beginning(scope: Scope, register: Register) -> None:
    keep, other = register(given_name="Ada"), register(given_name="Adah")
    for number in range(7):
        for patient in (keep, other):
            services.change(scope, queries.patient(scope, patient.id), {"notes": f"{number}"})
    services.merge(scope, queries.patient(scope, keep.id), queries.patient(scope, other.id), {})
    merged, found, cursor = queries.patient(scope, keep.id), [], ""
    for _ in range(10):
        rows, cursor = queries.history(scope, merged, limit=4, cursor=cursor)
        found += [row["line"]["at"] for row in rows]
        if not cursor:
            break
    assert len(found) == 17  # two registrations, fourteen changes, one merge
    assert found == sorted(found, reverse=True)


def test_somebody_elses_cursor_is_not_taken(scope: Scope, register: Register) -> None:
    patient = register(given_name="Ada")
    for number in range(3):
        services.change(scope, queries.patient(scope, patient.id), {"notes": f"{number}"})
    _, cursor = queries.history(scope_of(scope.clinic_id, Role.NURSE), patient, limit=1)
    assert pages(scope, patient).get(f"history/?after={cursor}").status_code == 404


def test_nobody_without_a_sign_in_sees_a_patient(scope: Scope, register: Register) -> None:
    answer = Client().get(f"/c/{scope.clinic_id}/patients/{register(**MARIA).id}/")
    assert answer.status_code == 302
