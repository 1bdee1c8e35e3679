"""Who is let in where: every address × role × method, against what the view declares. A hole is a sentence."""

from collections.abc import Iterator

from django.test import Client

from clinnet.accounts.permissions import ROLES, Permission, Role
from tests.people import signed_in_client
from tests.wall.asking import Page, ask, clinic_pages
from tests.wall.world import World

METHODS = ("GET", "POST")
WITHOUT_A_FORM = {"export"}  # a button that changes nothing, and leaves its event in the trail
TOLD = {
    "chart",
    "paper",
    "letter-paper",
    "credit-note-paper",
    "prescription",
    "entry-paper",
    "invoice-paper",
    "export",
}  # opening it is an event, and printing, and taking it out
FINDS_IN_BODY = {"next-step", "keep-draft", "discard-draft", "keep-note"}  # whose: an empty body is nobody's
OF_A_CHART = ("PROFILE#CHART", "#CHART", "RECORD#")  # in keys
OPEN = {200, 204, 302, 405, 422}


def role_holes(own: World) -> Iterator[str]:
    for role in Role:
        browser = signed_in_client(own.clinic, role=role, person=f"asking-{role}")
        for page in clinic_pages():
            yield from _role_holes(browser, role, page, own)


def _role_holes(browser: Client, role: Role, page: Page, own: World) -> Iterator[str]:
    assert page.access
    allowed = page.access.permissions <= ROLES[role]
    for method in METHODS:
        answer = ask(browser, method, page.url(own))
        nobodys = answer.status == 404 and method == "POST" and page.name in FINDS_IN_BODY
        if (answer.status in OPEN or nobodys) != allowed or (answer.status == 403) == allowed:
            yield f"{method} {page.name} as {role}: {answer.status}"
        if not allowed and own.leaked(answer.body, page.url(own)):
            yield f"{method} {page.name} as {role}: refused, and shows the patient"
        if Permission.CHART_READ not in ROLES[role] and answer.watch.names(OF_A_CHART):
            yield f"{method} {page.name} as {role}: asks for a key of a chart"
        writes = answer.watch.writes
        expected = TOLD if method == "GET" else WITHOUT_A_FORM
        if writes and not (allowed and page.name in expected):
            yield f"{method} {page.name} as {role}: writes without a form's token"


def stranger_holes(own: World, foreign: World) -> Iterator[str]:
    """Staff of another clinic, whatever their role; and people who are not signed in."""
    for role in (Role.ADMIN, Role.DOCTOR):
        browser = signed_in_client(foreign.clinic, role=role)
        for page, method in _everything():
            answer = ask(browser, method, page.url(own))
            if answer.status != 404 or own.leaked(answer.text, page.url(own)):
                yield f"{method} {page.name} as {role} of another clinic: {answer.status}"
    for page, method in _everything():
        answer = ask(Client(), method, page.url(own))
        signs_in = answer.status == 302 and "Location: /accounts/login/?next=" in answer.headers
        if not signs_in if method == "GET" else answer.status != 401:
            yield f"{method} {page.name}, signed out: {answer.status}"
        if answer.watch.reads or answer.watch.writes:
            yield f"{method} {page.name}, signed out: the table was asked"


def _everything() -> list[tuple[Page, str]]:
    return [(page, method) for page in clinic_pages() for method in METHODS]
