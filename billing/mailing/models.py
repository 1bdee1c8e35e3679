"""A copy of an invoice or a credit note: one that was printed, or that somebody wanted to go by e-mail."""

from clinnet.table import Item, Key, Number, Text, keys

PRINTED = "printed"


class Mailing(Item, discriminator="MAILING"):
    """`state`: waiting until the mail service has taken it (sent) or will never (failed, for `reason`); bounced where
    it came back, for `reason`. `to` are the addresses that it went to, masked; `tries` is how often it was tried.
    printed: on the paper `to`. `bill_id` is the document's, which a credit note has too; "statement" of a statement.
    """

    patient_id = Text(attr_name="patientId")
    bill_id = Text(attr_name="billId")
    number = Text()
    by = Text()
    to = Text(null=True)
    reason = Text(null=True)
    tries = Number(default=0)
    left_at = Text(null=True, attr_name="leftAt")

    @staticmethod
    def at(patient_id: str, id: str) -> Key:
        """The id begins with the document's."""
        return keys.mailing(patient_id, id)
