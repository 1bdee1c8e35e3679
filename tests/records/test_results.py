"""Orders, their results, and who has looked at them: rules, services and pages."""

from dataclasses import replace
from datetime import timedelta
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinnet import clock
from clinnet.accounts.permissions import Role
from clinnet.table import Actor, Scope, errors, keys, query
from patients.models import Patient
from records import queries as charts
from records.lines import OrderLine, ResultLine, ValueLine
from records.models import CURRENT, ENDED, ERRORED, ORD
from records.results import queries, rows, services
from records.results.services import Came
from records.rules import results as rules
from records.rules.results import Value
from records.services import ending, mistakes
from records.services.recording import Moment
from tests.conftest import Register, scope_of
from tests.patients.pages import Pages
from tests.people import signed_in_client

VALUE = ("name", "value", "unit", "range", "flag", "code")


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("HbA1c 68 mmol/mol (20-42)", Value("HbA1c", "68", "mmol/mol", "20-42", "H")),
        ("Potassium 3.1 mmol/L 3.5 - 5.1", Value("Potassium", "3.1", "mmol/L", "3.5 - 5.1", "L")),
        ("CRP <5 mg/L (<5)", Value("CRP", "<5", "mg/L", "<5")),
        ("eGFR >90 mL/min/1.73m2 (>60)", Value("eGFR", ">90", "mL/min/1.73m2", ">60")),
        ("Troponin 240 ng/L [<14] HH", Value("Troponin", "240", "ng/L", "<14", "HH")),
        ("WBC 12,4 10*9/L (4,0-11,0)", Value("WBC", "12,4", "10*9/L", "4,0-11,0", "H")),
        ("Vitamin B12 210 ng/L", Value("Vitamin B12", "210", "ng/L")),
        ("CA 125 35 U/mL (<35) N", Value("CA 125", "35", "U/mL", "<35")),
        ("INR 2.4 (0.9-1.2) N", Value("INR", "2.4", "", "0.9-1.2")),  # the laboratory says it: its word counts
        ("Urine culture: no growth", Value("Urine culture", "no growth")),
        ("Albumin 30 g/L (of 2 kinds)", Value("Albumin", "30", "g/L", "of 2 kinds")),
    ],
)
def test_a_line_of_a_report_is_kept_as_sent_and_flagged_by_its_own_range(line: str, value: Value) -> None:
    assert rules.parse(line) == ([value], [])


def test_what_is_not_understood_is_named_and_nothing_without_a_range_is_flagged() -> None:
    values, unknown = rules.parse("Sodium 190 mmol/L\nsee the letter\n\n")
    assert (values, unknown) == ([Value("Sodium", "190", "mmol/L")], ["see the letter"])
    assert rules.severity(values) == rules.NORMAL


@pytest.mark.parametrize(
    "line",
    ["Platelets 1 250 10*9/L (150-400)", "Platelets 1'250 (150-400)", "Platelets 1’250 10*9/L", "Platelets 1,250,000",
     "Platelets 1 250.5", "CA 125 350 U/mL", "PSA 1,25,3"],
)  # fmt: skip
def test_a_number_with_something_between_its_thousands_is_not_read_in_part(line: str) -> None:
    assert rules.parse(line) == ([], [line])


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("Sodium 140 135-145", Value("Sodium", "140", "", "135-145")),
        ("CA125 350 U/mL (<35)", Value("CA125", "350", "U/mL", "<35", "H")),
        ("Vitamin B12 2000 ng/L", Value("Vitamin B12", "2000", "ng/L")),
        ("Urine culture: 100 000 cfu/mL", Value("Urine culture", "100 000 cfu/mL")),
    ],
)
def test_other_numbers_beside_one_another_are_read(line: str, value: Value) -> None:
    assert rules.parse(line) == ([value], [])


@given(st.decimals(0, 999, places=2), st.decimals(0, 999, places=2), st.decimals(0, 999, places=2))
def test_a_number_within_its_range_is_never_flagged_and_one_beyond_always(a: object, b: object, c: object) -> None:
    low, middle, high = sorted([a, b, c])  # type: ignore[type-var]  # decimals
    assert rules.flagged(Value("K", str(middle), "", f"{low}-{high}")).flag == ""
    if low != middle:
        assert rules.flagged(Value("K", str(low), "", f"{middle}-{high}")).flag == "L"
    if high != middle:
        assert rules.flagged(Value("K", str(high), "", f"{low}-{middle}")).flag == "H"


