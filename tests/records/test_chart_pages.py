"""The chart as it is read, and a note from its first letter to its addendum, without JavaScript."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from clinnet import clock
from clinnet.accounts.permissions import ROLES, Role
from clinnet.table import Actor, Scope, get, keys, query
from clinnet.table import query as real
from clinnet.table.errors import Refused, Unavailable
from clinnet.table.kept import forget
from patients import services
from patients.models import Patient
from records import queries
from records.models import Glass
from records.services import glass
from tests.patients.conftest import plain_static_names
from tests.patients.pages import Pages, hidden, plain
from tests.people import signed_in_client

__all__ = ["plain_static_names"]
pytestmark = pytest.mark.django_db
SOAP: dict[str, Any] = {
    "s": "Tired since October.",
    "o": "142/86",
    "a": "Diabetes worse. Pressure too.",
    "p": "Losartan 100 mg.",
}


@pytest.fixture
def here(scope: Scope, register: Callable[..., Patient]) -> Pages:
    """The pages of a patient, in front of a doctor."""
    client = signed_in_client(scope.clinic_id, role=Role.DOCTOR, name="Dr Amara Okafor")
    return Pages(client, scope.clinic_id, register(given_name="Pieter", family_name="van den Berg"))


def begin(here: Pages) -> str:
    """Presses N; the address of the note, as Pages takes it."""
    return str(here.get("chart/note/")["Location"]).removeprefix(here.at())


def write(here: Pages, page: str, step: str, **texts: str) -> str:
    return here.sent(page, step=step, title="Long-term review", **(texts or SOAP))


def test_an_empty_chart_says_what_to_do(here: Pages) -> None:
    assert "Nothing in this chart yet. Write the first note" in here.text("chart/")


@pytest.mark.parametrize("page", ["chart/", "chart/note/"])
def test_what_is_not_read_is_not_shown_as_empty(here: Pages, monkeypatch: pytest.MonkeyPatch, page: str) -> None:

    def failing(scope: Scope, asked: keys.Range, **options: Any) -> Any:
        if asked == keys.chart_summaries(here.patient.id):
            raise Unavailable
        return real(scope, asked, **options)

    monkeypatch.setattr(queries, "query", failing)
    text = plain(here.client.get(here.at(page), follow=True).content.decode())
    assert "Allergies and medicines could not be read. They are NOT shown here. Try again." in text
    assert "not asked yet" not in text
    assert "No current medicines" not in text


def test_nobody_asked_is_said(here: Pages) -> None:
    assert "Allergies: not asked yet." in here.text("chart/")


def test_a_line_is_recorded_and_undone(here: Pages) -> None:
    text = here.sent("chart/", action="chart/add/", text="allergy penicillin rash severe")
    assert "Recorded: Allergy: penicillin, rash, severe. Undo" in text
    assert "penicillin rash severe" in text
    html = here.get("chart/").content.decode()
    assert "not asked yet" not in html
    entry = re.search(r'id="e-(\w+)"', html)[1]  # type: ignore[index]  # it is there
    opened = here.get(f"chart/entries/{entry}/").content.decode()
    page = re.search(r'action="([^"]+error/)"', opened)[1].removeprefix(here.at())  # type: ignore[index]  # the same
    text = here.sent(f"chart/entries/{entry}/", action=page, reason="content")
    assert "Entered in error (Dr Amara Okafor" in text
    assert "Allergies: not asked yet." in text


def test_a_line_against_an_allergy_asks_for_a_reason(here: Pages) -> None:
    here.sent("chart/", action="chart/add/", text="allergy penicillins rash severe 2011")
    answer = here.send("chart/", action="chart/add/", text="rx flucloxacillin 500 qds 7d")
    html = answer.content.decode()
    assert "Flucloxacillin is a penicillin. Prescribe anyway? Reason:" in plain(html)
    fields = hidden(html[html.index("<main") :], "chart/add/")
    again = here.send("chart/add/", fields, text="rx flucloxacillin 500 qds 7d", reason="benefit outweighs")
    assert again.status_code == 302
    text = plain(here.client.get(again["Location"]).content.decode())
    assert "flucloxacillin 500 mg 1 four times a day for 7 days" in text
    assert "Reason: benefit outweighs" in text


def test_what_is_understood_stands_beneath_the_line_and_nothing_is_asked_of_the_table(here: Pages) -> None:
    here.text("chart/")  # what the process keeps is read by now
    answer = here.client.post(f"/c/{here.clinic}/chart/understood/", {"text": "rx amoxicillin 500 tds 7d qam"})
    text = plain(answer.content.decode())
    assert "amoxicillin 500 mg 1 three times a day for 7 days not understood: qam" in text
    assert text.endswith("Interactions, doses, kidneys and pregnancy are not checked.")
    assert "Server-Timing" not in answer


def test_the_codes_of_a_problem_are_offered_the_first_chosen(here: Pages) -> None:
    answer = here.client.post(f"/c/{here.clinic}/chart/understood/", {"text": "problem dia"})
    first = re.search(r'value="([A-Z][\w.]+)"\s+checked', answer.content.decode())
    assert first
    text = here.sent("chart/", action="chart/add/", text="problem dia", code=first[1])
    assert first[1] in text


def test_codes_that_this_chart_or_this_clinic_uses_stand_first(here: Pages) -> None:
    """The page sends the codes of its problems; what colleagues record is counted for all charts."""
    usual = offered(here, "problem dia")
    rare = usual[-1]
    assert rare != usual[0]
    assert offered(here, "problem dia", used=rare)[0] == rare
    here.sent("chart/", action="chart/add/", text="problem dia", code=rare)
    assert f'name="used" value="{rare}"' in here.get("chart/").content.decode()
    assert f'name="used" value="{rare}"' in here.get(begin(here)).content.decode()
    forget()
    assert offered(here, "problem dia")[0] == rare


def test_what_a_page_sends_of_a_chart_may_be_anything(here: Pages) -> None:
    assert offered(here, "problem dia", used="; <b> E11", born="yesterday")


def offered(here: Pages, text: str, **sent: str) -> list[str]:
    answer = here.client.post(f"/c/{here.clinic}/chart/understood/", {"text": text, **sent})
    return re.findall(r'value="([A-Z][\w.]+)"', answer.content.decode())


def test_a_form_of_the_chart_that_cannot_be_taken_is_answered_with_422(here: Pages) -> None:
    bad = {
        "chart/add/": {"text": "bp 9/9"}, "chart/recall/": {}, "chart/task/": {}, "chart/results/new/": {},
        "chart/results/order/": {}, "chart/vaccines/give/": {}, "chart/documents/new/": {},
        "chart/medicines/renew/": {},
    }  # fmt: skip
    answered = {page: here.client.post(here.at(page), typed).status_code for page, typed in bad.items()}
    assert answered == dict.fromkeys(bad, 422)


def test_opening_a_chart_is_in_the_trail(here: Pages) -> None:
    here.text("chart/")
    assert "Dr Amara Okafor opened the chart" in here.text("history/")


def test_signing_asks_once_what_will_be_locked(here: Pages) -> None:
    page = begin(here)
    asked = plain(here.send(page, step="check", **SOAP).content.decode())
    assert "Signing locks this note for good. Later words go below as an addendum." in asked
    assert "Signed by Dr Amara Okafor." in asked
    assert "Nothing in this chart yet" in here.text("chart/")


def test_a_signed_note_stands_open_in_the_chart(here: Pages) -> None:
    text = write(here, begin(here), "sign")
    assert "Long-term review · Dr Amara Okafor Diabetes worse." in text
    assert re.search(r"Subjective Tired since October\..*Signed Today \d\d:\d\d, Dr Amara Okafor [0-9a-f]{8}", text)


def test_a_note_that_is_left_is_marked(here: Pages) -> None:
    text = write(here, begin(here), "leave")
    assert "Left in the chart, not signed." in text
    assert "not signed" in text.replace("Left in the chart, not signed.", "")
    assert "Not signed. Dr Amara Okafor" in text


def test_what_cannot_be_signed_stays_on_the_page_with_the_reason(here: Pages) -> None:
    answer = here.send(begin(here), step="check", s="{date?}")
    assert "One blank is left: date?" in plain(answer.content.decode())
    assert "{date?}</textarea>" in answer.content.decode()


def test_an_addendum_stands_beneath_its_note(here: Pages) -> None:
    html = here.client.get(here.send(begin(here), step="sign", **SOAP)["Location"]).content.decode()
    page = re.search(r'href="([^"]+addendum/)"', html)[1].removeprefix(here.at())  # type: ignore[index]  # it is there
    text = here.sent(page, text="The dose is 50 mg.")
    assert "Addendum 1, today" in text
    assert "The dose is 50 mg." in text


def test_a_note_that_somebody_changed_in_the_table_does_not_match(here: Pages, monkeypatch: pytest.MonkeyPatch) -> None:
    location = here.send(begin(here), step="sign", **SOAP)["Location"]
    monkeypatch.setattr("records.rules.notes.digest", lambda content: "0" * 64)
    html = here.client.get(location).content.decode()
    assert "This note does not match its signature. It is shown as stored." in plain(html)
    addendum = re.search(r'href="([^"]+addendum/)"', html)[1]  # type: ignore[index]  # it is there
    assert "This note does not match its signature." in plain(here.client.get(addendum).content.decode())


def test_what_was_typed_is_html_nowhere(here: Pages) -> None:
    location = here.send(begin(here), step="sign", a="<b>x</b> & <script>y</script>.")["Location"]
    html = here.client.get(location).content.decode()
    assert "<script>y" not in html
    assert "&lt;b&gt;x&lt;/b&gt;" in html


def test_pressing_n_again_goes_on_with_the_note_that_was_begun(here: Pages) -> None:
    page = begin(here)
    html = here.get(page).content.decode()
    ticket = re.search(r'data-draft="([^"]+)"', html)[1]  # type: ignore[index]  # it is there
    keep = f"/c/{here.clinic}/chart/keep/"
    said = here.client.post(keep, {"form": ticket, "fields": '[["s","Tired"]]', "mark": "a1 1", "known": ""})
    assert said.json().keys() == {"at"}
    assert begin(here) == page
    assert "Your note of today" in here.text("chart/")
    another = str(here.get("chart/note/?another=1")["Location"])
    assert page not in another


def test_a_save_that_comes_after_the_signature_brings_no_note_back(here: Pages) -> None:
    page = begin(here)
    html = here.get(page).content.decode()
    ticket = re.search(r'data-draft="([^"]+)"', html)[1]  # type: ignore[index]  # it is there
    fields = hidden(html[html.index("<main") :])
    assert here.send(page, fields, step="sign", title="Visit", draft="1", **SOAP).status_code == 302
    late = {"form": ticket, "fields": '[["s","Tired"]]', "mark": f"{fields['once'].partition('.')[0]} 1", "known": ""}
    assert here.client.post(f"/c/{here.clinic}/chart/keep/", late).status_code == 409
    assert "is not signed" not in here.text("chart/")


def test_a_draft_of_a_note_does_not_expire_within_its_first_years(here: Pages, scope: Scope) -> None:
    html = here.get(begin(here)).content.decode()
    ticket = re.search(r'data-draft="([^"]+)"', html)[1]  # type: ignore[index]  # it is there
    here.client.post(f"/c/{here.clinic}/chart/keep/", {"form": ticket, "fields": "[]", "mark": "a1 1", "known": ""})
    row = query(scope, keys.Range(f"DRAFT#doctor-{here.clinic}", begins=here.clinic), limit=1).rows[0]
    assert row["expiresAt"] > 2_000_000_000 + 10**9


def test_a_ticket_of_another_form_keeps_no_note(here: Pages) -> None:
    html = here.get("contacts/").content.decode()
    ticket = re.search(r'data-draft="([^"]+)"', html)[1]  # type: ignore[index]  # it is there
    sent = {"form": ticket, "fields": "[]", "mark": "a1 1", "known": ""}
    assert here.client.post(f"/c/{here.clinic}/chart/keep/", sent).status_code == 404


def test_a_discarded_note_is_gone_and_can_be_brought_back(here: Pages) -> None:
    page = begin(here)
    write(here, page, "leave")
    text = here.sent(page, action=f"{page}discard/")
    assert "Discarded. It can be had back for 30 days. Bring it back" in text
    assert "Tired since October." in here.text(page)


def test_a_signed_note_is_not_written_on(here: Pages) -> None:
    page = begin(here)
    write(here, page, "sign")
    assert here.get(page).status_code == 302


def test_colleagues_read_what_was_left_and_cannot_go_on_in_it(here: Pages) -> None:
    page = begin(here)
    location = here.send(page, step="leave", **SOAP)["Location"]
    nurse = signed_in_client(here.clinic, role=Role.NURSE, name="Nora Daly")
    text = plain(nurse.get(location).content.decode())
    assert "Not signed. Dr Amara Okafor" in text
    assert "Go on" not in text
    assert nurse.get(here.at(page)).status_code == 302


# --- Restricted charts -------------------------------------------------------------------------------------------


@pytest.fixture
def restricted(here: Pages, scope: Scope) -> Pages:
    """With a signed note."""
    here.send(begin(here), step="sign", **SOAP)
    services.restrict(scope, here.patient, restricted=True)
    return here


def test_of_a_restricted_chart_nothing_is_read_before_a_reason_is_given(restricted: Pages) -> None:
    text = restricted.text("chart/")
    assert "This chart is restricted. Say why you need it. Access lasts 60 minutes and will be reviewed." in text
    assert "Tired since October." not in text
    assert "Diabetes worse" not in text
    for page in ("chart/note/", "chart/add/"):
        assert "This chart is restricted." in restricted.text(page)


def test_a_restricted_chart_opens_for_a_reason_for_sixty_minutes(
    restricted: Pages, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = restricted.sent("chart/", action="chart/open/", reason="Chest pain, called from the ward")
    assert "This restricted chart is open to you until" in text
    assert "Diabetes worse." in text
    assert "opened a restricted chart" in restricted.text("history/")
    other = signed_in_client(restricted.clinic, role=Role.DOCTOR, name="Dr Luc Bernard", person="luc")
    assert "Diabetes worse" not in plain(other.get(restricted.at("chart/")).content.decode())
    real = clock.now
    monkeypatch.setattr(clock, "now", lambda: real() + timedelta(minutes=61))
    client = signed_in_client(restricted.clinic, role=Role.DOCTOR, name="Dr Amara Okafor")
    assert "Diabetes worse" not in plain(client.get(restricted.at("chart/")).content.decode())


@pytest.mark.parametrize("page", ["chart/", "chart/add/", "chart/note/"])
def test_every_page_of_a_restricted_chart_says_when_it_is_locked(
    restricted: Pages, monkeypatch: pytest.MonkeyPatch, page: str
) -> None:
    real = clock.now
    restricted.sent("chart/", action="chart/open/", reason="Chest pain, called from the ward")
    page = begin(restricted) if page == "chart/note/" else page
    assert "This restricted chart is open to you until" in restricted.text(page)
    assert "after a reason is given" not in restricted.text(page)
    for minutes, left in ((55.5, "5 minutes"), (59.5, "1 minute")):
        monkeypatch.setattr(clock, "now", lambda after=minutes: real() + timedelta(minutes=after))
        client = signed_in_client(restricted.clinic, role=Role.DOCTOR, name="Dr Amara Okafor")
        text = plain(client.get(restricted.at(page)).content.decode())
        assert f"Locked out of this chart in {left}." in text
        assert ("Your note is saved as you type." in text) == ("notes/" in page)


@pytest.mark.parametrize("reason", ["", "needed", "1234567890 1234567890"])
def test_a_reason_is_ten_letters(restricted: Pages, reason: str) -> None:
    assert restricted.send("chart/", action="chart/open/", reason=reason).status_code == 422


def test_a_nurse_does_not_open_a_restricted_chart(restricted: Pages) -> None:
    nurse = signed_in_client(restricted.clinic, role=Role.NURSE)
    text = plain(nurse.get(restricted.at("chart/")).content.decode())
    assert "Only a doctor can open it, with a reason." in text
    assert "Diabetes worse" not in text
    assert nurse.post(restricted.at("chart/open/"), {"reason": "I want to see it"}).status_code == 403


def test_an_opening_is_reviewed_by_an_administrator_who_sees_nothing_of_the_chart(restricted: Pages) -> None:
    restricted.sent("chart/", action="chart/open/", reason="Chest pain, called from the ward")
    boss = signed_in_client(restricted.clinic, role=Role.ADMIN, name="Ines Admin")
    tasks = f"/c/{restricted.clinic}/tasks/"
    html = boss.get(tasks).content.decode()
    assert "Openings of charts to be reviewed" in html
    url = re.search(r'href="([^"]+/glass/[^"]+)"', html)[1]  # type: ignore[index]  # it is there
    page = boss.get(url).content.decode()
    assert "Chest pain, called from the ward" in page
    assert "Diabetes worse" not in page
    fields = hidden(page[page.index("<main") :])
    assert boss.post(url, {**fields, "found": "In order: an emergency."}).status_code == 302
    assert "Openings of charts to be reviewed" not in boss.get(tasks).content.decode()
    assert "In order: an emergency." in boss.get(url).content.decode()


def test_nobody_reviews_what_they_opened_themselves(restricted: Pages) -> None:
    """An administrator who is a doctor too has both permissions."""
    both = frozenset(ROLES[Role.DOCTOR] | ROLES[Role.ADMIN])
    opener, other = (Scope(restricted.clinic, Actor(name, name), both, "session") for name in ("Gale", "Ines"))
    id = glass.break_glass(opener, patient=restricted.patient, reason="Chest pain, from the ward")
    opened = get(opener, Glass, Glass.at(restricted.patient.id, "Gale", id))
    with pytest.raises(Refused) as refused:
        glass.review_glass(opener, glass=opened, found="All in order.")
    assert "Somebody else has to review this" in refused.value.sentence
    glass.review_glass(other, glass=opened, found="All in order.")


def test_what_is_not_signed_waits_on_tasks(here: Pages) -> None:
    write(here, begin(here), "leave")
    tasks = f"/c/{here.clinic}/tasks/"
    assert "Your notes, not signed 1 van den Berg, Pieter" in plain(here.client.get(tasks).content.decode())
    page = begin(here)
    here.sent(page, step="sign", **SOAP)
    assert "Your notes, not signed" not in plain(here.client.get(tasks).content.decode())


def test_saving_is_no_second_opening(here: Pages) -> None:
    here.text("chart/")
    here.sent("chart/", action="chart/add/", text="bp 142/86")
    assert here.text("history/").count("opened the chart") == 1


def test_a_chart_is_one_round_of_questions_beside_the_patients(here: Pages) -> None:
    write(here, begin(here), "sign")
    said = here.get("chart/")["Server-Timing"]
    assert "2 in sequence" in said
    assert float(re.search(r"([\d.]+) units, floor", said)[1]) <= 7  # type: ignore[index]  # it is there


@pytest.mark.parametrize("path", ["results/", "medicines/", "problems/", "vaccines/", "part/?kind=notes"])
def test_a_list_of_the_chart_is_one_round_of_questions_beside_the_patients(here: Pages, path: str) -> None:
    here.get("chart/vaccines/")  # the schedule is kept from here on
    assert "2 in sequence" in here.get(f"chart/{path}")["Server-Timing"]


def test_the_page_of_a_note_is_one_round_of_questions_beside_the_patients(here: Pages) -> None:
    write(here, begin(here), "leave")
    here.get("chart/note/")  # what can be inserted is kept from here on
    said = here.client.get(here.get("chart/note/")["Location"])["Server-Timing"]
    assert "2 in sequence" in said
    assert float(re.search(r"([\d.]+) units, floor", said)[1]) <= 5  # type: ignore[index]  # it is there


def test_what_a_note_records_against_an_allergy_takes_a_reason_and_then_a_signature(here: Pages) -> None:
    page = begin(here)
    texts = {**SOAP, "p": "+allergy penicillin rash severe\n+rx amoxicillin 500 tds 7d"}
    asked = here.send(page, step="check", **texts).content.decode()
    (sure,) = re.findall(r'name="sure" value="([^"]+)"', asked)
    assert "Prescribe anyway?" in plain(asked)
    shown = here.send(page, step="check", sure=sure, reason="benefit outweighs", **texts).content.decode()
    assert "Signing locks this note for good." in plain(shown)
    kept = dict(re.findall(r'name="(sure|reason)"\s+value="([^"]+)"', shown))
    assert kept == {"sure": sure, "reason": "benefit outweighs"}
    location = here.send(page, step="sign", **kept, **texts)["Location"]
    assert "amoxicillin, 500 mg" in plain(here.client.get(location).content.decode())


def test_colleagues_are_told_that_somebody_is_writing_until_the_note_is_left(here: Pages) -> None:
    nurse = signed_in_client(here.clinic, role=Role.NURSE, name="Nora Daly")
    theirs = Pages(nurse, here.clinic, here.patient)
    page = begin(theirs)
    sealed = re.search(r'data-draft="([^"]+)"', theirs.get(page).content.decode())
    assert sealed
    fields = {"form": sealed[1], "fields": '[["s", "Tired"]]', "mark": "a1 1"}
    nurse.post(f"/c/{here.clinic}/chart/keep/", fields)
    said = "Nora Daly has been writing a note since"
    assert said in here.text("chart/")
    assert said in here.text(begin(here))
    assert said not in theirs.text("chart/")
    write(theirs, page, "leave")
    assert said not in here.text("chart/")


def test_a_chart_draws_what_a_value_was_before_and_begins_a_phones_bar_with_the_note(here: Pages) -> None:
    assert 'class="spark"' not in here.get("chart/").content.decode()
    for weight in (81, 82, 83):
        here.sent("chart/", action="chart/add/", text=f"w {weight}")
    html = here.get("chart/").content.decode()
    assert html.count('class="spark"') == 1
    bar = html[html.index('class="banner-end"') : html.index('id="menu-patient"')]
    assert bar.index("chart/note/") < bar.index("book/")


def test_a_row_has_the_icon_of_what_was_recorded_and_of_a_note_where_one_is_written(here: Pages) -> None:
    def icons() -> list[str]:
        html = here.get("chart/").content.decode()
        return re.findall(r'</time><svg [^>]*><use href="[^"]*#([\w-]+)"', html)

    here.sent("chart/", action="chart/add/", text="bp 142/86")
    here.sent("chart/", action="chart/add/", text="rx losartan 50 od 28d")
    assert icons() == ["receipt-2", "heartbeat"]
    write(here, begin(here), "sign")
    assert icons() == ["file-text", "receipt-2", "heartbeat"]
