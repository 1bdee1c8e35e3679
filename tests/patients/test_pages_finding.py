"""The first page and the search, as a browser asks for them."""

import logging
import re
from typing import Any

import pytest
from django.test import Client

from clinnet import clock
from clinnet.table import Event, Scope
from patients import queries, services
from patients.recents import KEY
from patients.services import looking
from tests.conftest import Register
from tests.patients.registering import MARIA, words
from tests.people import signed_in_client

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def url(clinic: str, path: str = "") -> str:
    return f"/c/{clinic}/{path}"


# --- The first page ------------------------------------------------------------------------------------------------


def test_an_empty_first_page_says_what_to_do(ana: Client, clinic: str) -> None:
    page = words(ana.get(url(clinic, "tasks/")))
    assert "Nobody waits for a call." in page
    assert "Press / and type three letters of a name." in page
    assert "Everybody registered lately is complete." in page


def test_the_first_page_shows_whom_one_opened_last(ana: Client, clinic: str, register: Register) -> None:
    maria, john = register(**MARIA), register(family_name="Smith", given_name="John")
    session = ana.session
    session[KEY] = {clinic: [john.id, maria.id, "no-such-id"]}
    session.save()
    page = words(ana.get(url(clinic, "tasks/")))
    opened = page[page.index("Opened last") :]
    assert opened.index("Smith, John") < opened.index("García, María 14 Mar 1985")


@pytest.mark.parametrize("page", ["", "details/", "history/", "appointments/", "contacts/"])
def test_whoever_is_opened_by_any_page_was_opened_last(ana: Client, clinic: str, register: Register, page: str) -> None:
    maria, john = register(**MARIA), register(family_name="Smith", given_name="John")
    for patient in (maria, john):
        assert ana.get(url(clinic, f"patients/{patient.id}/{page}")).status_code == 200
    ana.get(url(clinic, f"patients/{maria.id}/photo/"))  # beside a name in a list
    assert ana.session[KEY][clinic][:2] == [john.id, maria.id]


def test_callbacks_due_stand_first_and_ones_own_before_others(
    ana: Client, clinic: str, scope: Scope, register: Register
) -> None:
    maria, today = register(**MARIA), clock.today("Europe/London").isoformat()
    for text, by, on in [
        ("coming", "receptionist", "2999-01-01"),
        ("theirs", "nurse", "2020-01-01"),
        ("mine", "receptionist", today),
        ("late", scope.actor.id, "2020-01-02"),
    ]:
        services.log_contact(scope, maria, direction="in", channel="phone", text=text, callback_on=on, callback_by=by)
    page = words(ana.get(url(clinic, "tasks/")))
    order = [page.index(text) for text in ("late", "mine", "theirs", "coming")]
    assert order == sorted(order)
    assert "Was due 2 Jan 2020" in page


def test_a_callback_is_done_from_the_first_page(ana: Client, clinic: str, scope: Scope, register: Register) -> None:
    maria = register(**MARIA)
    contact = services.log_contact(
        scope, maria, direction="in", channel="phone", text="results?", callback_on="2020-01-02", callback_by="nurse"
    )
    form = field_values(ana.get(url(clinic, "tasks/")).content.decode())
    answer = ana.post(url(clinic, f"callbacks/{maria.id}/{contact}/done/"), form, follow=True)
    assert "Called back: \u2068María García\u2069." in words(answer)
    assert "results?" not in words(answer)
    assert queries.contact(scope, maria, contact).done_at


def test_a_callback_that_was_just_done_is_gone_though_the_index_lags(
    ana: Client, clinic: str, scope: Scope, register: Register
) -> None:
    contact = services.log_contact(
        scope, register(**MARIA), direction="in", channel="phone", text="results?", callback_on="2020-01-02"
    )
    assert "results?" in words(ana.get(url(clinic, "tasks/")))
    assert "results?" not in words(ana.get(url(clinic, "tasks/"), {"done": contact}))


def test_details_due_are_of_those_registered_lately(ana: Client, clinic: str, register: Register) -> None:
    register(given_name="Zola")
    consent = {"data": {"given": True, "on": "2026-01-01"}}
    register(**MARIA, address={"line": "5 Mill Lane"}, consents=consent)
    due = words(ana.get(url(clinic, "tasks/"))).partition("Details due")[2]
    assert "Zola Missing: birth date, sex, phone, address, consent" in due
    assert "García" not in due


def field_values(page: str) -> dict[str, str]:
    found = re.findall(r'<input type="hidden" name="(once)" value="([^"]+)"', page)
    return dict(found[:1])


# --- Search --------------------------------------------------------------------------------------------------------


def ask(client: Client, clinic: str, text: str) -> str:
    return words(client.post(url(clinic, "patients/search/"), {"q": text}, headers=HTMX))


@pytest.mark.parametrize("text", ["gar", "maria gar", "14/3/1985", "4821", "1"])
def test_a_patient_is_found_by(ana: Client, clinic: str, register: Register, text: str) -> None:
    register(**MARIA)
    assert "García, María 14 Mar 1985 (" in ask(ana, clinic, text)
    assert "F 000001 ···4821" in ask(ana, clinic, text)


def test_the_same_search_without_a_script_is_a_page(ana: Client, clinic: str, register: Register) -> None:
    register(**MARIA)
    answer = ana.post(url(clinic, "patients/search/"), {"q": "garcia"})
    assert "Found for “ garcia ”" in words(answer)
    assert "García, María" in words(answer)
    assert "<title>" in answer.content.decode()
    assert "garcia" not in answer.content.decode().partition("</title>")[0].lower()


