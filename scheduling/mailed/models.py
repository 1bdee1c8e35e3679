"""A letter that somebody wanted to go to the patient by e-mail."""

from clinnet.table import Item, Key, Number, Text, keys


class LetterMail(Item, discriminator="LETTERMAIL"):
    """`state`: waiting until the mail service has taken it (sent) or will never (failed, for `reason`); bounced where
    it came back, for `reason`. `to` are the addresses that it went to, masked; `tries` is how often it was tried.
    The record is the letter's own, which may be folded into another.
    """

    patient_id = Text(attr_name="patientId")
    entry_id = Text(attr_name="entryId")
    letter_id = Text(attr_name="letterId")
    by = Text()
    to = Text(null=True)
    reason = Text(null=True)
    tries = Number(default=0)
    left_at = Text(null=True, attr_name="leftAt")

    @staticmethod
    def at(patient_id: str, id: str) -> Key:
        """The id begins with the letter's."""
        return keys.mailing(patient_id, id)
