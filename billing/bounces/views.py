"""A payment that came back."""

from django.http import HttpResponse
from django.shortcuts import redirect, render

from billing import queries as billing
from billing.bounces import services
from billing.bounces.forms import BounceForm
from billing.ledger import queries as ledger
from clinnet.accounts.access import ClinicRequest, needs
from clinnet.accounts.permissions import Permission
from clinnet.toasts import say
from patients.access import about_patient
from patients.models import Patient
from patients.timeline import all_ids


@needs(Permission.MONEY_CORRECT)
@about_patient
def bounce(request: ClinicRequest, patient: Patient, payment_id: str) -> HttpResponse:
    payment = ledger.entry_of(request.scope, all_ids(patient), payment_id)
    form, amount = BounceForm(request, about=payment_id), billing.setup(request.scope).sum(-int(payment.amount))
    if form.run(
        lambda once: services.bounce(request.scope, payment=payment, reason=form.cleaned_data["reason"], once=once)
    ):
        say(request, f"{amount} came back. What it paid is open again.")
        return redirect("billing:money", request.scope.clinic_id, patient.id)
    shown = {"form": form, "patient": patient, "own_primary": True, "amount": amount}
    return render(request, "billing/bounces/bounce.html", shown, status=422 if form.is_bound else 200)
