"""The address that a picker asks while somebody types: one for each source, with the permission that it needs."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.views.decorators.http import require_POST

from clinnet import contributions
from clinnet.accounts.access import ClinicRequest, needs
from clinnet.forms.pick import MOST_TYPED, Found, PickSource


def urls() -> list[URLPattern]:
    return [
        path(f"c/<slug:clinic>/pick/{each.name}/", _view(each), name=f"pick-{each.name}")
        for each in contributions.of(PickSource)
    ]


def _view(source: PickSource):  # type: ignore[no-untyped-def]  # a view, whose type `needs` keeps
    @needs(source.needs)
    @require_POST
    def pick(request: ClinicRequest, clinic: str) -> HttpResponse:
        """The options of templates/parts/pick_options.html. What was typed comes by POST alone."""
        typed = request.POST.get(request.POST.get("text", "q"), "").strip()[:MOST_TYPED]
        found = source.look(request, typed) if typed else Found()
        shown = {
            "found": found.without(request.POST.get("without", "").split()),
            "typed": typed,
            "source": source,
            "new": request.POST.get("new", ""),
            "list": request.POST.get("list", ""),
        }
        return render(request, "parts/pick_options.html", shown)

    return pick
