"""The drawer: opened with its float, counted without knowing what should be in it, closed with what it differs by."""

from collections.abc import Mapping
from datetime import date, timedelta
from functools import partial
from typing import Any

from billing import queries
from billing.models import CARD, CASH, CLOSED, METHODS, OPEN, TRANSFER, Drawer, DrawerDay
from billing.reports import services as reports
from billing.rules import cash
from billing.unpaid import services as ages
from clinnet import clock
from clinnet.accounts import queries as accounts
from clinnet.accounts.permissions import Permission
from clinnet.money import Money, show
from clinnet.table import Action, Event, Once, Row, Scope, Topic, Transaction, get_rows, keys
from clinnet.table.errors import ClinnetError, NotFound, Refused
from clinnet.table.kept import forget
from clinnet.table.once import idempotent

OPEN_DRAWER = Action("drawer.open", "opened a drawer")
COUNT = Action("drawer.count", "counted a drawer")
CLOSE = Action("drawer.close", "closed a drawer's day", Topic.DRAWERS)

CARRY_OVER = Action("drawer.carry-over", "closed a drawer's day without counting it", Topic.DRAWERS)
REOPEN = Action("drawer.reopen", "opened a closed day of a drawer again", Topic.DRAWERS)

OF_A_COUNT = ("counted", "pieces", "counted_by", "counted_by_id", "counted_at", "counted_from", "counted_entries")
IS_OPEN = Refused("This drawer is open already.")
IS_CLOSED = Refused("This day is closed.")
NOT_COUNTED = Refused("Count first.")
WHY = Refused("Say why it differs.", field="reason")
TOO_MUCH = Refused("More cannot stay than was counted.", field="stays")
SECOND = "It differs by {}: that needs a second person. An administrator who did not count closes it."
YOUR_COUNT = Refused("You counted it. As it differs by so much, somebody else must close it.")
NOT_FORGOTTEN = Refused("Only a day that was forgotten is closed without counting. Count this one.")
GONE_ON = Refused("Only a drawer's last day can be opened again, and not once the next one is open.")
COUNTED_AGAIN = "{} counted again meanwhile. Look at what is compared now, and go back to the count if it is not yours."
AGAIN = Refused("Money moved while you counted. Look what is expected now, and count again if it is not in it.")


@idempotent
def open_drawer(scope: Scope, *, drawer: Drawer | None = None, opening: int, once: Once | None = None) -> str:
    """Begins a day with `opening` in cash; a clinic's first drawer comes into being with it. Returns its id.

    The day is today's, or the one after the last that was closed.
    """
    scope.require(Permission.MONEY_TAKE)
    if opening < 0:
        raise Refused("A float is not negative.", field="opening")
    drawer = drawer or _first(scope)
    id = drawer.id if drawer else first_id(scope)
    today = clock.today(accounts.clinic(scope.clinic_id).time_zone).isoformat()
    day = max(today, _after(drawer.closed_day)) if drawer else today
    tx = Transaction(scope, once=once)
    if drawer is None:
        at = Drawer.at(scope.clinic_id, id)
        tx.put(Drawer(pk=at.pk, sk=at.sk, id=id, name="Front desk", open_day=day), refusal=IS_OPEN)
    else:
        tx.update(drawer, {"open_day": day}, refusal=IS_OPEN, open_day=None)
    at = DrawerDay.at(scope.clinic_id, id, day)
    session = DrawerDay(
        pk=at.pk,
        sk=at.sk,
        id=f"{id} {day}",
        drawer=id,
        day=day,
        state=OPEN,
        opening=opening,
        opened_by=scope.actor.name,
    )
    tx.put(session, refusal=IS_OPEN)
    tx.afterwards(forget)
    return tx.commit(Event(OPEN_DRAWER, "DRAWER", id, changes={"opening": [None, opening]}, note=day), result=id)


def first_id(scope: Scope) -> str:
    """Of a clinic's first drawer: of two who open it at once, one does."""
    return f"desk-{scope.clinic_id}"


