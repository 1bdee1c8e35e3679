"""Reading what a list shows: a question's page, or all of an entity, sorted, searched and narrowed in memory."""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass, replace
from functools import partial
from typing import Any
from urllib.parse import urlencode

from clinnet.console.registry import Column, Entity, Question
from clinnet.console.shows import Reader
from clinnet.table import Item, Range, Row, Scope, get, query, query_whole
from clinnet.table.errors import NotFound
from clinnet.table.kept import remember
from clinnet.table.reads import Page, cursor_at
from clinnet.table.values import Raw, from_raw

PAGE = 50
DIGITS = re.compile(r"[0-9]+")


@dataclass(frozen=True, slots=True, repr=False)
class Asked:
    """What a list was asked, as its address has it: the question, its values, and how a small one is narrowed."""

    question: Question
    values: Mapping[str, str]
    text: str = ""
    sort: str = ""
    filters: Mapping[str, str] | None = None
    after: str = ""
    before: str = ""
    start: int = 0

    @classmethod
    def of(cls, entity: Entity, given: Mapping[str, str], reader: Reader) -> "Asked":
        question = next((each for each in entity.questions if each.slug == given.get("ask")), entity.questions[0])
        values = {
            name: each.read(given.get(name, ""), reader.scope, reader.clinic) for name, each in question.values.items()
        }
        if not entity.is_whole:
            return cls(question, values, after=given.get("after", ""), before=given.get("before", ""))
        chosen = {name: given.get(name, "") for name in entity.filters}
        start = given.get("from", "")
        return cls(
            question,
            values,
            given.get("q", "").strip()[:100],
            given.get("sort", ""),
            {name: value for name, value in chosen.items() if value},
            start=int(start) if start.isdecimal() else 0,
        )

    @property
    def is_complete(self) -> bool:
        """Whether each value was found; a list of nothing has none to choose."""
        return all(self.values.values())

    def range(self, scope: Scope) -> Range:
        return self.question.range(clinic=scope.clinic_id, **self.values)

    @property
    def here(self) -> str:
        """The query of the address of this very page; empty of all of an entity, as its list shows them by itself."""
        found = self.address(after=self.after, before=self.before, **{"from": str(self.start or "")})
        return "" if found == {"ask": "all"} else urlencode(found)

    def address(self, **changes: str) -> dict[str, str]:
        """The query of the address that asks this, with `changes`; what is empty is left out."""
        found = {"ask": self.question.slug, **self.values, "q": self.text, "sort": self.sort, **(self.filters or {})}
        return {name: value for name, value in (found | changes).items() if value}


@dataclass(frozen=True, slots=True, repr=False)
class Found:
    """`things` are items of an entity that is read whole, else rows. `total` is known of the former alone."""

    things: Sequence[Any]
    total: int | None = None
    every: int = 0
    previous: str = ""
    next: str = ""


def find(entity: Entity, asked: Asked, reader: Reader) -> Found:
    if not asked.is_complete:
        return Found([])
    if entity.is_whole:
        return _narrowed(entity, asked, reader)
    wanted, scope = asked.range(reader.scope), reader.scope
    backward = asked.question.newest_first != bool(asked.before)
    page = query(scope, wanted, limit=PAGE, cursor=asked.after or asked.before, backward=backward, view=_view(entity))
    raws = page.raws[::-1] if asked.before else page.raws
    ends = [cursor_at(scope, wanted, raw, view=_view(entity)) for raw in (raws[:1] + raws[-1:])]
    has_previous = bool(asked.after) or bool(asked.before and page.next)
    has_next = bool(asked.before) or bool(page.next)
    return Found(
        Page(raws).rows, previous=ends[0] if ends and has_previous else "", next=ends[-1] if ends and has_next else ""
    )


def _view(entity: Entity) -> str:
    return f"console {entity.name}"


def every(entity: Entity, asked: Asked, reader: Reader) -> Iterator[Sequence[Any]]:
    """All that a question shows, a page at a time, to its end."""
    if entity.is_whole:
        yield _chosen(entity, asked, reader)
        return
    for page in _pages(entity, asked, reader):
        yield page.rows


def every_column(
    entity: Entity, asked: Asked, reader: Reader, columns: Sequence[Column]
) -> Iterator[Sequence[Sequence[Any]]]:
    """The same for a file: of each page the values of each column, and of a row nothing else is read."""
    if entity.is_whole:
        found = _chosen(entity, asked, reader)
        yield [[each.of(item) for item in found] for each in columns]
        return
    for page in _pages(entity, asked, reader):
        yield [_values(entity, each.name, page.raws) for each in columns]


