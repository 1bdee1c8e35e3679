"""The trail: by time, by person, by topic, by patient."""

from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods

from clinnet.accounts.access import ClinicRequest, needs
from clinnet.accounts.permissions import Permission
from clinnet.audit import checked, seals
from clinnet.console import trail as trails
from clinnet.console.shows import Reader, within
from clinnet.console.trail import Wish
from clinnet.forms.base import button


@needs(Permission.CLINIC_MANAGE, Permission.AUDIT_READ)
@require_http_methods(["GET", "HEAD", "POST"])
def trail(request: ClinicRequest, clinic: str) -> HttpResponse:
    """What is sent holds the day up to the moment that is shown against its seals."""
    reader = Reader(request.scope, request.clinic)
    wish = Wish.of(request.GET.dict(), reader)
    form = button(request, "verify the trail")
    if form.run(lambda once: checked.check_day(request.scope, until=wish.until, once=once)):
        return redirect(request.get_full_path())
    found = wish.find(request.scope)
    older = wish.older(found.next)
    until = wish.until.astimezone(ZoneInfo(request.clinic.time_zone))
    events = trails.told(found.events, reader)
    sealed = seals.last(request.scope, months=2)
    shown = {
        "heading": trails.heading(wish, events, reader),
        "sealed": within(sealed.end, reader) if sealed else "",
        "form": form,
        "checked": trails.told_check(request.scope, reader),
        "wish": wish,
        "events": events,
        "people": trails.people(reader),
        "topics": trails.TOPICS.items(),
        "until": f"{until:%Y-%m-%dT%H:%M}",
        "older_url": f"?{urlencode(older)}" if older else "",
    }
    return render(request, "console/trail.html", shown, status=422 if form.errors else 200)
