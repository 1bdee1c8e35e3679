"""Who is told: the patient, or for a child and for somebody with a guardian, those who look after them."""

from dataclasses import dataclass, field
from datetime import date

from clinnet.table import Scope
from patients.models import Patient
from patients.queries import survivors
from patients.rules import births
from patients.rules.shape import Link

OF_AGE = 16  # years; until then, and with a guardian, the guardians are told

NO_EMAIL = "No e-mail address"
CAME_BACK = "E-mail to them comes back"
NO_CONSENT = "No consent for messages: by phone only"
NO_GUARDIAN = "No guardian who receives messages"
NO_GUARDIAN_EMAIL = "No e-mail address of a guardian"
DECEASED = "Recorded as deceased"
TEST = "A test patient"
NEVER = (DECEASED, TEST)  # nobody is called instead either


class Unreachable(Exception):
    """No message can go; `reason` is a sentence for the clinic's people."""

    def __init__(self, reason: str) -> None:
        super().__init__()
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Recipient:
    """`whose` is the record that has the address: the patient's own, or that of who looks after them."""

    address: str = field(repr=False)
    language: str = ""
    whose: Patient | None = field(default=None, repr=False, compare=False)


def obstacle(patient: Patient, today: date) -> str:
    """Why nothing can be sent about this patient, as far as the record itself says; empty when something can."""
    if patient.deceased_on:
        return DECEASED
    if patient.test:
        return TEST
    if refused(patient):
        return NO_CONSENT
    if is_looked_after(patient, today):
        return "" if guardians(patient, today) else NO_GUARDIAN
    return "" if patient.mailbox else came_back(patient) or NO_EMAIL


def came_back(patient: Patient) -> str:
    return f"{CAME_BACK}: {patient.came_back}" if patient.came_back else ""


def refused(patient: Patient) -> bool:
    """Whether the patient said no to messages; who was not asked did not."""
    consent = (patient.consents or {}).get("messages")
    return consent is not None and not consent.get("given")


def is_child(patient: Patient, today: date) -> bool:
    years = births.years(patient.birth_date, today) if patient.birth_date else None
    return years is not None and years < OF_AGE


def is_looked_after(patient: Patient, today: date) -> bool:
    return is_child(patient, today) or any(link["kind"] == "guardian" for link in patient.links or [])


def guardians(patient: Patient, today: date) -> list[Link]:
    """The links of those who are told instead. A child's are all who receive messages; an adult's are guardians."""
    child = is_child(patient, today)
    return [link for link in patient.links or [] if link.get("messages") and (child or link["kind"] == "guardian")]


def recipients(scope: Scope, patient: Patient, today: date) -> list[Recipient]:
    """Everybody to whom a message about this patient goes: one call more for one who is looked after.

    Raises Unreachable.
    """
    if reason := obstacle(patient, today):
        raise Unreachable(reason)
    if not is_looked_after(patient, today):
        return [Recipient(patient.mailbox, patient.language or "", patient)]
    ids = [link["patient_id"] for link in guardians(patient, today) if link.get("patient_id")]
    people = [each for each in survivors(scope, ids).values() if not (each.deceased_on or each.test or refused(each))]
    able = [each for each in people if each.mailbox]
    if not able:
        raise Unreachable(next(filter(None, map(came_back, people)), NO_GUARDIAN_EMAIL))
    found = {each.mailbox: Recipient(each.mailbox, each.language or patient.language or "", each) for each in able}
    return list(found.values())


def masked(address: str) -> str:
    """ "m…@example.org": the record has the whole of it."""
    name, _, domain = address.partition("@")
    return f"{name[:1]}…@{domain}"
