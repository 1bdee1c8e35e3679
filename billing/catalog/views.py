"""The catalogue: a list, and a page for each service."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from billing import queries
from billing.catalog import services
from billing.catalog.forms import ServiceForm
from billing.models import CatalogItem
from billing.rules import typed
from clinnet import formats
from clinnet.accounts.access import ClinicRequest, needs
from clinnet.accounts.permissions import Permission
from clinnet.addresses import back
from clinnet.toasts import say


@needs(Permission.MONEY_READ)
@require_safe
def listed(request: ClinicRequest, clinic: str) -> HttpResponse:
    known, today = queries.setup(request.scope), formats.today(request.clinic)
    rows = [
        {
            "item": each,
            "price": "–" if (price := each.price_on(today)) is None else known.show(price),
            "later": _later(each, known, today),
            "tax": f"{typed.show(int(each.rate))} %" if each.rate else "exempt",
        }
        for each in sorted(known.catalog.values(), key=lambda each: (not each.active, each.name.casefold()))
    ]
    shown = {"rows": rows, "may_change": request.scope.may(Permission.CATALOGUE), "currency": request.clinic.money}
    return render(request, "billing/catalog/list.html", shown)


def _later(item: CatalogItem, known: queries.MoneySetup, today: str) -> str:
    """ "66.95 from 1 Jan 2027", where a price is to change."""
    found = next((each for each in item.prices if each["from"] > today), None)
    return f"{known.show(int(found['price']))} from {formats.date(found['from'], known.clinic)}" if found else ""


@needs(Permission.CATALOGUE)
def service(request: ClinicRequest, clinic: str, code: str = "") -> HttpResponse:
    item = queries.catalog_item(request.scope, code) if code else None
    form = ServiceForm(request, item)
    if form.run(lambda once: services.save(request.scope, item=item, **form.values, once=once)):
        say(request, "Saved.")
        return redirect(back(request, clinic, "billing:catalogue"))
    return render(
        request, "billing/catalog/service.html", {"form": form, "item": item}, status=422 if form.is_bound else 200
    )
