"""The trail: by time, by person, by topic, by patient."""

from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from clinnet.accounts.access import ClinicRequest, needs
from clinnet.accounts.permissions import Permission
from clinnet.audit import seals
from clinnet.console import trail as trails
from clinnet.console.shows import Reader, within
from clinnet.console.trail import Wish


@needs(Permission.CLINIC_MANAGE, Permission.AUDIT_READ)
@require_safe
def trail(request: ClinicRequest, clinic: str) -> HttpResponse:
    reader = Reader(request.scope, request.clinic)
    wish = Wish.of(request.GET.dict(), reader)
    found = wish.find(request.scope)
    older = wish.older(found.next)
    until = wish.until.astimezone(ZoneInfo(request.clinic.time_zone))
    events = trails.told(found.events, reader)
    sealed = seals.last(request.scope, months=2)
    shown = {
        "heading": trails.heading(wish, events, reader),
        "sealed": within(sealed.end, reader) if sealed else "",
        "wish": wish,
        "events": events,
        "people": trails.people(reader),
        "topics": trails.TOPICS.items(),
        "until": f"{until:%Y-%m-%dT%H:%M}",
        "older_url": f"?{urlencode(older)}" if older else "",
    }
    return render(request, "console/trail.html", shown)
