"""The readable part of a section: plain text in paragraphs, lists and tables, nothing else of its markup. Pure.

CDA Narrative Block. Links, pictures, styles and scripts are left out; text that was revised away is struck.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from xml.etree.ElementTree import Element

from records.cda.parts import seen

MOST = 400  # paragraphs, lists and rows of tables of one section
LONGEST = 20_000  # characters of a paragraph or a cell
BLOCKS = {"paragraph", "list", "table"}
NEW_LINE = {"br", "paragraph", "item", "tr", "caption", "list", "table"}


@dataclass(frozen=True, slots=True, repr=False)
class Cell:
    text: str
    head: bool = False
    columns: int = 1
    rows: int = 1


@dataclass(frozen=True, slots=True, repr=False)
class Block:
    """A paragraph (`text`), a list (`items`) or a table (`rows`); `text` of the latter two is the caption."""

    kind: str
    text: str = ""
    items: list[str] = field(default_factory=list)
    rows: list[list[Cell]] = field(default_factory=list)


@dataclass(frozen=True, slots=True, repr=False)
class Narrative:
    """`cut`: more stands in the file. `size` is that of what stands here, in characters."""

    blocks: list[Block]
    cut: bool = False
    size: int = 0


def narrative(text: Element | None, most: int) -> Narrative:
    """As much of it as has `most` characters, in at most MOST lines."""
    made: list[Block] = []
    lines = size = 0
    for block in _blocks(text) if text is not None else ():
        made.append(block)
        lines += max(1, len(block.rows), len(block.items))
        size += _size(block)
        if lines > MOST or size > most:
            return Narrative([*made[:-1], *_rest(block, MOST - (lines - len(block.rows)))], cut=True, size=size)
    return Narrative(made, size=size)


def _size(block: Block) -> int:
    return len(block.text) + sum(map(len, block.items)) + sum(len(cell.text) for row in block.rows for cell in row)


def _rest(block: Block, lines: int) -> list[Block]:
    """Of a long table its first rows; of anything else nothing."""
    return [Block("table", block.text, rows=block.rows[:lines])] if block.rows and lines > 0 else []


def _blocks(element: Element) -> Iterator[Block]:
    """Loose text between blocks is a paragraph of its own."""
    loose = [element.text or ""]
    for each in element:
        if each.tag in BLOCKS:
            yield from _paragraph("".join(loose))
            loose = [each.tail or ""]
            yield from _block(each)
        else:
            loose += [*_text(each), each.tail or ""]
    yield from _paragraph("".join(loose))


def _block(element: Element) -> Iterator[Block]:
    caption = _whole(element.find("caption"))
    if element.tag == "list":
        said = (_whole(each) for each in islice(element.iterfind("item"), MOST + 1))
        yield Block("list", caption, list(filter(None, said)))
    elif element.tag == "table":
        rows = (
            [_cell(each) for each in row if each.tag in ("td", "th")] for row in islice(element.iter("tr"), MOST + 1)
        )
        yield Block("table", caption, rows=[row for row in rows if row])
    else:
        yield from _paragraph(_whole(element))


def _paragraph(text: str) -> Iterator[Block]:
    if said := _lines(text):
        yield Block("paragraph", said)


def _cell(element: Element) -> Cell:
    return Cell(_whole(element), element.tag == "th", _span(element, "colspan"), _span(element, "rowspan"))


def _span(element: Element, name: str) -> int:
    said = element.get(name) or ""
    return min(max(int(said), 1), 50) if said.isascii() and said.isdecimal() and len(said) < 4 else 1


def _whole(element: Element | None) -> str:
    return _lines("".join(_text(element))) if element is not None else ""


def _text(element: Element) -> Iterator[str]:
    """What is revised away says so in brackets."""
    if element.tag in NEW_LINE:
        yield "\n"
    gone = element.get("revised") == "delete"
    yield "^" if element.tag == "sup" else ""
    yield "[taken out: " if gone else ""
    yield element.text or ""
    for each in element:
        yield from _text(each)
        yield each.tail or ""
        if each.tag in ("td", "th"):
            yield " "
    yield "]" if gone else ""


def _lines(text: str) -> str:
    """Each line's spaces are one; lines that say nothing are left out."""
    lines = (" ".join(seen(line).split()) for line in text.split("\n"))
    said = "\n".join(filter(None, lines))
    return said if len(said) <= LONGEST else f"{said[:LONGEST].rstrip()} … (cut)"
