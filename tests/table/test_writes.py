"""Transactions: whole or not at all, once, inside the wall, with their event."""

from collections.abc import Callable
from typing import Any

import pytest

from clinnet.accounts.models import Clinic
from clinnet.table import Event, Key, Once, Row, Scope, Transaction, connection, find_row, get, once, writes
from clinnet.table.connection import Cancelled
from clinnet.table.errors import Busy, NotFound, Refused, Reused, Stale, Unsure
from clinnet.table.events import mac
from clinnet.table.keys import history_of
from clinnet.table.reads import query
from tests.actions import TESTED

EVENT = Event(TESTED, "TEST", "1", patient="")


def key(scope: Scope, name: str) -> Key:
    return Key(f"TEST#{scope.clinic}", name)


def row(scope: Scope, name: str, **values: Any) -> Row:
    return {"PK": key(scope, name).pk, "SK": name, **values}


def write(scope: Scope, name: str, **values: Any) -> None:
    tx = Transaction(scope)
    tx.put_row(row(scope, name, **values))
    tx.commit(EVENT)


def test_nothing_is_written_when_one_step_is_refused(scope: Scope) -> None:
    write(scope, "taken")
    tx = Transaction(scope)
    tx.put_row(row(scope, "free"))
    tx.put_row(row(scope, "taken"), only_new=True, refusal=Refused("Taken."))
    with pytest.raises(Refused) as refusal:
        tx.commit(EVENT)
    assert refusal.value.sentence == "Taken."
    assert find_row(scope, key(scope, "free")) is None


def test_a_refusal_can_say_who_was_there_first(scope: Scope) -> None:
    write(scope, "slot", by="Ana")
    tx = Transaction(scope)
    tx.put_row(row(scope, "slot"), only_new=True, refusal=lambda old: Refused(f"Taken by {old['by']}."))
    with pytest.raises(Refused) as refusal:
        tx.commit(EVENT)
    assert refusal.value.sentence == "Taken by Ana."


def test_an_exception_prints_no_sentence() -> None:
    assert "María" not in repr(Refused("María has it.")) + str(Refused("María has it."))


@pytest.mark.parametrize("kind", ["put", "change", "delete", "check"])
def test_a_row_of_another_clinic_cannot_be_touched(scope: Scope, outsider: Scope, kind: str) -> None:
    write(scope, "mine", value=1)
    tx, place = Transaction(outsider), key(scope, "mine")
    steps = {
        "put": lambda: tx.put_row(row(scope, "mine", value=2)),
        "change": lambda: tx.change_row(place, sets={"value": 2}, new=True),
        "delete": lambda: tx.delete_row(place),
        "check": lambda: tx.check(place, when={"value": 1}, refusal=Refused("No.")),
    }
    steps[kind]()
    with pytest.raises(NotFound):
        tx.commit(EVENT)
    assert (find_row(scope, place) or {})["value"] == 1


def test_an_update_of_another_version_is_stale(scope: Scope) -> None:
    clinic = get(scope, Clinic, Clinic.at(scope.clinic_id))
    for name in ("First", "Second"):
        tx = Transaction(scope)
        tx.update(clinic, {"name": name})
        if name == "First":
            tx.commit(EVENT)
    with pytest.raises(Stale) as stale:
        tx.commit(EVENT)
    assert stale.value.theirs["name"] == "First"


def test_a_misspelt_attribute_is_an_error(scope: Scope) -> None:
    clinic = get(scope, Clinic, Clinic.at(scope.clinic_id))
    with pytest.raises(KeyError):
        Transaction(scope).update(clinic, {"nmae": "x"})


def test_the_same_token_and_fields_give_the_first_result(scope: Scope) -> None:
    for result in ("first", "second"):
        tx = Transaction(scope, once=Once(f"token {scope.clinic}", "same"))
        tx.put_row(row(scope, result), only_new=True)
        assert tx.commit(EVENT, result=result) == "first"
    assert find_row(scope, key(scope, "second")) is None


def test_the_token_is_looked_at_before_all_other_refusals(scope: Scope) -> None:
    for _ in range(2):
        tx = Transaction(scope, once=Once(f"token {scope.clinic}", "same"))
        tx.put_row(row(scope, "slot"), only_new=True, refusal=Refused("Taken."))
        assert tx.commit(EVENT, result="booked") == "booked"


