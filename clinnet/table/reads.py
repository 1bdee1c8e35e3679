"""Reading: one item, several, a page of a range. Nothing here can change anything.

Reads are consistent unless they go through an index, which cannot be. Every item that comes back is compared with
the scope's clinic; one of another clinic is as if it did not exist, to the answer and to the meter that the asker sees.
"""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import wait as wait_for_all
from contextvars import copy_context
from dataclasses import dataclass
from functools import cache, cached_property, partial
from typing import Any, TypeVar

from django.conf import settings

from clinnet.table import cursors, meter, probes
from clinnet.table.connection import patiently, wait
from clinnet.table.errors import Denied, NotFound, Unavailable
from clinnet.table.items import Item
from clinnet.table.keys import Key, Range
from clinnet.table.scope import Scope
from clinnet.table.values import Raw, Row, row_from_raw, to_raw, weight

Entity = TypeVar("Entity", bound=Item)
T = TypeVar("T")
AT_ONCE = 1000  # rows of a whole range; the table ends an answer after 1 MB too


@dataclass(frozen=True, repr=False)
class Page:
    """Some items of a range. `next` is the cursor of the following page, empty on the last."""

    raws: list[Raw]
    next: str = ""

    @cached_property
    def rows(self) -> list[Row]:
        return [row_from_raw(raw) for raw in self.raws]

    def of(self, model: type[Entity]) -> list[Entity]:
        """The items as entities, for a range that holds `model` alone."""
        return [model.read(raw) for raw in self.raws]


def _inside(scope: Scope, raw: Raw) -> bool:
    """Whether the item belongs to the scope's clinic; one that does not, or that says no clinic, raises an alarm."""
    if Key(raw["PK"]["S"], "").is_shared:
        return True
    if scope.clinic is None or raw.get("clinicId", {}).get("S") == scope.clinic:
        return True
    probes.refused(scope)
    return False


def _get(scope: Scope, key: Key, *, consistent: bool) -> Raw | None:
    if not key.may_exist():
        return None
    answer = patiently("GetItem", TableName=settings.CLINNET_TABLE, Key=key.raw(), ConsistentRead=consistent)
    raw: Raw | None = answer.get("Item")
    raw = raw if raw and _inside(scope, raw) else None
    meter.current().read("GetItem", [weight(raw)] if raw else [], consistent=consistent)
    return raw


def get(scope: Scope, model: type[Entity], key: Key, *, consistent: bool = True) -> Entity:
    """The entity at `key`. Raises NotFound, for another clinic's too."""
    raw = _get(scope, key, consistent=consistent)
    if raw is None or not model.is_one(raw):
        raise NotFound
    return model.read(raw)


def find_row(scope: Scope, key: Key, *, consistent: bool = True) -> Row | None:
    raw = _get(scope, key, consistent=consistent)
    return row_from_raw(raw) if raw else None


def get_rows(scope: Scope, wanted: Iterable[Key], *, consistent: bool = True) -> dict[Key, Row]:
    """Several items by key; what does not exist is left out."""
    return {Key(row["PK"], row["SK"]): row for row in get_many(scope, wanted, consistent=consistent).rows}


def get_many(scope: Scope, wanted: Iterable[Key], *, consistent: bool = True) -> Page:
    """Several items, 100 a call, in no order; what does not exist is left out."""
    todo = [key.raw() for key in dict.fromkeys(wanted) if key.may_exist()]
    found: list[Raw] = []
    halves = 0  # answers that left something undone, without one that was whole between them
    while todo:
        answer = patiently(
            "BatchGetItem",
            RequestItems={settings.CLINNET_TABLE: {"Keys": todo[:100], "ConsistentRead": consistent}},
        )
        raws: list[Raw] = [raw for raw in answer["Responses"].get(settings.CLINNET_TABLE, []) if _inside(scope, raw)]
        meter.current().read("BatchGetItem", [weight(raw) for raw in raws], consistent=consistent, each=True)
        found += raws
        left = answer.get("UnprocessedKeys", {}).get(settings.CLINNET_TABLE, {}).get("Keys", [])
        todo = left + todo[100:]
        halves = halves + 1 if left else 0
        if left and not wait(halves - 1):
            raise Unavailable
    return Page(found)


def held(scope: Scope, wanted: Iterable[Key]) -> dict[Key, Row]:
    """What is at each key, whosever it is: for commands that write without conditions, and must not write over
    another's or over what is signed. Many are asked for side by side.

    Raises Denied for anybody else: what another clinic has is nobody's business.
    """
    if not scope.is_system:
        raise Denied
    places, everywhere = list(dict.fromkeys(wanted)), Scope(None, scope.actor)
    slices = [places[start : start + 100] for start in range(0, len(places), 100)]
    pages = side_by_side(*(partial(get_rows, everywhere, each) for each in slices))
    return {key: row for page in pages for key, row in page.items()}


