"""Saying that a visit has nothing to bill, and taking that back.

It stands where the visit's invoice would: so a visit has one of them at most, whoever is quicker.
"""

from billing.models import BILLED
from billing.unbilled import queries
from clinnet.accounts.permissions import Permission
from clinnet.table import Action, Event, Once, Scope, Topic, Transaction, keys
from clinnet.table.errors import Refused, Stale
from clinnet.table.once import idempotent
from scheduling.appointments.services import changing
from scheduling.appointments.services.states import STEPS
from scheduling.models import FINISHED, HERE, LEFT, Appointment

EXCUSE = Action("visit.excuse", "said that a visit has nothing to bill", Topic.MONEY)
BILL_AGAIN = Action("visit.bill-again", "took back that a visit has nothing to bill", Topic.MONEY)

MAY_BE = (*HERE, FINISHED, LEFT)
NOT_HERE = Refused("The patient is not here yet.")
WHY = Refused("Say why there is nothing to bill.", field="why")
DONE = Refused("This visit has its invoice already, or somebody said just now that there is nothing to bill.")
RECORDED = Refused("Somebody wrote down just now what was done. Look at it first, then press again.")
GONE = Refused("Somebody took that back just now.")


@idempotent
def excuse(
    scope: Scope, *, appointment: Appointment, reason: str, recorded: int | None = None, once: Once | None = None
) -> None:
    """The visit waits no more to be billed, and whoever is still here has left.

    `recorded` is the version of what was written down as done when somebody looked, 0 of nothing; None is not asked.
    Raises Refused.
    """
    scope.require(Permission.MONEY_TAKE)
    scope.must_hold(appointment)
    if appointment.state not in MAY_BE:
        raise NOT_HERE
    if not reason.strip():
        raise WHY
    tx, place = Transaction(scope, once=once), keys.visit_billed(appointment.patient_id, appointment.id)
    row = {
        "PK": place.pk,
        "SK": place.sk,
        "type": BILLED,
        "reason": reason.strip(),
        "by": scope.actor.name,
        "at": tx.at,
        "event": tx.event_id,
    }
    tx.put_row(row, only_new=True, refusal=DONE)
    if recorded is not None:
        done = keys.visit_recorded(appointment.patient_id, appointment.id)
        tx.check(done, when={"version": recorded or None}, new=not recorded, refusal=RECORDED)
    if appointment.state != LEFT:
        changing.add_step(tx, appointment, {"state": LEFT})
        tx.also(Event(STEPS[LEFT], "APPOINTMENT", appointment.id, patient=appointment.patient_id))
    _commit(tx, Event(EXCUSE, "APPOINTMENT", appointment.id, patient=appointment.patient_id, note=reason.strip()))


@idempotent
def bill_again(scope: Scope, *, appointment: Appointment, once: Once | None = None) -> None:
    """The visit waits to be billed again, and is where it was, unless somebody went on with it. Raises Refused."""
    scope.require(Permission.MONEY_TAKE)
    scope.must_hold(appointment)
    found = queries.excuse_of(scope, appointment)
    if found is None:
        raise GONE
    tx = Transaction(scope, once=once)
    place = keys.visit_billed(appointment.patient_id, appointment.id)
    tx.delete_row(place, when={"event": found.event}, refusal=GONE)
    stamps = list(appointment.stamps or [])
    if appointment.state == LEFT and stamps and appointment.last_event == found.event:
        changing.add_step(tx, appointment, dict(stamps[-1]["was"]), stamps=stamps[:-1])
    _commit(tx, Event(BILL_AGAIN, "APPOINTMENT", appointment.id, patient=appointment.patient_id, note=found.reason))


def _commit(tx: Transaction, event: Event) -> None:
    try:
        tx.commit(event)
    except Stale as stale:
        raise changing.stale_or_gone(dict(stale.theirs)) from None
