"""A dose, as it is given or taken over from a card."""

from typing import Any

from django import forms

from clinnet import formats
from clinnet.accounts.access import ClinicRequest
from clinnet.forms.base import ClinicForm
from clinnet.forms.fields import Choice, Day, Line
from patients.models import Patient
from records.lines import ImmunisationLine
from records.rules.vaccines import SITES, SOURCES, VACCINES
from records.services.asking import Asked
from records.services.recording import Moment

OTHER = "other"


class ImmunisationForm(ClinicForm):
    """`moment` is where it is recorded: its token is good for that alone."""

    vaccine = Choice(
        "Vaccine",
        [("", ""), *((name, name) for name in VACCINES), (OTHER, "Another one")],
        required=True,
        error_messages={"required": "Say which vaccine."},
    )
    other = Line("Which, if another one", most=80)
    on = Day("Given on")
    lot = Line("Lot", most=40)
    expires = Day("Expires", help_text="A lot that was given here before brings its expiry and maker.")
    maker = Line("Maker", most=80)
    site = Choice("Where", [("", ""), *((site, site) for site in SITES)])
    source = Choice("How it is known", list(SOURCES.items()), required=True)
    sure = forms.CharField(required=False, max_length=2000, widget=forms.HiddenInput)

    def __init__(
        self, request: ClinicRequest, patient: Patient, moment: Moment, *, vaccine: str = "", site: str = ""
    ) -> None:
        """`vaccine` is the one that is due, and `site` where the last one was given: they stand there to begin with."""
        self.moment = moment
        start: dict[str, Any] | None = None
        if request.method != "POST":
            start = {"on": formats.today(request.clinic), "source": "here", "vaccine": vaccine, "site": site}
        super().__init__(request, about=f"{patient.id}/{moment.entry_id}", start=start)
        self.fields["lot" if vaccine else "vaccine"].widget.attrs["autofocus"] = True

    @property
    def dose(self) -> ImmunisationLine:
        given = self.cleaned_data
        name = given["other"] if given["vaccine"] == OTHER else given["vaccine"]
        return ImmunisationLine(
            vaccine=name,
            cvx=VACCINES.get(name, ""),
            on=given["on"],
            lot=given["lot"],
            expires=given["expires"],
            maker=given["maker"],
            site=given["site"],
            source=given["source"],
        )

    @property
    def answered(self) -> frozenset[str]:
        return frozenset(self.cleaned_data["sure"].split())

    def answers(self, asked: Asked | None) -> str:
        """What the page asks now, with what it asked before."""
        return " ".join(sorted({*self.answered, *asked.answers})) if asked else ""
