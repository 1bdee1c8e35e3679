"""The chart as it is read, and what is written on it without a note; without JavaScript."""

import re
from typing import Any

import pytest

from clinnet.table import Scope, keys
from clinnet.table import query as real
from clinnet.table.errors import Unavailable
from clinnet.table.kept import forget
from records import queries
from tests.patients.pages import Pages, hidden, plain
from tests.records.charting import SOAP, begin, write

pytestmark = pytest.mark.django_db


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
    text = here.sent("chart/", action="chart/add/", text="problem dia", code=first[1], codes_of="problem dia")
    assert first[1] in text


def test_a_code_that_was_offered_for_other_words_is_not_recorded(here: Pages) -> None:
    """Somebody went on typing, and pressed Enter before the codes of that had come."""
    code, *_ = offered(here, "problem gout")
    answer = here.send("chart/", action="chart/add/", text="problem asthma", code=code, codes_of="problem gout")
    assert answer.status_code == 422
    assert "Choose which, or record it as it is typed." in plain(answer.content.decode())
    assert code not in here.text("chart/")


def test_codes_that_this_chart_or_this_clinic_uses_stand_first(here: Pages) -> None:
    """The page sends the codes of its problems; what colleagues record is counted for all charts."""
    usual = offered(here, "problem dia")
    rare = usual[-1]
    assert rare != usual[0]
    assert offered(here, "problem dia", used=rare)[0] == rare
    here.sent("chart/", action="chart/add/", text="problem dia", code=rare, codes_of="problem dia")
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
