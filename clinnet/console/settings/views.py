"""Settings: all of them on one page, a form for each subject, and what was changed when."""

from base64 import b64encode
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from clinnet.accounts.access import WEAKER, ClinicRequest, needs
from clinnet.accounts.models import Clinic
from clinnet.accounts.permissions import Permission
from clinnet.addresses import reverse
from clinnet.console.history import past
from clinnet.console.registry import EVENT
from clinnet.console.settings import access as accesses
from clinnet.console.settings import logos, pasts, services
from clinnet.console.settings.declared import Subject, Values, by_name, subjects
from clinnet.console.settings.forms import SettingsForm, form_of, whole
from clinnet.console.settings.logos import LogoForm
from clinnet.console.shows import Reader
from clinnet.console.views.entities import View
from clinnet.documents import CannotPrint
from clinnet.editing import Latest, both_sides, edit
from clinnet.forms.base import button
from clinnet.forms.edit import ChoiceForm
from clinnet.table import Once, Scope, get
from clinnet.table.errors import Refused, Unavailable
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
    url = f"console:settings-{subject.name}" if subject.changeable else subject.settings[0].page
    change_url = reverse(url, args=[here]) if url else ""
    return Part(subject, lines, change_url, [(label, reverse(url, args=[here])) for label, url in subject.links])


@needs(MANAGE)
@require_safe
def access(request: ClinicRequest, clinic: str) -> HttpResponse:
    shown = {"table": accesses.table(request.clinic), "roles": accesses.ROLES.values()}
    return render(request, "console/settings/access.html", shown)


def change_of(subject: Subject) -> View:
    kind = form_of(subject)

    @needs(MANAGE, subject.needs, fresh=WEAKER)
    @require_http_methods(["GET", "HEAD", "POST"])
    def view(request: ClinicRequest, clinic: str) -> HttpResponse:
        item, back = _clinic(request.scope), pasts.values(request.scope, subject, request.GET.get(EVENT, ""))

        def write(found: Clinic, values: dict[str, Any], once: Once) -> None:
            services.change(request.scope, clinic=found, values=whole(kind.names, values), once=once)

        latest = Latest(item, anew=lambda found: _clinic(request.scope), plain=kind.plain, write=write)
        if "show" in request.POST:
            return _change(request, subject, kind(request, item, back), back)
        form = edit(request, kind, lambda: kind(request, item, back), latest, about=item.id)
        if form is None:
            say(request, "Saved. It is in force everywhere within 15 seconds.")
            return redirect("console:settings", clinic)
        if isinstance(form, ChoiceForm):
            sides = both_sides(form, kind.names.__getitem__, partial(_words, Reader(request.scope, request.clinic)))
            return render(request, "console/settings/both.html", {"both": sides, "subject": subject}, status=409)
        return _change(request, subject, form, back)

    return view


def _change(request: ClinicRequest, subject: Subject, form: SettingsForm, back: Values | None) -> HttpResponse:
    """The form, with a picture of what it makes where the subject has one. *Show* writes nothing."""
    shown: dict[str, Any] = {
        "form": form,
        "subject": subject,
        "fields": [form[each] for each in form.names],
        "back": back,
        "links": [(label, reverse(url, args=[request.scope.clinic_id])) for label, url in subject.links],
    }
    if subject.sample:
        try:
            picture = subject.sample(form.clinic, form.typed)
            shown["sample"] = f"data:image/png;base64,{b64encode(picture).decode()}"
        except CannotPrint as refused:
            shown["refused"] = refused.sentence
    if subject.told and "show" in request.POST:
        shown["told"] = subject.told(request.scope, form.clinic, form.typed)
    sent = form.is_bound and "show" not in request.POST
    return render(request, "console/settings/change.html", shown, status=422 if sent or form.errors else 200)


@needs(MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def logo(request: ClinicRequest, clinic: str) -> HttpResponse:
    item = _clinic(request.scope)
    form, remove = LogoForm(request, about=item.id), button(request, "remove logo", about=item.id)
    used = remove if "remove" in request.POST else form
    if used.run(lambda once: _choose(request, item, form, once)):
        say(request, "Saved.")
        return redirect("console:settings-clinic", clinic)
    shown = {"form": form, "remove": remove if item.logo else None}
    return render(request, "console/settings/logo.html", shown, status=422 if used.errors else 200)


def _choose(request: ClinicRequest, clinic: Clinic, form: LogoForm, once: Once) -> None:
    file = None if "remove" in request.POST else form.cleaned_data["logo"]
    picture = logos.prepare(file, file.size) if file else b""
    try:
        logos.choose(request.scope, clinic=clinic, picture=picture, once=once)
    except Unavailable as unavailable:
        raise Refused(unavailable.sentence, field="logo") from None


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
