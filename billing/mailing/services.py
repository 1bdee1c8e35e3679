"""An invoice goes by e-mail: asked for by a person, sent by whoever sends messages, at least once.

It is claimed by a condition first, as each message is: who comes second, and who was killed on the way, sends nothing
twice within the ten minutes of the claim.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import timedelta
from typing import Any

from billing.ledger.queries import Billed
from billing.mailing.models import BOUNCED, FAILED, PRINTED, SENT, WAITING, Mailing
from billing.mailing.queries import mailings
from billing.models import VOID, CreditNote, Invoice, Settlement
from clinnet import clock
from clinnet.accounts import queries as accounts
from clinnet.accounts.permissions import Permission
from clinnet.table import Action, Event, Once, Scope, Transaction, get, get_many, keys, query
from clinnet.table.errors import Refused, Stale
from clinnet.table.once import idempotent
from patients.models import Patient
from patients.queries import survivors
from patients.services.mailbox import add_bounce
from scheduling.messages.queries.recipients import Recipient, Unreachable, masked, recipients
from scheduling.messages.rules.attached import subject_of, text_of
from scheduling.messages.rules.bounces import Bounce
from scheduling.messages.rules.wording import language
from scheduling.messages.services.mail import Mail, MailDown, MailRefused, send
from scheduling.messages.services.messages import whose_address

PRINT = Action("invoice.print", "printed an invoice")
PRINT_CREDIT = Action("invoice.print-credit", "printed a credit note")
ASK = Action("invoice.mail", "asked for an invoice to be e-mailed")
BEGIN = Action("invoice.mail-begin", "began to e-mail an invoice")
LEFT = Action("invoice.mailed", "e-mailed an invoice")
NOT_LEFT = Action("invoice.not-mailed", "could not e-mail an invoice")
CAME_BACK = Action("invoice.mail-bounced", "got an e-mailed invoice back")

LEASE = timedelta(minutes=10)
PAGE = 50
NOT_TAKEN = "The mail service refused the address"
IS_VOID = "The invoice was made void"
VOID_ALREADY = Refused("A void invoice is not e-mailed.")
Draw = Callable[[Scope, Mailing], bytes]


def note_printing(scope: Scope, document: Invoice | CreditNote, paper: str) -> int:
    """Returns which copy it is, from 1: printed or e-mailed before. Raises where it cannot be written down."""
    before = [each for each in mailings(scope, document) if each.state != FAILED]
    tx, id = Transaction(scope), f"{document.id}-{clock.new_id()}"
    at, patient = Mailing.at(document.patient_id, id), document.patient_id
    tx.put(Mailing(pk=at.pk, sk=at.sk, id=id, patient_id=patient, bill_id=document.id, number=document.number,
                   by=scope.actor.name, to=paper, state=PRINTED, left_at=tx.at))  # fmt: skip
    about = (PRINT_CREDIT, document.corrects) if isinstance(document, CreditNote) else (PRINT, document.id)
    tx.commit(Event(about[0], "INVOICE", about[1], patient=patient, note=document.number))
    return len(before) + 1


@idempotent
def mail(scope: Scope, *, patient: Patient, billed: Billed, once: Once | None = None) -> str:
    """It waits until it is sent. Returns its id. Raises Refused where nothing can be sent to this person."""
    scope.require(Permission.MONEY_TAKE)
    invoice = billed.invoice
    for each in (patient, invoice):
        scope.must_hold(each)
    if billed.settlement.state == VOID:
        raise VOID_ALREADY
    try:
        recipients(scope, patient, clock.today(accounts.clinic(scope.clinic_id).time_zone))
    except Unreachable as no:
        raise Refused(f"{no.reason}. Print it instead.") from None
    tx, id = Transaction(scope, once=once), f"{invoice.id}-{clock.new_id()}"
    at, due = Mailing.at(invoice.patient_id, id), keys.mailing_due(scope.clinic_id, tx.at, id)
    tx.put(
        Mailing(pk=at.pk, sk=at.sk, id=id, patient_id=invoice.patient_id, bill_id=invoice.id, number=invoice.number,
                by=scope.actor.name, state=WAITING, gsi1pk=due.pk, gsi1sk=due.sk)
    )  # fmt: skip
    return tx.commit(Event(ASK, "INVOICE", invoice.id, patient=invoice.patient_id, note=invoice.number), result=id)


def send_waiting(scope: Scope, draw: Draw) -> Counter[str]:
    """Everything that waits in one clinic; `draw` makes the PDF. Counts sent and failed. Raises MailDown."""
    done: Counter[str] = Counter()
    page = query(scope, keys.mailings_due(scope.clinic_id, clock.stamp()), limit=PAGE)
    for row in page.rows:
        with suppress(Stale):  # another process has it
            done[_deliver(scope, row["PK"], row["id"], row["GSI1SK"], draw)] += 1
    return +Counter({name: count for name, count in done.items() if name})


def _deliver(scope: Scope, pk: str, id: str, seen: str, draw: Draw) -> str:
    """What became of it; empty where the index lags behind it."""
    patient_id = keys.parse_patient(pk)
    found = get_many(scope, [Mailing.at(patient_id, id)]).of(Mailing)
    if not found or found[0].gsi1sk != seen:
        return ""
    (mailing,) = found
    _claim(scope, mailing)
    settled = get_many(scope, [Settlement.at(patient_id, mailing.bill_id)]).of(Settlement)
    patient = survivors(scope, [patient_id])[patient_id]
    try:
        to = recipients(scope, patient, clock.today(accounts.clinic(scope.clinic_id).time_zone))
        if settled[0].state == VOID:
            raise Unreachable(IS_VOID)
        pdf = draw(scope, mailing)
        for each in to:
            send(_letter(scope, mailing, each, pdf))
    except Unreachable as no:
        return _end(scope, mailing, FAILED, reason=no.reason)
    except MailRefused:
        return _end(scope, mailing, FAILED, reason=NOT_TAKEN)
    except MailDown:
        _later(scope, mailing)
        raise
    return _end(scope, mailing, SENT, to=", ".join(masked(each.address) for each in to))


def came_back(scope: Scope, found: Bounce) -> bool:
    """The mail service says that an invoice did not arrive: it says so, and to that address nothing is sent any more.

    Returns whether that is new. Raises NotFound.
    """
    mailing = get(scope, Mailing, Mailing.at(found.patient_id, found.item))
    if mailing.state != SENT:
        return False
    tx, patient = Transaction(scope), survivors(scope, [mailing.patient_id])[mailing.patient_id]
    tx.change_row(mailing.key, sets={"state": BOUNCED, "reason": found.reason}, when={"state": SENT}, refusal=Stale)
    for each in whose_address(scope, patient, found.addresses):
        add_bounce(tx, each, found.reason)
    tx.commit(Event(CAME_BACK, "INVOICE", mailing.bill_id, patient=mailing.patient_id, note=found.reason))
    return True


def _letter(scope: Scope, mailing: Mailing, to: Recipient, pdf: bytes) -> Mail:
    clinic = accounts.clinic(scope.clinic_id)
    how = language(to.language or clinic.locale)
    reference = f"{clinic.id}/{mailing.patient_id}/{mailing.bill_id}/{mailing.id}"
    return Mail(to.address, subject_of(clinic.name, how), text_of(clinic.name, how), "", "", clinic.name,
                reference, pdf, f"{mailing.number}.pdf")  # fmt: skip


def _claim(scope: Scope, mailing: Mailing) -> None:
    _place(scope, mailing, LEASE, tries=int(mailing.tries) + 1)


def _later(scope: Scope, mailing: Mailing) -> None:
    """2, 4, 8 … minutes, at most an hour."""
    _place(scope, mailing, timedelta(minutes=min(60, 2 ** int(mailing.tries))), tries=int(mailing.tries))


def _place(scope: Scope, mailing: Mailing, wait: timedelta, *, tries: int) -> None:
    due, tx = keys.mailing_due(scope.clinic_id, clock.stamp(clock.now() + wait), mailing.id), Transaction(scope)
    _change(tx, mailing, {"GSI1SK": due.sk, "tries": tries})
    tx.commit(Event(BEGIN, "INVOICE", mailing.bill_id, patient=mailing.patient_id, note=f"try {tries}"))
    mailing.gsi1sk, mailing.tries = due.sk, tries


def _end(scope: Scope, mailing: Mailing, state: str, *, to: str = "", reason: str = "") -> str:
    tx = Transaction(scope)
    _change(tx, mailing, {"state": state, "to": to, "reason": reason, "leftAt": tx.at, "GSI1PK": None, "GSI1SK": None})
    action = LEFT if state == SENT else NOT_LEFT
    tx.commit(Event(action, "INVOICE", mailing.bill_id, patient=mailing.patient_id, note=reason))
    return state


def _change(tx: Transaction, mailing: Mailing, sets: Mapping[str, Any]) -> None:
    """On the condition that it is where it was seen."""
    tx.change_row(mailing.key, sets=sets, when={"GSI1SK": mailing.gsi1sk}, refusal=Stale)
