"""An invoice as it is issued: the lines that were agreed, their tax, who is billed; and then it never changes."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from billing.bundles.models import Bundle
from billing.models import TO_SEND, CatalogItem, CreditNote, Invoice, Payer, Settlement
from billing.rules import numbers
from billing.rules.numbers import Counter
from billing.rules.shares import over_payers, part_of
from billing.rules.totals import MOST_LINES, WHOLE, Line, WrongLine, gross, totals
from clinnet.accounts.models import Clinic
from clinnet.table import Action
from clinnet.table.errors import Refused
from patients.models import Patient
from patients.rules import names

ISSUE = Action("invoice.issue", "issued an invoice")
NOTHING = Refused("Nothing recorded. Add what was done.")
SELF = "self"  # as a payer: the person
SESSION = "session {} of {}"
NO_PRICE = "{} had no price on that day. Give it one in the catalogue."


@dataclass(frozen=True, slots=True, repr=False)
class Provided:
    """Something that was done on `day`, by `by` (a name): a line of an invoice before it is one.

    Of a bundle `quantity` is how many are sold. With `bundle` it is one of its sessions, `session` which, and costs
    nothing. `price`, `rate` and `package`, whose part it is, are what was agreed (services/agreeing.py); without them
    it has its usual price and its own rate.
    """

    item: CatalogItem
    day: str
    by: str = ""
    quantity: int = 1_000
    percent_off: int = 0
    amount_off: int = 0
    bundle: Bundle | None = None
    session: int = 0
    price: int | None = None
    rate: int | None = None
    note: str = ""  # why it is exempt
    package: CatalogItem | None = None

    @property
    def line(self) -> Line:
        """Raises Refused for a line that cannot be."""
        price, per = self.item.price_on(self.day) if self.price is None else self.price, int(self.item.sessions or 1)
        price = 0 if self.bundle else price
        if price is None:
            raise Refused(NO_PRICE.format(self.item.name))
        rate = int(self.item.rate) if self.rate is None else self.rate
        made = Line(price, self.quantity * per, rate, self.percent_off, self.amount_off, per)
        try:
            made.check()
        except WrongLine as wrong:
            raise Refused(wrong.sentence) from None
        return made

    def stored(self) -> dict[str, Any]:
        line = self.line
        return {
            "code": self.item.id, "name": self.called, "day": self.day, "by": self.by, "quantity": line.quantity,
            "price": line.price, "rate": line.rate, "percentOff": line.percent_off, "amountOff": line.amount_off,
            "amount": line.amount, **self._sessions, **({"note": self.note} if self.note and not line.rate else {}),
            **({"own": True} if self.item.is_own else {}),
        }  # fmt: skip

    @property
    def called(self) -> str:
        if self.package:
            return f"{self.item.name} ({self.package.name})"
        if self.bundle is None:
            return self.item.name
        return f"{self.item.name}, {SESSION.format(self.session, int(self.bundle.total))}"

    @property
    def _sessions(self) -> dict[str, Any]:
        if self.bundle:
            return {"bundle": self.bundle.id, "of": self.bundle.patient_id}
        return {"per": int(self.item.sessions)} if self.item.sessions else {}


@dataclass(frozen=True, slots=True, repr=False)
class Cover:
    """Another payer, and which part of each line they pay, in thousandths of a percent."""

    payer: Payer
    percent: int

    def shares(self, amounts: Sequence[int], own: Sequence[bool]) -> dict[str, int]:
        """By payer, who comes before the person; `amounts` are of lines with their tax, `own` those that only the
        person pays."""
        parts = [0 if each else self.percent for each in own]
        return over_payers(amounts, [{self.payer.id: each, SELF: WHOLE - each} for each in parts])


def draw_up(
    clinic: Clinic,
    patient: Patient,
    done: Sequence[Provided],
    *,
    id: str,
    visit_id: str = "",
    practitioner_id: str = "",
    cover: Cover | None = None,
) -> Invoice:
    """The document without its number. Raises Refused."""
    if not done or len(done) > MOST_LINES:
        raise NOTHING
    lines, included = [each.stored() for each in done], bool(clinic.tax_included)
    found = totals([(each["amount"], each["rate"]) for each in lines], included=included)
    place = Invoice.at(patient.id, id)
    return Invoice(
        pk=place.pk, sk=place.sk, id=id, patient_id=patient.id, currency=clinic.money, included=included,
        seller={"name": clinic.name, "address": clinic.address or "", "phone": clinic.phone or ""},
        buyer={"name": names.full_name(patient.data), "listed": names.list_name(patient.data),
               "born": patient.birth_date or "", "mrn": patient.mrn or "", "address": address_of(patient)},
        lines=lines, rates=[{"rate": each.rate, "net": each.net, "tax": each.tax} for each in found.rates],
        shares=_shares(lines, cover, included=included), total=found.total,
        visit_id=visit_id or None, practitioner_id=practitioner_id or None, frozen=True,
    )  # fmt: skip


def _shares(lines: Sequence[dict[str, Any]], cover: Cover | None, *, included: bool) -> list[dict[str, Any]]:
    amounts = gross([(each["amount"], each["rate"]) for each in lines], included=included)
    found = cover.shares(amounts, [bool(each.get("own")) for each in lines]) if cover else {SELF: sum(amounts)}
    called = {cover.payer.id: {"name": cover.payer.name}} if cover else {}
    return [{"payer": payer, "amount": part, **called.get(payer, {})} for payer, part in found.items() if part]


def address_of(patient: Patient) -> str:
    """In one line; empty where none is known."""
    kept = patient.address or {}
    return ", ".join(str(kept[name]) for name in ("line", "city", "postcode", "region", "country") if kept.get(name))


def give_number(document: Invoice | CreditNote, last: Counter, day: str) -> Counter:
    """The document with the number after `last`; returns the counter that has been moved on."""
    counter = last.next(day, digested(document))
    document.number, document.day, document.head = counter.number, counter.day, counter.head
    return counter


def mark(invoices: Sequence[Invoice]) -> str:
    """A digest of what they say is billed, whoever looks: lines, tax, who pays which part."""
    said = [[each.currency, each.included, each.lines, each.rates, each.shares] for each in invoices]
    return hashlib.sha256(json.dumps(said, sort_keys=True, default=int).encode()).hexdigest()[:16]


def digested(document: Invoice | CreditNote) -> dict[str, Any]:
    """What its digest is of."""
    return {"id": document.id, **document.plain(document.SAID)}


def settlements_of(invoice: Invoice) -> list[Settlement]:
    """The person's first, then other payers'. Nothing of them is moved yet: the ledger opens them with the charge."""
    parts = {str(each["payer"]): each for each in invoice.shares}
    own = _settlement(invoice, invoice.id, int(parts[SELF]["amount"]) if SELF in parts else 0)
    claims = [_settlement(invoice, part_of(invoice.id, payer), int(each["amount"]), payer=payer,
                          payer_name=each["name"], claim=TO_SEND)
              for payer, each in parts.items() if payer != SELF]  # fmt: skip
    return [own, *claims]


def _settlement(invoice: Invoice, id: str, total: int, **more: Any) -> Settlement:
    place = Settlement.at(invoice.patient_id, id)
    return Settlement(
        pk=place.pk, sk=place.sk, id=id, patient_id=invoice.patient_id, number=invoice.number, day=invoice.day,
        currency=invoice.currency, total=total, open=0, visit_id=invoice.visit_id,
        buyer=invoice.buyer.get("listed") or invoice.buyer.get("name"),
        **more,
    )  # fmt: skip


def year_of(day: str) -> int:
    return int(day[:4])


SERIES = numbers.INVOICE
