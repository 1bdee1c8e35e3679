"""Registering somebody, as a browser does it."""

import html
import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client

from clinnet import clock
from clinnet.accounts.permissions import Role
from clinnet.accounts.services import add_staff
from clinnet.rules.dates import DateOrder
from clinnet.table import Scope
from patients import queries, services
from patients.forms.fields import read_birth
from patients.forms.registering import RegisterForm
from patients.models import Patient
from tests.people import signed_in_client

pytestmark = pytest.mark.django_db
Register = Callable[..., Patient]
Fields = dict[str, Any]
MARIA: dict[str, Any] = {
    "family_name": "García",
    "given_name": "María",
    "birth_date": "1985-03-14",
    "sex": "female",
    "phones": [{"number": "+447700904821", "kind": "mobile", "preferred": True}],
}


@pytest.fixture
def ana(clinic: str) -> Client:
    return signed_in_client(clinic)


def words(answer: Any) -> str:
    text = re.sub(r"<(svg|template|head)\b.*?</\1>", " ", answer.content.decode(), flags=re.S)
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", text)).split())


def url(clinic: str, path: str = "new/") -> str:
    return f"/c/{clinic}/patients/{path}"


def form(answer: Any) -> Fields:
    """The fields of the page's form, as a browser would send them unchanged."""
    page = re.sub(r"<template>.*?</template>", "", answer.content.decode(), flags=re.S)
    page = page[page.index("data-main") :].partition("</form>")[0]
    found: Fields = {}
    for tag in re.findall(r"<input\b[^>]*>", page):
        attrs = {name: html.unescape(value) for name, value in re.findall(r'([\w-]+)="([^"]*)"', tag)}
        off = attrs.get("type") in ("radio", "checkbox") and not re.search(r"\bchecked\b", tag)
        if "name" in attrs and not off:
            found.setdefault(attrs["name"], []).append(attrs.get("value", ""))
    for name, body in re.findall(r'<select name="([^"]+)".*?>(.*?)</select>', page, flags=re.S):
        chosen = re.search(r'<option value="([^"]*)" selected', body) or re.search(r'<option value="([^"]*)"', body)
        found[name] = [html.unescape(chosen[1])] if chosen else []
    for name, body in re.findall(r'<textarea name="([^"]+)".*?>(.*?)</textarea>', page, flags=re.S):
        found[name] = [html.unescape(body).removeprefix("\n")]
    return found


def save(client: Client, clinic: str, start: Fields | None = None, path: str = "new/", **typed: Any) -> Any:
    fields = start or form(client.get(url(clinic, path)))
    return client.post(url(clinic, path), fields | {name.replace("__", "-"): value for name, value in typed.items()})


def saved(answer: Any, scope: Scope) -> Patient:
    assert answer.status_code == 302, words(answer)
    return queries.patient(scope, answer["Location"].rstrip("/").rpartition("/")[2])


# --- What is kept of a blank one -------------------------------------------------------------------------------------


