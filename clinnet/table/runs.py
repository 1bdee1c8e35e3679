"""When work by the clock was last done for a clinic, how long that took, and how often it failed since.

Written outside transactions, as counters are: it is told on *Health*, and decides nothing. So where it cannot be
written the work itself stays done.
"""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.conf import settings

from clinnet import clock
from clinnet.table import keys
from clinnet.table.connection import patiently
from clinnet.table.errors import ClinnetError
from clinnet.table.reads import query
from clinnet.table.scope import Scope
from clinnet.table.values import to_raw

MOST = 50  # kinds of work
log = logging.getLogger("clinnet.runs")


@dataclass(frozen=True, slots=True)
class Run:
    """`at` is the stamp of when it was last done, `ms` how long that took; `failed` how often it was tried since, the
    last time at `failed_at`, because of `why` (the kind of error)."""

    at: str = ""
    ms: int = 0
    failed: int = 0
    failed_at: str = ""
    why: str = ""


def runs(scope: Scope) -> dict[str, Run]:
    """By the name of the work."""
    found = query(scope, keys.clock_works_of(scope.clinic_id), limit=MOST, fresh=False).rows
    return {
        row["id"]: Run(
            row.get("at", ""),
            int(row.get("ms", 0)),
            int(row.get("failed", 0)),
            row.get("failedAt", ""),
            row.get("why", ""),
        )
        for row in found
    }


@contextmanager
def noted(scope: Scope, name: str) -> Iterator[None]:
    """Around the work of one clinic."""
    began = time.monotonic()
    try:
        yield
    except Exception as error:
        _write(scope, name, "ADD #failed :failed", {"failed": 1}, failedAt=clock.stamp(), why=type(error).__name__)
        raise
    _write(scope, name, "", {}, at=clock.stamp(), ms=round((time.monotonic() - began) * 1000), failed=0)


def _write(scope: Scope, name: str, add: str, added: dict[str, int], **sets: str | int) -> None:
    sets |= {"id": name, "type": "RUN", "clinicId": scope.clinic_id}
    named = [*sets, *added]
    try:
        patiently(
            "UpdateItem",
            TableName=settings.CLINNET_TABLE,
            Key=keys.clock_work(scope.clinic_id, name).raw(),
            UpdateExpression=f"SET {', '.join(f'#{each} = :{each}' for each in sets)} {add}".strip(),
            ExpressionAttributeNames={f"#{each}": each for each in named},
            ExpressionAttributeValues={f":{each}": to_raw(value) for each, value in (sets | added).items()},
        )
    except ClinnetError as error:
        log.warning("that %s ran was not written: %s", name, type(error).__name__)
