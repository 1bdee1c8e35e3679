"""What the frame of every page needs beside the request."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest

from clinnet.accounts import queries
from clinnet.accounts.models import Clinic


def page(request: HttpRequest) -> dict[str, Callable[[], list[Clinic]]]:
    """`my_clinics` for the switcher; asked only by a page that shows it."""
    signin: Any = getattr(request, "signin", None)
    return {"my_clinics": lambda: [queries.clinic(each) for each in (signin.clinics or [])] if signin else []}
