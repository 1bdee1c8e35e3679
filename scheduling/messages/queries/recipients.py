"""Who is told: the patient, or for a child and for somebody with a guardian, those who look after them."""

from dataclasses import dataclass, field
from datetime import date

from django.conf import settings

from clinnet.table import Scope
from patients.models import Patient
from patients.queries import survivors
from patients.rules import births
from patients.rules.shape import Link

EMAIL, SMS = "email", "sms"
BY_MESSAGE = (EMAIL, SMS)  # in which a message can leave
OF_AGE = 16  # years; until then, and with a guardian, the guardians are told

NO_EMAIL = "No e-mail address"
CAME_BACK = "E-mail to them comes back"
NO_CONSENT = "No consent for messages: by phone only"
NO_GUARDIAN = "No guardian who receives messages"
NO_GUARDIAN_EMAIL = "No e-mail address of a guardian"
NO_SMS = "Text messages are not set up"
NO_MOBILE = "No mobile number"
NO_TEXTS = "Texts to them do not arrive"
NO_GUARDIAN_MOBILE = "No mobile number of a guardian"
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
    """`whose` is the record that has the address or number: the patient's own, or that of who looks after them."""

    address: str = field(repr=False)  # of an e-mail; of a text a number in E.164
    language: str = ""
    whose: Patient | None = field(default=None, repr=False, compare=False)


def address(patient: Patient, way: str) -> str:
    return patient.mobile if way == SMS else patient.mailbox


def obstacle(patient: Patient, today: date, way: str = EMAIL) -> str:
    """Why nothing can be sent about this patient, as far as the record itself says; empty when something can."""
    if patient.deceased_on:
        return DECEASED
    if patient.test:
        return TEST
    if refused(patient):
        return NO_CONSENT
    if way == SMS and not settings.CLINNET_SMS:
        return NO_SMS
    if is_looked_after(patient, today):
        return "" if guardians(patient, today) else NO_GUARDIAN
    return "" if address(patient, way) else came_back(patient, way) or (NO_MOBILE if way == SMS else NO_EMAIL)


def usual_way(patient: Patient, today: date) -> str:
    """How the patient is told unless somebody says otherwise: as they want it, else e-mail, else a text to who agreed.

    Empty where neither can be.
    """
    ways = [way for way in BY_MESSAGE if not obstacle(patient, today, way)]
    if patient.reach_by in ways:
        return str(patient.reach_by)
    agreed = (patient.consents or {}).get("messages")
    own = [way for way in ways if way == EMAIL or agreed]
    return next(iter(own), "")


def way_of(told_by: str | None, patient: Patient, today: date) -> str:
    """In which a message leaves now: as one left before, unless that cannot be any more."""
    if told_by in BY_MESSAGE and not obstacle(patient, today, told_by):
        return told_by
    return usual_way(patient, today) or EMAIL


def came_back(patient: Patient, way: str = EMAIL) -> str:
    if way == SMS:
        return f"{NO_TEXTS}: {patient.no_texts}" if patient.no_texts else ""
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


def recipients(scope: Scope, patient: Patient, today: date, way: str = EMAIL) -> list[Recipient]:
    """Everybody to whom a message about this patient goes: one call more for one who is looked after.

    Raises Unreachable.
    """
    if reason := obstacle(patient, today, way):
        raise Unreachable(reason)
    if not is_looked_after(patient, today):
        return [Recipient(address(patient, way), patient.language or "", patient)]
    ids = [link["patient_id"] for link in guardians(patient, today) if link.get("patient_id")]
    people = [each for each in survivors(scope, ids).values() if not (each.deceased_on or each.test or refused(each))]
    able = {to: each for each in people if (to := address(each, way))}
    if not able:
        none = NO_GUARDIAN_MOBILE if way == SMS else NO_GUARDIAN_EMAIL
        raise Unreachable(next(filter(None, (came_back(each, way) for each in people)), none))
    return [Recipient(to, each.language or patient.language or "", each) for to, each in able.items()]


def masked(address: str) -> str:
    """ "m…@example.org", "…421": the record has the whole of it."""
    name, at, domain = address.partition("@")
    return f"{name[:1]}…@{domain}" if at else f"…{address[-3:]}"
