"""A clinic's own words of messages: checked before they are saved, shown before they leave."""

from urllib.parse import urlencode

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from clinnet.accounts import queries as accounts
from clinnet.accounts.permissions import Role
from clinnet.table.errors import Refused
from scheduling.calendar.queries.setup import setup
from scheduling.calendar.services import settings as schedule_settings
from scheduling.messages.rows import KINDS
from scheduling.messages.rules import templates, wording
from scheduling.messages.rules.due import Kind
from scheduling.messages.services import letters, messages
from tests.patients.pages import hidden, plain
from tests.people import signed_in_client
from tests.scheduling.conftest import Desk
from tests.scheduling.messages.leaving import by_mail, maria, send

pytestmark = pytest.mark.django_db
KNOWN = {"phone": "020", "address": "5 Mill Lane"}
GOOD = "Dear patient,\n\n{times}\n\nBring your card. {clinic}, {phone}"


# --- What can be a text ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("language", wording.LANGUAGES)
def test_our_own_text_would_be_allowed(kind: Kind, language: str) -> None:
    assert templates.problem(templates.default(kind, language), kind, known=KNOWN) == ""


@pytest.mark.parametrize(
    ("text", "kind", "said"),
    [
        ("{times} {", "booked", "stands alone"),
        ("{times} }", "booked", "stands alone"),
        ("{times} {name}", "booked", "no place {name}"),
        ("{times} {clinic.__class__}", "booked", "no place"),
        ("{times} {clinic!r}", "booked", "no place"),
        ("{times:>9}", "booked", "no place"),
        ("{times} {}", "booked", "no place"),
        ("Come soon.", "booked", "must stand in it once"),
        ("{times} {times}", "booked", "must stand in it once"),
        ("{times}", "late", "{late} must stand"),
        ("{times} {late}", "booked", "of a delay alone"),
        ("{times}" + "x" * templates.MOST, "booked", "longer"),
    ],
)
def test_a_text_with_an_error_is_refused_with_what_is_wrong(text: str, kind: Kind, said: str) -> None:
    assert said in templates.problem(text, kind, known=KNOWN)


def test_a_place_of_which_the_clinic_has_nothing_is_refused() -> None:
    assert "no phone yet" in templates.problem(GOOD, "booked", known={"phone": "", "address": ""})


@given(st.text(alphabet="{}times! :.abc", max_size=30))
def test_whatever_is_allowed_can_be_filled(text: str) -> None:
    if not templates.problem(text, "booked", known=KNOWN):
        assert "HERE" in templates.fill(text, {"times": "HERE"})


def test_a_brace_is_written_twice() -> None:
    assert templates.fill("{{a}} {times}", {"times": "now"}) == "{a} now"


# --- What leaves -----------------------------------------------------------------------------------------------------


def test_a_message_has_the_clinic_s_own_words_in_that_language_alone(desk: Desk) -> None:
    clinic = accounts.clinic(desk.scope.clinic_id)
    messages.set_text(desk.admin, clinic=clinic, kind="booked", language="en", text="Dear you,\n\n{times}\n\nBring it.")
    by_mail(desk)
    by_mail(desk, maria(desk, language="fr", email="fr@example.org"), "11:00")
    received = {each.to: each.text for each in send(desk)}
    assert received["maria@example.org"].startswith("Dear you,")
    assert "10:30" in received["maria@example.org"]
    assert received["maria@example.org"].count("/m/") == 2
    assert received["fr@example.org"].startswith("Bonjour,")
    clinic = accounts.clinic(desk.scope.clinic_id)
    messages.set_text(desk.admin, clinic=clinic, kind="booked", language="en", text="")
    assert letters.own_text(accounts.clinic(desk.scope.clinic_id), "booked", "en") == ""
    with pytest.raises(Refused):
        messages.set_text(desk.admin, clinic=clinic, kind="booked", language="en", text="Come!")


def test_what_to_prepare_stands_with_the_time_in_the_reader_s_language(desk: Desk) -> None:
    texts = {"en": "Come fasting.", "fr": "Venez à jeun."}
    id = schedule_settings.save_visit_type(desk.admin, name="Blood test", minutes=10, preparation=texts)
    test = setup(desk.admin).visit_types[id]
    by_mail(desk, visit_type=test)
    by_mail(desk, maria(desk, language="fr", email="fr@example.org"), "11:00", visit_type=test)
    by_mail(desk, maria(desk, language="de", email="de@example.org"), "12:00", visit_type=test)
    received = {each.to.partition("@")[0]: each.text for each in send(desk)}
    assert "Come fasting." in received["maria"]
    assert "Venez à jeun." in received["fr"]
    assert "Come fasting." in received["de"]  # better in a strange language than not at all


# --- The page --------------------------------------------------------------------------------------------------------


def page_of(desk: Desk, **query: str) -> tuple[Client, str]:
    browser = signed_in_client(desk.scope.clinic_id, role=Role.ADMIN, name="Inês Duarte")
    return browser, f"/c/{desk.scope.clinic_id}/manage/schedule/messages/texts/?{urlencode(query)}"


def test_an_administrator_sees_what_patients_will_read_and_saves_it(desk: Desk) -> None:
    browser, url = page_of(desk, kind="reminder", language="es")
    html = browser.get(url).content.decode()
    assert "Le recordamos su cita en {clinic}:" in html
    assert "Le recordamos su cita en Test Clinic:" in html  # the sample
    form = hidden(html.partition("<main")[2])
    shown = browser.post(url, {**form, "text": "Hola {clinic}\n{times}", "show": "1"}).content.decode()
    assert "Hola Test Clinic" in shown
    assert letters.own_text(accounts.clinic(desk.scope.clinic_id), "reminder", "es") == ""
    form = hidden(shown.partition("<main")[2])
    assert browser.post(url, {**form, "text": "Hola {clinic}\n{times}"}).status_code == 302
    assert letters.own_text(accounts.clinic(desk.scope.clinic_id), "reminder", "es") == "Hola {clinic}\n{times}"
    assert "Hola Test Clinic" in browser.get(url).content.decode()


def test_a_text_with_an_error_is_not_saved_and_says_why(desk: Desk) -> None:
    browser, url = page_of(desk)
    form = hidden(browser.get(url).content.decode().partition("<main")[2])
    answer = browser.post(url, {**form, "text": "Hello {nobody} {times}"})
    assert answer.status_code == 422
    assert "There is no place {nobody}." in plain(answer.content.decode())
    assert accounts.clinic(desk.scope.clinic_id).texts is None


def test_the_page_of_a_type_keeps_what_to_prepare(desk: Desk) -> None:
    browser = signed_in_client(desk.scope.clinic_id, role=Role.ADMIN, name="Inês Duarte")
    url = f"/c/{desk.scope.clinic_id}/manage/schedule/types/new/"
    form = hidden(browser.get(url).content.decode().partition("<main")[2])
    typed = {
        "name": "Blood test",
        "colour": "red",
        "minutes": "10",
        "nurse": "0",
        "before": "0",
        "after": "0",
        "preparation_de": "Bitte nüchtern kommen.",
        "remote": "",
        "active": "on",
    }
    browser.post(url, {**form, **typed})
    found = desk.type("Blood test")
    assert found.preparation == {"de": "Bitte nüchtern kommen."}
