"""What the pages of the console show, as dataclasses."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from urllib.parse import quote

from django.utils.http import urlencode

from clinnet.conflicts import apart
from clinnet.console.asked import Value
from clinnet.console.reading import Asked, Found, facet, source, whole
from clinnet.console.registry import Column, Entity, entities, words_of
from clinnet.console.shows import Reader, moment
from clinnet.table import Item, Row

RELATED = 10


@dataclass(frozen=True, slots=True, repr=False)
class Cell:
    text: str
    number: bool
    extra: bool


@dataclass(frozen=True, slots=True, repr=False)
class Line:
    """A row of a list, and where its first cell leads; `change_url` is empty where it cannot be changed from there."""

    url: str
    cells: list[Cell]
    address: str
    change_url: str = ""


@dataclass(frozen=True, slots=True, repr=False)
class Head:
    """Of a column. `url` sorts by it; `sorted` is "ascending", "descending" or empty, as aria-sort has it."""

    label: str
    number: bool
    extra: bool
    url: str = ""
    sorted: str = ""


@dataclass(frozen=True, slots=True)
class Chip:
    """Something that a list can be asked, or narrowed by."""

    label: str
    url: str
    here: bool
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Narrowing:
    label: str
    chips: list[Chip]


@dataclass(frozen=True, slots=True, repr=False)
class Chosen:
    """A value of the question: a field of the list's form."""

    name: str
    label: str
    kind: str
    value: str
    choices: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True, repr=False)
class Listing:
    entity: Entity
    asked: Asked
    heads: list[Head]
    lines: list[Line]
    questions: list[Chip]
    values: list[Chosen]
    narrowings: list[Narrowing]
    count: str
    order: str
    empty: str
    search: str  # what its search looks at
    previous_url: str
    next_url: str
    query: str  # of the address that asks the same: for the export


def listing(entity: Entity, asked: Asked, found: Found, reader: Reader) -> Listing:
    here = asked.here
    lines = [_line(entity, thing, reader, here) for thing in found.things]
    back, on = ("from", "from") if entity.is_whole else ("before", "after")
    return Listing(
        entity,
        asked,
        [_head(entity, each, asked) for each in entity.columns],
        lines,
        _questions(entity, asked),
        [_chosen(name, each, asked, reader) for name, each in asked.question.values.items()],
        [narrowing for name in entity.filters if (narrowing := _narrowing(entity, name, asked, reader)).chips],
        _count(found),
        _order(entity, asked) if found.things else "",
        _empty(entity, asked),
        _search(entity),
        _url(asked, **{back: found.previous}) if found.previous else "",
        _url(asked, **{on: found.next}) if found.next else "",
        urlencode(asked.address()),
    )


def _url(asked: Asked, **changes: str) -> str:
    return "?" + urlencode(asked.address(**changes))


def _line(entity: Entity, thing: Item | Row, reader: Reader, asked: str = "") -> Line:
    """`asked` is what its list was asked, to come back to it."""
    read = source(entity, thing)
    cells = [Cell(each.text(read, reader), each.number, each.extra) for each in entity.columns]
    address = entity.address(thing)
    url = entity.url("item", reader.scope, address)
    if asked:
        url += f"?list={quote(asked, safe='')}"
    change_url = ""
    if entity.change and isinstance(thing, Item) and reader.scope.may(entity.write or entity.read):
        change_url = entity.change.to(reader.scope, thing, back=f"{entity.name}?{asked}" if asked else entity.name)
    return Line(url, cells, address, change_url)


def _head(entity: Entity, column: Column, asked: Asked) -> Head:
    if not entity.is_whole:
        return Head(column.head, column.number, column.extra)
    name, down = asked.sort.removeprefix("-") or entity.columns[0].name, asked.sort.startswith("-")
    here = name == column.name
    direction = ("descending" if down else "ascending") if here else ""
    return Head(
        column.head,
        column.number,
        column.extra,
        _url(asked, sort=f"-{column.name}" if here and not down else column.name),
        direction,
    )


def _questions(entity: Entity, asked: Asked) -> list[Chip]:
    if len(entity.questions) == 1:
        return []
    return [Chip(each.label, "?" + urlencode({"ask": each.slug}), each is asked.question) for each in entity.questions]


def _chosen(name: str, value: Value, asked: Asked, reader: Reader) -> Chosen:
    return Chosen(name, value.label, value.kind, asked.values[name], value.choices(reader.scope))


def _narrowing(entity: Entity, name: str, asked: Asked, reader: Reader) -> Narrowing:
    """The values that there are, with how many of each; none where all have the same."""
    counts = Counter(facet(entity, name, each, reader) for each in whole(entity, reader.scope))
    on = (asked.filters or {}).get(name, "")
    chips = [
        Chip(value, _url(asked, **{name: "" if value == on else value}), value == on, count)
        for value, count in sorted(counts.items())
    ]
    return Narrowing(entity.label(name), chips if len(chips) > 1 or on else [])


def _count(found: Found) -> str:
    if found.total is not None:
        return str(found.every) if found.total == found.every else f"{found.total} of {found.every}"
    return f"{len(found.things)} shown, more follow" if found.next else f"{len(found.things)} shown"


def _order(entity: Entity, asked: Asked) -> str:
    if entity.is_whole:
        return "All of them are here: any column sorts, counts are exact."
    if not asked.is_complete:
        return ""
    first = "Newest first. " if asked.question.newest_first else ""
    return f"{first}This list has no other order; an export can be sorted anywhere."


def _empty(entity: Entity, asked: Asked) -> str:
    if asked.text or asked.filters:
        return f"None of the {entity.many.lower()} is like that."
    return f"No {entity.many.lower()} here."


def _search(entity: Entity) -> str:
    """ "Name, username or title" """
    *most, last = [words_of(entity.label(name)) for name in entity.search] or [""]
    listed = ", ".join((most[0], *(each.lower() for each in most[1:]))) if most else ""
    return f"{listed} or {last.lower()}" if listed else last


# --- One of them ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, repr=False)
class Fact:
    label: str
    text: str


@dataclass(frozen=True, slots=True, repr=False)
class RelatedPart:
    label: str
    lines: list[Line]
    more: bool


def facts(entity: Entity, item: Item, reader: Reader) -> list[Fact]:
    """What is known of it, by the entity's own list, else every attribute that is its own; the empty ones left out."""
    told = apart({each.name: getattr(item, each.name) for each in entity.shown}, {})
    texts = {path: entity.told(path, value, reader) for path, value in told.items()}
    label = partial(entity.head, reader) if entity.head else entity.label
    return [Fact(label(path), text) for path, text in texts.items() if text]


def about(item: Item, reader: Reader) -> list[Fact]:
    """What every item has: when it was made and changed."""
    made, changed = moment(item.created_at, reader), moment(item.updated_at, reader)
    found = {"Made": made, "Changed": changed if changed != made else "", "Id": item.id}
    return [Fact(label, text) for label, text in found.items() if text]


def related(entity: Entity, item: Item, reader: Reader) -> list[RelatedPart]:
    found = []
    for each in entity.related:
        other, things = entities()[each.entity], each.ask(reader.scope, item)
        lines = [_line(other, thing, reader) for thing in things[:RELATED]]
        found.append(RelatedPart(each.label, lines, len(things) > RELATED))
    return found
