"""A note on its page, from its first letter to its addendum, without JavaScript."""

import re

import pytest

from clinnet.accounts.permissions import Role
from clinnet.table import Scope, keys, query
from tests.patients.pages import Pages, hidden, plain
from tests.people import signed_in_client
from tests.records.charting import SOAP, begin, write

pytestmark = pytest.mark.django_db


def test_signing_asks_once_what_will_be_locked(here: Pages) -> None:
    page = begin(here)
    asked = plain(here.send(page, step="check", **SOAP).content.decode())
    assert "Signing locks this note for good. Later words go below as an addendum." in asked
    assert "Signed by Dr Amara Okafor." in asked
    assert "Nothing in this chart yet" in here.text("chart/")


def test_a_signed_note_stands_open_in_the_chart(here: Pages) -> None:
    text = write(here, begin(here), "sign")
    assert "Long-term review · Dr Amara Okafor Diabetes worse." in text
    assert "Subjective Tired since October." in text
    assert re.search(r"October\..*Signed Today \d\d:\d\d( BST)?, Dr Amara Okafor [0-9a-f]{8}", text)


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
