"""What became of a letter's e-mails, in words."""

from collections.abc import Sequence
from dataclasses import dataclass

from clinnet import formats
from clinnet.accounts.models import Clinic
from scheduling.mailed.models import LetterMail
from scheduling.messages.rules.attached import BOUNCED, FAILED, SENT, WAITING

STATES = {WAITING: "Waiting to be sent", SENT: "Sent", FAILED: "Not sent", BOUNCED: "Came back"}
MARKS = {WAITING: "mark-warn", SENT: "mark-good", FAILED: "mark-danger", BOUNCED: "mark-danger"}


@dataclass(frozen=True, slots=True, repr=False)
class MailRow:
    state: str
    mark: str
    when: str
    what: str  # to whom, or why not
    by: str


def mail_rows(found: Sequence[LetterMail], clinic: Clinic) -> list[MailRow]:
    return [
        MailRow(
            STATES[each.state or WAITING],
            MARKS[each.state or WAITING],
            formats.when(each.left_at or each.created_at or "", clinic),
            " · ".join(part for part in (each.to, each.reason) if part),
            each.by,
        )
        for each in found
    ]
