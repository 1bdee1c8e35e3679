"""Rows of people are drawn without templates: what was typed is escaped all the same."""

from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

import pytest
from django.test import override_settings
from hypothesis import given
from hypothesis import strategies as st

from patients import drawn
from tests.look import gallery

words = st.text(max_size=12) | st.sampled_from(["<script>", '" onclick="x', "&amp;", "'", "Q <b>"])
people = st.fixed_dictionaries(
    {
        **dict.fromkeys(("family_given", "preferred", "birth", "age", "sex", "number", "tail", "next"), words),
        "url": st.just("/c/a/patients/1/"),
        "book_url": st.sampled_from(["", "/c/a/book/?patient=1&x=<"]),
        "id": st.just("1"),
        "same_name": st.booleans(),
        "flags": st.lists(st.fixed_dictionaries({"icon": st.just("lock"), "label": words}), max_size=2),
    }
)


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen: set[str] = set()
        self.names: set[str] = set()
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)
        self.names |= {name for name, _ in attrs}

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.mark.usefixtures("rendered_plainly")
@given(person=people, full=st.booleans())
def test_nothing_typed_becomes_a_tag_or_an_attribute(person: dict[str, Any], full: bool) -> None:
    for html in (drawn.listed(person), drawn.found(person, 1, full=full)):
        tags = Tags()
        tags.feed(html)
        tags.close()
        assert tags.seen <= {"tr", "th", "td", "a", "bdi", "span", "svg", "use"}
        assert tags.names <= {
            "class",
            "scope",
            "href",
            "id",
            "data-id",
            "data-book",
            "role",
            "aria-selected",
            "tabindex",
            "data-patient",
            "aria-hidden",
        }
        assert person["family_given"] in tags.text


@pytest.fixture(scope="module")
def rendered_plainly() -> Iterator[None]:
    with override_settings(**gallery.SETTINGS):
        yield
