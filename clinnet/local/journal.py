"""A durable log of what was written, with snapshots: the engine's memory made to survive `kill -9`.

Files, in one folder, each a sequence of lines (CRC-32, space, JSON list of records; one line for each flush; in a
snapshot also items with their keys, see `_snapshot_line`):

    log-N        what was written since snapshot-N was begun, in order
    snapshot-N   the whole content as records, complete once it has this name

A start reads the newest snapshot, then every log from its number on. Records hold *effects* (this item is now
so; that key is gone), never requests, so a record read twice changes nothing: a crash between the end of a
snapshot and the removal of what it replaces is harmless, and so is an item that a snapshot caught after a
change that is also in the log.
"""

import asyncio
import errno
import fcntl
import json
import os
import sys
import time
import zlib
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from clinnet.local.place import sync_folder

COMPACT_BYTES = 32_000_000  # a log shorter than this is replayed in about a second
SNAPSHOT_AGAIN = 60.0  # seconds after one that could not be written
PATIENCE = 20.0  # seconds for an engine that was told to stop to finish
DISK_FAILED = 74  # the engine's exit code when what it acknowledged could not be kept (EX_IOERR)

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


class Damaged(Exception):
    """A record that was complete once no longer reads as written."""


@dataclass(frozen=True)
class Packed:
    """Some items of one table as a snapshot has them: their keys beside their bytes, so that a start decodes none."""

    table: str
    keys: list[list[Any]]  # partition, sort key, [[index, partition, sort key], …]
    raws: list[bytes]


class InUse(Exception):
    """Another engine writes in this folder."""


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def line(encoded: list[bytes]) -> bytes:
    return _line(b"[" + b",".join(encoded) + b"]")


def _line(body: bytes) -> bytes:
    return b"%08x %s\n" % (zlib.crc32(body), body)


def _snapshot_line(record: Any) -> bytes:
    """A record, or items with their keys before them: JSON has no NUL, so that is where they are cut."""
    if not isinstance(record, Packed):
        return line([_encode(record).encode()])
    head = _encode({"table": record.table, "keys": record.keys}).encode()
    return _line(b"\0".join([head, *record.raws]))


def _parse(raw: bytes) -> list[Any]:
    """The records of one line. Raises ValueError when the line is torn or damaged."""
    if not raw.endswith(b"\n") or raw[:9] != b"%08x " % zlib.crc32(raw[9:-1]):
        raise ValueError("not as written")
    if raw[9:10] == b"{":
        head, *raws = raw[9:-1].split(b"\0")
        return [Packed(raws=raws, **json.loads(head))]
    found: list[Any] = json.loads(raw[9:])
    return found


def records(path: Path) -> Iterator[Any]:
    """Every record. A torn last line, of which nobody was told, is cut off; damage anywhere else raises."""
    good = 0
    with path.open("rb") as file:
        for raw in file:
            try:
                batch = _parse(raw)
            except ValueError:
                break
            good += len(raw)
            yield from batch
        else:
            return
        if file.read(1):
            raise Damaged(f"{path} is damaged at byte {good}. Restore the folder from a copy, or delete it.")
    os.truncate(path, good)


