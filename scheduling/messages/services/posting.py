"""A document goes by e-mail: asked for by a person, sent by whoever sends messages, at least once.

It is claimed by a condition first, as each message is: who comes second, and who was killed on the way, sends nothing
twice within the ten minutes of the claim.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Generic, Protocol, TypeVar

from clinnet import clock
from clinnet.accounts import queries as accounts
from clinnet.table import Action, Event, Item, Key, Range, Scope, Transaction, get, get_many, keys, query
from clinnet.table.errors import Stale
from patients.queries import survivors
from patients.services.mailbox import add_bounce
from scheduling.messages.queries.recipients import Recipient, Unreachable, masked, recipients
from scheduling.messages.rules.attached import BOUNCED, FAILED, SENT, subject_of, text_of
from scheduling.messages.rules.bounces import Bounce
from scheduling.messages.rules.wording import language
from scheduling.messages.services.mail import Mail, MailDown, MailRefused, send
from scheduling.messages.services.messages import whose_address

LEASE = timedelta(minutes=10)
PAGE = 50
NOT_TAKEN = "The mail service refused the address"
Draw = Callable[[Scope, Any], bytes]
Posted = TypeVar("Posted", bound=Item)


class Due(Protocol):
    """Where it waits in GSI1: the clinic, when it is tried next (a stamp), its id."""

    def __call__(self, clinic: str, at: str, id: str) -> Key: ...


@dataclass(frozen=True, slots=True)
class Enclosed:
    """The PDF, and what it is called, without its ending."""

    name: str
    pdf: bytes


@dataclass(frozen=True, slots=True)
class Steps:
    """What the trail calls each step of a document's way."""

    begun: Action
    left: Action
    not_left: Action
    returned: Action

    @property
    def ends(self) -> tuple[Action, ...]:
        return self.left, self.not_left, self.returned


@dataclass(frozen=True)
class Post(Generic[Posted]):
    """How the documents of one kind go. `model` has patient_id, state, tries and gsi1sk; `document` gives the id of
    what goes, which the events are of, `steps` what they are called. `enclose` draws it; it raises Unreachable with the
    reason why it must not go.
    """

    model: type[Posted]
    kind: str
    document: Callable[[Any], str]
    due: Due
    waiting: Callable[[str, str], Range]
    steps: Callable[[Any], Steps]
    enclose: Callable[[Scope, Any, Draw], Enclosed]

    def send_waiting(self, scope: Scope, draw: Draw) -> Counter[str]:
        """Everything that waits in one clinic; `draw` makes the PDF. Counts sent and failed. Raises MailDown."""
        done: Counter[str] = Counter()
        for row in query(scope, self.waiting(scope.clinic_id, clock.stamp()), limit=PAGE).rows:
            with suppress(Stale):  # another process has it
                done[self._deliver(scope, row["PK"], row["id"], row["GSI1SK"], draw)] += 1
        return +Counter({name: count for name, count in done.items() if name})

    def came_back(self, scope: Scope, found: Bounce) -> bool:
        """The mail service says that it did not arrive: it says so, and to that address nothing is sent any more.

        Returns whether that is new. Raises NotFound.
        """
        mail: Any = get(scope, self.model, self._at(found.patient_id, found.item))
        if mail.state != SENT:
            return False
        tx, patient = Transaction(scope), survivors(scope, [mail.patient_id])[mail.patient_id]
        tx.change_row(mail.key, sets={"state": BOUNCED, "reason": found.reason}, when={"state": SENT}, refusal=Stale)
        for each in whose_address(scope, patient, found.addresses):
            add_bounce(tx, each, found.reason)
        tx.commit(self._event(self.steps(mail).returned, mail, found.reason))
        return True

    def _deliver(self, scope: Scope, pk: str, id: str, seen: str, draw: Draw) -> str:
        """What became of it; empty where the index lags behind it."""
        patient_id = keys.parse_patient(pk)
        found: list[Any] = get_many(scope, [self._at(patient_id, id)]).of(self.model)
        if not found or found[0].gsi1sk != seen:
            return ""
        (mail,) = found
        self.claim(scope, mail)
        patient = survivors(scope, [patient_id])[patient_id]
        try:
            to = recipients(scope, patient, clock.today(accounts.clinic(scope.clinic_id).time_zone))
            enclosed = self.enclose(scope, mail, draw)
            for each in to:
                send(self._written(scope, mail, each, enclosed))
        except Unreachable as no:
            return self._end(scope, mail, FAILED, reason=no.reason)
        except MailRefused:
            return self._end(scope, mail, FAILED, reason=NOT_TAKEN)
        except MailDown:  # tried again in 2, 4, 8 … minutes, at most an hour
            self._place(scope, mail, timedelta(minutes=min(60, 2 ** int(mail.tries))), tries=int(mail.tries))
            raise
        return self._end(scope, mail, SENT, to=", ".join(masked(each.address) for each in to))

    def claim(self, scope: Scope, mail: Any) -> None:
        self._place(scope, mail, LEASE, tries=int(mail.tries) + 1)

    @staticmethod
    def _at(patient_id: str, id: str) -> Key:
        return keys.mailing(patient_id, id)

    def _written(self, scope: Scope, mail: Any, to: Recipient, enclosed: Enclosed) -> Mail:
        clinic = accounts.clinic(scope.clinic_id)
        how = language(to.language or clinic.locale)
        reference = f"{clinic.id}/{mail.patient_id}/{self.document(mail)}/{mail.id}"
        return Mail(to.address, subject_of(clinic.name, how), text_of(clinic.name, how), "", "", clinic.name,
                    reference, enclosed.pdf, f"{enclosed.name}.pdf")  # fmt: skip

    def _place(self, scope: Scope, mail: Any, wait: timedelta, *, tries: int) -> None:
        due, tx = self.due(scope.clinic_id, clock.stamp(clock.now() + wait), mail.id), Transaction(scope)
        self._change(tx, mail, {"GSI1SK": due.sk, "tries": tries})
        tx.commit(self._event(self.steps(mail).begun, mail, f"try {tries}"))
        mail.gsi1sk, mail.tries = due.sk, tries

    def _end(self, scope: Scope, mail: Any, state: str, *, to: str = "", reason: str = "") -> str:
        tx = Transaction(scope)
        ended = {"state": state, "to": to, "reason": reason, "leftAt": tx.at, "GSI1PK": None, "GSI1SK": None}
        self._change(tx, mail, ended)
        steps = self.steps(mail)
        tx.commit(self._event(steps.left if state == SENT else steps.not_left, mail, reason))
        return state

    def _event(self, action: Action, mail: Any, note: str) -> Event:
        return Event(action, self.kind, self.document(mail), patient=mail.patient_id, note=note)

    @staticmethod
    def _change(tx: Transaction, mail: Any, sets: Mapping[str, Any]) -> None:
        """On the condition that it is where it was seen."""
        tx.change_row(mail.key, sets=sets, when={"GSI1SK": mail.gsi1sk}, refusal=Stale)
