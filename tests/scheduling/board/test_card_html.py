"""Cards are drawn without a template: what anybody typed is shown as it was typed, and is never markup."""

import re
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduling.board.rows.card_html import Pen

PEN = Pen("/static/icons.svg", "token")
PLAIN: dict[str, Any] = {
    "id": "01A", "name": "García, María", "short_name": "Gar. M.", "url": "/c/x/1/", "step_url": "/c/x/1/step/",
    "sign": "armchair", "start": "10:30", "end": "10:45", "word": "Waiting", "state": "waiting", "version": 2,
    "practitioner_id": "doc", "at": 126, "span": 3, "minutes": 15, "changed": "10:31", "changed_by": "Ana",
    "css": "is-waiting", "level": "", "urgent": False, "late": 0, "overbooked": False, "wait": 9, "room_short": "R2",
    "room": "Room 2", "colour": "blue", "type": "Follow-up", "reason": "Cough", "born": "14 Mar 1985", "marks": [],
    "flags": [], "alert": False, "new_patient": False, "from_minute": 1, "due_minute": 0, "until_minute": 0,
    "to": "room", "step": "To room", "remote": "",
}  # fmt: skip
TYPED = ("name", "short_name", "reason", "type", "room", "room_short", "born", "changed_by", "practitioner_id")
nasty = st.text(alphabet="<>\"'&a/= ;{}%", max_size=20)


class Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.names: set[str] = set()
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.names |= {name for name, _ in attrs}

    def handle_data(self, data: str) -> None:
        self.text += data


def read(shown: dict[str, Any], once: str = "once") -> Reader:
    reader = Reader()
    reader.feed(PEN.card(shown, once))
    return reader


@given(nasty, st.sampled_from(TYPED))
def test_what_was_typed_adds_no_element_and_no_attribute(text: str, name: str) -> None:
    plain, found = read(PLAIN), read(PLAIN | {name: f"x{text}"})
    assert found.tags == plain.tags
    assert found.names == plain.names


def test_a_card_says_for_what_it_is_and_one_for_which_nobody_comes_looks_unlike_it() -> None:
    kind = re.compile(r'<span class="card-kind">(.*?)<span class="card-type">Follow-up</span>')
    assert kind.search(PEN.card(PLAIN))[1] == '<span class="dot dot-blue"></span>'  # type: ignore[index]
    assert "#phone" in kind.search(PEN.card(PLAIN | {"remote": "phone"}))[1]  # type: ignore[index]
    assert "#device-desktop" in kind.search(PEN.card(PLAIN | {"remote": "video"}))[1]  # type: ignore[index]
    assert "card-kind" not in PEN.card(PLAIN | {"type": ""})


@given(nasty)
def test_a_name_is_read_as_it_was_typed(text: str) -> None:
    assert f"x{text}x" in read(PLAIN | {"name": f"x{text}x"}).text


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"state": "waiting", "wait": 9}, "9′"),
        ({"state": "waiting", "wait": 1247}, "20 h"),
        ({"state": "room"}, "R2"),
        ({"state": "finished"}, "Pay"),
        ({"state": "booked", "late": 8}, "+8′"),
        ({"state": "held", "left": 12}, "12′"),
        ({"state": "left"}, ""),
    ],
)
def test_the_end_of_a_card_says_what_counts_in_its_state(changed: dict[str, Any], said: str) -> None:
    end = re.search(
        r'<span class="card-end">(.*?)</span></span>|<span class="card-end">(.*?)</span>', PEN.card(PLAIN | changed)
    )
    assert end is not None
    assert re.sub(r"<.*?>", "", end[1] or end[2] or "") == said


def test_a_long_wait_is_a_class_of_who_waits_and_of_nobody_else() -> None:
    assert "is-red" in PEN.card(PLAIN | {"level": "red"})
    assert "is-red" not in PEN.card(PLAIN | {"level": "red", "state": "room"})


def test_without_a_token_there_is_no_button() -> None:
    assert "<form" in PEN.card(PLAIN, "once")
    assert "<form" not in PEN.card(PLAIN)


def test_a_card_beside_others_says_its_lane_and_not_that_it_is_overbooked() -> None:
    alone, beside = PLAIN | {"overbooked": True}, PLAIN | {"overbooked": True, "lane": 2, "of": 3}
    assert "#stack-2" in PEN.card(alone)
    assert "lane-2 of-3" in PEN.card(beside)
    assert "#stack-2" not in PEN.card(beside)


def test_of_one_family_in_a_column_the_given_name_is_a_part_of_its_own() -> None:
    card = PEN.card(PLAIN | {"alike": True})
    assert '<span class="card-family">García,</span> <span>María</span>' in card
    assert "is-alike" in card
    assert "García, María" in read(PLAIN | {"alike": True}).text


@given(nasty)
def test_neither_part_of_a_name_adds_an_element(text: str) -> None:
    found = read(PLAIN | {"alike": True, "name": f"x{text}, y{text}"})
    assert found.tags == read(PLAIN | {"alike": True}).tags


def test_two_of_one_name_are_marked() -> None:
    assert "#equal" in PEN.card(PLAIN | {"same_name": True})


@pytest.mark.parametrize(
    ("changed", "icons"),
    [
        ({}, []),
        ({"new_patient": True}, ["star"]),
        ({"alert": True, "same_name": True}, ["alert-octagon", "equal"]),
        ({"alert": True, "same_name": True, "overbooked": True, "new_patient": True}, ["alert-octagon", "equal"]),
    ],
)
def test_two_marks_at_most_stand_on_a_card_an_alert_first(changed: dict[str, Any], icons: list[str]) -> None:
    (marks,) = re.findall(r'<span class="card-marks">(.*?)</span>', PEN.card(PLAIN | changed)) or [""]
    assert re.findall(r"#([\w-]+)\"", marks) == icons
