"""What a day, a month, a quarter or a year came to: on screen, and as a file for the accountant."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from billing import queries as billing
from billing.reports import queries, rows
from billing.reports.rules import DAY, MONTH, NAMES, OTHER, QUARTER, YEAR, Period, name, period
from clinnet import clock, formats
from clinnet.accounts.access import ClinicRequest, needs
from clinnet.accounts.permissions import Permission
from clinnet.console.tables import Table, as_csv
from clinnet.table.errors import NotFound
from scheduling import words
from scheduling.calendar.queries.setup import setup as schedule


@needs(Permission.MONEY_REPORT)
@require_safe
def report(request: ClinicRequest, clinic: str, period: str = "") -> HttpResponse:
    """`period` as reports/rules.py names it; without one it is this month."""
    wanted, today = _period(request, period), clock.today(request.clinic.time_zone)
    found = queries.sums(request.scope, wanted)
    shown = {
        "tables": _tables(request, found),
        "period": wanted,
        "title": _title(request, wanted),
        "kinds": [(kind, name(kind, min(today, wanted.last)), kind == wanted.kind) for kind in NAMES],
        "is_latest": wanted.last >= today,
        "sums": found,
        "proved": _proved(request),
    }
    return render(request, "billing/reports/report.html", shown)


@needs(Permission.MONEY_REPORT)
@require_safe
def file(request: ClinicRequest, clinic: str, period: str) -> HttpResponse:
    wanted = _period(request, period)
    found = _tables(request, queries.sums(request.scope, wanted))
    answer = HttpResponse(as_csv(found, request.clinic.locale), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="money-{wanted.name}.csv"'
    return answer


def _period(request: ClinicRequest, text: str) -> Period:
    """Raises NotFound for what is none."""
    try:
        return period(text or name(MONTH, clock.today(request.clinic.time_zone)))
    except ValueError:
        raise NotFound from None


def _tables(request: ClinicRequest, found: queries.Sums) -> list[Table]:
    people = {each.id: words.short(each) for each in schedule(request.scope).practitioners}
    return rows.tables(found, billing.setup(request.scope), people)


def _title(request: ClinicRequest, wanted: Period) -> str:
    first, last = wanted.first, wanted.last
    return {
        DAY: formats.date(first.isoformat(), request.clinic),
        MONTH: f"{first:%B %Y}",
        QUARTER: f"{first:%B} to {last:%B %Y}",
        YEAR: f"{first:%Y}",
        OTHER: f"{formats.date(first.isoformat(), request.clinic)} to {formats.date(last.isoformat(), request.clinic)}",
    }[wanted.kind]


def _proved(request: ClinicRequest) -> dict[str, Any]:
    """When the books were held against themselves last, and what did not agree."""
    found = queries.proof(request.scope)
    return {"when": formats.when(found.at, request.clinic), "wrong": found.wrong} if found else {}
