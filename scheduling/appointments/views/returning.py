"""Where a page that does one thing leads back to: where the person came from, if it is one of these places."""

from urllib.parse import urlencode, urlsplit

from django.http import HttpResponse
from django.urls import Resolver404, resolve

from clinnet.accounts.access import ClinicRequest
from clinnet.addresses import reverse
from clinnet.pages import leave

ABOUT_PATIENT = {
    "patients:overview",
    "patients:contacts",
    "patients:details",
    "patients:history",
    "scheduling:appointments",
}
BOARDS = {"scheduling:today", "scheduling:day", "scheduling:rooms", "scheduling:week-of"}
PLACES = (
    ABOUT_PATIENT
    | BOARDS
    | {"scheduling:list", "scheduling:requests", "scheduling:phone-list", "patients:list", "patients:tasks"}
)


def came_from(request: ClinicRequest) -> str:
    """The path that the form or the address says, else the page before this one; empty where it is none of these."""
    said = request.POST.get("back") or request.GET.get("back")
    if said is None:
        said = (request.htmx.current_url if request.htmx else "") or request.headers.get("Referer", "")
    try:
        path = urlsplit(said).path
    except ValueError:
        return ""
    return _known(request, path)


def _known(request: ClinicRequest, path: str) -> str:
    """A path of this clinic's that is one of the places. It holds ids alone, and leads nowhere else."""
    try:
        match = resolve(path)
    except Resolver404:
        return ""
    known = match.view_name in PLACES and match.kwargs.get("clinic") == request.scope.clinic_id
    return reverse(match.view_name, kwargs=match.kwargs) if known else ""


def go_back(request: ClinicRequest, otherwise: str, *, changed: str = "") -> HttpResponse:
    """`changed` is the id of an appointment: a board shows its card, and a patient's page reads it anew, as an index
    may lag."""
    path = came_from(request) or otherwise
    if changed and resolve(path).view_name in ABOUT_PATIENT | BOARDS:
        path = f"{path}?{urlencode({'changed': changed})}"
    return leave(request, path)
