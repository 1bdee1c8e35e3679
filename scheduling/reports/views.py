"""The report of a month's visits: on screen, as a file, and counted at once where a night has not done it."""

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


@needs(Permission.CLINIC_MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def month(request: ClinicRequest, clinic: str) -> HttpResponse:
    this = clock.today(request.clinic.time_zone).replace(day=1)
    first = min(_first(request.GET.get("month", "")) or this, this)
    form = button(request, "count days", about=f"{first:%Y-%m}")
    if done := form.run(lambda once: services.count_month(request.scope, first=first, once=once)):
        say(request, f"{done.result} days were counted.")
        return redirect(f"{request.path}?month={first:%Y-%m}")
    found = queries.month(request.scope, first)
    tables = rows.tables(found, setup(request.scope))
    if "file" in request.GET:
        answer = HttpResponse(as_csv(tables, request.clinic.locale), content_type="text/csv; charset=utf-8")
        answer["Content-Disposition"] = f'attachment; filename="visits-{first:%Y-%m}.csv"'
        return answer
    shown = {
        "tables": tables, "found": found, "form": form, "month": f"{first:%Y-%m}", "title": f"{first:%B %Y}",
        "bars": rows.bars(found.days.values()), "width": rows.WIDTH, "height": rows.HEIGHT,
        "until": formats.date(found.until, request.clinic) if found.until else "",
        "before": f"{first - timedelta(days=1):%Y-%m}",
        "after": f"{first + timedelta(days=31):%Y-%m}" if first < this else "",
    }  # fmt: skip
    return render(request, "scheduling/reports/month.html", shown)


def _first(name: str) -> date | None:
    """Raises NotFound for what is no month."""
    try:
        return date.fromisoformat(f"{name}-01") if name else None
    except ValueError:
        raise NotFound from None
