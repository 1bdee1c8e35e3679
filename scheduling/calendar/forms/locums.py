"""Who stands in for a colleague: the invitation of one of the staff, with the column and the days."""

from datetime import date
from typing import Any

from clinnet.accounts import queries as accounts
from clinnet.accounts.access import ClinicRequest
from clinnet.accounts.models import Staff
from clinnet.accounts.permissions import Role
from clinnet.console.forms import InviteForm
from clinnet.forms.fields import Day
from scheduling.calendar.forms.days import check_bounds, columns
from scheduling.calendar.forms.fields import OneOf
from scheduling.calendar.rules import hours
from scheduling.calendar.services.locums import Locum


class LocumForm(InviteForm):
    until = None  # type: ignore[assignment]  # Django's way to leave a field out: it is `last`
    who = OneOf("Sits in the column of", columns, none="Choose")
    first = Day("First day")
    last = Day("Last day", help_text="At the end of it they may do nothing here any more")

    def __init__(self, request: ClinicRequest) -> None:
        super().__init__(request)
        self.initial.update(title="Locum", roles=[Role.DOCTOR], who=request.GET.get("who", ""))

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for name, asked in (("who", "For whom?"), ("first", "From which day?"), ("last", "Until which day?")):
            if name in cleaned and not cleaned[name]:
                self.add_error(name, asked)
        if not self.errors:
            check_bounds(self, cleaned)
        if not self.errors:
            try:
                hours.check_other_days(
                    hours.OtherDays("locum", cleaned["first"], cleaned["last"], cleaned["who"], reason=cleaned["name"])
                )
            except hours.BadHours as bad:
                self.add_error(bad.field if bad.field in self.fields else "first", str(bad))
        return cleaned

    @property
    def locum(self) -> Locum:
        given = self.values
        return Locum(given["username"], given["name"].strip(), given["email"], given["roles"], given["title"])

    @property
    def days(self) -> tuple[date, date]:
        return date.fromisoformat(self.cleaned_data["first"]), date.fromisoformat(self.cleaned_data["last"])

    @property
    def practitioner(self) -> Staff:
        return accounts.member(self.scope, self.cleaned_data["who"])
