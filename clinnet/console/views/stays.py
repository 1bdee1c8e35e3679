"""Where somebody is signed in: everybody sees and ends their own, an administrator those of the staff."""

from dataclasses import dataclass
from datetime import UTC, datetime

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from clinnet import formats
from clinnet.accounts import queries, staffing
from clinnet.accounts.access import ClinicRequest, needs
from clinnet.accounts.permissions import Permission
from clinnet.accounts.stays import stays
from clinnet.forms.base import ClinicForm
from clinnet.toasts import say, warn

ENDED = "Ended. That browser is signed out at its next click."
GONE = "That browser is signed out already."


class EndForm(ClinicForm):
    """A stay of one person: `about` is who."""

    stay = forms.CharField(max_length=100, widget=forms.HiddenInput)


@dataclass(frozen=True, slots=True)
class Line:
    id: str
    browser: str
    since: str
    seen: str
    locked: bool
    own: bool


def lines(request: ClinicRequest, person: str) -> list[Line]:
    """With what is asked just now marked as its own."""
    return [
        Line(
            each.id,
            each.browser or "A browser",
            _when(each.at, request),
            _when(each.seen, request),
            each.locked,
            each.id == request.signin.id,
        )
        for each in stays(person)
    ]


def _when(seconds: float, request: ClinicRequest) -> str:
    return formats.when(datetime.fromtimestamp(seconds, UTC).isoformat(), request.clinic)


@needs(Permission.PATIENT_READ)
@require_http_methods(["GET", "HEAD", "POST"])
def own(request: ClinicRequest, clinic: str) -> HttpResponse:
    person = request.scope.actor.id
    form = EndForm(request, about=person)
    if form.is_bound:
        _end(request, form, person)
        return redirect("console:own-stays", clinic)
    return render(request, "console/stays.html", {"form": form, "stays": lines(request, person)})


@needs(Permission.CLINIC_MANAGE, Permission.STAFF_MANAGE)
@require_POST
def of_staff(request: ClinicRequest, clinic: str, staff_item: str) -> HttpResponse:
    member = queries.member(request.scope, staff_item)
    _end(request, EndForm(request, about=member.id), member.id)
    return redirect("console:staff-access", clinic, member.id)


def _end(request: ClinicRequest, form: EndForm, person: str) -> None:
    done = form.run(
        lambda once: staffing.end_stay(request.scope, person=person, stay=form.cleaned_data["stay"], once=once)
    )
    if done and done.result:
        say(request, ENDED)
    else:
        warn(request, form.sentence() or GONE)
