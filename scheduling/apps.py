"""The schedule: working hours, the day board, booking."""

from django.apps import AppConfig

from clinnet.accounts.permissions import Permission
from clinnet.places import Place
from patients.tabs import PatientTab

READ = Permission.SCHEDULE_READ


class SchedulingConfig(AppConfig):
    name = "scheduling"
    places = (
        Place(10, "Day", "calendar-event", "scheduling:today", READ, "scheduling"),
        Place(90, "Manage", "settings", "scheduling:setup", Permission.HOURS, "scheduling:setup"),
    )
    patient_tabs = (PatientTab(20, "Appointments", "scheduling:appointments", READ),)
    patient_banner = "scheduling.hooks.banner"
    patient_rows = "scheduling.hooks.rows"
    patient_sections = "scheduling.hooks.sections"
    patient_registered = "scheduling.hooks.registered"
    patient_merging = "scheduling.services.following.check_merge"
    patient_relabelled = "scheduling.services.following.relabel"
    patient_died = "scheduling.services.following.stop"
    patient_history = {
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
