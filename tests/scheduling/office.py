"""An administrator in front of the pages on which the schedule is arranged, and what they type."""

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from clinnet import clock
from clinnet.accounts.permissions import Role
from clinnet.table import Range, Scope, keys, query
from scheduling.calendar.forms.fields import WEEKDAYS
from scheduling.calendar.queries.setup import setup
from tests.people import signed_in_client
from tests.scheduling.conftest import Desk
from tests.wall.html import forms_of


class Office:
    """An administrator in front of the pages of one clinic."""

    def __init__(self, clinic: str) -> None:
        self.browser = signed_in_client(clinic, role=Role.ADMIN, name="Inês Duarte")
        self.root = f"/c/{clinic}/manage/schedule/"

    def get(self, path: str = "") -> str:
        answer = self.browser.get(self.root + path)
        assert answer.status_code == 200, answer.status_code
        return answer.content.decode()

    def fields(self, path: str) -> dict[str, Any]:
        """What the page's own form would send."""
        form = next(form for form in forms_of(self.get(path)) if "once" in form.fields and "q" not in form.fields)
        return {name: list(values) for name, values in form.fields.items()}

    def send(self, path: str, typed: Mapping[str, Any], *, over: Mapping[str, Any] | None = None) -> tuple[int, str]:
        """Fills the form and sends it; `over` is the form as it was shown, if not just now."""
        answer = self.browser.post(self.root + path, {**(over or self.fields(path)), **typed})
        return answer.status_code, answer.content.decode()

    def next_fields(self, page: str) -> dict[str, Any]:
        """Of the form on a page that was the answer to another."""
        form = next(form for form in forms_of(page) if "once" in form.fields and "q" not in form.fields)
        return {name: list(values) for name, values in form.fields.items()}


@pytest.fixture
def office(desk: Desk) -> Office:
    return Office(desk.scope.clinic_id)


def hours_path(desk: Desk, number: int = 0) -> str:
    return f"hours/{desk.doctors[number].id}/"


def week(**days: str) -> dict[str, str]:
    """Rows of the form: monday="08:30-12:30" and so on; all other days empty."""
    found: dict[str, str] = {}
    for number, name in enumerate(WEEKDAYS):
        rows = [row.split("-") for row in days.get(name.lower(), "").split() if row]
        found[f"day-{number}-TOTAL_FORMS"], found[f"day-{number}-INITIAL_FORMS"] = str(len(rows)), "0"
        for at, (start, end) in enumerate(rows):
            found |= {
                f"day-{number}-{at}-start": start,
                f"day-{number}-{at}-end": end,
                f"day-{number}-{at}-breaks": "",
                f"day-{number}-{at}-valid_from": "",
                f"day-{number}-{at}-valid_until": "",
            }
    return found


def every_day(text: str) -> dict[str, str]:
    return week(**{name.lower(): text for name in WEEKDAYS})


def sessions(desk: Desk, number: int = 0) -> list[tuple[int, str, str]]:
    kept = setup(desk.scope).hours[desk.doctors[number].id]
    return [(each["weekday"], each["start"], each["end"]) for each in kept.sessions]


def events(scope: Scope) -> int:
    """How many changes the trail has of this clinic in these minutes."""
    at = [clock.now() - timedelta(minutes=minutes) for minutes in (10, 0)]
    buckets = {keys.audit_event(scope.clinic_id, clock.stamp(each), "").pk for each in at}
    return sum(len(query(Scope.system("tests", scope.clinic_id), Range(each), limit=1000).rows) for each in buckets)


def picks_of(page: str) -> dict[str, str]:
    """The radio groups of a comparison, each with its row."""
    rows = re.findall(r"<tr>(.*?)</tr>", page, re.DOTALL)
    return {found[1]: row for row in rows if (found := re.search(r'name="(pick-\d+)"', row))}


def leave(desk: Desk, **typed: str) -> dict[str, str]:
    usual = {
        "kind": "leave",
        "who": desk.doctor.id,
        "first": str(desk.day),
        "last": "",
        "start": "",
        "end": "",
        "reason": "",
        "stand_in": "",
        "stand_in_name": "",
    }
    return usual | typed
