"""A document by its number."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from billing.home import queries
from billing.home.forms import FindForm
from billing.rules import numbers
from clinnet import clock
from clinnet.accounts.access import ClinicRequest, needs
from clinnet.accounts.permissions import Permission
from clinnet.table.errors import Refused
from clinnet.toasts import warn

UNREAD = Refused("That is no number of an invoice. Write 2026-000123, or CN-2026-000012 of a credit note.")
NONE = "There is no document {} here."


@needs(Permission.MONEY_READ)
@require_POST
def find(request: ClinicRequest, clinic: str) -> HttpResponse:
    """As somebody types it: 2026-004821, 4821 of this year, CN-2026-31."""
    form = FindForm(request)
    if done := form.run(lambda once: _document(request, form)):
        return redirect(*done.result)
    warn(request, form.sentence())
    return redirect("billing:money-home", clinic)


def _document(request: ClinicRequest, form: FindForm) -> tuple[str, ...]:
    """The name of its address, and the ids in it. Raises Refused."""
    number = numbers.read(form.cleaned_data["number"], clock.today(request.clinic.time_zone).year)
    if number is None:
        raise UNREAD
    found = queries.document(request.scope, number)
    if found is None:
        raise Refused(NONE.format(number.number))
    name = "billing:credit-note" if number.series == numbers.CREDIT else "billing:invoice"
    return (name, request.scope.clinic_id, *found)
