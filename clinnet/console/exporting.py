"""A list as a file: what its question shows, complete to the last row, as CSV or as a line of JSON for each."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from clinnet import spreadsheets
from clinnet.console.reading import Asked, every_column
from clinnet.console.registry import Column, Entity
from clinnet.console.shows import Reader
from clinnet.table import Action, Event, Once, Scope, Topic, Transaction, query
from clinnet.table.errors import Refused

BEGIN = Action("list.export", "began to download a list", Topic.EXPORTS)
END = Action("list.exported", "downloaded a list", Topic.EXPORTS)
CSV, JSON = "csv", "json"
MANY = 500  # people whose rows leave without a reason
WHY = f"Why do you need the rows of more than {MANY} people? It stands in the trail."


def begin(scope: Scope, *, entity: Entity, asked: Asked, reason: str = "", once: Once | None = None) -> str:
    """The event of it, before the first row leaves. Of more than MANY rows it has a reason."""
    scope.require(entity.read)
    if not reason and _is_of_many(scope, entity, asked):
        raise Refused(WHY, field="reason")
    note = with_reason(f"{entity.many}: {asked.question.label}", reason)
    return Transaction(scope, once=once).commit(Event(BEGIN, "LIST", entity.name, note=note), result="begun")


def with_reason(what: str, reason: str) -> str:
    return f"{what}, because: {reason}" if reason else what


def _is_of_many(scope: Scope, entity: Entity, asked: Asked) -> bool:
    """What is read whole is the clinic's set-up; the rows of any other list are about people."""
    if entity.is_whole or not asked.is_complete:
        return False
    return bool(query(scope, asked.range(scope), limit=MANY, fresh=False).next)


def rows(entity: Entity, asked: Asked, reader: Reader, kind: str) -> Iterator[str]:
    """The file, piece by piece; its last piece comes once the trail says how many rows left.

    Where the table fails in between, the error breaks the download off: a short file must not look whole.
    """
    sent, ended = 0, "broken off after"
    columns = columns_of(entity)
    names = [each.name for each in columns]
    mark = spreadsheets.separator(reader.clinic.locale)
    try:
        if kind == CSV:
            yield spreadsheets.head([each.head for each in columns], mark)
        texts = [each.texts(reader) for each in columns]
        for values in every_column(entity, asked, reader, columns):
            if kind == CSV:
                told = [tell(each) for tell, each in zip(texts, values, strict=True)]
                yield spreadsheets.lines(zip(*told, strict=True), mark)
            else:
                yield "".join(_line(names, each) for each in zip(*values, strict=True))
            sent += len(values[0])
        ended = "complete:"
    finally:
        Transaction(reader.scope).commit(Event(END, "LIST", entity.name, note=f"{entity.many}, {ended} {sent} rows"))


def columns_of(entity: Entity) -> tuple[Column, ...]:
    """The list's own; of an entity that is read whole also what only the page of one shows."""
    shown = {each.name for each in entity.columns}
    return (
        (*entity.columns, *(each for each in entity.facts if each.name not in shown))
        if entity.is_whole
        else (entity.columns)
    )


def _line(names: Sequence[str], values: Sequence[Any]) -> str:
    return json.dumps(dict(zip(names, values, strict=True)), ensure_ascii=False, default=str) + "\n"
