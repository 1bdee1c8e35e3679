"""What is recorded only when somebody says that it is meant."""

import hashlib
from collections.abc import Collection, Sequence

from clinnet.table.errors import Refused


class Asked(Refused):
    """Nothing is recorded: `findings` are sentences, the gravest first. With `takes_reason` they have to say why."""

    def __init__(self, findings: Sequence[str], *, takes_reason: bool = False) -> None:
        super().__init__(findings[0])
        self.findings, self.takes_reason = tuple(findings), takes_reason

    @property
    def answers(self) -> tuple[str, ...]:
        """What says that these sentences were read: other ones are asked all the same."""
        return tuple(map(_answer, self.findings))


def ask(findings: Sequence[str], answered: Collection[str], *, takes_reason: bool = False) -> None:
    """Raises Asked where one of the findings is not among `answered`, which are `Asked.answers`."""
    if any(_answer(each) not in answered for each in findings):
        raise Asked(findings, takes_reason=takes_reason)


def _answer(finding: str) -> str:
    return hashlib.sha256(finding.encode()).hexdigest()[:12]
