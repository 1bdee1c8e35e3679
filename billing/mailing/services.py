"""Copies of invoices and credit notes: each that is printed is written down; an invoice goes by e-mail too."""

from billing.ledger.queries import Billed
from billing.mailing.models import PRINTED, Mailing
from billing.mailing.queries import mailings
from billing.models import VOID, CreditNote, Invoice, Settlement
from clinnet import clock
from clinnet.accounts import queries as accounts
from clinnet.accounts.permissions import Permission
from clinnet.table import Action, Event, Once, Scope, Transaction, get, keys
from clinnet.table.errors import Refused
from clinnet.table.once import idempotent
from patients.models import Patient
from scheduling.messages.queries.recipients import Unreachable, recipients
from scheduling.messages.rules.attached import FAILED, WAITING
from scheduling.messages.services.posting import Draw, Enclosed, Post, Steps

PRINT = Action("invoice.print", "printed an invoice")
PRINT_CREDIT = Action("invoice.print-credit", "printed a credit note")
ASK = Action("invoice.mail", "asked for an invoice to be e-mailed")

INVOICES = Steps(
    begun=Action("invoice.mail-begin", "began to e-mail an invoice"),
    left=Action("invoice.mailed", "e-mailed an invoice"),
    not_left=Action("invoice.not-mailed", "could not e-mail an invoice"),
    returned=Action("invoice.mail-bounced", "got an e-mailed invoice back"),
)
STATEMENTS = Steps(
    begun=Action("statement.mail-begin", "began to e-mail a statement"),
    left=Action("statement.mailed", "e-mailed a statement"),
    not_left=Action("statement.not-mailed", "could not e-mail a statement"),
    returned=Action("statement.mail-bounced", "got an e-mailed statement back"),
)

STATEMENT = "statement"  # as a bill's id: of a mailing that is of no invoice
IS_VOID = "The invoice was made void"
VOID_ALREADY = Refused("A void invoice is not e-mailed.")


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


def put_statement(tx: Transaction, patient: Patient) -> None:
    """The step that lets a statement wait to be e-mailed. What it says is drawn when it leaves."""
    id = f"{STATEMENT}-{clock.new_id()}"
    at, due = Mailing.at(patient.id, id), keys.mailing_due(tx.scope.clinic_id, tx.at, id)
    tx.put(
        Mailing(pk=at.pk, sk=at.sk, id=id, patient_id=patient.id, bill_id=STATEMENT, number=STATEMENT,
                by=tx.scope.actor.name, state=WAITING, gsi1pk=due.pk, gsi1sk=due.sk)
    )  # fmt: skip


def _enclosed(scope: Scope, mailing: Mailing, draw: Draw) -> Enclosed:
    if mailing.bill_id == STATEMENT:
        return Enclosed(STATEMENT, draw(scope, mailing))
    if get(scope, Settlement, Settlement.at(mailing.patient_id, mailing.bill_id)).state == VOID:
        raise Unreachable(IS_VOID)
    return Enclosed(mailing.number, draw(scope, mailing))


POST = Post(
    Mailing, "INVOICE", lambda mailing: mailing.bill_id, keys.mailing_due, keys.mailings_due,
    lambda mailing: STATEMENTS if mailing.bill_id == STATEMENT else INVOICES, _enclosed,
)  # fmt: skip
