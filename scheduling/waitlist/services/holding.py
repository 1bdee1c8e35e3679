"""A time that is held for a request: in the same busy times as an appointment, with its end beside it.

Past it, whoever comes takes the time over (scheduling/calendar/services/busy.py), and nothing has to run in the
background.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from clinnet import clock
from clinnet.table import Row, Transaction, keys
from scheduling.board.services import cards
from scheduling.calendar.rules import walltime
from scheduling.calendar.rules.slots import Need
from scheduling.calendar.services import busy
from scheduling.calendar.services.busy import Hold
from scheduling.lines import WaitlistLine
from scheduling.models import LAPSED, WaitlistEntry


def standing(request: WaitlistEntry) -> bool:
    """Whether a time is held for it now."""
    return bool(request.offer and request.offer["until"] > clock.now().timestamp())


def in_line(line: WaitlistLine, offer: Mapping[str, Any] | None) -> WaitlistLine:
    """The line with until when a time is held, which, and with whom; or that none is."""
    if not offer:
        return replace(line, held_until=0, held_start=0, held_with="")
    start = walltime.number(clock.moment(offer["start"]))
    return replace(line, held_until=offer["until"], held_start=start, held_with=offer["practitioner"])


def held(request: WaitlistEntry) -> Hold | None:
    """What is held for it, perhaps past its end."""
    offered = request.offer
    if not offered:
        return None
    need = Need(offered["minutes"], offered["before"], offered["after"], offered["nurse"])
    return Hold(
        offered["id"],
        walltime.number(clock.moment(offered["start"])),
        need,
        offered["practitioner"],
        offered["room"],
        offered.get("patient") or request.patient_id,
        until=offered["until"],
    )


def hold_of(row: Row) -> Hold:
    """What a held time's card occupies."""
    line = row["line"]
    before, after = line.get("h") or (0, 0)
    need = Need(line["m"], before, after, line.get("n", 0))
    return Hold(row["id"], line["u"], need, line.get("d", ""), line.get("r", ""), line["i"], until=line["e"])


def release(tx: Transaction, request: WaitlistEntry) -> None:
    """The steps that free it."""
    if hold := held(request):
        busy.swap(tx, [hold], [])
    bury(tx, request)


def bury(tx: Transaction, request: WaitlistEntry) -> None:
    """Its card goes, wherever its time does."""
    if offered := request.offer:
        gone = {"state": LAPSED, **cards.changed(tx.scope, offered["day"], offered["id"], tx.at)}
        tx.change_row(keys.card(tx.scope.clinic_id, offered["day"], offered["id"]), sets=gone)
