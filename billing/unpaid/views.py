"""The list of what is unpaid."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from billing import queries as billing
from billing.rules.ageing import chosen_of
from billing.unpaid import queries, rows
from clinnet import clock
from clinnet.accounts.access import ClinicRequest, needs
from clinnet.accounts.permissions import Permission


@needs(Permission.MONEY_READ)
@require_safe
def unpaid(request: ClinicRequest, clinic: str) -> HttpResponse:
    """`?age=` is the number of a column, `?after=` the cursor of a page."""
    chosen = chosen_of(request.GET.get("age", ""))
    today, after = clock.today(request.clinic.time_zone), request.GET.get("after", "")
    found = queries.unpaid(request.scope, today, chosen, after)
    shown = {
        "unpaid": rows.unpaid(found, billing.setup(request.scope), today, chosen),
        "chosen": chosen,
        "paged": bool(after),
        "may_remind": request.scope.may(Permission.MONEY_TAKE),
        "may_write_off": request.scope.may(Permission.MONEY_CORRECT),
    }
    return render(request, "billing/unpaid/list.html", shown)
