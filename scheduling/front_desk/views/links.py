"""The page behind a link in a message: for somebody who is not signed in, and who is shown three facts and a button."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from clinnet import formats
from clinnet.accounts.access import public
from clinnet.table.errors import Unavailable
from scheduling.front_desk import services as by_link
from scheduling.front_desk.services import Standing
from scheduling.messages.rules import wording
from scheduling.messages.rules.page import SENTENCES
from scheduling.messages.rules.wording import Style
from scheduling.messages.services import links


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


def _page(request: HttpRequest, standing: Standing, said: str, *, button: str = "", status: int = 200) -> HttpResponse:
    """In the patient's language, else the browser's, else the clinic's."""
    clinic = standing.clinic
    accepted = [each.partition(";")[0].strip() for each in request.headers.get("Accept-Language", "").split(",")]
    language = wording.language(standing.language, *accepted, clinic.locale if clinic else "")
    style = Style(language, bool(clinic) and formats.date_order(clinic) == "MDY") if clinic else Style(language)
    sentences, wall = SENTENCES[language], standing.wall
    shown = {
        "language": language, "title": wording.SUBJECT[language], "sentence": sentences[said], "status": said,
        "button": sentences[button] if button else "", "button_name": button,
        "day": wording.day(wall, style) if wall else "", "time": wording.time(wall, style) if wall else "",
        "clinic": clinic.name if clinic and wall else "",
    }  # fmt: skip
    response = render(request, "scheduling/front_desk/link.html", shown, status=status)
    response["X-Robots-Tag"] = "noindex"
    return response
