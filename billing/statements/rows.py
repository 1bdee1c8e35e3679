"""A statement in words: the same for the page and for paper."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from billing.day_close.rows import KINDS, WORDS
from billing.invoices.services import issuing
from billing.lines import MoneyLine
from billing.models import Entry
from billing.queries import MoneySetup
from billing.rules.numbers import reference
from billing.statements.queries import Account
from clinnet import clock, formats
from patients.models import Patient
from patients.rules import names

SILENT = ("APPLY",)  # moves credit to an invoice: nothing is owed more or less


@dataclass(frozen=True, slots=True, repr=False)
class StatementRow:
    """`charged` or `paid`, and what is owed after it."""

    day: str
    what: str
    charged: str
    paid: str
    balance: str


@dataclass(frozen=True, slots=True, repr=False)
class Statement:
    """Strings as people read them. A balance that is a credit says so: there is no minus."""

    seller: str
    seller_address: str
    seller_phone: str
    buyer: str
    buyer_address: str
    first: str  # day
    period: str
    opening: str
    rows: tuple[StatementRow, ...]
    closing: str
    foot: str


@dataclass(frozen=True, slots=True, repr=False)
class Many:
    """Of several people."""

    statements: tuple[Statement, ...]
    foot: str


def statement(account: Account, patient: Patient, known: MoneySetup, printed_by: str) -> Statement:
    clinic, balance, rows = known.clinic, account.opening, []
    for entry in account.entries:
        balance += int(entry.amount)
        if entry.kind not in SILENT and entry.amount:
            rows.append(_row(entry, balance, known))
    now = clock.now().astimezone(ZoneInfo(clinic.time_zone)).date().isoformat()
    first, last = (formats.date(day.isoformat(), clinic) for day in (account.first, account.last))
    return Statement(
        clinic.name,
        clinic.address or "",
        clinic.phone or "",
        names.full_name(patient.data),
        issuing.address_of(patient),
        first,
        f"{first} – {last}",
        _owed(account.opening, known),
        tuple(rows),
        _owed(account.closing, known),
        f"Printed {formats.date(now, clinic)} by {printed_by}",
    )


def _row(entry: Entry, balance: int, known: MoneySetup) -> StatementRow:
    line, amount = MoneyLine.unpack(entry.line), int(entry.amount)
    day = clock.moment(entry.at_time).astimezone(ZoneInfo(known.clinic.time_zone)).date().isoformat()
    method = f", {WORDS[entry.method].lower()} {reference(entry.id)}" if entry.method else ""
    what = f"{KINDS.get(entry.kind, entry.kind)} {line.number}".strip() + method
    charged, paid = (known.show(amount), "") if amount > 0 else ("", known.show(-amount))
    return StatementRow(formats.date(day, known.clinic), what, charged, paid, _owed(balance, known))


def _owed(minor: int, known: MoneySetup) -> str:
    return known.sum(minor) if minor >= 0 else f"Credit {known.show(-minor)}"
