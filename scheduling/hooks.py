"""What appointments take from the apps above: the kinds of contributions, and how each is asked for."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass

from clinnet import contributions
from clinnet.accounts.access import ClinicRequest
from clinnet.contributions import Contribution
from clinnet.pages import Questions
from clinnet.table import Scope, Transaction, writes
from clinnet.table.errors import NotFound
from scheduling.appointments.queries import PatientVisit
from scheduling.messages.rules.bounces import Bounce
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


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What nobody did yet for a patient who is about to go; `link` does it, for whoever may."""

    what: str
    then: str
    link: VisitLink | None


@dataclass(frozen=True)
class BeforeLeaving(Contribution):
    """Asked once somebody says that the patient of a finished visit has left: what would be forgotten, or None.

    It is said, and not refused. With one call at most.
    """

    order: int
    ask: Callable[[ClinicRequest, PatientVisit], Forgotten | None]


@dataclass(frozen=True)
class VisitFollower(Contribution):
    """What has to be kept together with an appointment: a finished visit that is to be billed, a moved one.

    `add(tx, before, after)` puts steps into the transaction of whatever changes the appointment: booking (`before` is
    None), each step of the visit, move, cancellation, undo, another patient's. At most MOST_STEPS, as jobs change
    several appointments at once. It may set `after.card_parts`, and raises Refused where the change must not be.
    Changed words, imports and the demo's past visits go by it.
    """

    name: str
    add: Callable[[Transaction, Appointment | None, Appointment], None]


@dataclass(frozen=True, slots=True)
class Strip:
    """A coloured line as templates/parts/strip.html takes it; `kind` is danger, warn, good, note or grey."""

    kind: str
    icon: str
    text: str
    url: str = ""
    label: str = ""


@dataclass(frozen=True)
class Notice(Contribution):
    """What else whoever opens the clinic is told, below what the schedule has to say.

    What it asks is asked beside the schedule's own questions; an answer is None where it could not be read.
    """

    order: int
    ask: Callable[[ClinicRequest], Questions[list[Strip]]]


def notices(request: ClinicRequest) -> list[Questions[list[Strip]]]:
    return [each.ask(request) for each in contributions.of(Notice)]


@dataclass(frozen=True)
class CardPart(Contribution):
    """Who writes on the cards of the board: what `Appointment.card_parts` has under `name` is shown with this icon.

    A follower writes it with the change itself; `changing.write_on_card` with anything else.
    """

    order: int
    name: str
    icon: str = ""


@dataclass(frozen=True)
class Outgoing(Contribution):
    """What an app sends by e-mail besides messages about appointments, whenever those are sent.

    `send(scope)` sends what is due in one clinic and counts what became of it. Raises MailDown, and waits then.
    `came_back(scope, found)` is told what did not arrive, and returns whether it was of this app and new.
    """

    send: Callable[[Scope], Counter[str]]
    came_back: Callable[[Scope, Bounce], bool]


MOST_STEPS = 2  # of a follower, for one appointment


def others_came_back(scope: Scope, found: Bounce) -> bool:
    """Whether it is new to the app that sent it. Raises NotFound where none did."""
    for each in contributions.of(Outgoing):
        with suppress(NotFound):
            return each.came_back(scope, found)
    raise NotFound


def send_others(scope: Scope) -> Counter[str]:
    """What other apps have to send. Raises MailDown."""
    done: Counter[str] = Counter()
    for each in contributions.of(Outgoing):
        done += each.send(scope)
    return done


def actions(request: ClinicRequest, visit: PatientVisit) -> list[VisitLink]:
    found = (each.offer(request, visit) for each in contributions.of(VisitAction))
    return [each for each in found if each]


def facts(request: ClinicRequest, visit: PatientVisit) -> Iterator[VisitLine]:
    for each in contributions.of(VisitFact):
        yield from each.tell(request, visit)


def forgotten(request: ClinicRequest, visit: PatientVisit) -> Forgotten | None:
    return next((found for each in contributions.of(BeforeLeaving) if (found := each.ask(request, visit))), None)


def add_followers(tx: Transaction, before: Appointment | None, after: Appointment) -> None:
    for each in contributions.of(VisitFollower):
        each.add(tx, before, after)


def at_once(most: int, *, each: int, beside: int) -> int:
    """How many appointments one transaction changes, `each` with so many actions: `most`, or fewer with followers."""
    each += MOST_STEPS * len(contributions.of(VisitFollower))
    return max(1, min(most, (writes.LIMIT - beside) // each))


def card_parts(written: Mapping[str, str]) -> list[dict[str, str]]:
    """What the card shows of `Appointment.card_parts`."""
    parts = contributions.of(CardPart)
    return [{"icon": each.icon, "text": written[each.name]} for each in parts if each.name in written]
