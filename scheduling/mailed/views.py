"""The button on a letter that e-mails it to the patient, and what became of it."""

from collections.abc import Sequence
from functools import partial

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from clinnet.accounts import queries as accounts
from clinnet.accounts.access import ClinicRequest, needs
from clinnet.accounts.permissions import Permission
from clinnet.forms.base import button
from clinnet.pages import Questions, Section
from clinnet.table import Page, Scope, keys, query
from clinnet.toasts import say, warn
from patients.models import Patient
from records.letters import queries as letters
from records.letters.models import Letter
from records.letters.rows import document
from records.views.access import about_chart
from scheduling.mailed.models import LetterMail
from scheduling.mailed.rows import mail_rows
from scheduling.mailed.services import mail_letter

BUTTON, MOST = "e-mail letter", 20


@needs(Permission.LETTER_WRITE)
@require_POST
@about_chart
def mail(request: ClinicRequest, patient: Patient, entry_id: str, letter_id: str) -> HttpResponse:
    found = letters.letter(request.scope, patient, entry_id, letter_id)
    form = button(request, BUTTON, about=letter_id)
    if form.run(lambda once: mail_letter(request.scope, patient=patient, letter=found, once=once)):
        say(request, "It will be e-mailed. This page says when it left.")
    else:
        warn(request, form.sentence())
    return redirect("records:letter", request.scope.clinic_id, patient.id, entry_id, letter_id)


def part(request: ClinicRequest, patient: Patient, letter_id: str) -> Questions[Section]:
    """What the page of a letter says of it, newest first. The letter may be of a record that was folded in."""
    ids = [patient.id, *(patient.absorbed or [])]
    asked = [partial(query, request.scope, keys.mailings_of(id, letter_id), limit=MOST, backward=True) for id in ids]

    def show(pages: Sequence[Page | None]) -> Section:
        found = [each for page in pages if page for each in page.of(LetterMail)]
        may = request.scope.may(Permission.LETTER_WRITE)
        shown = {"letter_id": letter_id, "rows": mail_rows(found, request.clinic), "unread": None in pages}
        send = button(request, BUTTON, about=letter_id) if may else None
        return Section("scheduling/mailed/part.html", shown | {"send": send})

    return Questions(asked, show)


def drawn(scope: Scope, letter: Letter) -> bytes:
    """The letter as it is printed."""
    return document(letter, accounts.clinic(scope.clinic_id)).render()
