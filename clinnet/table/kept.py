"""Answers that change rarely, kept in the process for some seconds: settings, staff, the list's letters."""

import time
from collections.abc import Callable
from threading import Lock
from typing import Generic, TypeVar

T = TypeVar("T")
Name = TypeVar("Name")
SECONDS = 15
Kept = dict[tuple[str, ...], tuple[float, object]]
_memory: list[Kept] = [{}]


def remember(question: tuple[str, ...], ask: Callable[[], T]) -> T:
    """The answer kept under `question`, or a fresh one from `ask`."""
    kept = _memory[0]  # what is asked for before a change is kept with what was forgotten by it
    until, answer = kept.get(question, (0.0, None))
    if until > time.monotonic():
        return answer  # type: ignore[return-value]  # it is what `ask` answered under this question
    fresh = ask()
    kept[question] = (time.monotonic() + SECONDS, fresh)
    return fresh


def forget() -> None:
    """After a change: this process reads anew, the others within 15 s."""
    _memory[0] = {}


class Latest(Generic[Name, T]):
    """What was put last, at most so many, kept in the process. Threads share it."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: dict[Name, T] = {}
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, name: Name) -> T | None:
        return self._kept.get(name)

    def put(self, name: Name, value: T) -> None:
        self.change(name, lambda _: value)

    def change(self, name: Name, change: Callable[[T | None], T]) -> None:
        """Puts what `change` makes of what was there, while no other thread puts anything."""
        with self._lock:
            value = change(self._kept.get(name))
            self._kept.pop(name, None)
            self._kept[name] = value  # the last one put is the last to go
            while len(self._kept) > self._most:
                del self._kept[next(iter(self._kept))]
