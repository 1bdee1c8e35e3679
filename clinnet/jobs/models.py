"""A job: work longer than one transaction, as the table keeps it."""

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
