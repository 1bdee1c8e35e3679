"""What a look at the whole table has read so far, in a folder: one that was killed goes on where it was.

A file for each segment, a line of JSON for each page: a line that was only half written is read anew. It holds patient
data, so its owner alone may read it, and whoever looks drops it at the end.
"""

import json
import os
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings

from clinnet import clock
from clinnet.table.values import Raw

OLD = timedelta(days=1)  # what was read before that is read anew


@dataclass(frozen=True, slots=True, repr=False)
class ScanPage:
    """`start` is where the next one begins; empty of a segment's last."""

    items: list[Raw]
    start: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ScanLog:
    """Keeps items of these kinds alone."""

    folder: Path
    kinds: Container[str]

    def pages(self, segment: int, segments: int) -> Iterator[ScanPage]:
        """What is kept of a segment, in its order; nothing of another table, or of a look that is a day old."""
        path = self._path(segment, segments)
        if not path.exists():
            return
        whole, _, _ = path.read_text().rpartition("\n")
        head, *lines = whole.split("\n")
        if not _is_recent(head):
            path.unlink()
            return
        path.write_text(f"{whole}\n")
        for line in lines:
            page = json.loads(line)
            yield ScanPage(page["items"], page["start"])

    def add(self, segment: int, segments: int, answer: Mapping[str, Any]) -> list[Raw]:
        """What it keeps of an answer to Scan, once it is kept."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        kept = [raw for raw in answer.get("Items", []) if raw.get("type", {}).get("S") in self.kinds]
        page = {"items": kept, "start": answer.get("LastEvaluatedKey", {})}
        path = self._path(segment, segments)
        head = "" if path.exists() else f"{json.dumps({'table': settings.CLINNET_TABLE, 'at': clock.stamp()})}\n"
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), "a") as file:
            file.write(f"{head}{json.dumps(page)}\n")
        return kept

    def drop(self) -> None:
        for path in self.folder.glob("*-of-*.jsonl"):
            path.unlink()
        if self.folder.exists() and not any(self.folder.iterdir()):
            self.folder.rmdir()

    def _path(self, segment: int, segments: int) -> Path:
        return self.folder / f"{segment}-of-{segments}.jsonl"


def _is_recent(head: str) -> bool:
    try:
        said = json.loads(head)
    except ValueError:
        return False
    return bool(said["table"] == settings.CLINNET_TABLE and clock.now() - clock.moment(said["at"]) < OLD)
