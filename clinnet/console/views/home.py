"""Where the console begins."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from clinnet.accounts.access import ClinicRequest, needs
from clinnet.accounts.permissions import Permission


@needs(Permission.CLINIC_MANAGE)
@require_safe
def home(request: ClinicRequest, clinic: str) -> HttpResponse:
    return render(request, "console/home.html")
