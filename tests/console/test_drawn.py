"""A row of a list as HTML."""

from clinnet.console import drawn
from clinnet.console.rows import Cell, Line

WRITTEN = "<b title='x'>&\""
ESCAPED = "&lt;b title=&#x27;x&#x27;&gt;&amp;&quot;"


def test_what_was_typed_stays_text_wherever_a_row_has_it() -> None:
    typed = Cell(WRITTEN, number=False, extra=False)
    html = drawn.line(Line(WRITTEN, [typed, typed], WRITTEN, WRITTEN), picks=True)
    assert html.count(ESCAPED) == 7
    assert WRITTEN not in html
    assert "<b " not in html


def test_a_row_has_a_tick_and_a_way_to_change_it_where_it_can() -> None:
    line = Line("/one", [Cell("", number=False, extra=False), Cell("9", number=True, extra=True)], "A1")
    assert drawn.line(line, picks=False) == (
        '<tr class="go"><th scope="row"><a class="go-link" href="/one"><bdi>–</bdi></a></th>'
        '<td class="number extra" title="9"><bdi>9</bdi></td></tr>'
    )
    assert 'name="pick" value="A1"' in drawn.line(line, picks=True)
