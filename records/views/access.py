"""Whose chart it is, and whether it may be opened."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial, wraps
from http import HTTPStatus
from typing import Any, Concatenate, ParamSpec
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import urlencode

from clinnet import clock, formats
from clinnet.accounts.access import ClinicRequest
from clinnet.accounts.permissions import Permission
from clinnet.addresses import reverse
from clinnet.pages import or_none
from clinnet.table import side_by_side
from patients.access import about_patient
from patients.models import Patient
from records import hooks, queries
from records.forms import GlassForm
from records.models import Glass
from records.services.opening import note_opening
from records.services.recording import Moment

P = ParamSpec("P")
View = Callable[Concatenate[ClinicRequest, Patient, P], HttpResponse]
SOON = 5 * 60


@dataclass(frozen=True, slots=True)
class Lock:
    """When an opened chart is locked again: by the clinic's clock, and in how many seconds."""

    at: str
    left: int

    @classmethod
    def of(cls, glass: Glass, request: ClinicRequest) -> "Lock":
        ends = datetime.fromtimestamp(glass.until, ZoneInfo(request.clinic.time_zone))
        return cls(formats.time(ends, request.clinic), int(glass.until - clock.now().timestamp()))

    @property
    def soon(self) -> int:
        """The minutes that are left of the last five."""
        return self.left // 60 + 1 if self.left < SOON else 0


def about_chart(view: View[P]) -> Callable[..., HttpResponse]:
    """As `about_patient`, of a chart: of a restricted one nothing is read before a reason was given.

    `request.lock` then tells every page of it how long it is open.
    """

    @about_patient
    @wraps(view)
    def wrapped(request: ClinicRequest, patient: Patient, *args: Any, **kwargs: Any) -> HttpResponse:
        if patient.restricted:
            glass = queries.open_glass(request.scope, patient)
            if glass is None:
                return closed(request, patient, GlassForm(request, about=patient.id, start={}))
            request.lock = Lock.of(glass, request)  # type: ignore[attr-defined]  # for the strip
        return view(request, patient, *args, **kwargs)

    return wrapped


def told(view: View[P]) -> Callable[..., HttpResponse]:
    """Beneath `about_chart`, of a page that shows one thing: of a restricted chart it goes into the trail that it was
    opened, as what was opened of the chart is reviewed.
    """

    @wraps(view)
    def wrapped(request: ClinicRequest, patient: Patient, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        answer = view(request, patient, *args, **kwargs)
        if patient.restricted and request.method == "GET" and answer.status_code == HTTPStatus.OK:
            note_opening(request.scope, patient, str(kwargs.get("entry_id") or kwargs["incoming_id"]))
        return answer

    return wrapped


def closed(request: ClinicRequest, patient: Patient, form: GlassForm) -> HttpResponse:
    may = request.scope.may(Permission.CHART_RESTRICTED)
    shown = {"patient": patient, "form": form if may else None}
    return render(request, "records/restricted.html", shown, status=422 if form.errors else 200)


def to_chart(request: ClinicRequest, patient: Patient, entry_id: str) -> HttpResponse:
    """With the entry open that was just written."""
    url = reverse("records:chart", args=[request.scope.clinic_id, patient.id])
    return redirect(f"{url}?{urlencode({'entry': entry_id})}#e-{entry_id}")


def visit_beside(
    request: ClinicRequest, patient: Patient, *asks: Callable[[], Any]
) -> tuple[hooks.VisitNow | None, list[Any]]:
    """The visit of today to which what is recorded now belongs, and what `asks` say: in one round."""
    known = hooks.visits(request, patient)
    asked = [partial(or_none, ask) for ask in known.asked]
    answers: list[Any] = side_by_side(*asked, *asks) if asked or asks else []
    return known.told(answers[: len(asked)]), answers[len(asked) :]


def visit_now(request: ClinicRequest, patient: Patient) -> hooks.VisitNow | None:
    """The visit alone; a call of its own."""
    return visit_beside(request, patient)[0]


def begun_with(
    request: ClinicRequest, patient: Patient, *asks: Callable[[], Any]
) -> tuple[hooks.VisitNow | None, Callable[[], list[Any]]]:
    """The visit, and what is shown: read beside it, but for a form that was sent, which may show nothing of it."""
    visit, answers = visit_beside(request, patient, *asks if request.method != "POST" else ())
    return visit, lambda: answers or side_by_side(*asks)


def moment_sent(request: ClinicRequest, visit: hooks.VisitNow | None, title: str = "") -> Moment:
    """The entry of the page that was sent (the form's token is good for that alone), else that of the visit of today,
    else a new one, called `title`.
    """
    entry = request.POST.get("entry") or (visit.id if visit and request.method != "POST" else "") or clock.new_id()
    return Moment(entry, visit.title if visit and visit.id == entry else title)
