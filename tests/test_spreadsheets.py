"""Cells that a spreadsheet reads as they are meant."""

import pytest

from clinnet import spreadsheets


@pytest.mark.parametrize("typed", ["=1+1", "+44 116 496 0144", "@x", "-1+1", "−x", " =1", "-1", "-1;2", "\t=1", "＝1"])
def test_what_begins_like_a_formula_is_text(typed: str) -> None:
    expected = typed if typed == "−x" else f"'{typed}"  # that sign begins none
    assert spreadsheets.safe(typed) == expected


@pytest.mark.parametrize(
    ("shown", "cell"),
    [("−1.50", "-1.50"), ("-1,234.50", "-1,234.50"), ("12.00", "12.00"), ("−1\u202f234,50", "-1\u202f234,50")],
)
def test_an_amount_below_zero_stays_a_number(shown: str, cell: str) -> None:
    assert spreadsheets.lines([[spreadsheets.figure(shown)]], ";") == f"{cell}\r\n"
