"""Money's entities. Amounts count the currency's minor unit; quantities and rates are as in rules/totals.py."""

from typing import Any, ClassVar

from billing.rules.totals import Line
from clinnet.table import Flag, Item, Key, ListOf, MapOf, Number, Text, keys

# An invoice's settlement.
ISSUED, PART, PAID, CREDITED, WRITTEN, VOID = "issued", "part", "paid", "credited", "written", "void"
# The kinds of entries.
CHARGE, PAYMENT, UNDONE, VOIDED, ROUNDING = "CHARGE", "PAYMENT", "UNDO", "VOID", "ROUNDING"
CREDIT, REFUND, APPLY, MOVE, BOUNCE = "CREDIT", "REFUND", "APPLY", "MOVE", "BOUNCE"
WRITEOFF, WRITEBACK = "WRITEOFF", "WRITEBACK"
# Of cash that is for no patient.
PAYIN, PAYOUT = "PAYIN", "PAYOUT"
# What became of a claim with its payer.
TO_SEND, SENT, ACCEPTED, REJECTED = "tosend", "sent", "accepted", "rejected"
# A refund that was asked for.
ASKED, GIVEN_BACK, DECLINED = "asked", "paid", "declined"
# A drawer's day.
OPEN, CLOSED = "open", "closed"
BILLED = "BILLED"  # the row of a visit that has its invoice, or of which somebody said that there is nothing to bill
CASH, CARD, TRANSFER = "cash", "card", "transfer"
METHODS = (CARD, CASH, TRANSFER)


class CatalogItem(Item, discriminator="CATALOG"):
    """Something that the clinic does for money. Its id is its code, which is never used again for another.

    `prices` are {from, price}, in the order of their first day, and of another list than the usual one {list} too.
    `visit_type_ids`: the visits whose usual service it is. One with `sessions` is a bundle: paid once, and used so many
    times for the service `covers`, a code. One with `parts`, codes of services, is a package: one price for all. One
    that `is_own` the patient pays alone, whoever else pays for the rest.
    """

    name = Text()
    category = Text(null=True)
    rate = Number(default=0)  # of tax; 0 is exempt
    tax_class_id = Text(null=True, attr_name="taxClassId")  # what it is taxed as, instead of its own rate
    prices = ListOf(default=list)
    visit_type_ids = ListOf(default=list, attr_name="visitTypeIds")
    active = Flag(default=True)
    sessions = Number(null=True)
    covers = Text(null=True)
    parts = ListOf(null=True)
    is_own = Flag(default=False, attr_name="own")

    @staticmethod
    def at(clinic: str, code: str) -> Key:
        return keys.catalog_item(clinic, code)

    def listed(self, price_list: str = "") -> list[dict[str, Any]]:
        """The prices of one list alone, the usual one's where it is empty."""
        return [each for each in self.prices if each.get("list", "") == price_list]

    def listed_on(self, day: str, price_list: str = "") -> int | None:
        """The price of that list alone; None where the list has none by then."""
        return next((int(each["price"]) for each in reversed(self.listed(price_list)) if each["from"] <= day), None)

    def price_on(self, day: str, price_list: str = "") -> int | None:
        """Of a visit on `day`, ISO: the newest of that list, else the usual one's. None before its first price."""
        found = self.listed_on(day, price_list)
        return self.listed_on(day) if found is None else found


class Payer(Item, discriminator="PAYER"):
    """An insurer or an employer, who pays a part of patients' invoices: usually `percent`, in thousandths of one.

    Where they pay, prices are those of the list `price_list_id`; of the usual list without it.
    """

    name = Text()
    percent = Number()
    price_list_id = Text(null=True, attr_name="priceListId")
    active = Flag(default=True)

    @staticmethod
    def at(clinic: str, id: str) -> Key:
        return keys.payer(clinic, id)


class PriceChange(Item, discriminator="PRICECHANGE"):
    """Prices that were changed by `percent` (thousandths of one, below zero where they fell), rounded to `step` minor
    units, from the day `since` on. `rows` are [code, was, now, what began on that day before or None].

    `price_list_id` is whose prices; None is the usual list.
    """

    percent = Number()
    step = Number()
    since = Text()
    price_list_id = Text(null=True, attr_name="priceListId")
    rows = ListOf()
    by = Text()

    @staticmethod
    def at(clinic: str, id: str) -> Key:
        return keys.price_change(clinic, id)


