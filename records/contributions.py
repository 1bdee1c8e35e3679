"""What the chart adds to the pages about patients."""

from clinnet.accounts.permissions import Permission
from clinnet.contributions import ItemKind, Seeder, Urls, Without
from clinnet.stored import NamesFiles
from clinnet.table import keys
from patients.hooks import FhirImporter, OverviewSection, PatientFollower, PatientTab, TaskSource
from records.console import ENTITIES
from records.cosigning import services as cosigning
from records.cosigning.models import Cosignature
from records.fhir.attached import BINARY
from records.fhir.reading import TAKEN
from records.incoming import services as incoming
from records.incoming import views as incoming_views
from records.incoming.models import Incoming
from records.incoming.queries import files_named as files_waiting
from records.letters import services as letters
from records.letters.models import ClinicLetter, Letter
from records.limits import services as limits
from records.limits.models import Limits
from records.models import Addendum, Entry, Glass, Note, Recorded
from records.openings.console import SETTINGS
from records.openings.services import WATCH
from records.recalls import services as recalls
from records.recalls.models import Recall
from records.received import services as received
from records.received import views as received_views
from records.received.queries import files_named
from records.received.services import filing
from records.results import services as results
from records.services import (
    ending,
    exporting,
    fhir_files,
    fhir_writing,
    glass,
    listing,
    measuring,
    mistakes,
    moving,
    notes,
    opening,
    prescribing,
    seeding,
    seeding_incoming,
    seeding_shortcuts,
)
from records.shortcuts import services as shortcuts
from records.shortcuts.models import NoteTemplate, Phrase
from records.tasks import services as tasks
from records.tasks.models import Task
from records.tasks.views import sections as tasks_to_do
from records.vaccines import services as vaccines
from records.vaccines.models import Schedule
from records.views.tasks import sections as chart_tasks

FOUND = Without("it is found by all ids of a record, and shown with that record's name")
SEALED = Without("its hash is looked at whenever it is shown")
WHOSE = Without("its ids are attributes")
STOPPED = PatientFollower("recalls", check_merge=None, renamed=None, died=recalls.died)

CONTRIBUTIONS = (
    ItemKind(
        Entry,
        Entry.at,
        WHOSE,
        (opening.OPEN_CHART, opening.PRINT, exporting.EXPORT, fhir_writing.IMPORT),
        FOUND,
        check=Without("its row is made anew of all that hangs in it with each of its writes"),
    ),
    ItemKind(
        Note,
        Note.at,
        WHOSE,
        (notes.LEAVE, notes.SIGN, notes.DISCARD, moving.MOVE, mistakes.NOTE_IN_ERROR, mistakes.PUT_BACK),
        FOUND,
        SEALED,
    ),
    ItemKind(Addendum, Addendum.at, WHOSE, (notes.ADD,), FOUND, SEALED),
    ItemKind(Cosignature, Cosignature.at, WHOSE, (cosigning.GIVE, cosigning.RETURN), FOUND, SEALED),
    ItemKind(
        Recorded,
        Recorded.at,
        WHOSE,
        (
            listing.ADD_ALLERGY,
            listing.ADD_PROBLEM,
            prescribing.PRESCRIBE,
            prescribing.RENEW,
            measuring.MEASURE,
            vaccines.IMMUNISE,
            results.ORDER,
            results.RESULT,
            results.LOOK,
            received.RECEIVE,
            received.READ,
            filing.FILE,
            ending.END,
            ending.RESUME,
            mistakes.IN_ERROR,
        ),
        FOUND,
        check=Without("the summary that repeats it changes in its own transactions alone"),
    ),
    ItemKind(
        Recall,
        Recall.at,
        keys.parse_recall_due,
        (recalls.ASK_BACK, recalls.TRY, recalls.END),
        STOPPED,
        check=Without("nothing repeats it but its own index"),
    ),
    STOPPED,
    ItemKind(
        Incoming,
        Incoming.at,
        WHOSE,
        (incoming.HAND, incoming.BACK, incoming.MOVE, incoming.DROP),
        Without("it is found by all ids of a record; letters about somebody who has died still come"),
        check=Without("nothing repeats it but its own index"),
    ),
    NamesFiles(Incoming, (received.KIND, filing.KIND), files_waiting),
    NamesFiles(Recorded, (received.KIND, filing.KIND), files_named),
    ItemKind(
        Task,
        Task.at,
        WHOSE,
        (tasks.ADD, tasks.TAKE, tasks.PASS, tasks.DO, tasks.REOPEN),
        Without("it is found by all ids of a record; of somebody who has died there is still something to do"),
        check=Without("nothing repeats it but its own index"),
    ),
    ItemKind(
        Glass,
        Glass.at,
        WHOSE,
        (glass.BREAK, glass.REVIEW, WATCH),
        Without("it is of the record that was opened"),
        check=Without("nothing repeats it but its own index"),
    ),
    ItemKind(Letter, Letter.at, WHOSE, (letters.SIGN, letters.IN_ERROR), FOUND, SEALED),
    ItemKind(
        ClinicLetter,
        ClinicLetter.at,
        Without("its clinic is an attribute"),
        (letters.SAVE_TEMPLATE,),
        Without("it is of no patient"),
        check=Without("letters keep what they were signed with"),
    ),
    ItemKind(
        Limits,
        Limits.at,
        Without("its clinic is an attribute"),
        (limits.CONFIRM, limits.WITHDRAW),
        Without("it is of no patient"),
        check=Without("nothing repeats it"),
    ),
    ItemKind(
        Schedule,
        Schedule.at,
        Without("its clinic is an attribute"),
        (vaccines.CONFIRM, vaccines.WITHDRAW),
        Without("it is of no patient"),
        check=Without("nothing repeats it"),
    ),
    ItemKind(
        NoteTemplate,
        NoteTemplate.at,
        Without("its clinic is an attribute"),
        (shortcuts.SAVE_TEMPLATE,),
        Without("it is of no patient"),
        check=Without("notes keep what they were begun with"),
    ),
    ItemKind(
        Phrase,
        Phrase.at,
        Without("its clinic is an attribute"),
        (shortcuts.SAVE_PHRASE,),
        Without("it is of no patient"),
        check=Without("nothing repeats it"),
    ),
    FhirImporter((*TAKEN, BINARY), fhir_files.Charts),
    Seeder(15, arrange=None, fill=seeding.fill),
    Seeder(16, arrange=None, fill=seeding_shortcuts.fill),
    Seeder(17, arrange=None, fill=seeding_incoming.fill),
    TaskSource(5, tasks_to_do),
    TaskSource(10, chart_tasks),
    TaskSource(11, received_views.tasks),
    TaskSource(12, incoming_views.tasks),
    OverviewSection(20, incoming_views.overview),
    Urls("records.urls"),
    PatientTab(80, "Who opened this", "records:openings", Permission.AUDIT_READ, rest=True),
    PatientTab(15, "Chart", "records:chart", Permission.CHART_READ),
    *ENTITIES,
    *SETTINGS,
)
