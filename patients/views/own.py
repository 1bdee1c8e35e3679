"""The page on which a clinic makes up fields of its own for its patients. They are one of its settings."""

from functools import partial
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from clinnet.accounts.access import ClinicRequest, needs
from clinnet.accounts.models import Clinic
from clinnet.accounts.permissions import Permission
from clinnet.console.history import before_event
from clinnet.console.registry import EVENT
from clinnet.console.settings import services
from clinnet.editing import Latest, both_sides, edit
from clinnet.forms.edit import ChoiceForm
from clinnet.table import Once, Scope, get
from clinnet.toasts import say
from patients.forms.own import NAME, FieldsForm
from patients.rules import own


@needs(Permission.CLINIC_MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def own_fields(request: ClinicRequest, clinic: str) -> HttpResponse:
    item, event = _clinic(request.scope), request.GET.get(EVENT, "")
    back = (before_event(request.scope, item.id, event).get(NAME) or []) if event else None
    latest = Latest(
        item,
        anew=lambda found: _clinic(request.scope),
        plain=FieldsForm.plain,
        write=partial(_write, request.scope),
    )
    form = edit(request, FieldsForm, lambda: FieldsForm(request, item, back), latest, about=item.id)
    if form is None:
        say(request, "Saved. It is in force everywhere within 15 seconds.")
        return redirect("console:settings", clinic)
    if isinstance(form, ChoiceForm):
        shown = {"both": both_sides(form, lambda path: "Field", _told), "subject": {"label": "Own fields"}}
        return render(request, "console/settings/both.html", shown, status=409)
    return render(request, "patients/own_fields.html", {"form": form}, status=422 if form.errors else 200)


def _told(path: str, value: Any) -> str:
    return own.every([value])[0].told if value else ""


def _write(scope: Scope, clinic: Clinic, values: dict[str, Any], once: Once) -> None:
    settled = own.settled(clinic.patient_fields or (), values.get(NAME) or ())
    services.change(scope, clinic=clinic, values={NAME: settled}, once=once)


def _clinic(scope: Scope) -> Clinic:
    """As the table has it at this moment."""
    return get(scope, Clinic, Clinic.at(scope.clinic_id))
