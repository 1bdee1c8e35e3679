"""Confirmed by a doctor, and taken back."""

from typing import Any

from clinnet.accounts.permissions import Permission
from clinnet.table import Action, Event, Once, Scope, Topic, Transaction
from clinnet.table.errors import Refused
from clinnet.table.once import idempotent
from records.limits import queries
from records.limits.models import Limits
from records.rules.limits import EDITION

CONFIRM = Action("limits.confirm", "confirmed the limits of what is unlikely", Topic.SETTINGS)
WITHDRAW = Action("limits.withdraw", "took back the limits of what is unlikely", Topic.SETTINGS)
QUICKER = Refused("Somebody has just changed this. Look at it once more.")


@idempotent
def confirm_limits(scope: Scope, *, once: Once | None = None) -> None:
    """From now on measurements outside of them are asked about, and marked."""
    scope.require(Permission.CLINICAL_CONFIRM)
    _say(scope, "confirmed", CONFIRM, once)


@idempotent
def withdraw_limits(scope: Scope, *, once: Once | None = None) -> None:
    """Nobody is asked any more. What was marked keeps its mark."""
    scope.require(Permission.CLINICAL_CONFIRM)
    _say(scope, "withdrawn", WITHDRAW, once)


def _say(scope: Scope, state: str, action: Action, once: Once | None) -> None:
    tx, old = Transaction(scope, once=once), queries.limits(scope)
    news: dict[str, Any] = {"state": state, "edition": EDITION, "by_name": scope.actor.name, "at_time": tx.at}
    if old:
        tx.update(old, news, refusal=QUICKER)
    else:
        at = Limits.at(scope.clinic_id)
        tx.put(Limits(pk=at.pk, sk=at.sk, id="limits", **news), refusal=QUICKER)
    tx.commit(Event(action, "LIMITS", "limits"))
