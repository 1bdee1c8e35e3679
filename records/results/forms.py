"""An order, a result as it is typed off a report, and what a doctor says of it."""

from typing import Any

from django import forms

from clinnet import formats
from clinnet.accounts.access import ClinicRequest
from clinnet.forms.base import ClinicForm
from clinnet.forms.fields import Choice, Day, Line, Notes, PractitionerField
from patients.models import Patient
from records.lines import OrderLine
from records.results.services import ANSWERS, Came
from records.rules import results as rules
from records.services.recording import Moment

LETTERS = {"tell": "t", "repeat": "r", "see": "s"}
HOW = "Words stand behind a colon. Write 1250 for 1 250, and CA125 for CA 125."


class OrderForm(ClinicForm):
    """`moment` is where it is recorded: its token is good for that alone."""

    what = Line("What", most=120, required=True, error_messages={"required": "Say what is ordered."})
    kind = Choice("Kind", list(rules.KINDS.items()), required=True)
    why = Line("For", most=120)

    def __init__(self, request: ClinicRequest, patient: Patient, moment: Moment) -> None:
        self.moment = moment
        super().__init__(request, about=f"{patient.id}/{moment.entry_id}")

    @property
    def order(self) -> OrderLine:
        given = self.cleaned_data
        return OrderLine(what=given["what"], kind=given["kind"], why=given["why"])


class ResultForm(ClinicForm):
    """`order` is "entry/id" of the order that it answers, or empty."""

    draft = True
    draft_only = ("title", "on", "values", "comment", "person")  # the order stands in the address

    title = Line("What was examined", most=120, required=True, error_messages={"required": "Say what was examined."})
    on = Day("Examined on")
    values = Notes(
        "Values, one a line",
        rows=5,
        help_text="Value, unit, and the range in brackets, as the report has them. Without a range, H or L "
        "nothing is marked.",
    )
    comment = Line("What the report says", most=500)
    person = PractitionerField("Who looks at it")
    order = forms.CharField(required=False, max_length=80, widget=forms.HiddenInput)

    def __init__(self, request: ClinicRequest, patient: Patient, start: dict[str, Any]) -> None:
        first = {"on": formats.today(request.clinic), **start} if request.method != "POST" else None
        super().__init__(request, about=patient.id, start=first)
        attrs = {"placeholder": "HbA1c 68 mmol/mol (20-42)\nCulture: no growth", "spellcheck": "false"}
        self.fields["values"].widget.attrs |= attrs

    def clean_values(self) -> list[rules.Value]:
        values, unknown = rules.parse(self.cleaned_data["values"])
        if unknown:
            raise forms.ValidationError(f"Not understood: {'; '.join(unknown)}. {HOW}")
        return values

    @property
    def came(self) -> Came:
        given = self.cleaned_data
        entry, _, order = given["order"].partition("/")
        return Came(
            given["title"],
            given["values"],
            given["on"] or formats.today(self.request.clinic),
            given["comment"],
            given["person"],
            order,
            entry,
        )


class LookForm(ClinicForm):
    """What follows from a result."""

    answer = Choice(
        "What follows",
        [*ANSWERS.items()],
        required=True,
        error_messages={"required": "Say what follows from it."},
        widget=forms.RadioSelect,
    )
    weeks = Choice(
        "In",
        [("1", "1 week"), ("2", "2 weeks"), ("4", "4 weeks"), ("13", "3 months"), ("26", "6 months")],
        initial="4",
    )
    said = Line("In a word", most=300)

    @property
    def answers(self) -> list[tuple[str, str, str]]:
        """What is sent, its words and its letter: "Normal" has none, for Y says so at once where it may be said."""
        return [(answer, words, LETTERS.get(answer, "")) for answer, words in ANSWERS.items()]
