"""Lines: letters in the table, names in the code."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.lines import MoneyLine
from clinnet.jobs.models import JobLine
from clinnet.rules.lines import Packed, letter
from clinnet.table.values import from_raw, to_raw
from patients.lines import CallbackLine
from scheduling.lines import AppointmentLine, WaitlistLine

KINDS = (AppointmentLine, CallbackLine, JobLine, MoneyLine, WaitlistLine)
OF_A_TYPE: dict[Any, st.SearchStrategy[Any]] = {
    str: st.text(max_size=5),
    int: st.integers(0, 10**9),
    bool: st.booleans(),
    Sequence[str]: st.lists(st.text(min_size=1, max_size=3), max_size=3).map(tuple),
    Sequence[int]: st.lists(st.integers(0, 6), max_size=3).map(tuple),
    dict[str, Any]: st.dictionaries(st.sampled_from("fgbx"), st.text(min_size=1, max_size=3)),
}


@st.composite
def lines(draw: Any) -> Packed:
    kind = draw(st.sampled_from(KINDS))
    values = {each.name: draw(OF_A_TYPE[each.type]) for each in fields(kind)}
    if kind is WaitlistLine:
        values["urgency"] = draw(st.integers(1, 3))  # never 0: what is not stored is the usual one
    line: Packed = kind(**values)
    return line


def plain(line: Packed) -> dict[str, Any]:
    return {each.name: tuple(value) if isinstance(value := getattr(line, each.name), list) else value
            for each in fields(line)}  # fmt: skip


@given(lines())
def test_what_is_packed_is_unpacked_as_it_was(line: Packed) -> None:
    stored = from_raw(to_raw(line.pack()))  # through the table's own form
    assert plain(type(line).unpack(stored)) == plain(line)
    assert all(line.pack().values())  # what is empty is not stored


def test_old_lines_read_the_same() -> None:
    assert AppointmentLine.unpack({"m": 30, "y": "Cough"}) == AppointmentLine(minutes=30, reason="Cough")
    asked_back = {"f": "Kowalska", "i": "1", "t": "Call her", "by": "nurse", "c": "a nurse"}
    assert CallbackLine.unpack(asked_back) == CallbackLine(
        patient_id="1", text="Call her", owner="nurse", owner_name="a nurse"
    )
    asked = WaitlistLine.unpack({"i": "1", "d": ["a"], "w": [0, 3], "e": "2026-12-01", "f": 7, "p": {"f": "Kowalska"}})
    assert (asked.patient_id, asked.practitioner_ids, asked.weekdays) == ("1", ["a"], [0, 3])
    assert (asked.until, asked.held_until, asked.urgency, asked.patient) == ("2026-12-01", 7, 2, {"f": "Kowalska"})


def test_without_a_line_all_is_as_by_default() -> None:
    assert JobLine.unpack(None) == JobLine.unpack({"?": 1, "k": None}) == JobLine()


def test_a_line_says_nothing_of_a_patient_where_it_is_printed() -> None:
    assert "Kowalska" not in repr(WaitlistLine(patient={"f": "Kowalska"}, reason="Kowalska"))


def test_one_letter_stands_for_one_field() -> None:
    @dataclass(frozen=True, kw_only=True, repr=False)
    class Twice(Packed):
        one: str = letter("a", "")
        other: str = letter("a", "")

    with pytest.raises(TypeError, match="one letter for two fields"):
        Twice().pack()
