"""A patient's Money tab in words."""

from dataclasses import dataclass

from billing.day_close.rows import KINDS, WORDS
from billing.invoices.rows import ICONS, MARKS, STATES
from billing.lines import MoneyLine
from billing.queries import MoneySetup
from billing.rules.numbers import reference
from billing.rules.shares import bill_of
from clinnet import formats, money
from clinnet.money import Money
from clinnet.table import Row, keys

SHOWN = (
    "PAYMENT",
    "UNDO",
    "CREDIT",
    "REFUND",
    "APPLY",
    "WRITEOFF",
    "WRITEBACK",
    "MOVE",
    "BOUNCE",
)  # of the ledger; what an invoice was charged is its own row


@dataclass(frozen=True, slots=True, repr=False)
class MoneyRow:
    """An invoice, a payment or a credit note; a payment that was taken back is `paid` with the word beside it.

    `bill_id` and `patient_id` lead to the invoice's page, `note_id` to the credit note's; `payment` is the id of one
    that can be given back.
    """

    day: str
    what: str
    bill_id: str
    patient_id: str
    billed: str = ""
    paid: str = ""
    owed: str = ""
    state: str = ""
    icon: str = ""
    mark: str = ""
    note_id: str = ""
    payment: str = ""
    payer: bool = False  # whose payment is another's than the person's
    returns: bool = False  # a payment that can bounce


def money_rows(rows: list[Row], known: MoneySetup) -> list[MoneyRow]:
    found = []
    for row in rows:
        line = MoneyLine.unpack(row.get("line"))
        if row["type"] == "SETTLEMENT":
            state, called = row["state"], ", ".join(filter(None, (line.number, line.payer)))
            found.append(
                MoneyRow(
                    formats.date(line.day, known.clinic),
                    called,
                    bill_of(row["id"]),
                    line.patient_id,
                    billed=known.show(line.total),
                    owed=known.show(line.owed) if line.owed else "",
                    state=STATES[state],
                    icon=ICONS[state],
                    mark=MARKS[state],
                )
            )
        elif row["type"] == "IMPORTEDBILL":
            found.append(_old(line, known))
        elif line.kind in SHOWN:
            found.append(_of_entry(row, line, known))
    return found


def _old(line: MoneyLine, known: MoneySetup) -> MoneyRow:
    """A bill of another system, in its own currency."""

    def shown(minor: int) -> str:
        return money.show(Money(minor, line.currency), known.clinic.locale, sign=True)

    what = ", ".join(filter(None, (line.name, line.payer))) or "A bill"
    return MoneyRow(
        formats.date(line.day, known.clinic),
        what,
        "",
        line.patient_id,
        billed=shown(line.total),
        paid=shown(line.settled) if line.settled else "",
        state="Imported",
        icon="file-text",
    )


def _of_entry(row: Row, line: MoneyLine, known: MoneySetup) -> MoneyRow:
    when = formats.when(keys.parse_timeline(row["GSI2SK"]), known.clinic)
    if line.kind == "CREDIT":
        return MoneyRow(when, line.number, "", line.patient_id, billed=known.show(line.amount), note_id=line.document)
    if line.kind == "MOVE":
        what = f"{KINDS['MOVE']} {_payer(line, known)}"
        return MoneyRow(when, what, line.bill_id, line.patient_id, billed=known.show(line.amount))
    if line.kind == "WRITEBACK":
        return MoneyRow(when, KINDS["WRITEBACK"], line.bill_id, line.patient_id, billed=known.show(line.amount))
    if line.kind in ("APPLY", "WRITEOFF"):
        return MoneyRow(when, KINDS[line.kind], line.bill_id, line.patient_id, paid=known.show(line.settled))
    what = f"{KINDS[line.kind]}, {WORDS[line.method].lower()} {reference(row['id'])}"
    what += f" {_payer(line, known)}" if line.payer else ""
    paid = known.show(abs(line.amount)) + (" back" if line.amount > 0 else "")
    payment = str(row["id"]) if line.kind == "PAYMENT" else ""
    return MoneyRow(
        when,
        what,
        line.bill_id,
        line.patient_id,
        paid=paid,
        payment=payment,
        payer=bool(line.payer),
        returns=line.kind == "PAYMENT" and line.method != "cash",
    )


def _payer(line: MoneyLine, known: MoneySetup) -> str:
    """ "(AXA Health)": whose entry it is, where it is not the person's."""
    return f"({known.payers[line.payer].name})" if line.payer in known.payers else ""
