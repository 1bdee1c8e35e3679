"""Money: invoices, the ledger, accounts, prices, drawers, sums."""

from clinnet.table.keys.key import Key, Range
from clinnet.table.keys.people import parse_patient


def service_provided(patient_id: str, id: str) -> Key:
    return Key(f"PAT#{patient_id}", f"SERVICE#{id}")


def bill(patient_id: str, id: str) -> Key:
    return Key(f"PAT#{patient_id}", f"BILL#{id}")


def settlement(patient_id: str, bill_id: str) -> Key:
    """What is still open of an invoice: the only part of it that moves."""
    return Key(f"PAT#{patient_id}", f"BILL#{bill_id}#STATE")


def bill_and_settlement(patient_id: str, bill_id: str) -> Range:
    return Range(f"PAT#{patient_id}", begins=f"BILL#{bill_id}")


def bills_of(patient_id: str) -> Range:
    """Invoices and credit notes, each invoice before what is open of it."""
    return Range(f"PAT#{patient_id}", begins="BILL#")


def entry(patient_id: str, id: str) -> Key:
    """An entry of the ledger, on a person's account."""
    return Key(f"PAT#{patient_id}", f"PAY#{id}")


def entries_since(patient_id: str, id: str) -> Range:
    """Entries as old as the item of this ULID, or younger: all that are about an invoice, by the invoice's id."""
    return Range(f"PAT#{patient_id}", low=f"PAY#{id[:10]}", high="PAY#~")


def refund_request(patient_id: str, id: str) -> Key:
    """Money that is to be given back, and who asked for it."""
    return Key(f"PAT#{patient_id}", f"ASK#{id}")


def refund_asked(clinic: str, at: str, id: str) -> Key:
    """GSI1 of a refund, until somebody answered."""
    return Key(f"CLINIC#{clinic}#ASKED", f"{at}#{id}")


def refunds_asked(clinic: str) -> Range:
    return Range(f"CLINIC#{clinic}#ASKED", gsi="GSI1")


def imported_bill(patient_id: str, id: str) -> Key:
    """A bill of another system."""
    return Key(f"PAT#{patient_id}", f"OLDBILL#{id}")


def bundle(patient_id: str, id: str) -> Key:
    """Sessions that a person bought together, by the line of the invoice that sold them."""
    return Key(f"PAT#{patient_id}", f"BUNDLE#{id}")


def bundles_of(patient_id: str) -> Range:
    """Oldest first."""
    return Range(f"PAT#{patient_id}", begins="BUNDLE#")


def returned(patient_id: str, payment: str) -> Key:
    """How much of a payment was given back."""
    return Key(f"PAT#{patient_id}", f"RETURNED#{payment}")


def parse_returned(sk: str) -> str:
    """The payment's id."""
    return sk.partition("#")[2]


def entries_of(patient_id: str) -> Range:
    """All entries of a person's account."""
    return Range(f"PAT#{patient_id}", begins="PAY#")


def account(patient_id: str, payer: str = "") -> Key:
    """What a person owes, and has as credit; of a payer's id, what that payer owes of this person's invoices."""
    return Key(f"PAT#{patient_id}", f"ACCOUNT#{payer or 'self'}")


def parse_account(key: Key) -> tuple[str, str]:
    """The person and the payer, who is empty where it is the person's own."""
    payer = key.sk.partition("#")[2]
    return parse_patient(key.pk), "" if payer == "self" else payer


def claim_open(clinic: str, day: str, id: str) -> Key:
    """GSI1 of a payer's share while something of it is open. `day` is that of the invoice."""
    return Key(f"CLINIC#{clinic}#CLAIMS", f"{day}#{id}")


def claims_of(clinic: str) -> Range:
    """Oldest first."""
    return Range(f"CLINIC#{clinic}#CLAIMS", gsi="GSI1")


def money_line(patient_id: str, at: str, item: str) -> Key:
    """GSI2 of settlements and entries; `item` is the item's own sort key."""
    return Key(f"PAT#{patient_id}#MONEY", f"T#{at}#{item}")


def money_of(patient_id: str) -> Range:
    return Range(f"PAT#{patient_id}#MONEY", gsi="GSI2")


def unpaid(clinic: str, day: str, id: str) -> Key:
    """GSI1 of a settlement while something is open. `day` is that of the invoice."""
    return Key(f"CLINIC#{clinic}#UNPAID", f"{day}#{id}")


def unpaid_of(clinic: str) -> Range:
    """Oldest first."""
    return Range(f"CLINIC#{clinic}#UNPAID", gsi="GSI1")


def unpaid_between(clinic: str, first: str, last: str) -> Range:
    """Of invoices of these days and those between them, oldest first; an empty one is no limit."""
    if not first and not last:
        return unpaid_of(clinic)
    return Range(f"CLINIC#{clinic}#UNPAID", low=first, high=f"{last}~", gsi="GSI1")


def age(clinic: str, month: str, drawer_id: str) -> Key:
    """What is open of the invoices of a month of issue, as a drawer's entries moved it; `all` is of all months."""
    return Key(f"CLINIC#{clinic}#AGE", f"{month}#{drawer_id}")


def parse_age(sk: str) -> str:
    """The month, or `all`."""
    return sk.partition("#")[0]


def ages_since(clinic: str, month: str) -> Range:
    """From that month of issue on, and of all months."""
    return Range(f"CLINIC#{clinic}#AGE", low=month, high="~")


