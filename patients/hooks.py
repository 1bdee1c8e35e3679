"""What the pages about patients take from the apps above: the kinds of contributions, and how each is asked for."""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Protocol

from clinnet import contributions
from clinnet.accounts.access import ClinicRequest
from clinnet.addresses import reverse
from clinnet.contributions import Contribution
from clinnet.pages import Questions, Section
from clinnet.table import Scope
from clinnet.table.errors import ClinnetError
from patients.fhir.directory import Directory
from patients.fhir.references import References
from patients.fhir.report import Report
from patients.models import Patient
from patients.rules.shape import PatientData

logger = logging.getLogger("clinnet.patients")

# --- Tabs --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class PatientTab(Contribution):
    """`url` is a URL name that takes `clinic` and `patient_id`; pages beneath its address belong to the tab.

    `rest`: under *More* on a phone, which has room for five. Those come last.
    """

    order: int
    label: str
    url: str
    needs: str
    rest: bool = False

    def problems(self) -> Iterator[str]:
        yield from contributions.unknown_url(self.url, "clinic", "patient")


def tabs(permissions: frozenset[str], clinic: str, patient_id: str, path: str) -> list[dict[str, object]]:
    """What templates/parts/tabs.html takes. `path` is the page's own: the deepest tab above it is here."""
    found: list[dict[str, object]] = []
    for tab in contributions.of(PatientTab):
        if tab.needs in permissions:
            url = reverse(tab.url, args=[clinic, patient_id])
            found.append({"label": tab.label, "url": url, "rest": tab.rest})
    here = max((str(tab["url"]) for tab in found if path.startswith(str(tab["url"]))), key=len, default="")
    return [tab | {"here": tab["url"] == here} for tab in found]


# --- The banner --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Fact:
    """Stands among the facts of the banner ("To pay £24.50"); `wrong` in red. Empty `icon`: none."""

    text: str
    icon: str = ""
    wrong: bool = False


@dataclass(frozen=True, slots=True, repr=False)
class BannerContent:
    """`book_url` is the primary action; `step` is today's arrival, as templates/parts/banner.html takes it."""

    facts: tuple[Fact, ...] = ()
    book_url: str = ""
    step: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class BannerPart(Contribution):
    """What joins the banner above every page about a patient. It asks the table nothing: every such page waits."""

    order: int
    show: Callable[[ClinicRequest, Patient], BannerContent]


def banner(request: ClinicRequest, patient: Patient) -> BannerContent:
    """The facts of all; book_url and step of whoever has one."""
    found = [part.show(request, patient) for part in contributions.of(BannerPart)]
    return BannerContent(
        tuple(fact for each in found for fact in each.facts),
        next((each.book_url for each in found if each.book_url), ""),
        next((each.step for each in found if each.step), None),
    )


def banner_fields(request: ClinicRequest, patient: Patient) -> dict[str, Any]:
    """The same for a template."""
    content = banner(request, patient)
    return {"facts": [asdict(each) for each in content.facts], "book_url": content.book_url, "step": content.step}


# --- Search, overview, tasks, registration -----------------------------------------------------------------------


@dataclass(frozen=True, repr=False)
class RowPart(Contribution):
    """Adds to the rows of the search and answers what joins the content of its results.

    `full`: on a page of its own, where everything is shown at once.
    """

    add: Callable[[ClinicRequest, list[dict[str, Any]], bool], dict[str, Any]]


def rows(request: ClinicRequest, found: list[dict[str, Any]], *, full: bool) -> dict[str, Any]:
    parts = [part.add(request, found, full) for part in contributions.of(RowPart)]
    return {name: value for part in parts for name, value in part.items()}


@dataclass(frozen=True)
class OverviewSection(Contribution):
    """Sections of a patient's first page. What it asks is asked beside the page's own questions."""

    order: int
    ask: Callable[[ClinicRequest, Patient], Questions[list[Section]]]


def sections(request: ClinicRequest, patient: Patient) -> list[Questions[list[Section]]]:
    return [each.ask(request, patient) for each in contributions.of(OverviewSection)]


@dataclass(frozen=True)
class TaskSource(Contribution):
    """Sections of Tasks, above the details that are due. What it asks is asked beside the page's own questions."""

    order: int
    ask: Callable[[ClinicRequest], Questions[list[Section]]]


def tasks(request: ClinicRequest) -> list[Questions[list[Section]]]:
    return [each.ask(request) for each in contributions.of(TaskSource)]


@dataclass(frozen=True, slots=True)
class After:
    """Another way to go on when somebody was registered: the button's words, and where it leads."""

    label: str
    url: Callable[[str], str]


