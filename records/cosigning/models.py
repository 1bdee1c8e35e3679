"""A second signature."""

from typing import Any

from clinnet.table import Item, Key, ListOf, MapOf, Text, keys

WAITS, BACK, GIVEN = "waits", "back", "given"


class Cosignature(Item, discriminator="COSIGN"):
    """Of one signed note. `state`: it waits for a doctor, went back to its author, or is given: then it is sealed.

    `returned`: each time that it went back, as at, by, name, why. `sealed`: at, by, name, hash, and over
    how many hashes (the note's, and those of its addenda then).
    """

    patient_id = Text(attr_name="patientId")
    entry_id = Text(attr_name="entryId")
    note_id = Text(attr_name="noteId")
    author = Text()
    author_name = Text(attr_name="authorName")
    title = Text()
    returned = ListOf(null=True)
    sealed = MapOf(null=True)

    @staticmethod
    def at(patient_id: str, entry: str, note: str) -> Key:
        return keys.cosignature(patient_id, entry, note)

    @property
    def is_open(self) -> bool:
        return self.state != GIVEN


def cosigned_content(item: Cosignature, hashes: list[str], at: str, by: str, name: str) -> dict[str, Any]:
    """What a second signature is over: `hashes` are those of the note and of all its addenda then."""
    return {
        "clinic": item.clinic_id,
        "patient": item.patient_id,
        "note": item.note_id,
        "author": item.author,
        "hashes": hashes,
        "returned": item.returned or [],
        "by": by,
        "name": name,
        "at": at,
    }
