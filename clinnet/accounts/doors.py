"""Who signed in, and who was refused a page or a sign-in, as events of the trail.

Refusals are counted by person and hour, in each process by itself, and told of when there were 1, 10, 100 … of them:
whoever asks a million times leaves seven events. All are written when the answer has left: none takes longer for it.
"""

import logging
import threading
import time
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse

from clinnet.accounts import queries
from clinnet.accounts.sessions import SignIn
from clinnet.middleware import GetResponse
from clinnet.table import Action, Actor, Event, Scope, Topic, Transaction, errors

SIGNED_IN = Action("staff.sign-in", "signed in")
PAGE = Action("refused.page", "was refused what their role cannot do", Topic.REFUSED)
NOTHING = Action("refused.nothing", "asked for what is not there, or is another clinic's", Topic.REFUSED)
CLINIC = Action("refused.clinic", "asked for a clinic that they do not work in", Topic.REFUSED)
SIGN_IN = Action("refused.sign-in", "did not get through a sign-in", Topic.REFUSED)
FROM = {PAGE: 1, CLINIC: 1, SIGN_IN: 3, NOTHING: 10}  # how many are told of at first: links grow old, sign-ins are left
HOUR = 3600.0  # seconds
PEOPLE = 2000  # who are remembered
WAITING = 100  # that are to be written: where the table does not answer, more are only counted
NOBODY = Actor("system:sign-in", "Somebody")
log = logging.getLogger("clinnet.doors")
monotonic = time.monotonic


@dataclass(slots=True)
class _Count:
    since: float
    count: int = 0


class Doors:
    """Those of one process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: dict[tuple[str, str, str], _Count] = {}
        self._waiting: list[tuple[Scope, Action, str]] = []

    def signed_in(self, signin: SignIn) -> None:
        with self._lock:
            self._waiting += [(_scope(clinic, signin), SIGNED_IN, signin.browser) for clinic in signin.clinics or ()]

    def refused(self, scope: Scope, action: Action) -> None:
        now = monotonic()
        with self._lock:
            if len(self._counts) > PEOPLE:
                self._counts.clear()
            found = self._counts.setdefault((scope.clinic_id, scope.actor.id, action.name), _Count(now))
            if now - found.since >= HOUR:
                found.since, found.count = now, 0
            found.count += 1
            if _is_told(found.count, FROM[action]) and len(self._waiting) < WAITING:
                self._waiting.append((scope, action, _times(found.count)))

    def flush(self) -> None:
        if not self._waiting:
            return
        with self._lock:
            waiting, self._waiting = self._waiting, []
        for scope, action, note in waiting:
            try:
                Transaction(scope).commit(Event(action, "CLINIC", scope.clinic_id, note=note))
            except errors.ClinnetError as error:
                log.warning("what happened at a door was not written: %s", type(error).__name__)


def _scope(clinic: str, signin: SignIn) -> Scope:
    return Scope(clinic, Actor(signin.person, signin.name), session=signin.id)


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times within an hour"


def _is_told(count: int, first: int) -> bool:
    """1, 10, 100 … times as many as are told of at first."""
    while count > first and count % 10 == 0:
        count //= 10
    return count == first


DOORS = Doors()


class RefusalsMiddleware:
    """Counts what `error_page` refused of somebody who is signed in."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        error: errors.ClinnetError | None = getattr(request, "refused", None)
        signin: SignIn | None = getattr(request, "signin", None)
        if signin and isinstance(error, errors.NotFound | errors.Denied):
            scope: Scope | None = getattr(request, "scope", None)
            if scope:
                DOORS.refused(scope, PAGE if isinstance(error, errors.Denied) else NOTHING)
            else:
                for clinic in signin.clinics or ():
                    DOORS.refused(_scope(clinic, signin), CLINIC)
        return response


def sign_in(person: str, name: str, there: str) -> None:
    """Of `person` in the clinics where they work; of nobody known in the clinic to which it was to lead, if it did."""
    try:
        if person:
            for clinic in queries.clinics_of(person):
                DOORS.refused(Scope(clinic, Actor(person, name)), SIGN_IN)
        elif clinic := _clinic_of(there):
            DOORS.refused(Scope(clinic, NOBODY), SIGN_IN)
    except errors.ClinnetError as error:
        log.warning("a refused sign-in was not counted: %s", type(error).__name__)


def _clinic_of(path: str) -> str:
    """Of an address of ours; empty where it names no clinic that there is."""
    parts = path.split("/")
    named = parts[2] if path.startswith("/c/") and len(parts) > 3 else ""
    try:
        return queries.clinic(named).id if named else ""
    except errors.NotFound:
        return ""
