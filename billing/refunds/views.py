"""Refunds: asking for one, and the list of those that wait for a second person."""

from collections.abc import Sequence

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from billing import queries as billing
from billing.ledger import queries as ledger
from billing.models import RefundRequest
from billing.refunds import queries, rows, services
from billing.refunds.forms import APPROVE, DECLINE, RefundForm
from clinnet.accounts.access import REFUNDS, ClinicRequest, needs
from clinnet.accounts.permissions import Permission
from clinnet.addresses import reverse
from clinnet.forms.base import button
from clinnet.money import Money
from clinnet.pages import Questions, Section
from clinnet.table import Page, get_many
from clinnet.toasts import say, warn
from patients.access import about_patient
from patients.models import Patient
from patients.timeline import all_ids


@needs(Permission.MONEY_TAKE)
@about_patient
def ask(request: ClinicRequest, patient: Patient, payment_id: str) -> HttpResponse:
    payment = ledger.entry_of(request.scope, all_ids(patient), payment_id)
    left, known = services.left_of(request.scope, payment), billing.setup(request.scope)
    start = {"amount": Money(left.most, request.clinic.money)} if request.method != "POST" and left.most else None
    form = RefundForm(request, about=payment_id, start=start)
    if form.run(lambda once: services.ask(request.scope, payment=payment, amount=form.cleaned_data["amount"].minor,
                                          reason=form.cleaned_data["reason"], once=once)):  # fmt: skip
        say(request, "Asked. Somebody else has to approve it before anything is given back.")
        return redirect("billing:money", request.scope.clinic_id, patient.id)
    spent = services.spent_on(request.scope, payment) if not left.most else []
    shown = {"form": form, "patient": patient, "own_primary": True, "spent": spent, "most": known.sum(left.most),
             "left": left.most, "paid": known.sum(-int(payment.amount)),
             "how": rows.WORDS[payment.method or "card"]}  # fmt: skip
    return render(request, "billing/refunds/ask.html", shown, status=422 if form.is_bound else 200)


@needs(Permission.MONEY_READ)
@require_safe
def listed(request: ClinicRequest, clinic: str) -> HttpResponse:
    waiting = queries.waiting(request.scope)
    theirs = get_many(request.scope, [Patient.at(each.patient_id) for each in waiting]).of(Patient)
    shown = {
        "rows": [_row(request, each, {one.id: one for one in theirs}) for each in waiting],
        "may_approve": request.scope.may(Permission.MONEY_CORRECT),
    }
    return render(request, "billing/refunds/list.html", shown)


def _row(request: ClinicRequest, asked: RefundRequest, patients: dict[str, Patient]) -> rows.RefundRow:
    return rows.refund_row(
        asked,
        patients.get(asked.patient_id),
        billing.setup(request.scope),
        request.scope.actor.id,
        approve=button(request, APPROVE, about=asked.id),
        decline=button(request, DECLINE, about=asked.id),
    )


@needs(Permission.MONEY_CORRECT, fresh=REFUNDS)
@require_POST
def approve(request: ClinicRequest, clinic: str, patient_id: str, refund_id: str) -> HttpResponse:
    asked = queries.refund(request.scope, patient_id, refund_id)
    form = button(request, APPROVE, about=refund_id)
    if form.run(lambda once: services.approve(request.scope, asked=asked, once=once)):
        amount = billing.setup(request.scope).sum(int(asked.amount))
        say(request, f"Approved. Give back {amount} {rows.WORDS[asked.method]}.")
    else:
        warn(request, form.sentence())
    return redirect("billing:refunds", clinic)


@needs(Permission.MONEY_TAKE)
@require_POST
def decline(request: ClinicRequest, clinic: str, patient_id: str, refund_id: str) -> HttpResponse:
    asked = queries.refund(request.scope, patient_id, refund_id)
    form = button(request, DECLINE, about=refund_id)
    if form.run(lambda once: services.decline(request.scope, asked=asked, once=once)):
        say(request, "Declined. Nothing was given back.")
    else:
        warn(request, form.sentence())
    return redirect("billing:refunds", clinic)


def sections(request: ClinicRequest) -> Questions[list[Section]]:
    """Of Tasks: asked only for those who approve."""
    if not request.scope.may(Permission.MONEY_CORRECT):
        return Questions([], lambda pages: [])

    def show(pages: Sequence[Page | None]) -> list[Section]:
        (page,) = pages
        url = reverse("billing:refunds", args=[request.scope.clinic_id])
        found = {"count": len(page.rows), "url": url} if page and page.rows else None
        return [Section("billing/refunds/tasks.html", found)] if found else []

    return Questions([queries.asked(request.scope)], show)
