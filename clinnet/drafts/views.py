"""A person's own drafts: what a page with a form opens, keeps while it is typed, and discards.

All three are asked by the page itself and do not count as activity: js/cover.js tells when somebody types. A draft
is found by the ticket that stands in the form; nobody else's ticket opens it.
"""

from http import HTTPStatus
from zoneinfo import ZoneInfo

from django.http import JsonResponse
from django.views.decorators.http import require_POST

from clinnet import clock, formats
from clinnet.accounts.access import ClinicRequest, needs
from clinnet.accounts.models import Clinic
from clinnet.accounts.permissions import Permission
from clinnet.table import drafts
from clinnet.table.drafts import LARGEST, NOBODY, NOTHING, Draft, Mark
from clinnet.table.errors import NotFound

MOST = 20  # forms of one page
TOO_LONG = "Not saved: this is longer than a form can be. Shorten it."
ELSEWHERE = (
    "This was changed at {at}, in another tab or on another computer. Nothing is lost. What you type here is saved once"
    " you choose."
)
SENT = "This form was sent meanwhile. What you type here is not saved: open it anew."


@needs(Permission.PATIENT_READ, background=True)
@require_POST
def open(request: ClinicRequest, clinic: str) -> JsonResponse:
    """`{"drafts": {ticket: {fields, at, known}}}` for those of the tickets `form` that have one."""
    forms = {drafts.form_of(request.scope, each): each for each in request.POST.getlist("form")[:MOST]}
    found = drafts.find(request.scope, list(forms))
    return JsonResponse({"drafts": {forms[form]: _shown(draft, request.clinic) for form, draft in found.items()}})


@needs(Permission.PATIENT_READ, background=True)
@require_POST
def keep(request: ClinicRequest, clinic: str) -> JsonResponse:
    return kept(request, drafts.form_of(request.scope, request.POST.get("form", "")))


def kept(request: ClinicRequest, form: str, *, days: int = drafts.DAYS) -> JsonResponse:
    """Saves `fields`; says when, or why not. `page` and `n` name this save, `known` the one that the page last saw."""
    draft = Draft(request.POST.get("fields", ""), clock.stamp(), Mark.of(request.POST.get("mark", "")))
    if draft.mark == NOTHING or not draft.fields:
        raise NotFound
    if len(draft.fields.encode()) > LARGEST:
        return JsonResponse({"sentence": TOO_LONG}, status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    if drafts.keep(request.scope, form, draft, Mark.of(request.POST.get("known", "")), days=days):
        return JsonResponse({"at": when(draft.at, request.clinic)})
    there = drafts.find(request.scope, [form]).get(form)
    if there is None:
        return JsonResponse({"sentence": SENT}, status=HTTPStatus.CONFLICT)
    shown = _shown(there, request.clinic)
    return JsonResponse({"sentence": ELSEWHERE.format(at=shown["at"]), "theirs": shown}, status=HTTPStatus.CONFLICT)


@needs(Permission.PATIENT_READ, background=True)
@require_POST
def discard(request: ClinicRequest, clinic: str) -> JsonResponse:
    form = drafts.form_of(request.scope, request.POST.get("form", ""))
    drafts.drop(request.scope, drafts.key_of(request.scope, form), NOBODY)
    return JsonResponse({})


def _shown(draft: Draft, clinic: Clinic) -> dict[str, str]:
    return {"fields": draft.fields, "at": when(draft.at, clinic), "known": f"{draft.mark.page} {draft.mark.n}"}


def when(stamp: str, clinic: Clinic) -> str:
    """ "10:42"; of an earlier day with its date, "10:42 on Thu 26 Nov"."""
    at = clock.moment(stamp).astimezone(ZoneInfo(clinic.time_zone))
    time, today = formats.time(at, clinic), clock.today(clinic.time_zone)
    return time if at.date() == today else f"{time} on {formats.day(at.date().isoformat(), clinic, today.year)}"
