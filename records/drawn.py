"""Rows of entries as HTML. Put together here, not by a template: a chart has thirty, and they were two thirds of what
Django's templates did for its page. Whatever anybody typed goes through `escape`.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from html import escape

from django.utils.safestring import SafeString, mark_safe

from clinnet.templatetags.clinnet import icon
from records.rows import EntryRow, Group, Mark


@dataclass(frozen=True, slots=True, repr=False)
class Drawn:
    """Rows under a head. Where one stands open, `before` ends inside of it, and `after` closes it and goes on."""

    head: str
    before: SafeString
    is_open: bool
    after: SafeString


def groups(found: Iterable[Group], url_of: Callable[[str], str], open_id: str = "") -> Iterator[Drawn]:
    """`url_of` gives the address of an entry by its id."""
    for group in found:
        at = next((number for number, row in enumerate(group.rows) if row.id == open_id), None)
        cut = len(group.rows) if at is None else at
        before = "".join(_closed(row, url_of(row.id)) for row in group.rows[:cut])
        after = ""
        if at is not None:
            before += _open(group.rows[at])
            rest = (_closed(row, url_of(row.id)) for row in group.rows[at + 1 :])
            after = f"{_END}{''.join(rest)}"
        # What was typed is escaped, the rest is ours.
        yield Drawn(group.head, mark_safe(before), at is not None, mark_safe(after))  # noqa: S308


_END = "</div></details></li>"


def _closed(row: EntryRow, url: str) -> str:
    url = escape(url)
    asks = f'hx-get="{url}" hx-trigger="toggle once" hx-target="find .entry-inside"'
    return f'{_begin(row, asks)}<p class="entry-opening"><a href="{url}">Open</a></p>{_END}'


def _open(row: EntryRow) -> str:
    return _begin(row, "open")


def _begin(row: EntryRow, more: str) -> str:
    who = f" · <bdi>{escape(row.who)}</bdi>" if row.who else ""
    signed = (
        f'<span class="quiet entry-signed">{icon("check")}<span class="visually-hidden">Signed by</span> '
        f"{escape(row.signed)}</span>"
        if row.signed
        else ""
    )
    return (
        f'<li><details class="entry{" entry-unsigned" if row.unsigned else ""}" id="e-{escape(row.id)}" {more}>'
        f'<summary><time class="entry-day quiet" datetime="{row.at}">{row.day}</time>{icon(row.icon)}'
        f'<span class="entry-what"><span><strong><bdi>{escape(row.title)}</bdi></strong>{who}</span>'
        f'<span class="entry-gist quiet"><bdi>{escape(row.gist)}</bdi></span></span>'
        f'<span class="entry-marks">{"".join(map(_mark, row.marks))}{signed}</span></summary><div class="entry-inside">'
    )


def _mark(mark: Mark) -> str:
    return f'<span class="mark{" mark-warn" if mark.kind == "warn" else ""}">{escape(mark.text)}</span>'
