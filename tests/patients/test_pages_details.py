"""The details of a patient: changed group by group, and by two people at once."""

import json
from typing import Any

import pytest
from django.test import Client

from clinnet.accounts.permissions import Role
from clinnet.table import Scope
from patients import queries, services
from patients.forms.details import GROUPS
from patients.models import Patient
from tests.conftest import Register, scope_of
from tests.patients.pages import Pages, plain
from tests.people import signed_in_client
from tests.wall.html import HtmlForm, forms_of

pytestmark = pytest.mark.django_db
FULL: dict[str, Any] = {
    "title": "Mrs",
    "family_name": "García",
    "given_name": "María",
    "other_names": ["López", "Mari"],
    "birth_date": "1985-03",
    "birth_estimated": True,
    "sex": "female",
    "email": "m@example.org",
    "phones": [
        {"number": "+447700900421", "kind": "mobile", "preferred": True, "note": "after 6"},
        {"number": "01632 x", "kind": "home"},
    ],
    "address": {"line": "5 Mill Lane", "city": "Leeds", "floor": "2"},
    "national_id": "QQ 12 34 56 C",
    "identifiers": [{"system": "urn:other", "value": "X-1", "label": "Hospital"}],
    "language": "tlh",
    "interpreter": True,
    "policies": [{"payer": "AXA", "number": "1", "valid_until": "2026-12-31", "plan": "gold"}],
    "practitioner_id": "gone",
    "general_practitioner": "Dr Who",
    "notes": "one\ntwo",
    "consents": {"data": {"given": True, "on": "2026-11-01"}, "messages": {"given": False, "on": "2026-11-02"}},
    "alerts": [{"id": "a1", "text": "Latex", "stop": True}, {"id": "a2", "text": "Deaf", "stop": False}],
    "extra": {"Born in": "Cádiz"},
}


@pytest.fixture
def here(scope: Scope, register: Register) -> Pages:
    return Pages(signed_in_client(scope.clinic_id), scope.clinic_id, register(**FULL))


@pytest.fixture
def ben(clinic: str) -> Scope:
    return scope_of(clinic, Role.NURSE, "Ben Okoro")


def now(here: Pages) -> Patient:
    return queries.patient(scope_of(here.clinic, Role.RECEPTIONIST), here.patient.id)


def opened(here: Pages, group: str) -> HtmlForm:
    """The form of a group, as a browser has it."""
    return form_in(here.get(f"details/{group}/"))


def form_in(answer: Any) -> HtmlForm:
    html = answer.content.decode()
    assert "<main" in html, html
    return forms_of(html[html.index("<main") :])[0]


def send(here: Pages, form: HtmlForm, **typed: Any) -> Any:
    fields = dict[str, Any](form.fields) | {name.replace("__", "-"): value for name, value in typed.items()}
    return here.client.post(form.action, {name: value for name, value in fields.items() if value is not None})


def saved(here: Pages, group: str, **typed: Any) -> Patient:
    answer = send(here, opened(here, group), **typed)
    assert answer.status_code == 302, plain(answer.content.decode())
    assert answer["Location"].endswith(f"/details/#{group}")
    return now(here)


# --- Reading -------------------------------------------------------------------------------------------------------


def test_everything_known_is_shown_in_words(here: Pages) -> None:
    text = here.text("details/")
    for words in (
        "García",
        "López",
        "Mar 1985",
        "estimated",
        "Female",
        "07700 900421 (mobile, preferred, after 6)",
        "5 Mill Lane",
        "QQ 12 34 56 C",
        "Hospital: X-1",
        "AXA, 1, until 31 Dec 2026",
        "Dr Who",
        "Given on 1 Nov 2026",
        "Refused on 2 Nov 2026",
        "Stop: Latex",
        "Cádiz",
        "Somebody who works here no longer",
    ):
        assert words in text, words


def test_an_empty_record_says_what_is_missing(here: Pages, register: Register) -> None:
    text = Pages(here.client, here.clinic, register(given_name="X")).text("details/")
    for words in ("No phone", "No address", "No insurance", "Not asked yet", "Not given"):
        assert words in text


