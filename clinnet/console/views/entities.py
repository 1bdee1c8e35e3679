"""The pages of an entity: its list, one of it, its history, its export. Each is made for one entity, with its door."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial, wraps
from typing import Any
from urllib.parse import parse_qsl, urlencode

from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from clinnet import contributions, formats
from clinnet.accounts.access import EVERYBODY, ClinicRequest, needs
from clinnet.accounts.permissions import Permission
from clinnet.console import exporting, history, reading, rows
from clinnet.console import raw as raws
from clinnet.console.exporting import CSV, JSON
from clinnet.console.forms import ExportForm
from clinnet.console.history import Happened
from clinnet.console.reading import Asked
from clinnet.console.registry import Entity, ListButton
from clinnet.console.shows import Reader
from clinnet.table import Item, Row
from clinnet.toasts import say, warn

View = Callable[..., HttpResponseBase]
AboutOne = Callable[[ClinicRequest, Item, str], HttpResponse]
KEYS = {"item": "", "history": "h", "raw": "r"}  # of its tabs
STEPS = {"previous": -1, "next": 1}  # from one of a list to another
TYPES = {CSV: "text/csv; charset=utf-8", JSON: "application/x-ndjson"}


def list_of(entity: Entity) -> View:
    @needs(*entity.needs)
    @require_safe
    def view(request: ClinicRequest, clinic: str) -> HttpResponse:
        reader = Reader(request.scope, request.clinic)
        asked = Asked.of(entity, request.GET, reader)
        found = reading.find(entity, asked, reader)
        listed = rows.listing(entity, asked, found, reader)
        if "open" in request.GET and found.total == 1:  # Enter in its search
            return redirect(listed.lines[0].change_url or listed.lines[0].url)
        shown = {
            "list": listed,
            "export": ExportForm(request, about=entity.name) if _may_export(entity, request) else None,
            "export_url": entity.url("export", request.scope),
            "add_url": entity.add.to(request.scope, back=entity.name)
            if entity.add and _may_write(entity, request)
            else "",
            "bulks": _bulks(entity, request),
            "may_look": request.scope.may(Permission.AUDIT_READ),
            "buttons": [each for each in contributions.of(ListButton) if _stands(each, entity, request)],
        }
        return render(request, "console/list.html", shown)

    return view


def _stands(button: ListButton, entity: Entity, request: ClinicRequest) -> bool:
    return button.entity == entity.name and request.scope.may(button.needs)


def _bulks(entity: Entity, request: ClinicRequest) -> list[dict[str, str]]:
    """What can be done to many of them, and where it is looked at beforehand."""
    may = _may_write(entity, request)
    return [{"label": each.label, "url": entity.url(f"bulk-{each.name}", request.scope)} for each in entity.bulk if may]


def _may_write(entity: Entity, request: ClinicRequest) -> bool:
    return request.scope.may(entity.write or entity.read)


def _may_export(entity: Entity, request: ClinicRequest) -> bool:
    return request.scope.may(entity.export or entity.read)


def about_one(entity: Entity, *more: Permission) -> Callable[[AboutOne], View]:
    """Of a view about one of an entity, which it finds by the address: another clinic's is not there."""

    def mark(view: AboutOne) -> View:
        @needs(*entity.needs, *more)
        @require_safe
        @wraps(view)
        def wrapped(request: ClinicRequest, clinic: str, **address: str) -> HttpResponse:
            named = address[entity.param]
            return view(request, reading.one(entity, request.scope, named), named)

        return wrapped

    return mark


def _one(request: ClinicRequest, entity: Entity, item: Item, address: str) -> dict[str, Any]:
    """What each page about one shows: its head and its tabs."""
    may = request.scope.may(Permission.AUDIT_READ)
    pages = {"item": "Item", **({"history": "History", "raw": "In the table"} if may else {})}
    urls = {name: entity.url(name, request.scope, address) for name in pages}
    asked = urlencode(parse_qsl(request.GET.get("list", "")))  # what the list was asked that led here
    led, came = (f"?{urlencode({'list': asked})}", f"?{asked}") if asked else ("", "")
    may_write = _may_write(entity, request)
    return {
        "entity": entity,
        "item": item,
        "title": entity.title(item, Reader(request.scope, request.clinic)),
        "list_url": entity.url("list", request.scope) + came,
        "tabs": [
            {"label": label, "url": urls[name] + led, "key": KEYS[name], "here": urls[name] == request.path}
            for name, label in pages.items()
        ],
        "change_url": entity.change.to(request.scope, item, back=f"{entity.name}/{address}{led}")
        if entity.change and may_write
        else "",
        "copy_url": entity.add.to(request.scope, back=f"{entity.name}{came}", copy=address)
        if entity.add and entity.unlike is not None and may_write
        else "",
        "place_url": entity.place.to(request.scope, item) if entity.place else "",
    }


