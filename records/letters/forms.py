"""A letter while it is written, and a template of letters."""

from collections.abc import Sequence
from typing import Any

from django import forms

from clinnet.accounts.access import ClinicRequest
from clinnet.forms.base import ClinicForm
from clinnet.forms.fields import Choice, Line, Notes, Tick
from patients.models import Patient
from records.letters.models import ClinicLetter
from records.letters.services import Draft, Fact, words_of
from records.rules import letters as rules
from records.rules.letters import LetterTemplate


class LetterForm(ClinicForm):
    """Kept while it is typed, one of each template for a patient."""

    draft = True
    already = "This letter is signed already, from another tab. Sign it again only if it is wanted twice."

    how_long = Line("For how long", most=10, help_text="Today counted: 5d, 2w")
    title = Line("What it is", most=80)
    to = Notes("To", most=400, rows=3)
    text = Notes("Letter", most=rules.LONGEST, rows=14)
    facts = forms.MultipleChoiceField(label="From the chart", required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(
        self, request: ClinicRequest, patient: Patient, template: LetterTemplate, facts: Sequence[Fact]
    ) -> None:
        self.template = template
        super().__init__(request, about=f"{patient.id}/{template.id}")
        chosen = [each.id for each in facts if each.part in template.facts]
        text = rules.filled(template.text, words_of(request.scope, patient))
        self.initial = {"title": template.name, "text": text, "facts": chosen}
        sent = set(request.POST.getlist("facts"))  # what is gone is refused in words
        here = [(each.id, f"{rules.FACTS[each.part]}: {each.words}") for each in facts]
        gone = sorted(sent - {each.id for each in facts})
        self.fields["facts"].choices = [*here, *((id, "Not in the chart any more") for id in gone)]  # type: ignore[attr-defined]  # a choice field
        if template.kind != "sick":
            del self.fields["how_long"]
        elif not self.is_bound:
            self.fields["how_long"].widget.attrs["autofocus"] = True
            self.initial["how_long"] = request.GET.get("for", "")[:10]
            self.begun = bool(self.initial["how_long"])

    @property
    def letter(self) -> Draft:
        given = self.cleaned_data
        return Draft(
            self.template, given["title"], given["text"], given["to"], given["facts"], given.get("how_long", "")
        )


class LetterTemplateForm(ClinicForm):
    draft = True

    name = Line("Name", most=60, required=True, error_messages={"required": "A template needs a name."})  # type: ignore[assignment]  # a field is no attribute
    kind = Choice("Kind", [*rules.KINDS.items()], required=True)
    text = Notes(
        "Text at first",
        most=rules.LONGEST,
        rows=12,
        required=True,
        error_messages={"required": "Write what stands in it at first."},
        help_text="{patient}, {born}, {number}, {today}, {doctor}, {clinic} are filled in; {what?} is a blank",
    )
    facts = forms.MultipleChoiceField(
        label="Ticked at first", required=False, widget=forms.CheckboxSelectMultiple, choices=[*rules.FACTS.items()]
    )
    active = Tick("In use", initial=True)

    def __init__(self, request: ClinicRequest, letter: ClinicLetter | None) -> None:
        super().__init__(request, about=letter.id if letter else "new")
        if letter:
            self.initial = {
                "name": letter.name,
                "kind": letter.kind,
                "text": letter.text,
                "facts": letter.facts or [],
                "active": letter.active,
            }

    @property
    def values(self) -> dict[str, Any]:
        return dict(self.cleaned_data)
