"""What was acknowledged is there after a kill, a closed terminal or a torn write; nothing is half there."""

import contextlib
import resource
import signal
import threading
import time
from typing import Any

import pytest
from botocore.exceptions import BotoCoreError, ClientError

from clinnet.local import place, setup
from clinnet.local.journal import DISK_FAILED
from tests.local.conftest import OwnEngine

WRITERS = 8


def key(partition: str, sort: str) -> dict[str, Any]:
    return {"PK": {"S": partition}, "SK": {"S": sort}}


def transaction(writer: int, number: int) -> list[dict[str, Any]]:
    """Four kinds of change that must come together: a put, a counter, a removal, a put elsewhere."""
    table = {"TableName": setup.TABLE}
    return [
        {"Put": {**table, "Item": {**key(f"W#{writer}", f"A#{number:06}"), "n": {"N": str(number)}}}},
        {
            "Update": {
                **table,
                "Key": key(f"W#{writer}", "COUNT"),
                "UpdateExpression": "ADD n :one",
                "ExpressionAttributeValues": {":one": {"N": "1"}},
            }
        },
        {"Delete": {**table, "Key": key(f"W#{writer}", f"OPEN#{number - 1:06}")}},
        {"Put": {**table, "Item": key(f"W#{writer}", f"OPEN#{number:06}")}},
    ]


class Writer(threading.Thread):
    """Writes transactions until the engine is gone; `next` is the first that was not acknowledged."""

    def __init__(self, engine: OwnEngine, number: int, first: int, busy: threading.Semaphore) -> None:
        super().__init__()
        self.client, self.number, self.next, self.busy = engine.client("dynamodb"), number, first, busy

    def run(self) -> None:
        with contextlib.suppress(BotoCoreError, ClientError):
            while True:
                self.client.transact_write_items(TransactItems=transaction(self.number, self.next))
                self.next += 1
                self.busy.release()


