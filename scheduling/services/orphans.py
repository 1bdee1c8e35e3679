"""Appointments that lost their hours become requests for another time.

It is a job (jobs.py), begun in the same transaction as the new hours or the leave: nobody is forgotten if the process
dies in between.
"""

from collections.abc import Sequence

from clinnet import clock
from clinnet.accounts.permissions import Permission
from clinnet.table import Event, Scope, Transaction
from clinnet.table.errors import Refused
from patients.models import Patient
from patients.queries import survivors
from scheduling import busy, queries
from scheduling.cards import Card
from scheduling.models import COMING, Appointment, Job
from scheduling.services import jobs, requests

KIND = "orphans"
MOST = 1000
STEP = 7  # appointments: at most 9 actions each (a UTC midnight inside each) and an event, and 3 beside them


def begin(tx: Transaction, cards: Sequence[Card], *, reason: str, practitioner: str = "") -> Job:
    """Writes the job with whatever `tx` holds. `cards` are of affected.orphans, `reason` is what becomes of them."""
    tx.scope.require(Permission.BOOK)
    for card in cards:
        tx.scope.must_hold(card)
    if len(cards) > MOST:
        raise Refused(f"More than {MOST:,} appointments are affected. Take fewer days at a time, or keep them.")
    visits = [[each.patient_id, each.id, clock.stamp(each.start)] for each in cards if each.start]
    plan = {"visits": visits, "reason": reason, "practitioner": practitioner, "parked": 0}
    return jobs.begin(tx, kind=KIND, plan=plan, total=len(visits), event="orphans.begin", note=reason)


def _step(scope: Scope, job: Job) -> None:
    at, reason = int(job.cursor), job.plan["reason"]
    visits = _still(scope, job.plan["visits"][at : at + STEP])
    tx = jobs.transaction(scope, job)
    freed, held = [], []
    for made, patient in visits:
        _, before, after = requests.add_park(tx, made, patient, source="orphaned", reason=reason)
        freed += before
        held += after
        tx.also(Event("appointment.park", "APPOINTMENT", made.id, patient=patient.id, note=reason))
    busy.swap(tx, freed, held)
    jobs.move_on(tx, job, parts=STEP, parked=int(job.plan["parked"]) + len(visits))
    tx.commit(Event("orphans.park", "JOB", job.id, changes={"appointments": [None, [made.id for made, _ in visits]]}))


jobs.KINDS[KIND] = jobs.Kind(_step)


def _still(scope: Scope, part: Sequence[Sequence[str]]) -> list[tuple[Appointment, Patient]]:
    """Those that are still to come at the time that was meant: some were cancelled, moved or arrived meanwhile."""
    found = {each.id: each for each in queries.appointments(scope, [(patient, id) for patient, id, _ in part])}
    people = survivors(scope, {patient for patient, _, _ in part})
    return [
        (made, people[patient])
        for patient, id, start in part
        if (made := found.get(id)) and made.state in COMING and made.start == start and patient in people
    ]
