"""An invoice in words: one view model for the page, for A4 and Letter, and for the roll of a receipt printer."""

from collections.abc import Callable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from billing.ledger.queries import Billed
from billing.models import Entry
from billing.queries import MoneySetup
from billing.rules import typed
from billing.rules.numbers import reference
from clinnet import clock, formats, money
from clinnet.accounts.models import Clinic
from clinnet.money import Money

STATES = {"issued": "Issued", "part": "Part paid", "paid": "Paid", "void": "Void"}
ICONS = {"issued": "file-text", "part": "clock", "paid": "circle-check", "void": "x"}
MARKS = {"issued": "", "part": "mark-warn", "paid": "mark-good", "void": ""}
METHODS = {"card": "Card", "cash": "Cash", "transfer": "Transfer"}
KINDS = {"CHARGE": "Issued", "UNDO": "Payment taken back", "VOID": "Made void", "ROUNDING": "Rounding of cash"}
EXEMPT = "Exempt: medical care."


@dataclass(frozen=True, slots=True, repr=False)
class PaperLine:
    name: str
    code: str
    day: str
    quantity: str
    price: str
    discount: str
    tax: str
    amount: str


@dataclass(frozen=True, slots=True, repr=False)
class PaperSum:
    """A row of the foot: "At 20 %", "30.00"."""

    word: str
    amount: str


@dataclass(frozen=True, slots=True, repr=False)
class PaperEntry:
    when: str
    what: str
    amount: str
    by: str
    reference: str


@dataclass(frozen=True, slots=True, repr=False)
class InvoicePaper:
    """Strings as people read them. `void` where it is; `foot` says when it was printed."""

    number: str
    issued: str
    seller: str
    seller_address: str
    seller_phone: str
    buyer: str
    buyer_more: str
    buyer_address: str
    lines: tuple[PaperLine, ...]
    sums: tuple[PaperSum, ...]
    total: str
    entries: tuple[PaperEntry, ...]
    open: str
    is_open: bool
    note: str
    void: str
    foot: str


def paper(billed: Billed, entries: list[Entry], known: MoneySetup, printed_by: str) -> InvoicePaper:
    invoice, clinic = billed.invoice, known.clinic

    def show(minor: int) -> str:
        return money.show(Money(minor, invoice.currency), clinic.locale)

    def signed(minor: int) -> str:
        return money.show(Money(minor, invoice.currency), clinic.locale, sign=True)

    lines = tuple(
        PaperLine(
            each["name"], each["code"], formats.date(each["day"], clinic), typed.show(int(each["quantity"])),
            show(int(each["price"])), f"−{typed.show(int(each['percentOff']))} %" if each.get("percentOff") else "",
            f"{typed.show(int(each['rate']))} %" if each.get("rate") else "exempt", show(int(each["amount"])),
        )
        for each in invoice.lines
    )  # fmt: skip
    sums = []
    for each in invoice.rates:
        rate = int(each["rate"])
        if not rate:
            sums.append(PaperSum("Exempt from tax", show(int(each["net"]))))
            continue
        percent = typed.show(rate)
        sums.append(PaperSum(f"At {percent} %", show(int(each["net"]))))
        sums.append(PaperSum(f"Tax {percent} %", show(int(each["tax"]))))
    born = invoice.buyer.get("born", "")
    more = f"Born {formats.date(born, clinic)} · No. {invoice.buyer.get('mrn', '')}" if born else ""
    void = billed.settlement.state == "void"
    return InvoicePaper(
        invoice.number, formats.date(invoice.day, clinic), invoice.seller.get("name", ""),
        invoice.seller.get("address", ""), invoice.seller.get("phone", ""), invoice.buyer.get("name", ""), more,
        invoice.buyer.get("address", ""), lines, tuple(sums), signed(int(invoice.total)),
        tuple(_entry(each, show, clinic) for each in entries), signed(int(billed.settlement.open)),
        bool(billed.settlement.open), EXEMPT if any(not each["rate"] for each in invoice.rates) else "",
        "VOID" if void else "", f"Printed {_moment(clock.stamp(), clinic)} by {printed_by}",
    )  # fmt: skip


def _moment(stamp: str, clinic: Clinic) -> str:
    """ "23 Nov 2026, 10:51": paper is read on other days too."""
    at = clock.moment(stamp).astimezone(ZoneInfo(clinic.time_zone))
    return f"{formats.date(at.date().isoformat(), clinic)}, {formats.time(at, clinic)}"


def _entry(entry: Entry, show: Callable[[int], str], clinic: Clinic) -> PaperEntry:
    what = METHODS.get(entry.method or "", "") if entry.kind == "PAYMENT" else KINDS.get(entry.kind, entry.kind)
    called = reference(entry.id) if entry.kind == "PAYMENT" else ""
    return PaperEntry(_moment(entry.at_time, clinic), what, show(int(entry.amount)), entry.by, called)
