"""A query through sorted keys answers, byte for byte, what the engine answers without them."""

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ministack.services import dynamodb

from clinnet.local import ranges, setup, template
from clinnet.local.ranges import Ranges

Request = dict[str, Any]
NAME = setup.TABLE
INDEXES = ("", "GSI1", "GSI2")

# Few letters, so that values meet: upper case, accents and a letter outside the basic plane among them.
words = st.text(alphabet="abBé李😀#1", min_size=1, max_size=4)
partitions = st.sampled_from(["P1", "P2"])


@st.composite
def items(draw: st.DrawFn) -> Request:
    item = {"PK": draw(partitions), "SK": draw(words), "note": draw(words)}
    for index in ("GSI1", "GSI2"):
        if draw(st.booleans()):
            item |= {f"{index}PK": draw(partitions), f"{index}SK": draw(words)}
    return {name: {"S": value} for name, value in item.items()}


@st.composite
def queries(draw: st.DrawFn) -> Request:
    index = draw(st.sampled_from(INDEXES))
    low, high = sorted((draw(words), draw(words)))
    sort = draw(
        st.sampled_from(
            [
                "",
                "#s = :a",
                "#s < :a",
                "#s <= :a",
                "#s > :a",
                "#s >= :a",
                "#s BETWEEN :a AND :b",
                "begins_with (#s, :a)",
            ]
        )
    )
    first, second = "#p = :p", f" AND {sort}" if sort else ""
    shapes = [first + second, f"({first}){f' AND ({sort})' if sort else ''}", f"({first}{second})"]
    if sort and "BETWEEN" not in sort:
        shapes.append(f"{sort} AND {first}")
    values = {":p": draw(partitions), **({":a": low} if sort else {}), **({":b": high} if ":b" in sort else {})}
    asked: Request = {
        "TableName": NAME,
        "KeyConditionExpression": draw(st.sampled_from(shapes)),
        "ExpressionAttributeNames": {"#p": f"{index}PK", **({"#s": f"{index}SK"} if sort else {})},
        "ExpressionAttributeValues": {name: {"S": value} for name, value in values.items()},
        "ScanIndexForward": draw(st.booleans()),
        "ReturnConsumedCapacity": "INDEXES",
    }
    if index:
        asked["IndexName"] = index
    if draw(st.booleans()):
        asked["Limit"] = draw(st.integers(1, 4))
    if draw(st.booleans()) and draw(st.booleans()):
        asked["FilterExpression"] = "note > :f"
        asked["ExpressionAttributeValues"][":f"] = {"S": draw(words)}
    return asked


@pytest.fixture
def sorted_keys(monkeypatch: pytest.MonkeyPatch) -> Iterator[Ranges]:
    """The engine's module in this process, with every collection worth it."""
    for name in ("_set_item", "_remove_item", "_query"):
        monkeypatch.setattr(dynamodb, name, getattr(dynamodb, name))
    monkeypatch.setattr(ranges, "WORTH_IT", 1)
    yield Ranges()
    dynamodb._tables.clear()


def fresh_table() -> None:
    dynamodb._tables.clear()
    asked = template.properties(template.load(), "Table", setup.parameters([]))
    assert dynamodb._create_table({key: asked[key] for key in setup.DIRECT})[0] == 200


def pages(query: Any, request: Request) -> list[Any]:
    """All pages by their cursors."""
    found: list[Any] = []
    asked = dict(request)
    while len(found) < 100:
        status, _, body = query(dict(asked))
        found.append((status, body))
        answer = dynamodb.json.loads(body)
        if "LastEvaluatedKey" not in answer:
            break
        asked["ExclusiveStartKey"] = answer["LastEvaluatedKey"]
    return found


def check(sorted_keys: Ranges, request: Request) -> None:
    """The same pages, and by the sorted keys wherever the collection is not empty."""
    assert pages(sorted_keys.query, request) == pages(sorted_keys._query, request)
    table, index = dynamodb._tables[NAME], request.get("IndexName", "")
    collections = dynamodb._index_members(table)[index] if index else table["items"]
    if collections.get(request["ExpressionAttributeValues"][":p"]["S"]):
        assert sorted_keys._shown(table, request) is not None


