"""Immunisations: recorded, counted, and due by a schedule that a doctor has confirmed."""

import re
from datetime import date, timedelta

import pytest

from clinnet import clock
from clinnet.accounts.permissions import Role
from clinnet.accounts.queries import clinic as clinic_of
from clinnet.table import Scope, errors
from patients.models import Patient
from records import queries as charts
from records.lines import ImmunisationLine
from records.rules.vaccine_codes import COUNTS
from records.rules.vaccine_tables import GB, US
from records.rules.vaccines import VACCINES, offered, refused
from records.services import mistakes
from records.services.asking import Asked
from records.services.recording import Moment
from records.vaccines import queries, rows, services
from tests.conftest import Register, scope_of
from tests.patients.pages import Pages, hidden, plain
from tests.people import signed_in_client
from tests.records.lined import record

TODAY = date(2026, 11, 28)


@pytest.fixture
def doctor(clinic: str) -> Scope:
    return scope_of(clinic, Role.DOCTOR, "Dr Luc Bernard")


def born(register: Register, days: int) -> Patient:
    on = clock.today("UTC") - timedelta(days)
    return register(given_name="Idris", family_name="Haddad", birth_date=on.isoformat())


def give(scope: Scope, patient: Patient, name: str, days_ago: int = 0, **more: str) -> tuple[str, str]:
    """The ids of the entry and of what was recorded."""
    on = (clock.today(clinic_of(scope.clinic_id).time_zone) - timedelta(days_ago)).isoformat()
    dose = ImmunisationLine(vaccine=name, cvx=VACCINES.get(name, ""), on=on, **more)
    entry = clock.new_id()
    id = services.immunise(scope, patient=patient, moment=Moment(entry, "Immunisation"), dose=dose)
    return entry, id


def due(scope: Scope, patient: Patient) -> dict[str, str]:
    shown = rows.due_rows(patient, queries.given(scope, patient), queries.confirmed(scope), clinic_of(scope.clinic_id))
    assert shown
    return {row.what: row.when.partition(" ")[0] for row in shown.rows}


@pytest.mark.parametrize("series", [*GB.series, *US.series], ids=lambda series: series.name)
def test_each_series_has_a_vaccine_that_counts_for_it(series: object) -> None:
    counts = COUNTS[series.counts]  # type: ignore[attr-defined]  # a Series
    assert counts & set(VACCINES.values())


@pytest.mark.parametrize(
    ("series", "given", "name"),
    [
        ("6-in-1 and 4-in-1", [], "6-in-1 (DTaP, polio, Hib, hepatitis B)"),
        ("MMRV", ["MMR"], "MMRV"),
        ("Rotavirus", [], "Rotavirus, monovalent"),
        ("Rotavirus", ["MenB", "Rotavirus, pentavalent"], "Rotavirus, pentavalent"),
    ],
)
def test_what_is_due_is_offered_as_the_schedule_says_else_as_it_was_given_before(
    series: str, given: list[str], name: str
) -> None:
    one = next(each for each in GB.series if each.name == series)
    assert offered(one.name, COUNTS[one.counts], one.doses[0].product, given) == name


def test_every_series_has_a_vaccine_to_offer_that_counts_for_it() -> None:
    for each in (*GB.series, *US.series):
        for dose in each.doses:
            assert VACCINES[offered(each.name, COUNTS[each.counts], dose.product, [])] in COUNTS[each.counts], each.name
    assert offered("Influenza", (), "", []) == "Influenza"


