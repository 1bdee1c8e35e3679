"""A time for a request: held for them, booked, given up; and who would take a time that is free now."""

from datetime import datetime, timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from clinnet import clock
from clinnet.accounts.access import ClinicRequest, needs
from clinnet.accounts.models import Staff
from clinnet.accounts.permissions import Permission
from clinnet.table import Once
from clinnet.table.errors import NotFound, Refused
from patients import queries as patients
from patients.models import Patient
from scheduling import words
from scheduling.appointments import queries as appointment_queries
from scheduling.appointments.rows.caller import people_and_new
from scheduling.appointments.rows.wanted import starts_of, value_of
from scheduling.calendar.queries import free_times
from scheduling.calendar.queries import setup as setups
from scheduling.calendar.queries.setup import setup
from scheduling.calendar.rows import day_of, is_known
from scheduling.calendar.rules import slots, walltime
from scheduling.calendar.rules.slots import Slot
from scheduling.messages.services import letters
from scheduling.models import VisitType, WaitlistEntry
from scheduling.refusals import SlotTaken
from scheduling.waitlist import queries as waitlist_queries
from scheduling.waitlist.forms import AcceptForm, OfferForm, TakeBackForm
from scheduling.waitlist.rows import Requested
from scheduling.waitlist.services import offers
from scheduling.waitlist.services.waitlist import OPEN
from scheduling.waitlist.views.entries import about, answer, dealt_with, refused

DAYS, A_DAY, MATCHES = 5, 8, 5
ANYBODY = "anybody"


@needs(Permission.BOOK)
def offer(request: ClinicRequest, clinic: str, request_id: str) -> HttpResponse:
    """Free times that suit, nearest to `start` if the address names one; held for a while, or booked at once."""
    entry = waitlist_queries.request(request.scope, request_id)
    form = OfferForm(request, about=entry.id)
    if form.run(lambda once: _give(request, entry, form, once)):
        return _given(request, entry, form)
    if request.method == "POST" and request.htmx:
        return refused(request, form, entry)
    if entry.state != OPEN:
        return dealt_with(request, entry)
    start = request.GET.get("start", "") or request.POST.get("start", "")
    given = {"form": form, "start": start, **_times(request, entry, start, form.refusal), **about(request, entry)}
    if held := given["row"]["held"]:
        given["holds"] = f"{held['when']} with {held['with']} is held for them already. Book now gives that up."
    return render(request, "scheduling/waitlist/entry_offer.html", given, status=422 if form.errors else 200)


def _give(request: ClinicRequest, entry: WaitlistEntry, form: OfferForm, once: Once) -> None:
    start, practitioner = form.cleaned_data["start"]
    patient, is_new = _whose(request, entry)
    given: dict[str, Any] = {
        "request": entry,
        "patient": patient,
        "visit_type": _type(request, entry),
        "practitioner": practitioner,
    }
    if "book" in request.POST:
        offers.book(request.scope, **given, start=start, new_patient=is_new, once=once)
    else:
        offers.offer(request.scope, **given, start=start, once=once)


def _whose(request: ClinicRequest, entry: WaitlistEntry) -> tuple[Patient, bool]:
    """The patient, and whether this is their first visit here: one round of reads."""
    people, new = people_and_new(request.scope, [entry.patient_id])
    patient = people.get(entry.patient_id)
    if patient is None or patient.merged_into:
        return patients.current(request.scope, entry.patient_id), False
    return patient, patient.id in new


def _given(request: ClinicRequest, entry: WaitlistEntry, form: OfferForm) -> HttpResponse:
    start, practitioner = form.cleaned_data["start"]
    wall = walltime.to_wall(start, request.clinic.time_zone)
    when = f"{words.wall(wall, request.clinic)} with {words.short(practitioner)}"
    entry = waitlist_queries.request(request.scope, entry.id)
    name, day = Requested.of(request).one(entry)["name"], wall.date().isoformat()
    if entry.state != "open":
        return answer(request, form, entry, f"{name} is booked: {when}.", day=day)
    return answer(request, form, entry, f"Held for {name}: {when}. Call them, then press Accept.", day=day)


def _type(request: ClinicRequest, entry: WaitlistEntry) -> VisitType:
    return setups.visit_type(request.scope, entry.visit_type_id or "")


def _times(request: ClinicRequest, entry: WaitlistEntry, start: str, refusal: Refused | None) -> dict[str, Any]:
    """The next days with room for what is wanted, and what is near a time that was just taken."""
    known, zone = setup(request.scope), request.clinic.time_zone
    given, anybody = request.GET, ANYBODY in request.GET
    people = [each for id in entry.practitioner_ids or [] if not anybody and (each := known.practitioner(id))]
    patient = patients.current(request.scope, entry.patient_id)
    parts = entry.parts or []
    wish = free_times.Wish(
        _type(request, entry), patient, tuple(people), int(entry.minutes or 0), entry.urgency == 1,
        frozenset(int(each) for each in entry.weekdays or []), parts[0] if len(parts) == 1 else "",
    )  # fmt: skip
    first = max(clock.today(zone), day_of(given.get("from") or entry.since or clock.today(zone).isoformat()))
    days = free_times.search(request.scope, wish, first=first, days=DAYS)
    later = (days[-1].day + timedelta(days=1)).isoformat() if len(days) == DAYS else ""
    days = [each for each in days if not entry.until or each.day.isoformat() <= entry.until]
    asked = _asked(start, zone)
    many = len(people) != 1
    free = [(words.day(each.day, request.clinic), _shown(request, each.slots, asked, many)) for each in days]
    taken = refusal if isinstance(refusal, SlotTaken) else None
    near = _shown(request, taken.nearest, None, many) if taken else []
    wanted = [_one(request, *asked, many=True)] if asked and not taken else []
    for chosen in [*near, *wanted, *(time for _, times in free for time in times)][:1]:
        chosen["chosen"] = True
    more = {"later": "" if entry.until and later > entry.until else later, "anybody": anybody}
    return {"days": free, "near": near, "asked": wanted[0] if wanted else None, "named": bool(people), **more}


