"""Registering, changing, finding: against the embedded engine."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from clinnet import clock
from clinnet.table import Event, Scope, Transaction
from clinnet.table.errors import NotFound, Refused, Stale
from clinnet.table.meter import Meter
from clinnet.table.once import Once
from patients import index, queries, services
from patients.folding import Fold
from patients.models import Patient
from patients.rules import typed
from patients.search import search
from patients.services.people import add_patient
from tests.actions import TESTED
from tests.conftest import Register

MARIA: dict[str, Any] = {
    "family_name": "García López",
    "given_name": "María",
    "birth_date": "1985-03-14",
    "sex": "female",
    "phones": [{"number": "+447700900421", "kind": "mobile", "preferred": True}],
    "national_id": "QQ 12 34 56 C",
}


def found(scope: Scope, text: str) -> list[str]:
    query = typed.parse(text, "DMY", "GB", date(2026, 11, 22))
    return [hit.line.get("g", "") + " " + hit.line.get("f", "") for hit in search(scope, query).hits]


@pytest.mark.parametrize(
    "text",
    ["gar", "GARCÍA", "garcia mar", "maria lopez", "lopez maria garcia", "maria g", "0421", "900421", "14/3/1985",
     "maria 14/3/85", "14 Mar 1985", "qq123456c", "000001", "1"],
)  # fmt: skip
def test_a_patient_just_registered_is_found_by(scope: Scope, register: Register, text: str) -> None:
    register(**MARIA)
    assert found(scope, text) == ["María García López"]


@pytest.mark.parametrize("text", ["garcia pedro", "15/3/1985", "9999", "zzz", "gx"])
def test_a_patient_is_not_found_by_what_does_not_fit(scope: Scope, register: Register, text: str) -> None:
    register(**MARIA)
    assert found(scope, text) == []


def test_a_misheard_birth_date_tells_of_namesakes_and_shows_nobody(scope: Scope, register: Register) -> None:
    register(**MARIA)
    query = typed.parse("garcia maria 15/3/85", "DMY", "GB", date(2026, 11, 22))
    result = search(scope, query)
    assert (result.hits, result.namesakes) == ([], 1)


def test_what_sounds_alike_is_found_when_nothing_else_is(scope: Scope, register: Register) -> None:
    register(family_name="Smith", given_name="Jon")
    assert found(scope, "smyth john") == ["Jon Smith"]


def test_a_row_found_by_a_name_that_it_does_not_show_says_which(scope: Scope, register: Register) -> None:
    register(family_name="Langwell", given_name="David", other_names=["Garside"])
    query = typed.parse("gars", "DMY", "GB", date(2026, 11, 22))
    assert [hit.line["o"] for hit in search(scope, query).hits] == ["Garside"]
    shown = typed.parse("langw", "DMY", "GB", date(2026, 11, 22))
    assert "o" not in search(scope, shown).hits[0].line


def test_a_search_of_two_words_is_one_call(scope: Scope, register: Register, meter: Meter) -> None:
    for number in range(4):
        register(family_name="García", given_name=f"María{'abcd'[number]}")
    meter.calls.clear()
    meter.sequence, meter.read_units = 0, 0
    assert len(found(scope, "garcia mar")) == 4
    assert (meter.sequence, len(meter.calls)) == (1, 1)
    assert meter.read_units <= 1


def test_another_clinic_finds_nobody(outsider: Scope, register: Register) -> None:
    patient = register(**MARIA)
    assert found(outsider, "garcia") == []
    with pytest.raises(NotFound):
        queries.patient(outsider, patient.id)


def test_numbers_follow_one_another(register: Register) -> None:
    assert [register(given_name=name).mrn for name in ("A", "B")] == ["000001", "000002"]


def test_a_taken_record_number_is_refused(scope: Scope, register: Register) -> None:
    register(given_name="A", mrn="77")
    with pytest.raises(Refused) as refusal:
        services.register(scope, {"given_name": "B", "mrn": "77"})
    assert refusal.value.field == "mrn"


def test_the_counter_steps_over_numbers_that_were_typed(register: Register) -> None:
    register(given_name="A", mrn="000001")
    assert register(given_name="B").mrn == "000002"


def test_the_same_form_twice_registers_once(scope: Scope) -> None:
    once = Once("a" * 24 + scope.clinic_id, "digest")
    first = services.register(scope, {"given_name": "A"}, once=once)
    assert services.register(scope, {"given_name": "A"}, once=once) == first


def test_a_changed_name_is_found_and_the_old_one_is_not(scope: Scope, register: Register) -> None:
    patient = register(**MARIA)
    services.change(scope, patient, {"family_name": "Nguyễn", "given_name": "Lan"})
    assert found(scope, "nguyen lan") == ["Lan Nguyễn"]
    assert found(scope, "garcia") == []
    assert found(scope, "000001") == ["Lan Nguyễn"]


def test_a_stale_change_is_refused_and_shows_theirs(scope: Scope, register: Register) -> None:
    patient = register(**MARIA)
    services.change(scope, queries.patient(scope, patient.id), {"notes": "hers"})
    with pytest.raises(Stale) as stale:
        services.change(scope, patient, {"notes": "mine"})
    assert stale.value.theirs["notes"] == "hers"


def test_a_merge_leads_the_old_number_to_the_survivor_and_undo_restores_both(scope: Scope, register: Register) -> None:
    keep, other = register(**MARIA), register(family_name="Garcia", given_name="Maria", notes="from abroad")
    before = keep.data, other.data
    services.merge(scope, keep, other, {"notes": "from abroad", **Fold(keep, other).united()})
    with pytest.raises(queries.Merged) as merged:
        queries.patient(scope, other.id)
    assert merged.value.survivor == keep.id
    assert found(scope, other.mrn or "") == found(scope, "garcia maria") == ["María García López"]
    now, gone = queries.patient(scope, keep.id), queries.folded(scope, other.id)
    assert now.notes == "from abroad"
    services.undo_merge(scope, now, gone)
    after = queries.patient(scope, keep.id).data, queries.patient(scope, other.id).data
    assert after == before
    assert sorted(found(scope, "garcia maria")) == ["Maria Garcia", "María García López"]


def test_undo_keeps_what_was_changed_since(scope: Scope, register: Register) -> None:
    keep, other = register(**MARIA), register(given_name="Maria", email="m@example.org", notes="x")
    services.merge(scope, keep, other, {"email": "m@example.org", "notes": "x"})
    services.change(scope, queries.patient(scope, keep.id), {"notes": "new"})
    services.undo_merge(scope, queries.patient(scope, keep.id), queries.folded(scope, other.id))
    now = queries.patient(scope, keep.id)
    assert now.notes == "new"
    assert now.email is None


def test_the_list_turns_pages_both_ways_without_gaps(scope: Scope, register: Register) -> None:
    for number in range(7):
        register(family_name="Gomez", given_name="abcdefg"[number])
    first = queries.list_page(scope, "g", limit=3)
    second = queries.list_page(scope, "g", after=first.next, limit=3)
    third = queries.list_page(scope, "g", after=second.next, limit=3)
    names = [row["line"]["g"] for page in (first, second, third) for row in page.rows]
    assert names == list("abcdefg")
    assert (first.previous, third.next) == ("", "")
    again = queries.list_page(scope, "g", before=third.previous, limit=3)
    assert [row["line"]["g"] for row in again.rows] == ["d", "e", "f"]


def test_a_new_letter_is_in_the_list_though_somebody_looked_while_it_was_saved(scope: Scope) -> None:
    tx, id = Transaction(scope), clock.new_id()
    add_patient(tx, id, {"family_name": "Quill"})
    assert "q" not in queries.letters(scope)
    tx.commit(Event(TESTED, "PATIENT", id))
    assert "q" in queries.letters(scope)


def test_notes_are_changed_without_a_look_at_search_rows(
    scope: Scope, register: Callable[..., Patient], monkeypatch: pytest.MonkeyPatch
) -> None:
    made = register(family_name="García", mrn="77", notes="Deaf on the left")
    for name in ("rows", "unique_keys"):
        monkeypatch.setattr(f"patients.index.{name}", lambda *_: pytest.fail("search rows were computed"))
    services.change(scope, made, {"notes": "Deaf on the right"})
    now = queries.patient(scope, made.id)
    assert (now.notes, now.line, now.state) == ("Deaf on the right", made.line, made.state)


@pytest.mark.parametrize("name", sorted(index.UNSEARCHED))
def test_what_is_said_to_be_unsearched_is_in_no_search_row(name: str) -> None:
    before = {"family_name": "García", "mrn": "77", "phones": [{"number": "+447700900321"}]}
    after = {**before, name: "2026-01-01T10:00:00.000Z García 77"}
    assert index.rows("c", "1", before) == index.rows("c", "1", after)
    assert index.unique_keys("c", before) == index.unique_keys("c", after)
