"""Whether e-mail can be sent, as the clinic's people are told. Written when that changes, not with each message."""

from dataclasses import dataclass

from clinnet import clock
from clinnet.table import Action, Event, Scope, Transaction, find_row, keys

MAIL_DOWN = Action("mail.down", "found that e-mail cannot be sent")
MAIL_UP = Action("mail.up", "found that e-mail can be sent again")


@dataclass(frozen=True, slots=True)
class Trouble:
    """`since` is a stamp."""

    since: str
    problem: str


def trouble(scope: Scope) -> Trouble | None:
    """What keeps messages from leaving; None while they leave."""
    row = find_row(scope, keys.mail_state(scope.clinic_id), consistent=False)
    return Trouble(row["since"], row["problem"]) if row and row.get("since") else None


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
