"""A bundle of sessions as one person bought it."""

from clinnet.table import Item, Key, Number, Text, keys


class Bundle(Item, discriminator="BUNDLE"):
    """Sessions of the service `covers`, sold as the service `code` by a line of an invoice, which its id names.

    `left` is how many are there still; `total` how many were sold and not credited. The condition of each write is the
    version that was read, so of two who use the last session one is refused.
    """

    patient_id = Text(attr_name="patientId")
    code = Text()
    name = Text()
    covers = Text()
    total = Number()
    left = Number()

    @staticmethod
    def at(patient_id: str, id: str) -> Key:
        return keys.bundle(patient_id, id)

    @staticmethod
    def id_of(bill_id: str, place: int) -> str:
        """Of the invoice's line at that place, from 0."""
        return f"{bill_id}-{place}"

    @property
    def next(self) -> int:
        """The number of the session that is used next."""
        return int(self.total) - int(self.left) + 1
