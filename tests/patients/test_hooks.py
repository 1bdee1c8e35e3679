"""What apps above patients add to its pages, as one that is not there yet would."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from clinnet import contributions
from clinnet.contributions import Contribution
from clinnet.pages import Questions, Section
from clinnet.table import Page, Scope
from clinnet.table.errors import Unavailable
from patients import hooks
from patients.hooks import BannerContent, BannerPart, Fact, OverviewSection, PatientFollower, TaskSource
from tests.conftest import Register
from tests.people import signed_in_client

pytestmark = pytest.mark.django_db
Add = Callable[..., None]


@pytest.fixture
def add(monkeypatch: pytest.MonkeyPatch) -> Add:
    def also(*found: Contribution) -> None:
        known = contributions.everything()
        monkeypatch.setattr(contributions, "everything", lambda: (*known, *found))

    return also


def fails() -> Page:
    raise Unavailable


def shown(pages: Sequence[Page | None]) -> list[Section]:
    text = "cannot be read" if pages[0] is None else f"{len(pages[0].rows)} invoices wait"
    return [Section("contributed.html", {"text": text})]


@pytest.fixture(autouse=True)
def template(settings: Any, tmp_path: Path) -> None:
    (tmp_path / "contributed.html").write_text("<p>{{ shown.text }}</p>")
    usual = settings.TEMPLATES[0]
    settings.TEMPLATES = [usual | {"DIRS": [*usual["DIRS"], tmp_path]}]


def test_a_task_source_has_its_section_among_the_tasks(add: Add, clinic: str) -> None:
    add(TaskSource(10, lambda request: Questions([lambda: Page([])], shown)))
    page = signed_in_client(clinic).get(f"/c/{clinic}/tasks/").content.decode()
    assert "<p>0 invoices wait</p>" in page


def test_a_task_source_that_cannot_be_read_leaves_the_others(add: Add, clinic: str) -> None:
    add(TaskSource(10, lambda request: Questions([fails], shown)))
    page = signed_in_client(clinic).get(f"/c/{clinic}/tasks/").content.decode()
    assert "<p>cannot be read</p>" in page
    assert "Nobody waits for a call." in page


def test_a_section_and_a_fact_stand_on_the_overview(add: Add, clinic: str, register: Register) -> None:
    patient = register(family_name="Lovelace")
    add(
        OverviewSection(10, lambda request, about: Questions([lambda: Page([])], shown)),
        BannerPart(20, lambda request, about: BannerContent((Fact("To pay £24.50", wrong=True),))),
    )
    page = signed_in_client(clinic).get(f"/c/{clinic}/patients/{patient.id}/").content.decode()
    assert "<p>0 invoices wait</p>" in page
    assert "To pay £24.50" in page
    assert f"/c/{clinic}/book/?patient={patient.id}" in page  # the schedule's part of the banner stays


def test_a_follower_that_fails_stops_no_other_and_is_told(add: Add, scope: Scope, register: Register) -> None:
    stopped: list[str] = []

    def refuses(scope: Scope, ids: Sequence[str], dry_run: bool) -> list[str]:
        raise Unavailable

    def stops(scope: Scope, ids: Sequence[str], dry_run: bool) -> list[str]:
        stopped.extend(ids)
        return ["1 invoice closed"]

    add(
        PatientFollower("money", check_merge=None, renamed=None, died=refuses),
        PatientFollower("letters", check_merge=None, renamed=None, died=stops),
    )
    patient = register(family_name="Lovelace")
    assert hooks.died(scope, [patient.id]) == [hooks.NOT_ALL, "1 invoice closed"]
    assert stopped == [patient.id]