def test_a_blank_form_that_is_kept_is_the_one_that_is_drawn(
    ana: Client, clinic: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    tokens = re.compile(r'(value|data-draft|csrf-token)="[\w.-]{40,}"|"X-CSRFToken": "\w+"')

    def drawn() -> str:
        page = ana.get(url(clinic)).content.decode()
        return " ".join(tokens.sub("", page[page.index("<main") : page.index("</main>")]).split())

    first, kept = drawn(), drawn()
    monkeypatch.setattr(RegisterForm, "blank", None)
    assert first == kept == drawn()


def test_a_blank_form_names_who_works_here_by_now(ana: Client, clinic: str) -> None:
    assert "Dr Novak" not in words(ana.get(url(clinic)))
    boss = Scope.system("test", clinic)
    add_staff(boss, person="sub-novak", username="novak", name="Dr Novak", roles=[Role.DOCTOR])
    assert "Dr Novak" in words(ana.get(url(clinic)))


def test_what_was_begun_is_shown_to_the_one_who_began_it(ana: Client, clinic: str) -> None:
    ana.get(url(clinic))
    begun = ana.post(url(clinic), {"typed": "Garcia"})["Location"]
    assert form(ana.get(begun))["family_name"] == ["Garcia"]
    assert form(ana.get(url(clinic)))["family_name"] == [""]


# --- The short form ------------------------------------------------------------------------------------------------


def test_a_name_alone_is_enough(ana: Client, clinic: str, scope: Scope) -> None:
    patient = saved(save(ana, clinic, given_name="Zola"), scope)
    assert patient.data == {"given_name": "Zola", "mrn": "000001"}
    assert patient.missing == ["birth date", "sex", "phone", "address", "consent"]


def test_the_phone_call_form(ana: Client, clinic: str, scope: Scope) -> None:
    answer = save(
        ana,
        clinic,
        family_name="Lopez",
        given_name="Maria",
        birth="14/3/85",
        sex="female",
        phones__0__number="07700 900123",
    )
    assert saved(answer, scope).data == {
        "family_name": "Lopez",
        "given_name": "Maria",
        "birth_date": "1985-03-14",
        "birth_estimated": False,
        "sex": "female",
        "mrn": "000001",
        "phones": [{"number": "+447700900123", "kind": "mobile", "preferred": True}],
    }
    assert "Registered: \u2068Maria Lopez\u2069, 14 Mar 1985." in words(ana.get(answer["Location"]))


def test_everything_can_be_said_at_once(ana: Client, clinic: str, scope: Scope) -> None:
    answer = save(
        ana, clinic, title="Dr", family_name="O’Neill", given_name="Siobhán", further_names="Anne Mary",
        preferred_name="Shiv", other_names="Kelly, Shivvy", birth="about 41", sex="other", gender_identity="non-binary",
        pronouns="they/them", email="shiv@example.org", national_id="QQ 12 34 56 C", mrn="77", language="ga",
        interpreter="on", general_practitioner="Dr Elsewhere", consent_data="yes", consent_messages="no",
        notes="Rings the bell\ntwice", address_line="5 Mill Lane", address_city="Leeds", address_postcode="LS1 4AB",
        policies__0__payer="AXA", policies__0__number="1234", policies__0__valid_until="2027-12-31",
        alerts__0__text="Latex", alerts__0__stop="on", phones__0__number="0113 496 0000", phones__0__kind="home",
        phones__1__number="07700 900123", phones__1__kind="mobile", phones__1__preferred="on", phones__TOTAL_FORMS="2",
    )  # fmt: skip
    data, today = saved(answer, scope).data, clock.today("Europe/London")
    assert data["other_names"] == ["Kelly", "Shivvy"]
    assert data["birth_estimated"]
    assert data["birth_date"] in (str(today.year - 41), str(today.year - 42))
    assert [each["preferred"] for each in data["phones"]] == [False, True]
    assert data["address"] == {"line": "5 Mill Lane", "city": "Leeds", "postcode": "LS1 4AB"}
    assert data["policies"] == [{"payer": "AXA", "number": "1234", "valid_until": "2027-12-31"}]
    assert data["consents"]["data"] == {"given": True, "on": str(today)}
    assert data["consents"]["messages"]["given"] is False
    assert [(each["text"], each["stop"]) for each in data["alerts"]] == [("Latex", True)]
    assert (data["mrn"], data["notes"], data["language"]) == ("000077", "Rings the bell\ntwice", "ga")


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("birth", "31/2/1985", "31 Feb 1985 is not a date."),
        ("birth", "29/2/1985", "29 Feb 1985 is not a date."),
        ("birth", "1/1/2999", "That date is in the future."),
        ("birth", "soon", "This is not a date. Write it like 14/3/1985."),
        ("family_name", "x" * 5000, "This is longer than 200 characters. Shorten it."),
        ("family_name", "---", "A name is needed, one is enough."),
        ("family_name", "", "A name is needed, one is enough."),
        ("email", "maria at home", "This is not an e-mail address."),
        ("phones-0-number", "none", "This is not a phone number."),
        ("policies-0-number", "12", "Who pays?"),
        ("language", "klingon", "Select a valid choice."),
    ],
)
def test_what_cannot_be_is_said_beside_the_field(
    ana: Client, clinic: str, field: str, typed: str, sentence: str
) -> None:
    start = form(ana.get(url(clinic))) | {"family_name": "Kept", "pronouns": "kept too"}
    answer = ana.post(url(clinic), start | {field: typed})
    page = words(answer)
    assert answer.status_code == 422
    assert sentence in page
    assert "Not saved yet." in page
    assert form(answer)["pronouns"] == ["kept too"]
    assert form(answer).get(field) == ([typed] if field != "language" else [""])