def unpaid_until(clinic: str, day: str) -> Range:
    """Of invoices up to that day, oldest first."""
    return Range(f"CLINIC#{clinic}#UNPAID", high=f"{day}~", gsi="GSI1")


def visit_billed(patient_id: str, appointment_id: str) -> Key:
    """That a visit has its invoice, or why it needs none."""
    return Key(f"PAT#{patient_id}", f"BILLED#{appointment_id}")


def parse_visit_billed(sk: str) -> str:
    """The visit's id."""
    return sk.partition("#")[2]


def visit_recorded(patient_id: str, appointment_id: str) -> Key:
    """What was done at a visit, as it was written down for the check-out."""
    return Key(f"PAT#{patient_id}", f"DONE#{appointment_id}")


def document_number(clinic: str, series: str, n: int) -> Key:
    """`series` as INVOICE#2026."""
    return Key(f"CLINIC#{clinic}#NUMBER#{series}", f"{n:06}")


def parse_document_number(key: Key) -> tuple[str, int]:
    """The series, as INVOICE#2026, and the number."""
    return key.pk.rpartition("#NUMBER#")[2], int(key.sk)


def numbers_of(clinic: str, series: str) -> Range:
    return Range(f"CLINIC#{clinic}#NUMBER#{series}")


def catalog_item(clinic: str, code: str) -> Key:
    return Key(f"CLINIC#{clinic}#CONFIG", f"CATALOG#{code}")


def catalog_of(clinic: str) -> Range:
    return Range(f"CLINIC#{clinic}#CONFIG", begins="CATALOG#")


def payer(clinic: str, id: str) -> Key:
    return Key(f"CLINIC#{clinic}#CONFIG", f"PAYER#{id}")


def payers_of(clinic: str) -> Range:
    return Range(f"CLINIC#{clinic}#CONFIG", begins="PAYER#")


def price_list(clinic: str, id: str) -> Key:
    return Key(f"CLINIC#{clinic}#CONFIG", f"PRICELIST#{id}")


def price_lists_of(clinic: str) -> Range:
    return Range(f"CLINIC#{clinic}#CONFIG", begins="PRICELIST#")


def tax_class(clinic: str, id: str) -> Key:
    return Key(f"CLINIC#{clinic}#CONFIG", f"TAXCLASS#{id}")


def tax_classes_of(clinic: str) -> Range:
    return Range(f"CLINIC#{clinic}#CONFIG", begins="TAXCLASS#")


def price_change(clinic: str, id: str) -> Key:
    return Key(f"CLINIC#{clinic}#CONFIG", f"PRICECHANGE#{id}")


def price_changes_of(clinic: str) -> Range:
    return Range(f"CLINIC#{clinic}#CONFIG", begins="PRICECHANGE#")


def drawer(clinic: str, id: str) -> Key:
    return Key(f"CLINIC#{clinic}#CONFIG", f"DRAWER#{id}")


def drawers_of(clinic: str) -> Range:
    return Range(f"CLINIC#{clinic}#CONFIG", begins="DRAWER#")


def drawer_day(clinic: str, drawer_id: str, day: str) -> Key:
    """One day of a drawer, from its opening to its close."""
    return Key(f"CLINIC#{clinic}#DRAWER#{drawer_id}#{day}", "SESSION")


def cash_move(clinic: str, drawer_id: str, day: str, id: str) -> Key:
    """Cash for something else than a patient, in a drawer's day."""
    return Key(f"CLINIC#{clinic}#DRAWER#{drawer_id}#{day}", f"MOVE#{id}")


def drawer_entry(clinic: str, drawer_id: str, day: str, at: str, id: str) -> Key:
    """GSI1 of an entry: whose drawer's day it belongs to."""
    return Key(f"CLINIC#{clinic}#DRAWER#{drawer_id}#{day}", f"{at}#{id}")


def parse_drawer_entry(sk: str) -> str:
    """The stamp of an entry, in its drawer's day."""
    return sk.partition("#")[0]


def drawer_entries(clinic: str, drawer_id: str, day: str) -> Range:
    return Range(f"CLINIC#{clinic}#DRAWER#{drawer_id}#{day}", gsi="GSI1")


def money_sum(clinic: str, day: str, drawer_id: str) -> Key:
    """What the entries of a month came to, in a drawer."""
    return Key(f"CLINIC#{clinic}#SUM#{day[:7]}", f"MONEY#{drawer_id}")


def work_sum(clinic: str, day: str, drawer_id: str) -> Key:
    """What the documents of a month were for, in a drawer."""
    return Key(f"CLINIC#{clinic}#SUM#{day[:7]}", f"WORK#{drawer_id}")


def day_sum(clinic: str, day: str, drawer_id: str) -> Key:
    """What the documents of a drawer's day were for."""
    return Key(f"CLINIC#{clinic}#DRAWER#{drawer_id}#{day}", "WORK")


def proved(clinic: str) -> Key:
    """When the books were last held against themselves, and what was found."""
    return Key(f"CLINIC#{clinic}#CONFIG", "PROVED")


def parse_sum(pk: str) -> str:
    """The clinic."""
    return pk.split("#")[1]


def sums_of(clinic: str, month: str) -> Range:
    """`month` as 2026-11."""
    return Range(f"CLINIC#{clinic}#SUM#{month}")
