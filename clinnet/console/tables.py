"""Tables of reports: the total first, the same for the page (console/report_table.html) and for its file."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from clinnet import spreadsheets


@dataclass(frozen=True, slots=True)
class Head:
    label: str
    extra: bool = False  # a phone does without


@dataclass(frozen=True, slots=True)
class Line:
    """`word`, and a figure in words for each further head."""

    word: str
    figures: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    name: str
    heads: tuple[Head, ...]
    total: Line
    lines: list[Line]

    @property
    def rows(self) -> list[tuple[str, list[tuple[str, bool]]]]:
        """The word of each, and its figures with whether a phone does without them."""
        extras = [each.extra for each in self.heads[1:]]
        return [(each.word, list(zip(each.figures, extras, strict=True))) for each in (self.total, *self.lines)]


def as_csv(tables: Iterable[Table], locale: str) -> str:
    """All of them in one file, one after the other."""
    mark = spreadsheets.separator(locale)
    return spreadsheets.BYTE_ORDER_MARK + spreadsheets.lines(_cells(tables), mark)


def _cells(tables: Iterable[Table]) -> Iterator[tuple[str, ...]]:
    for table in tables:
        yield (table.name,)
        yield tuple(each.label for each in table.heads)
        for line in (table.total, *table.lines):
            yield (line.word, *map(spreadsheets.figure, line.figures))
        yield ()
