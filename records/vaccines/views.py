"""The page of immunisations, and the confirmation of the schedule."""

import re
from functools import partial
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from clinnet import formats
from clinnet.accounts.access import ClinicRequest, needs
from clinnet.accounts.permissions import Permission
from clinnet.forms.base import button
from clinnet.forms.press import pressed
from clinnet.table import Page, Row
from clinnet.table.errors import NotFound
from clinnet.toasts import say
from patients.models import Patient
from patients.queries import patient as get_patient
from patients.queries import survivors
from records.queries import summaries_if_read
from records.rules.immunisations import Confirmation, sentence
from records.rules.vaccine_tables import Table
from records.services.asking import Asked
from records.summary.rows import summary
from records.vaccines import queries, rows, services
from records.vaccines.forms import ImmunisationForm
from records.views.access import about_chart, begun_with, moment_sent
from records.views.adding import undo_of

Schedule = tuple[Table, Confirmation]
MONTH = re.compile(r"(?:19|20)\d\d-(?:0[1-9]|1[0-2])", re.ASCII)


@needs(Permission.CHART_READ)
@require_safe
@about_chart
def page(request: ClinicRequest, patient: Patient) -> HttpResponse:
    return _page(request, patient)


@needs(Permission.IMMUNISE)
@require_POST
@about_chart
def immunise(request: ClinicRequest, patient: Patient) -> HttpResponse:
    """Records a dose."""
    return _page(request, patient)


def _page(request: ClinicRequest, patient: Patient) -> HttpResponse:
    scope, schedule = request.scope, queries.confirmed(request.scope)
    asks = (partial(queries.given, scope, patient), partial(summaries_if_read, scope, patient))
    visit, read = begun_with(request, patient, *asks)
    first = {} if request.method == "POST" else rows.first(patient, read()[0], schedule, request.clinic)
    form = ImmunisationForm(request, patient, moment_sent(request, visit, "Immunisation"), **first)
    done = form.run(
        lambda once: services.immunise(
            scope, patient=patient, moment=form.moment, dose=form.dose, answered=form.answered, once=once
        )
    )
    if done:
        undo = undo_of(request, patient, form.moment.entry_id, done.result)
        say(request, f"Recorded: {form.dose.vaccine}.", undo=undo)
        return redirect("records:vaccines", scope.clinic_id, patient.id)
    given, left = read()
    shown = _shown(request, patient, given, schedule) | {"form": form, "summary": summary(left, request.clinic)}
    asked = form.refusal if isinstance(form.refusal, Asked) else None
    shown |= {"asked": asked, "answers": form.answers(asked)}
    return render(request, "records/vaccines/page.html", shown, status=422 if form.errors else 200)


def _shown(request: ClinicRequest, patient: Patient, given: list[Row], schedule: Schedule | None) -> dict[str, Any]:
    """Of the page beside its form."""
    scope, clinic = request.scope, request.clinic
    return {
        "patient": patient,
        "given": rows.given_rows(given, clinic),
        "due": rows.due_rows(patient, given, schedule, clinic),
        "may": scope.may(Permission.IMMUNISE),
        "schedule": schedule,
        "offered": queries.offered(scope)[1],
        "confirm": _confirm_form(request, schedule is not None),
    }


@needs(Permission.CHART_READ)
@require_safe
def due(request: ClinicRequest, clinic: str) -> HttpResponse:
    """Who of a month of birth has a dose due. Without a month that of the youngest who have one."""
    schedule = queries.confirmed(request.scope)
    if schedule is None:
        return render(request, "records/vaccines/due.html", {"offered": queries.offered(request.scope)[1]})
    cohorts = rows.cohorts(schedule[0], request.clinic)
    month = request.GET.get("born", "") or next(each.month for each in cohorts if each.label != "at birth")
    if not MONTH.fullmatch(month):
        raise NotFound
    page = queries.born_in(request.scope, month, request.GET.get("after", ""))
    shown = {
        "schedule": schedule, "cohorts": cohorts, "month": month, "label": formats.date(month, request.clinic),
        "rows": _children(request, page, schedule), "following": page.next,
        "earlier": rows.neighbour(month, -1), "later": rows.neighbour(month, 1),
        "said": sentence(*schedule, formats.date_order(request.clinic)),
        "may": request.scope.may(Permission.CHART_WRITE),
    }  # fmt: skip
    return render(request, "records/vaccines/due.html", shown)


def _children(request: ClinicRequest, page: Page, schedule: Schedule) -> list[rows.ChildRow]:
    """Of a restricted chart nothing is read, and of who is dead or archived nothing is said."""
    known = survivors(request.scope, {str(row["id"]) for row in page.rows})
    found = {each.id: each for each in known.values() if not (each.archived or each.deceased_on)}
    open_ = [each for each in found.values() if not each.restricted]
    closed = [each for each in found.values() if each.restricted]
    given = queries.given_to_each(request.scope, open_)
    return rows.children([*open_, *closed], [*given, *([] for _ in closed)], schedule, request.clinic)


def _confirm_form(request: ClinicRequest, is_confirmed: bool) -> object:
    """The button for doctors."""
    may = request.scope.may(Permission.CLINICAL_CONFIRM)
    return button(request, "withdraw-schedule" if is_confirmed else "confirm-schedule") if may else None


@needs(Permission.CLINICAL_CONFIRM)
@require_POST
def confirm(request: ClinicRequest, clinic: str) -> HttpResponse:
    """Confirms the schedule of the clinic's country, or takes it back: what the button said, however it is by now.

    Sent from a patient's page, it leads back there. Raises NotFound where there is none.
    """
    if patient_id := request.POST.get("patient", ""):
        get_patient(request.scope, patient_id)
    withdraws = "withdraw" in request.POST
    do = services.withdraw_schedule if withdraws else services.confirm_schedule
    said = "Nothing is said from the schedule any more." if withdraws else "The schedule is confirmed."
    name = "withdraw-schedule" if withdraws else "confirm-schedule"
    pressed(request, name, lambda once: do(request.scope, once=once), said)
    if patient_id:
        return redirect("records:vaccines", request.scope.clinic_id, patient_id)
    return redirect("patients:tasks", request.scope.clinic_id)