@pytest.mark.parametrize(
    ("value", "range", "flag"),
    [
        ("1,250", "150-400", ""),  # platelets of 1250, or of 1.25?
        ("900", "4,500-11,000", ""),
        ("1,250.5", "150-400", "H"),
        ("1,250", "150.0-400.0", "H"),
        ("12,500", "4,500-11,000", "H"),
        ("1,250,000", "150,000-400,000", "H"),
        ("140,000", "150,000-400,000", "L"),
        ("1,250", "0,8-1,2", "H"),
        ("0,250", "1-2", "L"),
        (">1,000", "<100", ""),
    ],
)
def test_a_comma_before_three_digits_flags_only_where_it_is_sure_what_it_parts(
    value: str, range: str, flag: str
) -> None:
    assert rules.flagged(Value("Platelets", value, "", range)).flag == flag


@pytest.mark.parametrize(
    ("value", "also"),
    [
        (Value("HbA1c", "6.5", "%"), "48 mmol/mol"),
        (Value("Glycated haemoglobin", "7", "%", code="4548-4"), "53 mmol/mol"),
        (Value("HbA1c", ">14", "%"), ""),
        (Value("HbA1c", "48", "mmol/mol"), ""),
        (Value("Haematocrit", "42", "%"), ""),
    ],
)
def test_a_hba1c_in_percent_is_shown_in_mmol_per_mol_too(value: Value, also: str) -> None:
    assert rules.also(value) == also


def test_the_first_word_says_which_kind_of_order_it_is() -> None:
    found = [rules.ordered(each) for each in ("hba1c, lipids", "xray chest", "refer to cardiology", "referral physio")]
    assert found == [
        ("lab", "hba1c, lipids"),
        ("imaging", "xray chest"),
        ("referral", "cardiology"),
        ("referral", "physio"),
    ]


# --- Services --------------------------------------------------------------------------------------------------------


@pytest.fixture
def colleague(clinic: str) -> Scope:
    return replace(scope_of(clinic, Role.DOCTOR), actor=Actor(f"other-{clinic}", "Dr Luc Bernard"))


@pytest.fixture
def patient(register: Register) -> Patient:
    return register(given_name="Pieter", family_name="van den Berg", birth_date="1954-03-14")


def order(scope: Scope, patient: Patient, what: str = "hba1c") -> tuple[str, str]:
    """The ids of the entry and of the order."""
    entry = clock.new_id()
    wanted = OrderLine(what=what)
    return entry, services.order(scope, patient=patient, moment=Moment(entry, "Order"), wanted=wanted)


def came(scope: Scope, patient: Patient, text: str, **more: str) -> tuple[str, str]:
    entry = more.get("order_entry") or clock.new_id()
    result = Came("Blood", rules.parse(text)[0], more.pop("on", "2020-11-01"), **more)
    return entry, services.file_result(scope, patient=patient, moment=Moment(entry, "Result"), came=result)


def waits(scope: Scope) -> list[str]:
    return [each.id for each in queries.waiting(queries.to_look_at(scope)().rows, scope.actor.id)]


def without_result(scope: Scope) -> list[str]:
    later = clock.stamp(clock.now() + timedelta(days=1))
    return [row["id"] for row in query(scope, keys.orders_open(scope.clinic_id, later), limit=50).rows]


def states(scope: Scope, patient: Patient, entry: str) -> dict[str, str]:
    return {each.kind: each.state for each in charts.whole(scope, patient, entry).recorded}


def test_a_result_answers_its_order_and_waits_for_who_ordered_it(doctor: Scope, nurse: Scope, patient: Patient) -> None:
    entry, id = order(doctor, patient)
    assert without_result(doctor) == [id]
    _, result = came(nurse, patient, "HbA1c 68 mmol/mol (20-42)", order=id, order_entry=entry)
    assert without_result(doctor) == []
    assert states(doctor, patient, entry) == {ORD: ENDED, "RES": CURRENT}
    (waiting,) = queries.waiting(queries.to_look_at(doctor)().rows, doctor.actor.id)
    assert (waiting.id, waiting.patient_id, waiting.line.person) == (result, patient.id, doctor.actor.id)
    (shown,) = rows.for_you(charts.summaries(doctor, patient), doctor.actor.id, {})
    assert (shown.what, shown.more, shown.word) == ("Blood", "HbA1c 68 mmol/mol high", "abnormal")
    assert not shown.whose


