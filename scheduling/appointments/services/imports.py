"""Visits as other systems had them: on the patient's timeline, and on no board. Repeating an import changes nothing.

A row of each visit's key says which appointment it became and what its source said last, as digests. The next export
of the visit finds it there, and changes what the source changed itself.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

from clinnet import clock
from clinnet.accounts.models import Clinic, Staff
from clinnet.table import Action, Event, Key, Row, Scope, Transaction, get_rows, keys
from clinnet.table.errors import NotFound
from patients.demo.ids import crockford
from patients.fhir.parts import version_kept
from patients.models import Patient
from patients.timeline import all_ids
from scheduling import words
from scheduling.appointments import queries
from scheduling.appointments.services import bulk
from scheduling.appointments.services.booking import line_of
from scheduling.appointments.services.changing import changed
from scheduling.calendar.queries.setup import Setup, setup
from scheduling.calendar.rules import walltime
from scheduling.fhir import ERROR, Visit
from scheduling.models import BOOKED, CANCELLED, GONE, Appointment

IMPORT_VISITS = Action("appointment.import", "imported appointments from a file")

Outcome = Literal["new", "changed", "same", "gone", "unknown"]
LONGEST_NOTE, LONGEST_REASON = 4000, 200  # of the form
MOST_PAST = 8
# What a source says of a visit; the rest of the appointment is the clinic's own.
SAID = (
    "state",
    "start",
    "end",
    "minutes",
    "day_only",
    "reason",
    "note",
    "practitioner_id",
    "visit_type_id",
    "cancelled",
)


@dataclass(frozen=True, repr=False)
class Twin:
    """The Encounter of an Appointment, as it is found again where it comes alone."""

    visit: Visit
    key: str


@dataclass(frozen=True, repr=False)
class Given:
    """A visit of a file, and whose it is: None where only an earlier import can know that."""

    visit: Visit
    key: str
    patient: Patient | None
    twin: Twin | None = None


@dataclass
class Imports:
    """One run into one clinic. A dry run keeps what it would have written, so that the next visit meets it."""

    scope: Scope
    dry_run: bool = False
    _rows: dict[Key, Row] = field(default_factory=dict, repr=False)
    _made: dict[Key, Appointment] = field(default_factory=dict, repr=False)

    def take_in(self, given: Sequence[Given]) -> list[Outcome]:
        """What became of each. What is still to come is there too, and takes no time of anybody's.

        "unknown": its patient is not known; "gone": entered in error, and taken away.
        """
        twins = {self._place(each.twin) for each in given if each.twin}
        there = get_rows(self.scope, {self._place(each) for each in given} | twins) | self._rows
        adopted = self._of_older_release([each for each in given if self._place(each) not in there])
        outcomes, found = list[Outcome](), dict[Key, tuple[bulk.Ready | None, Row]]()
        for each in given:
            place = self._place(each)
            row = self._rows.get(place) or there.get(place)
            known = self._place(each.twin) if each.twin else place
            twin = self._rows.get(known) or there.get(known)
            row = row or twin  # the Encounter came before, without its Appointment
            if row and place in found:  # told twice in one file: the first is written before the second changes it
                self._add(found)
            if row:
                outcomes.append(self._again(each, row))
            elif each.patient is None or each.visit.state == ERROR:
                outcomes.append("unknown")
            else:
                appointment = adopted.get(place) or self._new(each, each.patient.id)
                self._rows[place] = row = self._row(place, each.visit, appointment, {})
                self._made[appointment.key] = appointment
                found[place] = None if place in adopted else bulk.Ready(appointment), row
                outcomes.append("same" if place in adopted else "new")
            if each.twin and place in self._rows | there:
                self._keep_twin(each.twin, (self._rows | there)[place], twin, found)
        self._add(found)
        return outcomes

    def _new(self, given: Given, patient_id: str) -> Appointment:
        id = id_of(self.scope.clinic_id, given.key, given.visit.start)
        return appointment(self.scope, setup(self.scope), given.visit, patient_id, id=id)

    def _place(self, given: Given | Twin) -> Key:
        return keys.imported(self.scope.clinic_id, given.key)

    def _keep_twin(
        self, twin: Twin, row: Row, before: Row | None, found: dict[Key, tuple[bulk.Ready | None, Row]]
    ) -> None:
        """The Encounter's own row, which leads to the one visit; one that stood for it alone is taken away."""
        if before and before["id"] == row["id"] and before["digest"] == twin.visit.digest:
            return
        place = self._place(twin)
        alone = appointment(self.scope, setup(self.scope), twin.visit, row["patientId"], id=row["id"])
        self._rows[place] = fresh = self._row(place, twin.visit, alone, before or {})
        other = self._there(before) if before and before["id"] != row["id"] else None
        if other and not self.dry_run:
            self._write(other, {"state": GONE}, fresh, None)
        else:
            found[place] = None, fresh

    def _of_older_release(self, given: Sequence[Given]) -> dict[Key, Appointment]:
        """What was imported before there were rows of keys: found by the id that it was given then."""
        wanted = dict[tuple[str, str], Key]()
        for each in given:
            if each.patient and each.visit.state != ERROR:
                for key in (each.visit.old_key, each.key):
                    id = id_of(self.scope.clinic_id, key, each.visit.start)
                    wanted[each.patient.id, id] = self._place(each)
        return {
            wanted[appointment.patient_id, appointment.id]: appointment
            for appointment in queries.appointments(self.scope, wanted)
        }

    def _row(self, place: Key, visit: Visit, appointment: Appointment, before: Row) -> Row:
        past = [*before.get("past", []), *filter(None, [before.get("digest")])][-MOST_PAST:]
        seen = {name: _digest(getattr(appointment, name)) for name in SAID}
        return {
            "PK": place.pk,
            "SK": place.sk,
            "type": "UNIQUE",
            "id": appointment.id,
            "patientId": appointment.patient_id,
            "digest": visit.digest,
            "seen": seen,
            "past": past,
            "at": visit.version.at,
            "number": visit.version.number,
        }

    def _add(self, found: dict[Key, tuple[bulk.Ready | None, Row]]) -> None:
        if found and not self.dry_run:
            event = Event(IMPORT_VISITS, "CLINIC", self.scope.clinic_id, note=f"{len(found)} visits")
            made = [ready for ready, _ in found.values() if ready]
            bulk.add_many(self.scope, made, event, rows=[row for _, row in found.values()])
        found.clear()

    # --- The next export ---------------------------------------------------------------------------------------------

    def _again(self, given: Given, row: Row) -> Outcome:
        visit, place = given.visit, self._place(given)
        if row["digest"] == visit.digest or _is_older(visit, row):
            return "same"
        booked = self._there(row)
        if booked is None:
            return "same"
        whose = (
            given.patient.id if given.patient and booked.patient_id not in all_ids(given.patient) else booked.patient_id
        )
        now = appointment(self.scope, setup(self.scope), visit, whose, id=booked.id)
        fresh = self._row(place, visit, now, row)
        told = [name for name in SAID if row["seen"].get(name) != fresh["seen"][name]]
        news = {name: getattr(now, name) for name in told if getattr(booked, name) != getattr(now, name)}
        moved = whose != booked.patient_id
        self._rows[place] = fresh
        if not self.dry_run:
            self._write(booked, {"state": GONE} if moved else news, fresh, now if moved else None)
        self._made[now.key] = now if moved else changed(booked, news)
        if news.get("state") == GONE:
            return "gone"
        return "changed" if news or moved else "same"

    def _there(self, row: Row) -> Appointment | None:
        place = Appointment.at(row["patientId"], row["id"])
        if self.dry_run and place in self._made:
            return self._made[place]
        try:
            return queries.appointment(self.scope, row["patientId"], row["id"])
        except NotFound:
            return None

    def _write(self, appointment: Appointment, news: Mapping[str, Any], row: Row, instead: Appointment | None) -> None:
        """`instead`: the same visit of the patient whose it is by now."""
        tx = Transaction(self.scope)
        if news:
            after = changed(appointment, news)
            place = keys.timeline(appointment.patient_id, after.start or appointment.created_at or "", appointment.sk)
            shown = (
                {"gsi2pk": place.pk, "gsi2sk": place.sk} if after.state != GONE else {"gsi2pk": None, "gsi2sk": None}
            )
            tx.update(appointment, {**news, "line": line_of(after).pack(), **shown})
        if instead:
            tx.put(instead)
        tx.put_row(row)
        changes = {name: [getattr(appointment, name), value] for name, value in news.items()}
        tx.commit(Event(IMPORT_VISITS, "APPOINTMENT", appointment.id, patient=appointment.patient_id, changes=changes))