@pytest.mark.parametrize(
    ("family", "given"),
    [("O'Brien", "Seán"), ("نور", ""), ("😀", ""), ("<b>x</b>", "{{ 1 }}"), ("李", "伟"), ("van den Berg", "Jan-Piet")],
)
def test_names_of_every_kind(ana: Client, clinic: str, scope: Scope, family: str, given: str) -> None:
    answer = save(ana, clinic, family_name=f" \u200f{family} ", given_name=given)
    patient = saved(answer, scope)
    assert (patient.family_name, patient.given_name or "") == (family, given)
    assert "<b>x" not in ana.get(answer["Location"]).content.decode()


def test_a_leap_day_is_a_birth_date(ana: Client, clinic: str, scope: Scope) -> None:
    assert saved(save(ana, clinic, given_name="Leap", birth="29/2/2024"), scope).birth_date == "2024-02-29"


def test_a_taken_record_number_is_said_at_its_field(ana: Client, clinic: str, register: Register) -> None:
    register(given_name="A", mrn="000077")
    answer = save(ana, clinic, given_name="Bea", mrn="77")
    assert "Another patient has this record number." in words(answer)
    assert re.search(r'<details id="more"[^>]*\bopen\b', answer.content.decode())


def test_nobody_is_kept_by_the_browser(ana: Client, clinic: str) -> None:
    page = ana.get(url(clinic)).content.decode()
    assert page.count('autocomplete="off"') > 20
    assert "maxlength" not in page[page.index("data-main") :]


# --- From the search box -------------------------------------------------------------------------------------------


def test_what_was_typed_in_the_search_box_is_in_the_form(ana: Client, clinic: str) -> None:
    answer = ana.post(url(clinic), {"typed": "lopez maria 14/3/85 07700 900123"}, follow=True)
    fields = form(answer)
    assert [fields[name][0] for name in ("family_name", "given_name", "birth", "phones-0-number")] == [
        "Lopez",
        "Maria",
        "14 Mar 1985",
        "07700 900123",
    ]
    assert re.search(r'name="sex"[^>]*autofocus', answer.content.decode())


def test_the_whole_way_from_the_search_box(ana: Client, clinic: str, scope: Scope) -> None:
    start = form(ana.post(url(clinic), {"typed": "lopez maria 14/3/85"}, follow=True))
    patient = saved(save(ana, clinic, start, sex="female"), scope)
    assert (patient.family_name, patient.birth_date) == ("Lopez", "1985-03-14")


def test_back_and_reload_show_what_was_typed_and_the_address_does_not(ana: Client, clinic: str) -> None:
    begun = [ana.post(url(clinic), {"typed": text})["Location"] for text in ("lopez maria", "smith john")]
    assert all(re.fullmatch(rf"/c/{clinic}/patients/new/\?from=[0-9a-f]+", address) for address in begun)
    for _ in range(2):
        assert [form(ana.get(address))["family_name"] for address in begun] == [["Lopez"], ["Smith"]]
    assert form(ana.get(url(clinic, "new/?from=forged")))["family_name"] == [""]


def test_whom_we_may_know_is_shown_at_once(ana: Client, clinic: str, register: Register) -> None:
    register(**MARIA)
    page = words(ana.post(url(clinic), {"typed": "garcia maria 14/3/85"}, follow=True))
    assert "This may be someone we know: María García , 14 Mar 1985. Same birth date, same name." in page


# --- Duplicates ----------------------------------------------------------------------------------------------------


def check(client: Client, clinic: str, **typed: Any) -> Any:
    fields = form(client.get(url(clinic))) | {name.replace("__", "-"): value for name, value in typed.items()}
    return client.post(url(clinic, "new/check/"), fields, headers={"HX-Request": "true"})


def test_whom_we_may_know_appears_while_one_types(ana: Client, clinic: str, register: Register) -> None:
    maria = register(**MARIA)
    answer = check(ana, clinic, family_name="Garsia", given_name="Maria", birth="14/3/1985")
    assert "Same birth date, name sounds alike. Open that one This is somebody else" in words(answer)
    assert f"/patients/{maria.id}/" in answer.content.decode()
    assert "14 Mar 1985, " in words(answer)


