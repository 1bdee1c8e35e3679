"""Who is asked back: from the line and a page, worked off by the desk, stopped by a death."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinnet import clock
from clinnet.accounts.permissions import Role
from clinnet.table import Scope, errors
from patients.hooks import died
from patients.models import Patient
from records import queries as charts
from records.recalls import queries, services
from records.recalls.models import Recall
from records.recalls.services import Wish
from records.results import services as results
from records.rules import recalls as rules
from tests.conftest import Register
from tests.patients.pages import Pages, hidden, plain
from tests.people import signed_in_client
from tests.records.lined import record
from tests.records.test_results import came

DAY = date(2026, 1, 31)


@pytest.mark.parametrize(
    ("text", "due", "what"),
    [
        ("3m hba1c", "2026-04-30", "hba1c"),
        ("2w stitches out", "2026-02-14", "stitches out"),
        ("1y eyes", "2027-01-31", "eyes"),
        ("10d", "2026-02-10", ""),
        ("hba1c 3m", "", "hba1c 3m"),
        ("99y eyes", "", "eyes"),
    ],
)
def test_a_recall_says_in_how_long_and_what_for(text: str, due: str, what: str) -> None:
    assert rules.taken_apart(text, DAY) == (due, what)


@given(st.dates(date(2000, 1, 1), date(2090, 1, 1)), st.integers(1, 100))
def test_months_end_on_their_last_day_and_never_go_back(day: date, months: int) -> None:
    due = rules.after(day, months, "m")
    assert due
    assert day < due
    assert due.day == day.day or (due + timedelta(days=1)).day == 1


@pytest.fixture
def patient(register: Register) -> Patient:
    return register(given_name="Rose", family_name="Fitzgerald", birth_date="1941-03-14")


def day(days: int) -> str:
    return (clock.today("Europe/London") + timedelta(days)).isoformat()


def waiting(scope: Scope, until: str = "9999") -> list[tuple[str, int]]:
    """What is due, and how often it was tried."""
    return [(row["line"]["t"], row["line"].get("n", 0)) for row in queries.due_asked(scope, until)().rows]


def one(scope: Scope, patient: Patient) -> Recall:
    (found,) = queries.still_open(ask() for ask in queries.of_patient_asked(scope, patient))
    return found


def test_the_desk_tries_and_takes_it_off_the_list_once(doctor: Scope, scope: Scope, patient: Patient) -> None:
    services.ask_back(doctor, patient=patient, wish=Wish("pressure", day(20)))
    assert (waiting(scope), waiting(scope, day(19))) == ([("pressure", 0)], [])
    services.not_reached(scope, recall=one(scope, patient))
    services.not_reached(scope, recall=one(scope, patient))
    assert waiting(scope) == [("pressure", 2)]
    before = one(scope, patient)
    services.end(scope, recall=before, how="booked")
    assert waiting(scope) == []
    with pytest.raises(errors.Refused):
        services.end(scope, recall=before, how="done")


@pytest.mark.parametrize("wish", [Wish("", day(2)), Wish("x", ""), Wish("x", day(-2)), Wish("x", day(2), "pigeon")])
def test_what_cannot_be_asked_is_refused(doctor: Scope, patient: Patient, wish: Wish) -> None:
    with pytest.raises(errors.Refused):
        services.ask_back(doctor, patient=patient, wish=wish)


def test_a_receptionist_asks_nobody_back(scope: Scope, patient: Patient) -> None:
    with pytest.raises(errors.Denied):
        services.ask_back(scope, patient=patient, wish=Wish("x", day(2)))


def test_a_death_stops_what_was_to_come(doctor: Scope, patient: Patient) -> None:
    services.ask_back(doctor, patient=patient, wish=Wish("pressure", day(20)))
    assert "1 recall stopped" in died(doctor, [patient.id], dry_run=True)
    assert waiting(doctor) == [("pressure", 0)]
    died(doctor, [patient.id])
    assert waiting(doctor) == []


def test_what_follows_from_a_result_is_on_a_list_that_names_no_test(doctor: Scope, patient: Patient) -> None:
    for answer in ("repeat", "tell", "tell-nobody"):
        entry, id = came(doctor, patient, "HbA1c 68 mmol/mol (20-42)")
        results.look_at(doctor, patient=patient, entry_id=entry, recorded_id=id, answer=answer, weeks=2)
    assert waiting(doctor) == [("Examine again", 0)]
    assert one(doctor, patient).due == day(14)


@pytest.mark.django_db
def test_the_line_puts_on_the_list_and_the_desk_sees_it_without_the_chart(
    doctor: Scope, patient: Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    clinic = doctor.clinic_id
    here = Pages(signed_in_client(clinic, role=Role.DOCTOR, name="Dr Amara Okafor"), clinic, patient)
    record(doctor, patient, "recall 1d pressure")
    assert "pressure asked back call on" in here.text("chart/")

    def never(*_: object) -> None:
        raise AssertionError("the desk asked for a chart")

    monkeypatch.setattr(charts, "summaries", never)
    desk = signed_in_client(clinic, role=Role.RECEPTIONIST, name="Ana Ruiz")
    listed = desk.get(f"/c/{clinic}/recalls/").content.decode()
    assert "Fitzgerald" in plain(listed)
    desk_pages = Pages(desk, clinic, patient)
    recall = one(doctor, patient)
    fields = hidden(listed, f"recalls/{recall.id}/tried/")
    assert desk_pages.send("", fields, action=f"recalls/{recall.id}/tried/").status_code == 302
    assert "not reached 1 ×" in plain(desk.get(f"/c/{clinic}/recalls/").content.decode())