def test_an_empty_box_shows_whom_one_opened_last(ana: Client, clinic: str, register: Register) -> None:
    maria = register(**MARIA)
    assert "Type a name" in ask(ana, clinic, "")
    session = ana.session
    session[KEY] = {clinic: [maria.id]}
    session.save()
    assert ask(ana, clinic, " ").startswith("Seen last García, María")


def test_what_sounds_alike_is_marked(ana: Client, clinic: str, register: Register) -> None:
    register(family_name="Smith", given_name="Jon")
    assert "Smith, Jon sounds alike" in ask(ana, clinic, "smyth john")


@pytest.mark.parametrize("text", ["fitzgerad", "fitzegrald", "fitzgerlad rose", "rose fitzgeral"])
def test_who_was_mistyped_by_one_letter_is_found_and_marked(
    ana: Client, clinic: str, register: Register, text: str
) -> None:
    register(family_name="Fitzgerald", given_name="Rose")
    register(family_name="Fitzroy", given_name="Ada")
    found = ask(ana, clinic, text)
    assert "Fitzgerald, Rose" in found
    assert "Fitzroy" not in found


def test_who_died_stands_behind_the_living(ana: Client, clinic: str, register: Register) -> None:
    register(family_name="Denford", given_name="Ann", deceased_on="2026-01-05")
    register(family_name="Denford", given_name="Mark")
    found = ask(ana, clinic, "denf")
    assert found.index("Denford, Mark") < found.index("Denford, Ann")


def test_what_is_nobody_s_name_with_two_slips_finds_nobody(ana: Client, clinic: str, register: Register) -> None:
    register(family_name="Fitzgerald", given_name="Rose")
    assert "Nobody found." in ask(ana, clinic, "fitzgorud")


@pytest.mark.parametrize("text", ["garcia 1985", "garcia 14 mar"])
def test_a_year_or_a_day_of_birth_leaves_out_who_was_born_otherwise(
    ana: Client, clinic: str, register: Register, text: str
) -> None:
    register(**MARIA)
    register(family_name="García", given_name="Lucía", birth_date="2020-07-11")
    found = ask(ana, clinic, text)
    assert "García, María" in found
    assert "Lucía" not in found


def test_a_year_that_is_nobody_s_opens_nobody(ana: Client, clinic: str, register: Register) -> None:
    register(**MARIA)
    found = ask(ana, clinic, "garcia 1986")
    assert "García, María" not in found
    assert "Somebody of that name with another birth date" in found


def test_two_of_one_name_are_marked(ana: Client, clinic: str, register: Register) -> None:
    register(**MARIA)
    register(family_name="Garcia", given_name="Maria", birth_date="1990-01-01")
    assert ask(ana, clinic, "garcia").count("same name") == 2


def test_what_a_record_is_stands_in_words(ana: Client, clinic: str, scope: Scope, register: Register) -> None:
    maria = register(**MARIA, test=True, restricted=True, deceased_on="2026-01-01")
    services.archive(scope, maria, reason="moved")
    found = ask(ana, clinic, "garcia")
    assert "deceased archived test restricted" in found
    assert "41 y" not in found


def test_what_was_typed_can_be_registered(ana: Client, clinic: str) -> None:
    found = ana.post(url(clinic, "patients/search/"), {"q": "lopez maria 14/3/85"}, headers=HTMX)
    assert "Register Lopez, Maria · 14 Mar 1985" in words(found)
    assert f'<form id="find-new" method="post" action="/c/{clinic}/patients/new/"' in " ".join(
        found.content.decode().split()
    )


def test_a_number_alone_registers_nobody(ana: Client, clinic: str) -> None:
    assert "Register" not in ask(ana, clinic, "4821")
    assert "Nobody found." in ask(ana, clinic, "4821")


def test_an_impossible_date_is_said(ana: Client, clinic: str) -> None:
    assert "31 Feb 1985 is not a date." in ask(ana, clinic, "lopez 31/2/1985")


def test_another_clinics_patient_is_not_found(clinic: str, other_clinic: str, register: Register) -> None:
    register(**MARIA)
    olga = signed_in_client(other_clinic)
    assert "Nobody found." in ask(olga, other_clinic, "garcia")
    assert olga.post(url(clinic, "patients/search/"), {"q": "garcia"}).status_code == 404


def test_what_was_typed_is_in_no_log(ana: Client, clinic: str, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        ask(ana, clinic, "zyxwvut")
    assert "zyxwvut" not in caplog.text


@pytest.mark.parametrize("text", ["x" * 5000, "'; --", "😀", "نور", "\x00\x01", "###", "{{ 1 }}", "<b>"])
def test_anything_may_be_typed(ana: Client, clinic: str, text: str) -> None:
    answer = ana.post(url(clinic, "patients/search/"), {"q": text}, headers=HTMX)
    assert answer.status_code == 200
    assert "<b>" not in answer.content.decode()


def test_many_looks_in_a_minute_are_one_event_and_stop_nobody(
    ana: Client, clinic: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(looking, "MOST", 2)
    events: list[Event] = []

    def told(*given: Any, **named: Any) -> Event:
        events.append(Event(*given, **named))
        return events[-1]

    monkeypatch.setattr(looking, "Event", told)
    for _ in range(3):
        assert ana.post(url(clinic, "patients/search/"), {"q": "gar"}, headers=HTMX).status_code == 200
        assert ana.get(url(clinic, "patients/")).status_code == 200
    assert [(each.action, each.note) for each in events] == [(looking.MANY_LOOKS, "more than 2 times within a minute")]
