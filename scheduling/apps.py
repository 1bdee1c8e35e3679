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
    patient_history = {
        "appointment.book": "booked an appointment",
    }
