"""How the schedule is arranged: the page that shows all of it, rooms, types of visit, the words of messages."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render

from clinnet import clock
from clinnet.accounts import queries as accounts
from clinnet.accounts.access import ClinicRequest, needs
from clinnet.accounts.models import Clinic
from clinnet.accounts.permissions import Permission
from clinnet.addresses import back, onward, reverse
from clinnet.console import history
from clinnet.editing import BothSides, Latest, both_sides, edit
from clinnet.forms.edit import ChoiceForm
from clinnet.jobs import queries as job_queries
from clinnet.jobs.models import JobLine
from clinnet.table import Item, Once, Scope, get
from clinnet.toasts import say
from scheduling.calendar import rows as calendar_rows
from scheduling.calendar.forms.settings import RoomForm, ThingForm, VisitTypeForm
from scheduling.calendar.queries.setup import Setup, setup
from scheduling.calendar.services import settings as schedule_settings
from scheduling.disruptions.services import displaced
from scheduling.messages.forms import LANGUAGES, text_form
from scheduling.messages.queries.sms_cost import spent
from scheduling.messages.rows import KINDS
from scheduling.messages.rules.due import Kind
from scheduling.messages.rules.templates import PLACES
from scheduling.messages.services import messages
from scheduling.models import Room, VisitType


@needs(Permission.HOURS)
def home(request: ClinicRequest, clinic: str) -> HttpResponse:
    known, now = setup(request.scope), clock.now()
    today = clock.today(known.clinic.time_zone)
    shown = {
        "missing": [_mended(request, each) for each in calendar_rows.missing(known, now, today)],
        "people": [
            {"person": each, "week": calendar_rows.week(known.hours.get(each.id), today, known.clinic)}
            for each in known.practitioners
        ],
        "others": calendar_rows.without_column(known, accounts.staff(request.scope)),
        "types": _types(known),
        "rooms": sorted(known.rooms.values(), key=lambda each: not each.active),
        "days": calendar_rows.coming(known, today),
        "clinic": known.clinic,
        "zone_rules": clock.zone_rules().sentence(today),
        "may_rule": request.scope.may(Permission.CLINIC_MANAGE),
        "work": [
            row
            for row in job_queries.unfinished_jobs(request.scope)
            if JobLine.unpack(row.get("line")).kind == displaced.KIND
        ],
    }
    return render(request, "scheduling/calendar/settings.html", shown)


def _mended(request: ClinicRequest, each: calendar_rows.Missing) -> dict[str, str]:
    at = [request.scope.clinic_id, *filter(None, [each.id])]
    return {"sentence": each.sentence, "url": reverse(f"scheduling:{each.url}", args=at) if each.url else ""}


def _types(known: Setup) -> list[dict[str, Any]]:
    """Types of visit with who does them and where, by name; those not in use last."""
    found = sorted(known.visit_types.values(), key=lambda each: (not each.active, each.name.casefold()))
    people = {each.id: each.name for each in known.practitioners}
    rooms = {each.id: each.name for each in known.rooms.values()}
    return [
        {
            "type": each,
            "around": calendar_rows.around(each),
            "who": calendar_rows.several(people, each.practitioner_ids, "people", "Everybody"),
            "rooms": calendar_rows.several(rooms, each.room_ids, "rooms", "None needed"),
        }
        for each in found
    ]


@dataclass(frozen=True, slots=True)
class Thing:
    """A kind of thing: its form, its page, and what is said once it is saved."""

    form: type[ThingForm]
    template: str
    title: str
    saved: str
    more: Mapping[str, Any] = field(default_factory=dict)  # what else its page shows

    def page(self, request: ClinicRequest, item: Any, write: Callable[..., object]) -> HttpResponse:
        latest = Latest(item, anew=partial(_again, request.scope), plain=self.form.plain, write=write)
        about = item.id if item else "new"
        make = partial(history.begun, request, item, lambda before: self.form(request, item).begin_with(before))
        form = edit(request, self.form, make, latest, about=about)
        if form is None:
            say(request, self.saved)
            return redirect(onward(request, back(request, request.scope.clinic_id, "scheduling:setup")))
        if isinstance(form, ChoiceForm):
            words = partial(self.form.words, request.scope)
            return both(request, self.title, both_sides(form, self.form.names.__getitem__, words))
        return render(request, self.template, self.shown(form, item), status=422 if form.is_bound else 200)

    def shown(self, form: ThingForm | ChoiceForm, item: Any) -> dict[str, Any]:
        return {"form": form, "item": item, "title": self.title, "more": self.more}


def _again(scope: Scope, item: Item | None) -> Item | None:
    return get(scope, type(item), item.key) if item else None


def both(request: ClinicRequest, title: str, sides: BothSides) -> HttpResponse:
    """What two people made of it, side by side."""
    return render(request, "scheduling/calendar/both.html", {"title": title, "both": sides}, status=409)


ROOM = Thing(RoomForm, "scheduling/calendar/room.html", "Room", "Saved.")
VISIT_TYPE = Thing(VisitTypeForm, "scheduling/calendar/type.html", "Type of visit", "Saved.")


@needs(Permission.HOURS)
def room(request: ClinicRequest, clinic: str, room_id: str = "") -> HttpResponse:
    item = get(request.scope, Room, Room.at(request.scope.clinic_id, room_id)) if room_id else None

    def write(item: Room | None, values: dict[str, Any], once: Once) -> None:
        schedule_settings.save_room(request.scope, room=item, **_whole(RoomForm, values), once=once)

    return ROOM.page(request, item, write)


@needs(Permission.HOURS)
def visit_type(request: ClinicRequest, clinic: str, visit_type_id: str = "") -> HttpResponse:
    here = request.scope.clinic_id
    item = get(request.scope, VisitType, VisitType.at(here, visit_type_id)) if visit_type_id else None

    def write(item: VisitType | None, values: dict[str, Any], once: Once) -> None:
        given = _whole(VisitTypeForm, values)
        known = setup(request.scope)
        asked, wanted = given.pop("practitioner_ids"), given.pop("room_ids")
        texts = {language: given.pop(f"preparation_{language}") or "" for language in LANGUAGES}
        people = [each for each in known.practitioners if each.id in asked]
        rooms = [each for each in known.rooms.values() if each.id in wanted]
        schedule_settings.save_visit_type(
            request.scope, visit_type=item, practitioners=people, rooms=rooms, preparation=texts, **given, once=once
        )

    return VISIT_TYPE.page(request, item, write)


EMPTY: Mapping[str, Any] = {
    "active": False,
    "colour": "",
    "remote": "",
    "kept_for": "",
    "practitioner_ids": [],
    "room_ids": [],
}


def _whole(form: type[ThingForm], values: Mapping[str, Any]) -> dict[str, Any]:
    """Every value a service takes: what is chosen of two sides lacks those that are empty."""
    return {name: EMPTY.get(name, 0) if values.get(name) is None else values[name] for name in form.names}


@needs(Permission.HOURS, Permission.CLINIC_MANAGE)
def message_text(request: ClinicRequest, clinic: str) -> HttpResponse:
    """The words of one kind of message in one language, which the address says; *Show* writes nothing."""
    item = get(request.scope, Clinic, Clinic.at(request.scope.clinic_id))
    kind: Kind = next((each for each in KINDS if each == request.GET.get("kind")), "booked")
    language = next((each for each in LANGUAGES if each == request.GET.get("language")), "en")
    links = {
        "kinds": KINDS.items(),
        "languages": LANGUAGES.items(),
        "kind": kind,
        "language": language,
        "places": [(f"{{{name}}}", said) for name, said in PLACES.items()],
        "by_sms": settings.CLINNET_SMS,
        "spent": spent(request.scope, clock.stamp()[:7]).sentence if settings.CLINNET_SMS else "",
    }
    thing = Thing(text_form(kind, language), "scheduling/calendar/message_text.html", KINDS[kind], "Saved.", links)
    if "show" in request.POST:
        form = thing.form(request, item)
        form.preview(lambda once: None)
        return render(request, thing.template, thing.shown(form, item), status=422 if form.errors else 200)

    def write(item: Clinic, values: dict[str, Any], once: Once) -> None:
        text = values.get("text") or ""
        messages.set_text(request.scope, clinic=item, kind=kind, language=language, text=text, once=once)

    return thing.page(request, item, write)
