"""Openings of a day that look unusual are put to be reviewed, beside those of restricted charts."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from clinnet import clock
from clinnet.accounts import queries as accounts
from clinnet.accounts.models import Clinic
from clinnet.audit import queries as trail
from clinnet.table import Action, Event, Row, Scope, Topic, Transaction, get_many, keys
from clinnet.table.errors import Refused
from patients.models import Patient
from records import hooks
from records.models import Glass
from records.openings.rules import Limits, Look, Names, Opening, looks, unusual
from records.services.opening import OPEN_CHART

WATCH = Action("glass.unusual", "put an opening of the chart to be reviewed", Topic.RESTRICTED, hushed=True)
DAYS = 7  # of which it is told what other limits would have found
KNOWN = Refused("This opening is to be reviewed already, or was.")


@dataclass(frozen=True, slots=True, repr=False)
class Found:
    """The first opening of a chart on a day by somebody called `name`, whom its patient's own details stand beside."""

    look: Look
    event: Row
    name: str
    called: Names
    has_visit: Callable[[Limits], bool]

    def said(self, limits: Limits) -> str:
        """What is unusual of it; empty of what is not."""
        return unusual(self.look, self.called, partial(self.has_visit, limits), limits)


def watch(scope: Scope, clinic: Clinic, day: date) -> int:
    """Of a day of the clinic; how many are new. Repeatable: the first opening of a chart by a person names it."""
    limits = limits_of(clinic)
    return sum(
        bool((said := each.said(limits)) and _put(scope, each.event, each.name, said))
        for each in _openings(scope, clinic, day)
    )


def counted(scope: Scope, clinic: Clinic, *limits: Limits) -> list[int]:
    """How many of the last DAYS would be put to be reviewed by each of these limits. Nothing is written."""
    today = clock.today(clinic.time_zone)
    found = [each for back in range(DAYS, 0, -1) for each in _openings(scope, clinic, today - timedelta(days=back))]
    return [sum(bool(each.said(one)) for each in found) for one in limits]


def _openings(scope: Scope, clinic: Clinic, day: date) -> Iterator[Found]:
    """A restricted chart is left out: each opening of one has a reason, and is reviewed by that."""
    zone = ZoneInfo(clinic.time_zone)
    events = {row["id"]: row for row in _events(scope, day, zone)}
    found = looks(
        Opening(row["id"], clock.moment(row["createdAt"]).astimezone(zone), row["actorId"], row["patientId"])
        for row in events.values()
    )
    patients = get_many(scope, {Patient.at(each.opening.patient_id) for each in found}).of(Patient)
    known = {each.id: each for each in patients if not each.restricted}
    names = {each.id: each.name for each in accounts.staff(scope)}
    for look in found:
        patient, who = known.get(look.opening.patient_id), look.opening.person
        if patient is None or who not in names:
            continue
        others = [name for id, name in names.items() if id != who]
        called = Names(names[who], others, patient.given_name or "", patient.family_name or "")
        yield Found(look, events[look.opening.id], names[who], called, partial(_has_visit, scope, patient.id, day))


def _has_visit(scope: Scope, patient_id: str, day: date, limits: Limits) -> bool:
    around = timedelta(days=limits.days)
    return hooks.has_visit(scope, patient_id, (day - around).isoformat(), (day + around).isoformat())


def limits_of(clinic: Clinic) -> Limits:
    evening, morning = int(clinic.watch_evening), int(clinic.watch_morning)
    return Limits(evening, morning, int(clinic.watch_many), int(clinic.watch_days), bool(clinic.watch_family))


def _events(scope: Scope, day: date, zone: ZoneInfo) -> Iterator[Row]:
    first, last = (datetime.combine(each, time(), zone) for each in (day, day + timedelta(days=1)))
    found = trail.between(scope, first, last)
    return (row for row in found if row["action"] == OPEN_CHART.name)


def _put(scope: Scope, event: Row, name: str, said: str) -> bool:
    """Whether it was not there before."""
    tx, id, at = Transaction(scope), event["id"], event["createdAt"]
    patient_id, person = event["patientId"], event["actorId"]
    place, listed = Glass.at(patient_id, person, id), keys.glass_open(scope.clinic_id, at, id)
    item = Glass(
        pk=place.pk, sk=place.sk, id=id, gsi1pk=listed.pk, gsi1sk=listed.sk, patient_id=patient_id, person=person,
        person_name=name, reason=said, at_time=at, until=0, state="open", line={"i": patient_id, "w": person},
    )  # fmt: skip
    tx.put(item, refusal=KNOWN)
    try:
        tx.commit(Event(WATCH, "GLASS", id, patient=patient_id))
    except Refused:
        return False
    return True
