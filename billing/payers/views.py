"""A payer's page. The list is among the management pages."""

from django.http import HttpResponse
from django.shortcuts import redirect, render

from billing import queries
from billing.payers import services
from billing.payers.forms import PayerForm
from clinnet.accounts.access import ClinicRequest, needs
from clinnet.accounts.permissions import Permission
from clinnet.addresses import back
from clinnet.toasts import say

PAYER = "An insurer or an employer, who pays a part of patients' invoices."


@needs(Permission.CATALOGUE)
def payer(request: ClinicRequest, clinic: str, payer_id: str = "") -> HttpResponse:
    found = queries.payer(request.scope, payer_id) if payer_id else None
    form = PayerForm(request, found)
    if form.run(lambda once: services.save_payer(request.scope, payer=found, **form.cleaned_data, once=once)):
        say(request, "Saved.")
        return redirect(back(request, clinic, "billing:claims"))
    shown = {"form": form, "named": found.name if found else "", "new": "New payer", "about": PAYER,
             "back": back(request, clinic, "billing:claims")}  # fmt: skip
    return render(request, "billing/setting.html", shown, status=422 if form.is_bound else 200)
