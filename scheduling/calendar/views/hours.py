"""The weekly hours of one practitioner, and who would lose their time by them."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from clinnet import clock
from clinnet.accounts import queries as accounts
from clinnet.accounts.access import ClinicRequest, needs
from clinnet.accounts.models import Staff
from clinnet.accounts.permissions import Permission
from clinnet.console.history import as_before, before_event
from clinnet.console.registry import EVENT
from clinnet.editing import Latest, both_sides
from clinnet.forms.edit import ChoiceForm
from clinnet.table import Once, Scope, get
from clinnet.table.errors import NotFound, Refused
from clinnet.toasts import say
from scheduling.board.services.cards import Card
from scheduling.calendar import rows as calendar_rows
from scheduling.calendar.forms import hours as forms
from scheduling.calendar.forms.fields import WEEKDAYS
from scheduling.calendar.forms.hours import HoursForm
from scheduling.calendar.queries.setup import setup
from scheduling.calendar.rules import hours
from scheduling.calendar.services import settings as schedule_settings
from scheduling.calendar.views.settings import both
from scheduling.disruptions.queries import affected
from scheduling.disruptions.views.displaced import Affected, finished
from scheduling.models import Hours

LISTS: Mapping[str, Any] = {}  # a weekday's hours are one value: half of the one and half of the other would be neither
WORKDAYS = range(1, 5)


class HoursNow(Latest[Hours | None]):
    """The hours of a person, None before there are any; who loses their time by the new ones, and the job for them."""

    def __init__(self, scope: Scope, person: Staff) -> None:
        self.scope, self.person = scope, person
        self.orphaned: Sequence[Card] = ()
        self.job: Any = None
        super().__init__(self._find(), anew=lambda _: self._find(), plain=forms.plain, write=self._save)

    def _find(self) -> Hours | None:
        try:
            return get(self.scope, Hours, Hours.at(self.scope.clinic_id, self.person.id))
        except NotFound:
            return None

    def _save(self, kept: Hours | None, values: dict[str, Any], once: Once) -> None:
        self.job = schedule_settings.save_hours(
            self.scope,
            practitioner=self.person,
            sessions=forms.sessions(values),
            kept=forms.kept(values),
            place=int(values.get("place") or 0),
            seen=int(kept.version) if kept else 0,
            orphaned=self.orphaned,
            once=once,
        )


@needs(Permission.HOURS)
def weekly(request: ClinicRequest, clinic: str, practitioner_id: str) -> HttpResponse:
    person = next((each for each in accounts.staff(request.scope) if each.id == practitioner_id), None)
    if person is None:
        raise NotFound
    latest = HoursNow(request.scope, person)
    opened = latest.values()
    if "both" in request.POST:
        return _chosen(request, person)
    if "copy" in request.POST:
        return _copied(request, person, opened)
    if "same" in request.POST:
        return _same(request, person, opened)
    if before := _before(request, latest.item):
        form = HoursForm(request, person, opened=opened, start=before)
        return _page(request, person, form, told="What was before is filled in. It holds once you save.")
    return _save(request, latest, HoursForm(request, person, opened=opened))


def _save(request: ClinicRequest, latest: HoursNow, form: HoursForm) -> HttpResponse:
    if not form.is_bound or not form.is_valid():
        return _page(request, latest.person, form, status=422 if form.is_bound else 200)
    shown = Affected.of(request, form, _orphans(request.scope, latest.person, form.values()))
    if shown.to_decide and not form.was_done():
        return _page(request, latest.person, form, found=shown)
    latest.orphaned = shown.to_park
    if form.saved(latest.values, latest.write):
        say(request, f"The hours of {latest.person.name} are saved.")
        return finished(request, latest.job)
    if form.conflict:
        choice = ChoiceForm(request, about=latest.person.id, lists=LISTS, conflict=form.conflict)
        return both(request, f"Hours of {latest.person.name}", both_sides(choice, forms.label, form.words))
    return _page(request, latest.person, form, status=422)


def _orphans(scope: Scope, person: Staff, values: Mapping[str, Any]) -> list[Card]:
    known = setup(scope)
    now = known.plan(person.id)
    plan = hours.Plan(person.id, tuple(forms.sessions(values)), tuple(forms.kept(values)), now.exceptions)
    if set(plan.sessions) == set(now.sessions):
        return []
    days = affected.Days.coming(clock.today(known.clinic.time_zone))
    return affected.orphans(scope, plans=[plan], days=days) if days else []


def _before(request: ClinicRequest, kept: Hours | None) -> dict[str, Any]:
    """The hours as they were before the event that the address names; none without one, and once they are sent."""
    address = request.GET.get(EVENT, "") if request.method == "GET" else ""
    if not address or kept is None:
        return {}
    return forms.plain(as_before(kept, before_event(request.scope, kept.id, address)))


# --- Forms that begin from other values; nothing is saved -----------------------------------------------------------


def _copied(request: ClinicRequest, person: Staff, opened: Mapping[str, Any]) -> HttpResponse:
    """What is typed for one weekday on others too."""
    source = _weekday(request.POST.get("copy_from", ""))
    targets = [day for each in request.POST.getlist("copy_to") if (day := _weekday(each)) is not None]
    start = forms.typed(request.POST)
    if source is not None:
        start = forms.copied(start, source, targets)
    form = HoursForm(request, person, opened=opened, start=start)
    return _page(request, person, form, told="Copied. Nothing is saved yet.")


def _weekday(text: str) -> int | None:
    return int(text) if text in {str(day) for day in range(len(WEEKDAYS))} else None


def _same(request: ClinicRequest, person: Staff, opened: Mapping[str, Any]) -> HttpResponse:
    """The hours of somebody else, in the place of the own column."""
    known = setup(request.scope)
    other = known.practitioner(request.POST.get("same_as", ""))
    typed = forms.typed(request.POST)
    start = {**forms.plain(known.hours.get(other.id)), "place": typed["place"]} if other else typed
    form = HoursForm(request, person, opened=opened, start=start)
    told = f"These are the hours of {other.name}. Nothing is saved yet." if other else "Choose whose hours."
    return _page(request, person, form, told=told)


def _chosen(request: ClinicRequest, person: Staff) -> HttpResponse:
    """What was chosen of both sides, in the form once more: it may leave others without their time."""
    choice = ChoiceForm(request, about=person.id, lists=LISTS)
    choice.is_valid()
    opened = forms.whole(choice.conflict.theirs)
    try:
        start = forms.whole(choice.conflict.chosen(request.POST.dict()))
    except Refused as refused:
        choice.add_error(None, refused.sentence)
        form = HoursForm(request, person, opened=opened, start=opened)
        return both(request, f"Hours of {person.name}", both_sides(choice, forms.label, form.words))
    form = HoursForm(request, person, opened=opened, start=start)
    return _page(request, person, form, told="This is what you chose. Look at it, and save.")


# --- The page ------------------------------------------------------------------------------------------------------


def _page(
    request: ClinicRequest,
    person: Staff,
    form: HoursForm,
    *,
    found: Affected | None = None,
    told: str = "",
    status: int = 200,
) -> HttpResponse:
    known = setup(request.scope)
    today = clock.today(known.clinic.time_zone)
    shown = {
        "person": person,
        "form": form,
        "affected": found,
        "told": told,
        "others": [each for each in known.practitioners if each.id != person.id and each.id in known.hours],
        "weekdays": [
            {"number": day, "name": name, "short": name[:3], "rest": name[3:], "ticked": day in WORKDAYS}
            for day, name in enumerate(WEEKDAYS)
        ],
        "known": known.practitioner(person.id) is not None,
        "away": [row for row in calendar_rows.coming(known, today) if row["of"] in ("", person.id)],
    }
    return render(request, "scheduling/calendar/hours.html", shown, status=status)
