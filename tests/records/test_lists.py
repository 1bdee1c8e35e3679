"""What has ended and what is issued again: medicines and problems, in their services and on their pages."""

import re
from datetime import date, timedelta

import pytest

from clinnet import clock
from clinnet.accounts.permissions import Role
from clinnet.accounts.queries import clinic as clinic_of
from clinnet.table import Scope, errors
from patients import services
from patients.models import Patient
from patients.queries import patient as read
from records import queries
from records.lines import MedicineLine
from records.lists import rows as lists
from records.models import CURRENT, ENDED, MED, PROB
from records.services import ending, mistakes, prescribing
from records.services.asking import Asked
from records.services.recording import Answers, Moment
from tests.conftest import Register
from tests.patients.pages import Pages, hidden, plain
from tests.people import signed_in_client
from tests.records.lined import record, summary


@pytest.fixture
def patient(register: Register) -> Patient:
    return register(given_name="Pieter", family_name="van den Berg")


def listed(scope: Scope, patient: Patient, kind: str) -> lists.Both:
    found, clinic = queries.summaries(scope, patient), clinic_of(scope.clinic_id)
    made = lists.medicines if kind == MED else lists.problems
    return made(found, queries.of_kind(scope, patient, kind, 50), clinic)


def renewed(scope: Scope, patient: Patient, *chosen: str, **more: object) -> str:
    moment = Moment(clock.new_id(), "Medicines renewed")
    return prescribing.renew(scope, patient=patient, moment=moment, chosen=chosen, **more)  # type: ignore[arg-type]  # as it takes them


def test_a_stopped_medicine_leaves_the_summary_with_its_reason_and_can_be_had_back(
    doctor: Scope, patient: Patient
) -> None:
    entry = clock.new_id()
    id = record(doctor, patient, "rx losartan 50 od 28d", entry=entry)
    ending.end(doctor, patient=patient, entry_id=entry, recorded_id=id, reason="harm")
    both = listed(doctor, patient, MED)
    assert (both.current, summary(doctor, patient).medicines) == ([], [])
    assert both.past[0].end.startswith("Side effect, Today")
    (item,) = queries.whole(doctor, patient, entry).recorded
    assert (item.state, item.ended["reason"], item.ended["name"]) == (ENDED, "harm", "Dr Amara Okafor")
    ending.resume(doctor, patient=patient, entry_id=entry, recorded_id=id)
    assert [row.what for row in listed(doctor, patient, MED).current] == ["losartan 50 mg"]
    assert listed(doctor, patient, MED).past == []


def test_a_problem_is_resolved_by_a_nurse_and_a_medicine_is_not_stopped_by_one(
    doctor: Scope, nurse: Scope, patient: Patient
) -> None:
    entry = clock.new_id()
    problem = record(doctor, patient, "problem asthma", code="-", entry=entry)
    medicine = record(doctor, patient, "rx losartan 50 od 28d", entry=entry)
    ending.end(nurse, patient=patient, entry_id=entry, recorded_id=problem, reason="resolved")
    assert summary(doctor, patient).problems == []
    assert listed(doctor, patient, PROB).past[0].what == "asthma"
    with pytest.raises(errors.Denied):
        ending.end(nurse, patient=patient, entry_id=entry, recorded_id=medicine, reason="harm")


@pytest.mark.parametrize("reason", ["", "resolved", "renewed"])
def test_a_medicine_is_stopped_for_a_reason_of_its_own(doctor: Scope, patient: Patient, reason: str) -> None:
    entry = clock.new_id()
    id = record(doctor, patient, "rx losartan 50 od 28d", entry=entry)
    with pytest.raises(errors.Refused) as refusal:
        ending.end(doctor, patient=patient, entry_id=entry, recorded_id=id, reason=reason)
    assert refusal.value.sentence == "Say why."
    assert len(summary(doctor, patient).medicines) == 1


def test_an_allergy_does_not_end(doctor: Scope, patient: Patient) -> None:
    entry = clock.new_id()
    id = record(doctor, patient, "allergy latex rash", entry=entry)
    with pytest.raises(errors.NotFound):
        ending.end(doctor, patient=patient, entry_id=entry, recorded_id=id, reason="resolved")


