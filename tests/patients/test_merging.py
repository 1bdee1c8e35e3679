"""Folding records together and taking them apart, in every order, against the embedded engine."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier
from typing import Any

import pytest

from clinnet.table import Scope
from clinnet.table.errors import NotFound, Refused, Stale
from patients import queries, services
from patients.folding import Fold
from patients.models import Patient
from patients.rules import typed
from patients.search import search
from patients.services.merging import undo_plan
from tests.conftest import Register

FIVE = {"family_name": "García López", "given_name": "José María Antonio"}
OTHER_FIVE = {"family_name": "Fernández Ruiz", "given_name": "Pedro Pablo Luis"}
PHONES = [{"number": f"+44770090040{digit}", "kind": "mobile"} for digit in range(3)]


def found(scope: Scope, text: str) -> list[str]:
    query = typed.parse(text, "DMY", "GB", date(2026, 11, 22))
    return [" ".join(hit.line[part] for part in "gfn" if part in hit.line) for hit in search(scope, query).hits]


def now(scope: Scope, patient: Patient) -> Patient:
    return queries.folded(scope, patient.id)


def merge(scope: Scope, keep: Patient, other: Patient, **chosen: Any) -> list[str]:
    keep, other = now(scope, keep), now(scope, other)
    return services.merge(scope, keep, other, {**Fold(keep, other).united(), **chosen})


def undo(scope: Scope, keep: Patient, other: Patient) -> list[str]:
    return services.undo_merge(scope, now(scope, keep), now(scope, other))


def test_lists_are_united_without_what_stands_in_both(register: Register) -> None:
    same = {"number": "+447700900400", "kind": "mobile", "preferred": True}
    keep = register(given_name="A", phones=[same], alerts=[{"id": "1", "text": "Latex", "stop": True}])
    other = register(
        given_name="A",
        phones=[{"number": "+447700900400"}, {"number": "+447700900401", "preferred": True}],
        alerts=[{"id": "2", "text": "latex", "stop": True}, {"id": "3", "text": "Falls", "stop": False}],
    )
    united = Fold(keep, other).united()
    assert [each["number"] for each in united["phones"]] == ["+447700900400", "+447700900401"]
    assert [each["text"] for each in united["alerts"]] == ["Latex", "Falls"]
    assert sum(bool(each.get("preferred")) for each in united["phones"]) == 1


def test_a_record_that_absorbed_another_can_be_folded_itself(scope: Scope, register: Register) -> None:
    first, second, third = (register(given_name=name, family_name="Chain") for name in ("Ann", "Bea", "Cyd"))
    merge(scope, second, third)
    merge(scope, first, second)
    assert now(scope, first).absorbed == [second.id, third.id]
    for text in ("chain ann", "chain bea", "chain cyd", third.mrn or "", second.mrn or ""):
        assert found(scope, text) == [f"Ann Chain {first.mrn}"], text
    assert queries.survivors(scope, [third.id])[third.id].id == first.id
    with pytest.raises(Refused):
        undo(scope, first, third)
    with pytest.raises(Refused) as refusal:
        undo(scope, second, third)
    assert "Undo that first" in refusal.value.sentence
    undo(scope, first, second)
    assert now(scope, first).absorbed is None
    assert (now(scope, second).absorbed, now(scope, third).merged_into) == ([third.id], second.id)
    undo(scope, second, third)
    assert sorted(found(scope, "chain")) == sorted(
        f"{each.given_name} Chain {each.mrn}" for each in (first, second, third)
    )


@pytest.mark.parametrize("order", ["BC", "CB"])
def test_two_merges_come_apart_in_any_order(scope: Scope, register: Register, order: str) -> None:
    keep = register(given_name="A", email="a@example.org", phones=PHONES[:1])
    others = {
        "B": register(given_name="A", email="b@example.org", phones=PHONES[1:2]),
        "C": register(given_name="A", email="c@example.org", phones=PHONES[2:]),
    }
    before = {each.id: each.data for each in (keep, *others.values())}
    merge(scope, keep, others["B"], email="b@example.org")
    merge(scope, keep, others["C"], email="c@example.org")
    assert [each["number"] for each in now(scope, keep).phones or []] == [each["number"] for each in PHONES]
    for name in order:
        undo(scope, keep, others[name])
    assert {each.id: now(scope, each).data for each in (keep, *others.values())} == before


def test_an_entry_that_another_folded_record_has_too_stays(scope: Scope, register: Register) -> None:
    keep = register(given_name="A")
    one, two = register(given_name="A", phones=PHONES[:1]), register(given_name="A", phones=PHONES[:1])
    merge(scope, keep, one)
    merge(scope, keep, two)
    undo(scope, keep, one)
    assert now(scope, keep).phones == PHONES[:1]


def test_undo_lists_what_was_changed_since(scope: Scope, register: Register) -> None:
    keep, other = register(given_name="A"), register(given_name="A", email="b@example.org", phones=PHONES)
    merge(scope, keep, other, email="b@example.org")
    services.change(scope, now(scope, keep), {"email": "new@example.org", "phones": PHONES[1:]})
    plan = undo_plan(now(scope, keep), now(scope, other), [])
    assert plan.stays == {"email": "new@example.org", f"phones/{PHONES[0]['number']}": None}
    undo(scope, keep, other)
    assert now(scope, keep).plain(("email", "phones")) == {"email": "new@example.org"}


def test_relatives_of_each_other_are_so_again_after_undo(scope: Scope, register: Register) -> None:
    keep, other, child = (register(given_name=name) for name in ("A", "B", "C"))
    tie: Any = {"kind": "partner"}
    services.link(scope, keep, other, tie)
    services.link(scope, now(scope, other), child, {"kind": "child"})
    before = now(scope, keep).data, now(scope, other).data
    merge(scope, keep, other)
    assert [each["patient_id"] for each in now(scope, keep).links or []] == [child.id]
    undo(scope, keep, other)
    assert (now(scope, keep).data, now(scope, other).data) == before


def test_both_numbers_work_whatever_was_chosen(scope: Scope, register: Register) -> None:
    keep = register(given_name="A", national_id="QQ 11 11 11 A")
    other = register(given_name="A", national_id="QQ 22 22 22 B")
    merge(scope, keep, other, national_id="QQ 22 22 22 B", birth_date="1985-03-14")
    for number in (keep.mrn, other.mrn, "QQ111111A", "QQ222222B"):
        assert found(scope, number or "") == [f"A {keep.mrn}"], number
    undo(scope, keep, other)
    assert found(scope, "QQ111111A") == [f"A {keep.mrn}"]
    assert found(scope, "QQ222222B") == [f"A {other.mrn}"]


def test_a_survivor_may_be_given_the_other_number_later(scope: Scope, register: Register) -> None:
    keep, other = (
        register(given_name="A", national_id="QQ 11 11 11 A"),
        register(given_name="A", national_id="QQ 22 22 22 B"),
    )
    merge(scope, keep, other)
    services.change(scope, now(scope, keep), {"national_id": "QQ 22 22 22 B"})
    undo(scope, keep, other)
    assert now(scope, keep).national_id == "QQ 22 22 22 B"
    services.change(scope, now(scope, keep), {"national_id": ""})
    services.change(scope, now(scope, keep), {"national_id": "QQ 33 33 33 C"})


def test_a_folded_number_stays_taken(scope: Scope, register: Register) -> None:
    keep, other, third = (
        register(given_name="A"),
        register(given_name="A", national_id="QQ 22 22 22 B"),
        register(given_name="C"),
    )
    merge(scope, keep, other)
    with pytest.raises(Refused):
        services.change(scope, third, {"national_id": "QQ 22 22 22 B"})
    with pytest.raises(Refused):
        services.change(scope, third, {"mrn": other.mrn})


def test_a_survivor_renamed_after_the_merge_is_found_by_all_names(scope: Scope, register: Register) -> None:
    keep, other = register(given_name="Ann", family_name="Low"), register(given_name="Ann", family_name="High")
    merge(scope, keep, other)
    services.change(scope, now(scope, keep), {"family_name": "Middle"})
    assert found(scope, "high ann") == found(scope, "middle") == [f"Ann Middle {keep.mrn}"]
    assert found(scope, "low") == []
    undo(scope, keep, other)
    assert found(scope, "high ann") == [f"Ann High {other.mrn}"]
    assert found(scope, "middle") == [f"Ann Middle {keep.mrn}"]


def test_the_list_has_the_folded_record_only_after_undo(scope: Scope, register: Register) -> None:
    keep, other = register(given_name="Ann", family_name="Low"), register(given_name="Bea", family_name="Low")
    merge(scope, keep, other)
    assert [row["id"] for row in queries.list_page(scope, "l").rows] == [keep.id]
    undo(scope, keep, other)
    assert [row["id"] for row in queries.list_page(scope, "l").rows] == [keep.id, other.id]


def test_two_long_names_are_folded_and_taken_apart(scope: Scope, register: Register) -> None:
    phones = {"phones": PHONES}
    keep, other = register(**FIVE, birth_date="1985-03-14"), register(**OTHER_FIVE, **phones, birth_date="1985-03-15")
    before = keep.data, other.data
    left = merge(scope, keep, other, **OTHER_FIVE, birth_date="1985-03-15", notes="both")
    assert left == []
    assert now(scope, keep).family_name == "Fernández Ruiz"
    by_name, by_number = found(scope, "fernandez pedro"), found(scope, other.mrn or "")
    assert by_name == by_number == [f"Pedro Pablo Luis Fernández Ruiz {keep.mrn}"]
    assert found(scope, "garcia jose") == []
    assert undo(scope, keep, other) == []
    assert (now(scope, keep).data, now(scope, other).data) == before
    assert found(scope, "garcia jose") == [f"José María Antonio García López {keep.mrn}"]
    assert found(scope, "fernandez pedro") == [f"Pedro Pablo Luis Fernández Ruiz {other.mrn}"]


def test_a_record_with_too_many_phones_is_refused_in_words(scope: Scope, register: Register) -> None:
    keep = register(given_name="A")
    other = register(given_name="A", phones=[{"number": f"+4477009{number:05}"} for number in range(90)])
    with pytest.raises(Refused) as refusal:
        merge(scope, keep, other)
    assert "too many" in refusal.value.sentence
    assert now(scope, other).merged_into is None


def test_a_folded_record_cannot_be_changed_or_folded_again(scope: Scope, register: Register) -> None:
    keep, other, third = (register(given_name=name) for name in "ABC")
    merge(scope, keep, other)
    for forbidden in (
        lambda: merge(scope, keep, other),
        lambda: merge(scope, third, other),
        lambda: merge(scope, other, third),
        lambda: services.change(scope, now(scope, other), {"notes": "x"}),
        lambda: merge(scope, keep, keep),
    ):
        with pytest.raises(Refused):
            forbidden()


def test_a_merge_with_what_somebody_changed_meanwhile_is_stale(scope: Scope, register: Register) -> None:
    for changed in (0, 1):
        pair = register(given_name="A"), register(given_name="B")
        services.change(scope, now(scope, pair[changed]), {"notes": "hers"})
        with pytest.raises(Stale):
            services.merge(scope, *pair, {})
        assert now(scope, pair[1]).merged_into is None


def test_another_clinic_can_neither_merge_nor_undo(scope: Scope, outsider: Scope, register: Register) -> None:
    keep, other = register(given_name="A"), register(given_name="B")
    with pytest.raises(NotFound):
        services.merge(outsider, keep, other, {})
    merge(scope, keep, other)
    with pytest.raises(NotFound):
        services.undo_merge(outsider, now(scope, keep), now(scope, other))


@pytest.mark.parametrize("round", range(4))
def test_of_merges_that_race_one_wins(scope: Scope, register: Register, round: int) -> None:
    """A into B, B into A, A into C, B into C, all at once, of the same state."""
    a, b, c = (register(given_name=f"Race{name}") for name in "ABC")
    pairs = [(a, b), (b, a), (c, a), (c, b)]
    start = Barrier(len(pairs))

    def run(pair: tuple[Patient, Patient]) -> bool:
        start.wait()
        try:
            services.merge(scope, *pair, {})
        except (Stale, Refused):
            return False
        return True

    with ThreadPoolExecutor(len(pairs)) as pool:
        won = list(pool.map(run, pairs))
    states = {each.id: now(scope, each) for each in (a, b, c)}
    folded = [each for each in states.values() if each.merged_into]
    assert sum(won) == len(folded) >= 1
    for each in folded:
        assert each.id in (states[each.merged_into or ""].absorbed or [])
        assert not states[each.merged_into or ""].merged_into


def test_undo_of_a_survivor_that_was_read_before_the_merge_is_stale(scope: Scope, register: Register) -> None:
    keep, other = register(given_name="Ann", family_name="Twice"), register(given_name="Anne", family_name="Twice")
    merge(scope, keep, other)
    with pytest.raises(Stale):
        services.undo_merge(scope, keep, now(scope, other))
    undo(scope, keep, other)
    assert now(scope, keep).absorbed is None
