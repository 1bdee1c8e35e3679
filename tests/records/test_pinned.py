"""Values of results in the summary, by the problems that a chart lists; and what is due there."""

from datetime import timedelta
from typing import Any

import pytest

from clinnet import clock
from clinnet.accounts.permissions import Role
from clinnet.accounts.queries import clinic as clinic_of
from clinnet.table import Scope, keys, reads
from clinnet.table.errors import Unavailable
from patients.models import Patient
from records import queries
from records.models import LAB, RES
from records.results import services as results
from records.results.services import Came
from records.rules import results as rules
from records.rules.pinned import ANALYTES, analyte_of, pinned
from records.services import mistakes, pinning
from records.services.recording import Moment
from records.trends.rows import analytes
from records.vaccines import services as vaccines
from tests.conftest import Register
from tests.patients.pages import Pages, plain
from tests.people import signed_in_client
from tests.records.lined import record, summary


@pytest.fixture
def patient(register: Register) -> Patient:
    return register(given_name="Pieter", family_name="van den Berg", birth_date="1954-11-08")


@pytest.mark.parametrize(
    ("name", "code", "value", "key"),
    [
        ("HbA1c", "", "68", "hba1c"),
        ("Hemoglobin A1c/Hemoglobin.total in Blood", "4548-4", "6.2", "hba1c"),
        ("eGFR", "", ">90", "egfr"),
        ("Urine albumin/creatinine", "", "4,1", "acr"),
        ("Potassium", "", "4.6", "k"),
        ("Urine potassium", "", "40", ""),
        ("Potassium", "2828-2", "40", ""),  # of urine, by its code
        ("HbA1c", "", "sample clotted", ""),
        ("CRP", "", "48", ""),
    ],
)
def test_a_value_is_known_by_its_code_else_by_its_whole_name(name: str, code: str, value: str, key: str) -> None:
    assert analyte_of(name, code, value) == key


def test_no_code_and_no_name_is_of_two_values() -> None:
    for which in ("codes", "names"):
        all = [each for one in ANALYTES.values() for each in getattr(one, which)]
        assert len(all) == len(set(all))


def test_four_values_are_pinned_by_the_problems_that_are_listed() -> None:
    assert pinned(["I10", "E11.42", "M17.11"]) == ["hba1c", "egfr", "ldl", "acr"]
    assert pinned(["I10"]) == ["egfr", "k"]
    assert pinned(["M17.11", "", "E86"]) == []


def listed(scope: Scope, patient: Patient, words: str, code: str = "") -> None:
    record(scope, patient, f"problem {words}", code=code or "-")


def came(scope: Scope, patient: Patient, text: str, days: int = 0) -> tuple[str, str]:
    """The ids of the entry and of the result."""
    values, _ = rules.parse(text)
    entry, on = clock.new_id(), clock.today("UTC") - timedelta(days + 1)
    filed = Came("Blood", values, on.isoformat())
    return entry, results.file_result(scope, patient=patient, moment=Moment(entry, "Result"), came=filed)


def cells(scope: Scope, patient: Patient) -> dict[str, tuple[str, str]]:
    return {row.entry: (row.what, row.tone) for row in summary(scope, patient).measured}


def test_a_diabetics_latest_values_stand_in_the_summary_until_they_are_in_error(
    doctor: Scope, patient: Patient
) -> None:
    came(doctor, patient, "HbA1c 58 mmol/mol (20-42)", days=90)
    assert cells(doctor, patient) == {}
    listed(doctor, patient, "Type 2 diabetes", "E11.42")
    entry, id = came(doctor, patient, "HbA1c 68 mmol/mol (20-42)\nUrine potassium 40 mmol/L\neGFR 71 mL/min (>60)")
    came(doctor, patient, "HbA1c 51 mmol/mol (20-42)", days=400)  # an older one, filed later
    assert cells(doctor, patient) == {"HbA1c": ("68 ▲", "danger"), "eGFR": ("71", "quiet")}
    mistakes.enter_in_error(doctor, patient=patient, entry_id=entry, recorded_id=id, reason="twice")
    assert cells(doctor, patient) == {"HbA1c": ("58 ▲", "danger")}


