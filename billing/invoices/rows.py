"""An invoice in words: one view model for the page, for A4 and Letter, and for the roll of a receipt printer."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from billing.invoices.services.issuing import SELF
from billing.ledger.queries import Billed
from billing.models import CreditNote, Entry, Invoice
from billing.queries import MoneySetup
from billing.rules import typed
from billing.rules.numbers import reference
from clinnet import clock, formats, money, spreadsheets
from clinnet.accounts.models import Clinic
from clinnet.money import Money

STATES = {
    "issued": "Issued",
    "part": "Part paid",
    "paid": "Paid",
    "void": "Void",
    "credited": "Credited",
    "written": "Written off",
}
ICONS = {
    "issued": "file-text",
    "part": "clock",
    "paid": "circle-check",
    "void": "x",
    "credited": "arrow-back-up",
    "written": "x",
}
MARKS = {"issued": "", "part": "mark-warn", "paid": "mark-good", "void": "", "credited": "", "written": ""}
METHODS = {"card": "Card", "cash": "Cash", "transfer": "Transfer"}
KINDS = {"CHARGE": "Issued", "UNDO": "Payment taken back", "VOID": "Made void", "ROUNDING": "Rounding of cash",
         "CREDIT": "Credit note", "REFUND": "Paid back", "APPLY": "From credit", "WRITEOFF": "Written off",
         "MOVE": "Moved to another payer", "BOUNCE": "Payment returned",
         "WRITEBACK": "Write-off taken back"}  # fmt: skip
TEMPLATE = "billing/invoices/invoice.typ"
EXEMPT, INCLUDED = "Exempt: medical care.", "Prices include tax."


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
    document: str = ""  # a credit note's id


@dataclass(frozen=True, slots=True, repr=False)
class InvoicePaper:
    """An invoice or a credit note, in strings as people read them. `title` says which of them, `corrects` of a credit
    note what it corrects and why; `void` where it is; `foot` says when it was printed."""

    title: str
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
    corrects: str = ""
    payers: tuple[PaperSum, ...] = ()  # where others pay too: each with their share


def paper(billed: Billed, entries: list[Entry], known: MoneySetup, printed_by: str, *, copy: int = 1) -> InvoicePaper:
    """`copy` is which of those that were printed or e-mailed."""
    invoice, clinic = billed.invoice, known.clinic

    def show(minor: int) -> str:
        return money.show(Money(minor, invoice.currency), clinic.locale)

    def signed(minor: int) -> str:
        return money.show(Money(minor, invoice.currency), clinic.locale, sign=True)

    named = {str(each["payer"]): str(each["name"]) for each in invoice.shares if each.get("name")}
    lines = tuple(
        PaperLine(
            each["name"],
            each["code"],
            formats.date(each["day"], clinic),
            typed.show(int(each["quantity"])),
            _priced(each, show),
            f"−{typed.show(int(each['percentOff']))} %" if each.get("percentOff") else "",
            _taxed(each),
            show(int(each["amount"])),
        )
        for each in invoice.lines
    )
    return InvoicePaper(
        title="Invoice",
        **_head(invoice, clinic),
        lines=lines,
        sums=_sums(invoice, show),
        total=signed(int(invoice.total)),
        entries=tuple(_entry(each, show, clinic, named.get(each.payer or "", "")) for each in entries),
        payers=_payers(invoice, show),
        open=signed(int(billed.settlement.open)),
        is_open=bool(billed.settlement.open),
        void="VOID" if billed.settlement.state == "void" else "",
        foot=_foot(clinic, printed_by, copy),
    )


HEADS = ("Document", "Number", "Issued", "Service", "Code", "Day", "Quantity", "Price", "Discount", "Tax", "Amount")


def file_rows(paper: InvoicePaper) -> Iterator[Sequence[str]]:
    """A line for each line of the document, and for each of its sums; amounts as the page shows them."""
    told = (paper.title, paper.number, paper.issued)
    for line in paper.lines:
        discount, amount = spreadsheets.figure(line.discount), spreadsheets.figure(line.amount)
        yield (*told, line.name, line.code, line.day, line.quantity, line.price, discount, line.tax, amount)
    for word, amount in [(each.word, each.amount) for each in (*paper.sums, *paper.payers)]:
        yield (*told, word, "", "", "", "", "", "", amount)
    yield (*told, "Total", "", "", "", "", "", "", paper.total)


def meanwhile(entries: list[Entry], still_open: int, known: MoneySetup) -> str:
    """ "Ben took £40.00 for this invoice at 10:40. £23.40 is open." Without the first part where nobody did."""
    took = next((each for each in reversed(entries) if each.kind == "PAYMENT" and not each.payer), None)
    said = f"{known.sum(still_open)} is open. Look at it, and press again."
    if took is None:
        return said
    at, what = formats.when(took.at_time, known.clinic), known.sum(-int(took.amount))
    return f"{took.by} took {what} for this invoice ({at}). {said}"


def credit_paper(note: CreditNote, known: MoneySetup, printed_by: str, *, copy: int = 1) -> InvoicePaper:
    """The same of a credit note: what it takes off has no minus, its title says it."""
    clinic = known.clinic

    def show(minor: int) -> str:
        return money.show(Money(minor, note.currency), clinic.locale)

    lines = tuple(
        PaperLine(
            each["name"],
            each["code"],
            "",
            typed.show(int(each["quantity"])),
            "",
            "",
            _taxed(each),
            show(int(each["amount"])),
        )
        for each in note.lines
    )
    corrected = f"Corrects {note.corrects_number} of {formats.date(note.corrects_day, clinic)}: {note.reason}"
    return InvoicePaper(
        title="Credit note",
        **_head(note, clinic),
        lines=lines,
        sums=_sums(note, show),
        total=money.show(Money(int(note.total), note.currency), clinic.locale, sign=True),
        entries=(),
        open="",
        is_open=False,
        void="",
        foot=_foot(clinic, printed_by, copy),
        corrects=corrected,
    )


def _head(document: Invoice | CreditNote, clinic: Clinic) -> dict[str, Any]:
    """Who bills whom, and when."""
    seller, buyer = document.seller, document.buyer
    born = buyer.get("born", "")
    return {
        "number": document.number,
        "issued": formats.date(document.day, clinic),
        "seller": seller.get("name", ""),
        "seller_address": seller.get("address", ""),
        "seller_phone": seller.get("phone", ""),
        "buyer": buyer.get("name", ""),
        "buyer_address": buyer.get("address", ""),
        "buyer_more": f"Born {formats.date(born, clinic)} · No. {buyer.get('mrn', '')}" if born else "",
        "note": _note(document),
    }


def _note(document: Invoice | CreditNote) -> str:
    """Why what is exempt is, as its tax class said when it was issued; and whether prices have their tax in them."""
    said = [str(each["note"] if each.get("note") else EXEMPT) for each in document.lines if not each["rate"]]
    return " ".join(dict.fromkeys([*said, *([INCLUDED] if document.included else [])]))


def _priced(line: Mapping[str, Any], show: Callable[[int], str]) -> str:
    return show(int(line["price"])) + (f" / {int(line['per'])}" if line.get("per") else "")


def _taxed(line: Mapping[str, Any]) -> str:
    return f"{typed.show(int(line['rate']))} %" if line.get("rate") else "exempt"


def _sums(document: Invoice | CreditNote, show: Callable[[int], str]) -> tuple[PaperSum, ...]:
    found = []
    for each in document.rates:
        rate = int(each["rate"])
        if not rate:
            found.append(PaperSum("Exempt from tax", show(int(each["net"]))))
            continue
        percent = typed.show(rate)
        found.append(PaperSum(f"At {percent} %", show(int(each["net"]))))
        found.append(PaperSum(f"Tax {percent} %", show(int(each["tax"]))))
    return tuple(found)


def _payers(invoice: Invoice, show: Callable[[int], str]) -> tuple[PaperSum, ...]:
    """Nothing where the person pays all."""
    others = [each for each in invoice.shares if each["payer"] != SELF]
    rows = [PaperSum(f"{each['name']} pays", show(int(each["amount"]))) for each in others]
    own = int(invoice.total) - sum(int(each["amount"]) for each in others)
    return (*rows, PaperSum("Yours to pay", show(own))) if others else ()


def _foot(clinic: Clinic, printed_by: str, copy: int = 1) -> str:
    """ "Copy 2, printed 25 Nov 2026, 10:51 by Ben Okoro"."""
    printed = f"Copy {copy}, printed" if copy > 1 else "Printed"
    return f"{printed} {_moment(clock.stamp(), clinic)} by {printed_by}"


def _moment(stamp: str, clinic: Clinic) -> str:
    """ "23 Nov 2026, 10:51": paper is read on other days too."""
    at = clock.moment(stamp).astimezone(ZoneInfo(clinic.time_zone))
    return f"{formats.date(at.date().isoformat(), clinic)}, {formats.time(at, clinic)}"


def _entry(entry: Entry, show: Callable[[int], str], clinic: Clinic, payer: str) -> PaperEntry:
    what = METHODS.get(entry.method or "", "") if entry.kind == "PAYMENT" else KINDS.get(entry.kind, entry.kind)
    called = reference(entry.id) if entry.kind == "PAYMENT" else ""
    when = _moment(entry.at_time, clinic)
    what = f"{what}, {payer}" if payer else what
    amount = sum(entry.allocated.values()) if entry.kind == "APPLY" else int(entry.amount)
    return PaperEntry(when, what, show(amount), entry.by, called, entry.document or "")
