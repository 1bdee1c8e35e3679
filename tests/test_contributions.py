"""What apps add to those below them: asked for by kind, and never silently nothing."""

import sys
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import pytest
from django.apps import AppConfig, apps
from django.core import checks

import patients
from clinnet import contributions
from clinnet.contributions import FramePart, ItemKind, Place, Urls, Without
from patients.hooks import PatientFollower, PatientTab
from patients.models import Contact

TASKS = Place(40, "Tasks", "checkbox", "patients:tasks", "patient:read", "patients:tasks")

WHY = Without("it is an example")


@pytest.fixture
def module() -> Iterator[ModuleType]:
    sys.modules["contributed_here"] = found = ModuleType("contributed_here")
    yield found
    del sys.modules["contributed_here"]


def app(**attributes: Any) -> AppConfig:
    """An app of ours that is configured so."""
    made: type[AppConfig] = type("Made", (AppConfig,), {"name": "patients", **attributes})
    return made("patients", patients)


def broken(**attributes: Any) -> list[str]:
    return list(contributions.broken([app(**attributes)]))


def contributed(module: ModuleType, *found: object) -> list[str]:
    module.CONTRIBUTIONS = found  # type: ignore[attr-defined]  # as an app's module has it
    return broken(contributes="contributed_here")


def test_all_that_apps_contribute_can_be_used() -> None:
    assert list(contributions.broken()) == []
    assert {type(each) for each in contributions.everything()} >= {Place, Urls, FramePart, PatientTab}


def test_a_kind_is_asked_for_in_its_order() -> None:
    assert [tab.order for tab in contributions.of(PatientTab)] == sorted(
        tab.order for tab in contributions.of(PatientTab)
    )
    assert {tab.label for tab in contributions.of(PatientTab)} >= {"Overview", "Appointments"}


def test_a_misspelt_setting_of_an_app_is_an_error() -> None:
    assert "patient_tabz, which nobody reads" in broken(patient_tabz=(), contributes="patients.contributions")[0]


def test_a_module_that_no_app_names_is_an_error() -> None:
    assert "nothing reads patients.contributions" in broken()[0]


def test_a_module_that_is_not_there_is_an_error() -> None:
    assert "No module named 'patients.contribs'" in broken(contributes="patients.contribs")[0]


def test_a_module_without_its_tuple_is_an_error(module: ModuleType) -> None:
    assert "has no tuple CONTRIBUTIONS" in broken(contributes="contributed_here")[0]


def test_what_is_of_no_kind_is_an_error(module: ModuleType) -> None:
    assert "'patients.hooks.banner', which is of no kind" in contributed(module, TASKS, "patients.hooks.banner")[0]


@pytest.mark.parametrize(
    ("found", "sentence"),
    [
        (Place(1, "Tasks", "checkbox", "patients:taskz", "patient:read", ""), "patients:taskz is no URL"),
        (PatientTab(1, "Tasks", "patients:tasks", "patient:read"), "patients:tasks is no URL that takes 2 ids"),
        (FramePart(1, FramePart.BAR, "patients/nothing.html"), "patients/nothing.html is no template"),
        (FramePart(1, "foot", "parts/strip.html"), "foot is no place of the frame"),
        (Urls("patients.url"), "patients.url"),
        (ItemKind(Contact, Contact.at, WHY, (), WHY, WHY), "Contact does not say why it has no actions"),
        (ItemKind(Contact, Contact.at, WHY, WHY, Without(""), WHY), "Contact does not say why it has no follower"),
    ],
)
def test_a_name_that_leads_nowhere_is_an_error(module: ModuleType, found: object, sentence: str) -> None:
    assert sentence in contributed(module, found)[0]


def test_a_kind_of_item_that_declares_nothing_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    assert list(contributions.undeclared()) == []
    less = [each for each in contributions.everything() if getattr(each, "model", None) is not Contact]
    monkeypatch.setattr(contributions, "everything", lambda: tuple(less))
    assert list(contributions.undeclared()) == ["Contact has no ItemKind among the contributions of its app."]
    assert "clinnet.E011" in {each.id for each in checks.run_checks()}


def test_a_follower_that_nobody_contributes_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    less = [each for each in contributions.everything() if not isinstance(each, PatientFollower)]
    monkeypatch.setattr(contributions, "everything", lambda: tuple(less))
    said = " ".join(contributions.undeclared())
    assert "Appointment: nobody contributes PatientFollower" in said


def test_the_system_check_tells_what_is_broken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apps.get_app_config("patients"), "contributes", "patients.contribs")
    assert "clinnet.E010" in {each.id for each in checks.run_checks()}


def test_a_server_does_not_start_without_a_part_of_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apps.get_app_config("patients"), "contributes", "patients.contribs")
    with pytest.raises(ModuleNotFoundError):
        contributions.everything.__wrapped__()
