"""What the page asks of drafts, and what forms do with them."""

import json
from typing import Any

import pytest
import time_machine

from clinnet.accounts.models import Clinic
from clinnet.accounts.permissions import Role
from clinnet.drafts.views import when
from clinnet.table import Scope, drafts
from tests.conftest import Register
from tests.patients.pages import Pages
from tests.people import signed_in_client

pytestmark = pytest.mark.django_db
FIELDS = json.dumps([["family_name", "Gómez"]])


@pytest.fixture
def here(scope: Scope, register: Register) -> Pages:
    return Pages(signed_in_client(scope.clinic_id), scope.clinic_id, register(given_name="Ada"))


def ask(here: Pages, what: str, form: str = "RegisterForm ", *, scope: Scope, **fields: Any) -> Any:
    body = {"form": drafts.ticket(scope, form), **fields}
    return here.client.post(f"/c/{here.clinic}/drafts/{what}/", body, headers={"Sec-Fetch-Mode": "cors"})


def test_what_was_kept_is_found_when_the_form_is_opened_again(here: Pages, scope: Scope) -> None:
    said = ask(here, "keep", scope=scope, fields=FIELDS, mark="p1 1").json()
    found = ask(here, "open", scope=scope).json()["drafts"]
    assert list(found.values()) == [{"fields": FIELDS, "at": said["at"], "known": "p1 1"}]


def test_nothing_is_found_for_a_form_that_nobody_typed_into(here: Pages, scope: Scope) -> None:
    assert ask(here, "open", scope=scope).json() == {"drafts": {}}


def test_another_tab_is_told_what_stands_there_and_writes_nothing_over(here: Pages, scope: Scope) -> None:
    ask(here, "keep", scope=scope, fields=FIELDS, mark="p1 1")
    answer = ask(here, "keep", scope=scope, fields='[["family_name","Other"]]', mark="p2 1")
    assert answer.status_code == 409
    assert answer.json()["sentence"].endswith(
        "on another computer. Nothing is lost. What you type here is saved once you choose."
    )
    assert answer.json()["theirs"]["fields"] == FIELDS


def test_what_is_too_long_is_refused_in_a_sentence(here: Pages, scope: Scope) -> None:
    answer = ask(here, "keep", scope=scope, fields="x" * (drafts.LARGEST + 1), mark="p1 1")
    assert (answer.status_code, answer.json()["sentence"]) == (
        413,
        "Not saved: this is longer than a form can be. Shorten it.",
    )


@pytest.mark.parametrize("what", ["open", "keep", "discard"])
def test_a_forged_ticket_finds_nothing(here: Pages, scope: Scope, what: str) -> None:
    forged = drafts.ticket(scope, "RegisterForm ").replace("Register", "Other")
    answer = here.client.post(f"/c/{here.clinic}/drafts/{what}/", {"form": forged, "fields": "[]", "mark": "p1 1"})
    assert answer.status_code == 404


@pytest.mark.parametrize("mark", ["", "p1", "p1 x", " 1", "p1 ²"])
def test_a_save_without_its_number_is_refused(here: Pages, scope: Scope, mark: str) -> None:
    assert ask(here, "keep", scope=scope, fields=FIELDS, mark=mark).status_code == 404


def test_discarding_forgets(here: Pages, scope: Scope) -> None:
    ask(here, "keep", scope=scope, fields=FIELDS, mark="p1 1")
    ask(here, "discard", scope=scope)
    assert ask(here, "open", scope=scope).json() == {"drafts": {}}


# --- Forms -----------------------------------------------------------------------------------------------------------


def log(here: Pages, scope: Scope, **typed: Any) -> Any:
    """The contact log's form is sent after it was kept."""
    fields = here.fields("", "contacts/add/")
    form = f"ContactForm {here.patient.id}"
    ask(here, "keep", form, scope=scope, fields=FIELDS, mark=f"{fields['once'].partition('.')[0]} 1")
    answer = here.send("", fields | {"draft": "1"}, action="contacts/add/", how="in phone", **typed)
    return answer, drafts.find(scope, [form])


def test_a_form_that_was_saved_has_no_draft_any_more(here: Pages, scope: Scope) -> None:
    answer, left = log(here, scope, text="Asked for results")
    assert (answer.status_code, left) == (302, {})


def test_a_form_that_was_refused_keeps_its_draft(here: Pages, scope: Scope) -> None:
    answer, left = log(here, scope, text=" ")
    assert "Write one line." in answer.content.decode()
    assert len(left) == 1


def test_a_form_that_changed_nothing_has_no_draft_any_more(here: Pages, scope: Scope) -> None:
    fields = here.fields("details/notes/")
    form = f"NotesForm {here.patient.id}"
    ask(here, "keep", form, scope=scope, fields=FIELDS, mark=f"{fields['once'].partition('.')[0]} 1")
    assert here.send("details/notes/", fields | {"draft": "1"}).status_code == 302
    assert drafts.find(scope, [form]) == {}


def test_a_form_has_what_the_page_needs_to_keep_it(here: Pages) -> None:
    html = here.client.get(f"/c/{here.clinic}/patients/new/").content.decode()
    assert "data-draft=" in html
    assert 'name="draft"' in html


@pytest.mark.parametrize(
    ("order", "at", "said"),
    [
        ("DMY", "2026-03-14T13:05:00.000Z", "13:05"),
        ("MDY", "2026-03-14T13:05:00.000Z", "1:05 pm"),
        ("DMY", "2026-03-12T09:30:00.000Z", "09:30 on Thu 12 Mar"),
        ("MDY", "2026-03-12T09:30:00.000Z", "9:30 am on Thu Mar 12"),
    ],
)
def test_a_draft_says_the_clinics_time(order: str, at: str, said: str) -> None:
    clinic = Clinic(id="x", time_zone="Europe/London", date_order=order)
    with time_machine.travel("2026-03-14T18:00:00Z"):
        assert when(at, clinic) == said


def test_keeping_is_for_staff_of_the_clinic(here: Pages, scope: Scope, other_clinic: str) -> None:
    stranger = Pages(signed_in_client(other_clinic, role=Role.NURSE), here.clinic, here.patient)
    assert ask(stranger, "open", scope=scope).status_code == 404
