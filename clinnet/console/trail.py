"""What the trail's page shows: one question at a time, and each event with what it was about."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from clinnet import clock
from clinnet.accounts import queries as accounts
from clinnet.audit import checked, queries, seals
from clinnet.audit.queries import Events
from clinnet.audit.seals import Fault
from clinnet.console import history
from clinnet.console.asked import MONTH
from clinnet.console.history import Happened
from clinnet.console.registry import Entity, entities, entity_of, words_of
from clinnet.console.shows import Reader, moment, within
from clinnet.health.work import NIGHTLY, ClockWork
from clinnet.table import Key, Once, Row, Scope, Topic, get_many

TIME, PERSON, PATIENT, TOPIC = "time", "person", "patient", "topic"
TOPICS = {
    Topic.EXPORTS: "Downloads and exports",
    Topic.RESTRICTED: "Restricted charts",
    Topic.UNUSUAL: "Unusually many looks",
    Topic.REFUSED: "Refused pages and sign-ins",
    Topic.STAFF: "Staff and what they may do",
    Topic.SETTINGS: "Settings of the clinic",
    Topic.MERGES: "Records put together or apart",
    Topic.ARCHIVED: "Records archived or restored",
    Topic.BULK: "Many at once",
    Topic.MONEY: "Corrections of money and prices",
    Topic.DRAWERS: "Closed days of drawers",
}
FIRST, LAST = 1971, 2999  # years that can be asked for
LONGEST = 100  # characters of an id in an address
PATIENTS = "patients"  # the entity whose events have a history of their own


@dataclass(frozen=True, slots=True, repr=False)
class Wish:
    """What the page was asked: `until` is a moment; the rest where the question needs it."""

    kind: str
    until: datetime
    person: str = ""
    month: str = ""
    patient: str = ""
    topic: Topic | None = None
    after: str = ""

    @classmethod
    def of(cls, given: Mapping[str, str], reader: Reader) -> "Wish":
        month, topic = given.get("month", ""), next((each for each in TOPICS if each == given.get("topic")), None)
        return cls(
            PATIENT if given.get("patient") else PERSON if given.get("person") else TOPIC if topic else TIME,
            _moment(given, ZoneInfo(reader.clinic.time_zone)),
            given.get("person", "")[:LONGEST],
            month if MONTH.fullmatch(month) else clock.stamp()[:7],
            given.get("patient", "")[:LONGEST],
            topic,
            given.get("after", ""),
        )

    def find(self, scope: Scope) -> Events:
        if self.kind == PATIENT:
            return queries.by_patient(scope, self.patient, self.after)
        if self.kind == PERSON:
            return queries.by_person(scope, self.person, self.month, self.after)
        if self.kind == TOPIC and self.topic:
            return queries.by_topic(scope, self.topic, self.month, self.after)
        return queries.by_time(scope, self.until)

    def older(self, next: str) -> dict[str, str]:
        """The query of the address of the older page; empty on the last."""
        if not next:
            return {}
        if self.kind == PATIENT:
            return {"patient": self.patient, "after": next}
        if self.kind == PERSON:
            return {"person": self.person, "month": self.month, "after": next}
        if self.kind == TOPIC and self.topic:
            return {"topic": self.topic.value, "month": self.month, "after": next}
        return {"before": next}


def _moment(given: Mapping[str, str], zone: ZoneInfo) -> datetime:
    """A stamp from an older page, a reading of the clinic's clock that was typed, or now."""
    for name, home in (("before", UTC), ("until", zone)):
        try:
            found = datetime.fromisoformat(given.get(name, ""))
            if FIRST <= found.year <= LAST:
                return (found if found.tzinfo else found.replace(tzinfo=home)).astimezone(UTC)
        except ValueError:
            continue
    return clock.now()


@dataclass(frozen=True, slots=True, repr=False)
class Told:
    """An event on the trail's page. `whom` is a patient by name, with where their part of the trail is."""

    event: Happened
    person: str
    whom: str
    whom_id: str
    thing_url: str
    fields: str
    utc: str
    session: str
    id: str


def told(events: Iterable[Row], reader: Reader) -> list[Told]:
    found = list(events)
    names = _names({row["patientId"] for row in found if row.get("patientId")}, reader)
    return [_told(row, names, reader) for row in found]


