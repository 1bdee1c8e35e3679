"""What the schedule adds to a patient's chart (records/hooks.py asks for it), and the way there."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from clinnet.accounts.access import ClinicRequest
from clinnet.accounts.permissions import Permission
from clinnet.addresses import reverse
from clinnet.pages import Questions
from clinnet.table import Page, keys
from clinnet.toasts import Action
from patients import timeline
from patients.models import Patient
from records.hooks import VisitNow
from scheduling.appointments.forms.visits import StepForm, token
from scheduling.appointments.queries import PatientVisit
from scheduling.appointments.rows import patient_appointments
from scheduling.appointments.rows.patient_appointments import AHEAD
from scheduling.hooks import VisitLink
from scheduling.models import FINISHED, HERE, LEFT, READY, ROOM, WAITING


def visits(request: ClinicRequest, patient: Patient) -> Questions[list[VisitNow]]:
    """Today's, of who is or was here."""
    since = partial(keys.timeline_from, at=patient_appointments.start_of_today(request))
    asked = timeline.questions(request.scope, patient, since, limit=AHEAD, backward=False)
    return Questions(asked, partial(_shown, request))


def _shown(request: ClinicRequest, pages: Sequence[Page | None]) -> list[VisitNow]:
    found = patient_appointments.shown(request, [page for page in pages if page is not None])
    came = [row for row in found.today if row["state"] in (*HERE, FINISHED, LEFT)]
    return [
        VisitNow(
            row["id"],
            row["type"] or "Visit",
            " · ".join(part for part in (row["word"], row["whom"]) if part),
            row["state"] in HERE,
            _ready(request, row),
        )
        for row in came
    ]


def _ready(request: ClinicRequest, row: dict[str, Any]) -> Action | None:
    """For a toast of the chart: where the nurse's part may be done."""
    if row["state"] not in (WAITING, ROOM) or not request.scope.may(Permission.BOOK):
        return None
    fields = (("once", token(request.scope, StepForm, row["id"])), ("to", READY), ("back", "list"))
    return Action("Ready", f"{row['url']}step/", fields=fields)


def link(request: ClinicRequest, visit: PatientVisit) -> VisitLink | None:
    """From an appointment to the chart."""
    if not request.scope.may(Permission.CHART_READ):
        return None
    return VisitLink("Chart", "file-text", reverse("records:chart", args=[request.scope.clinic_id, visit.patient.id]))