def _first(scope: Scope) -> Drawer | None:
    try:
        return queries.drawer(scope, first_id(scope))
    except NotFound:
        return None


def _after(closed: str | None) -> str:
    return (date.fromisoformat(closed) + timedelta(days=1)).isoformat() if closed else ""


@idempotent
def count(
    scope: Scope,
    *,
    session: DrawerDay,
    pieces: Mapping[int, int],
    card: int,
    transfer: int,
    began: str = "",
    once: Once | None = None,
) -> None:
    """What was found: pieces of each note and coin, and the totals of the terminal and of the bank.

    `began` is the stamp of when the counting began: what came in since may be in the count or not.
    Only now can be seen what should be there; counting again takes the place of the first count, which the trail has.
    """
    scope.require(Permission.MONEY_TAKE)
    scope.must_hold(session)
    if session.state != OPEN:
        raise IS_CLOSED
    if min([*pieces.values(), card, transfer, 0]) < 0:
        raise Refused("A count is not negative.")
    found = {CASH: cash.counted(dict(pieces)), CARD: card, TRANSFER: transfer}
    tx = Transaction(scope, once=once)
    kept = {str(kind): number for kind, number in pieces.items() if number}
    news = {
        "counted": found,
        "pieces": kept,
        "counted_at": tx.at,
        "counted_from": began or tx.at,
        "counted_by": scope.actor.name,
        "counted_by_id": scope.actor.id,
        "counted_entries": int(session.entries),
    }
    tx.update(session, news, refusal=IS_CLOSED)
    tx.commit(Event(COUNT, "DRAWER", session.drawer, changes={"counted": [session.counted, found]}, note=session.day))


@idempotent
def close(
    scope: Scope,
    *,
    drawer: Drawer,
    session: DrawerDay,
    stays: int,
    reason: str = "",
    bag: str = "",
    seen: str | None = None,
    once: Once | None = None,
) -> None:
    """Ends the day: `stays` is tomorrow's float, the rest of the counted cash goes to the bank.

    `seen` is the stamp of the count that somebody looked at; without it, the one that was read. Raises Refused where
    nothing was counted, where that is another count by now, where it differs and nobody says why, or where an entry was
    made since the count.
    """
    scope.require(Permission.MONEY_TAKE)
    scope.must_hold(drawer)
    scope.must_hold(session)
    if session.state != OPEN:
        raise IS_CLOSED
    if not session.counted:
        raise NOT_COUNTED
    if seen is not None and seen != session.counted_at:
        raise Refused(COUNTED_AGAIN.format(session.counted_by))
    clinic = accounts.clinic(scope.clinic_id)
    variance = {method: int(session.counted[method]) - session.expected(method) for method in METHODS}
    if any(variance.values()) and not reason.strip():
        raise WHY
    if not 0 <= stays <= int(session.counted[CASH]):
        raise TOO_MUCH
    most = max(abs(each) for each in variance.values())
    second = most > cash.alone(clinic.money)
    if second and not scope.may(Permission.MONEY_CORRECT):
        raise Refused(SECOND.format(show(Money(most, clinic.money), clinic.locale, sign=True)))
    tx = Transaction(scope, once=once)
    news: dict[str, Any] = {
        "state": CLOSED,
        "variance": {name: each for name, each in variance.items() if each},
        "reason": reason.strip(),
        "stays": stays,
        "banked": int(session.counted[CASH]) - stays,
        "bag": bag.strip(),
        "closed_by": scope.actor.name,
        "closed_at": tx.at,
    }
    unlike = {"counted_by_id": scope.actor.id} if second else {}
    _fold(tx, session)
    tx.update(
        session,
        news,
        refusal=partial(_moved, session),
        unlike=unlike,
        state=OPEN,
        entries=int(session.counted_entries or 0),
    )
    tx.update(
        drawer, {"open_day": None, "closed_day": session.day, "stays": stays}, refusal=IS_CLOSED, open_day=session.day
    )
    changes = {"variance": [None, news["variance"]], "stays": [None, stays], "banked": [None, news["banked"]]}
    tx.afterwards(forget)
    tx.commit(Event(CLOSE, "DRAWER", session.drawer, changes=changes, note=reason.strip() or session.day))


