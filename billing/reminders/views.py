"""Calls about what is open, and statements for many: who gets one, the work, and what is to be printed."""

import hashlib
from functools import partial
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from billing import queries as billing
from billing.reminders import queries, rows, services
from billing.reminders.forms import CallForm
from billing.reminders.queries import PAPER
from billing.rules.ageing import chosen_of
from billing.statements.views import many
from clinnet import clock, formats
from clinnet.accounts.access import ClinicRequest, needs
from clinnet.accounts.permissions import Permission
from clinnet.forms.base import button
from clinnet.jobs import queries as job_queries
from clinnet.jobs import services as jobs
from clinnet.jobs.models import Job
from clinnet.table.errors import NotFound
from clinnet.toasts import say, warn
from patients.access import about_patient
from patients.models import Patient
from patients.queries import survivors

PATIENCE = 3.0  # seconds of a request in which the job goes on


@needs(Permission.MONEY_TAKE)
@about_patient
def call(request: ClinicRequest, patient: Patient) -> HttpResponse:
    found, known = services.open_of(request.scope, patient), billing.setup(request.scope)
    form = CallForm(request, about=patient.id)
    words = form.cleaned_data["words"] if form.is_bound and form.is_valid() else ""
    if form.run(partial(_call, request, patient, found, words)):
        say(request, "Written down.")
        return redirect("billing:unpaid", request.scope.clinic_id)
    shown = {
        "form": form,
        "patient": patient,
        "own_primary": True,
        "open": known.sum(sum(int(each.open) for each in found)),
        "count": len(found),
        "reminders": rows.reminder_rows(found[0], request.clinic) if found else [],
    }
    return render(request, "billing/reminders/call.html", shown, status=422 if form.is_bound else 200)


def _call(request: ClinicRequest, patient: Patient, found: list[Any], words: str, once: Any) -> None:
    services.call(request.scope, patient=patient, settlements=found, words=words, once=once)


@needs(Permission.MONEY_TAKE)
@require_http_methods(["GET", "HEAD", "POST"])
def statements(request: ClinicRequest, clinic: str) -> HttpResponse:
    """Who gets a statement and how; sent back with the digest of who was shown, they are made. `?age=` as in Unpaid."""
    chosen = chosen_of(request.GET.get("age", ""))
    found = queries.owing(request.scope, clock.today(request.clinic.time_zone), chosen)
    digest, form = _digest(found), button(request, "statements")
    if request.POST.get("digest") == digest or form.was_done():
        people = [each.patient for each in found.people]
        if begun := form.run(lambda once: services.begin(request.scope, patients=people, once=once)):
            jobs.go_on(request.scope, job=job_queries.job(request.scope, begun.result), seconds=PATIENCE)
            return redirect("billing:statements-job", clinic, begun.result)
    shown = {
        "form": form,
        "digest": digest,
        "chosen": chosen,
        "found": found,
        "rows": rows.owing_rows(found.people, billing.setup(request.scope)),
        "changed": request.method == "POST",
    }
    return render(request, "billing/reminders/statements.html", shown, status=422 if request.method == "POST" else 200)


def _digest(found: queries.Chosen) -> str:
    said = "\n".join(f"{each.patient.id} {each.open} {each.way}" for each in found.people)
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def _found(request: ClinicRequest, id: str) -> Job:
    """Raises NotFound."""
    found = job_queries.job(request.scope, id)
    if found.kind != services.KIND:
        raise NotFound
    return found


@needs(Permission.MONEY_TAKE)
@require_safe
def job(request: ClinicRequest, clinic: str, statements_id: str) -> HttpResponse:
    found = _found(request, statements_id)
    ids = list(found.plan["patients"])
    results = found.results or {}
    shown = {
        "job": found,
        "done": int(found.cursor),
        "total": int(found.total),
        "began": formats.when(found.created_at or "", request.clinic),
        "rows": rows.done_rows(ids, results, survivors(request.scope, ids)),
        "papers": sum(each.get("w") == PAPER for each in results.values()),
        "go_on": button(request, "statements go on", about=found.id) if found.state in jobs.UNDER_WAY else None,
    }
    return render(request, "billing/reminders/job.html", shown)


@needs(Permission.MONEY_TAKE)
@require_POST
def go_on(request: ClinicRequest, clinic: str, statements_id: str) -> HttpResponse:
    found = _found(request, statements_id)
    form = button(request, "statements go on", about=found.id)
    if not form.run(lambda once: jobs.go_on(request.scope, job=found, seconds=PATIENCE)):
        warn(request, form.sentence())
    return redirect("billing:statements-job", clinic, found.id)


@needs(Permission.MONEY_TAKE)
@require_safe
def papers(request: ClinicRequest, clinic: str, statements_id: str) -> HttpResponse:
    """Those that go on paper, one after the other, each beginning on a page of its own."""
    found = _found(request, statements_id)
    wanted = [id for id, each in (found.results or {}).items() if each.get("w") == PAPER]
    people = survivors(request.scope, wanted)
    if not people:
        warn(request, "None of these goes on paper.")
        return redirect("billing:statements-job", clinic, found.id)
    answer = HttpResponse(many(request, [people[id] for id in sorted(wanted)]), content_type="application/pdf")
    answer["Content-Disposition"] = 'inline; filename="statements.pdf"'
    return answer
