"""Registering somebody, as a browser does it."""

import re
from datetime import date

import pytest
from django.test import Client

from clinnet import clock
from clinnet.accounts.permissions import Role
from clinnet.accounts.services import add_staff
from clinnet.rules.dates import DateOrder
from clinnet.table import Scope
from patients import queries
from patients.forms.fields import read_birth
from patients.forms.registering import RegisterForm
from tests.conftest import Register
from tests.patients.registering import MARIA, form, save, saved, url, words
from tests.people import signed_in_client

pytestmark = pytest.mark.django_db


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