@pytest.mark.parametrize("group", sorted({*GROUPS} - {"own"}))  # which this clinic does not have
def test_a_form_that_nobody_touched_changes_nothing(here: Pages, group: str) -> None:
    """Also what the form could not have written itself: imported codes, notes of a phone, a doctor who left."""
    before = now(here)
    after = saved(here, group)
    assert (after.data, after.version) == (before.data, before.version)


# --- Changing ------------------------------------------------------------------------------------------------------


def test_an_address_alone_is_changed(here: Pages) -> None:
    after = saved(here, "address", address_line="1 High Street", address_city="York")
    assert after.address == {"line": "1 High Street", "city": "York", "floor": "2"}
    assert {**after.data, "address": None} == {**now(here).data, "address": None}


def test_each_group_is_saved(here: Pages) -> None:
    after = saved(here, "name", family_name="Ruiz", title_="", other_names="López\n\nMaría\n")
    assert [after.family_name, after.title, after.other_names] == ["Ruiz", None, ["López", "María"]]
    after = saved(here, "birth", birth="14/3/1985", sex="other", pronouns="they")
    assert after.plain(("birth_date", "birth_estimated", "sex", "pronouns")) == {
        "birth_date": "1985-03-14",
        "sex": "other",
        "pronouns": "they",
    }
    after = saved(here, "language", language="es", interpreter=None)
    assert [after.language, after.interpreter] == ["es", None]
    after = saved(here, "care", practitioner_id="", general_practitioner="Dr No")
    assert [after.practitioner_id, after.general_practitioner] == [None, "Dr No"]
    assert saved(here, "notes", notes="three\nfour").notes == "three\nfour"


def test_phones_are_added_changed_and_removed(here: Pages) -> None:
    after = saved(
        here, "reach", phones__0__number="07700 900422", phones__1__number="", phones__2__number="020 7946 0018"
    )
    assert after.phones == [
        {"number": "+447700900422", "kind": "mobile", "preferred": True, "note": "after 6"},
        {"number": "+442079460018", "kind": "mobile", "preferred": False},
    ]


def test_one_phone_is_preferred_the_one_ticked_last(here: Pages) -> None:
    after = saved(here, "reach", phones__1__preferred="on")
    assert [bool(each.get("preferred")) for each in after.phones or []] == [False, True]


def test_consents_are_dated(here: Pages) -> None:
    after = saved(here, "consents", to_data="no", to_messages="yes", to_messages_on="2026-11-05")
    consents = after.consents or {}
    assert consents["messages"] == {"given": True, "on": "2026-11-05"}
    assert consents["data"]["given"] is False
    assert consents["data"]["on"] > "2026-11-01"
    assert saved(here, "consents", to_data="", to_messages="").consents is None


def test_alerts_keep_their_ids(here: Pages) -> None:
    after = saved(here, "alerts", alerts__0__text="", alerts__1__stop="on", alerts__2__text="Falls")
    assert [(each["text"], each["stop"]) for each in after.alerts or []] == [("Deaf", True), ("Falls", False)]
    assert (after.alerts or [])[0]["id"] == "a2"


def test_insurance_and_other_numbers(here: Pages) -> None:
    after = saved(here, "insurance", policies__0__valid_until="2027-12-31", policies__1__payer="BUPA")
    assert after.policies == [
        {"payer": "AXA", "number": "1", "valid_until": "2027-12-31", "plan": "gold"},
        {"payer": "BUPA"},
    ]
    after = saved(here, "numbers", identifiers__0__value="X-2", identifiers__1__label="Club", identifiers__1__value="7")
    assert after.identifiers == [
        {"system": "urn:other", "value": "X-2", "label": "Hospital"},
        {"system": "Club", "value": "7", "label": "Club"},
    ]


