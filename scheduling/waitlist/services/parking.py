"""What becomes of a parked appointment when its request is decided. The patient, who still expects it, is told now."""

from clinnet.table import Scope, Transaction
from clinnet.table.errors import NotFound, Stale
from scheduling.appointments import queries as appointment_queries
from scheduling.appointments.services.changing import changed
from scheduling.messages.services import outbox
from scheduling.messages.services.outbox import SOON, Tell
from scheduling.models import CANCELLED, Appointment, WaitlistEntry

WITHDRAWN = "withdrawn"  # in `cancelled.then`, where otherwise the id of the appointment stands that was booked instead


def parked_for(scope: Scope, request: WaitlistEntry) -> Appointment | None:
    """The appointment that gave up its time for a request, if nothing came of that yet. One read, if there is one."""
    return _of(scope, request, then="")


def withdrawn_with(scope: Scope, request: WaitlistEntry) -> Appointment | None:
    """As `parked_for`, of a request that was withdrawn."""
    return _of(scope, request, then=WITHDRAWN)


def _of(scope: Scope, request: WaitlistEntry, *, then: str) -> Appointment | None:
    patient, _, id = (request.parked or "").partition("/")
    if not id:
        return None
    try:
        found = appointment_queries.appointment(scope, patient, id)
    except NotFound:  # given to another patient meanwhile
        return None
    said = found.cancelled or {}
    is_it = found.state == CANCELLED and said.get("request") == request.id and said.get("then", "") == then
    return found if is_it else None


def replace(tx: Transaction, parked: Appointment, id: str) -> None:
    """The step when appointment `id` was booked instead: from what the patient knows follows what that one tells."""
    sets = {"cancelled.then": id, "told": None, "quiet": None, "sending": None, "GSI1PK": None, "GSI1SK": None}
    tx.change_row(parked.key, sets=sets, when={"version": int(parked.version)}, refusal=Stale)


def withdraw(tx: Transaction, parked: Appointment, tell: Tell = SOON) -> None:
    """The step when nothing is booked instead: it is cancelled, and that is told as `tell` says."""
    news = outbox.with_telling(parked, {}, tell) if parked.quiet else {}
    after = changed(parked, news)
    place = outbox.place(tx.scope, after)
    sets = {"cancelled.then": WITHDRAWN, "quiet": after.quiet, "GSI1PK": place["gsi1pk"], "GSI1SK": place["gsi1sk"]}
    when = {"version": int(parked.version), "GSI1SK": parked.gsi1sk}
    tx.change_row(parked.key, sets=sets if parked.quiet else {"cancelled.then": WITHDRAWN}, when=when, refusal=Stale)


def take_up(tx: Transaction, parked: Appointment) -> None:
    """The step when a request that was withdrawn is open again: nothing is decided."""
    when = {"version": int(parked.version), "GSI1SK": parked.gsi1sk}
    tx.change_row(parked.key, sets={"cancelled.then": None}, when=when, refusal=Stale)
