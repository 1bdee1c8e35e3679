"""A second signature: who may give it, what goes back to its author, and that the first one stays as it was."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from clinnet.accounts import queries as accounts
from clinnet.accounts import staffing
from clinnet.accounts.permissions import ROLES, Role, may_cosign
from clinnet.accounts.services import add_staff
from clinnet.table import Event, Once, Scope, errors
from clinnet.table.writes import Transaction
from patients.models import Patient
from records import queries
from records.cosigning import services
from records.cosigning.models import BACK, GIVEN, WAITS, Cosignature
from records.cosigning.queries import waiting_asked
from records.cosigning.rows import for_me, second_holds
from records.models import COSIGN
from records.rows import addendum_holds, note_holds
from records.services import mistakes, moving, notes
from records.services.notes import Written
from tests.conftest import Register, scope_of
from tests.patients.pages import Pages, hidden, plain
from tests.people import signed_in_client
from tests.records.test_notes import read, row, typed

DOCTOR, NURSE = ROLES[Role.DOCTOR], ROLES[Role.NURSE]


def test_who_may_co_sign_is_one_rule() -> None:
    named = {"trainee": ["senior"], "nurse": []}
    assert may_cosign(DOCTOR, "senior", "trainee", named)
    assert not may_cosign(DOCTOR, "other", "trainee", named)  # somebody else is named
    assert may_cosign(DOCTOR, "other", "nurse", named)  # nobody of those named is left
    assert not may_cosign(DOCTOR, "trainee", "nurse", named)  # who needs one gives none
    assert not may_cosign(DOCTOR, "senior", "senior", {"senior": []})
    assert not may_cosign(NURSE, "senior", "trainee", named)


@dataclass(frozen=True)
class Ward:
    """A nurse whose notes Dr Bernard co-signs, and another doctor, who does not."""

    nurse: Scope
    doctor: Scope
    other: Scope
    boss: Scope


@pytest.fixture
def ward(clinic: str) -> Ward:
    found = Ward(
        scope_of(clinic, Role.NURSE, "Nora Daly"),
        scope_of(clinic, Role.DOCTOR, "Dr Luc Bernard"),
        Scope(clinic, scope_of(clinic, Role.DOCTOR).actor.__class__(f"other-{clinic}", "Dr Amara Okafor"), DOCTOR),
        scope_of(clinic, Role.ADMIN),
    )
    for scope, role in ((found.nurse, Role.NURSE), (found.doctor, Role.DOCTOR), (found.other, Role.DOCTOR)):
        add_staff(found.boss, person=scope.actor.id, username=scope.actor.id, name=scope.actor.name, roles=[role])
    named = [found.doctor.actor.id]
    member = accounts.member(found.boss, found.nurse.actor.id)
    staffing.change_roles(found.boss, member=member, roles=["nurse"], cosigned_by=named)
    return found


@pytest.fixture
def patient(register: Register) -> Patient:
    return register(given_name="Pieter", family_name="van den Berg")


def item(scope: Scope, patient: Patient, note: Written) -> Cosignature:
    whole = queries.whole(scope, patient, note.entry_id)
    found = whole.cosignature_of(read(scope, patient, note))
    assert found
    return found


def ids(patient: Patient, note: Written) -> dict[str, Any]:
    return {"patient": patient, "entry_id": note.entry_id, "note_id": note.note_id}


def seen(scope: Scope, patient: Patient, note: Written) -> str:
    whole = queries.whole(scope, patient, note.entry_id)
    found = whole.note(note.note_id)
    assert found
    return services.hashes(found, whole.addenda_of(found))[-1]


def lists(scope: Scope, clinic_scope: Scope) -> tuple[int, int]:
    """How many wait for them, and how many came back to them."""
    mine, back = for_me(waiting_asked(scope)().rows, scope, accounts.clinic(clinic_scope.clinic_id))
    return len(mine), len(back)


def refused(do: Callable[..., object], *args: object, **given: object) -> str:
    with pytest.raises(errors.Refused) as refusal:
        do(*args, **given)
    return refusal.value.sentence


def test_a_nurses_note_goes_back_with_a_reason_is_answered_and_is_co_signed(ward: Ward, patient: Patient) -> None:
    note = typed()
    notes.sign_note(ward.nurse, patient=patient, typed=note)
    first = read(ward.nurse, patient, note).sealed["hash"]
    assert (lists(ward.doctor, ward.boss), lists(ward.other, ward.boss), row(ward.nurse, patient, note).cosign) == (
        (1, 0),
        (0, 0),
        1,
    )
    due = queries.due_lines(queries.summaries(ward.nurse, patient), COSIGN)
    assert [each.what for each in due.values()] == ["Long-term review"]
    given, at = ids(patient, note), seen(ward.doctor, patient, note)
    assert "Another doctor" in refused(services.cosign, ward.other, **given, seen=at)
    assert "Say what" in refused(services.send_back, ward.doctor, **given, seen=at, why=" ")
    services.send_back(ward.doctor, **given, seen=at, why="Please add the dose.")
    assert (lists(ward.doctor, ward.boss), lists(ward.nurse, ward.boss)) == ((0, 0), (0, 1))
    assert "sent back" in refused(services.cosign, ward.doctor, **given, seen=at)
    notes.add_addendum(ward.other, **given, text="Not the author's.")
    assert item(ward.nurse, patient, note).state == BACK
    notes.add_addendum(ward.nurse, **given, text="Losartan 100 mg once a day.")
    assert item(ward.nurse, patient, note).state == WAITS
    assert "Something was added" in refused(services.cosign, ward.doctor, **given, seen=at)
    once = Once("a" * 24 + note.note_id, "same")
    for _ in range(2):  # pressed twice
        services.cosign(ward.doctor, **given, seen=seen(ward.doctor, patient, note), once=once)
    assert "already" in refused(services.cosign, ward.doctor, **given, seen=seen(ward.doctor, patient, note))
    whole = queries.whole(ward.doctor, patient, note.entry_id)
    found, second = read(ward.doctor, patient, note), item(ward.doctor, patient, note)
    assert (second.state, second.sealed["name"], second.returned[0]["why"]) == (
        GIVEN,
        "Dr Luc Bernard",
        "Please add the dose.",
    )
    assert (found.sealed["hash"], note_holds(found), found.version) == (first, True, 1)
    assert addendum_holds(whole.addenda[0], [first])
    assert second_holds(second, found, whole.addenda)
    assert (lists(ward.doctor, ward.boss), row(ward.nurse, patient, note).cosign) == ((0, 0), 0)
    assert not queries.due_lines(queries.summaries(ward.nurse, patient), COSIGN)
    notes.add_addendum(ward.nurse, **given, text="Later.")  # stands outside what was co-signed
    whole = queries.whole(ward.doctor, patient, note.entry_id)
    assert second_holds(item(ward.doctor, patient, note), found, whole.addenda)
    second.returned[0]["why"] = "Other."
    assert not second_holds(second, found, whole.addenda)


def test_a_second_signature_is_sealed_in_the_table(ward: Ward, patient: Patient) -> None:
    note = typed()
    notes.sign_note(ward.nurse, patient=patient, typed=note)
    services.cosign(ward.doctor, **ids(patient, note), seen=seen(ward.doctor, patient, note))
    tx = Transaction(ward.doctor)
    tx.update(item(ward.doctor, patient, note), {"state": WAITS, "sealed": None})
    with pytest.raises(errors.Sealed):
        tx.commit(Event(services.RETURN, "NOTE", note.note_id, patient=patient.id))


def test_nobody_co_signs_their_own_or_what_needs_none_or_what_is_in_error(
    ward: Ward, patient: Patient, register: Register
) -> None:
    own, wrong, moved = typed(), typed(), typed()
    notes.sign_note(ward.doctor, patient=patient, typed=own)
    for each in (wrong, moved):
        notes.sign_note(ward.nurse, patient=patient, typed=each)
    assert "own note" in refused(services.cosign, ward.doctor, **ids(patient, own), seen="")
    with pytest.raises(errors.Denied):
        services.cosign(ward.nurse, **ids(patient, wrong), seen=seen(ward.nurse, patient, wrong))
    assert lists(ward.doctor, ward.boss) == (2, 0)
    mistakes.note_in_error(ward.nurse, **ids(patient, wrong), reason="content")
    moving.move_note(ward.nurse, **ids(patient, moved), other=register(family_name="Haddad"))
    assert (lists(ward.doctor, ward.boss), row(ward.nurse, patient, wrong).cosign) == ((0, 0), 0)
    at = seen(ward.doctor, patient, wrong)
    assert "in error" in refused(services.cosign, ward.doctor, **ids(patient, wrong), seen=at)
    mistakes.put_back(ward.nurse, **ids(patient, wrong))
    assert lists(ward.doctor, ward.boss) == (1, 0)


def test_another_clinic_finds_no_note_to_co_sign(ward: Ward, patient: Patient, other_clinic: str) -> None:
    note = typed()
    notes.sign_note(ward.nurse, patient=patient, typed=note)
    foreign = scope_of(other_clinic, Role.DOCTOR)
    with pytest.raises(errors.NotFound):
        services.cosign(foreign, **ids(patient, note), seen="")
    assert waiting_asked(foreign)().rows == []


def test_who_co_signs_is_a_doctor_who_signs_for_themselves(ward: Ward) -> None:
    def named(scope: Scope, *others: Scope) -> None:
        member = accounts.member(ward.boss, scope.actor.id)
        ids = [each.actor.id for each in others]
        staffing.change_roles(ward.boss, member=member, roles=member.roles, cosigned_by=ids)

    for scope, other in ((ward.other, ward.nurse), (ward.other, ward.other)):
        assert "doctors who sign for themselves" in refused(named, scope, other)
    assert "co-sign for others" in refused(named, ward.doctor, ward.other)
    named(ward.nurse)
    assert ward.nurse.actor.id not in accounts.supervisors(ward.boss)
    named(ward.doctor, ward.other)
    assert "doctors who sign for themselves" in refused(named, ward.nurse, ward.doctor)


@pytest.mark.django_db
def test_on_the_pages_it_waits_goes_back_and_is_co_signed(ward: Ward, patient: Patient) -> None:
    note = typed()
    notes.sign_note(ward.nurse, patient=patient, typed=note)
    clinic = ward.boss.clinic_id
    doctors, nurses = (
        Pages(signed_in_client(clinic, role=role, name=scope.actor.name), clinic, patient)
        for role, scope in ((Role.DOCTOR, ward.doctor), (Role.NURSE, ward.nurse))
    )

    def tasks(who: Pages) -> str:
        return plain(who.client.get(f"/c/{clinic}/tasks/").content.decode())

    at = f"chart/entries/{note.entry_id}/notes/{note.note_id}/"
    assert "To co-sign 1" in tasks(doctors)
    assert "waits for your signature" in doctors.text("chart/")
    assert "to co-sign" in nurses.text("chart/")
    assert "waits for your signature" not in nurses.text("chart/")
    html = doctors.get(f"{at}cosign/").content.decode()
    assert doctors.send(f"{at}cosign/", hidden(html[html.index("<main") :]), step="back").status_code == 422
    doctors.sent(f"{at}cosign/", step="back", why="Please <b>add</b> the dose.")
    said = "Dr Luc Bernard sent this back: “Please <b>add</b> the dose.” Answer with an addendum."
    assert "Sent back to you 1" in tasks(nurses)
    assert said in tasks(nurses)
    assert said in nurses.text("chart/")
    nurses.sent(f"{at}addendum/", text="Losartan 100 mg.")
    text = doctors.sent(f"{at}cosign/", step="cosign")
    assert "Co-signed. No other one waits." in text
    assert "Co-signed" in doctors.text(f"chart/entries/{note.entry_id}/")
    again = doctors.client.get(doctors.at(f"{at}cosign/"))
    assert "Nothing here waits for your signature." in plain(doctors.client.get(again["Location"]).content.decode())
    assert nurses.get(f"{at}cosign/").status_code == 403


@pytest.mark.django_db
def test_before_a_note_is_signed_it_says_whose_signature_it_needs_as_well(ward: Ward, patient: Patient) -> None:
    clinic = ward.boss.clinic_id
    here = Pages(signed_in_client(clinic, role=Role.NURSE, name="Nora Daly"), clinic, patient)
    at = here.get("chart/note/")["Location"].partition(f"{patient.id}/")[2]
    answer = here.send(at, s="Tired.", step="check")
    assert "It then waits for the signature of Dr Luc Bernard as well." in plain(answer.content.decode())
