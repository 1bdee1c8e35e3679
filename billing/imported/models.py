"""A bill of another system."""

from clinnet.table import Flag, Item, Key, ListOf, MapOf, Number, Text, keys


class ImportedBill(Item, discriminator="IMPORTEDBILL"):
    """As it came, and settled: no number, no entry, no age. `lines` are [name, amount]; `paid` is what its payer paid,
    where that is known, and the rest was the patient's. The currency may be another than the clinic's. `source`: which
    version of it this is there, and digests of those before.
    """

    patient_id = Text(attr_name="patientId")
    day = Text()
    currency = Text()
    total = Number()
    paid = Number(null=True)
    payer = Text(null=True)
    lines = ListOf(default=list)
    frozen = Flag(default=True)
    source = MapOf(null=True)

    @staticmethod
    def at(patient_id: str, id: str) -> Key:
        return keys.imported_bill(patient_id, id)