def test_what_is_renewed_is_the_same_again_in_one_entry(doctor: Scope, patient: Patient) -> None:
    first = record(doctor, patient, "rx losartan 50 od 28d")
    second = record(doctor, patient, "rx metformin 500 bd 28d")
    assert len(renewed(doctor, patient, first, second).split()) == 2
    both = listed(doctor, patient, MED)
    assert [row.what for row in both.current] == ["losartan 50 mg", "metformin 500 mg"]
    assert {row.end.partition(",")[0] for row in both.past} == {"Renewed"}
    (entry,) = {row.entry for row in both.current}
    whole = queries.whole(doctor, patient, entry)
    assert [(item.kind, item.state) for item in whole.recorded] == [(MED, CURRENT)] * 2


@pytest.mark.parametrize(
    ("until", "start", "ends"),
    [
        ("2026-12-03", "2026-12-03", "2026-12-31"),  # five days are left: the new supply follows them
        ("2026-11-01", "2026-11-28", "2026-12-26"),  # it ran out
        ("", "2026-11-28", ""),
    ],
)
def test_a_supply_follows_the_last_one_and_lasts_as_long(until: str, start: str, ends: str) -> None:
    began = (date.fromisoformat(until) - timedelta(28)).isoformat() if until else "2026-01-01"
    line = prescribing.again(MedicineLine(name="x", start=began, until=until), date(2026, 11, 28))
    assert (line.start, line.until) == (start, ends)


def test_a_renewal_against_an_allergy_that_came_since_is_asked_about(doctor: Scope, patient: Patient) -> None:
    id = record(doctor, patient, "rx amoxicillin 500 tds 7d")
    record(doctor, patient, "allergy penicillin rash severe")
    with pytest.raises(Asked) as asked:
        renewed(doctor, patient, id, reason="no answer")
    assert asked.value.takes_reason
    assert renewed(doctor, patient, id, reason="taken since", answered=asked.value.answers)


def test_what_is_not_current_is_not_renewed(doctor: Scope, patient: Patient) -> None:
    id = record(doctor, patient, "rx losartan 50 od 28d")
    renewed(doctor, patient, id)
    with pytest.raises(errors.Refused) as refusal:
        renewed(doctor, patient, id)
    assert "changed meanwhile" in refusal.value.sentence
    with pytest.raises(errors.Refused) as refusal:
        renewed(doctor, patient)
    assert "Tick what" in refusal.value.sentence


def test_what_was_renewed_is_not_had_back(doctor: Scope, patient: Patient) -> None:
    entry = clock.new_id()
    id = record(doctor, patient, "rx losartan 50 od 28d", entry=entry)
    renewed(doctor, patient, id)
    with pytest.raises(errors.Refused):
        ending.resume(doctor, patient=patient, entry_id=entry, recorded_id=id)
    assert len(summary(doctor, patient).medicines) == 1


def test_a_renewal_that_was_a_mistake_leaves_what_it_renewed_as_it_was(doctor: Scope, patient: Patient) -> None:
    """The medicine was on no list any more, and could not be had back."""
    id = record(doctor, patient, "rx losartan 50 od 28d")
    entry = clock.new_id()
    moment = Moment(entry, "Medicines renewed")
    new = prescribing.renew(doctor, patient=patient, moment=moment, chosen=[id])
    mistakes.enter_in_error(doctor, patient=patient, entry_id=entry, recorded_id=new, reason="twice")
    both = listed(doctor, patient, MED)
    assert [each.id for each in both.current] == [id]
    assert [each.id for each in both.past] == [new]
    again = renewed(doctor, patient, id)
    assert [each.id for each in listed(doctor, patient, MED).current] == [again]


def test_a_medicine_that_was_renewed_again_stays_over_when_the_first_renewal_is_in_error(
    doctor: Scope, patient: Patient
) -> None:
    id = record(doctor, patient, "rx losartan 50 od 28d")
    entry = clock.new_id()
    first = prescribing.renew(doctor, patient=patient, moment=Moment(entry, "Medicines renewed"), chosen=[id])
    second = renewed(doctor, patient, first)
    mistakes.enter_in_error(doctor, patient=patient, entry_id=entry, recorded_id=first, reason="twice")
    assert [each.id for each in listed(doctor, patient, MED).current] == [second]


