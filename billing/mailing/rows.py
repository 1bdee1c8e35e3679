"""What became of each e-mail, in words."""

from dataclasses import dataclass

from billing.mailing.models import BOUNCED, FAILED, SENT, WAITING, Mailing
from clinnet import formats
from clinnet.accounts.models import Clinic

STATES = {WAITING: "Waiting to be sent", SENT: "Sent", FAILED: "Not sent", BOUNCED: "Came back"}
MARKS = {WAITING: "mark-warn", SENT: "mark-good", FAILED: "mark-danger", BOUNCED: "mark-danger"}


@dataclass(frozen=True, slots=True, repr=False)
class MailingRow:
    state: str
    mark: str
    when: str
    what: str  # to whom, or why not
    by: str


def mailing_rows(found: list[Mailing], clinic: Clinic) -> list[MailingRow]:
    return [
        MailingRow(
            STATES[each.state or WAITING],
            MARKS[each.state or WAITING],
            formats.when(each.left_at or each.created_at or "", clinic),
            " · ".join(part for part in (each.to, each.reason) if part),
            each.by,
        )
        for each in found
    ]
