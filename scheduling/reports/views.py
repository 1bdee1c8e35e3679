"""The report of the visits of a month or a year: shown, as a file, counted at once where no night did it."""

from collections.abc import Mapping
from datetime import date, timedelta

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from clinnet import clock, formats
from clinnet.accounts.access import ClinicRequest, needs
from clinnet.accounts.permissions import Permission
from clinnet.console.tables import as_csv
from clinnet.forms.base import button
from clinnet.table.errors import NotFound
from clinnet.toasts import say
from scheduling.calendar.queries.setup import setup
from scheduling.reports import queries, rows, services
from scheduling.reports.queries import Month


@needs(Permission.CLINIC_MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def month(request: ClinicRequest, clinic: str) -> HttpResponse:
    if "year" in request.GET:
        return _year(request)
    this = clock.today(request.clinic.time_zone).replace(day=1)
    first = min(_first(request.GET.get("month", "")) or this, this)
    form = button(request, "count days", about=f"{first:%Y-%m}")
    if done := form.run(lambda once: services.count_month(request.scope, first=first, once=once)):
        say(request, f"{done.result} days were counted.")
        return redirect(f"{request.path}?month={first:%Y-%m}")
    shown = {
        "form": form, "title": f"{first:%B %Y}", "kind": "Month", "bars_title": "Visits a day",
        "asked": f"month={first:%Y-%m}",
        "before": f"month={first - timedelta(days=1):%Y-%m}",
        "after": f"month={first + timedelta(days=31):%Y-%m}" if first < this else "", "other": f"year={first:%Y}",
    }  # fmt: skip
    return _page(request, queries.month(request.scope, first), f"{first:%Y-%m}", shown)


def _year(request: ClinicRequest) -> HttpResponse:
    """Raises NotFound for what is no year."""
    this = clock.today(request.clinic.time_zone)
    first = min(_first(f"{request.GET['year']}-01") or this, this)
    shown = {
        "title": f"{first:%Y}", "kind": "Year", "bars_title": "Visits a month", "asked": f"year={first:%Y}",
        "before": f"year={first.year - 1:04}", "after": f"year={first.year + 1}" if first.year < this.year else "",
        "other": f"month={this:%Y-%m}",
    }  # fmt: skip
    return _page(request, queries.year(request.scope, first.year), f"{first:%Y}", shown)


def _page(request: ClinicRequest, found: Month, name: str, asked: Mapping[str, object]) -> HttpResponse:
    tables = rows.tables(found, setup(request.scope), of_year=asked["kind"] == "Year")
    if "file" in request.GET:
        answer = HttpResponse(as_csv(tables, request.clinic.locale), content_type="text/csv; charset=utf-8")
        answer["Content-Disposition"] = f'attachment; filename="visits-{name}.csv"'
        return answer
    shown = {
        **asked,
        "tables": tables, "found": found, "bars": rows.bars(found.chart or found.days.values()), "width": rows.WIDTH,
        "height": rows.HEIGHT, "until": formats.date(found.until, request.clinic) if found.until else "",
    }  # fmt: skip
    return render(request, "scheduling/reports/month.html", shown)


def _first(name: str) -> date | None:
    """Raises NotFound for what is no month."""
    try:
        return date.fromisoformat(f"{name}-01") if name else None
    except ValueError:
        raise NotFound from None
