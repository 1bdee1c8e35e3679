"""Of a chart nothing is among the management pages but what notes are made of: an administrator runs the clinic, and
does not read its charts.
"""

from datetime import timedelta
from typing import Any

from clinnet import clock
from clinnet.accounts import queries as accounts
from clinnet.accounts.permissions import Permission
from clinnet.addresses import reverse
from clinnet.console import shows
from clinnet.console.home import WAITS, HomePart, Line
from clinnet.console.registry import Bulk, Column, Entity, Link, NotManaged, Whole
from clinnet.console.shows import Reader
from clinnet.health.work import NIGHTLY, ClockWork
from clinnet.table import Once, Scope, keys
from records import queries
from records.cosigning.models import Cosignature
from records.incoming.models import Incoming
from records.letters.models import ClinicLetter, Letter
from records.limits.models import Limits
from records.models import Addendum, Entry, Glass, Note, Recorded
from records.openings.services import watch
from records.recalls.models import Recall
from records.rules.letters import FACTS, KINDS
from records.shortcuts.models import NoteTemplate, Phrase
from records.shortcuts.services import SAVE_PHRASE, SAVE_TEMPLATE
from records.tasks.models import Task
from records.vaccines.models import Schedule

CLINICAL = "of a chart: read by those who may, on its own pages"


def reviews(reader: Reader) -> list[Line]:
    found = len(queries.to_review(reader.scope)().rows)
    url = reverse("patients:tasks", args=[reader.scope.clinic_id])
    return [Line("Openings of charts to be reviewed", str(found), url, "warn")][:found]


def headings(value: Any, reader: Reader) -> str:
    """ "Complaint, Examination" of a template's parts."""
    return ", ".join(each["label"] for each in value or ())


def unusual_told(scope: Scope) -> str:
    found = len(queries.to_review(scope)().rows)
    return f"{found or 'None'} to be reviewed"


def watch_now(scope: Scope, once: Once) -> str:
    clinic = accounts.clinic(scope.clinic_id)
    made = watch(scope, clinic, clock.today(clinic.time_zone) - timedelta(days=1))
    return f"{made} openings of yesterday are to be reviewed."


TEMPLATES = Permission.TEMPLATE_MANAGE
ENTITIES = (
    ClockWork(
        50, "unusual", "Openings of charts that look unusual", "Every night", unusual_told, watch_now, every=NIGHTLY
    ),
    Entity(
        NoteTemplate, "note-templates", "Template of notes", "Templates of notes", group="Chart", icon="notes",
        read=TEMPLATES, questions=(Whole(keys.note_templates_of),),
        columns=(Column("name"), Column("titles", "Opens by itself for", shows.plain, extra=True),
                 Column("parts", "Sections", headings, extra=True), Column("short", "Abbreviation"),
                 Column("active", "In use", shows.yes_no)),
        search=("name", "short"), filters=("active",), write=TEMPLATES,
        bulk=(Bulk("out-of-use", "Take out of use", SAVE_TEMPLATE, {"active": False}),
              Bulk("into-use", "Take into use", SAVE_TEMPLATE, {"active": True})),
        add=Link("records:new-template", ()), change=Link("records:template"), unlike=("name", "short"), order=10,
    ),
    Entity(
        Phrase, "phrases", "Abbreviation", "Abbreviations", group="Chart", icon="keyboard", read=TEMPLATES,
        questions=(Whole(keys.phrases_of),), parts=("owner", "id"),
        columns=(Column("id", "Typed after a dot"), Column("text", "Stands for"),
                 Column("active", "In use", shows.yes_no)),
        search=("id", "text"), filters=("active",), write=TEMPLATES,
        bulk=(Bulk("out-of-use", "Take out of use", SAVE_PHRASE, {"active": False}),
              Bulk("into-use", "Take into use", SAVE_PHRASE, {"active": True})),
        add=Link("records:new-phrase", ()), change=Link("records:phrase"), unlike=(), order=20,
    ),
    Entity(
        ClinicLetter, "letter-templates", "Template of letters", "Templates of letters", group="Chart", icon="mail",
        read=TEMPLATES, questions=(Whole(keys.letter_templates_of),),
        columns=(Column("name"), Column("kind", "Kind", shows.among(KINDS)),
                 Column("facts", "Ticked at first", shows.each(shows.among(FACTS)), extra=True),
                 Column("active", "In use", shows.yes_no)),
        search=("name", "text"), filters=("active", "kind"), write=TEMPLATES,
        add=Link("records:new-letter-template", ()), change=Link("records:letter-template"), unlike=("name",), order=30,
    ),
    HomePart(30, WAITS, Permission.AUDIT_READ, reviews),
    *(NotManaged(each, CLINICAL) for each in (Entry, Note, Addendum, Cosignature, Letter, Recorded)),
    NotManaged(Incoming, "handed in at the desk, and worked off on Tasks"),
    NotManaged(Recall, "worked off on its own list"),
    NotManaged(Task, "worked off under Tasks, by whom it is for"),
    NotManaged(Glass, "reviewed under Tasks"),
    *(NotManaged(each, "confirmed by a doctor, on a page of the chart") for each in (Limits, Schedule)),
)  # fmt: skip
