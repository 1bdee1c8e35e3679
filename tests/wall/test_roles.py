"""Roles and permissions: what each role may open, and that no view is let out of the table."""

import pytest
from django.test import Client

from clinnet.accounts import middleware
from clinnet.accounts.access import EVERYBODY, REFUNDS, RIGHTS, WEAKER, Door
from clinnet.accounts.middleware import ScopeMiddleware
from clinnet.accounts.permissions import ROLES, Permission, Role
from tests.people import signed_in_client
from tests.wall.asking import ask, clinic_pages, pages
from tests.wall.roles import role_holes, stranger_holes
from tests.wall.world import World

P, R = Permission, Role

# Who may what. A change of clinnet/accounts/permissions.py has to be made here too, on purpose.
WHO_MAY = {
    P.PATIENT_READ: {R.RECEPTIONIST, R.NURSE, R.DOCTOR, R.ADMIN},
    P.PATIENT_WRITE: {R.RECEPTIONIST, R.NURSE, R.DOCTOR, R.ADMIN},
    P.PATIENT_ARCHIVE: {R.RECEPTIONIST, R.ADMIN},
    P.PATIENT_MERGE: {R.RECEPTIONIST, R.DOCTOR, R.ADMIN},
    P.PATIENT_EXPORT: {R.ADMIN},
    P.PATIENT_RESTRICT: {R.DOCTOR, R.ADMIN},
    P.CHART_READ: {R.NURSE, R.DOCTOR},
    P.CHART_RESTRICTED: {R.DOCTOR},
    P.CHART_CORRECT: {R.DOCTOR},
    P.CLINICAL_CONFIRM: {R.DOCTOR},
    P.CHART_WRITE: {R.NURSE, R.DOCTOR},
    P.FILE_ADD: {R.RECEPTIONIST},
    P.MEASURE: {R.NURSE, R.DOCTOR},
    P.IMMUNISE: {R.NURSE, R.DOCTOR},
    P.RX_WRITE: {R.DOCTOR},
    P.ORDER: {R.DOCTOR},
    P.CHART_EXPORT: {R.DOCTOR},
    P.RESULT_REVIEW: {R.DOCTOR},
    P.NOTE_WRITE: {R.NURSE, R.DOCTOR},
    P.NOTE_SIGN: {R.NURSE, R.DOCTOR},
    P.NOTE_COSIGN: {R.DOCTOR},
    P.LETTER_WRITE: {R.DOCTOR},
    P.AUDIT_READ: {R.ADMIN},
    P.STAFF_MANAGE: {R.ADMIN},
    P.CLINIC_MANAGE: {R.ADMIN},
    P.COST_READ: {R.ADMIN},
    P.SCHEDULE_READ: {R.RECEPTIONIST, R.NURSE, R.DOCTOR, R.ADMIN},
    P.BOOK: {R.RECEPTIONIST, R.NURSE, R.DOCTOR, R.ADMIN},
    P.OVERBOOK: {R.NURSE, R.DOCTOR, R.ADMIN},
    P.OUTSIDE_HOURS: {R.NURSE, R.DOCTOR, R.ADMIN},
    P.HOURS: {R.ADMIN},
    P.MONEY_READ: {R.RECEPTIONIST, R.ADMIN},
    P.SERVICE_RECORD: {R.RECEPTIONIST, R.NURSE, R.DOCTOR, R.ADMIN},
    P.MONEY_TAKE: {R.RECEPTIONIST, R.ADMIN},
    P.MONEY_CORRECT: {R.ADMIN},
    P.MONEY_REPORT: {R.ADMIN},
    P.CATALOGUE: {R.ADMIN},
    P.TEMPLATE_MANAGE: {R.ADMIN},
}
# Addresses outside a clinic: a new one has to be put here on purpose.
PUBLIC = {
    "account_login",
    "account_logout",
    "openid_connect_login",
    "openid_connect_callback",
    "cover_state",
    "patient-link",
    "patient-short-link",
    "healthz",
    "readyz",
}
SIGNED_IN = {"home", "cover_stay", "cover_done"}
# What is sent there needs the password once more, where it was typed more than ten minutes ago.
PASSWORD_AGAIN = {
    **dict.fromkeys(
        (
            "staff-invite",
            "staff-access",
            "staff-stop",
            "staff-start",
            "staff-password",
            "staff-second-factor",
            "new-locum",
        ),
        RIGHTS,
    ),
    **dict.fromkeys(("export", "patients-export"), EVERYBODY),
    **dict.fromkeys(
        ("settings-clinic", "settings-day", "settings-messages", "settings-money", "settings-openings"), WEAKER
    ),
    "approve-refund": REFUNDS,
}


