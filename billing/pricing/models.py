"""What a service's price and tax are told by, beside the service itself."""

from clinnet.table import Flag, Item, Key, ListOf, Text, keys


class PriceList(Item, discriminator="PRICELIST"):
    """Other prices than the usual ones, which some payers have agreed on. Each service keeps its prices of it."""

    name = Text()
    active = Flag(default=True)

    @staticmethod
    def at(clinic: str, id: str) -> Key:
        return keys.price_list(clinic, id)


class TaxClass(Item, discriminator="TAXCLASS"):
    """What services are taxed as. `rates` are {from, rate}, in the order of their first day; a rate is in thousandths
    of a percent, 0 is exempt. `note` is what invoices say of what is exempt.
    """

    name = Text()
    rates = ListOf(default=list)
    note = Text(null=True)

    @staticmethod
    def at(clinic: str, id: str) -> Key:
        return keys.tax_class(clinic, id)

    def rate_on(self, day: str) -> int:
        """Of what was done on `day`, ISO: the newest; before its first day the first one."""
        held = [int(each["rate"]) for each in self.rates if each["from"] <= day]
        return held[-1] if held else int(self.rates[0]["rate"])
