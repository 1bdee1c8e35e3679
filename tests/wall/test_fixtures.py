"""What the walk stands on: every address opens, and every form is one that would be saved."""

from collections.abc import Mapping
from typing import Any

import pytest

from billing.day_close import services as day_close
from clinnet.accounts import cognito
from clinnet.accounts.permissions import Permission
from clinnet.console.registry import entities
from clinnet.table import Event, Transaction
from tests.wall.asking import Walk, ask, walk
from tests.wall.people import of_both
from tests.wall.typed import filled
from tests.wall.world import World

READ_ONLY = {
    "understood",
    "search",
    "find-document",
    "new-check",
    "merge",
    "put-away",
    "prices",
    "services-in",
}  # forms that only ask, at least when they are sent first, or keep something in the session
ONLY_TO_READ = {permission for permission in Permission if permission.endswith(":read")}
# Asked by a script, or by a button that is only there after something was done or while something is due.
SENT_OTHERWISE = {
    "times", "next", "next-step", "unbook", "on-time", "job-go-on", "job-undo", "called", "put-away", "have-them",
    "open-drafts", "keep-draft", "discard-draft", "telling", "open-drawer", "keep-note", "checkpoint", "in-error",
    "break-glass", "staff-start", "staff-go-on", "staff-end",
    "note-put-back", "resume", "document-file-enclosed", "incoming-back",
    "bulk-undo",
    # of what was chosen on a list
    *(f"{each.name}-bulk-{one.name}" for each in entities().values() for one in each.bulk),
}  # fmt: skip
TICKED = {"renew"}  # its ticks stand outside of its element, beside what they are about
OF_ONESELF = {"columns"}  # kept on one's own item of the staff, which the asker of these tests has not
WRITES_BY_SERVICE = {"request"}  # read by all who see the schedule; who may not book is refused by the service
# What a question before the step would have been answered: one person is here for several visits; another did it.
ANSWERED = {"step": {"beside": "both"}, "undo": {"sure": "on"}}
TAKES_BACK = {
    "discard-note",
    "restore",
    "not-deceased",
    "came-late",
    "email-works",
    "number-works",
}  # of a patient to whom it did not happen: taken, and nothing to write


@pytest.fixture(scope="module")
def kept() -> list[Walk]:
    return []


@pytest.fixture
def shown(own: World, foreign: World, db: None, kept: list[Walk]) -> Walk:
    """Walked once for all tests here: every other answer than 200, 204, 302 and 405 fails there."""
    if not kept:
        kept.append(walk(of_both(own, foreign).browser, own))
    return kept[0]


def test_every_address_of_a_clinic_opens_or_is_where_a_form_leads(shown: Walk) -> None:
    """An address with a parameter that no fixture fills is a KeyError here."""
    led_to = {form.page.route for form in shown.forms}
    closed = {page.route for page in shown.closed if page.name not in SENT_OTHERWISE}
    assert closed - led_to == set()


def test_no_page_has_an_id_twice(shown: Walk) -> None:
    """A label, a key or a swap that names one would find the wrong one."""
    assert shown.twice == set()


def test_every_form_would_be_saved_as_it_is_filled(
    own: World, foreign: World, shown: Walk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else a foreign id in it might be refused for another reason than the wall."""
    reached: list[str] = []

    def commit(self: Transaction, event: Event, result: str = "") -> str:
        reached.append(event.action.name)
        return result

    monkeypatch.setattr(Transaction, "commit", commit)
    for each in ("forget_password", "forget_second_factor"):  # the staff of the fixtures have no accounts
        monkeypatch.setattr(cognito, each, lambda username: None)
    monkeypatch.setattr(day_close, "_is_over", lambda scope, session: True)  # the drawer of the fixtures is today's
    asker, refused = of_both(own, foreign), []
    for form in shown.forms:
        body: Mapping[str, Any] = filled(form, own)
        if form.page.name in READ_ONLY | TAKES_BACK | TICKED | OF_ONESELF or {"typed", "q", "find"} & body.keys():
            continue
        body = {**body, **ANSWERED.get(form.page.name, {})}
        before = len(reached)
        answer = ask(asker.browser, "POST", form.url, body)
        assert form.page.permissions - ONLY_TO_READ or form.page.name in WRITES_BY_SERVICE, f"{form.page.name} writes"
        if len(reached) == before:
            refused.append(f"{form.page.name} with {sorted(body)}: {answer.status}")
    assert refused == [], "\n".join(refused)
