"""Cash for something else than a patient, as it was written: stamps that were bought, change from the bank."""

from billing.models import PAYIN, PAYOUT
from clinnet.table import Flag, Item, Key, Number, Text, keys


class CashMove(Item, discriminator="CASHMOVE"):
    """`amount` is above zero where it went in. `drawer` and `day` are the drawer's day that it stands in."""

    drawer = Text()
    day = Text()
    amount = Number()
    reason = Text()
    at_time = Text(attr_name="at")
    by = Text()
    by_id = Text(attr_name="byId")
    frozen = Flag(default=True)

    @staticmethod
    def at(clinic: str, drawer: str, day: str, id: str) -> Key:
        return keys.cash_move(clinic, drawer, day, id)

    @property
    def kind(self) -> str:
        return PAYIN if self.amount > 0 else PAYOUT
