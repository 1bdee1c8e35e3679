"""Signing while the table fails: done once or not at all, and nothing that was typed is lost."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from clinnet.accounts.permissions import Role
from clinnet.table import Scope
from patients import services as patients
from patients.models import Patient
from patients.queries import patient
from records import queries
from records.models import MED, SIGNED
from tests.patients.pages import Pages, plain
from tests.people import signed_in_client
from tests.records.charting import SOAP, begin
from tests.table.test_faults import FAULTS, SetRules, engine_keys, fired, proxy, rules

__all__ = ["engine_keys", "proxy", "rules"]
pytestmark = pytest.mark.django_db
PRESSES = 12


@pytest.fixture
def here(doctor: Scope, register: Callable[..., Patient]) -> Pages:
    client = signed_in_client(doctor.clinic_id, role=Role.DOCTOR, name="Dr Amara Okafor")
    return Pages(client, doctor.clinic_id, register(given_name="Pieter", family_name="van den Berg"))


@pytest.mark.parametrize("fault", [name for name in FAULTS if name != "a reason for each second step"])
def test_a_note_that_is_signed_again_until_it_is_saved_is_signed_once_with_what_it_records(
    here: Pages, doctor: Scope, set_rules: SetRules, proxy: str, fault: str
) -> None:
    texts: dict[str, Any] = {**SOAP, "p": "+rx losartan 50 od 28d\nSeen again in May."}
    page = begin(here)
    fields = here.fields(page)
    location = ""
    for press in range(PRESSES):
        set_rules(FAULTS[fault] | ({"probability": 1.0} if press == 0 else {}))
        answer = here.send(page, fields, step="sign", **texts)
        assert press or fired(proxy)
        set_rules()
        if answer.status_code == 302:
            location = answer["Location"]
            break
        html = answer.content.decode()
        assert "Seen again in May." in html, f"{answer.status_code}: what was typed is not on the page"
        assert not re.search("Signed (T|t)oday", plain(html))
    assert location
    entry = re.search(r"entry=(\w+)", location)[1]  # type: ignore[index]  # it is there
    whole = queries.whole(doctor, here.patient, entry)
    (note,) = whole.notes
    assert note.state == SIGNED
    assert [each.kind for each in whole.recorded] == [MED]
    assert here.text("history/").count("signed a note") == 1


@pytest.fixture
def set_rules(rules: SetRules) -> SetRules:
    return rules


def test_an_addendum_goes_beneath_a_note_of_a_record_that_was_folded_into_another(
    here: Pages, doctor: Scope, register: Callable[..., Patient]
) -> None:
    other = register(given_name="Peter", family_name="van den Berg")
    location = here.send(begin(here), step="sign", **SOAP)["Location"]
    entry = re.search(r"entry=(\w+)", location)[1]  # type: ignore[index]  # it is there
    patients.merge(doctor, other, here.patient, {})
    there = Pages(here.client, doctor.clinic_id, patient(doctor, other.id))
    html = there.get(f"chart/?entry={entry}").content.decode()
    page = re.search(r'href="([^"]+addendum/)"', html)[1].removeprefix(there.at())  # type: ignore[index]  # it is there
    text = there.sent(page, text="The dose is 50 mg.")
    assert "Addendum 1, today" in text
    assert "does not match its signature" not in text
    (note,) = (whole := queries.whole(doctor, there.patient, entry)).notes
    assert [each.text for each in whole.addenda_of(note)] == ["The dose is 50 mg."]
    assert whole.owner == here.patient.id


def test_a_note_that_was_begun_before_its_record_was_folded_into_another_is_signed_there(
    here: Pages, doctor: Scope, register: Callable[..., Patient]
) -> None:
    other = register(given_name="Peter", family_name="van den Berg")
    here.sent(begin(here), step="leave", **SOAP)
    patients.merge(doctor, other, here.patient, {})
    there = Pages(here.client, doctor.clinic_id, patient(doctor, other.id))
    page = str(there.get("chart/note/")["Location"]).removeprefix(there.at())
    assert SOAP["s"] in there.get(page).content.decode()
    location = there.send(page, step="sign", **SOAP)["Location"]
    assert "Signed Today" in plain(there.client.get(location).content.decode())
    assert "is not signed" not in there.text("chart/")


def test_what_was_typed_while_its_record_was_folded_into_another_is_found_there(
    here: Pages, doctor: Scope, register: Callable[..., Patient]
) -> None:
    other = register(given_name="Peter", family_name="van den Berg")
    page = begin(here)
    html, fields = here.get(page).content.decode(), here.fields(page)
    ticket = re.search(r'data-draft="([^"]+)"', html)[1]  # type: ignore[index]  # it is there
    mark = {"form": ticket, "fields": '[["s","Tired since October."]]', "mark": "a 1", "known": ""}
    assert here.client.post(f"/c/{doctor.clinic_id}/chart/keep/", mark).status_code == 200
    patients.merge(doctor, other, here.patient, {})
    assert here.send(page, fields, step="sign", **SOAP)["Location"].endswith(f"{other.id}/")
    there = Pages(here.client, doctor.clinic_id, patient(doctor, other.id))
    assert "Your note of" in there.text("chart/")
    page = str(there.get("chart/note/")["Location"]).removeprefix(there.at())
    html = there.get(page).content.decode()
    ticket = re.search(r'data-draft="([^"]+)"', html)[1]  # type: ignore[index]  # it is there
    kept = here.client.post(f"/c/{doctor.clinic_id}/drafts/open/", {"form": ticket})
    assert "Tired since October." in kept.content.decode()
    location = there.send(page, there.fields(page), step="sign", draft="a 1", **SOAP)["Location"]
    assert "Signed Today" in plain(there.client.get(location).content.decode())
    assert "Your note of" not in there.text("chart/")
    kept = here.client.post(f"/c/{doctor.clinic_id}/drafts/open/", {"form": ticket})
    assert "Tired since October." not in kept.content.decode()
