"""What is done by the clock, as *Health* tells it: how far it came, and a button where a person may do it at once."""

from collections.abc import Callable
from dataclasses import dataclass

from clinnet.contributions import Contribution
from clinnet.table import Once, Scope


@dataclass(frozen=True, repr=False)
class ClockWork(Contribution):
    """`came` says in words how far it came. `run` does what is due and says what that was; without it `why` says why
    nobody can press it: it is done under a role that pages have not."""

    order: int
    name: str
    label: str
    often: str
    came: Callable[[Scope], str]
    run: Callable[[Scope, Once], str] | None = None
    why: str = ""
