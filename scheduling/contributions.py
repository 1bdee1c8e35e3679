"""What the schedule adds to the frame and to the pages and the work of patients."""

from functools import partial

from clinnet.accounts.permissions import Permission
from clinnet.consistency import ConsistencyCheck
from clinnet.contributions import FramePart, ItemKind, Place, Seeder, Urls, Without
from clinnet.jobs.services import JobKind
from clinnet.table import keys
from patients.hooks import (
    AfterRegistration,
    BannerPart,
    FhirImporter,
    OverviewSection,
    PatientFollower,
    PatientTab,
    RowPart,
    TaskSource,
)
from records.hooks import LetterPart, VisitsBetween, VisitSource
from scheduling import fhir
from scheduling.appointments.queries import has_visit
from scheduling.appointments.services import booking, deaths, moving, patient_events, series, states
from scheduling.appointments.services.fhir_files import Visits
from scheduling.appointments.views import chart_parts, patient_pages
from scheduling.calendar import console as day
from scheduling.calendar.services import consistency, settings
from scheduling.console import ENTITIES
from scheduling.demo.services import fill as demo
from scheduling.demo.services import reports as demo_reports
from scheduling.disruptions.services import apply, away, displaced, late
from scheduling.evening import services as evening
from scheduling.front_desk.rows import tasks
from scheduling.hooks import Outgoing, VisitAction
from scheduling.mailed import services as mailed
from scheduling.mailed import views as mailed_views
from scheduling.mailed.models import LetterMail
from scheduling.messages import console as message_settings
from scheduling.messages.services import messages, sending
from scheduling.models import Appointment, Hours, Message, OtherDays, Room, VisitType, WaitlistEntry
from scheduling.waitlist.services import offers, waitlist

READ, BOOK = Permission.SCHEDULE_READ, Permission.BOOK

CHECK = ConsistencyCheck("the schedule", consistency.World)
FOLLOWER = PatientFollower(
    "the schedule",
    check_merge=patient_events.check_merge,
    renamed=patient_events.relabel,
    died=deaths.stop,
    lives=deaths.give_back,
)
NOBODYS = Without("it is about no patient")
SETTING = Without("a setting of its own, which nothing repeats")
WHOSE = Without("its id and its clinic's or patient's are attributes")
SENT = Without("what was sent stays as it was sent")

JOB = "scheduling:job"
MAILED = (mailed.ASK, mailed.LEFT, mailed.NOT_LEFT, mailed.CAME_BACK)

CONTRIBUTIONS = (
    ItemKind(Room, Room.at, WHOSE, (settings.SAVE[Room],), NOBODYS, SETTING),
    ItemKind(VisitType, VisitType.at, WHOSE, (settings.SAVE[VisitType],), NOBODYS, SETTING),
    ItemKind(Hours, Hours.at, WHOSE, (settings.SAVE_HOURS,), NOBODYS, SETTING),
    ItemKind(OtherDays, OtherDays.at, WHOSE, (*settings.ADD_DAYS.values(), settings.REMOVE_DAYS), NOBODYS, SETTING),
    ItemKind(
        Appointment,
        Appointment.at,
        keys.parse_timeline,
        (booking.BOOK, moving.MOVE, *states.STEPS.values()),
        FOLLOWER,
        CHECK,
    ),
    ItemKind(Message, Message.at, WHOSE, (sending.SENT, sending.NOT_SENT, messages.BOUNCED), SENT, SENT),
    ItemKind(LetterMail, LetterMail.at, WHOSE, MAILED, SENT, SENT),
    ItemKind(
        WaitlistEntry,
        WaitlistEntry.at,
        keys.parse_request_open,
        (waitlist.ASK, offers.OFFER_TIME, waitlist.WITHDRAW),
        FOLLOWER,
        CHECK,
    ),
    Urls("scheduling.urls"),
    Urls("scheduling.messages.urls", prefix=""),
    Place(10, "Day", "calendar-event", "scheduling:today", READ, "scheduling"),
    FramePart(10, FramePart.BAR, "scheduling/appointments/urgent_link.html"),
    FramePart(10, FramePart.NOTICE, "scheduling/appointments/urgent_place.html"),
    PatientTab(20, "Appointments", "scheduling:appointments", READ),
    BannerPart(10, patient_pages.banner),
    VisitSource(chart_parts.visits),
    VisitsBetween(has_visit),
    LetterPart(mailed_views.part),
    Outgoing(partial(mailed.POST.send_waiting, draw=mailed_views.drawn), mailed.POST.came_back),
    VisitAction(5, chart_parts.link),
    RowPart(patient_pages.rows),
    OverviewSection(10, patient_pages.sections),
    AfterRegistration(10, patient_pages.registered),
    TaskSource(5, tasks.sections),
    Seeder(20, arrange=demo.arrange_clinic, fill=demo.seed_days),
    Seeder(25, arrange=None, fill=demo_reports.fill),
    JobKind(late.KIND, "Running {minutes} minutes late: {who}, {day}", BOOK, JOB, apply.step, apply.undo),
    JobKind(away.KIND, "Cancelled or handed over: {who}, {day}", BOOK, JOB, apply.step, apply.undo),
    JobKind(series.KIND, "A series of appointments", BOOK, JOB, series.step),
    JobKind(series.CANCEL, "Cancelling the rest of a series", BOOK, JOB, series.cancel_step, series.cancel_undo),
    JobKind(apply.SERIES, "The later visits of a series, moved", BOOK, JOB, apply.step, apply.undo),
    JobKind(displaced.KIND, "Appointments that lost their time", BOOK, JOB, displaced.step, displaced.undo),
    JobKind(evening.KIND, "Finished: {day}", BOOK, JOB, evening.step, evening.undo, evening.GRACE),
    FhirImporter(fhir.KINDS, Visits),
    CHECK,
    FOLLOWER,
    *ENTITIES,
    *day.SETTINGS,
    *message_settings.SETTINGS,
)
