"""Who works here: inviting, what they may do, stopping and letting in again."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from clinnet.accounts import queries, staffing
from clinnet.accounts.access import RIGHTS, ClinicRequest, needs
from clinnet.accounts.models import Staff
from clinnet.accounts.permissions import Permission
from clinnet.console import history
from clinnet.console.forms import InviteForm, RolesForm
from clinnet.console.views.stays import EndForm, lines
from clinnet.forms.base import button
from clinnet.toasts import say, warn

DOORS = (Permission.CLINIC_MANAGE, Permission.STAFF_MANAGE)
HALF_WAY = ("stop", "password")  # what the user pool may have yet to be told
METHODS = ["GET", "HEAD", "POST"]
NOT_TOLD = "Cognito did not answer. What is left to do stands on their page: go on there."


@needs(*DOORS, fresh=RIGHTS)
@require_http_methods(METHODS)
def invite(request: ClinicRequest, clinic: str) -> HttpResponse:
    form = InviteForm(request)
    if done := form.run(lambda once: staffing.invite(request.scope, **form.values, once=once)):
        invited = queries.member(request.scope, done.result)
        if invited.account:
            warn(request, NOT_TOLD)
        else:
            say(request, f"{invited.name} was invited. The mail is valid for three days.")
        return redirect("console:staff-access", clinic, invited.id)
    return render(request, "console/staff_invite.html", {"form": form}, status=422 if form.is_bound else 200)


@needs(*DOORS, fresh=RIGHTS)
@require_http_methods(METHODS)
def access(request: ClinicRequest, clinic: str, staff_item: str) -> HttpResponse:
    member = queries.member(request.scope, staff_item)
    form = history.begun(request, member, partial(RolesForm, request))
    if form.run(lambda once: staffing.change_roles(request.scope, member=member, **form.cleaned_data, once=once)):
        say(request, "Saved.")
        return redirect("console:staff-item", clinic, member.id)
    shown = {
        "form": form,
        "member": member,
        "buttons": {name: _button(request, name, member) for name in ACTS},
        "stays": lines(request, member.id),
        "end": EndForm(request, about=member.id, start={}),
    }
    return render(request, "console/staff_access.html", shown, status=422 if form.is_bound else 200)


def _button(request: ClinicRequest, name: str, member: Staff) -> Any:
    return button(request, f"staff {name}", about=member.id)


# What each button does, and what is said then. Going on alone may not come to its end.
ACTS: Mapping[str, tuple[Callable[..., bool | None], str]] = {
    "stop": (staffing.stop, "{} is stopped here, and signed out everywhere."),
    "start": (staffing.start, "{} may sign in again."),
    "sign_out": (staffing.sign_out, "{} is signed out everywhere."),
    "password": (
        staffing.new_password,
        "{} gets a mail with a password to begin with, and is signed out everywhere.",
    ),
    "second_factor": (
        staffing.new_second_factor,
        "{} sets up another second factor at the next sign-in, and is signed out everywhere.",
    ),
    "go_on": (staffing.go_on, "Done."),
}


def _act(request: ClinicRequest, clinic: str, staff_item: str, what: str) -> HttpResponse:
    member = queries.member(request.scope, staff_item)
    form, (do, sentence) = _button(request, what, member), ACTS[what]
    done = form.run(lambda once: do(request.scope, member=member, once=once))
    is_told = what not in HALF_WAY or not queries.member(request.scope, member.id).account
    if done and done.result is not False and is_told:
        say(request, sentence.format(member.name))
    else:
        warn(request, form.sentence() or NOT_TOLD)
    return redirect("console:staff-access", clinic, member.id)


let_in_or_out = needs(*DOORS, fresh=RIGHTS)(require_POST(_act))
finish = needs(*DOORS)(require_POST(_act))  # what was asked before, or what is safe at any moment
