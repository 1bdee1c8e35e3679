"""What a key and a range are."""

from typing import NamedTuple


class Key(NamedTuple):
    """PK and SK of one item, or the pair of one index."""

    pk: str
    sk: str

    def raw(self) -> dict[str, dict[str, str]]:
        """As DynamoDB writes it."""
        return {"PK": {"S": self.pk}, "SK": {"S": self.sk}}

    def is_under(self, clinic: str) -> bool:
        """Whether the key itself says this clinic; a patient's keys say none."""
        return self.pk.startswith(f"CLINIC#{clinic}#")

    @property
    def is_shared(self) -> bool:
        """Whether the item is of no clinic: busy times of practitioners and rooms hold tags, never who or why."""
        return self.pk.startswith("BUSY#")

    @property
    def is_record(self) -> bool:
        """Whether this is of a chart: a sealed one is changed by no write (`Transaction`, `Batch`)."""
        return self.sk.startswith("RECORD#")

    @property
    def is_busy(self) -> bool:
        """Whether this is a row of busy times, of whatever resource."""
        return self.is_shared or self.sk.startswith("BUSY#")

    @property
    def is_of_a_day(self) -> bool:
        """Whether this is a card, block or note of a clinic's day."""
        return self.pk.startswith("CLINIC#") and "#DAY#" in self.pk

    @property
    def is_book(self) -> bool:
        """Whether this is an invoice, an entry of the ledger or cash of a drawer: frozen, no write changes it."""
        return self.sk.startswith(("BILL#", "PAY#", "MOVE#")) and not self.sk.endswith("#STATE")

    def may_exist(self) -> bool:
        """Whether DynamoDB takes a key of this length: a made-up id in an address may be longer than any."""
        return len(self.pk.encode()) <= 2048 and len(self.sk.encode()) <= 1024


class Range(NamedTuple):
    """A key range. `begins` is a sort key prefix; `low` and `high` bound it; `gsi` is GSI1, GSI2 or none."""

    pk: str
    begins: str = ""
    low: str = ""
    high: str = ""
    gsi: str = ""
