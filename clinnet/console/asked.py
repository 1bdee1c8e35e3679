"""What a person chooses for a question: a month, one of a list. It stands in the address."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from clinnet import formats
from clinnet.accounts.models import Clinic
from clinnet.table import Scope

MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")
Choices = Callable[[Scope], Sequence[tuple[str, str]]]


@dataclass(frozen=True)
class Month:
    """As 2026-11; at first the clinic's present one."""

    label: str = "Month"
    kind = "month"

    def read(self, text: str, scope: Scope, clinic: Clinic) -> str:
        return text if MONTH.fullmatch(text) else formats.today(clinic)[:7]

    def choices(self, scope: Scope) -> Sequence[tuple[str, str]]:
        return ()


@dataclass(frozen=True)
class OneOf:
    """One of what `ask` finds, at first the first; empty where it finds nothing."""

    label: str
    ask: Choices
    kind = "choice"

    def read(self, text: str, scope: Scope, clinic: Clinic) -> str:
        offered = [value for value, _ in self.choices(scope)]
        return text if text in offered else next(iter(offered), "")

    def choices(self, scope: Scope) -> Sequence[tuple[str, str]]:
        return self.ask(scope)


Value = Month | OneOf