def _ways(request: ClinicRequest, entity: Entity) -> dict[str, str]:
    """To its neighbours, where the list is known that led here: the addresses of [ and ]."""
    led = request.GET.get("list", "")
    if not (led or entity.is_whole):
        return {}
    return {name: "?" + urlencode({**({"list": led} if led else {}), "go": name}) for name in STEPS}


def _beside(request: ClinicRequest, entity: Entity, address: str) -> HttpResponse:
    """To the one before or after it in the list that led here; a sentence where it is the first or the last."""
    reader, go = Reader(request.scope, request.clinic), request.GET["go"]
    asked = Asked.of(entity, dict(parse_qsl(request.GET.get("list", ""))), reader)
    found = reading.beside(entity, asked, address, reader, STEPS[go])
    if found is None:
        say(request, f"No other one {'follows' if STEPS[go] > 0 else 'stands before'} in this list.")
    there, asked = found or (address, asked)
    led = f"?{urlencode({'list': asked.here})}" if asked.here else ""
    return redirect(entity.url("item", request.scope, there) + led)


def item_of(entity: Entity) -> View:
    @about_one(entity)
    def view(request: ClinicRequest, item: Item, address: str) -> HttpResponse:
        if request.GET.get("go") in STEPS:
            return _beside(request, entity, address)
        reader = Reader(request.scope, request.clinic)
        shown = {
            "facts": rows.facts(entity, item, reader),
            "about": rows.about(item, reader),
            "related": rows.related(entity, item, reader),
            "beside": _ways(request, entity),
        }
        return render(request, "console/item.html", _one(request, entity, item, address) | shown)

    return view


def history_of(entity: Entity) -> View:
    @about_one(entity, Permission.AUDIT_READ)
    def view(request: ClinicRequest, item: Item, address: str) -> HttpResponse:
        reader = Reader(request.scope, request.clinic)
        past = history.past(request.scope, item, request.GET.get("after", ""))
        shown = {"past": past, "events": [_happened(each, item, entity, reader) for each in past.events]}
        return render(request, "console/history.html", _one(request, entity, item, address) | shown)

    return view


def raw_of(entity: Entity) -> View:
    @about_one(entity, Permission.AUDIT_READ)
    def view(request: ClinicRequest, item: Item, address: str) -> HttpResponse:
        shown = {"raw": raws.raw(request.scope, entity, item)}
        return render(request, "console/raw.html", _one(request, entity, item, address) | shown)

    return view


def _happened(event: Row, item: Item, entity: Entity, reader: Reader) -> Happened:
    """With where what was before can be put back: the app's own form, and so its rules."""
    found = history.happened(event, entity, reader)
    may = reader.scope.may(entity.write or entity.read)
    if not (may and entity.change and history.may_put_back(event, item, entity)):
        return found
    back = f"{entity.name}/{entity.address(item)}"
    return replace(found, back_url=entity.change.to(reader.scope, item, back=back, event=history.address(event)))


def export_of(entity: Entity) -> View:
    @needs(*entity.needs, *filter(None, (entity.export,)), fresh=EVERYBODY if entity.export else None)
    @require_POST
    def view(request: ClinicRequest, clinic: str) -> HttpResponseBase:
        reader = Reader(request.scope, request.clinic)
        asked, form = Asked.of(entity, request.GET, reader), ExportForm(request, about=entity.name)
        back = f"{entity.url('list', request.scope)}?{urlencode(asked.address())}"
        begin = partial(exporting.begin, request.scope, entity=entity, asked=asked)
        if not form.run(lambda once: begin(reason=form.cleaned_data["reason"], once=once)):
            if "reason" in form.errors:
                shown = {"form": form, "many": entity.many, "back_url": back}
                return render(request, "console/why.html", shown, status=422)
            warn(request, form.sentence())
            return redirect(back)
        kind = form.cleaned_data["kind"] or CSV
        answer = StreamingHttpResponse(exporting.rows(entity, asked, reader, kind), content_type=TYPES[kind])
        name = f"clinnet-{entity.name}-{formats.today(request.clinic)}.{kind}"
        answer["Content-Disposition"] = f'attachment; filename="{name}"'
        return answer

    return view
