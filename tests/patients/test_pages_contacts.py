"""The contact log as it is written and read at the desk."""

from datetime import timedelta
from typing import Any

import pytest

from clinnet import clock
from clinnet.accounts.permissions import Role
from clinnet.accounts.services import add_staff
from clinnet.table import Scope, connection, errors, writes
from patients import queries, services
from tests.conftest import Register
from tests.patients.pages import Pages, plain
from tests.people import signed_in_client

pytestmark = pytest.mark.django_db
CALL: dict[str, Any] = {"how": "in phone", "text": "Asked for the blood results"}


@pytest.fixture
def here(scope: Scope, register: Register) -> Pages:
    return Pages(signed_in_client(scope.clinic_id), scope.clinic_id, register(given_name="Ada"))


def day(days: int) -> str:
    return (clock.today("Europe/London") + timedelta(days)).isoformat()


def test_a_call_is_logged_from_the_overview_and_stands_there(here: Pages) -> None:
    text = here.sent("", action="contacts/add/", **CALL)
    assert "Logged." in text
    assert "Asked for the blood results" in text
    assert "Details due" in text  # it is the overview again


def test_who_may_call_back_is_whoever_works_here_by_now(here: Pages) -> None:
    assert "Dr Novak" not in here.text()
    boss = Scope.system("test", here.clinic)
    add_staff(boss, person="sub-novak", username="novak", name="Dr Novak", roles=[Role.DOCTOR])
    assert "Dr Novak" in here.text(), "the empty line is kept, by those it names"


def test_a_line_that_is_too_long_is_refused_in_our_words(here: Pages) -> None:
    answer = here.send("", action="contacts/add/", **CALL | {"text": "x" * 301})
    assert "This is longer than 300 characters. Shorten it." in answer.content.decode()


def test_a_call_is_logged_from_the_contacts_page_and_stands_there(here: Pages) -> None:
    text = here.sent("contacts/", action="contacts/add/", **CALL | {"how": "out e-mail"})
    assert "Asked for the blood results Today" in text
    assert "Details due" not in text


def test_an_empty_line_is_refused_beside_the_field(here: Pages) -> None:
    answer = here.send("", action="contacts/add/", how="in phone", text=" ")
    assert answer.status_code == 422
    assert "Write one line." in plain(answer.content.decode())


def test_what_was_typed_stays_after_a_refusal(here: Pages, scope: Scope) -> None:
    answer = here.send("", action="contacts/add/", **CALL, callback_by="nurse", callback_on=day(-1))
    html = answer.content.decode()
    assert "That day is past." in html
    assert 'value="Asked for the blood results"' in html
    assert f'value="{day(-1)}"' in html
    assert queries.contacts(scope, here.patient)[0] == []


def test_a_call_back_needs_somebody(here: Pages) -> None:
    answer = here.send("", action="contacts/add/", **CALL, callback_on=day(1))
    assert "Say who calls back." in answer.content.decode()


def test_a_call_back_without_a_date_is_due_today(here: Pages) -> None:
    assert "A nurse calls back, today" in here.sent("", action="contacts/add/", **CALL, callback_by="nurse")


def test_call_backs_of_one_day_stand_in_the_order_of_their_times(here: Pages, scope: Scope) -> None:
    said = here.sent("", action="contacts/add/", **CALL, callback_by="receptionist", callback_at="14:30")
    assert "Reception calls back, today, 14:30" in said
    for text, at in (("No time", ""), ("First", "09:15")):
        here.sent("", action="contacts/add/", how="in phone", text=text, callback_by="receptionist", callback_at=at)
    tasks = plain(here.client.get(f"/c/{scope.clinic_id}/tasks/").content.decode())
    assert "Today, 14:30" in tasks
    assert tasks.index("First") < tasks.index("Asked for the blood results") < tasks.index("No time")
    refused = here.send("", action="contacts/add/", **CALL, callback_at="14:30")
    assert (refused.status_code, "Say who calls back." in refused.content.decode()) == (422, True)


def test_a_call_back_by_a_stranger_is_refused(here: Pages) -> None:
    answer = here.send("", action="contacts/add/", **CALL, callback_by="somebody-of-another-clinic")
    assert answer.status_code == 422


def test_an_open_call_back_is_done_with_one_button(here: Pages, scope: Scope) -> None:
    here.sent("", action="contacts/add/", **CALL, callback_by="receptionist", callback_on=day(3))
    (contact,) = queries.contacts(scope, here.patient)[0]
    assert [row["id"] for row in queries.callbacks_due(scope)] == [contact.id]
    text = here.sent("", action=f"contacts/{contact.id}/done/")
    assert "called back by Ana Ruiz" in text
    assert queries.callbacks_due(scope) == []


