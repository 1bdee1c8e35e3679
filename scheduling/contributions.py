"""What the schedule adds to the frame and to the pages and the work of patients."""

from clinnet.accounts.permissions import Permission
from clinnet.contributions import FramePart, Place, Seeder, Urls
from clinnet.jobs.services import JobKind
from patients.hooks import (
    AfterRegistration,
    AuditSentences,
    BannerPart,
    FhirImporter,
    OverviewSection,
    PatientFollower,
    PatientTab,
    RowPart,
)
from scheduling import fhir
from scheduling.appointments.services import patient_events, series
from scheduling.appointments.services.fhir_files import Visits
from scheduling.appointments.views import patient_pages
from scheduling.demo.services import fill as demo
from scheduling.disruptions.services import apply, away, displaced, late

READ, BOOK = Permission.SCHEDULE_READ, Permission.BOOK
SENTENCES = {
    "appointment.book": "booked an appointment",
    "appointment.call": "called about an appointment",
    "message.sent": "sent a message about an appointment",
    "message.again": "asked for a message about an appointment",
    "message.failed": "could not send a message about an appointment",
    "message.bounced": "got a message about an appointment back",
    "appointment.overbook": "booked an appointment on top of another",
    "appointment.confirmed": "confirmed an appointment",
    "appointment.waiting": "said that the patient is here",
    "appointment.room": "showed the patient into a room",
    "appointment.ready": "said that the patient is ready",
    "appointment.doctor": "saw the patient, or said who does",
    "appointment.finished": "finished a visit",
    "appointment.left": "said that the patient has left",
    "appointment.cancelled": "cancelled an appointment",
    "appointment.noshow": "said that the patient did not come",
    "appointment.undo": "undid the last step of an appointment",
    "appointment.move": "moved an appointment",
    "appointment.reanchor": "kept the clock time of an appointment under new time zone rules",
    "appointment.unbook": "took back an appointment that had just been booked",
    "job.undo": "took back work on several appointments",
    "appointment.words": "changed the reason or the note of an appointment",
    "appointment.park": "put an appointment among the requests",
    "appointment.late": "said that the doctor is late",
    "request.ask": "put the patient among those who want a time",
    "request.change": "changed what the patient wants",
    "request.call": "called about a time",
    "request.offer": "held a time for the patient",
    "request.take-back": "took a held time back",
    "request.withdraw": "took the patient off the list of requests",
    "series.begin": "booked a series of appointments",
    "series.book": "booked appointments of a series",
    "series.cancel": "cancelled appointments of a series",
    "appointment.walk-in": "put the patient into the queue",
    "appointment.urgent": "called for help for the patient",
    "appointment.given-to": "gave this patient another's appointment",
    "appointment.taken-from": "gave an appointment to another patient",
}

CONTRIBUTIONS = (
    Urls("scheduling.urls"),
    Urls("scheduling.messages.urls", prefix=""),
    Place(10, "Day", "calendar-event", "scheduling:today", READ, "scheduling"),
    Place(90, "Manage", "settings", "scheduling:setup", Permission.HOURS, "scheduling:setup"),
    FramePart(10, FramePart.BAR, "scheduling/appointments/urgent_link.html"),
    FramePart(10, FramePart.NOTICE, "scheduling/appointments/urgent_place.html"),
    PatientTab(20, "Appointments", "scheduling:appointments", READ),
    BannerPart(10, patient_pages.banner),
    RowPart(patient_pages.rows),
    OverviewSection(10, patient_pages.sections),
    AfterRegistration(10, patient_pages.registered),
    AuditSentences(SENTENCES),
    Seeder(20, arrange=demo.arrange_clinic, fill=demo.seed_days),
    JobKind(late.KIND, "Running {minutes} minutes late: {who}, {day}", BOOK, apply.step, apply.undo),
    JobKind(away.KIND, "Cancelled or handed over: {who}, {day}", BOOK, apply.step, apply.undo),
    JobKind(series.KIND, "A series of appointments", BOOK, series.step),
    JobKind(series.CANCEL, "Cancelling the rest of a series", BOOK, series.cancel_step),
    JobKind(displaced.KIND, "Appointments that lost their time", BOOK, displaced.step, displaced.undo),
    FhirImporter(fhir.KINDS, Visits),
    PatientFollower(
        "the schedule", check_merge=patient_events.check_merge, renamed=patient_events.relabel, died=patient_events.stop
    ),
)
