"""Credit notes: the form that corrects an invoice, and the document."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from billing import queries
from billing.invoices import rows
from billing.invoices.forms import CreditForm
from billing.invoices.services import crediting
from billing.invoices.views.papers import CSV, handed_out, wanted
from billing.ledger import queries as ledger
from billing.mailing.queries import mailings
from billing.mailing.rows import mailing_rows
from billing.mailing.services import note_printing
from clinnet.accounts.access import ClinicRequest, needs
from clinnet.accounts.permissions import Permission
from clinnet.documents import Paper
from clinnet.table import Once
from clinnet.table.errors import Refused
from clinnet.toasts import say
from patients.access import about_patient
from patients.models import Patient


@needs(Permission.MONEY_CORRECT)
@about_patient
def credit(request: ClinicRequest, patient: Patient, bill_id: str) -> HttpResponse:
    """Each change that is typed is sent here with do=look, and only looked at."""
    form = CreditForm(request, ledger.billed_of(request.scope, patient, bill_id))
    if request.POST.get("do") == "look":
        form.is_valid()
        if request.htmx:
            return render(request, "billing/invoices/credit_sum.html", _sum(request, form))
    elif done := form.run(lambda once: _credit(request, form, once)):
        say(request, f"{form.billed.invoice.number} is credited.")
        return redirect("billing:credit-note", request.scope.clinic_id, patient.id, done.result)
    shown = {"form": form, "billed": form.billed, "own_primary": True, **_sum(request, form)}
    return render(request, "billing/invoices/credit.html", shown, status=422 if form.is_bound else 200)


def _credit(request: ClinicRequest, form: CreditForm, once: Once) -> str:
    total = crediting.drawn(form.billed, form.quantities).totals.total
    form.expect(total, credit=_credit_of(form, total))
    reason = form.cleaned_data["reason"]
    return crediting.credit(request.scope, billed=form.billed, quantities=form.quantities, reason=reason, once=once)


def _sum(request: ClinicRequest, form: CreditForm) -> dict[str, object]:
    """What comes off, and what of it becomes credit."""
    known = queries.setup(request.scope)
    try:
        total = crediting.drawn(form.billed, form.quantities).totals.total
    except Refused:
        total = 0
    more = _credit_of(form, total)
    return {
        "total": known.sum(total),
        "minor": total,
        "of_credit": more,
        "becomes_credit": known.sum(more) if more else "",
    }


def _credit_of(form: CreditForm, total: int) -> int:
    """How much of it was paid, and becomes the person's credit."""
    return max(0, total - int(form.billed.settlement.open))


@needs(Permission.MONEY_READ)
@require_safe
@about_patient
def credit_note(request: ClinicRequest, patient: Patient, credit_id: str) -> HttpResponse:
    note = ledger.credit_note(request.scope, patient, credit_id)
    paper = rows.credit_paper(note, queries.setup(request.scope), request.scope.actor.name)
    shown = {
        "paper": paper,
        "note": note,
        "usual": Paper.usual(request.clinic.country),
        "copies": mailing_rows(mailings(request.scope, note), request.clinic),
        "own_primary": True,
    }
    return render(request, "billing/invoices/credit_note.html", shown)


@needs(Permission.MONEY_READ)
@require_safe
@about_patient
def on_paper(request: ClinicRequest, patient: Patient, credit_id: str, paper: str) -> HttpResponse:
    """A PDF is a copy, which the credit note's page names."""
    note = ledger.credit_note(request.scope, patient, credit_id)
    copy = note_printing(request.scope, note, wanted(paper)) if paper != CSV else 1
    shown = rows.credit_paper(note, queries.setup(request.scope), request.scope.actor.name, copy=copy)
    return handed_out(request, shown, paper)