def test_a_call_back_that_is_overdue_says_since_when(here: Pages, scope: Scope) -> None:
    services.log_contact(
        scope,
        here.patient,
        direction="in",
        channel="phone",
        text="x",
        callback_on="2026-01-05",
        callback_by="nurse",
        callback_name="A nurse",
    )
    assert "A nurse calls back, was due " in here.text("contacts/")


def test_a_call_back_done_twice_is_done_once(here: Pages, scope: Scope) -> None:
    services.log_contact(
        scope,
        here.patient,
        direction="in",
        channel="phone",
        text="x",
        callback_on=day(1),
        callback_by="nurse",
        callback_name="A nurse",
    )
    (contact,) = queries.contacts(scope, here.patient)[0]
    fields = here.fields("", f"contacts/{contact.id}/done/")
    for _ in range(2):
        assert here.send("", fields, action=f"contacts/{contact.id}/done/").status_code == 302
    actions = [row["line"]["action"] for row in queries.history(scope, here.patient)[0]]
    assert actions.count("contact.called-back") == 1


def test_the_same_line_sent_twice_is_one_line(here: Pages, scope: Scope) -> None:
    fields = here.fields("", "contacts/add/")
    for _ in range(2):
        assert here.send("", fields, action="contacts/add/", **CALL).status_code == 302
    assert len(queries.contacts(scope, here.patient)[0]) == 1


def test_a_used_form_with_other_words_is_not_taken_for_the_first(here: Pages, scope: Scope) -> None:
    fields = here.fields("", "contacts/add/")
    here.send("", fields, action="contacts/add/", **CALL)
    answer = here.send("", fields, action="contacts/add/", **CALL | {"text": "Something else"})
    assert "sent before with other entries" in answer.content.decode()
    assert 'value="Something else"' in answer.content.decode()
    assert len(queries.contacts(scope, here.patient)[0]) == 1


def test_a_busy_table_gives_the_form_back_and_a_second_press_saves_once(
    here: Pages, scope: Scope, monkeypatch: pytest.MonkeyPatch
) -> None:
    fields = here.fields("", "contacts/add/")

    def busy(*_: Any, **__: Any) -> None:
        raise errors.Busy

    monkeypatch.setattr(writes, "call", busy)
    monkeypatch.setattr(writes, "wait", lambda attempt, **_: False)
    answer = here.send("", fields, action="contacts/add/", **CALL)
    assert answer.status_code == 503
    html = answer.content.decode()
    assert "Not saved yet" in html
    assert 'value="Asked for the blood results"' in html
    assert fields["once"] in html
    monkeypatch.setattr(writes, "call", connection.call)
    assert here.send("", fields, action="contacts/add/", **CALL).status_code == 302
    assert len(queries.contacts(scope, here.patient)[0]) == 1


def test_the_log_turns_its_pages(here: Pages, scope: Scope) -> None:
    for number in range(33):
        services.log_contact(scope, here.patient, direction="in", channel="desk", text=f"line {number:02}")
    html = here.get("contacts/").content.decode()
    assert "line 32" in html
    assert "line 02" not in html
    earlier = html.split('href="?after=')[1].split('"')[0]
    second = here.get(f"contacts/?after={earlier}").content.decode()
    assert "line 02" in second
    assert "line 00" in second
    assert "line 03" not in second
    assert "Earlier" not in plain(second)


def test_a_merged_log_turns_its_pages_without_gaps(scope: Scope, register: Register) -> None:
    keep, other = register(given_name="Ada"), register(given_name="Adah")
    for number in range(9):
        services.log_contact(
            scope, (keep, other)[number % 2 or number > 6], direction="in", channel="desk", text=str(number)
        )
    services.merge(scope, keep, other, {})
    merged, texts, cursor = queries.patient(scope, keep.id), [], ""
    for _ in range(6):
        found, cursor = queries.contacts(scope, merged, limit=2, cursor=cursor)
        texts += [contact.text for contact in found]
        if not cursor:
            break
    assert texts == list("876543210")


def test_who_only_reads_has_no_form(scope: Scope, here: Pages, monkeypatch: pytest.MonkeyPatch) -> None:
    from clinnet.accounts import permissions

    monkeypatch.setitem(permissions.ROLES, Role.NURSE, frozenset({"patient:read"}))
    nurse = Pages(signed_in_client(scope.clinic_id, role=Role.NURSE), scope.clinic_id, here.patient)
    for page in ("", "contacts/"):
        assert 'name="text"' not in nurse.get(page).content.decode()
    assert nurse.send("", {}, action="contacts/add/", **CALL).status_code == 403


def test_nobody_writes_into_another_clinics_log(here: Pages, scope: Scope, outsider: Scope) -> None:
    theirs = Pages(signed_in_client(outsider.clinic_id), outsider.clinic_id, here.patient)
    assert theirs.send("", {}, action="contacts/add/", **CALL).status_code == 404
    assert queries.contacts(scope, here.patient)[0] == []