def read_all(client: Any, partition: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for page in client.get_paginator("query").paginate(
        TableName=setup.TABLE,
        KeyConditionExpression="PK = :p",
        ExpressionAttributeValues={":p": {"S": partition}},
        ConsistentRead=True,
    ):
        found += page["Items"]
    return found


def check_writer(client: Any, writer: Writer) -> int:
    """Every acknowledged transaction, at most the one more that was under way, each whole. Returns the next."""
    items = {item["SK"]["S"]: item for item in read_all(client, f"W#{writer.number}")}
    written = [name for name in items if name.startswith("A#")]
    assert len(written) in (writer.next, writer.next + 1)
    assert sorted(written) == [f"A#{number:06}" for number in range(len(written))]
    if written:
        assert items["COUNT"]["n"]["N"] == str(len(written))
        assert [name for name in items if name.startswith("OPEN#")] == [f"OPEN#{len(written) - 1:06}"]
    return len(written)


def test_a_kill_amid_eight_writers_loses_no_acknowledged_transaction(own_engine: OwnEngine) -> None:
    own_engine.make_table()
    firsts = [0] * WRITERS
    for wanted in (300, 50, 150):
        busy = threading.Semaphore(0)
        writers = [Writer(own_engine, number, first, busy) for number, first in enumerate(firsts)]
        for writer in writers:
            writer.start()
        for _ in range(wanted):
            busy.acquire()
        own_engine.crash()
        for writer in writers:
            writer.join()
        own_engine.start_again()
        client = own_engine.client("dynamodb")
        firsts = [check_writer(client, writer) for writer in writers]
    assert sum(firsts) >= 500


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_stop_by_signal_keeps_everything(own_engine: OwnEngine, number: int) -> None:
    client = own_engine.make_table()
    client.put_item(TableName=setup.TABLE, Item=key("P", "1"))
    own_engine.client("s3").create_bucket(
        Bucket="files", CreateBucketConfiguration={"LocationConstraint": place.REGION}
    )
    assert own_engine.signal(number) == 0
    assert [path.stat().st_size for path in own_engine.logs] == [0], "a clean stop leaves a snapshot, not a log"
    own_engine.start_again()
    assert read_all(client, "P") == [key("P", "1")]
    assert [bucket["Name"] for bucket in own_engine.client("s3").list_buckets()["Buckets"]] == ["files"]


def test_a_torn_last_line_is_a_write_that_was_never_acknowledged(own_engine: OwnEngine) -> None:
    client = own_engine.make_table()
    client.put_item(TableName=setup.TABLE, Item=key("P", "1"))
    client.put_item(TableName=setup.TABLE, Item=key("P", "2"))
    own_engine.crash()
    log = own_engine.logs[-1]
    log.write_bytes(log.read_bytes()[:-3])
    own_engine.start_again()
    assert read_all(client, "P") == [key("P", "1")]
    client.put_item(TableName=setup.TABLE, Item=key("P", "3"))
    own_engine.crash()
    own_engine.start_again()
    assert read_all(client, "P") == [key("P", "1"), key("P", "3")], "what follows a torn line is not lost"


def test_a_crash_before_the_log_is_removed_applies_no_counter_twice(own_engine: OwnEngine) -> None:
    client = own_engine.make_table()
    for _ in range(3):
        add_one(client)
    own_engine.crash()
    kept = {path.name: path.read_bytes() for path in own_engine.logs}
    own_engine.start_again()
    own_engine.signal(signal.SIGTERM)
    assert own_engine.snapshots
    for name, data in kept.items():  # as if the kill came between the snapshot's rename and this removal
        (own_engine.logs[0].parent / name).write_bytes(data)
    own_engine.start_again()
    assert read_all(client, "P")[0]["n"] == {"N": "3"}
    assert not {path.name for path in own_engine.logs} & set(kept)


def test_an_unfinished_snapshot_is_not_read(own_engine: OwnEngine) -> None:
    client = own_engine.make_table()
    add_one(client)
    own_engine.crash()
    unfinished = own_engine.logs[0].with_name("snapshot-9.tmp")
    unfinished.write_bytes(b"0000")
    own_engine.start_again()
    assert read_all(client, "P")[0]["n"] == {"N": "1"}
    assert not unfinished.exists()


def test_damage_before_the_end_stops_the_engine_with_a_sentence(own_engine: OwnEngine) -> None:
    client = own_engine.make_table()
    client.put_item(TableName=setup.TABLE, Item=key("P", "1"))
    client.put_item(TableName=setup.TABLE, Item=key("P", "2"))
    own_engine.crash()
    log = own_engine.logs[-1]
    log.write_bytes(log.read_bytes().replace(b'{"S":"1"}', b'{"S":"7"}'))
    with pytest.raises(AssertionError):
        own_engine.start_again()
    assert "is damaged at byte" in own_engine.said


def test_a_repeated_request_after_a_crash_is_answered_not_applied_again(own_engine: OwnEngine) -> None:
    client = own_engine.make_table()
    asked = {"TransactItems": transaction(0, 0), "ClientRequestToken": "the-same-token"}
    client.transact_write_items(**asked)
    own_engine.crash()
    own_engine.start_again()
    client.transact_write_items(**asked)
    own_engine.signal(signal.SIGTERM)
    own_engine.start_again()
    client.transact_write_items(**asked)
    count = next(item for item in read_all(client, "W#0") if item["SK"]["S"] == "COUNT")
    assert count["n"] == {"N": "1"}
    with pytest.raises(client.exceptions.IdempotentParameterMismatchException):
        client.transact_write_items(TransactItems=transaction(0, 1), ClientRequestToken="the-same-token")


def test_a_refused_transaction_leaves_nothing(own_engine: OwnEngine) -> None:
    client = own_engine.make_table()
    steps = transaction(0, 0)
    steps[3]["Put"]["ConditionExpression"] = "attribute_exists(PK)"
    with pytest.raises(client.exceptions.TransactionCanceledException):
        client.transact_write_items(TransactItems=steps)
    assert read_all(client, "W#0") == []
    own_engine.crash()
    own_engine.start_again()
    assert read_all(client, "W#0") == []


def test_a_full_disk_stops_the_engine_before_it_acknowledges(own_engine: OwnEngine) -> None:
    client = own_engine.make_table()
    client.put_item(TableName=setup.TABLE, Item=key("P", "1"))
    assert own_engine.process is not None
    _, most = resource.prlimit(own_engine.process.pid, resource.RLIMIT_FSIZE)
    size = own_engine.logs[-1].stat().st_size
    resource.prlimit(own_engine.process.pid, resource.RLIMIT_FSIZE, (size + 10, most))
    with pytest.raises(BotoCoreError):
        client.put_item(TableName=setup.TABLE, Item=key("P", "2"))
    assert own_engine.process.wait(10) == DISK_FAILED
    assert "cannot write to" in own_engine.said
    own_engine.start_again()
    assert read_all(client, "P") == [key("P", "1")]


def test_users_and_files_survive_a_kill(own_engine: OwnEngine) -> None:
    s3, cognito = own_engine.client("s3"), own_engine.client("cognito-idp")
    pool = cognito.create_user_pool(PoolName="p")["UserPool"]["Id"]
    s3.create_bucket(Bucket="files", CreateBucketConfiguration={"LocationConstraint": place.REGION})
    wait_for_snapshot(own_engine, "s3", "files")
    wait_for_snapshot(own_engine, "cognito", pool)
    s3.put_object(Bucket="files", Key="photo", Body=b"bytes")
    own_engine.crash()  # right after the answer: an object's bytes do not wait for a snapshot
    own_engine.start_again()
    assert s3.get_object(Bucket="files", Key="photo")["Body"].read() == b"bytes"
    assert cognito.describe_user_pool(UserPoolId=pool)["UserPool"]["Name"] == "p"


def wait_for_snapshot(engine: OwnEngine, service: str, text: str) -> None:
    """0.2 s after the answer on a free machine."""
    path = engine.var / "engine" / "state" / f"{service}.json"
    until = time.monotonic() + 5
    while not (path.exists() and text in path.read_text()):
        assert time.monotonic() < until
        threading.Event().wait(0.01)


def add_one(client: Any) -> None:
    client.update_item(
        TableName=setup.TABLE,
        Key=key("P", "1"),
        UpdateExpression="ADD n :one",
        ExpressionAttributeValues={":one": {"N": "1"}},
    )
