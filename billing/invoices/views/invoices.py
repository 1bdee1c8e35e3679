"""An invoice: on screen, and on paper as A4, Letter or a receipt."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from billing import queries
from billing.claims import rows as claim_rows
from billing.invoices import rows
from billing.invoices.views.papers import CSV, handed_out, wanted
from billing.ledger import queries as ledger
from billing.ledger.queries import Billed
from billing.lines import MoneyLine
from billing.mailing.queries import mailings
from billing.mailing.rows import mailing_rows
from billing.mailing.services import note_printing
from billing.mailing.views import MAIL
from billing.models import CREDITED, VOID, Entry
from billing.payments import services as payments
from billing.payments.forms import UNDO, TakeForm, WriteOffForm
from clinnet import clock
from clinnet.accounts.access import ClinicRequest, needs
from clinnet.accounts.permissions import Permission
from clinnet.documents import Paper
from clinnet.forms.base import button
from clinnet.table import Once
from clinnet.table.errors import Refused
from clinnet.toasts import say
from patients.access import about_patient
from patients.models import Patient


def paper_of(
    request: ClinicRequest, billed: Billed, entries: list[Entry] | None = None, *, copy: int = 1
) -> rows.InvoicePaper:
    entries = ledger.entries_about(request.scope, billed.invoice) if entries is None else entries
    return rows.paper(billed, entries, queries.setup(request.scope), request.scope.actor.name, copy=copy)


@needs(Permission.MONEY_READ)
@require_safe
@about_patient
def invoice(request: ClinicRequest, patient: Patient, bill_id: str) -> HttpResponse:
    billed = ledger.billed_of(request.scope, patient, bill_id)
    entries = ledger.entries_about(request.scope, billed.invoice)
    state = billed.settlement.state or ""
    shown: dict[str, object] = {
        "paper": paper_of(request, billed, entries),
        "billed": billed,
        "state": rows.STATES[state],
        "icon": rows.ICONS[state],
        "mark": rows.MARKS[state],
        "usual": Paper.usual(request.clinic.country),
        "receipt": Paper.RECEIPT,
        "copies": mailing_rows(mailings(request.scope, billed.invoice), request.clinic),
        "claims": _claims(request, billed),
        "may_work": request.scope.may(Permission.MONEY_CORRECT),
        "own_primary": True,
        "may_take": request.scope.may(Permission.MONEY_TAKE) and bool(billed.settlement.open),
        "may_write_off": request.scope.may(Permission.MONEY_CORRECT) and bool(billed.settlement.open),
        "may_credit": request.scope.may(Permission.MONEY_CORRECT) and state not in (VOID, CREDITED),
    }
    if request.scope.may(Permission.MONEY_TAKE) and state != VOID:
        shown["mail"] = button(request, MAIL, about=bill_id)
    if payments.may_undo(request.scope, billed, entries):
        shown["undo"] = button(request, UNDO, about=bill_id)
    return render(request, "billing/invoices/invoice.html", shown)


def _claims(request: ClinicRequest, billed: Billed) -> list[claim_rows.ClaimRow]:
    found = [(each.id, MoneyLine.unpack(each.line)) for each in billed.claims]
    return claim_rows.claim_rows(found, queries.setup(request.scope), clock.today(request.clinic.time_zone))


@needs(Permission.MONEY_READ)
@require_safe
@about_patient
def on_paper(request: ClinicRequest, patient: Patient, bill_id: str, paper: str) -> HttpResponse:
    """A PDF is a copy, which the invoice's page names."""
    billed = ledger.billed_of(request.scope, patient, bill_id)
    copy = note_printing(request.scope, billed.invoice, wanted(paper)) if paper != CSV else 1
    return handed_out(request, paper_of(request, billed, copy=copy), paper)


@needs(Permission.MONEY_TAKE)
@about_patient
def take(request: ClinicRequest, patient: Patient, bill_id: str) -> HttpResponse:
    """Money for what is open of it."""
    billed = ledger.billed_of(request.scope, patient, bill_id)
    account = ledger.account(request.scope, billed.invoice.patient_id)
    form = TakeForm(request, account, about=bill_id)
    known = queries.setup(request.scope)
    if form.run(lambda once: _take(request, form, billed, once)):
        say(request, f"Taken for {billed.invoice.number}.")
        return redirect("billing:invoice", request.scope.clinic_id, patient.id, bill_id)
    shown = {
        "form": form,
        "billed": billed,
        "save": "Take",
        "own_primary": True,
        "open": known.sum(int(billed.settlement.open)),
        "minor": int(billed.settlement.open),
        "credit": known.sum(account.credit) if account.credit else "",
        "of_credit": account.credit,
    }
    return render(request, "billing/invoices/take.html", shown, status=422 if form.is_bound else 200)


def _take(request: ClinicRequest, form: TakeForm, billed: Billed, once: Once) -> str:
    still_open, known = int(billed.settlement.open), queries.setup(request.scope)
    entries = ledger.entries_about(request.scope, billed.invoice)
    credit = form.account.credit if "credit" in form.fields else 0
    form.expect(still_open, Refused(rows.meanwhile(entries, still_open, known)), credit=credit)
    return payments.take(request.scope, billed=billed, taken=form.taken, once=once)


@needs(Permission.MONEY_CORRECT)
@about_patient
def write_off(request: ClinicRequest, patient: Patient, bill_id: str) -> HttpResponse:
    """What is open of it is not asked for any more."""
    billed = ledger.billed_of(request.scope, patient, bill_id)
    form, minor = WriteOffForm(request, about=bill_id), int(billed.settlement.open)
    still_open = queries.setup(request.scope).sum(minor)
    if form.run(lambda once: _write_off(request, form, billed, once)):
        say(request, f"{still_open} of {billed.invoice.number} is written off.")
        return redirect("billing:invoice", request.scope.clinic_id, patient.id, bill_id)
    shown = {
        "form": form,
        "billed": billed,
        "own_primary": True,
        "open": still_open,
        "minor": minor,
        "save": "Write off",
    }
    return render(request, "billing/invoices/write_off.html", shown, status=422 if form.is_bound else 200)


def _write_off(request: ClinicRequest, form: WriteOffForm, billed: Billed, once: Once) -> None:
    form.expect(int(billed.settlement.open))
    payments.write_off(request.scope, billed=billed, reason=form.cleaned_data["reason"], once=once)
