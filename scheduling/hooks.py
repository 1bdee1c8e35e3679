"""What appointments take from the apps above: the kinds of contributions, and how each is asked for."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from clinnet import contributions
from clinnet.accounts.access import ClinicRequest
from clinnet.contributions import Contribution
from clinnet.table import Transaction
from scheduling.appointments.queries import PatientVisit
from scheduling.models import Appointment


@dataclass(frozen=True, slots=True)
class VisitLink:
    """A button on the details of an appointment that leads to a page ("Pay"). `key` is its letter, or empty."""

    label: str
    icon: str
    url: str
    key: str = ""


@dataclass(frozen=True)
class VisitAction(Contribution):
    """The link for this person and this appointment, or None. It asks the table nothing."""

    order: int
    offer: Callable[[ClinicRequest, PatientVisit], VisitLink | None]


@dataclass(frozen=True, slots=True)
class VisitLine:
    """A line among the facts of an appointment: "Invoice", "2026-004790, to pay £24.50"."""

    label: str
    text: str


@dataclass(frozen=True)
class VisitFact(Contribution):
    """What an app says of an appointment, read with one call at most; nothing for those who may not see it."""

    order: int
    tell: Callable[[ClinicRequest, PatientVisit], list[VisitLine]]


@dataclass(frozen=True)
class VisitFollower(Contribution):
    """What has to be kept together with a step of an appointment: a finished visit that is to be billed.

    `add(tx, appointment, to)` puts steps into the transaction of the step itself; `to` is the new state. `appointment`
    is as it was before. It raises Refused where the step must not be.
    """

    name: str
    add: Callable[[Transaction, Appointment, str], None]


def actions(request: ClinicRequest, visit: PatientVisit) -> list[VisitLink]:
    found = (each.offer(request, visit) for each in contributions.of(VisitAction))
    return [each for each in found if each]


def facts(request: ClinicRequest, visit: PatientVisit) -> Iterator[VisitLine]:
    for each in contributions.of(VisitFact):
        yield from each.tell(request, visit)


def add_followers(tx: Transaction, appointment: Appointment, to: str) -> None:
    for each in contributions.of(VisitFollower):
        each.add(tx, appointment, to)
