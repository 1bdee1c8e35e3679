"""The requests that are made with less work are those that botocore makes."""

from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials
from botocore.endpoint import Endpoint
from botocore.serialize import JSONSerializer
from botocore.session import Session
from hypothesis import given
from hypothesis import strategies as st

from clinnet.table import sending
from clinnet.table.connection import connection

MOMENT = datetime(2026, 3, 29, 1, 2, 3, tzinfo=UTC)
words = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=9)
headers = st.dictionaries(
    st.sampled_from(["X-Amz-Target", "Content-Type", "User-Agent", "x-b", "X-Amz-Date", "Connection"]),
    st.lists(words, min_size=1, max_size=3).map("  ".join),
)
addresses = st.sampled_from(
    [
        "https://dynamodb.eu-west-1.amazonaws.com/",
        "https://dynamodb.eu-west-1.amazonaws.com",
        "http://127.0.0.1:4566/",
        "https://example.org:443/",
        "https://example.org/a/b",
        "https://example.org/?b=2&a=1",
        "http://[::1]:8000/",
    ]
)


def signed(signer: type[SigV4Auth], secret: str, token: str | None, **request: Any) -> tuple[dict[str, Any], Any]:
    made = AWSRequest(**request)
    signer(Credentials("AKID", secret, token), "dynamodb", "eu-west-1").add_auth(made)
    return dict(made.headers.items()), made.context["timestamp"]


@given(
    secret=words, token=st.none() | words, method=st.sampled_from(["POST", "POST", "GET"]), url=addresses,
    headers=headers, data=st.binary(max_size=20),
)  # fmt: skip
def test_a_signature_is_the_one_that_botocore_makes(secret: str, token: str | None, **request: Any) -> None:
    with pytest.MonkeyPatch.context() as patch:
        for module in ("botocore.auth", "clinnet.table.sending"):
            patch.setattr(f"{module}.get_current_datetime", lambda: MOMENT)
        ours, theirs = (signed(each, secret, token, **request) for each in (sending.Signer, SigV4Auth))
    assert ours == theirs
    assert "Authorization" in ours[0]


def test_a_key_is_that_of_its_day(monkeypatch: pytest.MonkeyPatch) -> None:
    request = {"method": "POST", "url": "https://example.org/", "data": b"{}"}
    for moment in (MOMENT, MOMENT.replace(day=30), MOMENT):
        for module in ("botocore.auth", "clinnet.table.sending"):
            monkeypatch.setattr(f"{module}.get_current_datetime", lambda moment=moment: moment)
        ours, theirs = (signed(each, "s", None, **request) for each in (sending.Signer, SigV4Auth))
        assert ours == theirs


def test_a_header_that_stands_twice_is_signed_as_botocore_does(monkeypatch: pytest.MonkeyPatch) -> None:
    made = []
    for signer in (sending.Signer, SigV4Auth):
        request = AWSRequest(method="POST", url="https://example.org/", data=b"{}")
        for value in ("a", "b"):
            request.headers["x-b"] = value
        for module in ("botocore.auth", "clinnet.table.sending"):
            monkeypatch.setattr(f"{module}.get_current_datetime", lambda: MOMENT)
        signer(Credentials("AKID", "s"), "dynamodb", "eu-west-1").add_auth(request)
        made.append(request.headers["Authorization"])
    assert made[0] == made[1]


def test_the_table_is_asked_so() -> None:
    client = connection().client
    assert client._request_signer._choose_signer("Query", "standard", {"auth_type": "v4"}) == sending.SIGNED
    manager = client._endpoint.http_session._manager
    pool = manager.connection_from_url("https://example.org/")
    assert isinstance(pool, sending.POOLS["https"])
    assert pool is manager.connection_from_url("https://example.org/")
    assert pool is not manager.connection_from_url("https://example.com/")
    assert isinstance(client._serializer, sending._Serializer)
    assert client.meta.events.emit("needs-retry.dynamodb.Query") == []