def test_a_medicine_of_a_folded_record_is_renewed_in_the_survivor(
    scope: Scope, doctor: Scope, register: Register, patient: Patient
) -> None:
    other = register(given_name="Pieter", family_name="Berg")
    id = record(doctor, other, "rx losartan 50 od 28d")
    services.merge(scope, patient, other, {})
    survivor = read(scope, patient.id)
    renewed(doctor, survivor, id)
    (row,) = listed(doctor, survivor, MED).current
    assert row.id != id
    assert queries.whole(doctor, survivor, row.entry).owner == survivor.id
    mistakes.enter_in_error(doctor, patient=survivor, entry_id=row.entry, recorded_id=row.id, reason="twice")
    assert [each.id for each in listed(doctor, survivor, MED).current] == [id]


def stopped(scope: Scope, patient: Patient, line: str, reason: str = "harm") -> tuple[str, str]:
    """The entry and the id of a medicine that was recorded and stopped."""
    entry = clock.new_id()
    id = record(scope, patient, line, entry=entry)
    ending.end(scope, patient=patient, entry_id=entry, recorded_id=id, reason=reason)
    return entry, id


def test_a_stopped_medicine_is_had_back_against_an_allergy_that_came_since_with_a_reason_alone(
    doctor: Scope, patient: Patient
) -> None:
    entry, id = stopped(doctor, patient, "rx amoxicillin 500 tds 7d")
    record(doctor, patient, "allergy penicillin rash severe")
    with pytest.raises(Asked) as asked:
        ending.resume(doctor, patient=patient, entry_id=entry, recorded_id=id)
    assert asked.value.takes_reason
    assert summary(doctor, patient).medicines == []
    answers = Answers(asked.value.answers, "taken since without a reaction")
    ending.resume(doctor, patient=patient, entry_id=entry, recorded_id=id, answers=answers)
    (item,) = [each for each in queries.whole(doctor, patient, entry).recorded if each.id == id]
    assert (item.state, item.reason) == (CURRENT, "taken since without a reaction")
    assert not item.ended
    (kept,) = queries.summaries(doctor, patient)[0].part("ALG").overrides
    assert kept["ingredient"] == "amoxicillin"
    ending.end(doctor, patient=patient, entry_id=entry, recorded_id=id, reason="harm")
    ending.resume(doctor, patient=patient, entry_id=entry, recorded_id=id)  # answered before: not asked again


def test_a_stopped_medicine_is_not_had_back_unasked_beside_the_same_one(doctor: Scope, patient: Patient) -> None:
    entry, id = stopped(doctor, patient, "rx losartan 50 od 28d", "changed")
    record(doctor, patient, "rx losartan 100 od 28d")
    with pytest.raises(Asked) as asked:
        ending.resume(doctor, patient=patient, entry_id=entry, recorded_id=id)
    assert "losartan 100 mg is taken already" in asked.value.findings[0]


def test_the_summary_counts_the_problems_that_are_over(doctor: Scope, patient: Patient) -> None:
    entry = clock.new_id()
    ids = [record(doctor, patient, f"problem {words}", code="-", entry=entry) for words in ("asthma", "gout", "acne")]
    assert summary(doctor, patient).resolved == ""
    for id in ids:
        ending.end(doctor, patient=patient, entry_id=entry, recorded_id=id, reason="resolved")
    assert summary(doctor, patient).resolved == "3"
    ending.resume(doctor, patient=patient, entry_id=entry, recorded_id=ids[0])
    mistakes.enter_in_error(doctor, patient=patient, entry_id=entry, recorded_id=ids[1], reason="twice")
    assert summary(doctor, patient).resolved == "1"
    both = listed(doctor, patient, PROB)
    assert [(each.id, each.resumable) for each in both.past] == [(ids[2], True), (ids[1], False)]


def test_an_answer_to_one_medicine_does_not_forget_that_to_another(doctor: Scope, patient: Patient) -> None:
    record(doctor, patient, "allergy penicillins rash severe 2011")
    record(doctor, patient, "rx amoxicillin 500 tds 7d", reason="taken since")
    record(doctor, patient, "rx flucloxacillin 500 qds 7d", reason="taken since")
    kept = {each["ingredient"] for each in queries.summaries(doctor, patient)[0].part("ALG").overrides}
    assert kept == {"amoxicillin", "flucloxacillin"}


