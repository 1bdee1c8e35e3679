"""Real faults between Clinnet and the table: whatever comes, an action is done once or not at all, and says which."""

import json
import os
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from pytest_django.fixtures import Settings

from clinnet.local import process
from clinnet.table import Once, Scope, Transaction, connection, find_row
from clinnet.table.errors import Unavailable
from clinnet.table.meter import metered
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
        **WRITE, "probability": 0.4,
        "error": {"code": "TransactionCanceledException", "status": 400,
                  "fields": {"CancellationReasons": [{"Code": "TransactionConflict"}] * 3}},
    },
    "answers lost after the write": {**WRITE, "probability": 0.5, "response": {"abort_frac": 0.5}},
}  # fmt: skip


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


def test_a_slow_table_is_given_up_within_the_request_s_deadline(scope: Scope, rules: SetRules) -> None:
    rules({"service": "dynamodb", "operation": "GetItem", "timeout_ms": 5_000})
    with metered() as meter:
        meter.deadline -= 7.9
        with pytest.raises(Unavailable):
            find_row(scope, key(scope, "x"))
    assert meter.seconds < 8


def test_a_read_that_fails_does_not_speak_of_saving(scope: Scope, rules: SetRules) -> None:
    rules({"service": "dynamodb", "operation": "GetItem", "error": {"code": "InternalServerError", "status": 500}})
    with pytest.raises(Unavailable) as failed:
        find_row(scope, key(scope, "x"))
    assert failed.value.sentence == Unavailable.sentence
