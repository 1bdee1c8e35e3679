"""A document by its number."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from billing.home import queries
from billing.rules import numbers
from clinnet import clock
from clinnet.accounts.access import ClinicRequest, needs
from clinnet.accounts.permissions import Permission
from clinnet.toasts import warn

UNREAD = "That is no number of an invoice. Write 2026-000123, or CN-2026-000012 of a credit note."
NONE = "There is no document {} here."


@needs(Permission.MONEY_READ)
@require_safe
def find(request: ClinicRequest, clinic: str) -> HttpResponse:
    """`?number=` as somebody types it: 2026-004821, 4821 of this year, CN-2026-31."""
    number = numbers.read(request.GET.get("number", ""), clock.today(request.clinic.time_zone).year)
    found = queries.document(request.scope, number) if number else None
    if found and number:
        name = "billing:credit-note" if number.series == numbers.CREDIT else "billing:invoice"
        return redirect(name, clinic, *found)
    warn(request, NONE.format(number.number) if number else UNREAD)
    return redirect("billing:money-home", clinic)
