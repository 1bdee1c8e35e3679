"""That a doctor has confirmed a schedule, and which one."""

from clinnet.table import Item, Key, Text, keys


class Schedule(Item, discriminator="VACCINES"):
    """`table` is a key of vaccine_tables.TABLES; `edition` its source when it was confirmed."""

    table = Text()
    edition = Text()
    by_name = Text(attr_name="byName")
    at_time = Text(attr_name="at")

    @staticmethod
    def at(clinic: str) -> Key:
        return keys.vaccine_schedule(clinic)
