"""What of the charts waits for somebody: results, their notes that are not signed, openings that are to be reviewed."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from clinnet import clock, formats
from clinnet.accounts import queries as accounts
from clinnet.accounts.access import ClinicRequest
from clinnet.accounts.permissions import Permission
from clinnet.addresses import reverse
from clinnet.pages import Questions, Section
from clinnet.table import Page
from patients.queries import survivors
from patients.rules import names
from records import queries
from records.cosigning.queries import waiting_asked
from records.cosigning.rows import WaitingNote, for_me
from records.lines import OrderLine
from records.queries import Begun
from records.recalls import queries as recalls
from records.recalls.rows import due
from records.results import queries as results
from records.results.forms import LookForm
from records.results.rows import TONES, WORDS, at_a_glance
from records.results.rows import told as told_of

AMBER, RED = 24, 72  # hours


def sections(request: ClinicRequest) -> Questions[list[Section]]:
    """Asked only for those who write notes, or who review."""
    asked: list[Callable[[], Page]] = []
    shows: list[Callable[[ClinicRequest, Page], Section | None]] = []
    if request.scope.may(Permission.BOOK):
        asked.append(recalls.due_asked(request.scope, formats.today(request.clinic)))
        shows.append(_recalls)
    if request.scope.may(Permission.RESULT_REVIEW):
        asked += [results.to_look_at(request.scope), results.late_orders(request.scope)]
        shows += [_results, _late]
    if request.scope.may(Permission.NOTE_WRITE):
        asked += [waiting_asked(request.scope), queries.begun_asked(request.scope)]
        shows += [_cosign, _unsigned]
    if request.scope.may(Permission.AUDIT_READ):
        asked.append(queries.to_review(request.scope))
        shows.append(_reviews)

    def show(pages: Sequence[Page | None]) -> list[Section]:
        found = (do(request, page) for do, page in zip(shows, pages, strict=True) if page and page.raws)
        return [each for each in found if each]

    return Questions(asked, show)


def _recalls(request: ClinicRequest, page: Page) -> Section:
    """Who is due today or has been."""
    known = survivors(request.scope, {row["line"]["i"] for row in page.rows})
    return Section("records/recalls/tasks.html", due(page.rows, known, request.clinic))


def _results(request: ClinicRequest, page: Page) -> Section:
    """Of the whole clinic: what came for a colleague says so. Of a restricted chart nothing but whose it is."""
    person, names_of = request.scope.actor.id, {each.id: each.name for each in accounts.staff(request.scope)}
    waits = results.waiting(page.rows, person)
    known = survivors(request.scope, {each.patient_id for each in waits})
    shown = []
    for each in waits:
        if patient := known.get(each.patient_id):
            told = "" if patient.restricted else f"{each.line.title}: {told_of(each.line)}"
            at = [request.scope.clinic_id, patient.id, each.line.entry, each.id]
            plain = not patient.restricted and at_a_glance(each.line)
            shown.append(
                {
                    "name": names.list_name(patient.data),
                    "told": told,
                    "url": reverse("records:result", args=at),
                    "look": {"url": reverse("records:look-at", args=at), "form": LookForm(request, about=each.id)}
                    if plain
                    else None,
                    "whose": "" if each.line.person == person else names_of.get(each.line.person, "any doctor"),
                    "word": WORDS.get(each.line.severity, ""),
                    "tone": TONES.get(each.line.severity, "note"),
                }
            )
    return Section("records/results/tasks.html", {"rows": shown, "more": bool(page.next)})


def _cosign(request: ClinicRequest, page: Page) -> Section | None:
    """What waits for this person's signature, and what was sent back to them. Of a restricted chart only whose."""
    mine, back = for_me(page.rows, request.scope, request.clinic)
    known = survivors(request.scope, {each.patient_id for each in (*mine, *back)})

    def shown(notes: Sequence[WaitingNote], url: str) -> list[dict[str, Any]]:
        return [
            {
                "name": names.list_name(patient.data),
                "url": reverse(url, args=[request.scope.clinic_id, patient.id, each.entry, each.id]),
                "note": replace(each, title="", said="") if patient.restricted else each,
            }
            for each in notes
            if (patient := known.get(each.patient_id))
        ]

    given = {"mine": shown(mine, "records:cosign"), "back": shown(back, "records:addendum"), "more": bool(page.next)}
    return Section("records/cosigning/tasks.html", given) if given["mine"] or given["back"] else None


def _late(request: ClinicRequest, page: Page) -> Section | None:
    """The person's own orders that have waited too long."""
    mine = [row for row in page.rows if row["line"].get("w") == request.scope.actor.id]
    known = survivors(request.scope, {row["line"]["i"] for row in mine})
    shown = [
        {
            "name": names.list_name(known[row["line"]["i"]].data),
            "what": OrderLine.unpack(row["line"]).what,
            "url": reverse("records:results", args=[request.scope.clinic_id, known[row["line"]["i"]].id]),
            "when": formats.when(row["GSI1SK"][:24], request.clinic),
        }
        for row in mine
        if row["line"]["i"] in known
    ]
    return Section("records/results/tasks_late.html", shown) if shown else None


def _unsigned(request: ClinicRequest, page: Page) -> Section:
    """The oldest first, with its age. Patients are read for their names: there are few."""
    begun = sorted(queries.begun(page.rows), key=lambda each: each.at)
    return Section("records/tasks_unsigned.html", list(_rows(request, begun)))


def _rows(request: ClinicRequest, begun: Sequence[Begun]) -> Iterator[dict[str, Any]]:
    known = survivors(request.scope, {each.patient_id for each in begun})
    for each in begun:
        if patient := known.get(each.patient_id):
            hours = (clock.now() - clock.moment(each.at)).total_seconds() / 3600
            yield {
                "name": names.list_name(patient.data),
                "url": reverse("records:note", args=[request.scope.clinic_id, patient.id, each.entry_id, each.note_id]),
                "when": formats.when(each.at, request.clinic),
                "tone": "danger" if hours > RED else "warn" if hours > AMBER else "note",
            }


def _reviews(request: ClinicRequest, page: Page) -> Section:
    known = survivors(request.scope, {row["line"]["i"] for row in page.rows})
    shown = [
        {
            "name": names.list_name(known[row["line"]["i"]].data),
            "url": reverse(
                "records:review-glass", args=[request.scope.clinic_id, row["line"]["i"], row["line"]["w"], row["id"]]
            ),
            "when": formats.when(row["GSI1SK"][:24], request.clinic),
        }
        for row in page.rows
        if row["line"]["i"] in known
    ]
    return Section("records/tasks_reviews.html", shown)
