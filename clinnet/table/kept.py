"""Answers that change rarely, kept in the process for some seconds: settings, staff, the list's letters."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")
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
