"""The short way into the engine: what it takes, what it leaves to the general way, and that both say the same."""

import json
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from clinnet.local import place, setup
from clinnet.local.signature import Root
from tests.local.conftest import OwnEngine

BODY = b'{"TableName":"clinnet","Key":{"PK":{"S":"P"},"SK":{"S":"1"}}}'
Headers = dict[str, str]


def signed(body: bytes = BODY, *, host: str = "127.0.0.1:1", region: str = place.REGION, **more: str) -> Headers:
    """As botocore signs, by lower-case name."""
    said = {"x-amz-target": "DynamoDB_20120810.GetItem", "content-type": "application/x-amz-json-1.0", **more}
    request = AWSRequest("POST", f"http://{host}/", headers=said, data=body)
    SigV4Auth(Credentials("KEY", "secret"), "dynamodb", region).add_auth(request)
    return {"host": host, **{name.lower(): value for name, value in request.headers.items()}}


def is_root(headers: Headers, body: bytes = BODY) -> bool:
    return Root("KEY", "secret", place.REGION).signed(headers, body)


def rewrite(headers: Headers, old: str, new: str) -> None:
    headers["authorization"] = headers["authorization"].replace(old, new)


def test_what_botocore_signs_is_signed() -> None:
    assert is_root(signed())


@pytest.mark.parametrize(
    "change",
    [
        lambda headers: headers.pop("authorization"),
        lambda headers: rewrite(headers, "Signature=", "Signature=0"),
        lambda headers: rewrite(headers, "KEY", "OTHER"),
        lambda headers: rewrite(headers, "x-amz-target", "x-amz-date"),
        lambda headers: headers.update({"x-amz-target": "DynamoDB_20120810.PutItem"}),
        lambda headers: headers.update({"host": "127.0.0.1:2"}),
        lambda headers: headers.update({"x-amz-date": "20200101T000000Z"}),
        lambda headers: headers.update({"x-amz-date": ""}),
        lambda headers: headers.update({"x-amz-security-token": "t"}),
        lambda headers: headers.update({"x-amz-content-sha256": "UNSIGNED-PAYLOAD"}),
    ],
)
def test_what_was_changed_afterwards_is_not(change: Callable[[Headers], object]) -> None:
    headers = signed()
    change(headers)
    assert not is_root(headers)


def test_another_body_region_key_or_day_is_not() -> None:
    assert not is_root(signed(), BODY + b" ")
    assert not is_root(signed(region="us-east-1"))
    assert not Root("KEY", "other", place.REGION).signed(signed(), BODY)
    old = signed()
    day = old["x-amz-date"]
    past = {name: value.replace(day[:8], "20200101") for name, value in old.items()}
    assert not is_root(past)


class Line:
    """One connection to the engine, with requests as bytes."""

    def __init__(self, engine: OwnEngine) -> None:
        self._engine = engine
        self._socket = socket.create_connection(("127.0.0.1", int(engine.endpoint.rpartition(":")[2])), 20)
        self._file = self._socket.makefile("rb")

    def request(self, operation: str, asked: dict[str, Any]) -> bytes:
        keys, body = place.keys(self._engine.var), json.dumps(asked).encode()
        request = AWSRequest("POST", f"{self._engine.endpoint}/", data=body)
        request.headers["x-amz-target"] = f"DynamoDB_20120810.{operation}"
        credentials = Credentials(keys["access_key"], keys["secret_key"])
        SigV4Auth(credentials, "dynamodb", place.REGION).add_auth(request)
        host = self._engine.endpoint.removeprefix("http://")
        lines = [f"{name}: {value}" for name, value in request.headers.items()]
        head = "\r\n".join(["POST / HTTP/1.1", f"Host: {host}", f"Content-Length: {len(body)}", *lines])
        return f"{head}\r\n\r\n".encode() + body

    def send(self, data: bytes) -> None:
        self._socket.sendall(data)

    def answer(self) -> tuple[int, Any]:
        status = int(self._file.readline().split()[1])
        length = 0
        while (line := self._file.readline().strip()) != b"":
            if line.lower().startswith(b"content-length:"):
                length = int(line.partition(b":")[2])
        content = self._file.read(length)
        return status, json.loads(content) if content[:1] == b"{" else content

    def close(self) -> None:
        self._file.close()
        self._socket.close()


@pytest.mark.parametrize("plain", ["0", "1"])
def test_a_connection_answers_in_turn_and_is_handed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, plain: str
) -> None:
    monkeypatch.setenv("CLINNET_PLAIN_ENGINE", plain)
    engine = OwnEngine(tmp_path)
    engine.start()
    try:
        engine.make_table()
        line = Line(engine)
        item = {"PK": {"S": "P"}, "SK": {"S": "1"}, "n": {"N": "1"}}
        table = {"TableName": setup.TABLE}
        put = line.request("PutItem", {**table, "Item": item})
        get = line.request("GetItem", {**table, "Key": {name: item[name] for name in ("PK", "SK")}})
        line.send(put[:40])
        line.send(put[40:] + get + get[:-3])
        line.send(get[-3:])
        assert [line.answer() for _ in range(3)] == [(200, {}), (200, {"Item": item}), (200, {"Item": item})]
        wrong = line.request("GetItem", {**table, "Key": {}})
        line.send(wrong)
        assert line.answer()[0] == 400
        line.send(get.replace(b"Signature=", b"Signature=0"))
        assert line.answer()[0] in (400, 403)
        line.send(b"GET /_ministack/health HTTP/1.1\r\nHost: " + engine.endpoint[7:].encode() + b"\r\n\r\n")
        assert line.answer()[0] == 200
        line.send(get)  # by hypercorn now
        assert line.answer() == (200, {"Item": item})
        line.close()
    finally:
        engine.kill()
        engine.listener.close()


def test_what_is_kept_as_bytes_is_read_by_the_plain_engine_and_back(
    own_engine: OwnEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    dynamodb = own_engine.make_table()
    items = [
        {
            "PK": {"S": f"P{n % 3}"},
            "SK": {"S": f"{n:02}"},
            "GSI1PK": {"S": "G"},
            "GSI1SK": {"S": f"{99 - n}"},
            "note": {"S": 'Ünï "q" \\ \n \0'},
        }
        for n in range(20)
    ]
    for item in items:
        dynamodb.put_item(TableName=setup.TABLE, Item=item)
    asked = {
        "TableName": setup.TABLE,
        "IndexName": "GSI1",
        "KeyConditionExpression": "GSI1PK = :g",
        "ExpressionAttributeValues": {":g": {"S": "G"}},
    }
    right = sorted(items, key=lambda item: item["GSI1SK"]["S"])
    for plain in ("1", "0", "0"):
        assert own_engine.signal(15) == 0
        assert own_engine.snapshots
        monkeypatch.setenv("CLINNET_PLAIN_ENGINE", plain)
        own_engine.start_again()
        dynamodb = own_engine.client("dynamodb")
        found = dynamodb.scan(TableName=setup.TABLE, ConsistentRead=True)["Items"]
        assert sorted(found, key=lambda item: item["SK"]["S"]) == items
        assert [item["GSI1SK"] for item in dynamodb.query(**asked)["Items"]] == [item["GSI1SK"] for item in right]
        right[0]["changed"] = {"N": plain}
        dynamodb.put_item(TableName=setup.TABLE, Item=right[0])
