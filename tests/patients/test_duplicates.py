"""Likely duplicates, looked up in the real engine."""

from typing import Any

import pytest

from clinnet.table import Scope
from clinnet.table.meter import Meter
from patients import duplicates, services
from tests.conftest import Register

MARIA: dict[str, Any] = {
    "family_name": "García López",
    "given_name": "María",
    "birth_date": "1985-03-14",
    "sex": "female",
    "phones": [{"number": "+447700900421", "kind": "mobile", "preferred": True}],
    "national_id": "QQ 12 34 56 C",
}
LI: dict[str, Any] = {"family_name": "李", "given_name": "伟", "birth_date": "1971-09-09"}


def found(scope: Scope, **data: Any) -> list[tuple[str, bool, bool]]:
    return [
        (each.patient.given_name or "", each.likeness.strong, each.likeness.relative)
        for each in duplicates.likely(scope, data)
    ]


STRONG, RELATIVE = ("María", True, False), ("María", False, True)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ({"family_name": "Garcia", "given_name": "Maria", "birth_date": "1985-03-14"}, STRONG),
        ({"family_name": "Maria", "given_name": "Garcia", "birth_date": "1985-03-14"}, STRONG),
        ({"family_name": "Garsia", "given_name": "Marya", "birth_date": "1985-03-14"}, STRONG),
        ({"family_name": "Garcia", "given_name": "Maria", "birth_date": "1985-03-15"}, STRONG),
        ({"family_name": "Smith", "given_name": "Ann", "national_id": "qq123456c"}, STRONG),
        ({"family_name": "García", "given_name": "Luis", "phones": [{"number": "+447700900421"}]}, RELATIVE),
        ({"given_name": "Luis", "phones": [{"number": "7700 900421"}]}, RELATIVE),
    ],
)
def test_somebody_known_is_found_by(
    scope: Scope, register: Register, typed: dict[str, Any], expected: tuple[str, bool, bool]
) -> None:
    register(**MARIA)
    assert found(scope, **typed) == [expected]


def test_day_and_month_swapped_are_found(scope: Scope, register: Register) -> None:
    register(family_name="Smith", given_name="John", birth_date="1961-05-03")
    (one,) = duplicates.likely(scope, {"family_name": "Smith", "given_name": "John", "birth_date": "1961-03-05"})
    assert one.likeness.strong
    assert "Day and month swapped" in one.likeness.reasons


def test_names_without_sounds_are_found_by_their_words(scope: Scope, register: Register) -> None:
    register(**LI)
    assert found(scope, family_name="李", given_name="伟") == [("伟", False, False)]
    assert found(scope, **LI) == [("伟", True, False)]


def test_nobody_is_found_in_another_clinic(outsider: Scope, register: Register) -> None:
    register(**MARIA)
    assert found(outsider, **MARIA) == []


def test_somebody_else_is_not_found(scope: Scope, register: Register) -> None:
    register(**MARIA)
    assert found(scope, family_name="Okafor", given_name="Ada", birth_date="1990-01-02") == []
    assert found(scope) == []


def test_a_record_is_not_its_own_duplicate(scope: Scope, register: Register) -> None:
    maria = register(**MARIA)
    assert duplicates.likely(scope, MARIA, but=maria.id) == []


def test_a_merged_record_leads_to_its_survivor(scope: Scope, register: Register) -> None:
    maria, other = register(**MARIA), register(family_name="Lopez", given_name="Mari", birth_date="1985-03-14")
    services.merge(scope, maria, other, {})
    (one,) = duplicates.likely(scope, {"family_name": "Lopez", "given_name": "Mari", "birth_date": "1985-03-14"})
    assert one.patient.id == maria.id


def test_it_is_asked_in_two_rounds_and_six_questions(scope: Scope, register: Register, meter: Meter) -> None:
    register(**MARIA)
    meter.calls.clear()
    meter.sequence = 0
    duplicates.likely(scope, MARIA)
    assert meter.sequence == 2
    assert len(meter.calls) <= 7
