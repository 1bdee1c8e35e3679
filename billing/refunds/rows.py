"""Refunds that wait for an answer, in words."""

from dataclasses import dataclass

from billing.models import RefundRequest
from billing.queries import MoneySetup
from billing.rules.numbers import reference
from clinnet import formats
from patients.models import Patient
from patients.rules import names

WORDS = {"card": "by card", "cash": "in cash", "transfer": "by transfer"}


@dataclass(frozen=True, slots=True, repr=False)
class RefundRow:
    """`is_own`: asked for by whoever looks, who cannot approve it. `approve` and `decline` are tokens."""

    id: str
    patient_id: str
    patient: str
    amount: str
    how: str
    payment: str
    reason: str
    by: str
    when: str
    is_own: bool
    approve: object
    decline: object


def refund_row(
    asked: RefundRequest, patient: Patient | None, known: MoneySetup, me: str, *, approve: object, decline: object
) -> RefundRow:
    return RefundRow(
        asked.id, asked.patient_id, names.full_name(patient.data) if patient else "", known.sum(int(asked.amount)),
        WORDS[asked.method], reference(asked.payment), asked.reason, asked.by,
        formats.when(asked.created_at or "", known.clinic), asked.by_id == me, approve, decline,
    )  # fmt: skip