# --- Pages -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def here(doctor: Scope, patient: Patient, db: None) -> Pages:
    return Pages(
        signed_in_client(doctor.clinic_id, role=Role.DOCTOR, name="Dr Amara Okafor"), doctor.clinic_id, patient
    )


def test_what_ends_within_fourteen_days_is_ticked(here: Pages, doctor: Scope) -> None:
    soon = record(doctor, here.patient, "rx amoxicillin 500 tds 7d")
    later = record(doctor, here.patient, "rx losartan 50 od 28d")
    html = here.get("chart/medicines/").content.decode()
    assert re.search(rf'value="{soon}"[^>]*checked', html)
    assert not re.search(rf'value="{later}"[^>]*checked', html)
    fields = hidden(html[html.index('id="renew"') - 60 :])
    answer = here.send("chart/medicines/renew/", fields, id=[soon, later])
    text = plain(here.client.get(answer["Location"]).content.decode())
    assert "2 renewed, RX-" in text


def test_a_medicine_is_stopped_on_its_page_and_had_back(here: Pages, doctor: Scope) -> None:
    entry = clock.new_id()
    id = record(doctor, here.patient, "rx losartan 50 od 28d", entry=entry)
    at = f"chart/entries/{entry}/recorded/{id}/"
    text = here.sent("chart/medicines/", action=f"{at}end/", reason="finished")
    assert "Not current any more. Undo" in text
    assert "Course finished" in here.text(f"chart/entries/{entry}/")


def test_a_stopped_medicine_says_who_stopped_it_and_is_taken_again_with_one_press(here: Pages, doctor: Scope) -> None:
    entry, id = stopped(doctor, here.patient, "rx losartan 50 od 28d")
    assert "Side effect, Today" in here.text("chart/medicines/")
    assert "Dr Amara Okafor" in here.text("chart/medicines/")
    text = here.sent("chart/medicines/", action=f"chart/entries/{entry}/recorded/{id}/resume/")
    assert "Current again." in text
    assert [row.id for row in summary(doctor, here.patient).medicines] == [id]


def test_taking_a_stopped_medicine_again_against_an_allergy_asks_for_a_reason(here: Pages, doctor: Scope) -> None:
    entry, id = stopped(doctor, here.patient, "rx amoxicillin 500 tds 7d")
    record(doctor, here.patient, "allergy penicillin rash severe")
    at = f"chart/entries/{entry}/recorded/{id}/resume/"
    answer = here.send("chart/medicines/", action=at)
    text = plain(answer.content.decode())
    assert answer.status_code == 422
    assert "Side effect (Dr Amara Okafor" in text
    assert "is a penicillin" in text
    fields = hidden(answer.content.decode(), at)
    done = here.send(at, fields, reason="benefit outweighs")
    assert "Current again." in plain(here.client.get(done["Location"]).content.decode())


def test_the_count_of_resolved_problems_opens_them(here: Pages, doctor: Scope) -> None:
    entry = clock.new_id()
    id = record(doctor, here.patient, "problem asthma", code="-", entry=entry)
    ending.end(doctor, patient=here.patient, entry_id=entry, recorded_id=id, reason="resolved")
    html = here.get("chart/").content.decode()
    assert 'chart/problems/#past">1 resolved</a>' in html
    assert "No current problems." in plain(html)
    assert 'id="past"' in here.get("chart/problems/").content.decode()


def test_a_nurse_reads_the_medicines_and_has_nothing_to_press(here: Pages, doctor: Scope) -> None:
    record(doctor, here.patient, "rx losartan 50 od 28d")
    nurse = Pages(signed_in_client(doctor.clinic_id, role=Role.NURSE, name="Nora Daly"), doctor.clinic_id, here.patient)
    html = nurse.get("chart/medicines/").content.decode()
    assert "losartan 50 mg" in html
    assert 'id="renew"' not in html
    assert "/end/" not in html


def test_the_banner_names_the_allergies_for_a_phone(here: Pages, doctor: Scope) -> None:
    assert "banner-allergies" in here.get("chart/").content.decode()
    record(doctor, here.patient, "allergy penicillin rash severe")
    html = here.get("chart/").content.decode()
    assert "Allergies: penicillin (severe)" in plain(html[html.index("banner-allergies") - 10 :])
