"""The page on which a doctor confirms the limits."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from clinnet import formats
from clinnet.accounts.access import ClinicRequest, needs
from clinnet.accounts.permissions import Permission
from clinnet.forms.base import button
from clinnet.toasts import say
from records.limits import queries, rows, services
from records.rules.limits import EDITION, SOURCES


@needs(Permission.CHART_READ)
@require_safe
def limits(request: ClinicRequest, clinic: str) -> HttpResponse:
    return _limits(request)


@needs(Permission.CLINICAL_CONFIRM)
@require_POST
def confirm(request: ClinicRequest, clinic: str) -> HttpResponse:
    """Confirms what is not confirmed, and takes back what is."""
    return _limits(request)


def _limits(request: ClinicRequest) -> HttpResponse:
    found = queries.limits(request.scope)
    confirmed = found is not None and found.state == "confirmed" and found.edition == EDITION
    form = button(request, "withdraw-limits" if confirmed else "confirm-limits")
    do = services.withdraw_limits if confirmed else services.confirm_limits
    if form.run(lambda once: do(request.scope, once=once)):
        say(request, "Nobody is asked any more." if confirmed else "Confirmed. What is unlikely is asked about now.")
        return redirect("records:limits", request.scope.clinic_id)
    shown = {
        "form": form,
        "confirmed": confirmed,
        "rows": rows.rows(),
        "sources": SOURCES.split("\n\n"),
        "said": f"{formats.when(found.at_time, request.clinic)}, {found.by_name}" if found else "",
        "may": request.scope.may(Permission.CLINICAL_CONFIRM),
    }
    return render(request, "records/limits/page.html", shown)
