"""Real faults between Clinnet and the table: whatever comes, an action is done once or not at all, and says which."""

import gc
import json
import os
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Thread, current_thread
from typing import Any

import pytest
from django.conf import settings
from pytest_django.fixtures import Settings

from clinnet.local import process
from clinnet.table import Once, Row, Scope, Transaction, connection, find_row, query, reads, scans
from clinnet.table.errors import Busy, Unavailable, Unsure
from clinnet.table.keys import Range
from clinnet.table.meter import Meter, metered
from clinnet.table.reads import get_many, side_by_side
from tests.table.test_writes import EVENT, key

SetRules = Callable[..., None]
ACTIONS, PRESSES = 24, 12  # at 0.4 each, that no fault comes at all happens once in 200,000 runs
WRITE = {"service": "dynamodb", "operation": "TransactWriteItems"}
FAULTS = {
    "throttled": {**WRITE, "probability": 0.4, "error": {"code": "ThrottlingException"}},
    "over capacity": {**WRITE, "probability": 0.4, "error": {"code": "ProvisionedThroughputExceededException"}},
    "an error of the server": {**WRITE, "probability": 0.4, "error": {"code": "InternalServerError", "status": 500}},
    "unavailable": {**WRITE, "probability": 0.4, "error": {"code": "ServiceUnavailable", "status": 503}},
    "reset": {**WRITE, "probability": 0.4, "reset": True},
    "in conflict": {
        **WRITE,
        "probability": 0.4,
        "error": {
            "code": "TransactionCanceledException",
            "status": 400,
            "fields": {"CancellationReasons": [{"Code": "TransactionConflict"}] * 3},
        },
    },
    "a reason for each second step": {
        **WRITE,
        "probability": 0.4,
        "error": {
            "code": "TransactionCanceledException",
            "status": 400,
            "fields": {"CancellationReasons": [{"Code": "ConditionalCheckFailed"}]},
        },
    },
    "answers lost after the write": {**WRITE, "probability": 0.5, "response": {"abort_frac": 0.5}},
    "answers cut short after the write": {**WRITE, "probability": 0.5, "response": {"truncate_frac": 0.5}},
    "answers without a body": {**WRITE, "probability": 0.5, "response": {"truncate_bytes": 0}},
}


@pytest.fixture(scope="module")
def proxy(engine_keys: dict[str, str]) -> Iterator[str]:
    """microburst in front of the engine, signing anew: the engine answers only to its own name."""
    with process.listen("127.0.0.1", 0) as reserved:
        port = process.port_of(reserved)
    command = [sys.executable, "-m", "microburst", "--host", "127.0.0.1", "--port", str(port), "--resign"]
    keys = {"AWS_ACCESS_KEY_ID": engine_keys["access_key"], "AWS_SECRET_ACCESS_KEY": engine_keys["secret_key"]}
    with subprocess.Popen(
        [*command, "--upstream", engine_keys["endpoint"]], env={**os.environ, **keys}, stderr=subprocess.DEVNULL
    ) as running:
        url = f"http://127.0.0.1:{port}"
        assert process.wait_until_up(f"{url}/_microburst/rules", running)
        yield url
        running.kill()  # it would wait for the call that it holds back


@pytest.fixture(scope="session")
def engine_keys(engine_var: Any) -> dict[str, str]:
    values: dict[str, str] = json.loads((engine_var / "local.json").read_text())
    return values


