"""Who may do what: the one table of permissions in words, as it is in force in the clinic."""

from collections.abc import Mapping
from dataclasses import dataclass

from clinnet.accounts.models import Clinic
from clinnet.accounts.permissions import Permission, Role, permissions_of

P = Permission
ROLES = {Role.RECEPTIONIST: "Reception", Role.NURSE: "Nurse", Role.DOCTOR: "Doctor", Role.ADMIN: "Admin"}
GROUPS: Mapping[str, Mapping[Permission, str]] = {
    "Patients": {
        P.PATIENT_READ: "See who patients are, and how to reach them",
        P.PATIENT_WRITE: "Register patients and change their details",
        P.PATIENT_ARCHIVE: "Archive and restore records",
        P.PATIENT_MERGE: "Fold two records of one person into one",
        P.PATIENT_EXPORT: "Download the list of all patients",
        P.PATIENT_RESTRICT: "Restrict a chart",
    },
    "The chart": {
        P.CHART_READ: "Read charts",
        P.CHART_RESTRICTED: "Open a restricted chart, with a reason",
        P.CHART_WRITE: "Record allergies and problems",
        P.FILE_ADD: "Hand a document to a doctor, without reading the chart",
        P.MEASURE: "Record measurements",
        P.IMMUNISE: "Record immunisations",
        P.NOTE_WRITE: "Write notes",
        P.NOTE_SIGN: "Sign notes",
        P.NOTE_COSIGN: "Co-sign notes of others",
        P.RX_WRITE: "Prescribe",
        P.ORDER: "Order tests, pictures and referrals",
        P.RESULT_REVIEW: "Review results",
        P.LETTER_WRITE: "Write letters",
        P.SERVICE_RECORD: "Write down what was done at a visit, for the check-out",
        P.CHART_EXPORT: "Download a whole chart",
        P.CHART_CORRECT: "Mark what others recorded as entered in error",
        P.CLINICAL_CONFIRM: "Confirm the limits that warn",
        P.TEMPLATE_MANAGE: "Change the clinic's templates and abbreviations",
    },
    "The schedule": {
        P.SCHEDULE_READ: "See the board",
        P.BOOK: "Book, move, cancel, let in",
        P.OVERBOOK: "Book a second patient at a taken time, with a reason",
        P.OUTSIDE_HOURS: "Book outside hours",
        P.HOURS: "Change hours, rooms, types of visit and other days",
    },
    "Money": {
        P.MONEY_READ: "See invoices, payments and balances",
        P.MONEY_TAKE: "Invoice, take payments, open and close the drawer",
        P.MONEY_CORRECT: "Credit, void, refund and write off",
        P.MONEY_REPORT: "See what the clinic earns",
        P.CATALOGUE: "Change services and prices",
    },
    "The clinic": {
        P.CLINIC_MANAGE: "Manage, and its settings",
        P.STAFF_MANAGE: "Invite and stop staff, and give roles",
        P.AUDIT_READ: "Read the trail and review openings of charts",
        P.COST_READ: "See what pages cost",
    },
}


@dataclass(frozen=True, slots=True)
class Line:
    """`may` in the order of ROLES."""

    text: str
    may: list[bool]


def table(clinic: Clinic) -> dict[str, list[Line]]:
    """By group."""
    given = {role: permissions_of([role], clinic.squeezers) for role in ROLES}
    return {
        group: [Line(text, [permission in given[role] for role in ROLES]) for permission, text in lines.items()]
        for group, lines in GROUPS.items()
    }
