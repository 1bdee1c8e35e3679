"""State of the engine's other services (users, mail, policies, names of files), saved whole and atomically."""

import functools
import hashlib
import json
import os
import sys
from pathlib import Path
from typing import Any

from clinnet.local.journal import DISK_FAILED
from clinnet.local.place import write_durably

KEPT = ("cognito", "iam", "s3", "ses", "ses_v2", "sts")  # tables have their journal


class Services:
    def __init__(self, ministack: Any) -> None:
        from ministack.core import persistence
        from ministack.services import s3

        self._ministack, self._persistence = ministack, persistence
        self._saved: dict[str, bytes] = {}
        for name in list(ministack._state_map):
            if name not in KEPT:
                del ministack._state_map[name]  # read at a start, written at a stop
        persistence.save_state = self.save_state
        s3._atomic_write = write_object

    def save(self) -> None:
        self._persistence.save_all(self._ministack._build_persistence_save_dict())

    def save_state(self, name: str, state: dict[str, Any]) -> None:
        """ministack's own writes without fsync, and carries on when the disk is full."""
        version = self._persistence._state_format_version(name)
        wrapped = {"__ministack_format__": version, "payload": state}
        data = json.dumps(wrapped, default=self._persistence._json_default).encode()
        digest = hashlib.sha256(data).digest()
        if self._saved.get(name) == digest:
            return
        folder = Path(self._persistence.STATE_DIR)
        _or_stop(functools.partial(folder.mkdir, mode=0o700, exist_ok=True), folder)
        _or_stop(functools.partial(write_durably, folder / f"{name}.json", data), folder)
        self._saved[name] = digest


def write_object(path: str, data: bytes | str, *, text: bool = False) -> None:
    """A file's bytes or its description, on the disk before the upload is acknowledged."""
    content = data.encode() if isinstance(data, str) else bytes(data)
    _or_stop(functools.partial(write_durably, Path(path), content), Path(path).parent)


def _or_stop(write: functools.partial[None], folder: Path) -> None:
    try:
        write()
    except OSError as error:
        sys.stderr.write(f"The embedded AWS cannot write to {folder}: {error.strerror}.\n")
        sys.stderr.flush()
        os._exit(DISK_FAILED)
