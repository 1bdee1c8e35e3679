"""Booking and moving: one page that holds all it knows in its address, as a page or as a drawer over the board."""

from dataclasses import replace

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_POST

from clinnet.accounts.access import ClinicRequest, needs
from clinnet.accounts.permissions import Permission
from clinnet.addresses import reverse
from clinnet.forms.pick import ID, Picker, source
from patients.search import search, understood
from patients.views.finding import register_row
from patients.views.rows import rows
from scheduling.appointments.forms.booking import BookForm, book_form, sent_form
from scheduling.appointments.rows.wanted import ANY, Wanted, wanted
from scheduling.appointments.views.booked import booked
from scheduling.appointments.views.booking_page import choice, held, refused, top
from scheduling.appointments.views.returning import came_from

LOOKING = {"show", "later", "anyone", "ask"}  # buttons that only show other times


@needs(Permission.BOOK)
@require_http_methods(["GET", "HEAD", "POST"])
def book(request: ClinicRequest, clinic: str) -> HttpResponse:
    if request.method != "POST":
        return _page(request, wanted(request.scope, request.GET))
    if "find" in request.POST:
        return _find(request)
    if LOOKING & request.POST.keys():
        return _page(request, _looked_for(request))
    form = sent_form(request)
    if form.run(form.book):
        return booked(request, form)
    return _page(request, wanted(request.scope, request.POST), form)


@needs(Permission.BOOK)
@require_POST
def times(request: ClinicRequest, clinic: str) -> HttpResponse:
    """Other times, while what else was typed stays where it is, and a time that was picked too."""
    look = _looked_for(request)
    asked = "ask" in request.POST
    look = look if asked or "picked" in request.POST else replace(look, starts=())
    answer = render(request, "scheduling/appointments/book_choice.html", choice(request, look, insist=asked))
    if not request.POST.get("drawer"):
        answer["HX-Replace-Url"] = f"{reverse('scheduling:book', args=[clinic])}?{look.query(start='')}"
    return answer


def _looked_for(request: ClinicRequest) -> Wanted:
    given = request.POST.copy()
    if "anyone" in given:
        given["with"] = ANY
    return wanted(request.scope, given)


def _page(request: ClinicRequest, look: Wanted, form: BookForm | None = None) -> HttpResponse:
    """`form` where it was refused."""
    drawer = "drawer" in request.POST or "drawer" in (request.htmx.target or "")
    shown = {
        "form": form or book_form(request, look),
        "back": came_from(request),
        "drawer": drawer,
        "pick": _picker(request),
        **top(request, look),
        **choice(request, look, insist=request.method == "GET" or "ask" in request.POST),
        **(refused(look, form) if form else {}),
    }
    fragment = (
        "scheduling/appointments/book_drawer.html"
        if drawer and request.method == "GET"
        else "scheduling/appointments/book_form.html"
    )
    return render(
        request, fragment if request.htmx else "scheduling/appointments/book.html", shown, status=422 if form else 200
    )


def _find(request: ClinicRequest) -> HttpResponse:
    """Without JavaScript: the same search as everywhere, each row leading on with all that is known already."""
    text = request.POST.get("q", "").strip()
    query = understood(text, request.clinic)
    found = rows(request, ((hit.id, hit.line) for hit in search(request.scope, query).hits)) if text else []
    pick = _picker(request, text)
    for row in found:
        row["url"] = pick.go.replace(ID, row["id"])
    register = register_row(request, text, query.registration)
    if register:
        register["fields"].append(("on", pick.on))
    hint = query.problem or ("" if found or not text else "Nobody found.")
    shown = {
        "results": found,
        "typed": text,
        "hint": hint,
        "full": True,
        "patient": None,
        "held": held(request),
        "register": register,
        "back": came_from(request),
        "pick": pick,
    }
    return render(request, "scheduling/appointments/book.html", shown)


def _picker(request: ClinicRequest, typed: str = "") -> Picker:
    """Who it is for: the pick leads on with all that is known already."""
    page, chosen = reverse("scheduling:book", args=[request.scope.clinic_id]), dict(held(request))
    chosen["back"] = came_from(request)
    return Picker(
        source("patient"),
        request.scope.clinic_id,
        "patient",
        label="Who is it for?",
        typed=typed,
        new="make",
        go=f"{page}?{urlencode({'patient': ID, **chosen})}",
        on=f"{page}?{urlencode(chosen)}",
        autofocus=True,
    )