@pytest.mark.django_db
def test_values_that_came_more_than_once_stand_in_columns_before_what_is_normal(
    doctor: Scope, patient: Patient
) -> None:
    listed(doctor, patient, "Type 2 diabetes", "E11.9")
    for days, value in ((90, "51"), (60, "57"), (30, "61"), (1, "68")):
        came(doctor, patient, f"HbA1c {value} mmol/mol (20-42)\nCRP 4 mg/L" if days == 30 else
             f"HbA1c {value} mmol/mol (20-42)", days)  # fmt: skip
    entry, wrong = came(doctor, patient, "HbA1c 99 mmol/mol (20-42)", 2)
    mistakes.enter_in_error(doctor, patient=patient, entry_id=entry, recorded_id=wrong, reason="patient")
    (row,) = analytes(queries.of_kind(doctor, patient, RES, 50), clinic_of(doctor.clinic_id)).rows
    assert (row.label, row.unit, row.cells) == ("HbA1c", "mmol/mol", ("51 ▲", "57 ▲", "61 ▲", "68 ▲"))
    assert row.drawn
    assert (row.drawn.low, row.drawn.high, row.drawn.normal) == ("51", "68", "20-42")
    assert row.drawn.band
    here = Pages(signed_in_client(doctor.clinic_id, role=Role.DOCTOR), doctor.clinic_id, patient)
    assert '<rect class="band"' in here.get("chart/").content.decode()
    html = here.get("chart/measurements/").content.decode()
    assert '<rect class="band"' in html
    assert "normal 20-42" in plain(html)


def test_what_was_filed_before_values_stood_in_the_summary_is_looked_up_by_the_next_result(
    doctor: Scope, patient: Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed(doctor, patient, "Type 2 diabetes", "E11.42")
    with monkeypatch.context() as before:
        before.setattr(pinning, "added", lambda *_: {})
        came(doctor, patient, "HbA1c 58 mmol/mol (20-42)\nLDL 2.1 mmol/L", days=90)
    assert cells(doctor, patient) == {}
    came(doctor, patient, "HbA1c 68 mmol/mol (20-42)")
    assert cells(doctor, patient) == {"HbA1c": ("68 ▲", "danger"), "LDL": ("2.1", "quiet")}


def test_a_value_of_last_time_is_never_left_out_for_one_that_is_pinned(doctor: Scope, patient: Patient) -> None:
    listed(doctor, patient, "Type 2 diabetes", "E11.42")
    came(doctor, patient, "HbA1c 68 mmol/mol\neGFR 71 mL/min\nLDL 2.1 mmol/L\nACR 4.1 mg/mmol")
    record(doctor, patient, "bp 142/86 p 74 t 38.7 r 16 s 97 w 93.1 h 178", sure=True)
    shown = cells(doctor, patient)
    assert list(shown)[:8] == [
        "Blood pressure", "Pulse", "Weight", "BMI", "HbA1c", "eGFR", "LDL", "Urine ACR",
    ]  # fmt: skip
    assert shown["Temperature"][0] == "38.7"
    record(doctor, patient, "p 70")
    assert "Temperature" not in cells(doctor, patient)


@pytest.mark.django_db
def test_more_than_fits_is_counted_and_leads_to_its_list(doctor: Scope, patient: Patient) -> None:
    for name in ("metformin", "losartan", "atorvastatin", "paracetamol", "omeprazole", "amlodipine", "cetirizine"):
        record(doctor, patient, f"rx {name} 50 mg od", sure=True)
        listed(doctor, patient, f"Takes {name}")
    text = Pages(signed_in_client(doctor.clinic_id, role=Role.DOCTOR), doctor.clinic_id, patient).text("chart/")
    assert "2 more" in text
    assert "1 more" in text


@pytest.mark.django_db
def test_the_vaccines_that_are_due_stand_in_the_chart_of_a_child(
    doctor: Scope, patient: Patient, register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    born = clock.today(clinic_of(doctor.clinic_id).time_zone) - timedelta(70)
    child = register(given_name="Idris", family_name="Haddad", birth_date=born.isoformat())
    client = signed_in_client(doctor.clinic_id, role=Role.DOCTOR)
    here, grown = Pages(client, doctor.clinic_id, child), Pages(client, doctor.clinic_id, patient)
    assert "dose 1" not in here.text("chart/")
    vaccines.confirm_schedule(doctor)
    assert "Due 6-in-1 and 4-in-1, dose 1 6-in-1 due MenB, dose 1 due" in here.text("chart/")
    assert "2 in sequence" in here.get("chart/")["Server-Timing"]
    asked: list[Any] = []
    real = reads.query

    def failing(scope: Scope, range: keys.Range, **options: Any) -> Any:
        asked.append(range)
        if "K#IMM" in str(range):
            raise Unavailable
        return real(scope, range, **options)

    monkeypatch.setattr("patients.timeline.query", failing)
    text = here.text("chart/")
    assert "The immunisations could not be read: what is due is NOT shown." in text
    assert "dose 1" not in text
    asked.clear()
    grown.text("chart/")
    assert not [each for each in asked if "K#IMM" in str(each)]  # at that age nothing can be due


def test_the_part_of_the_summary_has_its_own_item(doctor: Scope, patient: Patient) -> None:
    assert keys.parse_chart_summary(keys.chart_summary(patient.id, LAB).sk) == LAB