@pytest.fixture
def rules(proxy: str, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[SetRules]:
    def put(*wanted: dict[str, Any]) -> None:
        body = json.dumps(list(wanted)).encode()
        request = urllib.request.Request(f"{proxy}/_microburst/rules", body, {"content-type": "application/json"})
        urllib.request.urlopen(request).close()
        forget = urllib.request.Request(f"{proxy}/_microburst/fired", method="DELETE")
        urllib.request.urlopen(forget).close()

    settings.DYNAMODB_ENDPOINT = proxy
    monkeypatch.setattr("clinnet.table.connection.random.uniform", lambda *_: 0.001)
    connection.connection.cache_clear()
    put()
    yield put
    connection.connection.cache_clear()


def fired(proxy: str) -> int:
    """How many faults there were since the rules were set."""
    with urllib.request.urlopen(f"{proxy}/_microburst/fired?service=dynamodb") as answer:
        return len(json.load(answer))


@pytest.mark.parametrize("fault", FAULTS)
def test_pressing_again_until_it_is_saved_does_each_action_once(
    scope: Scope, rules: SetRules, proxy: str, fault: str
) -> None:
    rules(FAULTS[fault])
    place, saved = key(scope, "counted"), 0
    for number in range(ACTIONS):
        for _ in range(PRESSES):
            tx = Transaction(scope, once=Once(f"{scope.clinic}{fault}{number}", "same"))
            tx.change_row(place, adds={"n": 1}, sets={"clinicId": scope.clinic}, new=True)
            try:
                tx.commit(EVENT, result="done")
            except Unavailable:
                continue
            saved += 1
            break
    assert fired(proxy)
    rules()
    assert saved == ACTIONS
    assert (find_row(scope, place) or {})["n"] == ACTIONS


def test_an_action_refused_by_throttling_to_the_end_is_not_done(scope: Scope, rules: SetRules) -> None:
    rules({**WRITE, "error": {"code": "ThrottlingException"}})
    tx = Transaction(scope)
    tx.put_row({"PK": key(scope, "x").pk, "SK": "x"})
    with pytest.raises(Unavailable):
        tx.commit(EVENT)
    rules()
    assert find_row(scope, key(scope, "x")) is None


def test_a_slow_table_is_given_up_within_the_request_s_deadline(
    scope: Scope, rules: SetRules, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "READ_SECONDS", 1)
    rules({"service": "dynamodb", "operation": "GetItem", "timeout_ms": 60_000})
    with metered() as meter:
        meter.deadline = time.monotonic() + 0.1
        with pytest.raises(Unavailable):
            find_row(scope, key(scope, "x"))
    assert meter.seconds < 60


def test_a_read_that_fails_does_not_speak_of_saving(scope: Scope, rules: SetRules) -> None:
    rules({"service": "dynamodb", "operation": "GetItem", "error": {"code": "InternalServerError", "status": 500}})
    with pytest.raises(Unavailable) as failed:
        find_row(scope, key(scope, "x"))
    assert failed.value.sentence == Unavailable.sentence


REFUSALS = {
    "AccessDeniedException": 400,
    "ExpiredTokenException": 400,
    "UnrecognizedClientException": 400,
    "InvalidSignatureException": 400,
    "ResourceNotFoundException": 400,
    "SomethingNewException": 403,
}


@pytest.mark.parametrize("code", REFUSALS)
def test_what_the_operation_must_mend_is_told_as_not_saved(
    scope: Scope, rules: SetRules, caplog: pytest.LogCaptureFixture, code: str
) -> None:
    """Credentials that ended, a policy, a clock: nothing that another form would change."""
    refused = {"code": code, "status": REFUSALS[code]}
    rules({**WRITE, "error": refused}, {**WRITE, "operation": "GetItem", "error": refused})
    with pytest.raises(Unavailable) as read:
        find_row(scope, key(scope, "x"))
    tx = Transaction(scope)
    tx.put_row({"PK": key(scope, "x").pk, "SK": "x"})
    with pytest.raises(Unavailable, check=lambda error: error.sentence.startswith("Not saved yet")):
        tx.commit(EVENT)
    assert read.value.sentence == Unavailable.sentence
    assert any(each.levelname == "ERROR" and code in each.message for each in caplog.records)


def test_a_refusal_after_a_lost_answer_does_not_say_that_nothing_is_saved(
    scope: Scope, rules: SetRules, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = iter([Unsure(), Unavailable(connection.NOT_LET_IN)])

    def call(*_: Any, **__: Any) -> None:
        raise next(answers)

    monkeypatch.setattr("clinnet.table.writes.call", call)
    tx = Transaction(scope)
    tx.put_row({"PK": key(scope, "x").pk, "SK": "x"})
    with pytest.raises(Unsure):
        tx.commit(EVENT)


@pytest.mark.parametrize("cut", [{"truncate_frac": 0.5}, {"truncate_bytes": 0}])
def test_a_read_that_was_cut_short_is_not_taken_for_nothing_there(
    scope: Scope, rules: SetRules, cut: dict[str, float]
) -> None:
    """botocore makes {} of such a body: nobody would be on the staff of any clinic."""
    tx = Transaction(scope)
    tx.put_row({"PK": key(scope, "x").pk, "SK": "x", "clinicId": scope.clinic})
    tx.commit(EVENT)
    rules(*({**WRITE, "operation": each, "response": cut} for each in ("GetItem", "BatchGetItem", "Query")))
    for ask in (
        lambda: find_row(scope, key(scope, "x")),
        lambda: get_many(scope, [key(scope, "x")]),
        lambda: query(scope, Range(key(scope, "x").pk), limit=5),
    ):
        with pytest.raises(Unavailable):
            ask()


def test_a_batch_that_stays_half_done_is_given_up(scope: Scope, rules: SetRules) -> None:
    place = key(scope, "x")
    half = {
        "Responses": {},
        "ConsumedCapacity": [],
        "UnprocessedKeys": {settings.CLINNET_TABLE: {"Keys": [place.raw()]}},
    }
    rules({"service": "dynamodb", "operation": "BatchGetItem", "error": {"status": 200, "fields": half}})
    with metered() as meter, pytest.raises(Unavailable):
        get_many(scope, [place])
    assert len(meter.calls) == connection.ATTEMPTS


def test_calls_that_are_slow_one_after_another_have_one_deadline(scope: Scope, meter: Meter) -> None:
    find_row(scope, key(scope, "x"))
    meter.deadline = time.monotonic() - 1
    with pytest.raises(Unavailable):
        find_row(scope, key(scope, "x"))
    tx = Transaction(scope)
    tx.put_row({"PK": key(scope, "x").pk, "SK": "x"})
    with pytest.raises(Busy):
        tx.commit(EVENT)
    assert find_row_later(scope) is None


def find_row_later(scope: Scope) -> Row | None:
    with metered():
        return find_row(scope, key(scope, "x"))


def test_what_was_begun_to_be_written_is_not_cut_off(scope: Scope, meter: Meter) -> None:
    """Its answer would be "not saved" of what is."""
    tx = Transaction(scope)
    tx.put_row({"PK": key(scope, "x").pk, "SK": "x", "clinicId": scope.clinic})
    tx.commit(EVENT)
    meter.deadline = time.monotonic() - 1
    assert find_row(scope, key(scope, "x")) is not None


def test_a_process_that_ends_says_that_it_cannot_read(scope: Scope, monkeypatch: pytest.MonkeyPatch) -> None:
    ended = ThreadPoolExecutor(1)
    ended.shutdown()
    monkeypatch.setattr(reads, "_pool", lambda: ended)
    with pytest.raises(Unavailable):
        side_by_side(lambda: 1, lambda: 2)


def test_a_fault_of_ours_in_a_thread_stays_one(scope: Scope) -> None:
    def fails() -> int:
        raise RuntimeError("ours")

    with pytest.raises(RuntimeError, match="ours"):
        side_by_side(fails)


def test_a_question_that_asks_several_waits_for_no_other_thread(scope: Scope) -> None:
    """All threads may be in such a one."""

    def asks_several() -> tuple[Thread, list[Thread]]:
        return current_thread(), side_by_side(current_thread, current_thread)

    for outer, inner in side_by_side(asks_several, asks_several):
        assert inner == [outer, outer]


def test_where_a_question_fails_the_others_were_asked_all_the_same(scope: Scope) -> None:
    """Else what an answer cost would tell that, and how soon, one of them failed."""
    failed = threading.Event()

    def fails() -> Row | None:
        failed.set()
        raise Unavailable

    def is_slower() -> Row | None:
        assert failed.wait(10)
        return find_row(scope, key(scope, "x"))

    for questions in ((fails, is_slower), (is_slower, fails)):
        failed.clear()
        with metered() as counted, pytest.raises(Unavailable):
            side_by_side(*questions)
        assert len(counted.calls) == 1


def test_of_questions_side_by_side_the_longest_counts(scope: Scope) -> None:
    def finds() -> Row | None:
        return find_row(scope, key(scope, "x"))

    def finds_three() -> Row | None:
        return finds() or finds() or finds()

    with metered() as counted:
        side_by_side(finds, finds_three)
        finds()
    assert (counted.sequence, len(counted.calls)) == (4, 5)
    assert side_by_side() == []


def test_every_thread_has_a_connection(scope: Scope, caplog: pytest.LogCaptureFixture) -> None:
    """Pages in all threads, and what they read side by side."""
    connection.connection.cache_clear()
    place = key(scope, "x")
    with ThreadPoolExecutor(settings.WEB_THREADS) as pages:
        for _ in range(4):
            list(pages.map(lambda _: side_by_side(*[lambda: find_row(scope, place)] * 2), range(settings.WEB_THREADS)))
            list(pages.map(lambda _: find_row(scope, place), range(settings.WEB_THREADS)))
    assert "Connection pool is full" not in caplog.text
    assert connection.connection().client._client_config.max_pool_connections >= settings.WEB_THREADS * 3


def test_nothing_looks_for_cycles_while_a_scan_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scans, "patiently", lambda *_, **__: {"Items": [{"PK": {"S": "a"}}, {"PK": {"S": "b"}}]})
    rows = scans.every_raw(Scope.system("tests"))
    assert gc.isenabled()
    next(rows)
    assert not gc.isenabled()
    rows.close()  # type: ignore[attr-defined]  # somebody stops in the middle
    assert gc.isenabled()
    assert [gc.isenabled() for _ in scans.every_raw(Scope.system("tests"))] == [False, False]
    assert gc.isenabled()


def test_the_embedded_engine_is_scanned_by_one_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[dict[str, Any]] = []

    def answer(_operation: str, **arguments: Any) -> dict[str, Any]:
        asked.append(arguments)
        return {}

    monkeypatch.setattr(scans, "patiently", answer)
    list(scans.every_raw(Scope.system("tests")))
    monkeypatch.setattr(settings, "DYNAMODB_ENDPOINT", None)
    list(scans.every_raw(Scope.system("tests")))
    assert [arguments.get("TotalSegments") for arguments in asked] == [None, 4, 4, 4, 4]
