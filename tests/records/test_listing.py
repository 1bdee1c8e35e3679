"""The line of the chart: allergies, problems and medicines, each in its entry and in the summary."""

import pytest

from clinnet import clock
from clinnet.accounts.permissions import Role
from clinnet.accounts.queries import clinic as clinic_of
from clinnet.table import Scope, errors, keys, query
from patients import services
from patients.models import Patient
from patients.queries import patient as read
from records import queries
from records.letters.services import facts_of
from records.lines import EntryLine
from records.models import ERRORED
from records.services import mistakes, typing
from records.services.asking import Asked
from records.services.recording import Moment
from records.services.typing import Typed
from tests.conftest import Register, scope_of
from tests.records.lined import record, summary


@pytest.fixture
def patient(register: Register) -> Patient:
    return register(given_name="Thandi", family_name="Mbeki", birth_date="1990-03-14")


def test_nobody_asked_is_not_that_there_are_none(doctor: Scope, patient: Patient) -> None:
    assert (summary(doctor, patient).asked, summary(doctor, patient).allergies) == ("", [])
    record(doctor, patient, "allergy none")
    assert "No known allergies. Asked today" in summary(doctor, patient).asked
    assert "by Dr Amara Okafor." in summary(doctor, patient).asked


def test_an_allergy_ends_that_there_are_none_and_none_cannot_stand_beside_one(doctor: Scope, patient: Patient) -> None:
    record(doctor, patient, "allergy none")
    record(doctor, patient, "allergy penicillin rash severe 2011")
    shown = summary(doctor, patient)
    (row,) = shown.allergies
    assert (row.what, row.more, row.end, row.tone, shown.asked) == ("penicillin", "rash, 2011", "severe", "danger", "")
    with pytest.raises(errors.Refused) as refusal:
        record(doctor, patient, "allergy none")
    assert "An allergy is listed." in refusal.value.sentence


def test_an_allergy_that_is_listed_is_asked_about(doctor: Scope, patient: Patient) -> None:
    record(doctor, patient, "allergy penicillins rash severe 2011")
    with pytest.raises(Asked) as asked:
        record(doctor, patient, "allergy amoxicillin hives")
    assert asked.value.sentence == "Penicillins are already listed: rash, severe, 2011. Change that entry?"
    record(doctor, patient, "allergy amoxicillin hives", sure=True)
    assert len(summary(doctor, patient).allergies) == 2


def test_a_medicine_against_an_allergy_stops_until_a_reason_is_given_and_is_not_asked_again(
    doctor: Scope, patient: Patient
) -> None:
    record(doctor, patient, "allergy penicillins rash severe 2011")
    line = "rx flucloxacillin 500 qds 7d"
    with pytest.raises(Asked) as stop:
        record(doctor, patient, line)
    assert stop.value.takes_reason
    assert stop.value.sentence == (
        "Allergy: penicillins, rash, severe (2011). Flucloxacillin is a penicillin. Prescribe anyway? Reason:"
    )
    assert summary(doctor, patient).medicines == []
    first = record(doctor, patient, line, reason="taken since without a reaction")
    mistakes.enter_in_error(
        doctor, patient=patient, entry_id=summary(doctor, patient).medicines[0].entry, recorded_id=first, reason="twice"
    )
    record(doctor, patient, line)  # the same ingredient against the same allergy: answered
    assert [row.what for row in summary(doctor, patient).medicines] == ["flucloxacillin 500 mg"]


def test_a_yes_is_to_what_was_asked_and_to_nothing_else(doctor: Scope, patient: Patient) -> None:
    """The line can be changed on the page that asks."""
    record(doctor, patient, "allergy penicillins rash severe 2011")
    moment = Moment(clock.new_id(), "")
    with pytest.raises(Asked) as first:
        typing.record(doctor, patient=patient, moment=moment, typed=Typed("allergy latex rash xyz"))
    for text in ("allergy amoxicillin hives", "rx amoxicillin 500 tds 7d", "allergy latex rash abc"):
        again = Typed(text, answered=frozenset(first.value.answers), reason="yes")
        with pytest.raises(Asked):
            typing.record(doctor, patient=patient, moment=moment, typed=again)
    assert [row.what for row in summary(doctor, patient).allergies] == ["penicillins"]


