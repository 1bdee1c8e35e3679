"""Registering somebody, alone or as a relative of a patient we know."""

import secrets
from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_POST

from clinnet import clock, formats
from clinnet.accounts.access import ClinicRequest, needs
from clinnet.accounts.permissions import Permission
from clinnet.addresses import reverse
from clinnet.table import Once
from clinnet.toasts import say
from patients import duplicates, hooks, services
from patients.access import about_patient
from patients.duplicates import Suspect
from patients.forms.fields import Birth
from patients.forms.registering import MINOR, RegisterForm, from_relative, from_search
from patients.models import Patient
from patients.rules import births, names, typed
from patients.search import understood
from patients.views.rows import flags

BEGUN = "begun"  # in the session: what was typed in the search box, by a random name
MOST_BEGUN = 5


@needs(Permission.PATIENT_WRITE)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: ClinicRequest, clinic: str) -> HttpResponse:
    """Blank, or begun with what was typed in the search box; or saved, by POST."""
    typed_text = request.POST.get("typed")
    if typed_text is not None:
        return _begin(request, typed_text)
    if request.method == "POST":
        return _sent(request, RegisterForm(request), None)
    begun = request.session.get(BEGUN, {}).get(request.GET.get("from"), "")
    wish = understood(begun, request.clinic).registration
    start = from_search(wish)
    known = {**wish, "phones": start.get("phones", [])}
    suspects = duplicates.likely(request.scope, known) if wish else []
    return _page(request, RegisterForm(request, start=start), suspects, None)


def _begin(request: ClinicRequest, text: str) -> HttpResponse:
    """Leads to a page of its own, so that Back and Reload show it again; its address names nobody."""
    begun, name = list(request.session.get(BEGUN, {}).items()), secrets.token_hex(4)
    request.session[BEGUN] = dict([*begun, (name, text[: typed.LONGEST])][-MOST_BEGUN:])
    query = {"from": name, **({"on": on} if (on := request.POST.get("on")) else {})}
    return redirect(f"{reverse('patients:new', args=[request.scope.clinic_id])}?{urlencode(query)}")


@needs(Permission.PATIENT_WRITE)
@require_http_methods(["GET", "HEAD", "POST"])
@about_patient
def relative(request: ClinicRequest, patient: Patient) -> HttpResponse:
    """Begun with what relatives share; saved with the link, or not at all."""
    if request.method == "POST":
        return _sent(request, RegisterForm(request, about=patient.id), patient)
    age = births.years(patient.birth_date, clock.today(request.clinic.time_zone)) if patient.birth_date else None
    start = from_relative(services.shared_with_relatives(patient))
    start["tie"] = "parent" if age is not None and age < MINOR else "child"
    return _page(request, RegisterForm(request, about=patient.id, start=start), [], patient)


@needs(Permission.PATIENT_WRITE)
@require_POST
def check(request: ClinicRequest, clinic: str) -> HttpResponse:
    """While one types: who this may be. Reads only."""
    form = RegisterForm(request)
    suspects = duplicates.likely(request.scope, form.patient(), but=request.POST.get("about", ""))
    shown = _panel(request, form, form.shown(suspects), linkable="about" not in request.POST)
    return render(request, "patients/register_check.html", {**shown, "form": form, "birth_said": _birth_said(form)})


def _sent(request: ClinicRequest, form: RegisterForm, known: Patient | None) -> HttpResponse:
    suspects: list[Suspect] = []
    if form.is_valid():
        suspects = duplicates.likely(request.scope, form.patient(), but=known.id if known else "")
        if (not form.unanswered(suspects) or form.was_done()) and (id := _saved(form, known)):
            _tell(request, form, known)
            then = hooks.after(request) if "then" in request.POST else None
            return redirect(then.url(id)) if then else redirect("patients:overview", request.scope.clinic_id, id)
    return _page(request, form, suspects, known)


def _saved(form: RegisterForm, known: Patient | None) -> str:
    """The new patient's id; empty where the form was refused."""
    data, relative = form.patient(), known or form.cleaned_data.get("link")

    def register(once: Once) -> str:
        if relative:
            return services.register_for(form.scope, relative, data, form.ties(relative), once=once)
        return services.register(form.scope, data, once=once)

    done = form.run(register)
    return done.result if done else ""


def _tell(request: ClinicRequest, form: RegisterForm, known: Patient | None) -> None:
    data, relative = form.patient(), known or form.cleaned_data.get("link")
    who = [names.in_sentence(data), formats.date(data.get("birth_date", ""), request.clinic)]
    linked = f" Linked to {names.in_sentence(relative.data)}." if relative else ""
    say(request, f"Registered: {', '.join(filter(None, who))}.{linked}")


# --- What is shown -------------------------------------------------------------------------------------------------


def _page(request: ClinicRequest, form: RegisterForm, suspects: list[Suspect], known: Patient | None) -> HttpResponse:
    here = request.scope.clinic_id
    back = reverse("patients:overview", args=[here, known.id]) if known else reverse("patients:list", args=[here])
    shown = {
        "form": form,
        "blank": None if suspects else form.blank,
        "layout": "patients/page.html" if known else "base.html",
        "relative_of": names.full_name(known.data) if known else "",
        "about": known.id if known else "",
        "asking": bool(form.is_bound and form.is_valid() and form.unanswered(suspects)),
        "cancel_url": back,
        "then": hooks.after(request),
        "on": hooks.goes_on(request),
        "birth_said": "" if form.errors.get("birth") else _birth_said(form),
        "tie_label": f"To {names.in_sentence(known.data)}, the new patient is" if known else "",
    }
    wrong = form.is_bound and not form.is_valid()  # its rows too
    panel = _panel(request, form, form.shown(suspects), linkable=known is None)
    return render(request, "patients/register.html", shown | panel, status=422 if wrong else 200)


def _panel(request: ClinicRequest, form: RegisterForm, suspects: list[Suspect], *, linkable: bool) -> dict[str, Any]:
    found = [_suspect(request, each) for each in suspects]
    return {
        "alike": [each for each in found if not each["relative"]],
        "relatives": [each for each in found if each["relative"]],
        "acknowledged": form.acknowledged,
        "linkable": linkable,
        "link": request.POST.get("link", ""),
    }


def _suspect(request: ClinicRequest, suspect: Suspect) -> dict[str, Any]:
    patient, how = suspect.patient, suspect.likeness
    born = formats.date(patient.birth_date or "", request.clinic)
    after = f", {born}" if born else ""
    return {
        "id": patient.id,
        "name": names.full_name(patient.data),
        "born": after,
        "flags": flags(patient.line or {}),
        "url": reverse("patients:overview", args=[request.scope.clinic_id, patient.id]),
        "rest": f"{after}. {how.sentence}",
        "shared": how.reasons[0],
        "strong": how.strong,
        "relative": how.relative,
    }


def _birth_said(form: RegisterForm) -> str:
    """The date as it was understood, with the age; or why it cannot be one. Nothing while it is being typed."""
    birth: Birth | None = form.cleaned_data.get("birth") if form.is_bound else form.initial.get("birth")
    if birth:
        here = form.request.clinic
        age = births.age(birth.date, clock.today(here.time_zone), estimated=birth.estimated)
        return f"{formats.date(birth.date, here)}, {age}"
    errors: Mapping[str, Any] = form.errors.as_data()
    return next((str(each.message) for each in errors.get("birth", []) if each.code == "impossible"), "")
