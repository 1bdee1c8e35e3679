"""Reads of templates and abbreviations."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from clinnet.table import Page, Scope, find_row, get, keys, query, side_by_side
from clinnet.table.errors import NotFound
from clinnet.table.kept import remember
from records.rules.notes import SOAP, Part, Template
from records.shortcuts.models import NoteTemplate, Phrase

MOST = 300


@dataclass(frozen=True, repr=False)
class Shortcuts:
    """What a person can insert into a note: what is in use, their own abbreviations before the clinic's."""

    templates: Sequence[NoteTemplate]
    own: Sequence[Phrase]
    clinic: Sequence[Phrase]

    def chosen(self, id: str) -> Template | None:
        if id == SOAP.id:
            return SOAP
        return next((each.template for each in self.templates if each.id == id), None)

    def opens_for(self, title: str) -> Template:
        """The template that opens for a visit of this title; SOAP, if none does."""
        wanted = title.casefold()
        fits = (each for each in self.templates if wanted in [one.casefold() for one in each.titles])
        found = next(fits, None)
        return found.template if found else SOAP


def shortcuts(scope: Scope) -> Shortcuts:
    """Kept in the process for some seconds."""
    return remember(("shortcuts", scope.clinic_id, scope.actor.id), partial(_ask, scope))


def _ask(scope: Scope) -> Shortcuts:
    ranges = [
        keys.note_templates_of(scope.clinic_id),
        keys.phrases_of(scope.clinic_id, scope.actor.id),
        keys.phrases_of(scope.clinic_id),
    ]
    asked: list[Callable[[], Page]] = [partial(query, scope, each, limit=MOST) for each in ranges]
    templates, own, clinic = side_by_side(*asked)
    return Shortcuts(
        [each for each in templates.of(NoteTemplate) if each.active],
        [each for each in own.of(Phrase) if each.active],
        [each for each in clinic.of(Phrase) if each.active],
    )


def phrases(scope: Scope, owner: str) -> list[Phrase]:
    """Also what is not in use."""
    return query(scope, keys.phrases_of(scope.clinic_id, owner), limit=MOST).of(Phrase)


def template(scope: Scope, id: str) -> NoteTemplate:
    """Raises NotFound."""
    return get(scope, NoteTemplate, NoteTemplate.at(scope.clinic_id, id))


def phrase(scope: Scope, owner: str, short: str) -> Phrase:
    """Raises NotFound."""
    return get(scope, Phrase, Phrase.at(scope.clinic_id, owner, short))


def own_phrase(scope: Scope, short: str) -> Phrase | None:
    try:
        return phrase(scope, scope.actor.id, short)
    except NotFound:
        return None


def edition(scope: Scope, id: str, number: int) -> Template:
    """What a template asked for then; SOAP for its own id, and for what there is not."""
    row = find_row(scope, keys.template_edition(scope.clinic_id, id, number)) if id and id != SOAP.id else None
    return Template(id, number, tuple(Part(**each) for each in row["parts"]), row["name"]) if row else SOAP
