"""What a relative is to a patient, and may do."""

from typing import Any, cast

from django import forms
from django.http import QueryDict

from clinnet.accounts.access import ClinicRequest
from clinnet.forms.base import ClinicForm
from clinnet.forms.fields import Choice, Line, Tick
from clinnet.forms.pick import MOST_TYPED, PickField
from patients import family
from patients.forms.fields import PhoneField
from patients.forms.registering import TIE_CHOICES, TIES
from patients.models import Patient
from patients.rules.shape import Link

LOOKED_AFTER = ("child", "ward", "cared")
RIGHTS = {"messages": "Receives messages", "books": "May book", "pays": "Pays"}


class TieForm(ClinicForm):
    """What somebody is and may do: shared by all forms about a relative."""

    kind = Choice(
        "What they are to this patient",
        [("", "Choose"), *family.KINDS.items()],
        required=True,
        error_messages={"required": "Say what they are to this patient."},
    )
    messages = Tick(RIGHTS["messages"])
    books = Tick(RIGHTS["books"])
    pays = Tick(RIGHTS["pays"])

    @property
    def tie(self) -> Link:
        given = self.cleaned_data
        return Link(kind=given["kind"], messages=given["messages"], books=given["books"], pays=given["pays"])


class LinkForm(TieForm):
    """Somebody we know: found by `q`, chosen as `other`."""

    q = Line("Find them", most=MOST_TYPED)
    other = PickField("record", "Find them")

    def __init__(self, request: ClinicRequest, patient: Patient) -> None:
        super().__init__(request, about=patient.id)
        cast(PickField, self.fields["other"]).without = (patient.id, *family.ids(patient))
        cast(forms.ChoiceField, self.fields["kind"]).choices = [
            ("", "Choose"),
            *((tie, family.capital(words)) for tie, words in TIE_CHOICES),
        ]

    @property
    def both(self) -> tuple[Link, Link]:
        """What the other is to this patient, and this patient to the other: who looks after whom has the rights."""
        given = self.cleaned_data
        _, there, back = TIES[given["kind"]]
        rights = Link(messages=given["messages"], books=given["books"], pays=given["pays"])
        if given["kind"] in LOOKED_AFTER:
            return {"kind": there}, {**rights, "kind": back}
        return {**rights, "kind": there}, {"kind": back}

    def clean_other(self) -> Patient:
        other: Patient | None = self.cleaned_data["other"]
        if not other:
            raise forms.ValidationError("Find them first, then choose.")
        return other

    def keep(self) -> None:
        """What was typed so far stays, not yet judged: the search is only a step."""
        self.initial = {name: self.data.get(name, "") for name in self.fields}
        self.is_bound = False


class OutsiderForm(TieForm):
    """A relative who is not a patient."""

    field_order = ("who", "phone", "kind", *RIGHTS)
    who = Line("Name", most=120, required=True, error_messages={"required": "A name is needed."})
    phone = PhoneField()

    @property
    def tie(self) -> Link:
        if "who" not in self.fields:
            return super().tie
        return {**super().tie, "name": self.cleaned_data["who"], "phone": self.cleaned_data["phone"]}


class EditTieForm(OutsiderForm):
    """`seen` is what the link was when the form was opened. A patient's own name and phone are not changed here."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, request: ClinicRequest, link: Link) -> None:
        self.now = family.told(link)
        super().__init__(request, about=link["id"])
        self.initial = {**link, "seen": self.now, "who": link.get("name")}
        if link.get("patient_id"):
            del self.fields["who"], self.fields["phone"]
        self.link = link

    def clean(self) -> dict[str, Any]:
        """Somebody else's change is shown, and this one kept: sent again, it counts."""
        given = super().clean() or {}
        seen = given.get("seen")
        wanted = {**self.link, **self.tie} if not self.errors else self.link
        if seen != self.now and family.told(wanted) != self.now:
            self.data = {**self.data.dict(), "seen": self.now} if isinstance(self.data, QueryDict) else self.data
            raise forms.ValidationError(
                f"Somebody changed this while you were editing. Now it is: {self.now}. Save again to keep yours."
            )
        return given
