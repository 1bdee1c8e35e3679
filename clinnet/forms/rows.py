"""Rows of a form that repeat."""

from typing import Any

from clinnet.accounts.access import ClinicRequest
from clinnet.forms.base import QuickForm, place_fields


class RowForm(QuickForm):
    """One row; made by a formset with `form_kwargs={"request": request}`."""

    def __init__(self, *args: Any, request: ClinicRequest, **options: Any) -> None:
        super().__init__(*args, **options)
        place_fields(self, request)
