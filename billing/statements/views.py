"""A person's statement of a year, on screen and on paper."""

from datetime import date

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from billing import queries as billing
from billing.statements import queries, rows
from clinnet import clock
from clinnet.accounts.access import ClinicRequest, needs
from clinnet.accounts.permissions import Permission
from clinnet.documents import Document, Head, Paper
from clinnet.table.errors import NotFound
from patients.access import about_patient
from patients.models import Patient

TEMPLATE = "billing/statements/statement.typ"
YEARS = 6  # that are offered; others are reached by the address


def _account(request: ClinicRequest, patient: Patient, year: str) -> queries.Account:
    """Of a year, and of this year up to today. Raises NotFound for none."""
    today = clock.today(request.clinic.time_zone)
    if not year.isdecimal() or not 2000 <= int(year) <= today.year:
        raise NotFound
    first, last = date(int(year), 1, 1), min(today, date(int(year), 12, 31))
    return queries.account(request.scope, patient, first, last, request.clinic.time_zone)


@needs(Permission.MONEY_READ)
@require_safe
@about_patient
def statement(request: ClinicRequest, patient: Patient, year: str = "") -> HttpResponse:
    this = clock.today(request.clinic.time_zone).year
    account = _account(request, patient, year or str(this))
    made = rows.statement(account, patient, billing.setup(request.scope), request.scope.actor.name)
    shown = {
        "statement": made,
        "patient": patient,
        "too_many": account.too_many,
        "year": account.first.year,
        "years": range(this, this - YEARS, -1),
        "own_primary": True,
        "usual": Paper.usual(request.clinic.country),
    }
    return render(request, "billing/statements/statement.html", shown)


@needs(Permission.MONEY_READ)
@require_safe
@about_patient
def on_paper(request: ClinicRequest, patient: Patient, year: str) -> HttpResponse:
    account = _account(request, patient, year)
    if account.too_many:
        raise NotFound
    made = rows.statement(account, patient, billing.setup(request.scope), request.scope.actor.name)
    paper = Paper.usual(request.clinic.country)
    pdf = Document("Statement", TEMPLATE, made, paper, Head.of(request.clinic)).render()
    answer = HttpResponse(pdf, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="statement-{year}.pdf"'
    return answer
