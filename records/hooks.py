"""What the chart takes from the apps above: the kinds of contributions, and how each is asked for."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from clinnet import contributions
from clinnet.accounts.access import ClinicRequest
from clinnet.contributions import Contribution
from clinnet.pages import Ask, Questions, Section, answered
from clinnet.table import Page, Scope
from clinnet.toasts import Action
from patients.models import Patient


@dataclass(frozen=True, slots=True, repr=False)
class VisitNow:
    """A visit of today, as the chart shows it: what is recorded now belongs to it. `id` is its entry's.

    `title` is the type of visit, `said` its state and with whom. `ready`: the button that says the patient is ready.
    """

    id: str
    title: str
    said: str
    here: bool
    ready: Action | None = None


@dataclass(frozen=True)
class VisitSource(Contribution):
    """Today's visits of a patient. What it asks is asked beside the chart's own questions."""

    ask: Callable[[ClinicRequest, Patient], Questions[list[VisitNow]]]


@dataclass(frozen=True)
class VisitsBetween(Contribution):
    """Whether a patient has a visit from one UTC date to another, ISO, both included."""

    has: Callable[[Scope, str, str, str], bool]


@dataclass(frozen=True)
class LetterPart(Contribution):
    """What else stands on the page of a letter, by its id. What it asks is asked beside the letter."""

    show: Callable[[ClinicRequest, Patient, str], Questions[Section]]


def letter_parts(request: ClinicRequest, patient: Patient, letter_id: str) -> list[Questions[Section]]:
    return [each.show(request, patient, letter_id) for each in contributions.of(LetterPart)]


def has_visit(scope: Scope, patient_id: str, first: str, last: str) -> bool:
    return any(each.has(scope, patient_id, first, last) for each in contributions.of(VisitsBetween))


@dataclass(frozen=True, slots=True)
class Visits:
    """The questions of all sources, and what their answers say."""

    parts: Sequence[Questions[list[VisitNow]]]

    @property
    def asked(self) -> list[Ask]:
        return [ask for part in self.parts for ask in part.asked]

    def told(self, answers: Sequence[Page | None]) -> VisitNow | None:
        """The visit to which what is recorded now belongs: of who is here, else of who was here today."""
        found = [visit for visits in answered(self.parts, answers) for visit in visits]
        return next((each for each in found if each.here), found[-1] if found else None)


def visits(request: ClinicRequest, patient: Patient) -> Visits:
    return Visits([each.ask(request, patient) for each in contributions.of(VisitSource)])