def _is_older(visit: Visit, row: Row) -> bool:
    """Whether this is a version that came before: by its date or number, else because it was seen already."""
    older = visit.version.is_before(version_kept(row.get("at"), row.get("number")))
    return visit.digest in row.get("past", []) if older is None else older


def _digest(value: Any) -> str:
    plain = json.dumps(value, sort_keys=True, default=str, ensure_ascii=True)
    return hashlib.sha256(plain.encode()).hexdigest()[:12]


def id_of(clinic: str, key: str, start: datetime) -> str:
    """A ULID that sorts by the time the visit had when it was imported first, the same in each try."""
    digest = hashlib.sha256(f"{clinic}\x1f{key}".encode()).digest()
    time = max(0, int(start.timestamp() * 1000))
    return crockford((time << 80) | int.from_bytes(digest[:10], "big"))


def appointment(scope: Scope, known: Setup, visit: Visit, patient_id: str, *, id: str) -> Appointment:
    """Without a reading of our clinic's wall: it takes no time here."""
    start_at = _noon(visit, known.clinic.time_zone) if visit.day_only else visit.start
    if visit.floating:
        start_at = visit.start.replace(tzinfo=ZoneInfo(known.clinic.time_zone))
    place, start = Appointment.at(patient_id, id), clock.stamp(start_at)
    line = keys.timeline(patient_id, start, place.sk)
    type_id, who = _type(known, visit.type), _practitioner(known, visit.practitioners)
    reason = ": ".join(each for each in ("" if type_id else visit.type, visit.reason) if each)
    state = GONE if visit.state == ERROR else visit.state
    appointment = Appointment(
        pk=place.pk, sk=place.sk, gsi2pk=line.pk, gsi2sk=line.sk, id=id, state=state, patient_id=patient_id,
        practitioner_id=who.id if who else None, visit_type_id=type_id or None, start=start,
        end=clock.stamp(start_at + timedelta(minutes=visit.minutes)) if visit.minutes else None,
        minutes=visit.minutes or None, day_only=visit.day_only or None, reason=reason[:LONGEST_REASON] or None,
        note=_note(visit, who, reason, known.clinic) or None, booked_by=scope.actor.name,
        created_at=min(start, clock.stamp()),
        cancelled={"by": "patient", "reason": visit.why or "Other"} if visit.state == CANCELLED else None,
    )  # fmt: skip
    appointment.line = line_of(appointment).pack()
    return appointment


