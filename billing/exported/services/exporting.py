"""A person's money as a FHIR R4 bundle, also of records that were folded into theirs."""

from typing import cast

from billing.exported.services import parts, writing
from billing.ledger import queries as ledger
from billing.models import CreditNote, Entry, Invoice, Settlement
from clinnet import clock
from clinnet.accounts import queries as accounts
from clinnet.accounts.permissions import Permission
from clinnet.table import Action, Event, Range, Scope, Topic, Transaction, keys, query
from clinnet.table.values import Raw
from patients.fhir import outgoing
from patients.models import Patient
from patients.rules.shape import PatientData
from patients.timeline import all_ids

EXPORT = Action("invoices.export", "exported the invoices of a patient as a file", Topic.EXPORTS)
AT_ONCE = 200


def export(scope: Scope, *, patient: Patient) -> str:
    """JSON; empty of whom nothing was billed or paid. Raises where it cannot be written into the trail."""
    scope.require(Permission.MONEY_READ)
    raws = [
        raw for id in all_ids(patient) for raw in (*_all(scope, keys.bills_of(id)), *_all(scope, keys.entries_of(id)))
    ]
    if not raws:
        return ""
    found = parts.Money(
        scope.clinic_id,
        patient.id,
        accounts.clinic(scope.clinic_id).money,
        sum(each.balance for each in ledger.accounts(scope, patient)),
        [Invoice.read(raw) for raw in raws if Invoice.is_one(raw)],
        [CreditNote.read(raw) for raw in raws if CreditNote.is_one(raw)],
        [Settlement.read(raw) for raw in raws if Settlement.is_one(raw)],
        [Entry.read(raw) for raw in raws if Entry.is_one(raw)],
    )
    whom = outgoing.patient(patient.id, cast(PatientData, patient.data), scope.clinic_id)
    made = writing.bundle(whom, list(writing.resources(found)), at=clock.stamp())
    Transaction(scope).commit(Event(EXPORT, "PATIENT", patient.id, patient=patient.id))
    return made


def _all(scope: Scope, range: Range) -> list[Raw]:
    found, cursor = list[Raw](), ""
    while True:
        page = query(scope, range, limit=AT_ONCE, cursor=cursor)
        found += page.raws
        if not (cursor := page.next):
            return found
