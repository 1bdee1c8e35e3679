"""The pages of requests for a time, as a browser without JavaScript and as htmx get them."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from clinnet import clock
from clinnet.accounts.permissions import Role
from patients.models import Patient
from patients.queries import folded
from patients.services import merge
from scheduling.board import queries as board_queries
from scheduling.calendar.services import settings
from scheduling.models import WaitlistEntry
from scheduling.waitlist import queries as waitlist_queries
from scheduling.waitlist.services import waitlist
from tests.patients.pages import hidden, plain
from tests.people import signed_in_client
from tests.scheduling.conftest import Desk

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def browser_of_ana(desk: Desk) -> Client:
    return signed_in_client(desk.scope.clinic_id)


@pytest.fixture
def ana(browser_of_ana: Client, desk: Desk) -> "Ana":
    return Ana(browser_of_ana, desk)


class Ana:
    """A receptionist at the requests."""

    def __init__(self, client: Client, desk: Desk) -> None:
        self.client, self.desk = client, desk

    def at(self, path: str = "") -> str:
        return f"/c/{self.desk.scope.clinic_id}/requests/{path}"

    def html(self, path: str = "", **headers: str) -> str:
        answer = self.client.get(self.at(path), headers=headers)
        assert answer.status_code == 200, answer.content
        return answer.content.decode()

    def text(self, path: str = "", **headers: str) -> str:
        return plain(self.html(path, **headers))

    def press(self, page: str, action: str, *, follow: bool = True, **typed: Any) -> Any:
        html = self.html(page)
        fields = hidden(html[html.index("<main") :], action)
        to = self.at(action or page)
        answer = self.client.post(to, {**fields, **typed}, follow=follow)
        self.sent = (to, {**fields, **typed})
        return answer

    def again(self) -> Any:
        """The same form once more."""
        return self.client.post(*self.sent, follow=True)


def ask(desk: Desk, patient: Patient | None = None, **wanted: Any) -> WaitlistEntry:
    wanted = {"visit_type": desk.type("Follow-up")} | wanted
    patient = patient or desk.patient("Zofia", "Kowalska", birth_date="1970-03-05")
    return waitlist_queries.request(desk.scope, waitlist.ask(desk.scope, patient=patient, **wanted))


def value(desk: Desk, at: str = "10:30") -> str:
    return f"{desk.at(at):%Y-%m-%dT%H:%MZ}~{desk.doctor.id}"


def test_the_list_says_who_wants_what(desk: Desk, ana: Ana) -> None:
    assert "Nobody waits for a time." in ana.text()
    ask(desk, practitioners=[desk.doctor], weekdays=[3], parts=["am"], reason="Cough", urgency=1)
    ask(desk, desk.patient("Ivan", "Petrov"), source="parked")
    text = ana.text()
    assert "Kowalska, Zofia 5 Mar 1970" in text
    assert "Follow-up, Thursday morning with Dr Okafor" in text
    assert text.index("Kowalska") < text.index("Petrov")
    assert "Petrov" not in ana.text("?source=waitlist")
    assert "Kowalska" not in ana.text(f"?who={desk.doctors[1].id}")
    lane = ana.html(**{"HX-Request": "true", "HX-Target": "lane-requests"})
    assert "<main" not in lane
    assert "Kowalska" in lane


def test_a_request_is_made_with_the_patient_found_in_the_form(desk: Desk, ana: Ana) -> None:
    desk.patient("Zofia", "Kowalska", birth_date="1970-03-05")
    html = ana.html("new/")
    fields = hidden(html[html.index("<main") :])
    fields.pop("who", None)
    found = ana.client.post(ana.at("new/"), {**fields, "q": "kowal", "find": "1"}).content.decode()
    assert "Kowalska, Zofia" in plain(found)
    who = found.split('name="who"')[2].split('value="')[1].split('"')[0]
    typed = {
        "who": who,
        "visit_type": desk.type("Follow-up").id,
        "weekdays": ["3"],
        "part": "am",
        "urgency": "1",
        "practitioners": [desk.doctor.id],
        "reason": "Cough",
    }
    answer = ana.client.post(ana.at("new/"), {**fields, **typed}, follow=True)
    assert "Added to the requests." in plain(answer.content.decode())
    ana.client.post(ana.at("new/"), {**fields, **typed})
    (row,) = waitlist_queries.open_requests(desk.scope)
    line = row["line"]
    assert (line["w"], line["h"], line["d"], line["u"], line["y"]) == ([3], ["am"], [desk.doctor.id], 1, "Cough")


def test_the_address_of_a_new_request_knows_what_booking_knew(desk: Desk, ana: Ana) -> None:
    zofia = desk.patient("Zofia", "Kowalska")
    type_id = desk.type("Procedure").id
    html = ana.html(f"new/?patient={zofia.id}&type={type_id}&with={desk.doctor.id}&days=3&part=pm")
    assert "Kowalska, Zofia" in plain(html)
    assert f'value="{type_id}" selected' in " ".join(html.split())
    answer = ana.press(f"new/?patient={zofia.id}", "", visit_type=type_id, urgency="2")
    assert "Added to the requests." in plain(answer.content.decode())
    assert ana.client.get(ana.at("new/?patient=nobody")).status_code == 404


def test_who_waits_already_is_said_before_and_after_a_second_request(desk: Desk, ana: Ana) -> None:
    zofia = desk.patient("Zofia", "Kowalska")
    typed: dict[str, Any] = {"visit_type": desk.type("Follow-up").id, "urgency": "2", "weekdays": ["3"], "part": "am"}
    page = f"new/?patient={zofia.id}"
    assert "already" not in ana.text(page)
    assert "already" not in plain(ana.press(page, "", **typed).content.decode())
    assert "Waits already: Follow-up, Thursday morning with anybody" in ana.text(page)
    second = plain(ana.press(page, "", **{**typed, "visit_type": desk.type("Procedure").id}).content.decode())
    assert "Added to the requests. They wait already for Follow-up, Thursday morning." in second


def test_who_accepts_on_the_telephone_is_told_what_to_prepare(desk: Desk, ana: Ana) -> None:
    texts = {"en": "Come fasting."}
    settings.save_visit_type(desk.admin, name="Blood test", minutes=15, colour="red", preparation=texts)
    entry = ask(desk, visit_type=desk.type("Blood test"))
    ana.press(f"{entry.id}/offer/", "", start=value(desk))
    answer = ana.press(f"{entry.id}/", f"{entry.id}/accept/")
    assert "10:30. Tell them: Come fasting." in plain(answer.content.decode())


def test_what_is_missing_is_said_beside_the_field(desk: Desk, ana: Ana) -> None:
    text = plain(ana.press("new/", "", since="9999-12-30").content.decode())
    assert "That is more than three years away." in text
    text = plain(ana.press("new/", "", until="2020-01-01").content.decode())
    for sentence in ("Find them first, then choose.", "Choose what it is for.", "That day is past"):
        assert sentence in text


def test_an_offer_holds_the_time_and_accepting_books_it(desk: Desk, ana: Ana) -> None:
    entry = ask(desk)
    answer = ana.press(f"{entry.id}/offer/", "", start=value(desk))
    assert "Call them, then press Accept." in plain(answer.content.decode())
    assert "15 min left" in ana.text()
    again = ana.again()
    assert "Call them, then press Accept." in plain(again.content.decode())
    answer = ana.press(f"{entry.id}/", f"{entry.id}/accept/")
    assert "Kowalska, Zofia is booked: " in plain(answer.content.decode())
    assert "is booked: " in plain(ana.again().content.decode())
    assert [card.state for card in board_queries.board(desk.scope, desk.day).cards] == ["booked"]
    assert "Booked." in ana.text(f"{entry.id}/")
    assert [card.flags for card in board_queries.board(desk.scope, desk.day).cards] == ["V"]  # who waited is new here
    assert desk.faults() == []


def test_the_words_of_a_request_say_what_they_do(desk: Desk, ana: Ana) -> None:
    entry = ask(desk, urgency=1)
    text = ana.text()
    assert "Before others" in text
    assert "Log a call" in text
    assert "Before others" in ana.text("new/")
    ana.press(f"{entry.id}/offer/", "", start=value(desk))
    for page in ("", f"{entry.id}/"):
        assert "Accept: book it" in ana.text(page)
        assert "Take the offer back" in ana.text(page)


def test_the_number_to_call_stands_where_somebody_is_called(desk: Desk, ana: Ana) -> None:
    entry = ask(desk, desk.patient(phones=[{"number": "+447700900123"}]))
    ask(desk, desk.patient("Ivan"))
    for page in ("", f"{entry.id}/", f"{entry.id}/offer/"):
        assert "07700 900123" in ana.text(page)
    assert "No number" in ana.text()
    lane = HTMX | {"HX-Target": "lane-requests"}
    assert "07700 900123" not in ana.text(**lane)
    ana.press(f"{entry.id}/offer/", "", start=value(desk))
    assert "07700 900123" in ana.text(**lane)


def test_an_offer_is_taken_back_and_a_request_withdrawn(desk: Desk, ana: Ana) -> None:
    entry = ask(desk)
    ana.press(f"{entry.id}/offer/", "", start=value(desk))
    answer = ana.press("", f"{entry.id}/take-back/")
    assert "stays on the list" in plain(answer.content.decode())
    assert "stays on the list" in plain(ana.again().content.decode())
    assert "Say why." in plain(ana.press(f"{entry.id}/withdraw/", "").content.decode())
    answer = ana.press(f"{entry.id}/withdraw/", "", reason="Seen elsewhere")
    assert "is off the list." in plain(answer.content.decode())
    assert "is off the list." in plain(ana.again().content.decode())
    assert waitlist_queries.open_requests(desk.scope) == []
    assert "Off the list." in ana.text(f"{entry.id}/")
    assert desk.faults() == []


def test_a_free_time_is_booked_at_once(desk: Desk, ana: Ana) -> None:
    entry = ask(desk)
    assert "10:30" in desk.free()
    answer = ana.press(f"{entry.id}/offer/", "", start=value(desk), book="1")
    assert "is booked: " in plain(answer.content.decode())
    assert "10:30" not in desk.free()
    assert waitlist_queries.open_requests(desk.scope) == []
    assert desk.faults() == []


def test_a_taken_time_says_who_took_it_and_what_is_near(desk: Desk, ana: Ana) -> None:
    entry = ask(desk)
    html = ana.html(f"{entry.id}/offer/")
    desk.book("10:30")
    fields = hidden(html[html.index("<main") :])
    answer = ana.client.post(ana.at(f"{entry.id}/offer/"), {**fields, "start": value(desk)})
    text = plain(answer.content.decode())
    assert "10:30 with Dr Okafor was just booked by Ana." in text
    assert "Nearest" in text
    for wrong in ("", "tomorrow", f"{desk.at('10:30'):%Y-%m-%dT%H:%MZ}~nobody"):
        answer = ana.client.post(ana.at(f"{entry.id}/offer/"), {**fields, "start": wrong})
        assert answer.status_code == 422
        assert "Held" not in plain(answer.content.decode())


def test_later_days_and_other_doctors_are_a_press_away(desk: Desk, ana: Ana) -> None:
    entry = ask(desk, practitioners=[desk.doctor])
    assert "with Dr Bernard" not in ana.text(f"{entry.id}/offer/")
    assert "Dr Bernard" in ana.text(f"{entry.id}/offer/?anybody=1")
    later = ana.html(f"{entry.id}/offer/").split('href="?from=')[1].split('"')[0]
    assert f"{desk.day:%-d %b}" not in ana.text(f"{entry.id}/offer/?from={later}").split("Free times")[1]
    assert ana.client.get(ana.at(f"{entry.id}/offer/?from=someday")).status_code == 404


def test_who_did_not_come_is_asked_for_another_time(desk: Desk, ana: Ana) -> None:
    zofia = desk.patient("Zofia", "Kowalska")
    ana.press(f"new/?patient={zofia.id}&source=noshow", "", visit_type=desk.type("Follow-up").id, urgency="2")
    assert waitlist_queries.open_requests(desk.scope)[0]["line"]["o"] == "noshow"
    assert "Did not come" in ana.text()


def test_calls_are_logged_in_one_press(desk: Desk, ana: Ana) -> None:
    entry = ask(desk)
    answer = ana.press("", f"{entry.id}/call/", outcome="no answer")
    assert "Logged: no answer." in plain(answer.content.decode())
    ana.again()
    assert "1 call" in ana.text()
    assert "No answer Today" in ana.text(f"{entry.id}/")


def test_wishes_are_changed_and_what_somebody_else_changed_is_not_lost(desk: Desk, ana: Ana) -> None:
    entry = ask(desk)
    typed: dict[str, Any] = {"visit_type": desk.type("Procedure").id, "urgency": "1", "weekdays": ["0", "2"]}
    html = ana.html(f"{entry.id}/")
    form = next(part for part in html.split("<form") if 'name="urgency"' in part)
    fields = hidden(f"<form{form}")
    waitlist.change(desk.nurse, request=entry, visit_type=desk.type("Follow-up"), reason="Cough")
    answer = ana.client.post(ana.at(f"{entry.id}/"), {**fields, **typed})
    assert "Somebody changed this request" in plain(answer.content.decode())
    form = next(part for part in answer.content.decode().split("<form") if 'name="urgency"' in part)
    answer = ana.client.post(ana.at(f"{entry.id}/"), {**hidden(f"<form{form}"), **typed}, follow=True)
    assert "Saved." in plain(answer.content.decode())
    now = waitlist_queries.request(desk.scope, entry.id)
    assert (now.urgency, now.weekdays, now.visit_type_id) == (1, [0, 2], desk.type("Procedure").id)
    assert waitlist_queries.open_requests(desk.scope)[0]["line"]["u"] == 1


def test_buttons_answer_htmx_with_the_list_and_a_toast(desk: Desk, ana: Ana) -> None:
    entry = ask(desk)
    html = ana.html()
    fields = hidden(html[html.index("<main") :], f"{entry.id}/call/")
    answer = ana.client.post(
        ana.at(f"{entry.id}/call/"), {**fields, "outcome": "left word", "back": "lane"}, headers=HTMX
    )
    text = answer.content.decode()
    assert 'id="requests-list"' in text
    assert "asks-lane" in text
    assert 'hx-swap-oob="beforeend"' in text
    assert "visit-changed" in answer["HX-Trigger"]
    fields = hidden(ana.html(), f"{entry.id}/call/")
    answer = ana.client.post(ana.at(f"{entry.id}/accept/"), {"once": "no", "back": "lane"}, headers=HTMX)
    assert answer.status_code == 422


@pytest.mark.parametrize(("place", "count"), [("list", "asks-source"), ("lane", "asks-all")])
def test_who_is_booked_is_not_counted_any_more(desk: Desk, ana: Ana, place: str, count: str) -> None:
    entry = ask(desk)
    ask(desk, desk.patient("Ivan"))
    ana.press(f"{entry.id}/offer/", "", start=value(desk))
    url = ana.at(f"{entry.id}/accept/")
    html = ana.html("", **(HTMX | {"HX-Target": "lane-requests"} if place == "lane" else {}))
    answer = ana.client.post(url, hidden(html, f"{entry.id}/accept/"), headers=HTMX)
    text = answer.content.decode()
    counted = re.search(rf'id="{count}".*?All (\d+)', text, re.S)
    assert counted
    assert (counted[1], 'hx-swap-oob="true"' in counted[0]) == ("1", True)
    assert f'id="{count}"' in html


def test_who_comes_second_sees_the_request_leave_and_why(desk: Desk, ana: Ana) -> None:
    entry = ask(desk)
    ana.press(f"{entry.id}/offer/", "", start=value(desk))
    assert "is held for them already. Book now gives that up." in ana.text(f"{entry.id}/offer/")
    fields = hidden(ana.html(), f"{entry.id}/accept/")
    ana.press(f"{entry.id}/", f"{entry.id}/accept/")
    answer = ana.client.post(ana.at(f"{entry.id}/accept/"), fields, headers=HTMX)
    text = plain(answer.content.decode())
    assert answer.status_code == 200
    assert "Somebody has dealt with this request already. Look again." in text
    assert "Nobody waits for a time." in text
    for page in ("offer/", "withdraw/"):
        answer = ana.client.get(ana.at(f"{entry.id}/{page}"), follow=True)
        assert answer.redirect_chain[0][0] == ana.at(f"{entry.id}/")
        assert "Somebody has dealt with this request already." in plain(answer.content.decode())


def test_a_freed_time_shows_who_waits_for_it(desk: Desk, ana: Ana) -> None:
    entry = ask(desk, practitioners=[desk.doctor], weekdays=[desk.day.weekday()])
    where = f"matches/?with={desk.doctor.id}&start={clock.stamp(desk.at('10:30'))}&minutes=15"
    assert "Kowalska, Zofia 5 Mar 1970" in ana.text(where)
    html = ana.html(where, **HTMX)
    assert "<main" not in html
    fields = hidden(html, f"{entry.id}/offer/")
    answer = ana.client.post(ana.at(f"{entry.id}/offer/"), {**fields, "book": "1"}, follow=True)
    assert "is booked: " in plain(answer.content.decode())
    assert "Nobody waits for this time." in ana.text(where)
    for wrong in (
        "",
        f"?with={desk.doctor.id}",
        "?with=no&start=2026-11-26T10:30Z&minutes=15",
        f"?with={desk.doctor.id}&start=2026-11-26T10:30&minutes=15",
        f"?with={desk.doctor.id}&start=0001-01-01T00:00Z&minutes=15",
        f"?with={desk.doctor.id}&start=9999-12-31T23:55Z&minutes=600",
    ):
        assert ana.client.get(ana.at(f"matches/{wrong}")).status_code == 404


def test_a_request_of_a_record_that_was_folded_is_still_offered_and_booked(desk: Desk, ana: Ana) -> None:
    zofia, twin = desk.patient("Zofia", "Kowalska"), desk.patient("Zosia", "Kowalska")
    entry = ask(desk, twin)
    merge(desk.scope, folded(desk.scope, zofia.id), folded(desk.scope, twin.id), {})
    ana.press(f"{entry.id}/offer/", "", start=value(desk))
    answer = ana.press(f"{entry.id}/", f"{entry.id}/accept/")
    assert "is booked: " in plain(answer.content.decode())
    assert desk.faults() == []


def test_an_offer_past_its_end_is_not_shown_as_held(desk: Desk, ana: Ana) -> None:
    entry = ask(desk)
    ana.press(f"{entry.id}/offer/", "", start=value(desk))
    assert "min left" in ana.text()
    with desk.clock_at(clock.now() + timedelta(minutes=16)):
        late = Ana(signed_in_client(desk.scope.clinic_id), desk)
        assert "min left" not in late.text()


def test_who_may_not_book_sees_no_buttons(desk: Desk, other_clinic: str) -> None:
    entry = ask(desk)
    outsider = Ana(signed_in_client(other_clinic, person="olga"), desk)
    here = f"/c/{other_clinic}/requests/{entry.id}/"
    for path in ("", "offer/", "withdraw/"):
        assert outsider.client.get(here + path).status_code == 404
    nurse = signed_in_client(desk.scope.clinic_id, role=Role.NURSE)
    assert nurse.get(f"/c/{desk.scope.clinic_id}/requests/").status_code == 200
