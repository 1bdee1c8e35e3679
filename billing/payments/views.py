"""A patient's Money tab: what they owe, and their invoices and payments."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from billing import queries
from billing.bundles import queries as bundles
from billing.ledger import queries as ledger
from billing.payments import rows, services
from billing.payments.forms import DepositForm
from clinnet.accounts.access import ClinicRequest, needs
from clinnet.accounts.permissions import Permission
from clinnet.toasts import say
from patients.access import about_patient
from patients.models import Patient


@needs(Permission.MONEY_TAKE)
@about_patient
def deposit(request: ClinicRequest, patient: Patient) -> HttpResponse:
    """Money for no invoice yet."""
    form, known = DepositForm(request, about=patient.id), queries.setup(request.scope)
    if form.run(
        lambda once: services.deposit(
            request.scope,
            patient=patient,
            method=form.cleaned_data["method"],
            amount=form.cleaned_data["amount"].minor,
            once=once,
        )
    ):
        say(request, f"{known.sum(form.cleaned_data['amount'].minor)} taken as a deposit.")
        return redirect("billing:money", request.scope.clinic_id, patient.id)
    shown = {"form": form, "patient": patient, "own_primary": True}
    return render(request, "billing/payments/deposit.html", shown, status=422 if form.is_bound else 200)


@needs(Permission.MONEY_READ)
@require_safe
@about_patient
def money(request: ClinicRequest, patient: Patient) -> HttpResponse:
    known = queries.setup(request.scope)
    accounts = ledger.accounts(request.scope, patient)
    credit, owed = (sum(getattr(each, name) for each in accounts) for name in ("credit", "balance"))
    found = rows.money_rows(ledger.lines_of(request.scope, patient), known)
    shown = {
        "rows": found,
        "newest": next((each.bill_id for each in found if each.bill_id and each.state), ""),
        "refunded": next((each.payment for each in found if each.payment and not each.payer), ""),
        "patient": patient,
        "owes": known.sum(owed + credit),
        "credit": known.sum(credit) if credit else "",
        "bundles": bundles.bundles(request.scope, patient),
        "own_primary": True,
        "may_take": request.scope.may(Permission.MONEY_TAKE),
        "may_correct": request.scope.may(Permission.MONEY_CORRECT),
        "most": ledger.MOST,
    }
    return render(request, "billing/payments/money.html", shown)
