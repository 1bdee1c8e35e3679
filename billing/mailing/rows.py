"""The copies of a document in words: what was printed, and what became of each e-mail."""

from billing.mailing.models import PRINTED, Mailing
from clinnet import formats
from clinnet.accounts.models import Clinic
from scheduling.mailed.rows import MARKS, STATES, MailRow
from scheduling.messages.rules.attached import WAITING

WORDS = STATES | {PRINTED: "Printed"}
PAPERS = {"a4": "A4", "us-letter": "Letter", "receipt": "Receipt"}


def mailing_rows(found: list[Mailing], clinic: Clinic) -> list[MailRow]:
    """`what` of one that was printed is the paper."""
    return [
        MailRow(
            WORDS[each.state or WAITING],
            MARKS.get(each.state or WAITING, ""),
            formats.when(each.left_at or each.created_at or "", clinic),
            " · ".join(part for part in (PAPERS.get(each.to or "", each.to), each.reason) if part),
            each.by,
        )
        for each in found
    ]
