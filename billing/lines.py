"""What the rows of money's lists carry. Stored under the letters: see clinnet/rules/lines.py."""

from dataclasses import dataclass

from clinnet.rules.lines import Packed, letter


@dataclass(frozen=True, kw_only=True, repr=False)
class MoneyLine(Packed):
    """An invoice or a payment on a patient's Money tab, in the list of what is unpaid, and in a drawer's day."""

    patient_id: str = letter("i", "")
    number: str = letter("n", "")  # of an invoice; of an entry the invoice's that it is about
    day: str = letter("d", "")  # of issue
    total: int = letter("t", 0)
    name: str = letter("w", "")  # of an invoice: who was billed
    owed: int = letter("o", 0)
    kind: str = letter("k", "")  # of an entry
    amount: int = letter("a", 0)  # of an entry, signed from the clinic's side
    method: str = letter("m", "")
    by: str = letter("b", "")
    bill_id: str = letter("e", "")
    settled: int = letter("s", 0)  # by an entry that brings no money
    document: str = letter("c", "")  # of an entry: the id of its credit note
    reverses: str = letter("r", "")  # of an entry
    payer: str = letter("p", "")  # of a claim: its payer's name; of an entry on a payer's account: its id
    currency: str = letter("u", "")  # of a bill of another system
    claim: str = letter("l", "")  # how far a claim is
    reminded: str = letter("x", "")  # the day of the last reminder, and how: "2026-11-28 phone"
