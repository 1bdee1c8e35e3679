"""Templates and abbreviations as forms."""

from typing import Any

from clinnet.accounts.access import ClinicRequest
from clinnet.forms.base import ClinicForm
from clinnet.forms.fields import Line, Notes, Tick
from records.rules import templates as rules
from records.shortcuts.models import NoteTemplate, Phrase
from records.shortcuts.services import LONGEST, SHORT

AFTER_A_DOT = "Typed after a dot in a note, as .htn"


class ShortField(Line):
    def __init__(self, label: str = "Abbreviation", **options: Any) -> None:
        super().__init__(label, most=12, **({"help_text": AFTER_A_DOT} | options))
        self.widget.attrs |= {"autocapitalize": "none", "autocomplete": "off", "spellcheck": "false"}

    def to_python(self, value: Any) -> str:
        return super().to_python(value).removeprefix(".").lower()


class TemplateForm(ClinicForm):
    draft = True

    name = Line("Name", most=60, required=True, error_messages={"required": "A template needs a name."})  # type: ignore[assignment]  # a field is no attribute
    titles = Line("Opens by itself for", most=300, help_text="Visits by their name, parted by commas")
    short = ShortField()
    text = Notes(
        "Sections",
        most=12_000,
        rows=14,
        required=True,
        error_messages={"required": rules.BEGIN},
        help_text="# begins a heading; * after it: nobody signs without. {date?} is a blank to fill in",
    )
    active = Tick("In use", initial=True)

    def __init__(self, request: ClinicRequest, template: NoteTemplate | None) -> None:
        super().__init__(request, about=template.id if template else "new")
        if template:
            self.initial = {
                "name": template.name,
                "titles": ", ".join(template.titles),
                "short": template.short,
                "text": rules.typed(template.template.parts),
                "active": template.active,
            }

    @property
    def values(self) -> dict[str, Any]:
        return {**self.cleaned_data, "titles": rules.titles(self.cleaned_data["titles"])}


class PhraseForm(ClinicForm):
    draft = True

    short = ShortField(required=True, error_messages={"required": SHORT})
    text = Notes(
        "Stands for",
        most=LONGEST,
        rows=6,
        required=True,
        error_messages={"required": "Write what it stands for."},
        help_text="{date?} is a blank to fill in: F2 goes to the next one",
    )
    active = Tick("In use", initial=True)

    def __init__(self, request: ClinicRequest, owner: str, phrase: Phrase | None) -> None:
        super().__init__(request, about=f"{owner}/{phrase.id if phrase else 'new'}")
        self.phrase = phrase
        if phrase:
            del self.fields["short"]
            self.initial = {"text": phrase.text, "active": phrase.active}

    @property
    def values(self) -> dict[str, Any]:
        return ({"short": self.phrase.id} if self.phrase else {}) | self.cleaned_data
