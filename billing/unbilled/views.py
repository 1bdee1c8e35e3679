"""What of a day waits to be billed; and of one visit, that there is nothing to bill."""

from datetime import date, timedelta

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import urlencode
from django.views.decorators.http import require_POST, require_safe

from billing import queries as billing
from billing.recorded.queries import recorded
from billing.recorded.rows import told
from billing.unbilled import queries, rows, services
from billing.unbilled.forms import TAKE_BACK, ExcuseForm
from clinnet import clock, formats
from clinnet.accounts.access import ClinicRequest, needs
from clinnet.accounts.permissions import Permission
from clinnet.addresses import reverse
from clinnet.forms.base import button
from clinnet.table import Once
from clinnet.table.errors import NotFound
from clinnet.toasts import Action, say, warn
from patients.access import about_patient
from patients.models import Patient
from scheduling.appointments.rows.showing import Showing
from scheduling.models import Appointment


@needs(Permission.MONEY_READ)
@require_safe
def listed(request: ClinicRequest, clinic: str) -> HttpResponse:
    """`?day=`, else today."""
    today = clock.today(request.clinic.time_zone)
    day = _day(request.GET.get("day", ""), today)
    found, showing = queries.unbilled(request.scope, day), Showing.of(request)
    shown = {
        "rows": rows.unbilled_rows(found.waiting, showing),
        "excused": rows.excused_rows(found.excused, showing, request.clinic),
        "when": formats.date(day.isoformat(), request.clinic),
        "before": (day - timedelta(days=1)).isoformat(),
        "after": (day + timedelta(days=1)).isoformat() if day < today else "",
        "may_take": request.scope.may(Permission.MONEY_TAKE),
    }
    return render(request, "billing/unbilled/list.html", shown)


def _day(text: str, today: date) -> date:
    """Nothing of a day to come is over."""
    try:
        return min(date.fromisoformat(text), today) if text else today
    except ValueError:
        raise NotFound from None


@needs(Permission.MONEY_TAKE)
@about_patient
def nothing(request: ClinicRequest, patient: Patient, appointment_id: str) -> HttpResponse:
    """Why there is nothing to bill; of a visit of which that was said, what was said."""
    visit = _visit(request, patient, appointment_id)
    form, found = ExcuseForm(request, about=visit.id), queries.excuse_of(request.scope, visit)
    if form.run(lambda once: _excuse(request, visit, form, once)):
        undo = button(request, TAKE_BACK, about=visit.id)
        url = reverse("billing:bill-again", args=[request.scope.clinic_id, patient.id, visit.id])
        say(request, "Nothing to bill.", actions=[Action("Undo", url, fields=(("once", undo.once()),))])
        return redirect(_list(request, visit))
    shown = {
        "form": form,
        "patient": patient,
        "visit": visit,
        "excuse": found,
        "own_primary": True,
        "may": visit.state in services.MAY_BE,
        "day": formats.date(visit.day, request.clinic) if visit.day else "",
        "when": formats.when(found.at, request.clinic) if found else "",
        "back": button(request, TAKE_BACK, about=visit.id),
        "list": _list(request, visit),
        **_recorded(request, visit),
    }
    return render(request, "billing/unbilled/nothing.html", shown, status=422 if form.is_bound else 200)


@needs(Permission.MONEY_TAKE)
@require_POST
@about_patient
def bill_again(request: ClinicRequest, patient: Patient, appointment_id: str) -> HttpResponse:
    visit = _visit(request, patient, appointment_id)
    form = button(request, TAKE_BACK, about=visit.id)
    if form.run(lambda once: services.bill_again(request.scope, appointment=visit, once=once)):
        say(request, "It waits to be billed again.")
    else:
        warn(request, form.sentence())
    return redirect(_list(request, visit))


def _visit(request: ClinicRequest, patient: Patient, id: str) -> Appointment:
    """Raises NotFound."""
    found = queries.visit_of(request.scope, patient, id)
    if found is None:
        raise NotFound
    return found


def _excuse(request: ClinicRequest, visit: Appointment, form: ExcuseForm, once: Once) -> None:
    seen = form.cleaned_data["seen"] or 0
    services.excuse(request.scope, appointment=visit, reason=form.reason, recorded=seen, once=once)


def _recorded(request: ClinicRequest, visit: Appointment) -> dict[str, object]:
    """What somebody wrote down as done, in words, and its version; nothing and 0 where nobody did."""
    found = recorded(request.scope, visit)
    if not found:
        return {"recorded": "", "seen": 0}
    return {"recorded": told(found.done, billing.setup(request.scope)), "seen": int(found.version or 0)}


def _list(request: ClinicRequest, visit: Appointment) -> str:
    day = f"?{urlencode({'day': visit.day})}" if visit.day else ""
    return reverse("billing:unbilled", args=[request.scope.clinic_id]) + day
