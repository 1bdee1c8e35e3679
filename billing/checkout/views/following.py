"""The next visit, beside the sum: from when on, at which of the free times, and its booking once this one is paid."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.utils.http import urlencode

from billing.checkout.forms import SOONEST, CheckoutForm
from clinnet import clock
from clinnet.accounts.access import ClinicRequest
from clinnet.accounts.models import Staff
from clinnet.accounts.permissions import Permission
from clinnet.addresses import reverse
from clinnet.table import Once, Row, Scope
from clinnet.table.errors import Refused, Stale
from clinnet.toasts import Action, say, warn
from patients.models import Patient
from records.recalls import services as recalls
from records.recalls.models import Recall
from records.recalls.queries import of_patient_asked, still_open
from scheduling import words
from scheduling.appointments.forms.booking import UnbookForm, stops, told_by
from scheduling.appointments.rows.wanted import starts_of, value_of
from scheduling.appointments.services import booking
from scheduling.calendar.queries import free_times
from scheduling.calendar.queries.setup import setup
from scheduling.calendar.rules.slots import Slot, half
from scheduling.lines import AppointmentLine
from scheduling.messages.services import letters
from scheduling.models import Appointment, VisitType

DAYS, OF_A_HALF = 3, 2  # so many days, and so many times of a morning and of an afternoon
AHEAD: Mapping[str, int] = {SOONEST: 1, "2weeks": 14, "3months": 91}
LATER = "Another time, once this is paid"
GONE = "It is paid, but the next visit is not booked. {} Choose another time."


@dataclass(frozen=True, slots=True, repr=False)
class NextVisit:
    """`booked` says when they come already, `times` are (value, words), `why` there are none where some were wanted."""

    booked: str = ""
    times: list[tuple[str, str]] = field(default_factory=list)
    why: str = ""


def asked_back(scope: Scope, patient: Patient) -> list[Recall]:
    """For what who treats wants to see them again, the earliest first."""
    asked = of_patient_asked(scope, patient) if scope.may(Permission.BOOK) else []
    return still_open(ask() for ask in asked)


def next_visit(request: ClinicRequest, form: CheckoutForm, visit: Appointment | None, coming: list[Row]) -> NextVisit:
    """What the page offers. A time that was chosen stays chosen while it is free."""
    known = [each for row in coming if not visit or row["id"] != visit.id for each in [_wall(row)] if each]
    booked = words.wall(known[0], request.clinic) if known else ""
    if not form.since or not (asked := _asked(request, form, visit)):
        return NextVisit(booked, why="The time is chosen once this is paid." if form.since else "")
    kind, whom = asked
    found = free_times.search(
        request.scope, free_times.Wish(kind, form.patient, (whom,)), first=_since(form), days=DAYS
    )
    held = {each.date() for each in known}
    free = [slot for each in found if each.day not in held for slot in _few(each.slots, request.clinic.time_zone)]
    times = [(value_of([(each.moment, whom.id)]), _said(request, each.moment, whom)) for each in free]
    if not times:
        return NextVisit(booked, why=f"{words.short(whom)} has no free time then: it is chosen once this is paid.")
    form.offer([*times, ("", LATER)])
    return NextVisit(booked, times)


def _wall(row: Row) -> datetime | None:
    wall = AppointmentLine.unpack(row.get("line")).wall
    return datetime.fromisoformat(wall) if wall else None


def _asked(request: ClinicRequest, form: CheckoutForm, visit: Appointment | None) -> tuple[VisitType, Staff] | None:
    """The same kind of visit with the same practitioner. None where the booking page has more to ask than a time."""
    if visit is None or not request.scope.may(Permission.BOOK) or stops(form.patient):
        return None
    known = setup(request.scope)
    kind, whom = known.visit_types.get(visit.visit_type_id or ""), known.practitioner(visit.practitioner_id or "")
    if kind is None or not kind.active or whom is None or whom not in known.who_does(kind):
        return None
    return kind, whom


def _since(form: CheckoutForm) -> date:
    """From tomorrow on: who is here today comes another day."""
    today = clock.today(form.known.clinic.time_zone)
    if recall := form.recall:
        return max(date.fromisoformat(str(recall.due)), today + timedelta(days=1))
    return today + timedelta(days=AHEAD[form.since])


def _few(free: list[Slot], zone: str) -> list[Slot]:
    parts = [[each for each in free if half(each.wall(zone)) == part] for part in ("am", "pm")]
    return [each for part in parts for each in part[:OF_A_HALF]]


def _said(request: ClinicRequest, moment: datetime, whom: Staff) -> str:
    return f"{words.moment(moment, request.clinic)}, {words.short(whom)}"


def book(request: ClinicRequest, form: CheckoutForm, visit: Appointment | None, back: str) -> bool:
    """At the time that was chosen. A time that is gone is said: what was paid is paid, whatever becomes of this."""
    asked, at = _asked(request, form, visit), _start(request, form)
    if at is None or asked is None:
        return False
    try:
        id = _write(request, form, asked, at)
    except Refused as no:
        warn(request, GONE.format(no.sentence.removesuffix(" Book anyway?")))
        return False
    kind, whom = asked
    undo, at_it = UnbookForm(request, about=id).once(), [request.scope.clinic_id, form.patient.id, id]
    ways = [
        Action("Undo the booking", reverse("scheduling:unbook", args=at_it), fields=(("once", undo), ("back", back))),
        Action("Print slip", reverse("scheduling:slip", args=at_it), post=False),
    ]
    to_say = letters.to_say(request.clinic, kind, told_by(form.patient))
    say(request, f"Booked: {_said(request, at, whom)}.{to_say}", actions=ways)
    return True


def _start(request: ClinicRequest, form: CheckoutForm) -> datetime | None:
    try:
        starts = starts_of(form.cleaned_data["at"] if form.since else "", request.clinic.time_zone)
    except (ValueError, OverflowError):
        return None
    return starts[0][0] if starts else None


def _write(request: ClinicRequest, form: CheckoutForm, asked: tuple[VisitType, Staff], at: datetime) -> str:
    """Who was to be asked back is off that list with it."""
    (kind, whom), token = asked, form.data.get("once", "")
    id = booking.book(request.scope, patient=form.patient, visit_type=kind, practitioner=whom, start=at,
                      tell_by=told_by(form.patient), once=Once(f"{token}#next", form.data["at"]))  # fmt: skip
    if form.recall:
        with suppress(Refused, Stale):  # somebody was quicker: it is off the list
            recalls.end(request.scope, recall=form.recall, how="booked", once=Once(f"{token}#recall", form.data["at"]))
    return id


def page(request: ClinicRequest, form: CheckoutForm, visit: Appointment | None) -> str:
    """The booking page: of the same kind with the same practitioner, from when was chosen on."""
    since = _since(form).isoformat() if form.recall else form.since.replace(SOONEST, "")
    asked = {"patient": form.patient.id, "from": since}
    if visit and form.since:
        asked |= {"type": visit.visit_type_id or "", "with": visit.practitioner_id or ""}
    given = {name: each for name, each in asked.items() if each}
    return f"{reverse('scheduling:book', args=[request.scope.clinic_id])}?{urlencode(given)}"
