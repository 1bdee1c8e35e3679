"""The page of orders and results, and one result that somebody looks at."""

from functools import partial
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from clinnet import clock
from clinnet.accounts.access import ClinicRequest, needs
from clinnet.accounts.permissions import Permission
from clinnet.addresses import reverse
from clinnet.forms.base import button
from clinnet.table.errors import NotFound
from clinnet.toasts import Action, say
from patients.models import Patient
from patients.queries import survivors
from patients.rules import names
from records import queries
from records.results import queries as found
from records.results import rows, services
from records.results.forms import LookForm, OrderForm, ResultForm
from records.services import ending
from records.services.recording import Moment
from records.summary.rows import summary
from records.views.access import about_chart, begun_with, moment_sent, to_chart, told


@needs(Permission.CHART_READ)
@require_safe
@about_chart
def page(request: ClinicRequest, patient: Patient) -> HttpResponse:
    return _page(request, patient)


@needs(Permission.ORDER)
@require_POST
@about_chart
def order(request: ClinicRequest, patient: Patient) -> HttpResponse:
    return _page(request, patient)


def _page(request: ClinicRequest, patient: Patient) -> HttpResponse:
    asks = [partial(ask, request.scope, patient) for ask in (found.orders, found.results, queries.summaries_if_read)]
    visit, read = begun_with(request, patient, *asks)
    form = OrderForm(request, patient, moment_sent(request, visit, "Order"))
    if form.run(
        lambda once: services.order(request.scope, patient=patient, moment=form.moment, wanted=form.order, once=once)
    ):
        say(request, f"Ordered: {form.order.what}.")
        return redirect("records:results", request.scope.clinic_id, patient.id)
    may = request.scope.may(Permission.ORDER)
    ordered, results, left = read()
    waiting, over = rows.orders(ordered, request.clinic)
    shown = {
        "patient": patient,
        "form": form if may else None,
        "over": over,
        "orders": [(each, button(request, "end", about=each.id) if may else None) for each in waiting],
        "results": rows.results(results, request.clinic),
        "reasons": ending.REASONS["ORD"],
        "may_file": request.scope.may(Permission.CHART_WRITE),
        "summary": summary(left, request.clinic),
    }
    return render(request, "records/results/page.html", shown, status=422 if form.errors else 200)


@needs(Permission.CHART_WRITE)
@about_chart
def new(request: ClinicRequest, patient: Patient) -> HttpResponse:
    """A result typed off a report; `order` and `what` are those of the order that it answers."""
    moment = Moment(clock.new_id(), "Result")  # nothing of it was shown, so nothing of it is sent
    start = {"order": request.GET.get("order", ""), "title": request.GET.get("what", "")}
    form = ResultForm(request, patient, start)
    done = form.run(
        lambda once: services.file_result(request.scope, patient=patient, moment=moment, came=form.came, once=once)
    )
    if done:
        say(request, "Filed. It waits until a doctor has looked at it.")
        return to_chart(request, patient, form.came.order_entry or moment.entry_id)
    read = summary(queries.summaries_if_read(request.scope, patient), request.clinic)
    shown = {"patient": patient, "form": form, "summary": read}
    return render(request, "records/results/new.html", shown, status=422 if form.errors else 200)


@needs(Permission.CHART_READ)
@require_safe
@about_chart
@told
def result(request: ClinicRequest, patient: Patient, entry_id: str, result_id: str) -> HttpResponse:
    return _result(request, patient, entry_id, result_id)


@needs(Permission.RESULT_REVIEW)
@require_POST
@about_chart
def look_at(request: ClinicRequest, patient: Patient, entry_id: str, result_id: str) -> HttpResponse:
    """A doctor says what follows from it, and is shown the way to the next one that waits."""
    return _result(request, patient, entry_id, result_id)


def _result(request: ClinicRequest, patient: Patient, entry_id: str, result_id: str) -> HttpResponse:
    scope, form = request.scope, LookForm(request, about=result_id)
    if form.run(
        lambda once: services.look_at(
            scope,
            patient=patient,
            entry_id=entry_id,
            recorded_id=result_id,
            answer=form.cleaned_data["answer"],
            said=form.cleaned_data["said"],
            weeks=int(form.cleaned_data["weeks"] or 4),
            once=once,
        )
    ):
        return _next(request, result_id)
    whole, read = queries.with_summary(scope, patient, partial(queries.whole, scope, patient, entry_id))
    shown = rows.result(whole, result_id, request.clinic)
    if shown is None:
        raise NotFound
    may = scope.may(Permission.RESULT_REVIEW) and not shown.seen and not shown.errored
    left = summary(read, request.clinic)
    given = {"patient": patient, "result": shown, "form": form if may else None, "summary": left}
    return render(request, "records/results/result.html", given, status=422 if form.errors else 200)


def _next(request: ClinicRequest, done: str) -> HttpResponse:
    """To Tasks, with the way to the next result that waits for this person or for anybody."""
    scope = request.scope
    waits = [each for each in found.waiting(found.to_look_at(scope)().rows, scope.actor.id) if each.id != done]
    known = survivors(scope, {waits[0].patient_id}) if waits else {}
    patient = known.get(waits[0].patient_id) if waits else None
    actions: list[Action] = []
    if patient:
        url: Any = reverse("records:result", args=[scope.clinic_id, patient.id, waits[0].line.entry, waits[0].id])
        actions = [Action(f"Next: {names.list_name(patient.data)}", url, post=False, focus=True)]
    say(request, f"Looked at. {len(waits)} more wait." if waits else "Looked at. No other one waits.", actions=actions)
    return redirect("patients:tasks", scope.clinic_id)
