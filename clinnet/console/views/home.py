"""Where the console begins, and the box that leads anywhere in it."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from clinnet.accounts.access import ClinicRequest, needs
from clinnet.accounts.permissions import Permission
from clinnet.console import going
from clinnet.console.home import columns
from clinnet.console.reading import folded
from clinnet.console.shows import Reader


@needs(Permission.CLINIC_MANAGE)
@require_safe
def home(request: ClinicRequest, clinic: str) -> HttpResponse:
    reader = Reader(request.scope, request.clinic)
    return render(request, "console/home.html", {"columns": columns(reader)})


@needs(Permission.CLINIC_MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def go(request: ClinicRequest, clinic: str) -> HttpResponse:
    """It leads on where there is one way, or one of that name. By POST: a key that is pasted may have a name in it."""
    text = request.POST.get("find", "").strip()[: going.LONGEST]
    found = going.ways(text, Reader(request.scope, request.clinic)) if text else []
    if found and found[0].url and (len(found) == 1 or folded(found[0].label) == folded(text)):
        return redirect(found[0].url)
    return render(request, "console/go.html", {"text": text, "ways": found})
