"""Time zone rules of a test's own: as a machine's files would have them, made of the one line that says them."""

import io
import struct
import zoneinfo
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from scheduling.calendar.rules import walltime


def compiled(line: str) -> bytes:
    """A TZif file (RFC 8536) without transitions: all that it says is the line of POSIX rules at its end.

    The first block is for readers of 1996; Python reads the second.
    """
    kept = struct.pack(">4sc15x6l", b"TZif", b"2", 0, 0, 0, 0, 1, 4) + struct.pack(">lbb", 0, 0, 0) + b"UTC\0"
    return kept + kept + f"\n{line}\n".encode()


@contextmanager
def rules_of(folder: Path, lines: Mapping[str, str]) -> Iterator[None]:
    """As if a release had these rules: zone names with their lines. What was worked out by others is forgotten."""
    for name, line in lines.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(compiled(line))
    _read_from(str(folder))
    try:
        yield
    finally:
        _read_from()


def _read_from(*folders: str) -> None:
    zoneinfo.reset_tzpath(to=folders)
    zoneinfo.ZoneInfo.clear_cache()
    walltime._day_start.cache_clear()
    walltime.wall_of.cache_clear()


def zone_of(line: str) -> zoneinfo.ZoneInfo:
    return zoneinfo.ZoneInfo.from_file(io.BytesIO(compiled(line)), key=line)
