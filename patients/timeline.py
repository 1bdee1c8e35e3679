"""A patient's time line: rows of the record and of those folded into it, read as if they were of one.

`of` gives the range of one record by its id, as keys.contacts_of does; the ranges are asked side by side.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from clinnet.table import Page, Range, Row, Scope, query, side_by_side
from clinnet.table.reads import cursor_at
from clinnet.table.values import Raw
from patients.models import Patient

MOST_FOLDED = 5
DONE = "-"  # the cursor of a range that was read to its end
VIEW = "newest"

Of = Callable[[str], Range]


def all_ids(patient: Patient) -> list[str]:
    """The record's own id and those of the records folded into it."""
    return [patient.id, *(patient.absorbed or [])[:MOST_FOLDED]]


def ranges(patient: Patient, of: Of) -> list[Range]:
    return [of(id) for id in all_ids(patient)]


def questions(
    scope: Scope, patient: Patient, of: Of, *, limit: int, backward: bool = True, view: str = ""
) -> list[Callable[[], Page]]:
    """One for each record, to be asked side by side with what else a page asks."""
    return [partial(query, scope, each, limit=limit, backward=backward, view=view) for each in ranges(patient, of)]


def lines(scope: Scope, patient: Patient, of: Of, *, limit: int, backward: bool = True, kind: str = "") -> list[Row]:
    """The first rows in the order of the range, `backward` the last ones first; of items of one `kind` alone."""
    pages = side_by_side(*questions(scope, patient, of, limit=limit, backward=backward))
    rows = [row for page in pages for row in page.rows if not kind or row["type"] == kind]
    by = _order(of(patient.id))
    return sorted(rows, key=lambda row: str(row[by]), reverse=backward)[:limit]


def newest(scope: Scope, patient: Patient, of: Of, limit: int, cursor: str = "") -> tuple[list[Raw], str]:
    """A page, newest first, and the cursor of the next one: it holds one for each record."""
    found = newest_beside(scope, patient, of, limit, cursor)
    return found.raws, found.next


@dataclass(frozen=True, slots=True, repr=False)
class Beside:
    """A page, and the answers to the questions that were asked beside it."""

    raws: list[Raw]
    next: str
    answers: list[Any]


def newest_beside(
    scope: Scope, patient: Patient, of: Of, limit: int, cursor: str = "", *, more: Sequence[Callable[[], Any]] = ()
) -> Beside:
    """As `newest`, with what else the page asks."""
    asked = ranges(patient, of)
    starts = cursor.split("~") if cursor else []
    if len(starts) != len(asked):  # the first page, or a record was folded in meanwhile: from the top
        starts = [""] * len(asked)
    ask = partial(query, scope, limit=limit, backward=True, view=VIEW)
    open_ones = [number for number, start in enumerate(starts) if start != DONE]
    asks: list[Callable[[], Any]] = [partial(ask, asked[number], cursor=starts[number]) for number in open_ones]
    answers = side_by_side(*asks, *more)
    pages: dict[int, Page] = dict(zip(open_ones, answers[: len(asks)], strict=True))
    by = _order(asked[0])
    found = [(raw[by]["S"], number, raw) for number, page in pages.items() for raw in page.raws]
    shown = sorted(found, key=lambda each: each[:2], reverse=True)[:limit]
    follow = [DONE] * len(asked)
    for number, page in pages.items():
        last = [raw for _, at, raw in shown if at == number]
        if len(last) < len(page.raws):
            follow[number] = cursor_at(scope, asked[number], last[-1], view=VIEW) if last else starts[number]
        else:
            follow[number] = page.next or DONE
    is_more = any(each != DONE for each in follow)
    return Beside([raw for _, _, raw in shown], "~".join(follow) if is_more else "", answers[len(asks) :])


def _order(asked: Range) -> str:
    """The attribute by which a range is in order."""
    return f"{asked.gsi}SK"
