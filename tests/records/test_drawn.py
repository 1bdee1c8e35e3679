"""Rows of entries that are put together without a template."""

from records.drawn import groups
from records.rows import EntryRow, Group, Mark

TYPED = '<script>"&'
ESCAPED = "&lt;script&gt;&quot;&amp;"


def row(id: str, *, text: str = "Review") -> EntryRow:
    return EntryRow(id, "22 Aug", "2026-08-22T09:41:00+01:00", text, text, text, text, (Mark(text, "warn"),), False)


def url_of(id: str) -> str:
    return f"/entries/{id}/?a=1&b=2"


def test_nothing_that_was_typed_is_html() -> None:
    (drawn,) = groups([Group("2026", [row(TYPED, text=TYPED)])], url_of)
    assert "<script>" not in drawn.before
    assert drawn.before.count(ESCAPED) == 6 + 2  # what a row says and its id, and twice the address with it


def test_the_entry_that_is_open_parts_the_rows_and_asks_for_nothing() -> None:
    (drawn,) = groups([Group("2026", [row("a"), row("b"), row("c")])], url_of, "b")
    assert drawn.is_open
    assert drawn.before.endswith('<div class="entry-inside">')
    assert ['id="e-a"' in drawn.before, 'id="e-b" open>' in drawn.before, 'id="e-c"' in drawn.after] == [True] * 3
    whole = f"{drawn.before}{drawn.after}"
    assert [whole.count(f"{part}li>") for part in ("<", "</")] == [3, 3]
    assert whole.count("hx-get") == 2


def test_rows_without_an_open_one_are_whole() -> None:
    (drawn,) = groups([Group("2026", [row("a"), row("b")])], url_of, "elsewhere")
    assert (drawn.is_open, drawn.after) == (False, "")
    assert drawn.before.endswith("</li>")
