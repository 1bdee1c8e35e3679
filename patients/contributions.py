"""What the register of patients adds to the frame, and its own tabs."""

from clinnet.accounts.permissions import Permission
from clinnet.contributions import ItemKind, Place, Seeder, Urls, Without
from clinnet.table import keys
from patients.console import ENTITIES
from patients.hooks import PatientTab
from patients.models import Contact, Patient
from patients.services import contacts, imports, merging, older, people, portraits, searching, seeding  # noqa: F401  what only commands use is told in the history too
from patients.views import picking

READ = Permission.PATIENT_READ

CONTRIBUTIONS = (
    ItemKind(
        Patient,
        Patient.at,
        keys.parse_patient,
        (people.REGISTER, people.CHANGE, people.ARCHIVE, merging.MERGE),
        follower=Without("it is what others follow"),
        check=Without("its search rows and numbers change in its own transactions alone"),
    ),
    ItemKind(
        Contact,
        Contact.at,
        Without("its id and its patient's are attributes"),
        (contacts.LOG_CONTACT, contacts.CALLED_BACK),
        follower=Without("it is found by all ids of a record, and shown with that record's name"),
        check=Without("nothing repeats it but its own index"),
    ),
    portraits.NAMES,
    Seeder(10, arrange=None, fill=seeding.fill),
    Urls("patients.urls"),
    picking.PATIENT,
    picking.RECORD,
    Place(20, "Patients", "users", "patients:list", READ, "patients"),
    Place(40, "Tasks", "checkbox", "patients:tasks", READ, "patients:tasks"),
    PatientTab(10, "Overview", "patients:overview", READ),
    PatientTab(30, "Details", "patients:details", READ),
    PatientTab(60, "Contacts", "patients:contacts", READ, rest=True),
    PatientTab(70, "History", "patients:history", READ, rest=True),
    *ENTITIES,
)
