"""What stands on a prescription. One sheet has what was issued at once, by one press of one person."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from zoneinfo import ZoneInfo

from clinnet import clock, formats
from clinnet.accounts.models import Clinic
from clinnet.documents import Document, Head, Paper
from patients.known import address
from patients.models import Patient
from patients.rules import names
from records.lines import MedicineLine
from records.models import CURRENT, MED, Recorded
from records.queries import Whole

TEMPLATE, TITLE = "records/prescriptions/prescription.typ", "Prescription"


@dataclass(frozen=True, slots=True, repr=False)
class Prescribed:
    """A medicine. `more` is how much of it, empty where nobody said."""

    what: str
    directions: str
    more: str


@dataclass(frozen=True, slots=True, repr=False)
class PrescriptionPaper:
    """`count` closes the list, so that nothing can be written beneath it."""

    number: str
    clinic: str
    address: str
    patient: str
    lives: str
    on: str
    medicines: tuple[Prescribed, ...]
    count: str
    prescriber: str
    foot: str


def sheets(whole: Whole) -> Iterator[list[Recorded]]:
    """The sheets of an entry. What came from a file was issued elsewhere; what is over or in error is on none."""
    mine = [each for each in whole.recorded if each.kind == MED and each.state == CURRENT and not each.aside]
    for _, sheet in groupby(sorted(mine, key=_issued), _issued):
        yield list(sheet)


def _issued(item: Recorded) -> tuple[str, str]:
    return item.at_time, item.by


def sheet_of(whole: Whole, medicine_id: str) -> list[Recorded]:
    """The one with this medicine; empty if there is none."""
    return next((sheet for sheet in sheets(whole) if any(each.id == medicine_id for each in sheet)), [])


def number(ids: Iterable[str]) -> str:
    """ "RX-7K3F-9AQ2": of the first medicine's id, so that nothing has to be counted."""
    first = min(ids)
    return f"RX-{first[-8:-4]}-{first[-4:]}"


def paper(patient: Patient, sheet: Sequence[Recorded], clinic: Clinic, printed_by: str) -> PrescriptionPaper:
    first = sheet[0]
    on = clock.moment(first.at_time).astimezone(ZoneInfo(clinic.time_zone)).date().isoformat()
    born = f", born {formats.date(patient.birth_date, clinic)}" if patient.birth_date else ""
    whose, count = f"{names.full_name(patient.data)}{born}, no. {patient.mrn}", len(sheet)
    printed = f"Printed {formats.moment(clock.stamp(), clinic)} by {printed_by}"
    mine = number(each.id for each in sheet)
    return PrescriptionPaper(
        mine,
        clinic.name,
        ", ".join(part for part in (clinic.address, clinic.phone) if part),
        whose,
        ", ".join(address(patient, clinic)),
        formats.date(on, clinic),
        tuple(_prescribed(MedicineLine.unpack(each.content)) for each in sheet),
        f"{count} medicines. Nothing follows." if count > 1 else "1 medicine. Nothing follows.",
        first.by_name,
        f"{mine}. {whose}. {printed}",
    )


def _prescribed(line: MedicineLine) -> Prescribed:
    what = " ".join(part for part in (line.name, line.strength, line.form) if part)
    quantity = f"Quantity: {line.quantity}" if line.quantity else ""
    times = "once" if line.refills == 1 else f"{line.refills} times"
    refills = f"may be repeated {times}" if line.refills else ""
    return Prescribed(what, line.directions or "Directions not given", ", ".join(filter(None, (quantity, refills))))


def document(patient: Patient, sheet: Sequence[Recorded], clinic: Clinic, printed_by: str) -> Document:
    made = paper(patient, sheet, clinic, printed_by)
    return Document(TITLE, TEMPLATE, made, Paper.usual(clinic.country), Head.of(clinic))
