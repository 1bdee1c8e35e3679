"""What the register of patients adds to the frame, and its own tabs."""

from clinnet.accounts.permissions import Permission
from clinnet.contributions import Place, Seeder, Urls
from patients.hooks import PatientTab
from patients.services import imports, older, seeding  # noqa: F401  what only commands use is told in the history too
from patients.views import picking

READ = Permission.PATIENT_READ

CONTRIBUTIONS = (
    Seeder(10, arrange=None, fill=seeding.fill),
    Urls("patients.urls"),
    picking.PATIENT,
    picking.RECORD,
    Place(20, "Patients", "users", "patients:list", READ, "patients"),
    Place(40, "Tasks", "checkbox", "patients:tasks", READ, "patients:tasks"),
    PatientTab(10, "Overview", "patients:overview", READ),
    PatientTab(30, "Details", "patients:details", READ),
    PatientTab(40, "Contacts", "patients:contacts", READ),
    PatientTab(70, "History", "patients:history", READ),
)