@settings(
    max_examples=120,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    before=st.lists(items(), min_size=10, max_size=40),
    asked=st.lists(queries(), min_size=1, max_size=4),
    data=st.data(),
)
def test_every_page_is_the_engines_own(
    sorted_keys: Ranges, before: list[Request], asked: list[Request], data: st.DataObject
) -> None:
    fresh_table()
    for item in before:
        dynamodb._put_item({"TableName": NAME, "Item": item})
    for request in asked:
        check(sorted_keys, request)
        # The sorted keys exist by now: writes must keep them right.
        for changed in data.draw(st.lists(items(), max_size=3)):
            dynamodb._put_item({"TableName": NAME, "Item": changed})
        for gone in data.draw(st.lists(st.sampled_from(before), max_size=3)):
            dynamodb._delete_item({"TableName": NAME, "Key": {name: gone[name] for name in ("PK", "SK")}})
        check(sorted_keys, request)


@pytest.mark.parametrize("index", INDEXES)
@pytest.mark.parametrize("sort", ["", "S < :a", "S BETWEEN :a AND :b", "begins_with(S, :a)"])
def test_the_engine_is_shown_one_page_of_a_large_collection(
    sorted_keys: Ranges, monkeypatch: pytest.MonkeyPatch, index: str, sort: str
) -> None:
    fresh_table()
    for number in range(500):
        item = {name: {"S": "P"} for name in ("PK", "GSI1PK", "GSI2PK")}
        item |= {name: {"S": f"{number:04}"} for name in ("SK", "GSI1SK", "GSI2SK")}
        dynamodb._put_item({"TableName": NAME, "Item": item})
    seen: list[int] = []
    evaluated = dynamodb._evaluate_condition

    def evaluate(*arguments: Any, **named: Any) -> Any:
        seen.append(1)
        return evaluated(*arguments, **named)

    monkeypatch.setattr(dynamodb, "_evaluate_condition", evaluate)
    condition = f"{index}PK = :p" + (f" AND {sort.replace('S', f'{index}SK', 1)}" if sort else "")
    values = {":p": "P", ":a": "02", ":b": "03"}
    request = {
        "TableName": NAME,
        **({"IndexName": index} if index else {}),
        "KeyConditionExpression": condition,
        "ExpressionAttributeValues": {name: {"S": values[name]} for name in values if name in condition},
        "Limit": 10,
    }
    status, _, body = sorted_keys.query(request)
    assert status == 200
    assert dynamodb.json.loads(body)["Count"] == 10
    assert len(seen) <= 11


@pytest.mark.parametrize(
    "wrong",
    [
        {"KeyConditionExpression": "SK = :p"},
        {"KeyConditionExpression": "PK = :p AND note = :p"},
        {"KeyConditionExpression": "PK = :p OR SK = :p"},
        {"KeyConditionExpression": "PK = :missing"},
        {"KeyConditionExpression": ""},
        {"ExpressionAttributeValues": {":p": {"N": "1"}}},
        {"ExpressionAttributeValues": {":p": {"S": ""}}},
        {"Limit": 0},
        {"Limit": -1},
        {"IndexName": "GSI9"},
        {"ExclusiveStartKey": {"PK": {"S": "P"}}},
        {"ExclusiveStartKey": {"PK": {"N": "1"}, "SK": {"S": "1"}}},
        {"TableName": "other"},
    ],
)
def test_a_wrong_request_is_refused_in_the_engines_words(sorted_keys: Ranges, wrong: Request) -> None:
    fresh_table()
    for number in range(3):
        item = {"PK": {"S": "P"}, "SK": {"S": str(number)}}
        dynamodb._put_item({"TableName": NAME, "Item": item})
    request = {"TableName": NAME, "KeyConditionExpression": "PK = :p", "ExpressionAttributeValues": {":p": {"S": "P"}}}
    request |= wrong
    assert sorted_keys.query(dict(request)) == sorted_keys._query(dict(request))