def test_a_reason_is_needed_beside_a_yes(doctor: Scope, patient: Patient) -> None:
    record(doctor, patient, "allergy penicillins rash severe 2011")
    with pytest.raises(Asked):
        record(doctor, patient, "rx amoxicillin 500 tds 7d", sure=True, reason=" ")


def told(scope: Scope, patient: Patient, text: str) -> tuple[str, ...]:
    return typing.record(scope, patient=patient, moment=Moment(clock.new_id(), ""), typed=Typed(text)).told


def test_what_is_rare_or_not_in_the_list_is_told_with_the_medicine(doctor: Scope, patient: Patient) -> None:
    record(doctor, patient, "allergy penicillins rash severe 2011")
    assert "Cefuroxime rarely cross-reacts with penicillins" in told(doctor, patient, "rx cefuroxime 250 bd 7d")[0]
    assert told(doctor, patient, "rx wonderbalm 5mg od 7d") == ("Not in our list: checked by name only.",)


def test_a_new_allergy_names_the_medicines_that_it_speaks_against(doctor: Scope, patient: Patient) -> None:
    record(doctor, patient, "rx amoxicillin 500 tds 7d")
    record(doctor, patient, "rx losartan 50 od 28d")
    assert told(doctor, patient, "allergy penicillin rash") == ("Among the medicines: amoxicillin 500 mg.",)


@pytest.mark.parametrize("text", ["no known drug allergies", "NKDA.", "None known"])
def test_however_it_is_typed_none_is_no_substance(doctor: Scope, patient: Patient, text: str) -> None:
    record(doctor, patient, f"allergy {text}")
    assert summary(doctor, patient).allergies == []
    assert "No known allergies." in summary(doctor, patient).asked


@pytest.mark.parametrize("text", ["unknown", "not allergic to penicillin"])
def test_what_names_no_substance_is_refused(doctor: Scope, patient: Patient, text: str) -> None:
    with pytest.raises(errors.Refused) as refusal:
        record(doctor, patient, f"allergy {text}")
    assert refusal.value.sentence == typing.NAMES_NONE


def test_a_sulfa_allergy_is_no_reason_against_gliclazide(doctor: Scope, patient: Patient) -> None:
    record(doctor, patient, "allergy co-trimoxazole rash moderate 2019")
    assert record(doctor, patient, "rx gliclazide 60 od 28d")


def test_the_same_medicine_twice_is_asked_about(doctor: Scope, patient: Patient) -> None:
    record(doctor, patient, "rx losartan 50 od 28d")
    with pytest.raises(Asked) as asked:
        record(doctor, patient, "rx losartan 100 od 28d")
    assert "losartan 50 mg is taken already: 1 once a day for 28 days." in asked.value.sentence