def owners(scope: Scope, wanted: Iterable[Key]) -> dict[Key, str]:
    """The clinic of what is at each key. Raises Denied as `held` does."""
    return {key: str(row.get("clinicId", "")) for key, row in held(scope, wanted).items()}


def _condition(asked: Range) -> dict[str, Any]:
    pk, sk = (f"{asked.gsi}PK", f"{asked.gsi}SK") if asked.gsi else ("PK", "SK")
    names, values = {"#p": pk}, {":p": {"S": asked.pk}}
    text = "#p = :p"
    if asked.begins:
        text += " AND begins_with(#s, :b)"
        values[":b"] = {"S": asked.begins}
    elif asked.low or asked.high:
        text += " AND #s BETWEEN :l AND :h"
        values |= {":l": {"S": asked.low or "\x00"}, ":h": {"S": asked.high or "\U0010ffff"}}
    if "#s" in text:
        names["#s"] = sk
    index = {"IndexName": asked.gsi} if asked.gsi else {}
    return {
        "KeyConditionExpression": text,
        "ExpressionAttributeNames": names,
        "ExpressionAttributeValues": values,
        **index,
    }


def query(
    scope: Scope,
    asked: Range,
    *,
    limit: int,
    cursor: str = "",
    backward: bool = False,
    view: str = "",
    weigh: Callable[[Raw], int] = weight,
    fresh: bool = True,
) -> Page:
    """One page of a range, `limit` rows. `view` names the asking page where a cursor goes out or comes in.

    `weigh` is `weight` for those who may know it already. Without `fresh` it may be a second old, for half the units.
    """
    consistent = fresh and not asked.gsi
    start = cursors.unseal(scope, _bound(asked, view), cursor) if cursor else {}
    answer = patiently(
        "Query",
        TableName=settings.CLINNET_TABLE,
        Limit=limit + 1,  # one more than is shown says whether there is a next page
        ScanIndexForward=not backward,
        ConsistentRead=consistent,
        **_condition(asked),
        **({"ExclusiveStartKey": to_raw(start)["M"]} if start else {}),
    )
    raws: list[Raw] = [raw for raw in answer.get("Items", []) if _inside(scope, raw)]
    meter.current().read("Query", [sum(map(weigh, raws))], consistent=consistent)
    more = len(raws) > limit or "LastEvaluatedKey" in answer
    raws = raws[:limit]
    if not more or not raws:
        return Page(raws)
    return Page(raws, cursor_at(scope, asked, raws[-1], view=view))


def query_whole(scope: Scope, asked: Range) -> Page:
    """All of a range, for what a clinic has some hundreds of: one call, or as many as it takes."""
    page = query(scope, asked, limit=AT_ONCE)
    found = list(page.raws)
    while page.next:
        page = query(scope, asked, limit=AT_ONCE, cursor=page.next)
        found += page.raws
    return Page(found)


def cursor_at(scope: Scope, asked: Range, raw: Raw, *, view: str = "") -> str:
    """The cursor that goes on after this item, in either direction."""
    names = ["PK", "SK"] + ([f"{asked.gsi}PK", f"{asked.gsi}SK"] if asked.gsi else [])
    return cursors.seal(scope, _bound(asked, view), {name: raw[name]["S"] for name in names})


def _bound(asked: Range, view: str) -> str:
    return "|".join((view, *asked))


@cache
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(settings.WEB_THREADS * 2, thread_name_prefix="side-by-side")


def side_by_side(*questions: Callable[[], T]) -> list[T]:
    """Independent reads at the same time, the last one in this thread; together they count as many calls of the
    sequence as the longest.

    A question that asks several itself asks them one after another: were all threads in such a one, none would be left.
    """
    if meter.is_in_a_row():
        return [ask() for ask in questions]
    here = meter.current()
    here.side_by_side = True
    rows = [partial(copy_context().run, partial(meter.in_a_row, ask)) for ask in questions]
    try:
        asked = [_pool().submit(row) for row in rows[:-1]]
        try:
            own = [row() for row in rows[-1:]]
        finally:
            wait_for_all(asked)  # also where one fails: what a page costs then would hang on which was quicker
        answers = [*(each.result() for each in asked), *own]
        here.sequence += max([1, *(calls for _, calls in answers)])
        return [answer for answer, _ in answers]
    except RuntimeError as error:
        if "shutdown" not in str(error):
            raise
        raise Unavailable from None  # this process ends and takes no more work: the next one has it
    finally:
        here.side_by_side = False