class Invoice(Item, discriminator="INVOICE"):
    """As it was issued: `frozen`, so that no write changes it. What is open of it is in its Settlement.

    `lines` are {code, name, day, by, quantity, price, percentOff, amountOff, rate, amount}, of a bundle that was sold
    `per` too (for how many the price is), of a session that was used `bundle` and `of`, its ids, of what nobody else
    pays for `own`; `rates` are {rate,
    net, tax}; `shares` are {payer, amount} and of another payer than "self", the person, `name` too. `head` is its
    digest, chained to the one before (rules/numbers.py).
    """

    patient_id = Text(attr_name="patientId")
    number = Text()
    day = Text()  # the clinic's date
    currency = Text()
    included = Flag(default=False)  # prices have their tax in them
    seller = MapOf()  # name, address, phone
    buyer = MapOf()  # name, listed (family name first), born, mrn, address
    lines = ListOf(default=list)
    rates = ListOf(default=list)
    shares = ListOf(default=list)
    total = Number()
    visit_id = Text(null=True, attr_name="visitId")
    visit_day = Text(null=True, attr_name="visitDay")
    practitioner_id = Text(null=True, attr_name="practitionerId")  # whose visit it was; in reports alone
    head = Text()
    frozen = Flag(default=True)
    # What its digest is of: all that it says.
    SAID: ClassVar = ("patient_id", "currency", "included", "seller", "buyer", "lines", "rates", "shares", "total",
                      "visit_id")  # fmt: skip

    @staticmethod
    def at(patient_id: str, id: str) -> Key:
        return keys.bill(patient_id, id)

    @property
    def as_lines(self) -> list[Line]:
        return [line_of(each) for each in self.lines]


class CreditNote(Item, discriminator="CREDITNOTE"):
    """What corrects an invoice, frozen as it; amounts are what is taken off, above zero.

    `lines` are {place, code, name, quantity, rate, amount}: of the invoice's line at `place`, from 0, so much. `rates`
    are {rate, net, tax}. All notes of an invoice together never come to more than it, to the cent (rules/credits.py).
    """

    patient_id = Text(attr_name="patientId")
    number = Text()
    day = Text()  # the clinic's date
    currency = Text()
    included = Flag(default=False)
    seller = MapOf()
    buyer = MapOf()
    lines = ListOf(default=list)
    rates = ListOf(default=list)
    total = Number()
    corrects = Text()  # the invoice's id
    corrects_number = Text(attr_name="correctsNumber")
    corrects_day = Text(attr_name="correctsDay")
    reason = Text()
    practitioner_id = Text(null=True, attr_name="practitionerId")  # as of the invoice
    head = Text()
    frozen = Flag(default=True)
    SAID: ClassVar = ("patient_id", "currency", "included", "seller", "buyer", "lines", "rates", "total", "corrects",
                      "corrects_number", "corrects_day", "reason")  # fmt: skip

    @staticmethod
    def at(patient_id: str, id: str) -> Key:
        return keys.bill(patient_id, id)


class Settlement(Item, discriminator="SETTLEMENT"):
    """What is open of an invoice: moved by entries of the ledger alone. `state`: issued, part, paid, credited, written
    (off), void.

    The person's share has the invoice's id. A payer's share is a claim: its id is keys.claim's, `payer` who it is and
    `claim` how far it is with them: tosend, sent, accepted, rejected; `reference` is theirs.

    `credited` is how much of each of its lines was credited, in thousandths, and `credited_total` what that came to.
    `reminders` are {day, way, by, words}, the newest last.
    """

    patient_id = Text(attr_name="patientId")
    number = Text()
    day = Text()
    currency = Text()
    total = Number()
    open = Number()
    visit_id = Text(null=True, attr_name="visitId")
    buyer = Text(null=True)  # the name as it stands in lists
    credited = ListOf(null=True)
    credited_total = Number(null=True, attr_name="creditedTotal")
    payer = Text(null=True)
    payer_name = Text(null=True, attr_name="payerName")
    claim = Text(null=True)
    reference = Text(null=True)
    reminders = ListOf(null=True)

    @staticmethod
    def at(patient_id: str, id: str) -> Key:
        return keys.settlement(patient_id, id)


