"""The schedule's entities, and the rules that belong to one of them."""

from dataclasses import asdict
from typing import Any

from clinnet.table import Flag, Item, Key, ListOf, MapOf, Number, Text, keys
from scheduling.calendar.rules import hours as rules
from scheduling.calendar.rules.slots import Need

BOOKED, CONFIRMED, WAITING, ROOM, READY, DOCTOR, FINISHED, LEFT = (
    "booked",
    "confirmed",
    "waiting",
    "room",
    "ready",
    "doctor",
    "finished",
    "left",
)
CANCELLED, NO_SHOW, MOVED, HELD, LAPSED = "cancelled", "noshow", "moved", "held", "lapsed"
GONE = "gone"  # imported, and entered in error where it came from: on no list any more
COMING = (BOOKED, CONFIRMED)
HERE = (WAITING, ROOM, READY, DOCTOR)
TAKING_TIME = (*COMING, *HERE, FINISHED, LEFT)


class Room(Item, discriminator="ROOM"):
    name = Text()
    active = Flag(default=True)

    @staticmethod
    def at(clinic: str, id: str) -> Key:
        return keys.room(clinic, id)


class VisitType(Item, discriminator="VISITTYPE"):
    """A kind of visit. Minutes are multiples of five; `colour` names a dot of the page's style sheet.

    `practitioner_ids` empty: everybody; `room_ids` empty: none is needed. `nurse` minutes come before the start.
    """

    name = Text()
    colour = Text(null=True)
    minutes = Number()
    before = Number(default=0)
    after = Number(default=0)
    nurse = Number(default=0)
    practitioner_ids = ListOf(default=list, attr_name="practitionerIds")
    room_ids = ListOf(default=list, attr_name="roomIds")
    kept_for = Text(null=True, attr_name="keptFor")  # urgent or new: may use times kept for these
    remote = Text(null=True)  # phone or video: nobody comes to the clinic
    preparation = MapOf(null=True)  # by language, what patients are told with the time: "Come fasting"
    active = Flag(default=True)

    @staticmethod
    def at(clinic: str, id: str) -> Key:
        return keys.visit_type(clinic, id)

    def need(self, *, minutes: int = 0, urgent: bool = False) -> Need:
        """What a visit of this type takes; `minutes` where it is not the usual length."""
        kept: Any = "urgent" if urgent else self.kept_for or ""
        length = int(minutes or self.minutes)
        rooms = tuple(self.room_ids)
        return Need(length, int(self.before), int(self.after), int(self.nurse), rooms, kept)


class Hours(Item, discriminator="HOURS"):
    """A practitioner's weekly hours; `id` is the person's. `place` orders the columns of the board."""

    sessions = ListOf(default=list)
    kept = ListOf(default=list)
    place = Number(default=0)

    @staticmethod
    def at(clinic: str, person: str) -> Key:
        return keys.hours(clinic, person)

    def plan(self, other_days: tuple[rules.OtherDays, ...] = ()) -> rules.Plan:
        sessions = tuple(
            rules.Session(**{**each, "breaks": tuple((a, b) for a, b in each["breaks"])}) for each in self.sessions
        )
        kept = tuple(rules.Kept(**each) for each in self.kept)
        return rules.Plan(self.id, sessions, kept, other_days)


class OtherDays(Item, discriminator="OTHERDAYS"):
    """Leave, a holiday, an extra session, a locum: one or many days. An empty `who` is the whole clinic.

    `reason` of a locum is the name of who sits there, `locum_id` their id where they are of the staff.
    """

    kind = Text()
    first = Text()
    last = Text()
    who = Text(null=True)
    start = Text(null=True)
    end = Text(null=True)
    reason = Text(null=True)
    locum_id = Text(null=True, attr_name="locumId")
    active = Flag(default=True)

    @staticmethod
    def at(clinic: str, last: str, id: str) -> Key:
        return keys.other_days(clinic, last, id)

    @property
    def rule(self) -> rules.OtherDays:
        kind: Any = self.kind
        return rules.OtherDays(
            kind,
            self.first,
            self.last,
            self.who or "",
            self.start or "",
            self.end or "",
            self.reason or "",
            self.id,
            self.locum_id or "",
        )


