"""What is recorded only when somebody says that it is meant."""

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from clinnet.table.errors import Refused


@dataclass(frozen=True, slots=True)
class Instead:
    """What was probably meant: the whole line, and what is other in it ("142/86 mmHg")."""

    line: str
    shown: str


class Slip(Refused):
    """It cannot be, and the page offers what was probably meant."""

    def __init__(self, sentence: str, instead: Instead | None) -> None:
        super().__init__(sentence)
        self.instead = instead


class Asked(Refused):
    """Nothing is recorded: `findings` are sentences, the gravest first. With `takes_reason` they have to say why.

    `instead` is what was probably meant, where one of them is about a slip of the keyboard.
    """

    def __init__(self, findings: Sequence[str], *, takes_reason: bool = False, instead: Instead | None = None) -> None:
        super().__init__(findings[0])
        self.findings, self.takes_reason, self.instead = tuple(findings), takes_reason, instead

    @property
    def answers(self) -> tuple[str, ...]:
        """What says that these sentences were read: other ones are asked all the same."""
        return tuple(map(_answer, self.findings))


def ask(
    findings: Sequence[str],
    answered: Collection[str],
    *,
    takes_reason: bool = False,
    instead: Instead | None = None,
) -> None:
    """Raises Asked where one of the findings is not among `answered`, which are `Asked.answers`."""
    if any(_answer(each) not in answered for each in findings):
        raise Asked(findings, takes_reason=takes_reason, instead=instead)


def _answer(finding: str) -> str:
    return hashlib.sha256(finding.encode()).hexdigest()[:12]
