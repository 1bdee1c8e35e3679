"""The books: entries never change, numbers leave no gap, and every kept sum is that of the entries."""

import ast
import threading
from collections.abc import Callable, Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from botocore.client import BaseClient
from botocore.exceptions import ReadTimeoutError

from billing.cash_moves.services import move
from billing.invoices.services import numbering
from billing.invoices.services.crediting import credit
from billing.ledger import queries as ledger
from billing.payments import services as payments
from billing.proof.services import Books
from billing.rules.numbers import Counter
from billing.takings.services import Taken
from clinnet import consistency
from clinnet.table import Event, Once, Scope, Transaction, connection, keys, query, writes
from clinnet.table import meter as meters
from clinnet.table.connection import Cancelled
from clinnet.table.errors import Busy, ClinnetError, Refused
from clinnet.table.meter import metered
from clinnet.table.values import Raw
from patients.models import Patient
from tests.actions import TESTED
from tests.billing.conftest import Till

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[2]
DOOR = "billing/ledger/services.py"


def every_written(scope: Scope) -> list[Raw]:
    """What this test wrote: only_this_test sees to it."""
    found: list[Raw] = consistency.every_raw(scope)  # type: ignore[attr-defined, assignment]  # put there for tests
    return found


def wrong(till: Till) -> list[str]:
    """What does not agree among what this test wrote."""
    books, scope = Books(), Scope.system("tests", till.scope.clinic_id)
    for raw in every_written(scope):
        books.take_in(raw)
    return sorted({each.kind for each in books.issues(scope, clocks=False)})


def a_day(till: Till, maria: Patient) -> None:
    """Something of each kind."""
    old = till.check_out(maria, "FBC")
    till.check_out(maria, "CONS15", "LETTER", method="cash", given=20000, also=[old.settlement])
    part = till.check_out(till.desk.patient("Ada", "Ames"), method="card", amount=1234)
    payments.take(till.scope, billed=part, taken=Taken("transfer", 1000))
    visit = till.visit(maria)
    undone = till.check_out(maria, method="card", appointment=visit)
    payments.undo(till.scope, billed=undone, appointment=till.desk.again(visit))
    again = till.check_out(maria, method="card", appointment=till.desk.again(visit))
    credit(till.desk.admin, billed=till.again(part), quantities=[100], reason="Any")
    credit(till.desk.admin, billed=till.again(again), quantities=[1000], reason="All of it")
    till.check_out(maria, "FBC", method="card", appointment=till.desk.again(visit))
    for amount in (-1460, 2000):
        move(till.scope, session=till.day, amount=amount, reason="Stamps")


def test_the_books_agree_after_each_kind_of_entry(till: Till, maria: Patient) -> None:
    a_day(till, maria)
    assert wrong(till) == []
    every, kept = Books(), Books()
    for raw in every_written(till.scope):
        every.take_in(raw)
        if raw.get("type", {}).get("S") in Books.KINDS:  # what a look keeps that is to go on after it was killed
            kept.take_in(raw)
    assert {name: len(each) for name, each in vars(kept).items()} == {
        name: len(each) for name, each in vars(every).items()
    }


