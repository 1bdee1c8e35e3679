"""What is to come for somebody who died is stopped; recorded by mistake, it is given back."""

from collections.abc import Callable, Sequence
from typing import Any

from clinnet import clock
from clinnet.table import Scope, keys, query
from clinnet.table.errors import NotFound, Refused, Stale
from scheduling.appointments.services import states, undoing
from scheduling.appointments.services.patient_events import MOST, coming_of
from scheduling.appointments.services.trail import named
from scheduling.messages.services.outbox import NOT
from scheduling.models import CANCELLED, COMING, Appointment, WaitlistEntry
from scheduling.waitlist import queries as waitlist_queries
from scheduling.waitlist.services import waitlist

DECEASED = "Deceased"


def stop(scope: Scope, ids: Sequence[str], dry_run: bool = False) -> list[str]:
    """Coming appointments of these records are cancelled, open requests withdrawn. Pressed again it goes on.

    Nobody is written to about it. Returns how many, in words.
    """
    appointments = [each for each in coming_of(scope, ids) if each.state in COMING]
    asked = [each for each in _requests(scope, ids) if each.state == waitlist.OPEN]
    if dry_run:
        return _said(len(appointments), len(asked), 0)
    cancelled = sum(
        _done(states.cancel, scope, appointment=each, by="clinic", reason=DECEASED, tell=NOT) for each in appointments
    )
    withdrawn = sum(_done(waitlist.withdraw, scope, request=each, reason=DECEASED, tell=NOT) for each in asked)
    return _said(cancelled, withdrawn, len(appointments) + len(asked) - cancelled - withdrawn)


def give_back(scope: Scope, ids: Sequence[str], dry_run: bool = False) -> list[str]:
    """What `stop` took: appointments at their times, and requests. Says how many, and which time is taken by now.

    A dry run says what is to be given back, and does not know whose times are taken.
    """
    now = clock.stamp()
    stopped = [each for each in coming_of(scope, ids) if _was_stopped(each) and (each.start or "") > now]
    lost = [] if dry_run else [each for each in stopped if not _done(undoing.undo, scope, appointment=each)]
    asked = [each for each in _requests(scope, ids) if each.withdrawn_for == DECEASED]
    back = len(asked) if dry_run else sum(_done(waitlist.reopen, scope, request=each) for each in asked)
    said = [(len(stopped) - len(lost), "appointment"), (back, "request")]
    found = [f"{count} {name}{'s are' if count > 1 else ' is'} back" for count, name in said if count]
    return found + [f"{named(scope, each)} is not: somebody else has that time by now" for each in lost]


def _was_stopped(appointment: Appointment) -> bool:
    return appointment.state == CANCELLED and (appointment.cancelled or {}).get("reason") == DECEASED


def _requests(scope: Scope, ids: Sequence[str]) -> list[WaitlistEntry]:
    rows = [row for id in ids for row in query(scope, keys.requests_of(id), limit=MOST).rows]
    return [waitlist_queries.request(scope, row["id"]) for row in rows]


def _said(cancelled: int, withdrawn: int, left: int) -> list[str]:
    said = [(cancelled, "appointment", "cancelled"), (withdrawn, "request", "withdrawn"), (left, "thing", LEFT)]
    return [f"{count} {name}{'s' if count > 1 else ''} {what}" for count, name, what in said if count]


LEFT = "changed just now and still to be looked at"


def _done(do: Callable[..., object], scope: Scope, **what: Any) -> bool:
    """One that somebody changes at the same moment does not stop the others."""
    try:
        do(scope, **what)
    except (Refused, Stale, NotFound):
        return False
    return True