def _pages(entity: Entity, asked: Asked, reader: Reader) -> Iterator[Page]:
    """The next is read while one is used."""
    if not asked.is_complete:
        return
    wanted, backward = asked.range(reader.scope), asked.question.newest_first
    ask = partial(query, reader.scope, wanted, limit=500, backward=backward, view=_view(entity))
    page = ask()
    with ThreadPoolExecutor(1) as ahead:
        while page.next:
            following = ahead.submit(copy_context().run, partial(ask, cursor=page.next))
            yield page
            page = following.result()
    yield page


def beside(entity: Entity, asked: Asked, address: str, reader: Reader, step: int) -> tuple[str, Asked] | None:
    """The one before (-1) or after (1) it in the list that led to it, and what that list is asked where that one
    stands. A page of the list is read, or two."""
    found = find(entity, asked, reader)
    here = [entity.address(each) for each in found.things]
    if address not in here:
        return None
    there = here.index(address) + step
    if 0 <= there < len(here):
        return here[there], asked
    cursor = found.next if step > 0 else found.previous
    if not cursor:
        return None
    if entity.is_whole:
        turned = replace(asked, start=int(cursor))
    else:
        turned = replace(asked, after=cursor if step > 0 else "", before=cursor if step < 0 else "")
    others = find(entity, turned, reader).things
    return (entity.address(others[0 if step > 0 else -1]), turned) if others else None


# --- What is read whole -----------------------------------------------------------------------------------------------


def whole(entity: Entity, scope: Scope) -> list[Item]:
    def ask() -> list[Item]:
        return query_whole(scope, entity.questions[0].range(clinic=scope.clinic_id)).of(entity.model)

    return remember(("console", scope.clinic_id, entity.name), ask)


def matching(entity: Entity, asked: Asked, reader: Reader) -> list[Item]:
    return [each for each in whole(entity, reader.scope) if _matches(entity, each, asked, reader)]


def _chosen(entity: Entity, asked: Asked, reader: Reader) -> list[Item]:
    """Those that match, in the order asked for: by the first column where none is."""
    heads = {each.name: each for each in entity.columns}
    name = asked.sort.removeprefix("-")
    column = heads.get(name, entity.columns[0])
    return sorted(
        matching(entity, asked, reader),
        key=lambda each: _order(column.of(each), column.text(each, reader)),
        reverse=asked.sort.startswith("-"),
    )


def _order(value: Any, text: str) -> tuple[int, float, str]:
    """Numbers by size, all else as people count and read: "Room 2" before "Room 10", accents and capitals aside."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return (0, float(value), "")
    return (1, 0.0, DIGITS.sub(lambda found: found[0].zfill(12), folded(text)))


def _matches(entity: Entity, item: Item, asked: Asked, reader: Reader) -> bool:
    narrowed = all(facet(entity, name, item, reader) == value for name, value in (asked.filters or {}).items())
    wanted = folded(asked.text)
    return narrowed and (
        not wanted or any(wanted in folded(entity.told(name, getattr(item, name), reader)) for name in entity.search)
    )


def facet(entity: Entity, name: str, item: Item, reader: Reader) -> str:
    """By which value of a filter an item is found: the word that is shown."""
    return entity.told(name, getattr(item, name), reader) or "None"


def folded(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text)
    return "".join(each for each in plain if not unicodedata.combining(each)).casefold()


def _narrowed(entity: Entity, asked: Asked, reader: Reader) -> Found:
    found = _chosen(entity, asked, reader)
    page = found[asked.start : asked.start + PAGE]
    last = asked.start + PAGE
    return Found(
        page,
        total=len(found),
        every=len(whole(entity, reader.scope)),
        previous=str(max(0, asked.start - PAGE)) if asked.start else "",
        next=str(last) if last < len(found) else "",
    )


# --- One of them ------------------------------------------------------------------------------------------------------


def one(entity: Entity, scope: Scope, address: str) -> Item:
    """Raises NotFound, for another clinic's too."""
    key = entity.key(scope, address)
    if key is None:
        raise NotFound
    return get(scope, entity.model, key)


def source(entity: Entity, thing: Item | Row) -> Any:
    """What the columns of a list are read from."""
    if not isinstance(thing, Mapping):
        return thing
    line = thing.get("line")
    return entity.line.unpack(line) if entity.line else {"id": thing["id"], **(line or {})}


def _values(entity: Entity, name: str, raws: Sequence[Raw]) -> list[Any]:
    """What `source` has under a name, of each row, without making a source of it."""
    if name == "id" and not entity.line:
        return [raw["id"]["S"] for raw in raws]
    stored, missing = entity.line.stored(name) if entity.line else (name, None)
    found = [raw["line"]["M"].get(stored) if "line" in raw else None for raw in raws]
    return [missing if each is None else each["S"] if "S" in each else from_raw(each) for each in found]
