"""What the frame of every page needs beside the request."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest

from clinnet.accounts import queries
from clinnet.accounts.models import Clinic
from clinnet.table.errors import Unavailable


def page(request: HttpRequest) -> dict[str, Callable[[], list[Clinic]]]:
    """`my_clinics` for the switcher; asked only by a page that shows it."""
    signin: Any = getattr(request, "signin", None)
    return {"my_clinics": lambda: _clinics(signin.clinics or []) if signin else []}


def _clinics(ids: list[str]) -> list[Clinic]:
    """None where they cannot be read: the page that says so has this frame too."""
    try:
        return [queries.clinic(each) for each in ids]
    except Unavailable:
        return []
