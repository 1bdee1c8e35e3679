"""A task."""

from clinnet.table import Item, Key, MapOf, Text, keys


class Task(Item, discriminator="TASK"):
    """`owner` is a person's id, or a key of rules/tasks.ROLES: then whoever takes it becomes the owner.

    `due` is an ISO date. `state` is open or over; `over`: at, by, name.
    """

    patient_id = Text(attr_name="patientId")
    what = Text()
    due = Text()
    owner = Text()
    by = Text()
    by_name = Text(attr_name="byName")
    over = MapOf(null=True)

    @staticmethod
    def at(patient_id: str, id: str) -> Key:
        return keys.task(patient_id, id)
