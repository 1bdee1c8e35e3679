"""Where the console begins."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from clinnet.accounts.access import ClinicRequest, needs
from clinnet.accounts.permissions import Permission
from clinnet.console.home import columns
from clinnet.console.shows import Reader


@needs(Permission.CLINIC_MANAGE)
@require_safe
def home(request: ClinicRequest, clinic: str) -> HttpResponse:
    reader = Reader(request.scope, request.clinic)
    return render(request, "console/home.html", {"columns": columns(reader)})
