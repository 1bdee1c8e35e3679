"""What a note's page offers to insert."""

from dataclasses import dataclass

from records.rules.notes import SOAP
from records.rules.templates import inserted
from records.shortcuts.queries import Shortcuts


@dataclass(frozen=True, slots=True, repr=False)
class Insert:
    """`.short` becomes `text`. `kind`: mine, clinic's, or template."""

    short: str
    text: str
    shown: str
    kind: str


@dataclass(frozen=True, slots=True, repr=False)
class Choice:
    """A template to begin a note with; `text` is what it is where the note is begun."""

    id: str
    name: str
    text: str


@dataclass(frozen=True, slots=True, repr=False)
class Insertable:
    inserts: list[Insert]
    templates: list[Choice]


def insertable(found: Shortcuts) -> Insertable:
    """One's own before the clinic's, then templates."""
    inserts = [Insert(each.id, each.text, first_line(each.text), "mine") for each in found.own]
    inserts += [Insert(each.id, each.text, first_line(each.text), "") for each in found.clinic]
    inserts += [
        Insert(each.short, inserted(each.template.parts), each.name, "template")
        for each in found.templates
        if each.short
    ]
    templates = [Choice(each.id, each.name, inserted(each.template.parts)) for each in found.templates]
    return Insertable(inserts, [Choice(SOAP.id, SOAP.name, inserted(SOAP.parts)), *templates] if templates else [])


def first_line(text: str) -> str:
    line = text.strip().splitlines()[0] if text.strip() else ""
    return line if len(line) <= 80 else f"{line[:79]}…"