def _noon(visit: Visit, zone: str) -> datetime:
    first, last = walltime.day_bounds(visit.start.date(), zone)
    return first + (last - first) / 2


def is_coming(visit: Visit) -> bool:
    return visit.state == BOOKED and visit.start > clock.now()


def _type(known: Setup, name: str) -> str:
    wanted = name.casefold()
    return next((each.id for each in known.visit_types.values() if wanted and each.name.casefold() == wanted), "")


def _practitioner(known: Setup, named: Sequence[str]) -> Staff | None:
    wanted = [plain for name in named if (plain := _plain(name))]
    return next((each for each in known.practitioners if _plain(each.name) in wanted), None)


def _plain(name: str) -> frozenset[str]:
    return frozenset(word.strip(".,").casefold() for word in name.split()) - {"dr", "mr", "ms", "mrs", "prof"}


def _note(visit: Visit, who: Staff | None, reason: str, clinic: Clinic) -> str:
    others = [name for name in visit.practitioners if not who or _plain(name) != _plain(who.name)]
    told = [
        f"Booked for {words.moment(visit.booked_for, clinic)}" if visit.booked_for else "",
        f"With {' and '.join(others)}" if others else "",
        visit.place,
        f"Also there: {', '.join(visit.with_them)}" if visit.with_them else "",
        f"Until {visit.last_day}" if visit.last_day else "",
    ]
    whole = f"Reason: {reason}" if len(reason) > LONGEST_REASON else ""
    lines = [", ".join(each for each in told if each), whole, *visit.besides]
    return "\n".join(line for line in lines if line)[:LONGEST_NOTE]