TAMPERED: dict[str, tuple[str, Callable[[dict[str, Any]], object]]] = {
    "I1 balance": ("ACCOUNT", lambda item: item.update(balance={"N": "1"})),
    "I2 open": ("SETTLEMENT", lambda item: item.update(open={"N": "77"})),
    "I3 credit": ("ACCOUNT", lambda item: item.update(credit={"N": "-1"})),
    "I4 total": ("INVOICE", lambda item: item.update(total={"N": "9"})),
    "I4 line": ("INVOICE", lambda item: item["lines"]["L"][0]["M"].update(price={"N": "1"})),
    "I4 credit note": ("CREDITNOTE", lambda item: item.update(total={"N": "9"})),
    "I4 credited": ("SETTLEMENT", lambda item: item.update(creditedTotal={"N": "1"})),
    "I5 cash": ("DRAWERDAY", lambda item: item.update(cashIn={"N": "9"})),
    "I5 entries": ("DRAWERDAY", lambda item: item.update(entries={"N": "1"})),
    "I6 chain": ("INVOICE", lambda item: item["buyer"]["M"].update(name={"S": "Somebody else"})),
    "I6 hole": ("NUMBER", lambda item: item.update(SK={"S": "000900"})),
    "I6 counter": ("COUNTER", lambda item: item.update(n={"N": "900"})),
    "I7 month": ("SUM", lambda item: item.update(k_PAYOUT={"N": "5"})),
    "I7 day": ("DRAWERDAY", lambda item: item.update(k_PAYOUT={"N": "5"})),
    "I7 age": ("DRAWERDAY", lambda item: item.update(o261105={"N": "5"})),
    "I8 given back": ("RETURNED", lambda item: item.update(amount={"N": "1"})),
    "I9 after its close": ("DRAWERDAY", lambda item: item.update(state={"S": "closed"}, closedAt={"S": "2020"})),
    "I11 billed twice": ("INVOICE", lambda item: item.update(visitId={"S": "one"})),
    "I11 to be billed again": ("BILLED", lambda item: item.pop("billId")),
    "I11 never billed": ("BILLED", lambda item: item.update(SK={"S": "BILLED#another"})),
}


def test_what_was_changed_past_us_is_found(till: Till, maria: Patient) -> None:
    """As somebody would who writes to the table without Clinnet: each of these alone, on all items of a kind."""
    a_day(till, maria)
    written, scope = list(every_written(Scope.system("tests", till.scope.clinic_id))), Scope.system("tests", "any")
    for kind, (model, change) in TAMPERED.items():
        books = Books()
        for raw in deepcopy(written):
            if raw.get("type", {}).get("S") == model and "clinicId" in raw:
                change(raw)
            books.take_in(raw)
        assert kind in {each.kind for each in books.issues(scope, clocks=False)}


# --- Nothing issued changes ------------------------------------------------------------------------------------------


def tampering(till: Till, maria: Patient) -> Iterator[Callable[[Transaction], None]]:
    billed = till.check_out(maria, method="card")
    invoice = billed.invoice
    entry = ledger.entries_about(till.scope, invoice)[0]
    move(till.scope, session=till.day, amount=-100, reason="Milk")
    books = Books()
    for raw in every_written(till.scope):
        books.take_in(raw)
    for item in (invoice, entry, *books.cash):
        row = {"PK": item.pk, "SK": item.sk, "type": "INVOICE", "total": 1}
        yield lambda tx, item=item: tx.update(item, {"state": "x"})  # type: ignore[misc]
        yield lambda tx, item=item: tx.change_row(item.key, sets={"total": 1})  # type: ignore[misc]
        yield lambda tx, item=item: tx.delete_row(item.key)  # type: ignore[misc]
        yield lambda tx, row=row: tx.put_row(row)  # type: ignore[misc]


def test_no_write_changes_what_was_issued(till: Till, maria: Patient) -> None:
    for step in tampering(till, maria):
        tx = Transaction(till.scope)
        step(tx)
        with pytest.raises(ClinnetError):
            tx.commit(Event(TESTED, "INVOICE", "1"))
    assert wrong(till) == []


def test_the_ledger_has_one_door() -> None:
    """Entries are made, and their keys, in one module."""
    for path in sorted((ROOT / "billing").rglob("*.py")):
        name = path.relative_to(ROOT).as_posix()
        calls = {ast.unparse(each.func) for each in ast.walk(ast.parse(path.read_text())) if isinstance(each, ast.Call)}
        if name != DOOR:
            assert not calls & {"Entry", "models.Entry"}, name
        if name not in (DOOR, "billing/models.py", "billing/ledger/queries.py"):
            assert not calls & {"keys.entry", "keys.account", "keys.drawer_entry", "Entry.at"}, name


# --- Numbers under fire ----------------------------------------------------------------------------------------------


def conflict(operation: str, **arguments: Any) -> Any:
    """DynamoDB's own, which the embedded engine never says."""
    if operation != "TransactWriteItems":
        return connection.call(operation, **arguments)  # type: ignore[arg-type]
    count = len(arguments["TransactItems"])
    raise Cancelled(["TransactionConflict"] * count, [None] * count)