@pytest.fixture(autouse=True)
def _database(db: None) -> None:
    """Sessions."""


def test_each_permission_is_held_by_these_roles() -> None:
    assert {permission: {role for role in Role if permission in ROLES[role]} for permission in Permission} == WHO_MAY


def test_every_address_is_behind_one_of_three_doors() -> None:
    doors = {door: {page.name for page in pages() if page.access and page.access.door is door} for door in Door}
    assert {page.name for page in pages() if page.access is None} == set()
    assert doors[Door.PUBLIC] == PUBLIC
    assert doors[Door.SIGNED_IN] == SIGNED_IN
    assert doors[Door.CLINIC] == {page.name for page in clinic_pages()}


def test_each_role_opens_what_its_permissions_allow_and_nothing_else(own: World) -> None:
    """And nothing writes that is asked by GET, or posted without the token of a form of ours."""
    assert list(role_holes(own)) == []


def test_strangers_find_nothing_and_nobody_is_asked_to_sign_in(own: World, foreign: World) -> None:
    assert list(stranger_holes(own, foreign)) == []


def test_a_person_without_a_role_is_sent_to_the_administrator(own: World) -> None:
    browser = signed_in_client(own.clinic)
    session = browser.session
    session["signin"] = session["signin"] | {"roles": []}
    session.save()
    for page in clinic_pages():
        answer = ask(browser, "GET", page.url(own))
        assert (answer.status, answer.watch.reads, answer.watch.writes) == (403, 0, [])


def test_what_is_for_people_outside_a_clinic_is_closed_to_nobody(own: World) -> None:
    for page in (page for page in pages() if page.access and page.access.door is Door.SIGNED_IN):
        assert ask(Client(), "GET", page.route).status == 302
        assert ask(Client(), "POST", page.route).status == 401


def test_what_weakens_or_gives_much_away_needs_a_password_of_now(own: World) -> None:
    asking = {page.name: page for page in clinic_pages() if page.access and page.access.fresh}
    assert {name: page.access.fresh for name, page in asking.items() if page.access} == PASSWORD_AGAIN
    browser = signed_in_client(own.clinic, role=R.ADMIN)
    session = browser.session
    session["signin"] = session["signin"] | {"at": session["signin"]["at"] - 601}
    session.save()
    for name, fresh in PASSWORD_AGAIN.items():
        answer = ask(browser, "POST", asking[name].url(own), {"typed": "before", fresh.field or "x": "meant"})
        assert (answer.status, answer.watch.writes) == (401, [])
        assert f"Please type your password again: {fresh.why}." in answer.body
        assert 'name="typed" value="before"' in answer.body
        assert ask(browser, "GET", asking[name].url(own)).status in (200, 405)


# --- Seen red --------------------------------------------------------------------------------------------------------


def test_a_permission_that_is_not_looked_at_is_seen(own: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(middleware, "permissions_of", lambda *roles: frozenset(Permission))
    assert " as " in next(role_holes(own), "")


def test_a_permission_that_is_never_given_is_seen(own: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(middleware, "permissions_of", lambda *roles: frozenset())
    assert " as receptionist: 403" in next(role_holes(own), "")


def test_a_membership_that_is_not_looked_at_is_seen(
    own: World, foreign: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = ScopeMiddleware._enter

    def enter(self: ScopeMiddleware, request: object, access: object, clinic: str | None) -> None:
        request.signin.clinics.append(clinic)  # type: ignore[attr-defined]
        real(self, request, access, clinic)  # type: ignore[arg-type]

    monkeypatch.setattr(ScopeMiddleware, "_enter", enter)
    assert "of another clinic" in next(stranger_holes(own, foreign), "")
