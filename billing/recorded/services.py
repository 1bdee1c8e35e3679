"""Writing down what was done at a visit, until it is billed.

The first who does keeps with it what a visit of its type usually is, so that nothing of it is forgotten.
"""

from collections.abc import Sequence

from billing import queries
from billing.models import CatalogItem
from billing.recorded.models import Done, VisitWork
from billing.rules.totals import MOST, ONE
from clinnet.accounts.permissions import Permission
from clinnet.table import Action, Event, Once, Scope, Transaction, keys
from clinnet.table.errors import Refused
from clinnet.table.once import idempotent
from scheduling.models import FINISHED, HERE, LEFT, Appointment

RECORD = Action("service.record", "wrote down what was done at a visit")

MAY_BE = (*HERE, FINISHED, LEFT)
MOST_LINES = 50
NOT_HERE = Refused("The patient is not here yet.")
NOT_OFFERED = Refused("That is not offered any more.", field="add")
FULL = Refused(f"A visit has {MOST_LINES} lines at most.", field="add")
TOO_MUCH = Refused("That is more than can be billed.", field="quantity")
BILLED = Refused("This visit has its invoice already, or nothing to bill. Tell reception.")
QUICKER = Refused("Somebody wrote down something just now. Look at it, and press again.")
GONE = Refused("That was taken out just now.")


def usual(scope: Scope, visit: Appointment) -> list[Done]:
    """What a visit of its type is billed as, where nothing was recorded."""
    return [Done(each.id, ONE) for each in queries.setup(scope).usual(visit.visit_type_id or "")]


@idempotent
def record(
    scope: Scope, *, appointment: Appointment, recorded: VisitWork | None, item: CatalogItem, quantity: int = ONE,
    once: Once | None = None,
) -> None:  # fmt: skip
    """One more of it. Raises Refused."""
    scope.must_hold(item)
    if not item.active:
        raise NOT_OFFERED
    lines = recorded.done if recorded else usual(scope, appointment)
    name, there = scope.actor.name, [each for each in lines if each.code == item.id and each.by == scope.actor.name]
    if there:
        more = Done(item.id, there[0].quantity + quantity, name)
        lines = [more if each is there[0] else each for each in lines]
    else:
        lines = [*lines, Done(item.id, quantity, name)]
    if len(lines) > MOST_LINES:
        raise FULL
    if any(each.quantity > MOST for each in lines):
        raise TOO_MUCH
    _write(Transaction(scope, once=once), appointment, recorded, lines, item.name)


@idempotent
def take_out(
    scope: Scope, *, appointment: Appointment, recorded: VisitWork | None, item: CatalogItem, once: Once | None = None
) -> None:
    """The last line of it. Raises Refused."""
    scope.must_hold(item)
    lines = recorded.done if recorded else usual(scope, appointment)
    places = [at for at, each in enumerate(lines) if each.code == item.id]
    if not places:
        raise GONE
    rest = [each for at, each in enumerate(lines) if at != places[-1]]
    _write(Transaction(scope, once=once), appointment, recorded, rest, f"not {item.name}")


def _write(tx: Transaction, visit: Appointment, recorded: VisitWork | None, lines: Sequence[Done], note: str) -> None:
    scope = tx.scope
    scope.require(Permission.SERVICE_RECORD)
    scope.must_hold(visit)
    if recorded:
        scope.must_hold(recorded)
    if visit.state not in MAY_BE:
        raise NOT_HERE
    place = VisitWork.at(visit.patient_id, visit.id)
    tx.check(keys.visit_billed(visit.patient_id, visit.id), unless=("type",), new=True, refusal=BILLED)
    kept = [{"code": each.code, "quantity": each.quantity, "by": each.by} for each in lines]
    if recorded:
        tx.update(recorded, {"lines": kept}, refusal=QUICKER)
    else:
        tx.put(VisitWork(pk=place.pk, sk=place.sk, id=visit.id, patient_id=visit.patient_id, visit_id=visit.id,
                        lines=kept), refusal=QUICKER)  # fmt: skip
    tx.commit(Event(RECORD, "APPOINTMENT", visit.id, patient=visit.patient_id, note=note))
