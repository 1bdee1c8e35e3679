"""One thing done to many: the preview, and the work that does it."""

from functools import partial
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clinnet.accounts.access import ClinicRequest, needs
from clinnet.accounts.permissions import Permission
from clinnet.console import bulk as bulks
from clinnet.console.reading import Asked
from clinnet.console.registry import Bulk, Entity
from clinnet.console.shows import Reader, moment
from clinnet.console.views.entities import View
from clinnet.forms.base import button
from clinnet.jobs import queries as job_queries
from clinnet.jobs import services as jobs
from clinnet.jobs.models import Job
from clinnet.table import Once, Scope
from clinnet.table.errors import NotFound, Refused
from clinnet.toasts import say, warn

SHOWN = 50
PATIENCE = 3.0  # seconds of a request in which the job goes on
ALL = "all"
NOBODY = Refused("Choose at least one.")


def preview_of(entity: Entity, bulk: Bulk) -> View:
    @needs(*entity.needs, *filter(None, (entity.write,)))
    @require_http_methods(["GET", "HEAD", "POST"])
    def view(request: ClinicRequest, clinic: str) -> HttpResponse:
        reader, list_url = Reader(request.scope, request.clinic), entity.url("list", request.scope)
        try:
            planned = _planned(entity, bulk, request, reader)
        except Refused as refusal:
            warn(request, refusal.sentence)
            return redirect(list_url)
        form = button(request, f"bulk {entity.name} {bulk.name}")
        if request.POST.get("digest") == planned.digest or form.was_done():
            begun = form.run(partial(_begin, request.scope, entity, bulk, planned))
            if begun:
                jobs.go_on(request.scope, job=job_queries.job(request.scope, begun.result), seconds=PATIENCE)
                return redirect("console:bulk", clinic, begun.result)
        shown = {"form": form, "changed": form.is_bound, "list_url": list_url}
        shown |= _preview(entity, bulk, planned, reader)
        return render(request, "console/bulk_preview.html", shown, status=409 if form.is_bound else 200)

    return view


def _planned(entity: Entity, bulk: Bulk, request: ClinicRequest, reader: Reader) -> bulks.Planned:
    """Of the ticks, or of all that match where that was asked for. Raises Refused."""
    chosen = request.GET.getlist("pick")
    if not chosen and ALL not in request.GET:
        raise NOBODY
    return bulks.plan(entity, bulk, Asked.of(entity, request.GET, reader), chosen, reader)


def _begin(scope: Scope, entity: Entity, bulk: Bulk, planned: bulks.Planned, once: Once) -> str:
    return bulks.begin(scope, entity=entity, bulk=bulk, planned=planned, once=once)


def _preview(entity: Entity, bulk: Bulk, planned: bulks.Planned, reader: Reader) -> dict[str, Any]:
    names = list(bulk.values)
    rows = [
        {
            "title": entity.title(item, reader),
            "before": [entity.told(name, getattr(item, name), reader) or "nothing" for name in names],
            "after": [entity.told(name, bulk.values[name], reader) or "nothing" for name in names],
        }
        for item in planned.change[:SHOWN]
    ]
    change, same = len(planned.change), planned.same
    words = (
        "1 changes" if change == 1 else f"{change} change",
        "1 stays as it is" if same == 1 else f"{same} stay as they are",
    )
    return {
        "entity": entity,
        "bulk": bulk,
        "planned": planned,
        "rows": rows,
        "sentence": f"{', '.join(words)}.",
        "more": max(0, change - SHOWN),
    }


def _found(request: ClinicRequest, bulk_id: str) -> Job:
    found = job_queries.job(request.scope, bulk_id)
    if found.kind != bulks.KIND:
        raise NotFound
    return found


@needs(Permission.CLINIC_MANAGE)
@require_safe
def bulk(request: ClinicRequest, clinic: str, bulk_id: str) -> HttpResponse:
    job = _found(request, bulk_id)
    entity, done = bulks.of(job)
    result = bulks.outcome(request.scope, job)
    working = job.state in jobs.UNDER_WAY
    lists = [
        (name, [(each, entity.url("item", request.scope, each)) for each in found[:SHOWN]])
        for name, found in (("Left alone", result.left), ("Not taken back", result.kept))
        if found
    ]
    shown = {
        "job": job,
        "entity": entity,
        "bulk": done,
        "lists": lists,
        "done": int(job.cursor),
        "total": int(job.total),
        "began": moment(job.created_at, Reader(request.scope, request.clinic)),
        "list_url": entity.url("list", request.scope),
        "left_count": len(result.left),
        "kept_count": len(result.kept),
        "go_on": button(request, "bulk go on", about=job.id) if working else None,
        "undo": button(request, "bulk undo", about=job.id) if jobs.may_undo(job) else None,
    }
    return render(request, "console/bulk.html", shown)


@needs(Permission.CLINIC_MANAGE)
@require_POST
def go_on(request: ClinicRequest, clinic: str, bulk_id: str) -> HttpResponse:
    job = _found(request, bulk_id)
    form = button(request, "bulk go on", about=job.id)
    if not form.run(lambda once: jobs.go_on(request.scope, job=job, seconds=PATIENCE)):
        warn(request, form.sentence())
    return redirect("console:bulk", clinic, job.id)


@needs(Permission.CLINIC_MANAGE)
@require_POST
def undo(request: ClinicRequest, clinic: str, bulk_id: str) -> HttpResponse:
    job = _found(request, bulk_id)
    form = button(request, "bulk undo", about=job.id)
    if form.run(lambda once: jobs.undo(request.scope, job=job, once=once)):
        now = jobs.go_on(request.scope, job=job_queries.job(request.scope, job.id), seconds=PATIENCE)
        if now.state == jobs.UNDONE:
            say(request, "Taken back.")
    else:
        warn(request, form.sentence())
    return redirect("console:bulk", clinic, job.id)
