"""What a person may write into a chart."""

from dataclasses import dataclass
from typing import Any, cast

from django import forms

from clinnet.accounts.access import ClinicRequest
from clinnet.addresses import reverse
from clinnet.forms.base import ClinicForm
from clinnet.forms.fields import Line, Notes
from clinnet.forms.pick import PickField
from patients.models import Patient
from records.models import Note
from records.rules import brought
from records.rules.measured_line import PadField, pad, units_of
from records.rules.notes import SOAP, Section, Template
from records.services.asking import Asked, Instead, Slip
from records.services.notes import Written
from records.services.recording import Answers, Moment
from records.services.typing import Typed

LONGEST = 24_000  # characters of a section


@dataclass(frozen=True, slots=True)
class NotePlace:
    """Where a note is written, and what a new one is called at first."""

    entry_id: str
    note_id: str
    title: str = "Note"
    template: Template = SOAP
    owner: str = ""  # the record in which it was begun, where that was folded into this one since


class NoteForm(ClinicForm):
    """A note while it is written; its draft lasts until it is signed or discarded."""

    draft = True

    title = Line("What it is", most=80)
    version = forms.IntegerField(required=False, initial=0, widget=forms.HiddenInput({"data-base": ""}))
    owner = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
    made_of = forms.CharField(required=False, max_length=60, widget=forms.HiddenInput)  # Template.made_of
    sure = forms.CharField(required=False, max_length=2000)  # Asked.answers, parted by spaces
    reason = Line("Reason", most=200)

    def __init__(self, request: ClinicRequest, patient: Patient, place: NotePlace, old: Note | None) -> None:
        self.entry_id, self.note_id = place.entry_id, place.note_id
        self.template = place.template
        start = None if request.method == "POST" else _start(old, place)
        owner = place.owner or patient.id
        start = start | {"owner": owner} if start else start
        super().__init__(request, about=about(owner, place.entry_id, place.note_id), start=start)
        self.keep_url = reverse("records:keep-note", args=[request.scope.clinic_id])
        for part in self.template.parts:
            self.fields[part.key] = Notes(part.label, most=LONGEST, rows=2)
            self.fields[part.key].widget.attrs |= {"autocomplete": "off", "data-section": ""}
            self.fields[f"{part.key}_brought"] = forms.CharField(
                required=False, max_length=LONGEST, widget=forms.HiddenInput({"data-brought": part.key})
            )

    @property
    def parts(self) -> list[Any]:
        """The bound fields of the sections, in order, each with that of what was brought forward into it."""
        return [(self[part.key], self[f"{part.key}_brought"]) for part in self.template.parts]

    @property
    def answers(self) -> Answers:
        return Answers(frozenset(self.cleaned_data["sure"].split()), self.cleaned_data["reason"])

    def told(self, asked: Asked | None) -> str:
        """What the page asks now, with what it asked before."""
        return " ".join(sorted({*self.answers.given, *asked.answers})) if asked else " ".join(self.answers.given)

    @property
    def written(self) -> Written:
        given = self.cleaned_data
        sections = tuple(
            Section(part.key, part.label, given[part.key], brought.read(given[f"{part.key}_brought"]))
            for part in self.template.parts
        )
        return Written(
            self.entry_id,
            self.note_id,
            given["title"] or "Note",
            sections,
            version=int(given["version"] or 0),
            template=self.template,
        )


def about(owner: str, entry_id: str, note_id: str) -> str:
    return f"{owner}/{entry_id}/{note_id}"


def draft_of(about: str) -> str:
    """The name of the draft of a NoteForm."""
    return f"{NoteForm.__name__} {about}"


def taken_apart(form: str) -> tuple[str, str, str] | None:
    """The patient, entry and note whom the draft of a NoteForm is about; None for another form's."""
    kind, _, ids = form.partition(" ")
    parts = ids.split("/")
    return (parts[0], parts[1], parts[2]) if kind == NoteForm.__name__ and len(parts) == 3 else None


def _start(old: Note | None, place: NotePlace) -> dict[str, Any]:
    start = {"version": int(old.version) if old else 0, "made_of": place.template.made_of}
    if old is None:
        return {"title": place.title, **start} | {each.key: each.text for each in place.template.parts}
    passages = {f"{each.key}_brought": brought.sent(each.brought) for each in old.written}
    return {"title": old.title, **start} | {each.key: each.text for each in old.written} | passages


