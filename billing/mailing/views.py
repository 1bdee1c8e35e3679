"""The button on an invoice that e-mails it."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from billing import queries as billing
from billing.invoices import rows
from billing.ledger import queries as ledger
from billing.mailing import services
from billing.mailing.models import Mailing
from billing.statements.views import mailed
from clinnet.accounts.access import ClinicRequest, needs
from clinnet.accounts.permissions import Permission
from clinnet.documents import Document, Head, Paper
from clinnet.forms.base import button
from clinnet.table import Scope
from clinnet.toasts import say, warn
from patients.access import about_patient
from patients.models import Patient
from patients.queries import survivors

MAIL = "e-mail invoice"  # the button


@needs(Permission.MONEY_TAKE)
@require_POST
@about_patient
def mail(request: ClinicRequest, patient: Patient, bill_id: str) -> HttpResponse:
    billed, form = ledger.billed_of(request.scope, patient, bill_id), button(request, MAIL, about=bill_id)
    if form.run(lambda once: services.mail(request.scope, patient=patient, billed=billed, once=once)):
        say(request, f"{billed.invoice.number} will be e-mailed. The invoice says when it left.")
    else:
        warn(request, form.sentence())
    return redirect("billing:invoice", request.scope.clinic_id, patient.id, bill_id)


def drawn(scope: Scope, mailing: Mailing) -> bytes:
    """The invoice as it is printed, or the statement."""
    if mailing.bill_id == services.STATEMENT:
        return mailed(scope, survivors(scope, [mailing.patient_id])[mailing.patient_id], mailing.by)[1]
    known, billed = billing.setup(scope), ledger.billed(scope, mailing.patient_id, mailing.bill_id)
    paper = rows.paper(billed, ledger.entries_about(scope, billed.invoice), known, mailing.by)
    usual = Paper.usual(known.clinic.country)
    return Document(f"Invoice {mailing.number}", rows.TEMPLATE, paper, usual, Head.of(known.clinic)).render()