@given(headers=headers, data=st.binary(min_size=1, max_size=20))
def test_a_request_is_prepared_as_botocore_does(headers: dict[str, str], data: bytes) -> None:
    ours, theirs = (
        prepare(AWSRequest(method="POST", url="https://example.org/", headers=headers, data=data))
        for prepare in (sending._prepared, partial(Endpoint.prepare_request, connection().client._endpoint))
    )
    assert list(ours.headers.items()) == list(theirs.headers.items())
    assert (ours.method, ours.url, ours.body) == (theirs.method, theirs.url, theirs.body)


@pytest.mark.parametrize("kind", [{}, {"use_fips_endpoint": True}, {"use_dualstack_endpoint": True}])
@pytest.mark.parametrize("region", ["eu-west-1", "us-east-1", "us-gov-west-1", "cn-north-1"])
def test_the_address_is_the_one_that_the_rules_say(region: str, kind: dict[str, Any]) -> None:
    session = Session()
    session.set_credentials("AKID", "s", account_id="123456789012")
    client = session.create_client("dynamodb", region, config=Config(**kind))
    asked: list[tuple[str, dict[str, Any]]] = [
        ("Query", {"TableName": "clinnet"}),
        ("GetItem", {"TableName": "clinnet"}),
        ("BatchGetItem", {"RequestItems": {"clinnet": {}}}),
        ("TransactWriteItems", {"TransactItems": [{"Put": {"TableName": "clinnet"}}]}),
    ]
    by_the_rules = [address(client, *each) for each in asked]
    sending.send_quickly(client)
    assert [address(client, *each) for each in asked] == by_the_rules


def address(client: Any, operation: str, arguments: dict[str, Any]) -> Any:
    """With how to sign there."""
    context: dict[str, Any] = {}
    model = client.meta.service_model.operation_model(operation)
    return client._resolve_endpoint_ruleset(model, arguments, context), context


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_request_leaves_as_a_whole(scheme: str) -> None:
    sent: list[bytes] = []

    class Socket:
        def settimeout(self, _: object) -> None: ...

        def sendall(self, data: bytes) -> None:
            sent.append(data)

        def close(self) -> None: ...

    made = sending.POOLS[scheme].ConnectionCls("example.org")
    made.sock = Socket()
    for body in (b'{"a":1}', b'{"b":2}'):
        made.request("POST", "/", body=body, headers={"x-b": "c"})
        (whole,) = sent
        assert whole.startswith(b"POST / HTTP/1.1\r\n")
        assert whole.endswith(b"\r\n\r\n" + body)
        sent.clear()
        made._HTTPConnection__state = "Idle"  # as after an answer


# --- What is in it -----------------------------------------------------------------------------------------------

plain = st.recursive(
    words.map(lambda text: {"S": text}) | st.sampled_from([{"BOOL": True}, {"NULL": True}, {"SS": ["ä", "b"]}]),
    lambda each: (
        st.lists(each, max_size=3).map(lambda some: {"L": some})
        | st.dictionaries(words, each, max_size=3).map(lambda some: {"M": some})
    ),
    max_leaves=6,
)
rows = st.dictionaries(words, plain | st.binary(max_size=5).map(lambda some: {"B": some}), max_size=4)


@given(row=rows, key=rows)
def test_a_request_holds_what_botocore_puts_into_it(row: dict[str, Any], key: dict[str, Any]) -> None:
    model = connection().client.meta.service_model
    steps = [
        {"Put": {"TableName": "t", "Item": row, "ConditionExpression": "attribute_not_exists(PK)"}},
        {"Update": {"TableName": "t", "Key": key, "ExpressionAttributeValues": row, "UpdateExpression": "SET #0 = :0"}},
    ]
    asked: dict[str, dict[str, Any]] = {
        "Query": {"TableName": "t", "Limit": 2, "ExpressionAttributeValues": row, "ExclusiveStartKey": key},
        "BatchGetItem": {"RequestItems": {"t": {"Keys": [key, row]}}},
        "BatchWriteItem": {"RequestItems": {"t": [{"PutRequest": {"Item": row}}]}},
        "TransactWriteItems": {"TransactItems": steps},
    }
    for operation, arguments in asked.items():
        ours, theirs = (
            each.serialize_to_request(arguments, model.operation_model(operation))
            for each in (connection().client._serializer, JSONSerializer())
        )
        assert ours == theirs
