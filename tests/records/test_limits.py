"""The limits ask nobody before a doctor has confirmed them; then they do, by age."""

from datetime import timedelta

import pytest

from clinnet import clock
from clinnet.accounts.permissions import Role
from clinnet.table import Scope, errors
from patients.models import Patient
from records.limits import queries as limits
from records.limits import rows, services
from records.rules.limits import EDITION
from records.services.asking import Asked
from tests.conftest import Register
from tests.patients.pages import hidden, plain
from tests.people import signed_in_client
from tests.records.lined import record, summary


def born(register: Register, days: int) -> Patient:
    return register(given_name="Idris", family_name="Haddad", birth_date=days_ago(days))


def days_ago(days: int) -> str:
    return (clock.today("UTC") - timedelta(days)).isoformat()


def test_before_they_are_confirmed_only_what_cannot_be_is_refused(nurse: Scope, register: Register) -> None:
    patient = born(register, 40 * 365)
    record(nurse, patient, "t 41.6 p 135")
    assert [row.what for row in summary(nurse, patient).measured] == ["135", "41.6"]


def test_once_confirmed_what_is_unlikely_is_asked_about_and_marked(
    doctor: Scope, nurse: Scope, register: Register
) -> None:
    patient = born(register, 40 * 365)
    services.confirm_limits(doctor)
    with pytest.raises(Asked) as asked:
        record(nurse, patient, "t 41.6")
    assert asked.value.sentence == "Temperature 41.6 °C? Press Enter again if it is right."
    record(nurse, patient, "t 41.6", sure=True)
    record(nurse, patient, "bp 142/86")
    assert [row.what for row in summary(nurse, patient).measured] == ["142/86 ▲", "41.6 ▲"]
    services.withdraw_limits(doctor)
    record(nurse, patient, "t 41.7")


def test_a_babys_limits_are_those_of_its_months(doctor: Scope, nurse: Scope, register: Register) -> None:
    """A pulse of 160 is usual at 7 months and not at 17."""
    services.confirm_limits(doctor)
    assert record(nurse, born(register, 7 * 31), "p 160")
    with pytest.raises(Asked):
        record(nurse, born(register, 17 * 31), "p 160")


def test_a_weight_that_no_baby_of_its_age_has_is_asked_about(doctor: Scope, nurse: Scope, register: Register) -> None:
    """2.6 kg at 90 days is far out of the reference; of a boy born after 28 weeks it is what six days old ones have."""
    services.confirm_limits(doctor)
    boys = [register(given_name=name, birth_date=days_ago(90), sex="male") for name in ("Noa", "Ciro")]
    with pytest.raises(Asked):
        record(nurse, boys[0], "w 2.6")
    record(nurse, boys[1], "born 28")
    assert record(nurse, boys[1], "w 2.6")


def test_other_numbers_have_to_be_confirmed_anew(doctor: Scope, monkeypatch: pytest.MonkeyPatch) -> None:
    services.confirm_limits(doctor)
    assert limits.are_confirmed(doctor)
    monkeypatch.setattr(limits, "EDITION", f"{EDITION}x")
    assert not limits.are_confirmed(doctor)


def test_only_a_doctor_confirms(nurse: Scope) -> None:
    for do in (services.confirm_limits, services.withdraw_limits):
        with pytest.raises(errors.Denied):
            do(nurse)


def test_the_table_names_what_is_asked_about_and_what_is_refused() -> None:
    found = {row.what: (row.band, row.refused) for row in rows.rows()}
    assert found["Temperature"] == ("35.1 to 40.9 °C", "14.2 to 47 °C")
    assert found["SpO2"] == ("from 92 %", "30 to 100 %")
    assert found["Pulse, 12 months to 18 months"] == ("88 to 156 /min", "10 to 390 /min")


@pytest.mark.django_db
def test_a_doctor_confirms_on_the_page_and_takes_it_back(clinic: str) -> None:
    client = signed_in_client(clinic, role=Role.DOCTOR, name="Dr Amara Okafor")
    at = f"/c/{clinic}/chart/limits/"
    for button, said in (
        ("Confirm these limits", "Not confirmed."),
        ("Take it back", "Confirmed. Measurements outside"),
    ):
        html = client.get(at).content.decode()
        assert said in plain(html)
        assert button in plain(html)
        assert client.post(f"{at}confirm/", hidden(html[html.index("<main") :])).status_code == 302
    assert "Not confirmed." in plain(client.get(at).content.decode())


@pytest.mark.django_db
def test_a_nurse_reads_them_and_has_nothing_to_press(clinic: str) -> None:
    html = (
        signed_in_client(clinic, role=Role.NURSE, name="Nora Daly").get(f"/c/{clinic}/chart/limits/").content.decode()
    )
    assert "Temperature" in html
    assert "Confirm these limits" not in html
