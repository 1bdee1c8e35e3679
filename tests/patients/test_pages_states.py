"""Archived, deceased, test, restricted: said, marked, and taken back."""

import pytest

from clinnet.accounts.permissions import Role
from clinnet.table import Scope
from patients import queries, services
from patients.models import Patient
from tests.conftest import Register
from tests.patients.pages import Pages, hidden, plain
from tests.people import signed_in_client

pytestmark = pytest.mark.django_db


@pytest.fixture
def here(scope: Scope, register: Register) -> Pages:
    return Pages(
        signed_in_client(scope.clinic_id), scope.clinic_id, register(given_name="Ada", birth_date="1940-05-01")
    )


def now(scope: Scope, here: Pages) -> Patient:
    return queries.patient(scope, here.patient.id)


def as_role(here: Pages, role: Role) -> Pages:
    return Pages(signed_in_client(here.clinic, role=role), here.clinic, here.patient)


def test_an_archived_record_says_by_whom_and_why(here: Pages) -> None:
    text = here.sent("archive/", reason="moved away")
    assert "Archived: moved away (Ana Ruiz, Today" in text
    assert "Restore" in text


def test_archiving_needs_a_reason(here: Pages, scope: Scope) -> None:
    assert "Say why, in a few words." in here.send("archive/", reason=" ").content.decode()
    assert not now(scope, here).is_archived


def test_archiving_can_be_undone_from_the_toast(here: Pages, scope: Scope) -> None:
    html = here.client.get(here.send("archive/", reason="by mistake")["Location"]).content.decode()
    toast = html.split('id="toasts"')[1]
    fields = hidden(toast)
    assert here.send("restore/", fields).status_code == 302
    assert not now(scope, here).is_archived


def test_archived_twice_keeps_the_first_reason(here: Pages, scope: Scope) -> None:
    fields = here.fields("archive/")
    here.send("archive/", fields, reason="moved away")
    assert here.send("archive/", fields, reason="moved away").status_code == 302
    assert here.send("archive/", reason="other", fields={}).status_code == 302
    archived = now(scope, here).archived
    assert archived
    assert archived["reason"] == "moved away"


def test_a_restored_record_stands_as_before(here: Pages, scope: Scope) -> None:
    before = now(scope, here).data
    services.archive(scope, now(scope, here), reason="x")
    assert "Restored." in here.sent("restore/")
    assert now(scope, here).data == before


@pytest.mark.parametrize(
    ("typed", "said"),
    [("3 Nov 2026", "3 Nov 2026"), ("3/11/2026", "3 Nov 2026"), ("Nov 2026", "Nov 2026"), ("2025", "2025")],
)
def test_a_death_is_recorded_as_people_write_dates(here: Pages, typed: str, said: str) -> None:
    text = here.sent("deceased/", on=typed)
    assert f"Recorded as deceased on {said}. Messages stopped." in text
    assert f"Deceased, {said}" in text


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("31/2/2020", "31 Feb 2020 is not a date."),
        ("1/1/2099", "That date is in the future."),
        ("1/1/1930", "That is before the birth date."),
        ("soon", "This is not a date."),
        ("", "Give the date."),
    ],
)
def test_an_impossible_date_of_death_is_refused_in_words(here: Pages, scope: Scope, typed: str, said: str) -> None:
    html = here.send("deceased/", on=typed).content.decode()
    assert said in plain(html)
    assert f'value="{typed}"' in html or not typed
    assert now(scope, here).deceased_on is None


def test_the_age_of_the_dead_stands_still(here: Pages) -> None:
    assert "80 y" in here.sent("deceased/", on="2 May 2020").split("Contact log")[0]


def test_a_death_recorded_by_mistake_is_taken_back(here: Pages, scope: Scope) -> None:
    here.sent("deceased/", on="3 Nov 2026")
    assert "Take it back" in here.text("deceased/")
    assert "The record of the death is taken back." in here.sent("not-deceased/")
    assert now(scope, here).deceased_on is None


def test_a_test_patient_is_marked_and_unmarked(here: Pages) -> None:
    assert "Test patient" in here.sent("test/")
    assert "Not a test patient any more." in here.sent("test/")


def test_a_mark_sent_twice_does_not_turn_back(here: Pages, scope: Scope) -> None:
    fields = here.fields("test/")
    for _ in range(2):
        assert here.send("test/", fields).status_code == 302
    assert now(scope, here).test is True


def test_a_doctor_restricts_a_chart_and_all_see_it(here: Pages) -> None:
    doctor = as_role(here, Role.DOCTOR)
    assert "Restricted chart" in doctor.sent("restrict/")
    assert "Restricted chart" in here.text()
    assert "The restriction is lifted." in doctor.sent("restrict/")


@pytest.mark.parametrize(
    ("page", "allowed"),
    [
        ("archive/", {Role.RECEPTIONIST, Role.ADMIN}),
        ("restore/", {Role.RECEPTIONIST, Role.ADMIN}),
        ("test/", {Role.RECEPTIONIST, Role.ADMIN}),
        ("restrict/", {Role.DOCTOR, Role.ADMIN}),
        ("deceased/", set(Role)),
        ("not-deceased/", set(Role)),
    ],
)
def test_each_role_may_do_its_own(here: Pages, page: str, allowed: set[Role]) -> None:
    for role in Role:
        pages = as_role(here, role)
        expected = 200 if role in allowed else 403
        assert (role, pages.get(page).status_code) == (role, expected)
        if role not in allowed:
            assert pages.send(page, {}).status_code == 403


@pytest.mark.parametrize("page", ["archive/", "restore/", "deceased/", "not-deceased/", "test/"])
def test_another_clinic_changes_nothing(here: Pages, scope: Scope, outsider: Scope, page: str) -> None:
    before = now(scope, here).version
    theirs = Pages(signed_in_client(outsider.clinic_id), outsider.clinic_id, here.patient)
    assert theirs.send(page, {}, reason="x", on="2020").status_code == 404
    assert now(scope, here).version == before


def test_a_state_changed_by_somebody_else_meanwhile_is_said(
    here: Pages, scope: Scope, monkeypatch: pytest.MonkeyPatch
) -> None:
    fields = here.fields("archive/")
    change = services.archive

    def slower(scope: Scope, patient: Patient, **rest: str) -> None:
        services.change(scope, queries.patient(scope, patient.id), {"notes": "theirs"})
        change(scope, patient, **rest)  # type: ignore[arg-type]

    monkeypatch.setattr(services, "archive", slower)
    answer = here.send("archive/", fields, reason="mine")
    assert answer.status_code == 409
    assert now(scope, here).notes == "theirs"
