"""Visits as other systems had them: on the patient's timeline, and on no board. Repeating an import changes nothing.

A row of each visit's key says which appointment it became and what its source said last, as digests. The next export
of the visit finds it there, and changes what the source changed itself.
"""

import hashlib
import json
from collections import ChainMap
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
from patients.fhir.parts import came_before, version_kept
from patients.timeline import all_ids
from scheduling import words
from scheduling.appointments import queries
from scheduling.appointments.services import bulk, partners
from scheduling.appointments.services.booking import line_of
from scheduling.appointments.services.changing import changed
from scheduling.appointments.services.partners import Given, Twin
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


_Found = dict[Key, tuple[bulk.Ready | None, Row]]


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
        wanted = set[Key]().union(*(partners.places(each) for each in given))
        there = get_rows(self.scope, wanted)
        there |= get_rows(self.scope, partners.further(there) - wanted)
        rows = ChainMap(self._rows, there)
        adopted = self._of_older_release([each for each in given if each.place not in rows])
        found = _Found()
        outcomes = [self._take(each, rows, adopted, found) for each in given]
        self._add(found)
        return outcomes

    def _take(
        self, given: Given, rows: Mapping[Key, Row], adopted: Mapping[Key, Appointment], found: _Found
    ) -> Outcome:
        each = partners.completed(given, rows)
        place, twin = each.place, rows.get(each.twin.place) if each.twin else None
        row = rows.get(place) or twin  # the Encounter came before, without its Appointment
        if row and any(key in found for key in partners.own(each)):
            self._add(found)  # told twice in one file: the first is written before the second changes it
        if row:
            outcome = self._again(each, row)
        elif each.patient is None or each.told.state == ERROR:
            return "unknown"
        else:
            appointment = adopted.get(place) or self._new(each, each.patient.id)
            self._rows[place] = _row(each, appointment, {})
            self._made[appointment.key] = appointment
            found[place] = None if place in adopted else bulk.Ready(appointment), self._rows[place]
            outcome = "same" if place in adopted else "new"
        if each.twin and place in rows:
            self._keep_twin(each, each.twin, rows[place], twin, found)
        for name, fresh in partners.named(given, rows).items():
            self._rows[name] = fresh
            found[name] = None, fresh
        return outcome

    def _new(self, given: Given, patient_id: str) -> Appointment:
        id = id_of(self.scope.clinic_id, given.key, given.told.start)
        return appointment(self.scope, setup(self.scope), given.told, patient_id, id=id)

    def _keep_twin(self, given: Given, twin: Twin, row: Row, before: Row | None, found: _Found) -> None:
        """The Encounter's own row, which leads to the one visit; one that stood for it alone is taken away."""
        is_known = before and before["id"] == row["id"] and before.get("with") == given.place.pk
        if before and is_known and before["digest"] == twin.visit.digest:
            return
        alone = Given(twin.visit, "", twin.place, given.patient)
        said = appointment(self.scope, setup(self.scope), twin.visit, row["patientId"], id=row["id"])
        self._rows[twin.place] = fresh = _row(alone, said, before or {}, partner=given.place)
        other = self._there(before) if before and before["id"] != row["id"] else None
        if other and not self.dry_run:
            self._write(other, {"state": GONE}, fresh, None)
        else:
            found[twin.place] = None, fresh

    def _of_older_release(self, given: Sequence[Given]) -> dict[Key, Appointment]:
        """What was imported before there were rows of keys: found by the id that it was given then."""
        wanted = dict[tuple[str, str], Key]()
        for each in given:
            if each.patient and each.told.state != ERROR:
                for key in (each.visit.old_key, each.key):
                    id = id_of(self.scope.clinic_id, key, each.told.start)
                    wanted[each.patient.id, id] = each.place
        return {
            wanted[appointment.patient_id, appointment.id]: appointment
            for appointment in queries.appointments(self.scope, wanted)
        }

    def _add(self, found: _Found) -> None:
        if found and not self.dry_run:
            count = len({row["id"] for _, row in found.values() if "id" in row})
            event = Event(IMPORT_VISITS, "CLINIC", self.scope.clinic_id, note=f"{count} visits")
            made = [ready for ready, _ in found.values() if ready]
            bulk.add_many(self.scope, made, event, rows=[row for _, row in found.values()])
        found.clear()

    # --- The next export ---------------------------------------------------------------------------------------------

    def _again(self, given: Given, row: Row) -> Outcome:
        visit = given.told
        if row["digest"] == visit.digest or _is_older(visit, row):
            return "same"
        booked = self._there(row)
        if booked is None:
            return "same"
        whose = (
            given.patient.id if given.patient and booked.patient_id not in all_ids(given.patient) else booked.patient_id
        )
        now = appointment(self.scope, setup(self.scope), visit, whose, id=booked.id)
        fresh = _row(given, now, row)
        told = [name for name in SAID if row["seen"].get(name) != fresh["seen"][name]]
        news = {name: getattr(now, name) for name in told if getattr(booked, name) != getattr(now, name)}
        moved = whose != booked.patient_id
        self._rows[given.place] = fresh
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


def _row(given: Given, appointment: Appointment, before: Row, *, partner: Key | None = None) -> Row:
    """`appointment` is what its source says; `partner` is that of an Encounter, an Appointment's is its twin."""
    past = [*before.get("past", []), *filter(None, [before.get("digest")])][-MOST_PAST:]
    visit = given.told
    return {
        "PK": given.place.pk,
        "SK": given.place.sk,
        "type": "UNIQUE",
        "id": appointment.id,
        "patientId": appointment.patient_id,
        "digest": visit.digest,
        "seen": {name: _digest(getattr(appointment, name)) for name in SAID},
        "past": past,
        "at": visit.version.at,
        "number": visit.version.number,
        **partners.kept(given.visit, given.twin.place if given.twin else partner),
    }


def _is_older(visit: Visit, row: Row) -> bool:
    known = version_kept(row.get("at"), row.get("number"))
    return came_before(visit.version, known, visit.digest, row.get("past", []))


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