class Entry(Item, discriminator="ENTRY"):
    """One movement of money on a person's account. `amount` is signed from the clinic's side: + they owe us more.

    `alloc` are [invoice's id, amount] with the same sign; what is not allocated is the person's credit. `kind`: CHARGE,
    PAYMENT, UNDO, VOID, ROUNDING, CREDIT (a credit note, whose id is `document`), REFUND, APPLY (of credit to
    invoices: its amount is 0), WRITEOFF and its opposite WRITEBACK, MOVE (a share from one payer to another: two
    entries, together 0), BOUNCE (of a payment that came back). `payer` is whose account it is, where it is not the
    person's own. `drawer` and `day` are the drawer's day that it stands in;
    `at` is when.
    """

    patient_id = Text(attr_name="patientId")
    kind = Text()
    amount = Number()
    alloc = ListOf(default=list)
    method = Text(null=True)
    given = Number(null=True)  # cash that was handed over
    drawer = Text()
    day = Text()
    at_time = Text(attr_name="at")
    by = Text()
    by_id = Text(attr_name="byId")
    reverses = Text(null=True)
    document = Text(null=True)
    reason = Text(null=True)
    payer = Text(null=True)
    frozen = Flag(default=True)

    @staticmethod
    def at(patient_id: str, id: str) -> Key:
        return keys.entry(patient_id, id)

    @property
    def allocated(self) -> dict[str, int]:
        return {str(bill): int(part) for bill, part in self.alloc}


class RefundRequest(Item, discriminator="REFUNDREQUEST"):
    """Money that somebody asks to give back, out of a person's credit, by the way in which it came. Another person
    approves it. `payment` is the entry's id; `state`: asked, paid, declined.
    """

    patient_id = Text(attr_name="patientId")
    payment = Text()
    method = Text()
    amount = Number()
    reason = Text()
    by = Text()
    by_id = Text(attr_name="byId")
    answered_by = Text(null=True, attr_name="answeredBy")

    @staticmethod
    def at(patient_id: str, id: str) -> Key:
        return keys.refund_request(patient_id, id)


class Drawer(Item, discriminator="DRAWER"):
    """Where money lies. `open_day` is the day that is open now; `stays` is what usually stays in it overnight."""

    name = Text()
    open_day = Text(null=True, attr_name="openDay")
    closed_day = Text(null=True, attr_name="closedDay")
    stays = Number(default=0)

    @staticmethod
    def at(clinic: str, id: str) -> Key:
        return keys.drawer(clinic, id)


class DrawerDay(Item, discriminator="DRAWERDAY"):
    """A drawer from its opening to its close. What came in and went out, by method, is added with each entry.

    `counted` are the totals that were found, by method; `pieces` how many of each note and coin. `variance` is counted
    less expected, by method.
    """

    drawer = Text()
    day = Text()
    opening = Number(default=0)  # the float
    entries = Number(default=0)
    cash_in = Number(default=0, attr_name="cashIn")
    cash_out = Number(default=0, attr_name="cashOut")
    card_in = Number(default=0, attr_name="cardIn")
    card_out = Number(default=0, attr_name="cardOut")
    transfer_in = Number(default=0, attr_name="transferIn")
    transfer_out = Number(default=0, attr_name="transferOut")
    opened_by = Text(null=True, attr_name="openedBy")
    counted = MapOf(null=True)
    pieces = MapOf(null=True)
    counted_by = Text(null=True, attr_name="countedBy")
    counted_by_id = Text(null=True, attr_name="countedById")
    counted_at = Text(null=True, attr_name="countedAt")
    counted_from = Text(null=True, attr_name="countedFrom")  # when the counting began
    counted_entries = Number(null=True, attr_name="countedEntries")  # how many there were when it was counted
    variance = MapOf(null=True)
    reason = Text(null=True)
    stays = Number(null=True)
    banked = Number(null=True)
    bag = Text(null=True)
    closed_by = Text(null=True, attr_name="closedBy")
    closed_at = Text(null=True, attr_name="closedAt")
    replaces = Text(null=True)  # when it was closed before it was opened again

    @staticmethod
    def at(clinic: str, drawer: str, day: str) -> Key:
        return keys.drawer_day(clinic, drawer, day)

    def came_in(self, method: str) -> int:
        return int({CASH: self.cash_in, CARD: self.card_in, TRANSFER: self.transfer_in}[method])

    def went_out(self, method: str) -> int:
        return int({CASH: self.cash_out, CARD: self.card_out, TRANSFER: self.transfer_out}[method])

    def expected(self, method: str) -> int:
        start = int(self.opening) if method == CASH else 0
        return start + self.came_in(method) - self.went_out(method)


def line_of(stored: dict[str, Any]) -> Line:
    """A line as the rules take it."""
    return Line(
        int(stored["price"]),
        int(stored["quantity"]),
        int(stored.get("rate") or 0),
        int(stored.get("percentOff") or 0),
        int(stored.get("amountOff") or 0),
        int(stored.get("per") or 1),
    )
