"""A person's statement of a year, on screen and on paper."""

from collections.abc import Sequence
from datetime import date
from functools import partial

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from billing import queries as billing
from billing.statements import queries, rows
from clinnet import clock
from clinnet.accounts.access import ClinicRequest, needs
from clinnet.accounts.models import Clinic
from clinnet.accounts.permissions import Permission
from clinnet.documents import Document, Head, Paper
from clinnet.table import Scope, side_by_side
from clinnet.table.errors import NotFound
from patients.access import about_patient
from patients.models import Patient

TEMPLATE, MANY = "billing/statements/statement.typ", "billing/statements/many.typ"
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
    answer = HttpResponse(_drawn(made, TEMPLATE, request.clinic), content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="statement-{year}.pdf"'
    return answer


def many(request: ClinicRequest, patients: Sequence[Patient]) -> bytes:
    """Statements of this year for several people, in one PDF; who has more than one holds is left out."""
    year = str(clock.today(request.clinic.time_zone).year)
    known, by = billing.setup(request.scope), request.scope.actor.name
    accounts = side_by_side(*(partial(_account, request, each, year) for each in patients))
    made = [rows.statement(account, patient, known, by)
            for account, patient in zip(accounts, patients, strict=True) if not account.too_many]  # fmt: skip
    return _drawn(rows.Many(tuple(made), made[0].foot if made else ""), MANY, request.clinic)


def mailed(scope: Scope, patient: Patient, by: str) -> tuple[str, bytes]:
    """What it is called, and the PDF of this year up to now: as it goes by e-mail."""
    known = billing.setup(scope)
    today = clock.today(known.clinic.time_zone)
    account = queries.account(scope, patient, today.replace(month=1, day=1), today, known.clinic.time_zone)
    return f"statement-{today.year}", _drawn(rows.statement(account, patient, known, by), TEMPLATE, known.clinic)


def _drawn(data: rows.Statement | rows.Many, template: str, clinic: Clinic) -> bytes:
    return Document("Statement", template, data, Paper.usual(clinic.country), Head.of(clinic)).render()
