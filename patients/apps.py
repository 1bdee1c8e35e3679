from django.apps import AppConfig

from clinnet.accounts.permissions import Permission
from clinnet.places import Place
from patients.tabs import PatientTab

READ = Permission.PATIENT_READ


class PatientsConfig(AppConfig):
    name = "patients"
    places = (
        Place(40, "Tasks", "checkbox", "patients:tasks", READ, "patients:tasks"),
        Place(20, "Patients", "users", "patients:list", READ, "patients"),
    )
    patient_tabs = (
        PatientTab(10, "Overview", "patients:overview", READ),
        PatientTab(30, "Details", "patients:details", READ),
        PatientTab(40, "Contacts", "patients:contacts", READ),
        PatientTab(70, "History", "patients:history", READ),
    )
