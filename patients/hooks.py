"""What the apps above add to the pages about patients: an app names a function on its AppConfig, by its dotted path.

patient_banner(request, patient) → what joins the banner's content
patient_rows(request, rows, *, full) → adds to search rows; → what joins the content of the results
patient_sections(request, patient) → a Sections of the overview
patient_registered(request) → an After, or None for those who may not
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.utils.module_loading import import_string

from clinnet.accounts.access import ClinicRequest
from clinnet.table import Page
from patients.models import Patient

Ask = Callable[[], Page]


@dataclass(frozen=True, slots=True, repr=False)
class Sections:
    """`questions` are asked beside the overview's own; `show` gives a template and its content for each section.

    An answer is None where it could not be read.
    """

    questions: Sequence[Ask]
    show: Callable[[Sequence[Page | None]], list[tuple[str, dict[str, Any]]]]


@dataclass(frozen=True, slots=True)
class After:
    """Another way to go on when somebody was registered: the button's words, and where it leads."""

    label: str
    url: Callable[[str], str]


def _each(name: str) -> Iterator[Callable[..., Any]]:
    paths = [path for config in apps.get_app_configs() if (path := getattr(config, name, ""))]
    return (import_string(path) for path in paths)


def banner(request: ClinicRequest, patient: Patient) -> dict[str, Any]:
    return {name: value for add in _each("patient_banner") for name, value in add(request, patient).items()}


def rows(request: ClinicRequest, found: list[dict[str, Any]], *, full: bool) -> dict[str, Any]:
    return {name: value for add in _each("patient_rows") for name, value in add(request, found, full=full).items()}


def sections(request: ClinicRequest, patient: Patient) -> list[Sections]:
    return [add(request, patient) for add in _each("patient_sections")]


def after(request: ClinicRequest) -> After | None:
    """The first one that this person may use."""
    found = (make(request) for make in _each("patient_registered"))
    return next((each for each in found if each), None)
