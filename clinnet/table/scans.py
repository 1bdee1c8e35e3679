"""Reading the whole table: for maintenance commands alone. Pages cannot: the connection refuses it."""

import gc
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import repeat
from typing import Any

from django.conf import settings

from clinnet.table.connection import patiently
from clinnet.table.errors import Denied
from clinnet.table.scan_log import ScanLog
from clinnet.table.scope import Scope
from clinnet.table.values import Raw

SEGMENTS = 4


def _segments() -> int:
    """The embedded engine answers one call at a time: side by side they would wait for each other."""
    return 1 if settings.DYNAMODB_ENDPOINT else SEGMENTS


def every_raw(scope: Scope, log: ScanLog | None = None) -> Iterator[Raw]:
    """Every item of every clinic, consistently read, in no order. Raises Denied for anybody but a command.

    With a `log` only those that it keeps: first what it has of a look that was killed, then what that had not read.
    """
    if not scope.is_system:
        raise Denied
    with _uncollected():
        yield from _every(log)


@contextmanager
def _uncollected() -> Iterator[None]:
    """Without Python's search for cycles: rows have none, and for each few thousand of them it looked through all that
    the process holds. That was two thirds of a scan.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _every(log: ScanLog | None) -> Iterator[Raw]:
    segments = _segments()
    starts: dict[int, dict[str, Any]] = {segment: {} for segment in range(segments)}
    for segment in range(segments) if log else ():
        for page in log.pages(segment, segments) if log else ():
            yield from page.items
            starts[segment] = {"ExclusiveStartKey": page.start}
        if starts[segment] == {"ExclusiveStartKey": {}}:
            del starts[segment]
    with ThreadPoolExecutor(segments) as pool:
        while starts:
            answers = dict(zip(starts, pool.map(_page, starts.items(), repeat(segments)), strict=False))
            for segment, answer in answers.items():
                yield from log.add(segment, segments, answer) if log else answer.get("Items", [])
            starts = {
                segment: {"ExclusiveStartKey": answer["LastEvaluatedKey"]}
                for segment, answer in answers.items()
                if "LastEvaluatedKey" in answer
            }


def _page(asked: tuple[int, dict[str, Any]], segments: int) -> dict[str, Any]:
    segment, start = asked
    part = {"Segment": segment, "TotalSegments": segments} if segments > 1 else {}
    return patiently("Scan", TableName=settings.CLINNET_TABLE, ConsistentRead=True, **part, **start)
