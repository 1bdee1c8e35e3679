"""A job: work longer than one transaction, as the table keeps it."""

from dataclasses import dataclass

from clinnet.rules.lines import Packed, letter
from clinnet.table import Item, Key, MapOf, Number, Text, keys


class Job(Item, discriminator="JOB"):
    """Work longer than one transaction: `plan` says what, `cursor` how many of its parts are done.

    `results` say what became of each part, where that may differ.
    """

    kind = Text()
    patient_id = Text(null=True, attr_name="patientId")
    plan = MapOf()
    cursor = Number(default=0)
    total = Number()
    by = Text(null=True)  # who began it
    by_id = Text(null=True, attr_name="byId")
    results = MapOf(null=True)

    @staticmethod
    def at(id: str) -> Key:
        return keys.job(id)


@dataclass(frozen=True, kw_only=True, repr=False)
class JobLine(Packed):
    """What the list of unfinished work shows."""

    kind: str = letter("k", "")
    total: int = letter("n", 0)
    done: int = letter("c", 0)
    by: str = letter("b", "")  # the name of who began it
    day: str = letter("d", "")
    practitioner_id: str = letter("w", "")
    patient_id: str = letter("i", "")
