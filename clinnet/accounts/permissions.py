"""What each role may do: the one table that views, templates and the console read."""

from collections.abc import Collection, Iterable, Mapping
from enum import StrEnum


class Role(StrEnum):
    """Cognito groups of the same names; other groups mean nothing here."""

    RECEPTIONIST = "receptionist"
    NURSE = "nurse"
    DOCTOR = "doctor"
    ADMIN = "admin"


class Permission(StrEnum):
    PATIENT_READ = "patient:read"
    PATIENT_WRITE = "patient:write"
    PATIENT_ARCHIVE = "patient:archive"
    PATIENT_MERGE = "patient:merge"
    PATIENT_EXPORT = "patient:export"
    PATIENT_RESTRICT = "patient:restrict"
    CHART_READ = "chart:read"
    CHART_RESTRICTED = "chart:restricted"  # a restricted chart, after a reason was given
    CHART_WRITE = "chart:write"  # allergies and problems
    FILE_ADD = "file:add"  # hands a document to a doctor, without reading a chart
    CHART_EXPORT = "chart:export"  # the whole chart as a file
    CHART_CORRECT = "chart:correct"  # marks what others recorded as entered in error
    MEASURE = "measure:write"
    IMMUNISE = "immunise"
    RX_WRITE = "rx:write"
    ORDER = "order:write"  # tests, pictures and referrals
    RESULT_REVIEW = "result:review"  # has looked at a result
    LETTER_WRITE = "letter:write"
    NOTE_WRITE = "note:write"
    NOTE_SIGN = "note:sign"
    NOTE_COSIGN = "note:cosign"  # somebody else's note, as `may_cosign` says
    TEMPLATE_MANAGE = "template:manage"  # the clinic's templates of notes, and its abbreviations
    CLINICAL_CONFIRM = "clinical:confirm"  # the numbers that warn: limits of measurements
    AUDIT_READ = "audit:read"
    STAFF_MANAGE = "staff:manage"
    CLINIC_MANAGE = "clinic:manage"
    COST_READ = "cost:read"
    SCHEDULE_READ = "schedule:read"
    BOOK = "schedule:book"  # and all that follows: move, cancel, arrive, block
    OVERBOOK = "schedule:overbook"  # a second patient at a taken time, with a reason
    OUTSIDE_HOURS = "schedule:outside"  # outside a practitioner's hours, in kept or closed time
    HOURS = "schedule:hours"  # rooms, visit types, hours, leave, holidays
    SERVICE_RECORD = "service:record"  # what was done at a visit, for the check-out; shows no money
    MONEY_READ = "money:read"  # balances, invoices, payments and their copies
    MONEY_TAKE = "money:take"  # invoices and payments, and the drawer
    MONEY_CORRECT = "money:correct"  # credit notes, voids, what somebody else took wrongly
    MONEY_REPORT = "money:report"  # what the clinic earns
    CATALOGUE = "catalogue:manage"  # services and their prices


P = Permission

# Who may fit a patient in where there is no time is who will see them, and who answers for the day; a clinic may decide
# otherwise (Clinic.squeezers).
SCHEDULE = frozenset({P.SCHEDULE_READ, P.BOOK, P.SERVICE_RECORD})
MONEY = frozenset({P.MONEY_READ, P.MONEY_TAKE})
SQUEEZE = frozenset({P.OVERBOOK, P.OUTSIDE_HOURS})
CHART = frozenset({P.CHART_READ, P.CHART_WRITE, P.MEASURE, P.IMMUNISE, P.NOTE_WRITE, P.NOTE_SIGN})

ROLES: dict[Role, frozenset[Permission]] = {
    Role.RECEPTIONIST: frozenset({P.PATIENT_READ, P.PATIENT_WRITE, P.PATIENT_ARCHIVE, P.PATIENT_MERGE, P.FILE_ADD})
    | SCHEDULE
    | MONEY,
    Role.NURSE: frozenset({P.PATIENT_READ, P.PATIENT_WRITE}) | CHART | SCHEDULE | SQUEEZE,
    Role.DOCTOR: frozenset({P.PATIENT_READ, P.PATIENT_WRITE, P.PATIENT_MERGE, P.PATIENT_RESTRICT})
    | CHART
    | {P.CHART_RESTRICTED, P.CHART_CORRECT, P.CLINICAL_CONFIRM, P.RX_WRITE, P.ORDER, P.RESULT_REVIEW, P.CHART_EXPORT}
    | {P.NOTE_COSIGN, P.LETTER_WRITE}
    | SCHEDULE
    | SQUEEZE,
    # An administrator runs the clinic, and does not read its charts.
    Role.ADMIN: frozenset(
        {
            *(permission for permission in Permission if permission.startswith("patient:")),
            P.AUDIT_READ,
            P.STAFF_MANAGE,
            P.CLINIC_MANAGE,
            P.COST_READ,
            P.HOURS,
            P.MONEY_CORRECT,
            P.MONEY_REPORT,
            P.CATALOGUE,
            P.TEMPLATE_MANAGE,
        }
    )
    | SCHEDULE
    | MONEY
    | SQUEEZE,
}


def roles_of(groups: Iterable[str]) -> list[Role]:
    """The roles among Cognito's groups, in one order; groups we do not know are ignored."""
    known = set(groups)
    return [role for role in Role if role in known]


def at_the_desk(roles: Iterable[str]) -> bool:
    """Whether they answer phone and door: requests and details that are due are theirs; what a role may is above."""
    return not {Role.RECEPTIONIST, Role.ADMIN}.isdisjoint(roles)


# Who may fit a patient in is left to the clinic, and to nobody else; until it says otherwise it is who the table says.
SQUEEZERS = tuple(role for role in Role if ROLES[role] >= SQUEEZE)


def permissions_of(roles: Iterable[Role], squeezers: Iterable[str] = SQUEEZERS) -> frozenset[str]:
    """What the roles may in a clinic that leaves fitting in to `squeezers`."""
    roles, given = list(roles), set(squeezers)
    granted = frozenset(permission for role in roles for permission in ROLES[role])
    return (granted - SQUEEZE) | (SQUEEZE if given.intersection(roles) else frozenset())


def may_cosign(
    permissions: Collection[str], person: str, author: str, supervisors: Mapping[str, Collection[str]]
) -> bool:
    """Whether this person may co-sign what the author wrote. `supervisors`: by whom the notes of a person are
    co-signed, of those who need that; where none of them is left, whoever else may.
    """
    named = supervisors.get(author)
    own = person == author or person in supervisors
    return Permission.NOTE_COSIGN in permissions and not own and (not named or person in named)
