"""A restricted chart opens for a reason, and somebody else looks at the reason."""

import re
from datetime import timedelta

import pytest

from clinnet import clock
from clinnet.accounts.permissions import ROLES, Role
from clinnet.table import Actor, Scope, get
from clinnet.table.errors import Refused
from patients import services
from records.models import Glass
from records.services import glass
from tests.patients.pages import Pages, hidden, plain
from tests.people import signed_in_client
from tests.records.charting import SOAP, begin

pytestmark = pytest.mark.django_db


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
