"""Whether messages leave, as the clinic's people are told. Written when that changes and once a day, not with each."""

from dataclasses import dataclass

from clinnet import clock
from clinnet.table import Action, Event, Scope, Transaction, find_row, keys

MAIL_DOWN = Action("mail.down", "found that e-mail cannot be sent")
DAY_SENT = Action("mail.day", "sent the messages of a day")
MAIL_UP = Action("mail.up", "found that e-mail can be sent again")


@dataclass(frozen=True, slots=True)
class State:
    """`since` (a stamp) and `problem` are empty while messages leave.

    `done_until` is the UTC day up to which all that was due has left or was found not to be due; empty if never.
    """

    since: str = ""
    problem: str = ""
    done_until: str = ""

    @property
    def trouble(self) -> "State | None":
        return self if self.since else None


def state(scope: Scope) -> State:
    row = find_row(scope, keys.mail_state(scope.clinic_id), consistent=False) or {}
    return State(row.get("since") or "", row.get("problem") or "", row.get("doneUntil") or "")


def trouble(scope: Scope) -> State | None:
    """What keeps messages from leaving; None while they leave."""
    return state(scope).trouble


def is_done(scope: Scope, day: str, known: State) -> None:
    """The outbox is empty up to that day: whoever sends, or looks what did not leave, begins after it."""
    if day > known.done_until:
        _write(scope, {"doneUntil": day}, DAY_SENT, day)


def is_down(scope: Scope, problem: str) -> None:
    known = trouble(scope)
    if known is None or known.problem != problem:
        _write(scope, {"since": known.since if known else clock.stamp(), "problem": problem}, MAIL_DOWN, problem)


def is_up(scope: Scope) -> None:
    if trouble(scope):
        _write(scope, {"since": None, "problem": None}, MAIL_UP)


def _write(scope: Scope, sets: dict[str, str | None], action: Action, note: str = "") -> None:
    tx, at = Transaction(scope), keys.mail_state(scope.clinic_id)
    tx.change_row(at, sets={**sets, "type": "MAIL", "id": "MAIL", "clinicId": scope.clinic}, new=True)
    tx.commit(Event(action, "MAIL", "MAIL", note=note))