@pytest.mark.parametrize(
    ("group", "typed", "sentence"),
    [
        ("name", {"family_name": "", "given_name": ""}, "A name is needed, one is enough."),
        ("birth", {"birth": "31/2/1985"}, "31 Feb 1985 is not a date."),
        ("reach", {"email": "nobody"}, "This is not an e-mail address."),
        ("reach", {"phones-0-number": "x"}, "This is not a phone number."),
        ("numbers", {"mrn": ""}, "A record number is needed."),
        (
            "insurance",
            {"policies-0-valid_until": "2020-01-01", "policies-0-valid_from": "2021-01-01"},
            "before the first",
        ),
        ("consents", {"to_data_on": "2999-01-01"}, "That date is in the future."),
        ("notes", {"notes": "x" * 5000}, "longer than 4,000 characters"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(
    here: Pages, group: str, typed: dict[str, str], sentence: str
) -> None:
    before = now(here).version
    answer = here.client.post(here.at(f"details/{group}/"), opened(here, group).fields | typed)
    assert answer.status_code == 422
    html = answer.content.decode()
    assert sentence in plain(html)
    assert all(value in html for value in typed.values())
    assert now(here).version == before


@pytest.mark.parametrize(("field", "value"), [("mrn", "77"), ("national_id", "ab-99-99-99-z")])
def test_a_taken_number_is_refused_beside_its_field(here: Pages, register: Register, field: str, value: str) -> None:
    register(given_name="Other", mrn="000077", national_id="AB999999Z")
    answer = send(here, opened(here, "numbers"), **{field: value})
    assert answer.status_code == 422
    html = answer.content.decode()
    assert "Another patient has this" in html
    assert f'id="id_{field}_error"' in html


def test_the_old_number_is_free_again_after_a_change(here: Pages, register: Register) -> None:
    old = here.patient.mrn
    assert saved(here, "numbers", mrn="555").mrn == "000555"
    assert register(given_name="New", mrn=old).mrn == old


# --- Two people at once --------------------------------------------------------------------------------------------


def test_what_somebody_changed_elsewhere_is_no_conflict(here: Pages, ben: Scope) -> None:
    form = opened(here, "address")
    services.change(ben, now(here), {"notes": "by Ben"})
    assert send(here, form, address_city="York").status_code == 302
    after = now(here)
    assert (after.notes, (after.address or {})["city"]) == ("by Ben", "York")


def test_both_sides_are_shown_with_who_and_when(here: Pages, ben: Scope) -> None:
    form = opened(here, "reach")
    services.change(ben, now(here), {"email": "ben@example.org"})
    services.change(scope_of(here.clinic, Role.DOCTOR, "Cy Young"), now(here), {"notes": "something else"})
    answer = send(here, form, email="ana@example.org", phones__0__kind="work")
    assert answer.status_code == 409
    text = plain(answer.content.decode())
    assert "Ben Okoro changed this record at " in text
    assert "while you were editing. Choose what to keep. Nothing is lost." in text
    assert "ana@example.org" in text
    assert "ben@example.org" in text
    assert "07700 900421 (work, preferred, after 6)" in text
    assert "Town" not in text.split("Choose what to keep")[1].split("Save what I chose")[0]
    assert now(here).email == "ben@example.org"


def test_the_side_that_was_changed_is_chosen_first(here: Pages, ben: Scope) -> None:
    form = opened(here, "birth")
    services.change(ben, now(here), {"sex": "other", "pronouns": "they"})
    choices = form_in(send(here, form, pronouns="she"))
    picks = {name: values for name, values in choices.fields.items() if name.startswith("pick-")}
    assert picks == {"pick-0": ["theirs"], "pick-1": ["yours"]}
    assert send(here, choices).status_code == 302
    assert (now(here).sex, now(here).pronouns) == ("other", "she")


def test_two_people_who_add_a_phone_or_an_alert_both_keep_it(here: Pages, ben: Scope) -> None:
    form = opened(here, "alerts")
    services.change(ben, now(here), {"alerts": [*(now(here).alerts or []), {"id": "b", "text": "Falls", "stop": True}]})
    choices = form_in(send(here, form, alerts__2__text="Diabetic"))
    assert send(here, choices).status_code == 302
    assert [each["text"] for each in now(here).alerts or []] == ["Latex", "Deaf", "Falls", "Diabetic"]


def test_stale_twice_compares_again_and_loses_nothing(here: Pages, ben: Scope) -> None:
    form = opened(here, "reach")
    services.change(ben, now(here), {"email": "ben@example.org"})
    choices = form_in(send(here, form, email="ana@example.org"))
    services.change(ben, now(here), {"email": "ben2@example.org"})
    again = send(here, choices)
    assert again.status_code == 409
    text = plain(again.content.decode())
    assert "ana@example.org" in text
    assert "ben2@example.org" in text
    assert send(here, form_in(again), **{"pick-0": "theirs"}).status_code == 302
    assert now(here).email == "ben2@example.org"


def test_the_same_change_by_both_is_no_conflict(here: Pages, ben: Scope) -> None:
    form = opened(here, "notes")
    services.change(ben, now(here), {"notes": "same"})
    assert send(here, form, notes="same").status_code == 302


def test_a_form_sent_twice_is_saved_once(here: Pages) -> None:
    form = opened(here, "notes")
    version = now(here).version
    for _ in range(2):
        assert send(here, form, notes="once").status_code == 302
    assert now(here).version == version + 1


def test_a_second_click_after_somebody_else_saved_is_no_conflict(here: Pages, ben: Scope) -> None:
    form = opened(here, "notes")
    send(here, form, notes="mine")
    services.change(ben, now(here), {"notes": "hers"})
    assert send(here, form, notes="mine").status_code == 302
    assert now(here).notes == "hers"


def test_choices_that_were_not_made_are_asked_for(here: Pages, ben: Scope) -> None:
    form = opened(here, "notes")
    services.change(ben, now(here), {"notes": "hers"})
    choices = form_in(send(here, form, notes="mine"))
    answer = send(here, choices, **{"pick-0": None})
    assert answer.status_code == 409
    assert "Choose a side in every row." in plain(answer.content.decode())


def test_a_record_folded_while_it_was_edited_shows_both(here: Pages, scope: Scope, register: Register) -> None:
    form = opened(here, "notes")
    survivor = register(given_name="Maria", notes="the survivor's")
    services.merge(scope, survivor, now(here), {})
    answer = send(here, form, notes="typed meanwhile")
    assert answer.status_code == 409
    text = plain(answer.content.decode())
    assert f"was folded into No. {survivor.mrn} while you were editing" in text
    assert "typed meanwhile" in text
    assert send(here, form_in(answer)).status_code == 302
    assert queries.patient(scope, survivor.id).notes == "typed meanwhile"


def test_what_a_form_was_opened_on_cannot_be_made_up(here: Pages, register: Register) -> None:
    other = Pages(here.client, here.clinic, register(given_name="X"))
    for sealed in ("", "x", json.dumps([]), opened(other, "notes").fields["opened"][0]):
        assert send(here, opened(here, "notes"), opened=sealed, notes="x").status_code == 422
    assert now(here).notes == "one\ntwo"


# --- Who may -------------------------------------------------------------------------------------------------------


def test_another_clinic_finds_nothing(here: Pages, other_clinic: str) -> None:
    client = signed_in_client(other_clinic)
    stranger = Pages(client, other_clinic, here.patient)
    form = opened(here, "notes")
    for page in ("details/", "details/notes/"):
        assert stranger.get(page).status_code == 404
    assert client.post(stranger.at("details/notes/"), form.fields).status_code == 404
    assert here.get("details/nothing/").status_code == 404


def test_every_role_reads_and_those_who_write_change(here: Pages) -> None:
    for role in Role:
        pages = Pages(signed_in_client(here.clinic, role=role), here.clinic, here.patient)
        assert pages.get("details/").status_code == 200
        assert pages.get("details/notes/").status_code == 200


def test_details_are_one_read(here: Pages, client: Client) -> None:
    here.get("details/")
    assert '"1 in sequence of 1"' in here.get("details/")["Server-Timing"]