class LineForm(ClinicForm):
    """One field for what would be a form. `moment` is where it is recorded: its token is good for that alone."""

    text = Line(
        "Add in one line",
        most=300,
        required=True,
        error_messages={"required": "Write what is to be recorded."},
        widget=forms.TextInput(
            attrs={
                "class": "form-control",
                "placeholder": "bp 142/86 p 74 · problem dia · allergy penicillin rash severe",
                "data-key": "+",
                "data-key-name": "Add in one line",
            }
        ),
    )
    code = forms.CharField(required=False, max_length=12)
    codes_of = Line("For which words", most=300)  # the codes were offered
    sure = forms.CharField(required=False, max_length=2000)  # Asked.answers, parted by spaces
    reason = Line("Why", most=200)
    instead = forms.CharField(required=False, max_length=300)  # a button: Instead.line

    def __init__(self, request: ClinicRequest, patient: Patient, moment: Moment) -> None:
        self.moment, self._units = moment, units_of(request.clinic.country)
        super().__init__(request, about=f"{patient.id}/{moment.entry_id}")

    @property
    def pad(self) -> tuple[PadField, ...]:
        """A phone's fields for measurements."""
        return pad(self._units)

    @property
    def typed(self) -> Typed:
        """A code is that of the words for which it was offered, and of no others: they may have been changed since."""
        given = self.cleaned_data
        text = given["instead"] or given["text"]
        code = given["code"] if given["codes_of"] == text else ""
        return Typed(text, code, answered=frozenset(given["sure"].split()), reason=given["reason"])

    @property
    def meant(self) -> Instead | None:
        """What was probably meant instead of what was refused or is asked about."""
        return self.refusal.instead if isinstance(self.refusal, Asked | Slip) else None

    def answers(self, asked: Asked | None) -> str:
        """What the page asks now, with what it asked before."""
        return " ".join(sorted({*self.typed.answered, *asked.answers})) if asked else ""


class RenewForm(ClinicForm):
    """The ticked medicines. `moment` is where they are recorded: its token is good for that alone."""

    sure = forms.CharField(required=False, max_length=2000)  # Asked.answers, parted by spaces
    reason = Line("Reason", most=200)

    def __init__(self, request: ClinicRequest, patient: Patient, moment: Moment) -> None:
        self.moment, self.chosen = moment, request.POST.getlist("id")
        super().__init__(request, about=f"{patient.id}/{moment.entry_id}")

    @property
    def answered(self) -> frozenset[str]:
        return frozenset(self.cleaned_data["sure"].split())

    def answers(self, asked: Asked | None) -> str:
        """What the page asks now, with what it asked before."""
        return " ".join(sorted({*self.answered, *asked.answers})) if asked else ""


class ResumeForm(ClinicForm):
    """That what was stopped or resolved is current again; a medicine may ask for a reason first."""

    sure = forms.CharField(required=False, max_length=2000)  # Asked.answers, parted by spaces
    reason = Line("Reason", most=200)

    @property
    def answered(self) -> Answers:
        return Answers(frozenset(self.cleaned_data["sure"].split()), self.cleaned_data["reason"])

    @property
    def asked(self) -> Asked | None:
        return self.refusal if isinstance(self.refusal, Asked) else None

    @property
    def answers(self) -> str:
        """What the page asks now, with what it asked before."""
        return " ".join(sorted({*self.answered.given, *(self.asked.answers if self.asked else ())}))


class AddendumForm(ClinicForm):
    draft = True

    text = Notes("Addendum", most=LONGEST, rows=4, required=True, error_messages={"required": "Write the addendum."})

    def __init__(self, request: ClinicRequest, *, about: str) -> None:
        super().__init__(request, about=about)
        self.fields["text"].widget.attrs["autofocus"] = True


class MoveForm(ClinicForm):
    """To which patient a note belongs. `about` is the note."""

    other = PickField("record", "Whose note is it?")

    def __init__(self, request: ClinicRequest, patient: Patient, *, about: str) -> None:
        super().__init__(request, about=about)
        cast(PickField, self.fields["other"]).without = (patient.id,)

    def clean_other(self) -> Patient:
        if self.cleaned_data["other"] is None:
            raise forms.ValidationError("Choose the patient.")
        return cast(Patient, self.cleaned_data["other"])


class GlassForm(ClinicForm):
    reason = Line("Why you need it", most=200, required=True, error_messages={"required": "Say why you need it."})


class ReviewForm(ClinicForm):
    draft = True

    found = Notes("What you found", required=True, error_messages={"required": "Write what you found."})
