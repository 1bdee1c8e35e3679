"""Visits as other systems had them: on the patient's timeline, and on no board. Repeating an import changes nothing."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Literal

from clinnet import clock
from clinnet.accounts.models import Staff
from clinnet.table import Event, Scope, get_rows, keys
from patients.demo.ids import crockford
from patients.queries import survivors
from scheduling.appointments.services import bulk
from scheduling.appointments.services.booking import line_of
from scheduling.calendar.queries.setup import Setup, setup
from scheduling.fhir import Visit
from scheduling.models import BOOKED, CANCELLED, Appointment

Outcome = Literal["new", "same", "orphan"]
LONGEST_NOTE = 300


def take_in(
    scope: Scope, visits: Sequence[Visit], owners: Mapping[str, str], *, dry_run: bool = False
) -> list[Outcome]:
    """What became of each. `owners` is the patient's id by each reference that is known.

    What is still to come is there too, without a time of anybody's being taken: who reads the report books it.
    """
    whose = [next((owners[each] for each in visit.patient if each in owners), None) for visit in visits]
    people = survivors(scope, {each for each in whose if each})
    found, outcomes, met = list[bulk.Ready](), list[Outcome](), set[str]()
    made = [appointment(scope, setup(scope), visit, id) if id and id in people else None
            for visit, id in zip(visits, whose, strict=True)]  # fmt: skip
    there = get_rows(scope, {each.key for each in made if each})
    for each, owner in zip(made, whose, strict=True):
        if each is None:
            outcomes.append("new" if owner == "" else "orphan")
        elif each.key in there or each.id in met:
            outcomes.append("same")
        else:
            met.add(each.id)
            found.append(bulk.Ready(each))
            outcomes.append("new")
    if found and not dry_run:
        event = Event("appointment.import", "CLINIC", scope.clinic_id, note=f"{len(found)} visits")
        bulk.add_many(scope, found, event)
    return outcomes


def id_of(clinic: str, key: str, start: datetime) -> str:
    """A ULID that sorts by the visit's time and is the same in each import."""
    digest = hashlib.sha256(f"{clinic}\x1f{key}".encode()).digest()
    time = max(0, int(start.timestamp() * 1000))
    return crockford((time << 80) | int.from_bytes(digest[:10], "big"))


def appointment(scope: Scope, known: Setup, visit: Visit, patient_id: str) -> Appointment:
    """Without a reading of our clinic's wall: it takes no time here."""
    id = id_of(scope.clinic_id, visit.key, visit.start)
    place, start = Appointment.at(patient_id, id), clock.stamp(visit.start)
    line = keys.timeline(patient_id, start, place.sk)
    type_id, who = _type(known, visit.type), _practitioner(known, visit.practitioner)
    reason = ": ".join(each for each in ("" if type_id else visit.type, visit.reason) if each)
    made = Appointment(
        pk=place.pk, sk=place.sk, gsi2pk=line.pk, gsi2sk=line.sk, id=id, state=visit.state, patient_id=patient_id,
        practitioner_id=who.id if who else None, visit_type_id=type_id or None, start=start,
        end=clock.stamp(visit.start + timedelta(minutes=visit.minutes)) if visit.minutes else None,
        minutes=visit.minutes or None, reason=reason[:LONGEST_NOTE] or None, note=_note(visit, who) or None,
        booked_by=scope.actor.name, created_at=min(start, clock.stamp()),
        cancelled={"by": "patient", "reason": visit.why or "Other"} if visit.state == CANCELLED else None,
    )  # fmt: skip
    made.line = line_of(made)
    return made


def is_coming(visit: Visit) -> bool:
    return visit.state == BOOKED and visit.start > clock.now()


def _type(known: Setup, name: str) -> str:
    wanted = name.casefold()
    return next((each.id for each in known.visit_types.values() if wanted and each.name.casefold() == wanted), "")


def _practitioner(known: Setup, name: str) -> Staff | None:
    wanted = _plain(name)
    return next((each for each in known.practitioners if wanted and _plain(each.name) == wanted), None)


def _plain(name: str) -> frozenset[str]:
    return frozenset(word.strip(".,").casefold() for word in name.split()) - {"dr", "mr", "ms", "mrs", "prof"}


def _note(visit: Visit, who: Staff | None) -> str:
    told = ["" if who or not visit.practitioner else f"With {visit.practitioner}", visit.place]
    return ", ".join(each for each in told if each)[:LONGEST_NOTE]