@pytest.mark.parametrize(
    ("on", "expires", "field"),
    [
        ("2026-11-29", "", "on"),
        ("2026-11-27", "2026-11-26", "expires"),
        ("1999-12-31", "", "on"),
        ("", "", "on"),
        ("2026-11", "", "on"),
        ("2026-11-28", "2026-11-28", ""),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(on: str, expires: str, field: str) -> None:
    assert refused(on, expires, "2000", TODAY)[0] == field


def test_nothing_is_due_before_a_doctor_has_confirmed_the_schedule(
    doctor: Scope, nurse: Scope, register: Register
) -> None:
    patient = born(register, 70)
    assert rows.due_rows(patient, [], queries.confirmed(nurse), clinic_of(nurse.clinic_id)) is None
    with pytest.raises(errors.Denied):
        services.confirm_schedule(nurse)
    services.confirm_schedule(doctor)
    assert due(nurse, patient)["MenB, dose 1"] == "due"
    services.withdraw_schedule(doctor)
    assert queries.confirmed(nurse) is None


def test_a_dose_that_was_given_counts_until_it_is_in_error(doctor: Scope, nurse: Scope, register: Register) -> None:
    patient = born(register, 70)
    services.confirm_schedule(doctor)
    entry, id = give(nurse, patient, "MenB", 5, lot="A123", site="left thigh")
    assert "MenB, dose 2" in due(nurse, patient)
    (item,) = charts.whole(nurse, patient, entry).recorded
    assert item.content["l"] == "A123"
    mistakes.enter_in_error(nurse, patient=patient, entry_id=entry, recorded_id=id, reason="twice")
    assert due(nurse, patient)["MenB, dose 1"] == "due"


def test_another_schedule_has_to_be_confirmed_anew(doctor: Scope, monkeypatch: pytest.MonkeyPatch) -> None:
    services.confirm_schedule(doctor)
    monkeypatch.setattr(queries, "TABLES", {"GB": US})
    assert queries.confirmed(doctor) is None


def test_the_same_on_the_same_day_is_asked_about(nurse: Scope, register: Register) -> None:
    patient = born(register, 400)
    give(nurse, patient, "MMR")
    with pytest.raises(Asked) as asked:
        give(nurse, patient, "MMR")
    assert asked.value.sentence == "MMR of that day is recorded already. Another one?"
    assert give(nurse, patient, "MMR", 40)


def test_an_allergy_to_egg_gelatin_or_latex_is_asked_about_where_it_is_given(nurse: Scope, register: Register) -> None:
    patient = born(register, 400)
    record(nurse, patient, "allergy eggs hives")
    with pytest.raises(Asked) as asked:
        give(nurse, patient, "Influenza")
    assert asked.value.sentence.startswith("Allergy: eggs.")
    assert give(nurse, patient, "Influenza", source="card")


def test_a_lot_that_was_given_before_brings_its_maker_and_expiry(nurse: Scope, register: Register) -> None:
    def given(patient: Patient, **more: str) -> ImmunisationLine:
        entry, id = give(nurse, patient, "MMR", 0, **more)
        (item,) = charts.whole(nurse, patient, entry).recorded
        assert item.id == id
        return ImmunisationLine.unpack(item.content)

    expires = (clock.today("UTC") + timedelta(90)).isoformat()
    given(born(register, 400), lot="A-4711", maker="GSK", expires=expires)
    second = given(born(register, 401), lot="a 4711")
    assert (second.lot, second.maker, second.expires) == ("a 4711", "GSK", expires)
    other = (clock.today("UTC") + timedelta(400)).isoformat()
    with pytest.raises(Asked) as asked:
        given(born(register, 402), lot="A4711", expires=other)
    assert "Lot A4711 was said to expire on" in asked.value.sentence
    unknown = given(born(register, 403), lot="B1")
    assert (unknown.maker, unknown.expires) == ("", "")
    _, _ = give(nurse, born(register, 404), "Varicella", lot="A4711")
    card = given(born(register, 405), lot="A4711", source="card")
    assert card.maker == ""


def test_a_lot_that_has_expired_since_it_was_given_is_refused(
    nurse: Scope, register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    today = clock.today("UTC")
    give(nurse, born(register, 400), "MMR", lot="A4711", expires=(today + timedelta(2)).isoformat())
    monkeypatch.setattr(clock, "today", lambda zone: today + timedelta(3))
    with pytest.raises(errors.Refused) as refusal:
        give(nurse, born(register, 401), "MMR", lot="A4711")
    assert (refusal.value.field, "expired by then" in refusal.value.sentence) == ("expires", True)


def test_reception_records_no_dose(clinic: str, register: Register) -> None:
    with pytest.raises(errors.Denied):
        give(scope_of(clinic, Role.RECEPTIONIST), born(register, 400), "MMR")


@pytest.mark.django_db
def test_on_the_page_a_dose_is_recorded_and_a_doctor_confirms_the_schedule(doctor: Scope, register: Register) -> None:
    patient = born(register, 400)
    client = signed_in_client(doctor.clinic_id, role=Role.DOCTOR, name="Dr Luc Bernard")
    here = Pages(client, doctor.clinic_id, patient)
    assert "Nothing is said before a doctor has confirmed the schedule" in here.text("chart/vaccines/")
    confirm = f"/c/{doctor.clinic_id}/chart/vaccines/confirm/"
    fields = here.fields("chart/vaccines/", "chart/vaccines/confirm/")
    assert client.post(confirm, fields).status_code == 302
    text = here.text("chart/vaccines/")
    assert "By age and dates alone, from UKHSA" in text
    assert "MMRV, dose 1" in text
    day = clock.today(clinic_of(doctor.clinic_id).time_zone).isoformat()
    sent = {"vaccine": "MMRV", "on": day, "lot": "B77", "source": "here"}
    fields = {key: value for key, value in _form(here).items() if key not in sent}
    answer = here.send("chart/vaccines/give/", {**fields, **sent})
    assert answer.status_code == 302
    text = here.text("chart/vaccines/")
    assert "MMRV lot B77" in text
    assert "Recorded: MMRV. Undo" in text
    assert "MMRV, dose 1" not in here.text("chart/vaccines/")


@pytest.mark.django_db
def test_the_schedule_is_confirmed_once_by_two_presses_and_taken_back_by_two(doctor: Scope, register: Register) -> None:
    """The answer to the first was lost."""
    patient = born(register, 400)
    client = signed_in_client(doctor.clinic_id, role=Role.DOCTOR, name="Dr Luc Bernard")
    here = Pages(client, doctor.clinic_id, patient)
    confirm = f"/c/{doctor.clinic_id}/chart/vaccines/confirm/"
    for said in ("The schedule is confirmed.", "Nothing is said from the schedule any more."):
        fields = here.fields("chart/vaccines/", "chart/vaccines/confirm/")
        client.post(confirm, fields)
        assert said in here.text("chart/vaccines/")
        client.post(confirm, fields)
        assert said in here.text("chart/vaccines/")
    assert queries.confirmed(doctor) is None


@pytest.mark.django_db
def test_who_of_a_month_of_birth_has_a_dose_due_stands_on_one_list(
    doctor: Scope, nurse: Scope, register: Register
) -> None:
    client = signed_in_client(doctor.clinic_id, role=Role.NURSE)
    url = f"/c/{doctor.clinic_id}/chart/vaccines/due/"
    assert "Nothing is said before a doctor has confirmed" in plain(client.get(url).content.decode())
    services.confirm_schedule(doctor)
    on = (clock.today("UTC") - timedelta(70)).isoformat()
    late, complete, *_ = (
        register(given_name=name, family_name="Haddad", birth_date=on, restricted=name == "Sara", deceased_on=dead)
        for name, dead in (("Idris", None), ("Lina", None), ("Sara", None), ("Adam", on))
    )
    for name in ("6-in-1 (DTaP, polio, Hib, hepatitis B)", "Rotavirus, monovalent", "MenB"):
        give(nurse, complete, name)
    give(nurse, late, "MenB")
    page = plain(client.get(url, {"born": on[:7]}).content.decode())
    assert "Haddad, Idris" in page
    assert "6-in-1 and 4-in-1, dose 1 6-in-1 due" in page
    assert "MenB" not in page
    assert "Lina" not in page
    assert "Adam" not in page
    assert "Haddad, Sara" in page
    assert page.index("Sara") < page.index("The chart is restricted")
    assert "Idris" not in plain(client.get(url, {"born": rows.neighbour(on[:7], -1)}).content.decode())
    assert [client.get(url, {"born": month}).status_code for month in ("2026-13", "x", "٢٠٢٦-01")] == [404, 404, 404]


@pytest.mark.parametrize(
    ("month", "step", "other"), [("2026-01", -1, "2025-12"), ("2026-12", 1, "2027-01"), ("2026-03", -1, "2026-02")]
)
def test_the_months_follow_one_another(month: str, step: int, other: str) -> None:
    assert rows.neighbour(month, step) == other


@pytest.mark.django_db
def test_the_form_begins_with_the_vaccine_that_is_due_and_where_the_last_one_was_given(
    doctor: Scope, register: Register
) -> None:
    services.confirm_schedule(doctor)
    patient = born(register, 70)
    here = Pages(signed_in_client(doctor.clinic_id, role=Role.NURSE), doctor.clinic_id, patient)
    assert _chosen(here) == ("6-in-1 (DTaP, polio, Hib, hepatitis B)", "")
    give(doctor, patient, "6-in-1 (DTaP, polio, Hib, hepatitis B)", site="left thigh")
    assert _chosen(here) == ("MenB", "left thigh")


def _chosen(here: Pages) -> tuple[str, ...]:
    """The vaccine and the place that stand in the form."""
    html = here.get("chart/vaccines/").content.decode()
    return tuple(re.findall(r'<option value="([^"]*)" selected', html[html.index('name="vaccine"') :])[:2])


def _form(here: Pages) -> dict[str, str]:
    """Of the form of a dose."""
    html = here.get("chart/vaccines/").content.decode()
    return hidden(html[html.rindex("<form", 0, html.index('name="vaccine"')) :])
