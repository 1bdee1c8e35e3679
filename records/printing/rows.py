"""What stands on the paper: the summary as text."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from clinnet import clock, formats
from clinnet.accounts.access import ClinicRequest
from patients.models import Patient
from patients.rules import names
from records.rows import SummaryRow, SummaryShown

What = Literal["summary", "medicines"]
NOT_ASKED = "Not asked yet."


@dataclass(frozen=True, slots=True, repr=False)
class Printed:
    """`what` is summary or medicines; of the latter only the medicines are set. A line is two texts, the first in bold.

    `allergies_said` stands where there are none: that nobody asked, or who did.
    """

    what: What
    clinic: str
    name: str
    born: str
    printed: str
    allergies: tuple[tuple[str, str], ...]
    allergies_said: str
    problems: tuple[tuple[str, str], ...]
    medicines: tuple[tuple[str, str], ...]
    measured: tuple[tuple[str, str], ...]
    measured_when: str


def printed(request: ClinicRequest, patient: Patient, summary: SummaryShown, what: What) -> Printed:
    clinic, now = request.clinic, formats.moment(clock.stamp(), request.clinic)
    foot = f"No. {patient.mrn}. Printed {now} by {request.scope.actor.name}."
    measured = tuple((row.entry, _words(f"{row.what} {row.more}", row.end)) for row in summary.measured)
    return Printed(
        what,
        clinic.name,
        names.full_name(patient.data),
        formats.date(patient.birth_date or "", clinic),
        foot,
        _lines(summary.allergies),
        summary.asked or NOT_ASKED,
        _lines(summary.problems),
        _lines(summary.medicines),
        measured,
        summary.measured_when,
    )


def _lines(found: Iterable[SummaryRow]) -> tuple[tuple[str, str], ...]:
    return tuple((row.what, _words(row.more, row.end)) for row in found)


def _words(*parts: str) -> str:
    return ", ".join(part for part in parts if part)
