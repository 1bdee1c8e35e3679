"""Who is written otherwise than somebody typed is found; and whoever is found as typed costs what it did."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinnet.accounts.queries import clinic
from clinnet.table import Scope
from clinnet.table.meter import Meter
from patients.models import Patient
from patients.rules.names import typed_words
from patients.rules.spellings import MOST, others
from patients.search import search, understood

NAMES = (
    ("O", "Sun-hee"), ("MacDonaldson", "Ian"), ("van der Meerten", "Jan"), ("Smith", "Ann Marie"), ("Đorđević", "Ana"),
    ("さくら", "はな"), ("サトウ", "ハナ"), ("de la Cruz", "Juan Carlos"), ("Li", "Xiao Ming"), ("El Amrani", "Fatima"),
    ("St. John", "Mary Ann"), ("Müller-Lüdenscheidt", "Hans Peter"), ("al-Sayed", "Umm Kulthum"), ("Ørsted", "Bo"),
)  # fmt: skip


def found(scope: Scope, typed: str) -> list[str]:
    return [hit.line["f"] for hit in search(scope, understood(typed, clinic(scope.clinic_id))).hits]


@pytest.mark.parametrize(
    ("typed", "family"),
    [
        ("O, Sun-hee", "O"),
        ("o sun", "O"),
        ("mac donaldson", "MacDonaldson"),
        ("anne marie", "Smith"),
        ("annmarie smith", "Smith"),
        ("Djordjevic", "Đorđević"),
        ("サクラ", "さくら"),
        ("さとう はな", "サトウ"),
        ("delacruz", "de la Cruz"),
        ("vandermeerten", "van der Meerten"),
        ("xiaoming li", "Li"),
        ("elamrani", "El Amrani"),
        ("alsayed umm", "al-Sayed"),
        ("saint john", "St. John"),
        ("mueller luedenscheidt", "Müller-Lüdenscheidt"),
        ("oersted", "Ørsted"),
    ],
)
def test_a_name_written_otherwise_is_found_first(
    scope: Scope, register: Callable[..., Patient], typed: str, family: str
) -> None:
    for name, given_name in NAMES:
        register(family_name=name, given_name=given_name)
    assert found(scope, typed)[:1] == [family]


def test_whoever_is_found_as_typed_costs_no_more(scope: Scope, register: Callable[..., Patient], meter: Meter) -> None:
    for number in range(3):
        register(family_name="Mueller", given_name=f"Ana{number}")
    before = meter.read_units
    assert found(scope, "mueller") == ["Mueller"] * 3
    assert meter.read_units - before <= 2
    register(family_name="Müller", given_name="Uwe")
    assert "Müller" not in found(scope, "mueller")


@given(st.text("abdejou müøđ saint さサ ", max_size=30))
def test_other_ways_are_few_other_and_end(text: str) -> None:
    words = typed_words(text)
    ways = others(words)
    assert len(ways) <= MOST
    assert words not in ways
    assert all(all(way) for way in ways)