def test_a_colleague_finds_what_came_for_who_is_away_critical_ones_first(
    doctor: Scope, colleague: Scope, nurse: Scope, patient: Patient
) -> None:
    _, plain = came(nurse, patient, "K 4.1 mmol/L (3.5-5.1)", person=doctor.actor.id)
    _, mine = came(nurse, patient, "CRP 48 mg/L (<5)", person=colleague.actor.id)
    _, grave = came(nurse, patient, "Troponin 240 ng/L (<14) HH", person=doctor.actor.id)
    assert waits(colleague) == [grave, mine, plain]
    assert waits(doctor) == [grave, plain, mine]


def test_one_who_has_looked_takes_it_off_every_list_and_a_second_is_told(
    doctor: Scope, colleague: Scope, nurse: Scope, patient: Patient
) -> None:
    entry, id = came(nurse, patient, "CRP 48 mg/L (<5)", person=doctor.actor.id)
    with pytest.raises(errors.Denied):
        services.look_at(nurse, patient=patient, entry_id=entry, recorded_id=id, answer="tell")
    with pytest.raises(errors.Refused) as refusal:
        services.look_at(colleague, patient=patient, entry_id=entry, recorded_id=id, answer="")
    assert "Say what follows" in refusal.value.sentence
    services.look_at(colleague, patient=patient, entry_id=entry, recorded_id=id, answer="tell", said="phone him")
    assert waits(doctor) == [] == rows.for_you(charts.summaries(doctor, patient), doctor.actor.id, {})
    (item,) = charts.whole(doctor, patient, entry).recorded
    assert (item.reviewed["name"], item.reviewed["said"]) == ("Dr Luc Bernard", "phone him")
    with pytest.raises(errors.Refused) as refusal:
        services.look_at(doctor, patient=patient, entry_id=entry, recorded_id=id, answer="see")
    assert "has looked at" in refusal.value.sentence


def test_a_result_in_error_waits_no_more_and_cannot_be_looked_at(doctor: Scope, patient: Patient) -> None:
    entry, id = came(doctor, patient, "CRP 48 mg/L (<5)")
    mistakes.enter_in_error(doctor, patient=patient, entry_id=entry, recorded_id=id, reason="patient")
    assert waits(doctor) == [] == rows.for_you(charts.summaries(doctor, patient), doctor.actor.id, {})
    assert states(doctor, patient, entry) == {"RES": ERRORED}
    with pytest.raises(errors.Refused):
        services.look_at(doctor, patient=patient, entry_id=entry, recorded_id=id, answer="see")


def test_an_order_is_cancelled_with_a_reason_and_can_be_had_back(doctor: Scope, nurse: Scope, patient: Patient) -> None:
    entry, id = order(doctor, patient)
    with pytest.raises(errors.Denied):
        ending.end(nurse, patient=patient, entry_id=entry, recorded_id=id, reason="needless")
    ending.end(doctor, patient=patient, entry_id=entry, recorded_id=id, reason="elsewhere")
    assert without_result(doctor) == []
    ending.resume(doctor, patient=patient, entry_id=entry, recorded_id=id)
    assert without_result(doctor) == [id]
    came(nurse, patient, "HbA1c 60 mmol/mol", order=id, order_entry=entry)
    with pytest.raises(errors.Refused):
        ending.resume(doctor, patient=patient, entry_id=entry, recorded_id=id)


@pytest.mark.parametrize(
    ("text", "on", "said"),
    [
        ("", "2020-11-01", "Write the values"),
        ("K 4.1", "2999-01-01", "in the future"),
        ("K 4.1", "1950-01-01", "before the patient was born"),
        ("\n".join(f"K{n} 4" for n in range(61)), "2020-11-01", "two results"),
    ],
)
def test_what_cannot_be_a_result_is_refused(doctor: Scope, patient: Patient, text: str, on: str, said: str) -> None:
    with pytest.raises(errors.Refused) as refusal:
        came(doctor, patient, text, on=on)
    assert said in refusal.value.sentence