def test_a_date_that_cannot_be_is_said_while_one_types(ana: Client, clinic: str) -> None:
    assert words(check(ana, clinic, family_name="X", birth="31/2/1985")) == "31 Feb 1985 is not a date."
    assert words(check(ana, clinic, family_name="X", birth="31/")) == ""


def test_somebody_else_is_not_asked_about_again(ana: Client, clinic: str, register: Register) -> None:
    maria = register(**MARIA)
    typed = {"family_name": "Garcia", "given_name": "Maria", "birth": "14/3/1985"}
    answer = check(ana, clinic, **typed, **{"not": maria.id})
    assert "someone we know" not in words(answer)
    assert f'name="else" value="{maria.id}"' in answer.content.decode()


def test_a_likely_duplicate_is_not_saved_unasked(ana: Client, clinic: str, scope: Scope, register: Register) -> None:
    maria = register(**MARIA)
    asked = save(ana, clinic, family_name="Garcia", given_name="Maria", birth="14/3/1985")
    assert "Not saved yet." in words(asked)
    assert "This is somebody else" in words(asked)
    answer = save(ana, clinic, form(asked), **{"not": maria.id})
    assert saved(answer, scope).id != maria.id


def test_a_weak_likeness_is_shown_and_does_not_stop(ana: Client, clinic: str, scope: Scope, register: Register) -> None:
    register(family_name="García", given_name="María")
    typed: Fields = {"family_name": "Garcia", "given_name": "Maria"}
    assert "This may be someone we know" in words(check(ana, clinic, **typed))
    assert saved(save(ana, clinic, **typed), scope).mrn == "000002"


# --- Relatives -----------------------------------------------------------------------------------------------------

SON: dict[str, Any] = {
    "family_name": "García",
    "given_name": "Luis",
    "birth": "3/5/2020",
    "phones__0__number": "07700 904821",
}


def test_the_same_phone_may_be_a_relatives(ana: Client, clinic: str, scope: Scope, register: Register) -> None:
    maria = register(**MARIA)
    asked = save(ana, clinic, **SON)
    assert "Same phone as María García , 14 Mar 1985. A relative?" in words(asked)
    luis = saved(save(ana, clinic, form(asked), link=maria.id, tie="child"), scope)
    (back,), (there,) = luis.links, queries.patient(scope, maria.id).links
    assert (back["kind"], back["patient_id"], back["messages"], back["pays"]) == ("parent", maria.id, True, True)
    assert there == {"id": back["id"], "kind": "child", "patient_id": luis.id}


def test_no_relative_is_asked_once(ana: Client, clinic: str, scope: Scope, register: Register) -> None:
    register(**MARIA)
    luis = saved(save(ana, clinic, form(save(ana, clinic, **SON))), scope)
    assert luis.links is None


def test_a_guardian_acts_for_a_minor_and_not_for_an_adult(
    ana: Client, clinic: str, scope: Scope, register: Register
) -> None:
    maria = register(**MARIA)
    grown = saved(save(ana, clinic, **{**SON, "birth": "3/5/1990"}, link=maria.id, tie="ward"), scope)
    (link,) = grown.links or []
    assert {name: value for name, value in link.items() if name != "id"} == {"kind": "guardian", "patient_id": maria.id}


def test_a_relative_begins_with_what_is_shared(ana: Client, clinic: str, scope: Scope, register: Register) -> None:
    maria = register(
        **MARIA, address={"line": "5 Mill Lane", "city": "Leeds"}, policies=[{"payer": "AXA", "number": "1"}]
    )
    path = f"{maria.id}/relatives/new/"
    page = ana.get(url(clinic, path))
    start = form(page)
    expected = {
        "family_name": "García",
        "address_line": "5 Mill Lane",
        "policies-0-payer": "AXA",
        "policies-0-number": "",
    }
    assert {name: start[name][0] for name in expected} == expected
    assert start["phones-0-number"] == ["07700 904821"]
    assert start["tie"] == ["child"]
    luis = saved(save(ana, clinic, start, path, given_name="Luis", birth="3/5/2020"), scope)
    assert luis.address == {"line": "5 Mill Lane", "city": "Leeds"}
    assert luis.links[0]["patient_id"] == maria.id
    assert queries.patient(scope, maria.id).links[0]["patient_id"] == luis.id