def _asked(start: str, zone: str) -> tuple[datetime, str] | None:
    """The time that the address names, with whom."""
    try:
        ((moment, who),) = starts_of(start, zone)
    except (ValueError, OverflowError):
        return None
    return moment, who


def _shown(
    request: ClinicRequest, found: list[Slot], asked: tuple[datetime, str] | None, many: bool
) -> list[dict[str, Any]]:
    """A few: those nearest to the one that was asked for, else some of the whole day of each practitioner."""
    if asked:
        few = slots.nearest(found, walltime.number(asked[0]), A_DAY)
    else:
        people = {
            each.practitioner: [slot for slot in found if slot.practitioner == each.practitioner] for each in found
        }
        each_has = max(2, A_DAY // max(1, len(people)))
        few = [slot for own in people.values() for slot in own[:: -(-len(own) // each_has)]]
    order = sorted(few, key=lambda slot: slot.start)
    return [_one(request, each.moment, each.practitioner, many=many) for each in order]


def _one(request: ClinicRequest, moment: datetime, who: str, *, many: bool) -> dict[str, Any]:
    person = setup(request.scope).practitioner(who)
    wall = walltime.to_wall(moment, request.clinic.time_zone)
    said = f"{words.wall(wall, request.clinic)}, {words.short(person)}"
    return {"value": value_of([(moment, who)]), "clock": words.clock(moment, request.clinic), "said": said,
            "name": words.short(person), "with_whom": words.short(person) if many else ""}  # fmt: skip


# --- The answer to an offer --------------------------------------------------------------------------------------


@needs(Permission.BOOK)
@require_POST
def accept(request: ClinicRequest, clinic: str, request_id: str) -> HttpResponse:
    entry = waitlist_queries.request(request.scope, request_id)
    form = AcceptForm(request, about=entry.id)
    if not form.run(lambda once: _accept(request, entry, once)):
        return refused(request, form, entry)
    entry = waitlist_queries.request(request.scope, entry.id)
    visit = appointment_queries.visit(
        request.scope, patients.current(request.scope, entry.patient_id).id, entry.appointment_id or ""
    )
    when = words.wall(datetime.fromisoformat(visit.appointment.wall or ""), request.clinic)
    name = Requested.of(request).one(entry)["name"]
    more = letters.to_say(request.clinic, _type(request, entry), visit.appointment.tell_by)
    return answer(request, form, entry, f"{name} is booked: {when}.{more}", day=visit.appointment.day or "")


def _accept(request: ClinicRequest, entry: WaitlistEntry, once: Once) -> None:
    held = entry.offer or {}
    who: Staff | None = setup(request.scope).practitioner(held.get("practitioner", ""))
    patient, is_new = _whose(request, entry)
    offers.accept(request.scope, request=entry, patient=patient, visit_type=_type(request, entry),
                    practitioner=who, new_patient=is_new, once=once)  # fmt: skip


@needs(Permission.BOOK)
@require_POST
def take_back(request: ClinicRequest, clinic: str, request_id: str) -> HttpResponse:
    entry = waitlist_queries.request(request.scope, request_id)
    form = TakeBackForm(request, about=entry.id)
    day = (entry.offer or {}).get("day", "")
    if not form.run(lambda once: offers.take_back(request.scope, request=entry, once=once)):
        return refused(request, form, entry)
    name = Requested.of(request).one(entry)["name"]
    return answer(request, form, entry, f"The time is free again. {name} stays on the list.", day=day)


# --- A freed time ------------------------------------------------------------------------------------------------


@needs(Permission.SCHEDULE_READ)
@require_safe
def matches(request: ClinicRequest, clinic: str) -> HttpResponse:
    """Who would take a free time, best first: a fragment for the board and after a cancellation, and a page."""
    practitioner = setups.practitioner(request.scope, request.GET.get("with", ""))
    try:
        start = datetime.fromisoformat(request.GET.get("start", "").replace(" ", "+"))
        minutes = int(request.GET.get("minutes", ""))
    except ValueError:
        raise NotFound from None
    if start.tzinfo is None or not is_known(start.year) or not 0 < minutes <= slots.LONGEST:
        raise NotFound
    found = waitlist_queries.matches(request.scope, practitioner=practitioner, start=start, minutes=minutes)
    showing = Requested.of(request)
    rows = [each | {"offer": OfferForm(request, about=each["id"], start={"back": "board"})}
            for each in showing.with_numbers(showing.rows(found[:MATCHES]))]  # fmt: skip
    wall = walltime.to_wall(start, request.clinic.time_zone)
    given = {
        "rows": rows, "more": max(0, len(found) - MATCHES), "start": value_of([(start, practitioner.id)]),
        "when": f"{words.wall(wall, request.clinic)} with {words.short(practitioner)}",
        "may_book": request.scope.may(Permission.BOOK),
    }  # fmt: skip
    return render(
        request, "scheduling/waitlist/matches.html" if request.htmx else "scheduling/waitlist/matches_page.html", given
    )
