"""What the booking page shows, in words: the patient, the choices, the times, and a time that was refused."""

from datetime import date
from typing import Any

from clinnet import clock, formats
from clinnet.accounts.access import ClinicRequest
from clinnet.addresses import reverse
from clinnet.table import Row
from clinnet.table.errors import Refused
from patients import banner, family
from patients.models import SEX_LETTERS, Patient
from patients.rules import births, names, phones
from scheduling import words
from scheduling.appointments.forms.booking import BookForm, stops, ways
from scheduling.appointments.rows import offered
from scheduling.appointments.rows.caller import NOT_HELD, wall_of
from scheduling.appointments.rows.showing import word
from scheduling.appointments.rows.wanted import ANY, HOW, ON, PARTS, WHEN, Wanted, types_of
from scheduling.calendar.queries.setup import setup
from scheduling.calendar.services import checks
from scheduling.lines import AppointmentLine, WaitlistLine
from scheduling.models import Appointment
from scheduling.refusals import OutsideHours, SlotTaken
from scheduling.waitlist.rows import Requested

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def top(request: ClinicRequest, look: Wanted) -> dict[str, Any]:
    """The patient, and what is to be known of them before anything is booked."""
    if look.caller is None:
        return {"patient": None, "held": held(request), "clicked": _clicked(request, look)}
    patient, clinic = look.caller.patient, request.clinic
    phone = phones.preferred(patient.phones).get("number", "")
    return {
        "patient": patient,
        "name": names.list_name(patient.data),
        "born": born(request, patient),
        "sex": SEX_LETTERS.get(patient.sex or "", ""),
        "phone": phones.show(phone, clinic.country) if phone else "",
        "phone_href": phones.link(phone),
        "alerts": banner.alerts(patient),
        "stops": stops(patient) if not look.moved else [],
        "no_shows": look.caller.no_shows,
        "of_today": [] if look.moved else _today(request, look),
        "coming": [] if look.moved else _coming(request, look),
        "moved": said_of(request, look.moved) if look.moved else "",
        "waits": [] if look.moved else _waits(request, look),
        "off": _off(request, patient),
        "tell": ways(patient),
    }


def _clicked(request: ClinicRequest, look: Wanted) -> str:
    """ "Thu 26 Nov, 10:30, Dr Okafor" of the place on the board that was clicked."""
    if not look.starts:
        return ""
    start, who = look.starts[0]
    return f"{words.moment(start, request.clinic)}, {words.short(setup(request.scope).practitioner(who))}"


def held(request: ClinicRequest) -> list[tuple[str, str]]:
    """What is known before the patient is: it goes on with the one who is chosen."""
    given = request.POST if request.method == "POST" else request.GET
    return [(name, value) for name in ("type", "with", "minutes", "from", "start") if (value := given.get(name))]


def born(request: ClinicRequest, patient: Patient) -> str:
    """ "14 Mar 1985 (41 y)"."""
    if not patient.birth_date:
        return ""
    today = clock.today(request.clinic.time_zone)
    age = births.age(patient.birth_date, today, estimated=bool(patient.birth_estimated))
    return f"{formats.date(patient.birth_date, request.clinic)} ({age})"


def said_of(request: ClinicRequest, appointment: Appointment) -> str:
    """ "Thu 26 Nov, 10:30, Dr Okafor"."""
    known = setup(request.scope)
    at = words.moment(clock.moment(appointment.start), request.clinic) if appointment.start else ""
    return ", ".join(filter(None, [at, words.short(known.practitioner(appointment.practitioner_id or ""))]))


def _today(request: ClinicRequest, look: Wanted) -> list[str]:
    """Visits of today, those of somebody who sits in the waiting room too: a second one is seldom meant."""
    if look.caller is None:
        return []
    rows = [row for row in [*look.caller.past, *look.caller.coming] if row["state"] not in NOT_HELD]
    return [f"{_said(request, look, row)}, {word(row['state'])}" for row in rows if _day(row) == look.today]


def _coming(request: ClinicRequest, look: Wanted) -> list[str]:
    rows = look.caller.coming if look.caller else []
    return [_said(request, look, row) for row in rows if (day := _day(row)) and day != look.today]


def _waits(request: ClinicRequest, look: Wanted) -> list[dict[str, Any]]:
    """Open requests of theirs. `own` ones this booking may answer: nothing was parked or is held for them.

    They are ticked where they want this type of visit, or are the only one.
    """
    found = look.caller.waiting if look.caller else []
    rows, said = Requested.of(request), request.POST.getlist("answers")
    shown = []
    for each in found:
        line = WaitlistLine.unpack(each["line"])
        fits = len(found) == 1 or line.visit_type_id == (look.visit_type.id if look.visit_type else "")
        own = line.source == "waitlist" and not line.held_until
        ticked = each["id"] in said if request.method == "POST" else fits
        shown.append(rows.row(each["id"], line) | {"own": own, "ticked": ticked})
    return shown


