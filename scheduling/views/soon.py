"""Addresses whose pages are not built yet."""

from typing import Any

from django.http import HttpResponse

from clinnet.accounts.access import ClinicRequest, needs
from clinnet.accounts.permissions import Permission


@needs(Permission.SCHEDULE_READ)
def soon(request: ClinicRequest, **kwargs: Any) -> HttpResponse:
    return HttpResponse("Soon.")
