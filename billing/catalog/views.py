"""The catalogue: a list, and a page for each service."""

from functools import partial

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from billing import queries
from billing.catalog import rows, services
from billing.catalog.forms import ServiceForm
from clinnet import formats
from clinnet.accounts.access import ClinicRequest, needs
from clinnet.accounts.permissions import Permission
from clinnet.addresses import back, onward
from clinnet.console import history
from clinnet.toasts import say


@needs(Permission.MONEY_READ)
@require_safe
def listed(request: ClinicRequest, clinic: str) -> HttpResponse:
    known, today = queries.setup(request.scope), formats.today(request.clinic)
    found = [
        {
            "item": each,
            "price": "–" if (price := each.price_on(today)) is None else known.show(price),
            "later": rows.later(each, known, today),
            "tax": "by its parts" if each.parts else rows.tax(known.rate_on(each, today)),
        }
        for each in sorted(known.catalog.values(), key=lambda each: (not each.active, each.name.casefold()))
    ]
    shown = {"rows": found, "may_change": request.scope.may(Permission.CATALOGUE), "currency": request.clinic.money}
    return render(request, "billing/catalog/list.html", shown)


@needs(Permission.CATALOGUE)
def service(request: ClinicRequest, clinic: str, code: str = "") -> HttpResponse:
    item = queries.catalog_item(request.scope, code) if code else None
    form = history.begun(request, item, partial(ServiceForm, request))
    if form.run(lambda once: services.save(request.scope, item=item, **form.values, once=once)):
        say(request, "Saved.")
        return redirect(onward(request, back(request, clinic, "billing:catalogue")))
    prices = rows.prices(item, queries.setup(request.scope), formats.today(request.clinic)) if item else []
    shown = {"form": form, "item": item, "prices": prices}
    return render(request, "billing/catalog/service.html", shown, status=422 if form.is_bound else 200)