def test_an_entry_of_more_than_a_hundred_items_is_read_whole(doctor: Scope, patient: Patient) -> None:
    entry = clock.new_id()
    for number in range(3):
        services.order(doctor, patient=patient, moment=Moment(entry, "Order"), wanted=OrderLine(what=f"test {number}"))
    few = charts.MOST_AT_ONCE
    try:
        charts.MOST_AT_ONCE = 2
        assert len(charts.whole(doctor, patient, entry).recorded) == 3
    finally:
        charts.MOST_AT_ONCE = few


# --- Pages -----------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_result_goes_from_order_to_seen_on_the_pages(doctor: Scope, patient: Patient) -> None:
    clinic = doctor.clinic_id
    here = Pages(signed_in_client(clinic, role=Role.DOCTOR, name="Dr Amara Okafor"), clinic, patient)
    here.sent("chart/", action="chart/add/", text="order hba1c")
    waiting = here.get("chart/results/").content.decode()
    link = unescape(waiting.partition("chart/results/new/?")[2].partition('"')[0])
    here.sent(
        f"chart/results/new/?{link}",
        action="chart/results/new/",
        on="2020-11-01",
        values="HbA1c 68 mmol/mol (20-42)",
        title="HbA1c",
    )
    listed = here.text("chart/results/")
    assert "not seen yet" in listed
    assert "Nothing waits for a result." in listed
    assert "HbA1c 68 mmol/mol high" in here.text("chart/")
    tasks = here.client.get(f"/c/{clinic}/tasks/").content.decode()
    one = tasks.partition(f"/patients/{patient.id}/chart/entries/")[2].partition('"')[0]
    one = f"chart/entries/{one}"
    assert "20-42" in here.text(one)
    assert "No other one waits." in here.sent(one, action=f"{one}look-at/", answer="see", said="next week")
    assert "not seen yet" not in here.text("chart/results/")
    assert "See them: next week" in here.text(one)


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("CRP 4 mg/L (<6)", True),
        ("CRP <5 mg/L (<6)", True),
        ("K 4.1 mmol/L (3.5-5.3)", True),
        ("CRP 4 mg/L", False),  # nobody said what is normal
        ("CRP 14 mg/L (<6)", False),
        ("Urea <5 mmol/L (3-7)", False),
        ("Blood: positive (negative)", False),
        ("Platelets 1,250 (150-1400)", False),
    ],
)
def test_the_list_offers_y_only_for_what_is_known_to_lie_in_its_range(text: str, plain: bool) -> None:
    (value,) = rules.parse(text)[0]
    line = ResultLine(
        title="Blood",
        values=[ValueLine(**{name: getattr(value, name) for name in VALUE}).pack()],
        severity=rules.severity([value]),
    )
    assert rows.at_a_glance(line) is plain
    assert not rows.at_a_glance(replace(line, comment="See the report."))
    assert not rows.at_a_glance(replace(line, values=[*line.values] * 30)), "the row ends before the last one"


@pytest.mark.django_db
def test_what_is_normal_is_looked_at_with_one_press_and_what_is_not_takes_an_answer(
    doctor: Scope, patient: Patient
) -> None:
    here = Pages(
        signed_in_client(doctor.clinic_id, role=Role.DOCTOR, name="Dr Amara Okafor"), doctor.clinic_id, patient
    )
    pages = {}
    for value in ("38", "68"):
        came = Came("HbA1c", rules.parse(f"HbA1c {value} mmol/mol (20-42)")[0], "2020-11-01")
        moment = Moment(clock.new_id(), "Result")
        id = services.file_result(doctor, patient=patient, moment=moment, came=came)
        pages[value] = f"chart/entries/{moment.entry_id}/results/{id}/"
    assert "Normal, tell nobody Y" not in here.text(pages["68"])
    one = pages["38"]
    assert "Normal, tell nobody Y" in here.text(one)
    tasks = here.sent(one, action=f"{one}look-at/", answer="tell-nobody")
    assert "Looked at. 1 more wait. Next: van den Berg, Pieter" in tasks
    assert "Normal, tell nobody Y" not in here.text(one)
