"""What insurers and employers owe."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from billing import queries as billing
from billing.claims import queries, rows, services
from billing.claims.forms import MarkForm, RemittanceForm, SettleForm
from billing.models import Settlement
from billing.rules.shares import payer_of
from clinnet import clock
from clinnet.accounts.access import ClinicRequest, needs
from clinnet.accounts.permissions import Permission
from clinnet.table import Once
from clinnet.toasts import say
from patients.access import about_patient
from patients.models import Patient


@needs(Permission.MONEY_READ)
@require_safe
def listed(request: ClinicRequest, clinic: str) -> HttpResponse:
    """`?payer=` is whose claims alone are shown."""
    known, found = billing.setup(request.scope), queries.open_claims(request.scope)
    chosen = known.payers.get(request.GET.get("payer", ""))
    shown = [each for each in found if chosen is None or payer_of(each[0]) == chosen.id]
    return render(
        request,
        "billing/claims/list.html",
        {
            "payers": rows.payer_sums(found, known),
            "chosen": chosen,
            "rows": rows.claim_rows(shown, known, clock.today(request.clinic.time_zone)),
            "most": len(found) == queries.MOST,
            "may_work": request.scope.may(Permission.MONEY_CORRECT),
            "may_add": request.scope.may(Permission.CATALOGUE),
        },
    )


@needs(Permission.MONEY_CORRECT)
@about_patient
def claim(request: ClinicRequest, patient: Patient, bill_id: str, payer_id: str) -> HttpResponse:
    """How far it is with its payer."""
    billed, found = queries.claim_of(request.scope, patient, bill_id, payer_id)
    form, known = MarkForm(request, found), billing.setup(request.scope)
    if form.run(lambda once: services.mark(request.scope, claim=found, **form.cleaned_data, once=once)):
        say(request, f"{billed.invoice.number} is {rows.STATES[form.cleaned_data['state']].lower()}.")
        return redirect("billing:invoice", request.scope.clinic_id, patient.id, bill_id)
    shown = {
        "form": form,
        "billed": billed,
        "claim": found,
        "own_primary": True,
        "open": known.sum(int(found.open)),
        "total": known.sum(int(found.total)),
        "state": rows.STATES[found.claim or ""],
    }
    return render(request, "billing/claims/claim.html", shown, status=422 if form.is_bound else 200)


@needs(Permission.MONEY_CORRECT)
@about_patient
def settle(request: ClinicRequest, patient: Patient, bill_id: str, payer_id: str) -> HttpResponse:
    """What its payer paid, and what becomes of the rest."""
    billed, found = queries.claim_of(request.scope, patient, bill_id, payer_id)
    form, known = SettleForm(request, about=found.id), billing.setup(request.scope)
    if form.run(lambda once: _settle(request, form, found, once)):
        say(request, f"Saved for {billed.invoice.number}.")
        return redirect("billing:invoice", request.scope.clinic_id, patient.id, bill_id)
    shown = {
        "form": form,
        "billed": billed,
        "claim": found,
        "own_primary": True,
        "minor": int(found.open),
        "open": known.sum(int(found.open)),
    }
    return render(request, "billing/claims/settle.html", shown, status=422 if form.is_bound else 200)


def _settle(request: ClinicRequest, form: SettleForm, claim: Settlement, once: Once) -> None:
    form.expect(int(claim.open))
    services.settle(request.scope, claim=claim, paid=form.minor, once=once, **form.left)


@needs(Permission.MONEY_CORRECT)
def remittance(request: ClinicRequest, clinic: str, payer_id: str) -> HttpResponse:
    """One transfer for several claims of a payer: the oldest that are open."""
    payer, known = billing.payer(request.scope, payer_id), billing.setup(request.scope)
    theirs = [each for each in queries.open_claims(request.scope) if payer_of(each[0]) == payer.id]
    form = RemittanceForm(request, payer.id, queries.claims(request.scope, theirs[: queries.SHOWN]))
    if form.run(
        lambda once: services.remittance(
            request.scope,
            payer=payer,
            claims=form.claims,
            amounts=form.amounts,
            total=form.cleaned_data["total"].minor,
            once=once,
        )
    ):
        say(request, f"{known.sum(form.cleaned_data['total'].minor)} from {payer.name}.")
        return redirect("billing:claims", clinic)
    lines = [(claim, field, known.show(int(claim.open))) for claim, field in form.lines]
    shown = {"form": form, "payer": payer, "lines": lines, "more": len(theirs) - len(lines)}
    return render(request, "billing/claims/remittance.html", shown, status=422 if form.is_bound else 200)