def _is_over(scope: Scope, session: DrawerDay) -> bool:
    return str(session.day) < clock.today(accounts.clinic(scope.clinic_id).time_zone).isoformat()


def _not_now(row: Row) -> ClinnetError:
    return IS_CLOSED if row.get("state") == CLOSED else Refused("Money moved just now. Press again.")


@idempotent
def carry_over(scope: Scope, *, drawer: Drawer, session: DrawerDay, reason: str, once: Once | None = None) -> None:
    """Closes a day that was forgotten without a count: by an administrator, with the reason, which its report says.

    What should be in the drawer stays in it, and nothing goes to the bank: the next who opens it counts.
    """
    scope.require(Permission.MONEY_CORRECT)
    scope.must_hold(drawer)
    scope.must_hold(session)
    if session.state != OPEN:
        raise IS_CLOSED
    if not _is_over(scope, session):
        raise NOT_FORGOTTEN
    if not reason.strip():
        raise Refused("Say why it is not counted.", field="reason")
    tx, stays = Transaction(scope, once=once), max(session.expected(CASH), 0)
    news = dict.fromkeys(OF_A_COUNT) | {"state": CLOSED, "variance": {}, "reason": reason.strip(), "stays": stays,
                                        "banked": 0, "closed_by": scope.actor.name, "closed_at": tx.at}  # fmt: skip
    _fold(tx, session)
    tx.update(session, news, refusal=_not_now, state=OPEN, entries=int(session.entries))
    tx.update(
        drawer, {"open_day": None, "closed_day": session.day, "stays": stays}, refusal=IS_CLOSED, open_day=session.day
    )
    tx.afterwards(forget)
    changes = {"stays": [None, stays]}
    tx.commit(Event(CARRY_OVER, "DRAWER", session.drawer, changes=changes, note=reason.strip()))


def _fold(tx: Transaction, session: DrawerDay, *, sign: int = 1) -> None:
    """The day's sums into those of its month. They are read here: what was added after it was counted, or since it was
    closed, fails the condition of the session's own write."""
    beside = keys.day_sum(tx.scope.clinic_id, session.day, session.drawer)
    rows = get_rows(tx.scope, [session.key, beside])
    sums = rows.get(session.key, {})
    reports.fold(tx, session, sums, rows.get(beside, {}), sign=sign)
    ages.fold(tx, session, sums, sign=sign)


def _moved(session: DrawerDay, row: Row) -> ClinnetError:
    if row.get("state") == CLOSED:
        return IS_CLOSED
    same = row.get("version") == session.version and row.get("entries") == session.counted_entries
    return YOUR_COUNT if same else AGAIN


@idempotent
def reopen(scope: Scope, *, drawer: Drawer, session: DrawerDay, reason: str, once: Once | None = None) -> None:
    """The last closed day of a drawer is open again, to be counted anew: by an administrator, with the reason.

    Only until the next day was opened. The new report says which one it replaces; the trail keeps both.
    """
    scope.require(Permission.MONEY_CORRECT)
    scope.must_hold(drawer)
    scope.must_hold(session)
    if not reason.strip():
        raise Refused("Say why it is opened again.", field="reason")
    tx = Transaction(scope, once=once)
    empty = (*OF_A_COUNT, "variance", "reason", "stays", "banked", "bag", "closed_by", "closed_at")
    before = {name: [getattr(session, name), None] for name in ("variance", "stays", "banked", "closed_by")}
    news = dict.fromkeys(empty) | {"state": OPEN, "replaces": session.closed_at}
    _fold(tx, session, sign=-1)
    tx.update(session, news, refusal=GONE_ON, state=CLOSED)
    tx.update(
        drawer, {"open_day": session.day, "closed_day": None}, refusal=GONE_ON, open_day=None, closed_day=session.day
    )
    tx.afterwards(forget)
    tx.commit(Event(REOPEN, "DRAWER", session.drawer, changes=before, note=reason.strip()))
