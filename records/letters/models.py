"""Letters and their templates."""

from typing import Any

from clinnet.table import Flag, Item, Key, ListOf, MapOf, Text, keys
from records.models import LET
from records.rules.letters import LetterTemplate


class Letter(Item, discriminator="LETTER"):
    """A letter as it was signed, with all that stands on its paper: `sealed` from its first moment on.

    `to` is the addressee. `facts` are parts of the chart in words, as head and lines. `head` has name, address and
    phone of the clinic then, `about` name, born and number of the patient. `since`, `until`: ISO dates of a sick note.
    `sealed` is at, by, name, hash; `errored` at, by, name, reason.
    """

    patient_id = Text(attr_name="patientId")
    entry_id = Text(attr_name="entryId")
    author = Text()
    author_name = Text(attr_name="authorName")
    template = Text()
    title = Text()
    to = Text(null=True)
    text = Text()
    facts = ListOf(null=True)
    head = MapOf(default=dict)
    about = MapOf(default=dict)
    since = Text(null=True)
    until = Text(null=True)
    sealed = MapOf(null=True)
    errored = MapOf(null=True)

    @staticmethod
    def at(patient_id: str, entry: str, id: str) -> Key:
        return keys.recorded(patient_id, entry, LET, id)


class ClinicLetter(Item, discriminator="LETTERTPL"):
    """A template of letters. `kind` is a key of rules/letters.KINDS, `facts` some of FACTS."""

    name = Text()
    kind = Text()
    text = Text()
    facts = ListOf(null=True)
    active = Flag(default=True)

    @staticmethod
    def at(clinic: str, id: str) -> Key:
        return keys.letter_template(clinic, id)

    @property
    def template(self) -> LetterTemplate:
        return LetterTemplate(self.id, self.name, self.text, self.kind, tuple(self.facts or ()))


def letter_content(letter: Letter, at: str, by: str, name: str) -> dict[str, Any]:
    """What the signature of a letter is over: everything on its paper."""
    return {
        "clinic": letter.clinic_id, "patient": letter.patient_id, "entry": letter.entry_id, "letter": letter.id,
        "template": letter.template, "title": letter.title, "to": letter.to or "", "text": letter.text,
        "facts": letter.facts or [], "head": letter.head, "about": letter.about, "since": letter.since or "",
        "until": letter.until or "", "author": by, "name": name, "at": at,
    }  # fmt: skip