def test_the_same_token_with_other_fields_is_refused(scope: Scope) -> None:
    Transaction(scope, once=Once(f"token {scope.clinic}", "one")).commit(EVENT)
    with pytest.raises(Reused):
        Transaction(scope, once=Once(f"token {scope.clinic}", "two")).commit(EVENT)


def test_a_form_token_works_for_its_own_form_clinic_and_person_alone(scope: Scope, outsider: Scope) -> None:
    token = once.issue(scope, "form")
    assert once.used(scope, "form", {"once": [token], "a": ["1"]}) != once.used(
        scope, "form", {"once": [token], "a": ["2"]}
    )
    for asking, form, sent in ((outsider, "form", token), (scope, "other", token), (scope, "form", token[:-1] + "x")):
        with pytest.raises(Refused):
            once.used(asking, form, {"once": [sent]})


class Answers:
    """Stands between the transaction and the table: each call does what the script says."""

    def __init__(self, *script: str) -> None:
        self.script, self.calls = list(script), 0

    def __call__(self, operation: connection.Operation, **arguments: Any) -> dict[str, Any]:
        self.calls += 1
        step = self.script.pop(0) if self.script else "work"
        if step == "conflict":
            others = len(arguments["TransactItems"]) - 1
            raise Cancelled(["TransactionConflict"] + ["None"] * others, [None] * (others + 1))
        if step == "busy":
            raise Busy
        answer = connection.call(operation, **arguments)
        if step == "lost":
            raise Unsure
        return answer


@pytest.fixture
def script(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Answers]:
    def play(*steps: str) -> Answers:
        answers = Answers(*steps)
        monkeypatch.setattr(writes, "call", answers)
        monkeypatch.setattr("clinnet.table.connection.time.sleep", lambda _: None)
        return answers

    return play


def test_an_answer_lost_after_the_write_is_not_written_twice(scope: Scope, script: Any) -> None:
    answers = script("lost")
    tx = Transaction(scope)
    tx.change_row(key(scope, "counted"), adds={"n": 1}, sets={"clinicId": scope.clinic}, new=True)
    assert tx.commit(EVENT, result="done") == "done"
    assert answers.calls == 2
    assert (find_row(scope, key(scope, "counted")) or {})["n"] == 1


def test_conflicts_are_retried_and_not_shown(scope: Scope, script: Any) -> None:
    script("conflict", "busy", "conflict")
    tx = Transaction(scope)
    tx.put_row(row(scope, "kept"))
    tx.commit(EVENT)
    assert find_row(scope, key(scope, "kept")) is not None


@pytest.mark.parametrize(("steps", "error"), [(["busy"] * 9, Busy), (["busy"] * 5 + ["lost"], Unsure)])
def test_after_the_last_attempt_the_person_is_told(scope: Scope, script: Any, steps: list[str], error: Any) -> None:
    answers = script(*steps)
    with pytest.raises(error):
        Transaction(scope).commit(EVENT)
    assert answers.calls == 6


def test_what_exceeds_a_transaction_is_a_mistake(scope: Scope) -> None:
    tx = Transaction(scope)
    for number in range(100):
        tx.put_row(row(scope, str(number)))
    with pytest.raises(ValueError, match="job"):
        tx.commit(EVENT)


def test_every_change_leaves_an_event_that_names_person_and_versions(scope: Scope) -> None:
    clinic = get(scope, Clinic, Clinic.at(scope.clinic_id))
    tx = Transaction(scope)
    tx.update(clinic, {"name": "New"})
    about = f"patient {scope.clinic}"
    tx.commit(Event(TESTED, "CLINIC", scope.clinic_id, patient=about, changes={"name": ["Old", "New"]}))
    listed = query(scope, history_of(about), limit=1).rows[0]
    event = find_row(scope, Key(listed["PK"], listed["SK"])) or {}
    assert (event["actorId"], event["action"]) == (scope.actor.id, TESTED.name)
    assert event["chain"] == {clinic.sk: [1, 2, clinic.last_event, clinic.updated_at]}
    assert get(scope, Clinic, Clinic.at(scope.clinic_id)).last_event == event["id"]
    assert event["mac"] == mac(event)
    assert event["mac"] != mac(event | {"actorId": "somebody"})
