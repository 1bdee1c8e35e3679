"""What a day, a month, a quarter, a year or any days came to: on screen, on paper, and as a file for the accountant."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from billing import queries as billing
from billing.reports import queries, rows
from billing.reports.rules import MONTH, NAMES, OTHER, TO, Period, name, period
from clinnet import clock, formats
from clinnet.accounts.access import ClinicRequest, needs
from clinnet.accounts.permissions import Permission
from clinnet.console.tables import as_csv
from clinnet.documents import Document, Head, Paper
from clinnet.table.errors import NotFound
from clinnet.toasts import warn
from scheduling import words
from scheduling.calendar.queries.setup import setup as schedule

NO_DAYS = "Choose two days, the earlier one first, with two years between them at most."
TEMPLATE = "billing/reports/report.typ"


@needs(Permission.MONEY_REPORT)
@require_safe
def report(request: ClinicRequest, clinic: str, period: str = "") -> HttpResponse:
    """`period` as reports/rules.py names it; without one it is this month, or `?from=` and `&to=` are days."""
    if "from" in request.GET:
        return _chosen(request)
    wanted, today = _period(request, period), clock.today(request.clinic.time_zone)
    shown = {
        "report": _report(request, wanted),
        "period": wanted,
        "kinds": [(kind, name(kind, min(today, wanted.last)), kind == wanted.kind) for kind in NAMES],
        "other": OTHER,
        "is_latest": wanted.last >= today,
        "proved": _proved(request),
    }
    return render(request, "billing/reports/report.html", shown)


def _chosen(request: ClinicRequest) -> HttpResponse:
    """To the address of the days that were chosen."""
    name = TO.join((request.GET["from"], request.GET.get("to", "")))
    try:
        return redirect("billing:report-of", request.scope.clinic_id, period(name).name)
    except ValueError:
        warn(request, NO_DAYS)
        return redirect("billing:reports", request.scope.clinic_id)


@needs(Permission.MONEY_REPORT)
@require_safe
def file(request: ClinicRequest, clinic: str, period: str) -> HttpResponse:
    wanted = _period(request, period)
    found = _report(request, wanted)
    csv = as_csv(found.tables, request.clinic.locale, found.notes)
    answer = HttpResponse(csv, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="money-{wanted.name}.csv"'
    return answer


@needs(Permission.MONEY_REPORT)
@require_safe
def on_paper(request: ClinicRequest, clinic: str, period: str) -> HttpResponse:
    wanted = _period(request, period)
    found, on = _report(request, wanted), Paper.usual(request.clinic.country)
    pdf = Document(f"Report {found.title}", TEMPLATE, found, on, Head.of(request.clinic)).render()
    answer = HttpResponse(pdf, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="money-{wanted.name}.pdf"'
    return answer


def _period(request: ClinicRequest, text: str) -> Period:
    """Raises NotFound for what is none."""
    try:
        return period(text or name(MONTH, clock.today(request.clinic.time_zone)))
    except ValueError:
        raise NotFound from None


def _report(request: ClinicRequest, wanted: Period) -> rows.Report:
    people = {each.id: words.short(each) for each in schedule(request.scope).practitioners}
    known, by = billing.setup(request.scope), request.scope.actor.name
    return rows.report(queries.sums(request.scope, wanted), wanted, known, people, by)


def _proved(request: ClinicRequest) -> dict[str, Any]:
    """When the books were held against themselves last, and what did not agree."""
    found = queries.proof(request.scope)
    return {"when": formats.when(found.at, request.clinic), "wrong": found.wrong} if found else {}
