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
    bars: tuple[int, ...] = ()  # of each line, of the longest 100; the figures beside them are their text

    @property
    def rows(self) -> list[tuple[str, list[tuple[str, bool]], int | None]]:
        """The word of each, its figures with whether a phone does without them, and its bar, which no total has."""
        extras, bars = [each.extra for each in self.heads[1:]], (None, *(self.bars or [None] * len(self.lines)))
        return [
            (each.word, list(zip(each.figures, extras, strict=True)), bar)
            for each, bar in zip((self.total, *self.lines), bars, strict=True)
        ]


def bars(amounts: Iterable[int]) -> tuple[int, ...]:
    """As long as they are large, whatever their sign; what is not nothing is seen."""
    found = [abs(each) for each in amounts]
    return tuple(max(int(bool(each)), 100 * each // max(*found, 1)) for each in found)


def as_csv(tables: Iterable[Table], locale: str, notes: Iterable[str] = ()) -> str:
    """All of them in one file, one after the other; `notes` are what has to be known of them."""
    mark = spreadsheets.separator(locale)
    return spreadsheets.BYTE_ORDER_MARK + spreadsheets.lines(_cells(tables, notes), mark)


def _cells(tables: Iterable[Table], notes: Iterable[str]) -> Iterator[tuple[str, ...]]:
    for note in notes:
        yield (note,)
    for table in tables:
        yield (table.name,)
        yield tuple(each.label for each in table.heads)
        for line in (table.total, *table.lines):
            yield (line.word, *map(spreadsheets.figure, line.figures))
        yield ()
