"""The pages of a price list and of a tax class. Their lists are among the management pages."""

from collections.abc import Callable
from functools import partial

from django.http import HttpResponse
from django.shortcuts import redirect, render

from billing import queries
from billing.pricing import services
from billing.pricing.forms import PriceListForm, TaxClassForm
from clinnet.accounts.access import ClinicRequest, needs
from clinnet.accounts.permissions import Permission
from clinnet.addresses import back, onward
from clinnet.console import history
from clinnet.forms.base import ClinicForm
from clinnet.table import Once
from clinnet.toasts import say

PRICE_LIST = "Prices that some payers have agreed on. A service without a price of it costs the usual one."
TAX_CLASS = "What services are taxed as. Where the rate changes, it changes for all of them, from its day on."


@needs(Permission.CATALOGUE)
def price_list(request: ClinicRequest, clinic: str, list_id: str = "") -> HttpResponse:
    found = queries.price_list(request.scope, list_id) if list_id else None
    form = history.begun(request, found, partial(PriceListForm, request))

    def save(once: Once) -> str:
        return services.save_price_list(request.scope, price_list=found, **form.cleaned_data, once=once)

    return setting_page(request, form, save, named=found.name if found else "", new="New price list", about=PRICE_LIST)


@needs(Permission.CATALOGUE)
def tax_class(request: ClinicRequest, clinic: str, class_id: str = "") -> HttpResponse:
    found = queries.tax_class(request.scope, class_id) if class_id else None
    form = history.begun(request, found, partial(TaxClassForm, request))

    def save(once: Once) -> str:
        return services.save_tax_class(request.scope, tax_class=found, **form.cleaned_data, once=once)

    return setting_page(request, form, save, named=found.name if found else "", new="New tax class", about=TAX_CLASS)


def setting_page(
    request: ClinicRequest,
    form: ClinicForm,
    save: Callable[[Once], str],
    *,
    named: str,
    new: str,
    about: str,
    home: str = "billing:catalogue",
) -> HttpResponse:
    """`named` is what it is called, empty of a `new` one; `home` is where the form leads once it is saved."""
    there = back(request, request.scope.clinic_id, home)
    if form.run(save):
        say(request, "Saved.")
        return redirect(onward(request, there))
    shown = {"form": form, "named": named, "new": new, "about": about, "back": there}
    return render(request, "billing/setting.html", shown, status=422 if form.is_bound else 200)
