"""Tables made at set-up by records/build.py, mapped into memory: nothing is loaded before it is looked up.

A file of sorted lines, "key<tab>value", in UTF-8: a look-up is a search by halves, and all processes share its pages.
"""

import mmap
from collections.abc import Iterator
from functools import cache
from pathlib import Path

DATA = Path(__file__).resolve().parents[1] / "data"


class NotPrepared(RuntimeError):
    """The tables are not there: `make prepare` makes them."""


class SortedLines:
    def __init__(self, path: Path) -> None:
        try:
            with path.open("rb") as file:
                self._map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except OSError as error:
            raise NotPrepared(f"{path.name} is missing. Run: make prepare") from error

    def get(self, key: str) -> str | None:
        """The value of the first line with this key."""
        return next(self.starting(f"{key}\t"), None)

    def starting(self, start: str) -> Iterator[str]:
        """What follows `start` on each line that begins with it, in order."""
        wanted = start.encode()
        at = self._first(wanted)
        while self._map[at : at + len(wanted)] == wanted:
            end = self._map.find(b"\n", at)
            yield self._map[at + len(wanted) : end].decode()
            at = end + 1

    def _first(self, wanted: bytes) -> int:
        """Where the first line begins that is not less than `wanted`."""
        low, high = 0, len(self._map)
        while low < high:
            middle = self._map.rfind(b"\n", low, (low + high) // 2) + 1 or low
            end = self._map.find(b"\n", middle) + 1
            if self._map[middle : middle + len(wanted)] < wanted:
                low = end
            else:
                high = middle
        return low

    def __iter__(self) -> Iterator[str]:
        at = 0
        while at < len(self._map):
            end = self._map.find(b"\n", at)
            yield self._map[at:end].decode()
            at = end + 1


@cache
def table(name: str) -> SortedLines:
    """Raises NotPrepared where set-up has not made it."""
    return SortedLines(DATA / name)
