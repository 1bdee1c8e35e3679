"""Cost: what the pages of a month cost, on screen and as a file."""

from datetime import timedelta

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from clinnet import clock
from clinnet.accounts.access import ClinicRequest, needs
from clinnet.accounts.permissions import Permission
from clinnet.console import costs
from clinnet.console.costs import Prices
from clinnet.console.shows import Reader
from clinnet.console.tables import as_csv


@needs(Permission.CLINIC_MANAGE, Permission.COST_READ)
@require_safe
def cost(request: ClinicRequest, clinic: str) -> HttpResponse:
    now = clock.now().date().replace(day=1)  # of UTC
    first = min(costs.first_of(request.GET.get("month", "")) or now, now)
    report = costs.month(Reader(request.scope, request.clinic), f"{first:%Y-%m}")
    if "file" in request.GET:
        answer = HttpResponse(as_csv(report.tables, request.clinic.locale), content_type="text/csv; charset=utf-8")
        answer["Content-Disposition"] = f'attachment; filename="cost-{first:%Y-%m}.csv"'
        return answer
    shown = {
        "report": report,
        "title": f"{first:%B %Y}",
        "month": f"{first:%Y-%m}",
        "prices": Prices.now(),
        "before": f"{first - timedelta(days=1):%Y-%m}",
        "after": f"{first + timedelta(days=31):%Y-%m}" if first < now else "",
    }
    return render(request, "console/costs.html", shown)
