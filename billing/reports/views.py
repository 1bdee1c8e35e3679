"""A month's report: on screen, and as a file for the accountant."""

from datetime import date, timedelta

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from billing import queries as billing
from billing.reports import queries, rows
from clinnet import clock
from clinnet.accounts.access import ClinicRequest, needs
from clinnet.accounts.permissions import Permission
from clinnet.console.tables import as_csv
from clinnet.table.errors import NotFound


def _month(request: ClinicRequest, name: str) -> date:
    """Its first day; without a name this month's. Raises NotFound for what is none."""
    try:
        return date.fromisoformat(f"{name}-01") if name else clock.today(request.clinic.time_zone).replace(day=1)
    except ValueError:
        raise NotFound from None


@needs(Permission.MONEY_REPORT)
@require_safe
def month(request: ClinicRequest, clinic: str, month: str = "") -> HttpResponse:
    first = _month(request, month)
    found = queries.month(request.scope, f"{first:%Y-%m}")
    shown = {
        "tables": rows.tables(found, billing.setup(request.scope)),
        "month": found.name,
        "title": f"{first:%B %Y}",
        "before": f"{first - timedelta(days=1):%Y-%m}",
        "after": f"{first + timedelta(days=31):%Y-%m}",
        "is_latest": first >= clock.today(request.clinic.time_zone).replace(day=1),
    }
    return render(request, "billing/reports/month.html", shown)


@needs(Permission.MONEY_REPORT)
@require_safe
def month_file(request: ClinicRequest, clinic: str, month: str) -> HttpResponse:
    first = _month(request, month)
    found = rows.tables(queries.month(request.scope, f"{first:%Y-%m}"), billing.setup(request.scope))
    answer = HttpResponse(as_csv(found, request.clinic.locale), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="money-{first:%Y-%m}.csv"'
    return answer
