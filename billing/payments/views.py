"""A patient's Money tab: what they owe, and their invoices and payments."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from billing import queries
from billing.ledger import queries as ledger
from billing.payments import rows
from clinnet.accounts.access import ClinicRequest, needs
from clinnet.accounts.permissions import Permission
from patients.access import about_patient
from patients.models import Patient


@needs(Permission.MONEY_READ)
@require_safe
@about_patient
def money(request: ClinicRequest, patient: Patient) -> HttpResponse:
    known = queries.setup(request.scope)
    accounts = ledger.accounts(request.scope, patient)
    credit, owed = (sum(getattr(each, name) for each in accounts) for name in ("credit", "balance"))
    shown = {
        "rows": rows.money_rows(ledger.lines_of(request.scope, patient), known), "patient": patient,
        "owes": known.sum(owed + credit), "credit": known.sum(credit) if credit else "",
        "own_primary": True, "may_take": request.scope.may(Permission.MONEY_TAKE), "most": ledger.MOST,
    }  # fmt: skip
    return render(request, "billing/payments/money.html", shown)