def test_a_conflict_on_the_counter_is_tried_more_often_than_others(till: Till, maria: Patient) -> None:
    left = [9]

    def call(operation: str, **arguments: Any) -> Any:
        left[0] -= 1
        return (conflict if left[0] >= 0 else connection.call)(operation, **arguments)  # type: ignore[arg-type]

    with patch.object(writes, "call", call):
        billed = till.check_out(maria, method="card")
    assert billed.invoice.number.endswith("000001")
    assert wrong(till) == []


def test_without_time_nothing_is_taken_and_pressing_again_is_safe(till: Till, maria: Patient) -> None:
    once, no_time = Once(till.scope.clinic_id, "digest"), patch.object(meters, "SECONDS", 0.3)
    with patch.object(writes, "call", conflict), no_time, metered(), pytest.raises(Busy) as busy:
        till.check_out(maria, method="card", once=once)
    assert "Nothing was taken" in busy.value.sentence
    assert till.check_out(maria, method="card", once=once).invoice.number.endswith("000001")
    assert till.day.card_in == 6500


def test_an_answer_that_was_lost_takes_the_money_once(till: Till, maria: Patient) -> None:
    real, lost = BaseClient._make_api_call, [1]

    def call(client: Any, operation: str, arguments: dict[str, Any]) -> Any:
        answer = real(client, operation, arguments)
        if operation == "TransactWriteItems" and lost[0]:
            lost[0] -= 1
            raise ReadTimeoutError(endpoint_url="")
        return answer

    with patch.object(BaseClient, "_make_api_call", call):
        till.check_out(maria, method="card", once=Once(till.scope.clinic_id, "digest"))
    assert (till.day.card_in, till.day.entries, wrong(till)) == (6500, 2, [])


def test_a_counter_that_never_agrees_ends_by_itself(till: Till, maria: Patient) -> None:
    till.check_out(maria)
    numbering._seen.clear()
    never = patch.object(numbering, "_counter", lambda series, year, _: Counter(series, year, 5))
    with never, patch.object(meters, "SECONDS", 0.3), pytest.raises(Busy):
        till.check_out(maria)


class Apart(dict[Any, Any]):
    """As if each cashier had a process of their own: nobody takes turns."""

    def setdefault(self, key: Any, default: Any = None) -> Any:
        return default


@pytest.mark.parametrize("turns", [{}, Apart()])
def test_sixteen_cashiers_at_once_are_all_served_without_a_gap(
    till: Till, turns: dict[Any, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(numbering, "_turns", turns)
    patients = [till.desk.patient("Ada", f"Ames{number}") for number in range(16)]
    failed: list[Exception] = []

    def cashier(patient: Patient) -> None:
        try:
            till.check_out(patient, method="card")
        except Exception as error:
            failed.append(error)

    threads = [threading.Thread(target=cashier, args=(each,)) for each in patients]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert failed == []
    series = f"INVOICE#{till.today[:4]}"
    rows = query(till.scope, keys.numbers_of(till.scope.clinic_id, series), limit=50).rows
    assert [int(row["SK"]) for row in rows] == list(range(1, 17))
    assert till.day.card_in == 16 * 6500
    assert wrong(till) == []


def test_a_record_that_was_folded_is_not_billed(till: Till, maria: Patient) -> None:
    tx = Transaction(till.scope)
    tx.change_row(Patient.at(maria.id), sets={"mergedInto": "another"})
    tx.commit(Event(TESTED, "PATIENT", maria.id))
    with pytest.raises(Refused) as refused:
        till.check_out(maria, method="card")
    assert "folded" in refused.value.sentence


def test_an_entry_is_read_as_it_was_written(till: Till, maria: Patient) -> None:
    billed = till.check_out(maria, method="cash", given=10000)
    charge, payment = ledger.entries_about(till.scope, billed.invoice)
    assert (charge.amount, payment.amount, payment.given) == (6500, -6500, 10000)
    assert payment.allocated == {billed.invoice.id: -6500}
    assert repr(charge) == f"<Entry {charge.id}>"