class Journal:
    """One engine process writes it, from one event loop."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.folder = folder
        self.log_bytes = 0
        self._generation = 0
        self._descriptor = -1
        self._pending: list[bytes] = []
        self._appended = 0
        self._kept = 0
        self._flush: asyncio.Task[None] | None = None
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="journal")
        self.snapshot_bytes = 0
        self.compacting = False
        self._unfinished: Path | None = None  # the snapshot that is being written
        self._not_before = 0.0

    def _numbers(self, kind: str) -> list[int]:
        return sorted(int(path.name.rpartition("-")[2]) for path in self.folder.glob(f"{kind}-*[0-9]"))

    def load(self, apply: Callable[[Any], None]) -> None:
        """Hand every kept record to `apply`, oldest first, and open the newest log for writing.

        Raises InUse and Damaged.
        """
        self._take()
        for unfinished in self.folder.glob("*.tmp"):
            unfinished.unlink()
        snapshots, logs = self._numbers("snapshot"), self._numbers("log")
        start = snapshots[-1] if snapshots else 0
        if snapshots:
            path = self.folder / f"snapshot-{start}"
            self.snapshot_bytes = path.stat().st_size
            for record in records(path):
                apply(record)
        for number in logs:
            if number >= start:
                for record in records(self.folder / f"log-{number}"):
                    apply(record)
        self._open(max([start, *logs]))
        self._remove_older_than(start)

    def _take(self) -> None:
        """Hold the folder while this process lives. One that was told to stop may still be finishing."""
        self._held = os.open(self.folder, os.O_RDONLY)
        until = time.monotonic() + PATIENCE
        while True:
            try:
                fcntl.flock(self._held, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return
            except BlockingIOError:
                if time.monotonic() > until:
                    raise InUse(f"Another embedded AWS is using {self.folder}.") from None
            time.sleep(0.05)

    def _open(self, generation: int) -> None:
        path = self.folder / f"log-{generation}"
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        sync_folder(self.folder)
        if self._descriptor >= 0:
            os.close(self._descriptor)
        self._generation, self._descriptor = generation, descriptor
        self.log_bytes = path.stat().st_size

    def _remove_older_than(self, generation: int) -> None:
        for kind in ("snapshot", "log"):
            for number in self._numbers(kind):
                if number < generation:
                    (self.folder / f"{kind}-{number}").unlink()

    def append(self, record: Any) -> None:
        """Take a record, or its JSON, over. It is kept once `settled` has returned."""
        self._pending.append(record if isinstance(record, bytes) else _encode(record).encode())
        self._appended += 1

    @property
    def is_settled(self) -> bool:
        return self._kept >= self._appended

    async def settled(self) -> None:
        """Wait until everything appended so far is on the disk. Callers at the same moment share one flush."""
        target = self._appended
        while self._kept < target:
            if self._flush is None:
                self._flush = asyncio.create_task(self._write_pending())
            await asyncio.shield(self._flush)

    async def _write_pending(self) -> None:
        lines, self._pending = self._pending, []
        last = self._appended
        await asyncio.get_running_loop().run_in_executor(self._thread, self._write, line(lines))
        self._kept = last
        self._flush = None

    def _write(self, data: bytes) -> None:
        try:
            view = memoryview(data)
            while view:
                try:
                    view = view[os.write(self._descriptor, view) :]
                except OSError:
                    if not self._give_way():
                        raise
            os.fdatasync(self._descriptor)
            self.log_bytes += len(data)
        except OSError as error:
            # Memory is now ahead of the disk. No answer may leave: stop here, and start again from the disk.
            sys.stderr.write(f"The embedded AWS cannot write to {self.folder}: {error.strerror}.\n")
            sys.stderr.flush()
            os._exit(DISK_FAILED)

    def _give_way(self) -> bool:
        """Make room for the log: an unfinished snapshot can be written later. False when there is none."""
        unfinished, self._unfinished = self._unfinished, None
        if unfinished is not None:
            with suppress(FileNotFoundError):  # its writer has seen that it gave way, and taken it away
                os.truncate(unfinished, 0)
                unfinished.unlink()  # what its writer still holds in memory must not take the room again
        return unfinished is not None

    @property
    def wants_compaction(self) -> bool:
        if time.monotonic() < self._not_before:
            return False
        return not self.compacting and self.log_bytes > max(COMPACT_BYTES, self.snapshot_bytes)

    @property
    def worth_a_snapshot(self) -> bool:
        """At a clean stop: whether writing the whole now saves more than replaying the log at the next start."""
        return self.log_bytes > self.snapshot_bytes // 4

    async def compact(self, content: Iterable[Any], *, pause: bool = True) -> None:
        """Write `content` (the present state as records, read lazily) as a snapshot and drop what it replaces.

        Requests go on meanwhile when `pause` is true. Each is in the new log, so it does not matter whether the
        snapshot saw it; but all that it saw must be kept before it counts, or half a transaction could stay.
        """
        self.compacting = True
        try:
            while self._flush is not None:
                await self._flush
            await self._snapshot(self._generation + 1, content, pause=pause)
        except OSError as error:  # nothing is lost: the older snapshot and all logs since are still there
            sys.stderr.write(f"The embedded AWS cannot write a snapshot yet: {error.strerror}.\n")
            self._not_before = time.monotonic() + SNAPSHOT_AGAIN
        finally:
            self.compacting = False

    async def _snapshot(self, generation: int, content: Iterable[Any], *, pause: bool) -> None:
        temporary = self.folder / f"snapshot-{generation}.tmp"
        try:
            self._open(generation)
            with open(temporary, "wb", opener=_private) as file:
                self._unfinished = temporary
                for record in content:
                    if self._unfinished != temporary:
                        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
                    file.write(_snapshot_line(record))
                    if pause:
                        await asyncio.sleep(0)
                await self.settled()
                file.flush()
                await asyncio.get_running_loop().run_in_executor(self._thread, self._finish, file.fileno(), temporary)
        except BaseException:
            self._unfinished = None
            temporary.unlink(missing_ok=True)
            raise
        self.snapshot_bytes = temporary.stat().st_size
        os.replace(temporary, self.folder / f"snapshot-{generation}")
        sync_folder(self.folder)
        self._remove_older_than(generation)

    def _finish(self, descriptor: int, temporary: Path) -> None:
        """In the thread of the log: from here on it does not give way any more. Raises OSError where it did."""
        if self._unfinished != temporary:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        os.fsync(descriptor)
        self._unfinished = None

    async def close(self) -> None:
        await self.settled()
        self._thread.shutdown()
        os.close(self._descriptor)
        os.close(self._held)
