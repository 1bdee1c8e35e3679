"""Rows of a list as HTML. Put together here, not by a template: a page has fifty, and half of its time went there.
Whatever anybody typed goes through `escape`.
"""

from html import escape

from clinnet.console.rows import Cell, Line


def line(shown: Line, *, picks: bool) -> str:
    """A row; with `picks` it can be chosen."""
    first, *others = shown.cells
    change = f' data-change="{escape(shown.change_url)}"' if shown.change_url else ""
    text = escape(first.text)
    pick = (
        '<td class="pick"><input type="checkbox" class="form-check-input" name="pick"'
        f' value="{escape(shown.address)}" aria-label="Choose {text}" /></td>'
    )
    return (
        f'<tr class="go"{change}>{pick if picks else ""}'
        f'<th scope="row"><a class="go-link" href="{escape(shown.url)}"><bdi>{text or "–"}</bdi></a></th>'
        f"{''.join(map(_cell, others))}</tr>"
    )


def _cell(cell: Cell) -> str:
    text, kind = escape(cell.text), f"{'number' * cell.number}{' extra' * cell.extra}"
    return f'<td class="{kind}" title="{text}"><bdi>{text}</bdi></td>'