class Appointment(Item, discriminator="APPOINTMENT"):
    """A visit. `wall` is the clinic's clock in `zone` ("2026-11-26T10:30"), `start` and `end` the moments in UTC.

    A walk-in has no times until called. `stamps` are its changes of state, oldest first, each with what undoes it.
    Items of the older application have none of ours but `start`.
    """

    patient_id = Text(attr_name="patientId")
    practitioner_id = Text(null=True, attr_name="practitionerId")
    room_id = Text(null=True, attr_name="roomId")
    visit_type_id = Text(null=True, attr_name="visitTypeId")
    day = Text(null=True)  # the clinic's local date, which is where its card is
    wall = Text(null=True, attr_name="wallStart")
    zone = Text(null=True)
    start = Text(null=True, attr_name="startTime")
    end = Text(null=True, attr_name="endTime")
    minutes = Number(null=True, attr_name="duration")
    day_only = Flag(null=True, attr_name="dayOnly")  # imported without a time: `start` is that day's noon
    before = Number(null=True)
    after = Number(null=True)
    nurse = Number(null=True)
    reason = Text(null=True)
    note = Text(null=True)
    tell_by = Text(null=True, attr_name="tellBy")  # email, sms, slip, nothing
    booked_by = Text(null=True, attr_name="bookedBy")
    overbooked = Text(null=True)  # the reason
    urgent = Flag(null=True)
    urgent_since = Text(null=True, attr_name="urgentSince")  # when a visit that there was became urgent
    walk_in = Flag(null=True, attr_name="walkIn")
    new_patient = Flag(null=True, attr_name="newPatient")  # when it was booked they had no other visit here
    queued = Flag(null=True)  # here, and taking no time until called
    series_id = Text(null=True, attr_name="seriesId")
    together = ListOf(null=True)  # a family's: "patient/appointment" of each that was booked with it, itself too
    sequence = Number(default=0)  # of the .ics: counts moves and the cancellation
    anchors = MapOf(null=True)  # wall, grains: when this reading was to be by older rules of its time zone
    stamps = ListOf(null=True)
    cancelled = MapOf(null=True)
    late = Number(null=True)  # minutes by which the practitioner is, which the patient is to be told
    to_call = Text(null=True, attr_name="toCall")  # what somebody has to be told by phone: "late 50 min"
    told = MapOf(null=True)  # what the patient was told last: state, wall, sequence, at, reminded
    quiet = MapOf(null=True)  # what the clinic does not tell, or not before `until`: state, wall, told, at, until
    follows = MapOf(null=True)  # the calendar entry that this one's replaces, of a parked visit: uid, sequence
    sending = MapOf(null=True)  # tries, problem: of the message that is under way
    unreached = Text(null=True)  # why the last message did not reach the patient
    calls = ListOf(null=True)  # made about it: at, by, outcome
    card_parts = MapOf(null=True, attr_name="cardParts")  # texts of other apps on its card, by hooks.CardPart

    @staticmethod
    def at(patient_id: str, id: str) -> Key:
        return keys.appointment(patient_id, id)

    @property
    def is_parked(self) -> bool:
        """Its time was given up for another one, and that is not decided: the patient still expects this one."""
        said = self.cancelled or {}
        return bool(self.state == CANCELLED and said.get("request") and not said.get("then") and self.quiet)

    @property
    def is_from_elsewhere(self) -> bool:
        """Imported, or of the older application: it has no card and takes no time here."""
        return not self.day

    @property
    def calls_for_help(self) -> bool:
        """Somebody cannot wait; not merely booked at a time kept for the urgent."""
        return bool(self.urgent and (self.walk_in or self.urgent_since))

    @property
    def is_here(self) -> bool:
        return self.state in HERE

    @property
    def by_message(self) -> bool:
        """Whether messages about it leave by themselves."""
        return self.tell_by in ("email", "sms")

    @property
    def earlier_grains(self) -> list[int]:
        """Where its reading was by older rules of its time zone. Links that were sent then name these."""
        anchors = self.anchors or {}
        return [int(each) for each in anchors["grains"]] if anchors.get("wall") == self.wall else []

    @property
    def takes_time(self) -> bool:
        return bool(self.state in TAKING_TIME and self.start and self.wall and not self.queued)

    @property
    def need(self) -> Need:
        rooms = (self.room_id,) if self.room_id else ()
        return Need(int(self.minutes or 0), int(self.before or 0), int(self.after or 0), int(self.nurse or 0), rooms)


class Message(Item, discriminator="MESSAGE"):
    """An e-mail or text about an appointment: `state` is sent, bounced or failed. `to` is masked, as records have it.

    `kind`: booked, changed, cancelled, late, reminder. `wall` is the time that it told. A text that is sent was handed
    over: nobody says that it arrived.
    """

    patient_id = Text(attr_name="patientId")
    appointment_id = Text(attr_name="appointmentId")
    kind = Text()
    way = Text(null=True)  # sms; none: e-mail
    parts = Number(null=True)  # of a text, all recipients together: what the clinic pays
    at_time = Text(attr_name="at")
    to = ListOf(default=list)
    wall = Text(null=True)
    sequence = Number(default=0)
    reason = Text(null=True)

    @staticmethod
    def at(patient_id: str, appointment_id: str, id: str) -> Key:
        return keys.message(patient_id, appointment_id, id)


class WaitlistEntry(Item, discriminator="REQUEST"):
    """Somebody who wants a time. `weekdays` and `parts` (am, pm) empty: any. `urgency` 1 is first.

    `source`: waitlist, noshow, orphaned, parked, cancelled-day. `offer` is the time held for them now.
    """

    patient_id = Text(attr_name="patientId")
    visit_type_id = Text(null=True, attr_name="visitTypeId")
    minutes = Number(null=True)
    practitioner_ids = ListOf(null=True, attr_name="practitionerIds")
    weekdays = ListOf(null=True)
    parts = ListOf(null=True)
    since = Text(null=True, attr_name="from")
    until = Text(null=True)
    urgency = Number(default=2)
    source = Text(null=True)
    reason = Text(null=True)
    note = Text(null=True)
    calls = ListOf(null=True)
    offer = MapOf(null=True)
    appointment_id = Text(null=True, attr_name="appointmentId")
    withdrawn_for = Text(null=True, attr_name="withdrawnFor")
    parked = Text(null=True)  # "patient/appointment": the visit that gave up its time for it

    @staticmethod
    def at(clinic: str, id: str) -> Key:
        return keys.request(clinic, id)


def kept_sessions(sessions: tuple[rules.Session, ...]) -> list[dict[str, Any]]:
    """Sessions as the table keeps them."""
    return [{**asdict(each), "breaks": [list(pair) for pair in each.breaks]} for each in sessions]
