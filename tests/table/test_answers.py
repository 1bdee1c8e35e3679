"""What the table answers is read as botocore reads it, only sooner."""

import json
from base64 import b64encode
from typing import Any

import pytest
from botocore.parsers import create_parser
from botocore.session import get_session
from hypothesis import given
from hypothesis import strategies as st

from clinnet.table import Scope, answers, find_row, keys
from clinnet.table.connection import connection

MODEL = get_session().get_service_model("dynamodb")
names = st.text(min_size=1, max_size=8)
digits = st.integers().map(str)
binary = st.binary(max_size=9).map(lambda each: b64encode(each).decode())
plain = st.one_of(
    st.text().map(lambda each: {"S": each}),
    digits.map(lambda each: {"N": each}),
    binary.map(lambda each: {"B": each}),
    st.booleans().map(lambda each: {"BOOL": each}),
    st.just({"NULL": True}),
    st.lists(st.text(), min_size=1).map(lambda each: {"SS": each}),
    st.lists(digits, min_size=1).map(lambda each: {"NS": each}),
    st.lists(binary, min_size=1).map(lambda each: {"BS": each}),
)
values = st.recursive(
    plain,
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda each: {"L": each})
        | st.dictionaries(names, inner, max_size=3).map(lambda each: {"M": each})
    ),
    max_leaves=12,
)
items = st.dictionaries(names, values, max_size=5)


def read(parser: Any, operation: str, body: dict[str, Any], status: int = 200) -> Any:
    response = {"status_code": status, "headers": {"x-amzn-requestid": "1"}, "body": json.dumps(body).encode()}
    return parser.parse(response, MODEL.operation_model(operation).output_shape)


@given(item=items, more=items)
def test_every_value_is_as_botocore_reads_it(item: dict[str, Any], more: dict[str, Any]) -> None:
    quick = answers._Parsers().create_parser("json")
    bodies: dict[str, dict[str, Any]] = {
        "GetItem": {"Item": item},
        "Query": {"Items": [item, more], "Count": 2, "ScannedCount": 2, "LastEvaluatedKey": more},
        "BatchGetItem": {"Responses": {"clinic": [item]}, "UnprocessedKeys": {"clinic": {"Keys": [more]}}},
        "TransactWriteItems": {"ConsumedCapacity": [{"TableName": "clinic", "CapacityUnits": 2.0}]},
    }
    for operation, body in bodies.items():
        assert read(quick, operation, body) == read(create_parser("json"), operation, body)


def test_a_refusal_is_as_botocore_reads_it() -> None:
    body = {
        "__type": "com.amazonaws.dynamodb.v20120810#TransactionCanceledException",
        "message": "no",
        "CancellationReasons": [{"Code": "ConditionalCheckFailed", "Item": {"a": {"S": "b"}}}],
    }
    quick = answers._Parsers().create_parser("json")
    assert read(quick, "TransactWriteItems", body, 400) == read(create_parser("json"), "TransactWriteItems", body, 400)


def test_the_shared_connection_reads_quickly(scope: Scope, monkeypatch: pytest.MonkeyPatch) -> None:
    seen, real = [], answers._Parser._handle_json_body

    def handle(self: Any, body: bytes, shape: Any) -> Any:
        seen.append(body)
        return real(self, body, shape)

    monkeypatch.setattr(answers._Parser, "_handle_json_body", handle)
    assert find_row(scope, keys.clinic_settings(scope.clinic_id))
    assert seen


def test_a_call_says_nothing_of_attempts_and_little_of_itself(scope: Scope) -> None:
    sent: list[Any] = []
    events = connection().client.meta.events
    events.register("before-send", lambda request, **_: sent.append(request.headers), unique_id="sent")
    try:
        find_row(scope, keys.clinic_settings(scope.clinic_id))
    finally:
        events.unregister("before-send", unique_id="sent")
    (headers,) = sent
    assert headers["User-Agent"] == b"clinnet"
    assert not [name for name in headers if name.lower().startswith("amz-sdk")]
