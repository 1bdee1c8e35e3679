"""How often somebody searches and turns pages of lists: one search leaves no trace, so many leave one.

Nobody is stopped: whoever takes call after call must not be. Counted in each process by itself.
"""

import time
from dataclasses import dataclass

from clinnet.table import Action, Event, Scope, Topic, Transaction

MANY_LOOKS = Action("patient.many-looks", "searched and read lists of patients unusually often", Topic.UNUSUAL)
MOST = 120  # in a minute: a quick typist makes some 50, as a look is taken at every few letters
MINUTE = 60.0
REST = 600.0  # seconds between two events about one person
PEOPLE = 2000  # who are remembered


@dataclass(slots=True)
class _Looks:
    since: float
    count: int = 0
    told: float = -REST


_looks: dict[tuple[str, str], _Looks] = {}


def looked(scope: Scope) -> None:
    """One look more. The first that is too many in a minute is an event of the trail, and then none for ten minutes."""
    now = time.monotonic()
    if len(_looks) > PEOPLE:
        _looks.clear()
    looks = _looks.setdefault((scope.clinic_id, scope.actor.id), _Looks(now))
    if now - looks.since >= MINUTE:
        looks.since, looks.count = now, 0
    looks.count += 1
    if looks.count <= MOST or now - looks.told < REST:
        return
    looks.told = now
    note = f"more than {MOST} times within a minute"
    Transaction(scope).commit(Event(MANY_LOOKS, "CLINIC", scope.clinic_id, note=note))
