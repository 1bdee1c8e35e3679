"""That a doctor has confirmed the limits, and which ones."""

from clinnet.table import Item, Key, Text, keys


class Limits(Item, discriminator="LIMITS"):
    """`edition` is that of the numbers that were confirmed: with others nobody is asked before they are."""

    edition = Text()
    by_name = Text(attr_name="byName")
    at_time = Text(attr_name="at")

    @staticmethod
    def at(clinic: str) -> Key:
        return keys.clinical_limits(clinic)
