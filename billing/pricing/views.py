"""The pages of a price list and of a tax class. Their lists are among the management pages."""

from django.http import HttpResponse
from django.shortcuts import redirect, render

from billing import queries
from billing.pricing import services
from billing.pricing.forms import PriceListForm, TaxClassForm
from clinnet.accounts.access import ClinicRequest, needs
from clinnet.accounts.permissions import Permission
from clinnet.addresses import back
from clinnet.toasts import say

PRICE_LIST = "Prices that some payers have agreed on. A service without a price of it costs the usual one."
TAX_CLASS = "What services are taxed as. Where the rate changes, it changes for all of them, from its day on."


@needs(Permission.CATALOGUE)
def price_list(request: ClinicRequest, clinic: str, list_id: str = "") -> HttpResponse:
    found = queries.price_list(request.scope, list_id) if list_id else None
    form = PriceListForm(request, found)
    if form.run(lambda once: services.save_price_list(request.scope, price_list=found, **form.cleaned_data, once=once)):
        say(request, "Saved.")
        return redirect(back(request, clinic, "billing:catalogue"))
    shown = {"form": form, "named": found.name if found else "", "new": "New price list", "about": PRICE_LIST,
             "back": back(request, clinic, "billing:catalogue")}  # fmt: skip
    return render(request, "billing/setting.html", shown, status=422 if form.is_bound else 200)


@needs(Permission.CATALOGUE)
def tax_class(request: ClinicRequest, clinic: str, class_id: str = "") -> HttpResponse:
    found = queries.tax_class(request.scope, class_id) if class_id else None
    form = TaxClassForm(request, found)
    if form.run(lambda once: services.save_tax_class(request.scope, tax_class=found, **form.cleaned_data, once=once)):
        say(request, "Saved.")
        return redirect(back(request, clinic, "billing:catalogue"))
    shown = {"form": form, "named": found.name if found else "", "new": "New tax class", "about": TAX_CLASS,
             "back": back(request, clinic, "billing:catalogue")}  # fmt: skip
    return render(request, "billing/setting.html", shown, status=422 if form.is_bound else 200)
