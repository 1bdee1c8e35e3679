"""A document that waits for a doctor."""

from clinnet.table import Item, Key, MapOf, Text, keys


class Incoming(Item, discriminator="INCOMING"):
    """Of a picture or a PDF `media` is its type; without it, it is a document that is read. `file` and `thumb` are keys
    of its bytes while it waits, `digest` is that of what was sent.

    `doctor` is for whom it is; empty: for any. `at_time` is when it was handed in. `state` is open or over; `over`: at,
    by, name, how (filed, moved, dropped or back) and of a dropped one why, a key of rules/incoming.WHY.
    """

    patient_id = Text(attr_name="patientId")
    title = Text(null=True)
    media = Text(null=True)
    file = Text(null=True)
    thumb = Text(null=True)
    digest = Text()
    doctor = Text(null=True)
    at_time = Text(attr_name="at")
    by = Text()
    by_name = Text(attr_name="byName")
    over = MapOf(null=True)

    @staticmethod
    def at(patient_id: str, id: str) -> Key:
        return keys.incoming(patient_id, id)