def test_a_relative_survives_a_change_of_the_other_record(
    ana: Client, clinic: str, scope: Scope, register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    maria = register(**MARIA)
    start = form(ana.get(url(clinic, f"{maria.id}/relatives/new/")))
    from patients.services import relatives

    register_once = relatives._register

    def meanwhile(*args: Any, **options: Any) -> str:
        monkeypatch.setattr(relatives, "_register", register_once)
        services.change(scope, queries.patient(scope, maria.id), {"email": "maria@example.org"})
        return register_once(*args, **options)

    monkeypatch.setattr(relatives, "_register", meanwhile)
    saved(save(ana, clinic, start, f"{maria.id}/relatives/new/", given_name="Luis"), scope)
    now = queries.patient(scope, maria.id)
    assert (now.email, len(now.links or [])) == ("maria@example.org", 1)


def test_a_relative_of_another_clinics_patient_is_not_found(
    clinic: str, other_clinic: str, register: Register, outsider: Scope
) -> None:
    maria = register(**MARIA)
    olga = signed_in_client(other_clinic)
    assert olga.get(url(other_clinic, f"{maria.id}/relatives/new/")).status_code == 404
    answer = save(olga, other_clinic, family_name="García", given_name="Luis", link=maria.id, tie="child")
    assert "We can&#x27;t find that here." in answer.content.decode() or answer.status_code == 422
    assert queries.letters(outsider) == set()


# --- Twice is once -------------------------------------------------------------------------------------------------


def test_a_double_click_registers_once(ana: Client, clinic: str, scope: Scope) -> None:
    start = form(ana.get(url(clinic)))
    typed = {"family_name": "Garcia", "given_name": "Maria", "birth": "14/3/1985"}
    first, second = (save(ana, clinic, start, **typed) for _ in range(2))
    assert saved(first, scope).id == saved(second, scope).id
    assert len(queries.list_page(scope, "g").rows) == 1


def test_back_and_other_entries_are_told(ana: Client, clinic: str, scope: Scope) -> None:
    start = form(ana.get(url(clinic)))
    saved(save(ana, clinic, start, given_name="Abe"), scope)
    answer = save(ana, clinic, start, given_name="Zoe")
    assert "This form was sent before with other entries." in words(answer)
    assert saved(save(ana, clinic, form(answer)), scope).given_name == "Zoe"


def test_two_tabs_register_two(ana: Client, clinic: str, scope: Scope) -> None:
    one, other = (form(ana.get(url(clinic))) for _ in range(2))
    assert saved(save(ana, clinic, one, given_name="Abe"), scope).given_name == "Abe"
    assert saved(save(ana, clinic, other, given_name="Zoe"), scope).given_name == "Zoe"


def test_a_forged_token_saves_nothing(ana: Client, clinic: str, scope: Scope) -> None:
    answer = save(ana, clinic, given_name="Abe", once="x.y")
    assert "This form is out of date." in words(answer)
    assert queries.letters(scope) == set()


def test_only_those_permitted_register(clinic: str) -> None:
    admin = signed_in_client(clinic, role=Role.ADMIN)
    assert admin.get(url(clinic)).status_code == 200
    stranger = signed_in_client("elsewhere")
    assert stranger.get(url(clinic)).status_code == 404


@pytest.mark.parametrize(
    ("typed", "order", "expected"),
    [
        ("3.14.85", "MDY", ("1985-03-14", False)),
        ("14/3/85", "DMY", ("1985-03-14", False)),
        ("3/4/85", "MDY", ("1985-03-04", False)),
        ("1985", "DMY", ("1985", False)),
        ("about 1985", "DMY", ("1985", True)),
        ("about 14 Mar 1985", "DMY", ("1985-03-14", True)),
        ("41", "DMY", ("1985", True)),
        ("3 weeks", "DMY", ("2026-11-01", True)),
    ],
)
def test_a_birth_is_read_as_people_write_it_there(typed: str, order: DateOrder, expected: tuple[str, bool]) -> None:
    today = date(2026, 11, 22)
    birth = read_birth(typed, order, today)
    assert birth == expected