def test_an_allergy_that_comes_between_check_and_save_is_seen(
    doctor: Scope, nurse: Scope, patient: Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The medicine is saved on the condition that the allergies are those that it was held against."""
    real, come = queries.standing, [True]

    def standing(scope: Scope, who: Patient, entry: str) -> queries.Standing:
        read = real(scope, who, entry)
        if come and scope is doctor:
            come.clear()
            record(nurse, patient, "allergy penicillin rash severe")
        return read

    monkeypatch.setattr(queries, "standing", standing)
    with pytest.raises(Asked):
        record(doctor, patient, "rx amoxicillin 500 tds 7d")
    assert summary(doctor, patient).medicines == []


def test_two_who_record_at_once_both_succeed(
    doctor: Scope, nurse: Scope, patient: Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, come = queries.standing, [True]

    def standing(scope: Scope, who: Patient, entry: str) -> queries.Standing:
        read = real(scope, who, entry)
        if come and scope is doctor:
            come.clear()
            record(nurse, patient, "problem asthma", code="-", entry=entry)
        return read

    monkeypatch.setattr(queries, "standing", standing)
    record(doctor, patient, "problem eczema", code="-")
    assert {row.what for row in summary(doctor, patient).problems} == {"asthma", "eczema"}


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("s 104", "That cannot be: SpO2 is at most 100 %."),
        ("bp 86/142", "86/142: the upper number comes first. 142/86?"),
        ("rx metformin 5.0 bd", "Write 5, not 5.0: the point is easily missed."),
        ("rx metformin bd", "Say strength: amoxicillin 500 tds 7d."),
        ("hello", typing.BEGIN),
        ("problem dia", "Choose which, or record it as it is typed."),
    ],
)
def test_what_cannot_be_is_refused_in_words(doctor: Scope, patient: Patient, text: str, sentence: str) -> None:
    with pytest.raises(errors.Refused) as refusal:
        record(doctor, patient, text)
    assert refusal.value.sentence.startswith(sentence)


def test_what_is_not_understood_is_named_and_left_out_only_when_somebody_says_so(
    nurse: Scope, patient: Patient
) -> None:
    with pytest.raises(Asked) as asked:
        record(nurse, patient, "bp 142/86 xyz")
    assert asked.value.sentence == "Not understood: xyz. Record the rest?"
    assert record(nurse, patient, "bp 142/86 xyz", sure=True)


@pytest.mark.parametrize("words", ["3 x 1 daily", "od every 2 weeks", "tds qam", "tds max 8"])
def test_a_medicine_is_not_recorded_without_a_word_of_its_dose(doctor: Scope, patient: Patient, words: str) -> None:
    with pytest.raises(errors.Refused) as refused:
        record(doctor, patient, f"rx ibuprofen 400 {words}", sure=True)
    assert refused.value.sentence.startswith("Not understood: ")


def test_a_problem_is_recorded_with_its_code(doctor: Scope, patient: Patient) -> None:
    found = typing.understood(Typed("problem type 2 diabetes 2017"), clinic_of(doctor.clinic_id)).choices
    record(doctor, patient, "problem type 2 diabetes 2017", code=found[0].code)
    (row,) = summary(doctor, patient).problems
    assert (row.what, row.more, row.end) == (found[0].words, found[0].code, "2017")
    with pytest.raises(Asked) as asked:
        record(doctor, patient, "problem type 2 diabetes", code=found[0].code)
    assert "Already listed" in asked.value.sentence


def test_the_same_problem_of_the_other_side_is_not_asked_about(doctor: Scope, patient: Patient) -> None:
    record(doctor, patient, "problem osteoarthritis", code="M17.11")
    record(doctor, patient, "problem osteoarthritis", code="M17.12")
    with pytest.raises(Asked):
        record(doctor, patient, "problem osteoarthritis", code="M17.12")


def test_what_is_recorded_in_one_visit_is_one_row(doctor: Scope, nurse: Scope, patient: Patient) -> None:
    entry = clock.new_id()
    record(nurse, patient, "bp 142/86 p 74", entry=entry)
    record(doctor, patient, "rx losartan 50 od 28d", entry=entry)
    (row,) = query(doctor, keys.chart_until(patient.id), limit=5).rows
    line = EntryLine.unpack(row["line"])
    assert (line.title, line.medicines) == ("Measurements", 1)
    assert line.gist == "142/86 mmHg, pulse 74 /min; losartan 50 mg, 1 once a day for 28 days"


def test_what_was_entered_in_error_leaves_the_summary_and_stays_in_its_entry(nurse: Scope, patient: Patient) -> None:
    record(nurse, patient, "w 93.1")
    entry = clock.new_id()
    wrong = record(nurse, patient, "w 39.1 p 74", entry=entry)
    mistakes.enter_in_error(nurse, patient=patient, entry_id=entry, recorded_id=wrong, reason="content")
    assert [(row.what, row.more) for row in summary(nurse, patient).measured] == [("93.1", "kg")]
    (item,) = queries.whole(nurse, patient, entry).recorded
    assert (item.state, item.errored["reason"]) == (ERRORED, "content")


def test_a_nurse_marks_only_what_she_recorded_and_a_doctor_whatever_is_wrong(
    doctor: Scope, nurse: Scope, patient: Patient
) -> None:
    first, second = clock.new_id(), clock.new_id()
    of_doctor = record(doctor, patient, "w 93.1", entry=first)
    of_nurse = record(nurse, patient, "w 39.1", entry=second)
    with pytest.raises(errors.Refused) as refusal:
        mistakes.enter_in_error(nurse, patient=patient, entry_id=first, recorded_id=of_doctor, reason="content")
    assert "Only who recorded it" in refusal.value.sentence
    mistakes.enter_in_error(doctor, patient=patient, entry_id=second, recorded_id=of_nurse, reason="content")
    assert [row.what for row in summary(nurse, patient).measured] == ["93.1"]


@pytest.mark.parametrize(
    ("role", "text"),
    [
        (Role.RECEPTIONIST, "allergy latex rash"),
        (Role.RECEPTIONIST, "bp 142/86"),
        (Role.ADMIN, "problem asthma"),
        (Role.NURSE, "rx losartan 50 od"),
        (Role.ADMIN, "allergy none"),
    ],
)
def test_who_may_not_is_refused(doctor: Scope, patient: Patient, role: Role, text: str) -> None:
    with pytest.raises(errors.Denied):
        record(scope_of(doctor.clinic_id, role), patient, text, code="-")


def test_the_summary_of_a_folded_record_stands_beside_its_survivors(
    scope: Scope, doctor: Scope, register: Register, patient: Patient
) -> None:
    other = register(given_name="Thandi", family_name="Mbeki")
    record(doctor, other, "allergy penicillin rash severe")
    services.merge(scope, patient, other, {})
    survivor = read(scope, patient.id)
    assert [row.what for row in summary(doctor, survivor).allergies] == ["penicillin"]
    with pytest.raises(Asked):
        record(doctor, survivor, "rx amoxicillin 500 tds 7d")


def test_what_a_folded_record_said_is_no_answer_once_this_list_has_begun(
    doctor: Scope, scope: Scope, patient: Patient, register: Register
) -> None:
    other = register(given_name="Peter", family_name="van den Berg")
    record(doctor, other, "allergy none")
    services.merge(scope, patient, other, {})
    one = read(scope, patient.id)
    assert "No known allergies" in summary(doctor, one).asked
    entry = clock.new_id()
    id = record(doctor, one, "allergy latex", entry=entry)
    mistakes.enter_in_error(doctor, patient=one, entry_id=entry, recorded_id=id, reason="twice")
    assert (summary(doctor, one).allergies, summary(doctor, one).asked) == ([], "")
    assert facts_of(queries.summaries(doctor, one), clinic_of(doctor.clinic_id)) == []  # nor does a letter say so
    assert queries.none_known(queries.summaries(doctor, one)) is None  # nor an export


@pytest.mark.parametrize("latest", ["142/86", "120/70"])
def test_of_two_folded_records_the_later_measurement_stands(
    doctor: Scope, scope: Scope, patient: Patient, register: Register, latest: str
) -> None:
    """A measurement of the record that was folded once stood over every later one."""
    other = register(given_name="Peter", family_name="van den Berg")
    both = [(patient, "120/70"), (other, "142/86")]
    for one, value in sorted(both, key=lambda each: each[1] == latest):
        record(doctor, one, f"bp {value}")
    services.merge(scope, patient, other, {})
    survivor = read(scope, patient.id)
    assert [row.what for row in summary(doctor, survivor).measured] == [latest]
    record(doctor, survivor, "bp 131/81")
    assert [row.what for row in summary(doctor, survivor).measured] == ["131/81"]