def _day(row: Row) -> date | None:
    wall = wall_of(row)
    return wall.date() if wall else None


def _said(request: ClinicRequest, look: Wanted, row: Row) -> str:
    wall = wall_of(row)
    who = words.short(look.known.practitioner(AppointmentLine.unpack(row["line"]).practitioner_id))
    return f"{words.wall(wall, request.clinic) if wall else ''}, {who}"


def _off(request: ClinicRequest, patient: Patient) -> str:
    """Why nothing can be booked for this patient at all."""
    try:
        checks.check_patient(request.scope, patient)
    except Refused as refused:
        return refused.sentence
    return ""


def choice(request: ClinicRequest, look: Wanted, *, insist: bool) -> dict[str, Any]:
    """Everything that decides which times are shown, and the times."""
    found = offered.offered(request.scope, look, insist=insist)
    here = request.scope.clinic_id
    query = look.query(start="")
    return {
        "look": look, "found": found, "chosen": found.chosen,
        "types": types_of(look.known, look.caller),
        "people": look.known.who_does(look.visit_type) if look.visit_type else look.known.practitioners,
        "any": ANY, "on": ON,
        "whens": [*WHEN.items()], "parts": [*PARTS.items()], "hows": [*HOW.items()],
        "at_day": request.POST.get("at_day") or (look.since if look.since not in WHEN else look.today.isoformat()),
        "at_time": request.POST.get("at_time", ""),
        "date": look.since if look.since not in WHEN else "", "today": look.today.isoformat(),
        "weekdays": [(number, word, number in look.days) for number, word in enumerate(WEEKDAYS)],
        "relatives": _relatives(request, look),
        "nothing": _nothing(look), "minutes": request.POST.get("minutes", "") if look.problem else look.length,
        "request_url": f"{reverse('scheduling:new-request', args=[here])}?{query}",
        "series_url": f"{reverse('scheduling:series', args=[here])}?{_with_time(look, found)}",
    }  # fmt: skip


def _nothing(look: Wanted) -> str:
    window = WHEN[look.since].lower() if look.since in ("today", "tomorrow", "week") else "in these 4 weeks"
    whom = f" with {words.short(look.practitioner)}" if look.practitioner else ""
    return f"No free time {window}{whom}{' for all of them' if look.also else ''}."


def _with_time(look: Wanted, found: offered.Offered) -> str:
    return look.query(start=found.chosen.value if found.chosen and not look.also else "")


def _relatives(request: ClinicRequest, look: Wanted) -> list[dict[str, Any]]:
    if look.caller is None or look.moved:
        return []
    links = {link.get("patient_id"): link for link in look.caller.patient.links or []}
    return [
        {
            "id": each.id,
            "name": each.given_name or names.list_name(each.data),
            "born": born(request, each),
            "kind": family.KINDS[links[each.id]["kind"]] if each.id in links else "",
            "stops": stops(each),
            "ticked": each.id in look.also,
        }
        for each in look.caller.relatives
    ]


def refused(look: Wanted, form: BookForm) -> dict[str, Any]:
    """The sentence of a time that could not be had, what is near, and what may be done all the same."""
    shown: dict[str, Any] = {"refusal": " ".join(map(str, form.errors.get("start", [])))}
    refusal, squeezing = form.refusal, "squeeze" in form.data
    if not form.starts or (refusal is None and not squeezing):
        return shown
    near = offered.nearest(look, refusal.nearest) if isinstance(refusal, SlotTaken) else []
    if isinstance(refusal, OutsideHours) and not refusal.may:
        who = words.who_fits_in(look.known.clinic)
        shown["refusal"] = refusal.sentence.replace("Book anyway?", f"Choose another time. {who}")
    elif isinstance(refusal, SlotTaken) and not refusal.may_overbook:
        shown["refusal"] += f" {words.who_fits_in(look.known.clinic)}"
    return (
        shown
        | {
            "near": near,
            "tried": offered.time_of(look, form.starts),
            "may_anyway": isinstance(refusal, OutsideHours) and refusal.may,
            "may_overbook": squeezing or (isinstance(refusal, SlotTaken) and refusal.may_overbook),
            "squeeze": _squeeze(look, form),
            "outside": form.said_start if form.outside else "",
        }
        | ({"chosen": near[0]} if near else {})
    )


def _squeeze(look: Wanted, form: BookForm) -> str:
    """Words 12 of the screens."""
    start, who = form.starts[0]
    name, at = words.short(look.known.practitioner(who)), words.clock(start, look.known.clinic)
    return f"{name} already has someone at {at}. Book a second patient? Reason:"
