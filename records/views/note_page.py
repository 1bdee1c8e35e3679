"""What the page of a note asks the table: all of it side by side."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain
from typing import Any

from clinnet.accounts.access import ClinicRequest
from clinnet.pages import or_none
from clinnet.table import Page, drafts, side_by_side
from clinnet.table.drafts import Draft
from clinnet.table.errors import NotFound
from patients.models import Patient
from patients.timeline import all_ids
from records import hooks, queries, rows
from records.forms import NotePlace, about, draft_of
from records.models import Note
from records.queries import Summary, Whole
from records.rules.notes import SOAP
from records.shortcuts import queries as shortcuts
from records.summary import rows as left


@dataclass(frozen=True, slots=True, repr=False)
class NoteRead:
    """The note's entry; its draft, and the visit of today, where the page is opened; the summary, and who else writes.

    A page that was sent knows its draft's text and its visit: of those nothing is asked.
    """

    whole: Whole
    summaries: list[Summary] | None = None
    writing: Sequence[Page | None] = ()
    draft: Draft | None = None
    owner: str = ""  # in whose name the draft is, where that record was folded into this one since
    visit: hooks.VisitNow | None = None

    def old(self, note_id: str) -> Note | None:
        return self.whole.note(note_id)

    def shown(self, request: ClinicRequest) -> dict[str, Any]:
        """What stands beside the note."""
        found = [row for page in self.writing if page for row in page.rows]
        return {
            "summary": left.summary(self.summaries, request.clinic),
            "others": rows.others(found, request.scope.actor.id, request.clinic),
        }


NOTHING = NoteRead(Whole(""))


def read(request: ClinicRequest, patient: Patient, entry_id: str, note_id: str) -> NoteRead:
    scope, opens = request.scope, request.method != "POST"
    names = {id: draft_of(about(id, entry_id, note_id)) for id in all_ids(patient)}
    known = hooks.visits(request, patient)
    draft: list[Callable[[], Any]] = [partial(drafts.find, scope, [*names.values()])] if opens else []
    visits = known.asked if opens else []
    whole, summary = queries.whole_asked(scope, patient, entry_id), queries.summary_asked(scope, patient)
    writing = queries.writing_asked(scope, patient)
    groups: list[list[Callable[[], Any]]] = [[*whole], draft]
    groups += [[partial(or_none, ask) for ask in group] for group in (summary, writing, visits)]
    answers = iter(side_by_side(*chain.from_iterable(groups)))
    pages, found, summaries, writers, told = ([next(answers) for _ in group] for group in groups)
    kept = {id: found[0][name] for id, name in names.items() if found and name in found[0]}
    owner, draft_found = next(iter(kept.items()), ("", None))
    return NoteRead(
        queries.whole_of(patient, pages) or Whole(patient.id),
        queries.summaries_or_none(patient, summaries),
        writers,
        draft_found,
        owner,
        known.told(told) if opens else None,
    )


def place(
    request: ClinicRequest, patient: Patient, entry_id: str, note_id: str, found: NoteRead = NOTHING
) -> NotePlace:
    """What it is called, and of what it is made: as it was sent, kept or left; else as is chosen, or for the visit."""
    old, visit = found.old(note_id), found.visit
    title = visit.title if not old and visit and visit.id == entry_id else "Note"  # a new one is called as the visit is
    sent = request.POST.get("made_of", SOAP.made_of) if request.method == "POST" else ""
    id, _, number = (sent or _kept(found.draft) or (old.made_of if old else "")).partition(" ")
    owner = request.POST.get("owner", "") if request.method == "POST" else found.owner
    if owner and owner not in all_ids(patient):
        raise NotFound
    if number.isdecimal():
        return NotePlace(entry_id, note_id, title, shortcuts.edition(request.scope, id, int(number)), owner)
    known = shortcuts.shortcuts(request.scope)
    template = known.chosen(request.GET.get("template", "")) or known.opens_for(title)
    return NotePlace(entry_id, note_id, title, template, owner)


def _kept(draft: Draft | None) -> str:
    """Of what the draft is made: its text would have no place in another template."""
    fields = dict(json.loads(draft.fields)) if draft else {}
    return str(fields.get("made_of", SOAP.made_of)) if fields else ""
