"""Forms of the console's own: exports, and who works here."""

from typing import Any

from django import forms

from clinnet.accounts import queries
from clinnet.accounts.access import ClinicRequest
from clinnet.accounts.models import Staff
from clinnet.accounts.permissions import Role
from clinnet.console.exporting import CSV, JSON, WHY
from clinnet.console.reading import folded
from clinnet.forms.base import ClinicForm, Placed
from clinnet.forms.fields import Choice, Day, Email, Line

ROLES = {Role.RECEPTIONIST: "Reception", Role.NURSE: "Nurse", Role.DOCTOR: "Doctor", Role.ADMIN: "Administrator"}

UNTIL = "The last day on which they may do anything here, as of a locum. Empty: it does not end"


class ExportForm(ClinicForm):
    kind = Choice("As", [(CSV, "CSV, for a spreadsheet"), (JSON, "JSON, a line for each")])
    reason = Line("Reason", help_text="As “Recall for the flu vaccine”. Nobody's name")

    def ask_why(self) -> None:
        self.add_error("reason", WHY)


class RolesField(forms.MultipleChoiceField):
    def __init__(self) -> None:
        super().__init__(
            label="What they are here",
            choices=[*ROLES.items()],
            widget=forms.CheckboxSelectMultiple,
            help_text="In this clinic alone. It holds at their next click",
            error_messages={"required": "Give at least one role. Who is to have none is stopped."},
        )


class CosignersField(Placed, forms.MultipleChoiceField):
    """Doctors of the clinic."""

    def __init__(self) -> None:
        super().__init__(
            label="Notes are co-signed by",
            required=False,
            widget=forms.CheckboxSelectMultiple,
            help_text="What they sign waits for one of these too, as of a trainee. Nobody: their own is enough",
        )

    def place(self, request: ClinicRequest) -> None:
        self.choices = [(each.id, each.name) for each in queries.practitioners(request.scope)]


class RolesForm(ClinicForm):
    title = Line("Title", most=80, help_text="Shown beside the name: “Locum”, “Practice nurse”")
    roles = RolesField()
    cosigned_by = CosignersField()
    until = Day("Until", help_text=UNTIL)

    def __init__(self, request: ClinicRequest, member: Staff) -> None:
        super().__init__(request, about=member.id)
        self.initial = {
            "title": member.title or "",
            "roles": member.roles,
            "until": member.until or "",
            "cosigned_by": member.cosigned_by or [],
        }


class InviteForm(ClinicForm):
    draft = True
    name = Line(  # type: ignore[assignment]  # a field is no attribute
        "Name", most=80, required=True, error_messages={"required": "Whom do you invite?"}
    )
    email = Email(required=True, help_text="The invitation goes there. It is kept by the user pool alone")
    username = Line("Signs in as", most=60, help_text="Left empty: made of the name, as amara.okafor")
    title = Line("Title", most=80)
    roles = RolesField()
    until = Day("Until", help_text=UNTIL)

    @property
    def values(self) -> dict[str, Any]:
        """As staffing.invite takes them."""
        given = dict(self.cleaned_data)
        return given | {"username": given["username"] or _username(given["name"])}


def _username(name: str) -> str:
    """ "Dr Amara Okafor" → "amara.okafor" """
    words = [word for word in _plain(name).split() if word not in ("dr", "prof", "mr", "mrs", "ms")]
    return ".".join([words[0], words[-1]] if len(words) > 1 else words)


def _plain(name: str) -> str:
    return "".join(each if each.isalnum() and each.isascii() else " " for each in folded(name))
