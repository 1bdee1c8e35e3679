"""The page of a part of a chart."""

from datetime import date
from functools import partial

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.http import urlencode

from clinnet.accounts.access import ClinicRequest, needs
from clinnet.accounts.permissions import Permission
from clinnet.table.errors import NotFound
from patients.models import Patient
from records import queries
from records.filters import rows as kinds
from records.filters.queries import KINDS, Found, Wanted, find
from records.summary import rows as left
from records.views.access import about_chart
from records.views.chart import time_order


@needs(Permission.CHART_READ)
@about_chart
def page(request: ClinicRequest, patient: Patient) -> HttpResponse:
    """One kind, the rows up to a day, the reader's own, or those with some words (sent by POST); `after` goes on."""
    sent = request.POST if request.method == "POST" else request.GET
    wanted, after = _wanted(sent, request.POST.get("find", "")), sent.get("after", "")
    found, read = queries.with_summary(request.scope, patient, partial(find, request.scope, patient, wanted, after))
    shown = {
        "patient": patient,
        "wanted": wanted,
        "kinds": KINDS,
        "paged": bool(after),
        "following": found.following,
        "query": urlencode({name: value for name, value in _query(wanted).items() if value}),
        "label": KINDS[wanted.kind][1] if wanted.kind else "Only mine" if wanted.mine else "",
        "said": _said(wanted, found, request),
        "summary": left.summary(read, request.clinic),
    }
    shown["groups"] = (
        kinds.groups(found.rows, KINDS[wanted.kind][0], request.clinic)
        if wanted.kind
        else time_order(request, patient, found.rows)
    )
    return render(request, "records/filters/page.html", shown)


def _wanted(sent: QueryDict, words: str) -> Wanted:
    """Raises NotFound for a kind or a day that there is not."""
    kind, until = sent.get("kind", ""), sent.get("until", "")
    try:
        if kind not in ("", *KINDS) or (until and date.fromisoformat(until).isoformat() != until):
            raise NotFound
    except ValueError:
        raise NotFound from None
    return Wanted(kind, "" if kind else until, "" if kind else words[:80], not kind and "mine" in sent)


def _query(wanted: Wanted) -> dict[str, str]:
    return {"kind": wanted.kind, "until": wanted.until, "mine": "1" if wanted.mine else ""}


def _said(wanted: Wanted, found: Found, request: ClinicRequest) -> str:
    """ "Looked through 1,000 entries: 14 found." """
    if not wanted.words and not wanted.mine:
        return ""
    more = " There are earlier ones." if found.following else ""
    more += " The text of notes is not searched." if wanted.words else ""
    return f"Looked through {found.looked:,} entries: {len(found.rows):,} found.{more}"