@dataclass(frozen=True)
class AfterRegistration(Contribution):
    """The way for this person, or None."""

    order: int
    offer: Callable[[ClinicRequest], After | None]


def goes_on(request: ClinicRequest) -> str:
    """The address from which somebody was sent to register whom it is for; whoever offers a way back reads it anew."""
    return request.POST.get("on") or request.GET.get("on", "")


def after(request: ClinicRequest) -> After | None:
    """The first one that this person may use."""
    found = (each.offer(request) for each in contributions.of(AfterRegistration))
    return next((each for each in found if each), None)


# --- Files -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, repr=False)
class ImportContext:
    """What a run of an import knows, for those who take more than patients from its files.

    holding(*kinds): the files in which resources of these kinds stand, once all are read for their patients.
    holders(data): the patients who have these numbers, by id. pretended(id): a patient of a dry run, not written.
    """

    scope: Scope
    dry_run: bool
    references: References
    directory: Directory
    holding: Callable[..., list[Path]]
    holders: Callable[[PatientData], Mapping[str, Patient]]
    pretended: Callable[[str], Patient | None]


class ImportRun(Protocol):
    """One run of an import, begun once every patient of every file is known; the files are given once more.

    `take` counts in the report as outcomes, and raises Unavailable where the table cannot be written.
    """

    def take(self, path: Path, report: Report) -> None: ...


@dataclass(frozen=True)
class FhirImporter(Contribution):
    """Takes resources of these kinds ("Encounter") from FHIR files."""

    kinds: tuple[str, ...]
    begin: Callable[[ImportContext], ImportRun]


# --- Following a record ------------------------------------------------------------------------------------------


@dataclass(frozen=True, repr=False)
class PatientFollower(Contribution):
    """What an app that keeps things of a patient does when the record changes. None says that there is nothing to do.

    check_merge(scope, survivor, other) raises Refused where the two cannot be one now.
    renamed(scope, ids, line): what shows the line of one of these records shows this one from now on.
    died(scope, ids, dry_run): what was to come for these records is stopped, or would be; says of what how much.
    lives(scope, ids, dry_run): the death was recorded by mistake: what it stopped is as before, or would be; says what,
    and what is not.
    """

    name: str
    check_merge: Callable[[Scope, Patient, Patient], None] | None
    renamed: Callable[[Scope, Sequence[str], Mapping[str, Any]], None] | None
    died: Callable[[Scope, Sequence[str], bool], list[str]] | None
    lives: Callable[[Scope, Sequence[str], bool], list[str]] | None = None


NOT_BACK = "not everything that it had stopped is back: look at the appointments"
NOT_ALL = "not everything that was to come is stopped: record it once more"


def check_merge(scope: Scope, survivor: Patient, other: Patient) -> None:
    """Raises Refused with the sentence of the app that stands in the way."""
    for each in contributions.of(PatientFollower):
        if each.check_merge:
            each.check_merge(scope, survivor, other)


def renamed(scope: Scope, ids: Sequence[str], line: Mapping[str, Any]) -> None:
    """`ids` is a record and those folded into it. What was asked is done already: where this fails, the old line is
    shown until the next change.
    """
    for each in contributions.of(PatientFollower):
        if each.renamed:
            try:
                each.renamed(scope, ids, line)
            except ClinnetError as error:
                _tell(each, "renamed", ids, error)


def died(scope: Scope, ids: Sequence[str], *, dry_run: bool = False) -> list[str]:
    """What was stopped, in words ("2 appointments cancelled"); on a dry run what would be.

    The death is recorded already: where this fails, what was to come is still on the board, marked, and that is said.
    """
    said: list[str] = []
    for each in contributions.of(PatientFollower):
        if each.died:
            try:
                said += each.died(scope, ids, dry_run)
            except ClinnetError as error:
                _tell(each, "died", ids, error)
                said.append(NOT_ALL)
    return said


def lives(scope: Scope, ids: Sequence[str], *, dry_run: bool = False) -> list[str]:
    """What is as before, in words ("2 appointments are back"), and what cannot be. The death is taken back already."""
    said: list[str] = []
    for each in contributions.of(PatientFollower):
        if each.lives:
            try:
                said += each.lives(scope, ids, dry_run)
            except ClinnetError as error:
                _tell(each, "lives", ids, error)
                said.append(NOT_BACK)
    return said


def _tell(follower: PatientFollower, what: str, ids: Sequence[str], error: ClinnetError) -> None:
    logger.warning("%s of %s, %s: not done everywhere: %s", what, follower.name, ids[0], type(error).__name__)
