"""What the schedule adds to the pages about patients (patients/hooks.py asks for it)."""

from collections.abc import Sequence
from functools import partial
from typing import Any
from urllib.parse import parse_qsl

from django.urls import Resolver404, resolve
from django.utils.http import urlencode

from clinnet.accounts.access import ClinicRequest
from clinnet.accounts.permissions import Permission
from clinnet.addresses import reverse
from clinnet.pages import Questions, Section
from clinnet.table import Page, side_by_side
from patients.hooks import After, BannerContent, goes_on
from patients.models import Patient
from scheduling.appointments.forms.booking import NextStepForm
from scheduling.appointments.rows import patient_appointments
from scheduling.appointments.rows.patient_appointments import Lines
from scheduling.models import WAITING

BOOK_PAGE, NEW_REQUEST = "scheduling:book", "scheduling:new-request"
CHOSEN = ("type", "with", "days", "part")
HELD = {BOOK_PAGE: (*CHOSEN, "minutes", "from", "start", "back"), NEW_REQUEST: (*CHOSEN, "source")}
COMING = 3  # on the overview


def book_url(clinic: str, patient_id: str) -> str:
    return f"{reverse('scheduling:book', args=[clinic])}?{urlencode({'patient': patient_id})}"


def banner(request: ClinicRequest, patient: Patient) -> BannerContent:
    """The way to book, but for those for whom nothing can be booked."""
    if not request.scope.may(Permission.BOOK) or patient.deceased_on or patient.is_archived:
        return BannerContent()
    arrive = getattr(request, "arrive", None) if patient is getattr(request, "patient", None) else None
    return BannerContent(book_url=book_url(request.scope.clinic_id, patient.id), step=arrive)


def rows(request: ClinicRequest, found: list[dict[str, Any]], full: bool) -> dict[str, Any]:
    """Where each row leads to book, and how its next appointment is asked for once typing rests; on a page at once."""
    scope = request.scope
    if not scope.may(Permission.SCHEDULE_READ):
        return {}
    if full:
        add_next(request, found)
    may_book = scope.may(Permission.BOOK)
    for row in found if may_book else []:
        row["book_url"] = book_url(scope.clinic_id, row["id"])
    step = {"url": reverse("scheduling:next-step", args=[scope.clinic_id]), "once": NextStepForm(request).once()}
    return {
        "next_url": reverse("scheduling:next", args=[scope.clinic_id]),
        "next_ids": " ".join(row["id"] for row in found),
        **({"step": step} if may_book and found and not full else {}),
    }


def add_next(request: ClinicRequest, found: list[dict[str, Any]]) -> None:
    """`next` of each row: today's appointment in words, else the next one."""
    since, lines = patient_appointments.start_of_today(request), Lines(request)
    pages = (
        side_by_side(*patient_appointments.next_of(request.scope, [row["id"] for row in found], since)) if found else []
    )
    for row, page in zip(found, pages, strict=True):
        following = patient_appointments.next_row(page.rows)
        row["next"] = lines.next_words(following) if following else ""


def sections(request: ClinicRequest, patient: Patient) -> Questions[list[Section]]:
    """Today, Coming, Requests."""
    if not request.scope.may(Permission.SCHEDULE_READ):
        return Questions((), lambda _: [])
    return Questions(patient_appointments.newest(request, patient), partial(_shown, request, patient))


def _shown(request: ClinicRequest, patient: Patient, pages: Sequence[Page | None]) -> list[Section]:
    content: dict[str, Any] = {
        "all_url": reverse("scheduling:appointments", args=[request.scope.clinic_id, patient.id]),
        "book_url": banner(request, patient).book_url,
    }
    pages = patient_appointments.reaching(request, patient, pages)
    read = [page for page in pages if page is not None]
    if len(read) == len(pages):
        found, lines = patient_appointments.shown(request, read), Lines(request)
        today = [row | lines.step(row) for row in found.today]
        arriving = next((row for row in today if row.get("to") == WAITING), None)
        request.arrive = arriving  # type: ignore[attr-defined]  # for the bottom bar of a phone
        content |= {
            "today": today,
            "coming": found.coming[:COMING],
            "more": max(0, len(found.coming) - COMING),
            "requests": found.requests,
            "last": [found.last] if found.last else [],
            "read": True,
        }
    return [Section("scheduling/appointments/patient_appointments_overview.html", content)]


def registered(request: ClinicRequest) -> After | None:
    if not request.scope.may(Permission.BOOK):
        return None
    page, held = _wanted_for(request)
    if page == NEW_REQUEST:
        return After("Save and ask for a time", partial(_goes_on, request, page, held))
    return After("Save and book", partial(_goes_on, request, BOOK_PAGE, held))


def _wanted_for(request: ClinicRequest) -> tuple[str, dict[str, str]]:
    """Where somebody new was wanted, and what was chosen there already: ids and times alone."""
    path, _, query = goes_on(request).partition("?")
    try:
        match = resolve(path)
    except Resolver404:
        return "", {}
    if match.view_name not in HELD or match.kwargs.get("clinic") != request.scope.clinic_id:
        return "", {}
    return match.view_name, {name: value for name, value in parse_qsl(query) if name in HELD[match.view_name]}


def _goes_on(request: ClinicRequest, page: str, held: dict[str, str], patient_id: str) -> str:
    return f"{reverse(page, args=[request.scope.clinic_id])}?{urlencode(held | {'patient': patient_id})}"
