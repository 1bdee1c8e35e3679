"""A recall."""

from clinnet.table import Item, Key, MapOf, Number, Text, keys


class Recall(Item, discriminator="RECALL"):
    """A patient is asked back: `what` is read by the desk as well. `due` is a date, `how` a key of rules.HOW.

    `state` is open or over; `over`: at, by, name, how (a key of rules.ENDS). `tries`: how often nobody was reached.
    """

    patient_id = Text(attr_name="patientId")
    what = Text()
    due = Text()
    how = Text()
    by = Text()
    by_name = Text(attr_name="byName")
    tries = Number(default=0)
    over = MapOf(null=True)

    @staticmethod
    def at(patient_id: str, id: str) -> Key:
        return keys.recall(patient_id, id)
