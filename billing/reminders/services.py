"""Reminding people of what is open: by phone, one by one; by statements, many at once.

What was done stands with what is open of each invoice. Statements are a job: a step is one person, whoever does it.
"""

from collections.abc import Sequence
from datetime import date

from billing.ledger import queries as ledger
from billing.ledger.services import line_of
from billing.mailing import services as mailing
from billing.models import Settlement
from billing.reminders.queries import MAIL, NONE, PAID, PAPER, way_of
from clinnet import clock
from clinnet.accounts import queries as accounts
from clinnet.accounts.permissions import Permission
from clinnet.jobs import services as jobs
from clinnet.jobs.models import Job
from clinnet.table import Action, Event, Once, Scope, Topic, Transaction
from clinnet.table.errors import Refused
from clinnet.table.once import idempotent
from patients.models import Patient
from patients.queries import survivors

KIND = "statements"
PHONE = "phone"
KEPT, AT_ONCE = 10, 40  # reminders of an invoice; invoices of a person, the oldest first
REMIND = Action("invoice.remind", "reminded somebody of what is open")
BEGIN = Action("statements.begin", "began statements for many", Topic.BULK)
WHAT = Refused("Write what was said.", field="words")
NOTHING = Refused("Nothing is open any more.")
NOBODY = Refused("There is nobody to remind.")
MOVED = Refused("Something was paid just now. Look again at what is open.")


@idempotent
def call(
    scope: Scope, *, patient: Patient, settlements: Sequence[Settlement], words: str, once: Once | None = None
) -> None:
    """Somebody was called about what is open, and said `words`. Raises Refused."""
    scope.require(Permission.MONEY_TAKE)
    for each in (patient, *settlements):
        scope.must_hold(each)
    if not words.strip():
        raise WHAT
    if not settlements:
        raise NOTHING
    tx = Transaction(scope, once=once)
    _remind(tx, settlements, PHONE, words.strip(), refusal=MOVED)
    tx.commit(Event(REMIND, "PATIENT", patient.id, patient=patient.id, note="by phone"))


@idempotent
def begin(scope: Scope, *, patients: Sequence[Patient], once: Once | None = None) -> str:
    """Statements for these. Nothing of it is done yet: see jobs.go_on. Returns the job's id. Raises Refused."""
    scope.require(Permission.MONEY_TAKE)
    for each in patients:
        scope.must_hold(each)
    if not patients:
        raise NOBODY
    plan = {"patients": [each.id for each in patients], "day": _today(scope).isoformat()}
    tx, note = Transaction(scope, once=once), f"{len(patients)} people"
    return jobs.begin(tx, kind=KIND, plan=plan, total=len(patients), action=BEGIN, note=note).id


def step(scope: Scope, job: Job) -> None:
    """The next person: by e-mail where that can be, else on paper. Who has paid meanwhile gets none."""
    scope.require(Permission.MONEY_TAKE)
    id = str(job.plan["patients"][int(job.cursor)])
    patient = survivors(scope, [id])[id]
    found, tx = open_of(scope, patient), jobs.transaction(scope, job)
    way = way_of(scope, patient, _today(scope)) if found else PAID
    if way == MAIL:
        mailing.put_statement(tx, patient)
    if way in (MAIL, PAPER):
        _remind(tx, found, way)
    jobs.move_on(tx, job, results={id: {"w": way}})
    note = "" if way in (PAID, NONE) else f"by {way}"
    tx.commit(Event(REMIND, "PATIENT", patient.id, patient=patient.id, note=note))


def open_of(scope: Scope, patient: Patient) -> list[Settlement]:
    """What the person owes, oldest first, of this record and those that were folded into it."""
    return ledger.open_settlements(scope, ledger.accounts(scope, patient))[:AT_ONCE]


def _remind(
    tx: Transaction, settlements: Sequence[Settlement], way: str, words: str = "", refusal: Refused | None = None
) -> None:
    made = {"day": _today(tx.scope).isoformat(), "way": way, "by": tx.scope.actor.name, "words": words}
    for each in settlements:
        each.reminders = [*(each.reminders or []), made][-KEPT:]
        line = line_of(each, int(each.open), int(each.total)).pack()
        tx.update(each, {"reminders": each.reminders, "line": line}, refusal=refusal)


def _today(scope: Scope) -> date:
    return clock.today(accounts.clinic(scope.clinic_id).time_zone)
