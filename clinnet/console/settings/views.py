"""Settings: all of them on one page, a form for each subject, and what was changed when."""

from dataclasses import dataclass
from functools import partial
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from clinnet.accounts.access import ClinicRequest, needs
from clinnet.accounts.models import Clinic
from clinnet.accounts.permissions import Permission
from clinnet.addresses import reverse
from clinnet.console.history import past
from clinnet.console.settings import pasts, services
from clinnet.console.settings.declared import Subject, by_name, subjects
from clinnet.console.settings.forms import form_of, whole
from clinnet.console.shows import Reader
from clinnet.console.views.entities import View
from clinnet.editing import Latest, both_sides, edit
from clinnet.forms.edit import ChoiceForm
from clinnet.table import Once, Scope, get
from clinnet.toasts import say

MANAGE = Permission.CLINIC_MANAGE


@dataclass(frozen=True, slots=True)
class Line:
    label: str
    text: str
    why: str


@dataclass(frozen=True, slots=True)
class Part:
    """A subject as the page shows it."""

    subject: Subject
    lines: list[Line]
    change_url: str
    links: list[tuple[str, str]]


@needs(MANAGE)
@require_safe
def settings(request: ClinicRequest, clinic: str) -> HttpResponse:
    reader = Reader(request.scope, request.clinic)
    parts = [_part(each, reader) for each in subjects(request.scope)]
    return render(request, "console/settings/page.html", {"parts": parts})


def _part(subject: Subject, reader: Reader) -> Part:
    here = reader.scope.clinic_id
    lines = [Line(each.label, each.told(each.of(reader.clinic), reader), each.why) for each in subject.settings]
    change_url = reverse(f"console:settings-{subject.name}", args=[here]) if subject.changeable else ""
    return Part(subject, lines, change_url, [(label, reverse(url, args=[here])) for label, url in subject.links])


def change_of(subject: Subject) -> View:
    kind = form_of(subject)

    @needs(MANAGE, subject.needs)
    @require_http_methods(["GET", "HEAD", "POST"])
    def view(request: ClinicRequest, clinic: str) -> HttpResponse:
        item, back = _clinic(request.scope), pasts.values(request.scope, subject, request.GET.get("back", ""))

        def write(found: Clinic, values: dict[str, Any], once: Once) -> None:
            services.change(request.scope, clinic=found, values=whole(kind.names, values), once=once)

        latest = Latest(item, anew=lambda found: _clinic(request.scope), plain=kind.plain, write=write)
        form = edit(request, kind, lambda: kind(request, item, back), latest, about=item.id)
        if form is None:
            say(request, "Saved. It is in force everywhere within 15 seconds.")
            return redirect("console:settings", clinic)
        if isinstance(form, ChoiceForm):
            sides = both_sides(form, kind.names.__getitem__, partial(_words, Reader(request.scope, request.clinic)))
            return render(request, "console/settings/both.html", {"both": sides, "subject": subject}, status=409)
        shown = {"form": form, "subject": subject, "fields": [form[each] for each in kind.names], "back": back}
        return render(request, "console/settings/change.html", shown, status=422 if form.is_bound else 200)

    return view


def _clinic(scope: Scope) -> Clinic:
    """As the table has it at this moment."""
    return get(scope, Clinic, Clinic.at(scope.clinic_id))


def _words(reader: Reader, path: str, value: Any) -> str:
    return by_name()[path].told(value, reader)


@needs(MANAGE, Permission.AUDIT_READ)
@require_safe
def history(request: ClinicRequest, clinic: str) -> HttpResponse:
    reader = Reader(request.scope, request.clinic)
    found = past(request.scope, _clinic(request.scope), request.GET.get("after", ""))
    shown = {"past": found, "events": [pasts.told(each, reader) for each in found.events]}
    return render(request, "console/settings/history.html", shown)