def _told(row: Row, names: Mapping[str, str], reader: Reader) -> Told:
    entity, patient = entity_of(row["entity"]), row.get("patientId", "")
    line = row["line"]
    label = entity.label if entity else words_of
    return Told(
        history.happened(row, entity, reader),
        row["actorId"],
        names.get(patient, "Somebody" if patient else ""),
        patient,
        _thing(entity, row, reader),
        line.get("about") or ", ".join(label(name) for name in line.get("fields", ())),
        row["createdAt"],
        row.get("session", ""),
        row["id"],
    )


def _thing(entity: Entity | None, row: Row, reader: Reader) -> str:
    """Where the history of what it happened to is, if its id alone finds it."""
    if entity is None or entity.parts != ("id",) or not all(reader.scope.may(each) for each in entity.needs):
        return ""
    return entity.url("history", reader.scope, row["entityId"])


def _names(ids: set[str], reader: Reader) -> dict[str, str]:
    """Of patients, as their entity names them."""
    entity = entities().get(PATIENTS)
    if not ids or entity is None:
        return {}
    places: list[Key] = [place for id in sorted(ids) if (place := entity.key(reader.scope, id))]
    found = get_many(reader.scope, places, consistent=False).of(entity.model)
    return {each.id: entity.title(each, reader) for each in found}


def heading(wish: Wish, events: Sequence[Told], reader: Reader) -> str:
    """What the page shows, in words. Who is no longer of the staff, and who is a machine, is named by their events."""
    if wish.kind == PERSON:
        name = dict(people(reader)).get(wish.person) or (events[0].event.who if events else "somebody unknown")
        return f"What {name} did in {_month(wish)}, newest first."
    if wish.kind == TOPIC and wish.topic:
        return f"{TOPICS[wish.topic]} in {_month(wish)}, newest first."
    if wish.kind == PATIENT:
        name = next((each.whom for each in events if each.whom), "a patient")
        return f"What was done with the record of {name}, and who opened it, newest first."
    return "Who did what, and who opened what, newest first."


def _month(wish: Wish) -> str:
    return f"{datetime.fromisoformat(f'{wish.month}-01'):%B %Y}"


FAULTS = {
    "missing": "An event is missing",
    "changed": "An event was changed",
    "added": "An event was put in later",
    "seal": "A seal is broken or missing",
}


@dataclass(frozen=True, slots=True)
class ToldCheck:
    """What holding the trail against its seals found last: `faults` with where the trail shows that time."""

    said: str
    faults: list[tuple[str, str]]


def told_check(scope: Scope, reader: Reader) -> ToldCheck | None:
    found = checked.last(scope)
    if found is None:
        return None
    since = f"from {within(found.since, reader)} " if found.since else ""
    said = f"Held against its seals {within(found.at, reader)}, {since}until {within(found.until, reader)}"
    return ToldCheck(said, [_fault(each, reader) for each in found.faults])


def _fault(each: Fault, reader: Reader) -> tuple[str, str]:
    """A seal's fault is told with when it begins; an event's with its ten minutes and its id."""
    start = clock.moment(each.bucket)
    end = clock.stamp(start + queries.BUCKET)
    said = f"{FAULTS[each.kind]}: {moment(each.bucket, reader)} {each.event}".rstrip()
    return said, "?" + urlencode({"before": end})


def people(reader: Reader) -> list[tuple[str, str]]:
    """Whose part of the trail can be asked for; those who were stopped too."""
    return [(each.id, each.name) for each in accounts.staff_now(reader.scope)]


# --- Its work by the clock -------------------------------------------------------------------------------------------


def _sealed(scope: Scope) -> str:
    found = seals.last(scope, months=2)
    return f"Sealed until {_within(found.end, scope)}" if found else "Not sealed yet"


def _checked(scope: Scope) -> str:
    found = checked.last(scope)
    if found is None:
        return "Never held against its seals"
    faults = len(found.faults)
    return f"{_within(found.at, scope)}: {faults or 'no'} fault{'' if faults == 1 else 's'}"


def _check_now(scope: Scope, once: Once) -> str:
    checked.check_day(scope, until=clock.now(), once=once)
    return "The last day of the trail was held against its seals: see there."


def _within(stamp: str, scope: Scope) -> str:
    return within(stamp, Reader(scope, accounts.clinic(scope.clinic_id)))


TRAIL_WORK = (
    ClockWork(
        10,
        "seal",
        "Seals of the trail",
        "Every 5 minutes",
        _sealed,
        why="Under a role that pages have not",
        every=timedelta(minutes=5),
    ),
    ClockWork(20, "verify", "The trail against its seals", "Every night", _checked, _check_now, every=NIGHTLY),
)
