"""How a request for a time is shown: one dict for the list, the lane, its own page and the matches of a freed time."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from clinnet import clock, formats
from clinnet.accounts.access import ClinicRequest
from clinnet.accounts.models import Clinic
from clinnet.addresses import reverse
from clinnet.table import Row, keys
from patients.rules import phones
from patients.views.rows import row as patient_row
from scheduling import words
from scheduling.appointments.rows.showing import short_name
from scheduling.calendar.queries.setup import Setup, setup
from scheduling.calendar.rules import walltime
from scheduling.front_desk.rows import phone_list
from scheduling.lines import WaitlistLine
from scheduling.models import WaitlistEntry

SOURCES = {
    "waitlist": ("Waiting list", "clock"),
    "noshow": ("Did not come", "user-x"),
    "orphaned": ("Lost their time", "alert-triangle"),
    "parked": ("Taken off the board", "arrow-back-up"),
    "cancelled-day": ("Day cancelled", "calendar-event"),
}
URGENCY = {1: "Before others", 2: "", 3: "Can wait"}
PARTS = {"am": "morning", "pm": "afternoon"}
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
OUTCOMES = {"left word": "Left word", "no answer": "No answer", "will call": "Will call back"}


@dataclass(frozen=True)
class Requested:
    """What showing requests needs, asked once a page."""

    request: ClinicRequest
    known: Setup
    now: datetime

    @classmethod
    def of(cls, request: ClinicRequest) -> "Requested":
        return cls(request, setup(request.scope), clock.now())

    @property
    def clinic(self) -> Clinic:
        return self.request.clinic

    def rows(self, found: Iterable[Row]) -> list[dict[str, Any]]:
        return [
            self.row(each["id"], WaitlistLine.unpack(each.get("line")), keys.parse_request_open(each.get("GSI1SK", "")))
            for each in found
        ]

    def with_numbers(self, rows: list[dict[str, Any]], *, held: bool = False) -> list[dict[str, Any]]:
        """With the number at which each is called (`held`: of those only for whom a time is held).

        One call for all, one more where a parent answers for a child.
        """
        today = clock.today(self.clinic.time_zone)
        wanted = {each["patient"]["id"] for each in rows if each["held"] or not held}
        known = phone_list.numbers(self.request.scope, wanted, today)
        phone = {id: self._phone(*found) for id, found in known.items()}
        return [each | {"phone": phone.get(each["patient"]["id"])} for each in rows]

    def _phone(self, number: str, who: str) -> dict[str, str]:
        shown = phones.show(number, self.clinic.country) if number else ""
        return {"text": shown, "href": phones.link(number) if number else "", "who": who}

    def row(self, id: str, line: WaitlistLine, asked: str = "") -> dict[str, Any]:
        """From its line. `asked` is the stamp at which it was."""
        here, source = self.request.scope.clinic_id, SOURCES.get(line.source, SOURCES["waitlist"])
        visit_type = self.known.visit_types.get(line.visit_type_id)
        who = line.patient
        person = patient_row(self.request, line.patient_id, who)
        return {
            "id": id, "patient": person, "name": person["family_given"], "born": person["born"],
            "short_name": short_name({"family_name": who.get("f", ""), "given_name": who.get("g", "")}),
            "url": reverse("scheduling:request", args=[here, id]),
            "type": visit_type.name if visit_type else "A visit", "minutes": line.minutes,
            "colour": (visit_type.colour or "") if visit_type else "",
            "wish": self.wish(line), "with": self.people(line), "until": self._until(line),
            "urgency": line.urgency, "urgent": URGENCY.get(line.urgency, ""),
            "source": source[0], "icon": source[1], "reason": line.reason, "calls": line.calls,
            "held": self._held(line), "asked": formats.when(asked, self.clinic) if asked else "",
        }  # fmt: skip

    def one(self, entry: WaitlistEntry) -> dict[str, Any]:
        calls = [
            {
                "when": formats.when(each["at"], self.clinic),
                "by": each["by"],
                "what": OUTCOMES.get(each["outcome"], each["outcome"]),
            }
            for each in reversed(entry.calls or [])
        ]
        row = self.row(entry.id, WaitlistLine.unpack(entry.line), entry.created_at or "")
        return row | {"call_log": calls, "note": entry.note or "", "open": entry.state == "open", "state": entry.state}

    def wish(self, line: WaitlistLine) -> str:
        """ "Thursday morning", "Mon or Wed", "any time"."""
        days = sorted(int(each) for each in line.weekdays)
        part = PARTS.get(line.parts[0], "") if len(line.parts) == 1 else ""
        if len(days) == 1:
            return f"{DAYS[days[0]]} {part}".strip()
        if days:
            return " or ".join(DAYS[each][:3] for each in days) + (f", {part}" if part else "")
        return f"any {part}" if part else "any time"

    def people(self, line: WaitlistLine) -> str:
        """ "Dr Nair", "Dr Nair or Dr Okafor", "anybody"."""
        found = [self.known.practitioner(id) for id in line.practitioner_ids if id]
        return " or ".join(words.short(each) for each in found if each) or "anybody"

    def _until(self, line: WaitlistLine) -> str:
        since, until = line.since, line.until
        today = clock.today(self.clinic.time_zone).isoformat()
        parts = [f"from {words.day(date.fromisoformat(since), self.clinic)}"] if since > today else []
        parts += [f"until {words.day(date.fromisoformat(until), self.clinic)}"] if until else []
        return " ".join(parts)

    def _held(self, line: WaitlistLine) -> dict[str, Any] | None:
        """The time that is held for it, and how many minutes longer."""
        left = int(line.held_until) - int(self.now.timestamp())
        if left <= 0 or not line.held_start:
            return None
        wall = walltime.to_wall(walltime.moment_of(int(line.held_start)), self.clinic.time_zone)
        who = words.short(self.known.practitioner(line.held_with))
        return {"when": words.wall(wall, self.clinic), "with": who, "left": -(-left // 60)}
