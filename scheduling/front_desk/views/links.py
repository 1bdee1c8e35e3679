"""The page behind a link in a message: for somebody who is not signed in, and who is shown three facts and a button."""

from dataclasses import replace

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from clinnet import formats
from clinnet.accounts.access import public
from clinnet.table.errors import Unavailable
from patients.rules import phones
from scheduling.front_desk import services as by_link
from scheduling.front_desk.services import Standing
from scheduling.messages.rules import phrases, wording
from scheduling.messages.rules.page import REMOTE_SENTENCES, SENTENCES
from scheduling.messages.rules.wording import Style
from scheduling.messages.services import letters, links


@csrf_exempt  # the address itself is the secret: no cookie allows anything here, and in-app browsers keep none
@public
@require_http_methods(["GET", "HEAD", "POST"])
def link(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows, as mail scanners follow links; POST acts."""
    found = links.unseal(token)
    try:
        if request.method == "POST":
            by_link.answer(found)
            return HttpResponseRedirect(request.path)
        standing = by_link.look(found)
    except Unavailable:
        return _page(request, by_link.OVER, "busy", status=503)
    if standing.status == "ask" and found:
        return _page(request, standing, f"ask_{found.purpose}", button=found.purpose)
    return _page(request, standing, standing.status, status=404 if standing.status == "over" else 200)


@public
@require_safe
def short(request: HttpRequest, code: str) -> HttpResponse:
    """The link of a text message: there is room for one, so both things can be done behind it."""
    try:
        found = links.open_short(code)
        standing = by_link.look(found)
    except Unavailable:
        return _page(request, by_link.OVER, "busy", status=503)
    if found is None or standing.status not in ("ask", "confirmed"):
        return _page(request, standing, standing.status, status=404 if standing.status == "over" else 200)
    said = "ask_confirm" if standing.status == "ask" else "confirmed"
    button = found.purpose if standing.status == "ask" else ""
    confirm, cancel = (f"/{links.PATH}{links.seal(each)}/" for each in (found, replace(found, purpose="cancel")))
    return _page(request, standing, said, button=button, action=confirm, cancel=cancel)


CALL = ("over", "parked", "off", "busy", "earlier")


def _call(standing: Standing, said: str, language: str) -> dict[str, str]:
    """What to do where the link does nothing: the clinic's number, as far as it is known whose link it is."""
    phone, sentences = (standing.clinic.phone or "") if standing.clinic else "", SENTENCES[language]
    if said not in CALL:
        return {}
    if not phone:
        unknown = sentences["call_clinic" if standing.clinic else "call_unknown"]
        return {"call": unknown} if said in ("over", "parked") else {}
    call = sentences["call_earlier" if said == "earlier" else "call"]
    return {"call": call, "phone": phone, "phone_href": phones.link(phone)}


def _whose(standing: Standing, language: str) -> str:
    """Of a child, and of one of several that were booked together: their links look alike."""
    if not (standing.wall and standing.clinic and standing.visit):
        return ""
    patient, shared = standing.visit.patient, bool(standing.visit.appointment.together)
    return letters.labels(standing.clinic, [patient], language, shared=shared)[0]


def _preparation(standing: Standing, language: str) -> str:
    """A text message has no room for it, and who comes has to have read it."""
    coming = standing.clinic and standing.wall and standing.status in ("ask", "confirmed")
    return letters.preparation(standing.clinic, standing.visit_type, language) if standing.clinic and coming else ""


def _page(
    request: HttpRequest, standing: Standing, said: str, *, button: str = "", status: int = 200, **addresses: str
) -> HttpResponse:
    """In the patient's language, else the browser's, else the clinic's.

    `addresses`: `action` of the button, this page where there is none; `cancel`, the page on which that can be done.
    """
    clinic, wall = standing.clinic, standing.wall
    accepted = [each.partition(";")[0].strip() for each in request.headers.get("Accept-Language", "").split(",")]
    language = wording.language(standing.language, *accepted, clinic.locale if clinic else "")
    style = Style(language, bool(clinic) and formats.date_order(clinic) == "MDY") if clinic else Style(language)
    sentences = SENTENCES[language] | (REMOTE_SENTENCES[language] if standing.remote else {})
    shown = {
        "language": language, "title": phrases.SUBJECT[language], "sentence": sentences[said], "status": said,
        "button": sentences[button] if button else "", "button_name": button,
        "day": wording.day(wall, style) if wall else "", "time": wording.time(wall, style) if wall else "",
        "clinic": clinic.name if clinic and wall else "", "whose": _whose(standing, language),
        "where": phrases.REMOTE_PLACE[standing.remote][language] if standing.remote else "",
        "preparation": _preparation(standing, language),
        **addresses, "cancel_word": sentences["cancel"], **_call(standing, said, language),
    }  # fmt: skip
    response = render(request, "scheduling/front_desk/link.html", shown, status=status)
    response["X-Robots-Tag"] = "noindex"
    return response
