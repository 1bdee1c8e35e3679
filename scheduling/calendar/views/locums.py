"""A locum taken on in one form."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from clinnet.accounts.access import RIGHTS, ClinicRequest, needs
from clinnet.accounts.permissions import Permission
from clinnet.console.views.staff import METHODS, NOT_TOLD
from clinnet.table import Once
from clinnet.toasts import say, warn
from scheduling.calendar import rows as calendar_rows
from scheduling.calendar.forms.locums import LocumForm
from scheduling.calendar.services import locums


@needs(Permission.HOURS, Permission.STAFF_MANAGE, fresh=RIGHTS)
@require_http_methods(METHODS)
def add(request: ClinicRequest, clinic: str) -> HttpResponse:
    form = LocumForm(request)

    def take_on(once: Once) -> str:
        first, last = form.days
        return (
            locums.take_on(
                request.scope, form.locum, practitioner=form.practitioner, first=first, last=last, once=once
            ).account
            or ""
        )

    if done := form.run(take_on):
        days = calendar_rows.stretch(form.cleaned_data["first"], form.cleaned_data["last"], request.clinic)
        say(request, f"{form.locum.name} was invited, and sits in {form.practitioner.name}'s column: {days}.")
        if done.result:
            warn(request, NOT_TOLD)
        return redirect("console:staff-list", clinic)
    return render(request, "scheduling/calendar/locum.html", {"form": form}, status=422 if form.is_bound else 200)
