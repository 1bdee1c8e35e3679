"""What is done by the clock, as *Health* tells it: how far it came, and a button where a person may do it at once."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from clinnet import clock
from clinnet.contributions import Contribution
from clinnet.table import Once, Scope
from clinnet.table.runs import Run, noted

NIGHTLY, SLACK = timedelta(days=1), timedelta(minutes=15)


@dataclass(frozen=True, repr=False)
class ClockWork(Contribution):
    """`came` says in words how far it came. `run` does what is due and says what that was; without it `why` says why
    nobody can press it: it is done under a role that pages have not. `every` is the time after which it is due again;
    without one nobody notes when it ran, and `came` alone tells."""

    order: int
    name: str
    label: str
    often: str
    came: Callable[[Scope], str]
    run: Callable[[Scope, Once], str] | None = None
    why: str = ""
    every: timedelta | None = None

    def do(self, scope: Scope, once: Once) -> str:
        """By a person, at once. Only where it has a `run`."""
        with noted(scope, self.name):
            return self.run(scope, once) if self.run else ""

    def is_late(self, run: Run) -> bool:
        """Whether it should have been done again by now, with patience: a run is slow, a night an hour longer."""
        if not (self.every and run.at):
            return False
        return clock.now() - clock.moment(run.at) > self.every + self.every / 4 + SLACK
