"""The left side of a chart after an import, from what of the file is as the file says."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from clinnet.table import Action, Event, Scope, Transaction
from patients.models import Patient
from records import queries
from records.models import ALG, CURRENT, ENDED, LAB, MEAS, MED, OBS, PROB, RES, Recorded
from records.queries import stacked
from records.services import pinning
from records.services.recording import MOST, put_part

Lines = dict[str, dict[str, Any]]
Stand = Mapping[str, Recorded]


def summarise(
    scope: Scope,
    patient: Patient,
    stand: Stand,
    asked: dict[str, str] | None,
    *,
    untrue: Collection[dict[str, str]],
    action: Action,
) -> None:
    """`asked`: that there are no allergies, where the file says so; it stands where nothing else does. `untrue`: what
    it said of that before, and takes back.
    """
    own = queries.summaries(scope, patient)[0]
    tx = Transaction(scope)
    told = False
    for part in (ALG, PROB, MED, MEAS, LAB):
        before = own.part(part).rows
        current = LATEST[part](stand, before) if part in LATEST else _current(stand, part)
        gone = [id for id in stand if id in before and id not in current]
        if stale := _stale(stand, before) if part in LATEST else set():
            earlier = EARLIER[part](scope, patient, "")
            current = {**{key: earlier[key] for key in stale if key in earlier}, **current}
            gone += sorted(stale - set(current))
        added = {id: line for id, line in current.items() if before.get(id) != line}
        room = max(0, MOST - len(before))
        added = {id: line for at, (id, line) in enumerate(added.items()) if at < room or id in before}
        was = own.part(part).asked
        none = asked if part == ALG and not (before or added or was) else None
        over = part == ALG and was in untrue and not none
        ended = _ended(stand, own.part(PROB).ended) if part == PROB else None
        if added or gone or none or over or ended is not None:
            asked_now = none or (None if over else was) if part == ALG else None
            put_part(tx, own, part, added, drop=gone, asked=asked_now, ended=ended)
            told = True
    if told:
        tx.commit(Event(action, "PATIENT", patient.id, patient=patient.id))


def _stale(stand: Stand, before: Mapping[str, Mapping[str, Any]]) -> set[str]:
    """What stands there of an item that the file has taken back, or that has no such value any more."""
    from_file = {key: stand[str(line["i"])] for key, line in before.items() if str(line.get("i")) in stand}
    return {key for key, item in from_file.items() if item.state != CURRENT or key not in _keys(item)}


def _keys(item: Recorded) -> set[str]:
    return set(pinning.lines_of(item.content, item.id) if item.kind == RES else item.content)


def _current(stand: Stand, part: str) -> Lines:
    """Of medicines of one name the latest."""
    found = {id: each for id, each in stand.items() if each.kind == part and each.state == CURRENT}
    if part == MED:
        latest = {each.content.get("n"): each for each in sorted(found.values(), key=lambda one: one.at_time)}
        found = {each.id: each for each in latest.values()}
    return {id: each.content for id, each in found.items()}


def _ended(stand: Stand, before: Sequence[str]) -> list[str] | None:
    """The problems that are over; None where these are as they were."""
    now = [id for id, each in stand.items() if (each.kind, each.state) == (PROB, ENDED)]
    found = [*(id for id in before if id not in stand or id in now), *(id for id in now if id not in before)]
    return found if found != list(before) else None


def _values(stand: Stand, before: Mapping[str, Mapping[str, Any]]) -> Lines:
    """The latest of each value that a problem may pin, where it is not older than what stands there."""
    found: Lines = {}
    results = (each for each in stand.values() if each.kind == RES and each.state == CURRENT)
    for each in sorted(results, key=lambda one: str(one.content.get("o", ""))):
        found |= pinning.stacked_on(found, each.content, each.id)
    return {key: line for key, line in found.items() if line["a"] >= before.get(key, {}).get("a", "")}


def _measured(stand: Stand, before: Mapping[str, Mapping[str, Any]]) -> Lines:
    """The latest value of each kind, where it is later than what stands there."""
    latest: Lines = {}
    for each in sorted((each for each in stand.values() if each.kind == OBS), key=lambda one: one.at_time):
        if each.state == CURRENT:
            latest |= {kind: stacked(line, latest.get(kind)) | {"i": each.id} for kind, line in each.content.items()}
    return {kind: line for kind, line in latest.items() if line["a"] >= before.get(kind, {}).get("a", "")}


LATEST = {MEAS: _measured, LAB: _values}
EARLIER = {MEAS: queries.measured_before, LAB: pinning.before_this}
