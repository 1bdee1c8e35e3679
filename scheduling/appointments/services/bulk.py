"""Many appointments at once, through the batch door: for seed and import alone. Pages never use it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from clinnet import clock
from clinnet.table import Action, Batch, Event, Key, Row, Scope, Transaction, get_rows
from scheduling.appointments.services import changing
from scheduling.appointments.services.booking import line_of
from scheduling.board.services import cards
from scheduling.calendar.services import busy
from scheduling.calendar.services.busy import Hold
from scheduling.models import Appointment

FILL = Action("schedule.fill", "added many appointments at once")

ROWS_AT_ONCE = 60  # actions of a transaction that adds to busy rows which are there already


@dataclass(frozen=True, repr=False)
class Ready:
    """An appointment to be written, with its patient's line. One without a day has no card, as of an import.

    `hold` and `card` where these do not follow from the appointment: a time that is held for somebody.
    """

    appointment: Appointment
    patient: Mapping[str, Any] = field(default_factory=dict)
    hold: Hold | None = None
    card: Mapping[str, Any] = field(default_factory=dict)


def add_many(
    scope: Scope, wanted: Sequence[Ready], event: Event, *, rows: Sequence[Row] = (), holds: Sequence[Hold] = ()
) -> list[Ready]:
    """Writes those whose time is free and whom nobody has changed, and `rows`, which take `holds`; returns them.

    The same again writes the same. Busy times go first, cards last: whoever sees a card may rely on the rest.
    """
    touched = {
        key
        for key, row in get_rows(scope, [each.appointment.key for each in wanted]).items()
        if row.get("version", 1) > 1
    }
    marked, ready = _free(scope, [each for each in wanted if each.appointment.key not in touched], holds)
    _mark(scope, marked)
    batch = Batch(scope)
    for each in ready:
        if not each.card:
            each.appointment.line = each.appointment.line or line_of(each.appointment).pack()
            batch.put(each.appointment)
    batch.write()
    batch.put_rows(_card(scope, each, batch.at) for each in ready if each.appointment.day)
    batch.put_rows(rows)
    batch.commit(event)
    return ready


def _hold(each: Ready) -> Hold | None:
    return each.hold or changing.hold_of(each.appointment)


def _card(scope: Scope, each: Ready, at: str) -> Row:
    appointment = each.appointment
    filled = {name: value for name, value in changing.card_line(appointment).items() if value not in (None, "", 0)}
    content = filled | {"p": dict(each.patient), **each.card}
    last = (appointment.stamps or [{"at": appointment.created_at or at, "by": appointment.booked_by}])[-1]
    row = cards.row(scope, appointment, content, min(at, last["at"]))
    row["line"]["w"] = last["by"]  # who did it, not who writes it down
    return row


def _free(
    scope: Scope, wanted: Sequence[Ready], further: Sequence[Hold]
) -> tuple[dict[Key, tuple[Row, Row]], list[Ready]]:
    """Of each busy row what is there and what comes, and those that find their time free or have it already."""
    pairs = [(each, _hold(each)) for each in wanted]
    holds = [*further, *(hold for _, hold in pairs if hold)]
    there = get_rows(scope, {key for hold in holds for key in hold.places()})
    own = {hold.tag for hold in holds}
    ready = [each for each, hold in pairs if hold is None or _fits(hold, there, own)]
    marked: dict[Key, tuple[Row, Row]] = {}
    for hold in [*further, *(hold for each in ready if (hold := _hold(each)))]:
        for key, names in hold.places().items():
            _, new = marked.setdefault(key, (there.get(key, {}), {}))
            for name in names:
                new.setdefault(name, set()).add(hold.tag)
            if hold.until:
                new[busy.HOLD + hold.tag] = hold.until
    return marked, ready


def _fits(hold: Hold, there: Mapping[Key, Row], own: set[str]) -> bool:
    """Whether nobody else is there; `own` are the tags of all that are written now."""
    return not any(
        busy.tags_in(there.get(key, {})).get(name, set()) - own
        for key, names in hold.places().items()
        for name in names
    )


def _mark(scope: Scope, marked: Mapping[Key, tuple[Row, Row]]) -> None:
    """New rows go through the batch; to those that exist is added, so that nothing of others is lost."""
    batch, known = Batch(scope), list[Key]()
    for key, (there, new) in marked.items():
        if there:
            known.append(key)
        else:
            batch.put_row({"PK": key.pk, "SK": key.sk, **new})
    batch.write()
    for start in range(0, len(known), ROWS_AT_ONCE):
        tx = Transaction(scope)
        for key in known[start : start + ROWS_AT_ONCE]:
            _add(tx, key, marked[key][1])
        tx.commit(Event(FILL, "BUSY", clock.new_id(), note="added to busy times"))


def _add(tx: Transaction, key: Key, new: Row) -> None:
    adds = {name: tags for name, tags in new.items() if name in busy.NUMBERS}
    ends = {name: end for name, end in new.items() if name not in busy.NUMBERS}
    tx.change_row(key, adds=adds, sets=ends if key.is_shared else {"clinicId": tx.scope.clinic_id, **ends}, new=True)
