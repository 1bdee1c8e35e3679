"""The copies of a document in words: what was printed, and what became of each e-mail."""

from dataclasses import dataclass

from billing.mailing.models import BOUNCED, FAILED, PRINTED, SENT, WAITING, Mailing
from clinnet import formats
from clinnet.accounts.models import Clinic

STATES = {WAITING: "Waiting to be sent", SENT: "Sent", FAILED: "Not sent", BOUNCED: "Came back", PRINTED: "Printed"}
MARKS = {WAITING: "mark-warn", SENT: "mark-good", FAILED: "mark-danger", BOUNCED: "mark-danger", PRINTED: ""}
PAPERS = {"a4": "A4", "us-letter": "Letter", "receipt": "Receipt"}


@dataclass(frozen=True, slots=True, repr=False)
class MailingRow:
    state: str
    mark: str
    when: str
    what: str  # on which paper, to whom, or why not
    by: str


def mailing_rows(found: list[Mailing], clinic: Clinic) -> list[MailingRow]:
    return [
        MailingRow(
            STATES[each.state or WAITING],
            MARKS[each.state or WAITING],
            formats.when(each.left_at or each.created_at or "", clinic),
            " · ".join(part for part in (PAPERS.get(each.to or "", each.to), each.reason) if part),
            each.by,
        )
        for each in found
    ]
