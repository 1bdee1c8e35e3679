"""Test processes share one table: what they must not do at once, and names that each has for itself."""

import fcntl
import os
import random
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from patients.rules import names

PROCESS = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
_random = random.Random(PROCESS)
_heard: set[str] = set()


@contextmanager
def seeding() -> Iterator[None]:
    """Whoever seeds second waits, and finds it done."""
    with (Path(os.environ["CLINNET_VAR"]) / "seed.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def fresh_name() -> str:
    """A family name that no other test uses, and that is like none: two Marias of one birth date may be one person.

    Nor does it sound like one: a search would find both, and Enter before the answer takes only who is alone in it.
    """
    while True:
        syllables = (_random.choice("bcdfgklmnprstvz") + _random.choice("aeiou") for _ in range(4))
        name = "QVWX"[PROCESS] + "u" + "".join(syllables)
        sounds = names.sounds(name)
        if _heard.isdisjoint(sounds):
            _heard.update(sounds)
            return name
