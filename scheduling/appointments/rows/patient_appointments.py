"""A patient's appointments and requests, as the patient's pages and the search show them: lines of an index, merged
with the item that was just changed, as the index may lag.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from django.utils.http import urlencode

from clinnet import clock, formats
from clinnet.accounts.access import ClinicRequest
from clinnet.accounts.permissions import Permission
from clinnet.addresses import reverse
from clinnet.pages import or_none
from clinnet.table import Page, Row, Scope, get_many, keys, query, side_by_side
from patients import timeline
from patients.models import Patient
from patients.timeline import all_ids
from scheduling import words
from scheduling.appointments.forms.visits import StepForm, token
from scheduling.appointments.rows.caller import NOT_HELD, start_of, wall_of
from scheduling.appointments.rows.showing import STATES, UNKNOWN, is_nurse, next_step, word_of_visit
from scheduling.appointments.rows.visits import TIME_UNKNOWN
from scheduling.calendar.queries.setup import setup
from scheduling.calendar.rules import walltime
from scheduling.lines import AppointmentLine, WaitlistLine
from scheduling.models import CANCELLED, COMING, LAPSED, Appointment

AHEAD, ASKED_FOR = 20, 10
NEWEST = 12  # of a timeline, from its end: what is to come and, of nearly everybody, a visit that took place
LATEST = 10  # among which is the last visit that took place
CHANGED = "changed"  # in an address: the id of the appointment that was just changed
PARTS = {"am": "mornings", "pm": "afternoons"}
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


@dataclass(frozen=True)
class OfPatient:
    """What of a patient is in the schedule. Rows as `Lines.row` makes them, soonest first."""

    today: list[dict[str, Any]]
    coming: list[dict[str, Any]]
    requests: list[dict[str, Any]]
    past: list[dict[str, Any]]
    off: list[dict[str, Any]]  # cancelled, given away or not kept, of days to come

    @property
    def last(self) -> dict[str, Any] | None:
        """The latest visit of another day that took place."""
        return next((each for each in self.past if not each["off"]), None)


def start_of_today(request: ClinicRequest) -> str:
    zone = request.clinic.time_zone
    return clock.stamp(walltime.day_bounds(clock.today(zone), zone)[0])


def questions(request: ClinicRequest, patient: Patient, *, past: int = 0) -> list[Callable[[], Page]]:
    """From today on, the requests, what was just changed, and perhaps what has been: to be asked side by side."""
    since = start_of_today(request)
    ahead, behind = (partial(of, at=since) for of in (keys.timeline_from, keys.timeline_until))
    asked = timeline.questions(request.scope, patient, ahead, limit=AHEAD, backward=False)
    asked += timeline.questions(request.scope, patient, behind, limit=past) if past else []
    return asked + _asked_for(request, patient)


def _asked_for(request: ClinicRequest, patient: Patient) -> list[Callable[[], Page]]:
    """The requests, and what was just changed."""
    return timeline.questions(request.scope, patient, keys.requests_of, limit=ASKED_FOR) + _changed(request, patient)


def _changed(request: ClinicRequest, patient: Patient) -> list[Callable[[], Page]]:
    changed = request.GET.get(CHANGED)
    at = [Appointment.at(id, changed) for id in all_ids(patient)] if changed else []
    return [partial(get_many, request.scope, at)] if at else []


def newest(request: ClinicRequest, patient: Patient) -> list[Callable[[], Page]]:
    """What `questions` asks for the overview, but of each timeline its end alone, behind which the requests stand: of
    nearly everybody that is all, in one question instead of three.
    """
    ends = timeline.questions(request.scope, patient, keys.timeline_and_requests, limit=NEWEST)
    return ends + _changed(request, patient)


def reaching(request: ClinicRequest, patient: Patient, pages: Sequence[Page | None]) -> Sequence[Page | None]:
    """The answers to `newest`. Where a timeline goes on before them, the requests are asked for in one more round; and
    where no visit that took place is among them, all that the overview names.
    """
    since = start_of_today(request)
    cut = [page for page in pages[: len(all_ids(patient))] if page and page.next]
    if not cut:
        return pages
    if all(any(_took_place(row, since) for row in page.rows) for page in cut):
        requests = timeline.questions(request.scope, patient, keys.requests_of, limit=ASKED_FOR)
        return [*side_by_side(*(partial(or_none, ask) for ask in requests)), *pages]
    return side_by_side(*(partial(or_none, ask) for ask in questions(request, patient, past=LATEST)))


def _took_place(row: Row, since: str) -> bool:
    """Before today: so all of today and of later is among the rows that were read from the end."""
    return row["type"] == "APPOINTMENT" and row.get("state") not in NOT_HELD and start_of(row) < since


def shown(request: ClinicRequest, pages: Iterable[Page]) -> OfPatient:
    """From the answers to `questions` or `newest`."""
    rows = {row["id"]: row for page in pages for row in page.rows}  # what was changed comes last, and stays
    visits = [row for row in rows.values() if row["type"] == "APPOINTMENT" and row.get("GSI2SK")]
    visits = sorted((row for row in visits if row.get("state") != LAPSED), key=start_of)
    asked = [row for row in rows.values() if row["type"] == "REQUEST" and row.get("state") == "open"]
    lines, today = Lines(request), clock.today(request.clinic.time_zone)
    made = [lines.row(row) for row in visits]
    return OfPatient(
        [each for each in made if each["date"] == today],
        [each for each in made if each["date"] > today and not each["off"]],
        [lines.request(row) for row in asked],
        [each for each in reversed(made) if each["date"] < today],
        [each for each in made if each["date"] > today and each["off"]],
    )


@dataclass
class Lines:
    """Lines of the index in words."""

    asking: ClinicRequest

    def __post_init__(self) -> None:
        self.clinic, self.known = self.asking.clinic, setup(self.asking.scope)
        self.may = self.asking.scope.may(Permission.BOOK)
        self.year = clock.today(self.clinic.time_zone).year

    def row(self, row: Row) -> dict[str, Any]:
        line, state = AppointmentLine.unpack(row.get("line")), row.get("state") or ""
        _, icon, css = STATES.get(state, UNKNOWN)
        wall = self.wall(row)
        kind = self.known.visit_types.get(line.visit_type_id)
        return {
            "id": row["id"],
            "state": state,
            "off": state in NOT_HELD,
            "word": word_of_visit(state),
            "icon": icon,
            "css": css,
            "date": wall.date(),
            "day": formats.day(wall.date().isoformat(), self.clinic, self.year),
            "time": TIME_UNKNOWN if line.day_only else formats.time(wall, self.clinic),
            "minutes": line.minutes,
            "whom": words.short(self.known.practitioner(line.practitioner_id)) if line.practitioner_id else "",
            "type": kind.name if kind else "",
            "nurse": bool(kind and kind.nurse),
            "cancelled": line.cancelled if state == CANCELLED else "",
            "moved_from": self._at(line.moved_from),
            "reason": line.reason,
            "series": bool(line.series_id),
            **self._urls(row, state),
        }

    def _at(self, wall: str) -> str:
        return words.wall(datetime.fromisoformat(wall), self.clinic) if wall else ""

    def wall(self, row: Row) -> datetime:
        return wall_of(row) or walltime.to_wall(clock.moment(start_of(row)), self.clinic.time_zone)

    def _urls(self, row: Row, state: str) -> dict[str, str]:
        here, patient_id = self.asking.scope.clinic_id, keys.parse_patient(row["PK"])
        at = [here, patient_id, row["id"]]
        found = {"url": reverse("scheduling:appointment", args=at), "slip_url": reverse("scheduling:slip", args=at)}
        if self.may and is_from_elsewhere(row):
            found["book_url"] = f"{reverse('scheduling:book', args=[here])}?{urlencode({'patient': patient_id})}"
            found["off_url"] = reverse("scheduling:cancel", args=at)
        elif self.may and state in COMING:
            move = urlencode({"patient": patient_id, "move": row["id"]})
            found["move_url"] = f"{reverse('scheduling:book', args=[here])}?{move}"
            found["cancel_url"] = reverse("scheduling:cancel", args=at)
        return found

    def step(self, row: dict[str, Any]) -> dict[str, str]:
        """The next step's button, of an appointment of today: nothing where there is none."""
        step = next_step(row["state"], nurse=row["nurse"] or is_nurse(self.asking))
        if step is None or not self.may or row.get("off_url"):
            return {}
        to, label = step
        return {
            "to": to,
            "step": label,
            "step_url": f"{row['url']}step/",
            "once": token(self.asking.scope, StepForm, row["id"]),
        }

    def request(self, row: Row) -> dict[str, Any]:
        """ "Follow-up with Dr Nair; mornings, Thu; until 3 Dec"."""
        line = WaitlistLine.unpack(row.get("line"))
        kind = self.known.visit_types.get(line.visit_type_id)
        people = [words.short(self.known.practitioner(id)) for id in line.practitioner_ids]
        when = [PARTS[part] for part in line.parts if part in PARTS]
        when += [WEEKDAYS[int(day)] for day in line.weekdays]
        return {
            "id": row["id"],
            "type": kind.name if kind else "Any visit",
            "whom": " or ".join(people),
            "when": ", ".join(when),
            "until": formats.date(line.until, self.clinic) if line.until else "",
            "reason": line.reason,
            "urgent": line.urgency == 1,
            "url": reverse("scheduling:request", args=[self.asking.scope.clinic_id, row["id"]]),
        }

    def next_words(self, row: Row) -> str:
        """ "Today 10:30 Okafor, Booked", or "Thu 26 Nov 10:30 Okafor" of another day."""
        shown = self.row(row)
        person = self.known.practitioner(AppointmentLine.unpack(row.get("line")).practitioner_id)
        whom = person.name.split()[-1] if person else ""
        if shown["date"] == clock.today(self.clinic.time_zone):
            return f"Today {shown['time']} {whom}, {shown['word']}"
        return f"{shown['day']} {shown['time']} {whom}"


def is_from_elsewhere(row: Row) -> bool:
    """Coming, and without a reading of our wall: imported, on no board, to be booked."""
    return row.get("state") in COMING and not AppointmentLine.unpack(row.get("line")).wall


def next_row(rows: Sequence[Row]) -> Row | None:
    """Of one patient's lines from today on: the one that is spoken of at the desk."""
    visits = [
        row
        for row in rows
        if row["type"] == "APPOINTMENT" and row.get("state") not in NOT_HELD and not is_from_elsewhere(row)
    ]
    return next((row for row in visits if row.get("state") != "left"), visits[-1] if visits else None)


def next_of(scope: Scope, ids: Sequence[str], since: str) -> list[Callable[[], Page]]:
    """One small question a patient: half a read unit each."""
    return [partial(query, scope, keys.timeline_from(id, since), limit=4) for id in ids]
