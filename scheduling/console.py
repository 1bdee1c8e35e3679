"""How the schedule is arranged, among the management pages."""

from collections import Counter
from datetime import timedelta
from itertools import groupby
from typing import Any

from django.conf import settings

from clinnet import clock, formats
from clinnet.accounts.permissions import Permission
from clinnet.addresses import reverse
from clinnet.console import shows
from clinnet.console.home import SYSTEM, TODAY, HomePart, Line
from clinnet.console.registry import (
    Bulk,
    Column,
    Entity,
    Link,
    ListButton,
    ManagePage,
    NotManaged,
    Question,
    Related,
    Whole,
)
from clinnet.console.shows import Reader
from clinnet.health.checks import HealthCheck, Ill, NotSetUp
from clinnet.health.work import NIGHTLY, ClockWork
from clinnet.table import Item, Once, Scope, keys
from patients.console import name_of
from scheduling.board.queries import board
from scheduling.calendar.forms.settings import REMOTE, RoomForm, VisitTypeForm
from scheduling.calendar.queries.setup import setup
from scheduling.calendar.rows import KINDS
from scheduling.calendar.services import settings as schedule_settings
from scheduling.lines import WaitlistLine
from scheduling.mailed.models import LetterMail
from scheduling.messages.services import mail as post
from scheduling.messages.services import status
from scheduling.messages.services.mail import MailDown
from scheduling.models import (
    CANCELLED,
    COMING,
    FINISHED,
    HERE,
    LEFT,
    NO_SHOW,
    Appointment,
    Hours,
    Message,
    OtherDays,
    Room,
    VisitType,
    WaitlistEntry,
)
from scheduling.reports.services import count_nightly, counted

HOURS = Permission.HOURS
GROUP = "Schedule"
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
URGENCY = shows.among({1: "Before others", 2: "In turn", 3: "Can wait"})


def rooms(value: Any, reader: Reader) -> str:
    known = setup(reader.scope).rooms
    return ", ".join(known[id].name for id in value or () if id in known)


def who(value: Any, reader: Reader) -> str:
    return shows.people(value, reader) or "Everybody"


def where(value: Any, reader: Reader) -> str:
    return dict(REMOTE).get(value or "", str(value))


def week(value: Any, reader: Reader) -> str:
    """ "Mon–Thu 08:30–12:30, 13:00–17:00; Fri 08:30–12:30": days in a row with the same hours are told once."""
    hours: dict[int, str] = {}
    for number, start, end in sorted((int(each["weekday"]), each["start"], each["end"]) for each in value or ()):
        hours[number] = ", ".join(filter(None, (hours.get(number), f"{start}–{end}")))
    told = list[tuple[str, str]]()
    for same, numbers in groupby(range(len(WEEKDAYS)), lambda number: hours.get(number, "")):
        days = [WEEKDAYS[number] for number in numbers]
        told += [("–".join(dict.fromkeys((days[0], days[-1]))), same)] if same else []
    return "; ".join(f"{days} {same}" for days, same in told)


def types_in(scope: Scope, room: Room) -> list[Item]:
    """The types of visit that need this room, or may use it."""
    return [each for each in setup(scope).visit_types.values() if room.id in each.room_ids]


def numbers_today(reader: Reader) -> list[Line]:
    """How many are expected, here, seen and not come, of all who are or were booked today."""
    today = clock.today(reader.clinic.time_zone)
    states = Counter(each.state for each in board(reader.scope, today).cards)
    url = reverse("scheduling:day", args=[reader.scope.clinic_id, today.isoformat()])
    told = {"Still expected": COMING, "Here now": HERE, "Seen": (FINISHED, LEFT), "Did not come": (NO_SHOW,),
            "Cancelled": (CANCELLED,)}  # fmt: skip
    lines = [Line(label, str(sum(states[each] for each in those)), url) for label, those in told.items()]
    return lines if states else []


def mail(reader: Reader) -> list[Line]:
    if trouble := status.trouble(reader.scope):
        url = reverse("scheduling:phone-list", args=[reader.scope.clinic_id])
        return [Line("Messages to patients", f"Waiting since {shows.within(trouble.since, reader)}", url, "danger")]
    return [Line("Messages to patients", "They leave")]


def mail_quota() -> str:
    if not settings.CLINNET_MAIL_FROM:
        raise NotSetUp("No sender is set: messages by e-mail wait")
    try:
        sent, most = post.quota()
    except MailDown as error:
        raise Ill(str(error)) from None
    if sent >= most > 0:
        raise Ill(f"All {most:,} messages of 24 hours are used up.")
    return f"{sent:,} of {most:,} in 24 hours" if most > 0 else f"{sent:,} in 24 hours"


def in_use(model: type[Item]) -> tuple[Bulk, ...]:
    action = schedule_settings.SAVE[model]
    return (
        Bulk("out-of-use", "Take out of use", action, {"active": False}),
        Bulk("into-use", "Take into use", action, {"active": True}),
    )


def counted_until(scope: Scope) -> str:
    today = clock.today(setup(scope).clinic.time_zone)
    months = {f"{today - timedelta(days=back):%Y-%m}" for back in (0, 31)}
    last = max((day for month in months for day in counted(scope, month)), default="")
    return f"Until {formats.date(last, setup(scope).clinic)}" if last else "No day was counted yet"


def count_now(scope: Scope, once: Once) -> str:
    return f"{count_nightly(scope)} days were counted."


def messages_leave(scope: Scope) -> str:
    found = status.trouble(scope)
    return found.problem or "They wait" if found else "They leave"


ENTITIES = (
    ClockWork(30, "messages", "Messages to patients", "Every minute", messages_leave, why="By itself"),
    ClockWork(40, "days", "Days for the reports", "Every night", counted_until, count_now, every=NIGHTLY),
    ListButton("staff", "Locum", "calendar-plus", "scheduling:new-locum", Permission.STAFF_MANAGE),
    HealthCheck(50, "mail", "E-mail", mail_quota),
    HomePart(10, TODAY, Permission.SCHEDULE_READ, numbers_today),
    HomePart(10, SYSTEM, Permission.SCHEDULE_READ, mail),
    ManagePage(45, "Visits", "chart-bar", "scheduling:visits", Permission.CLINIC_MANAGE),
    ManagePage(20, "Schedule", "calendar-event", "scheduling:setup", HOURS),
    Entity(
        VisitType, "visit-types", "Type of visit", "Types of visit", group=GROUP, icon="stethoscope", read=HOURS,
        questions=(Whole(keys.visit_types_of),),
        columns=(Column("name"), Column("minutes", number=True),
                 Column("practitioner_ids", "Who does it", who),
                 Column("room_ids", "Rooms", rooms, extra=True),
                 Column("remote", "Where", where, extra=True),
                 Column("active", "In use", shows.yes_no, extra=True)),
        search=("name",), filters=("active", "remote"), labels=VisitTypeForm.names, bulk=in_use(VisitType),
        unlike=("name",), add=Link("scheduling:new-visit-type", ()), change=Link("scheduling:visit-type"),
    ),
    Entity(
        Room, "rooms", "Room", "Rooms", group=GROUP, icon="door", read=HOURS,
        questions=(Whole(keys.rooms_of),), columns=(Column("name"), Column("active", "In use", shows.yes_no)),
        search=("name",), filters=("active",), labels=RoomForm.names, bulk=in_use(Room), unlike=("name",),
        add=Link("scheduling:new-room", ()), change=Link("scheduling:room"),
        related=(Related("Types of visit in it", "visit-types", types_in),),
    ),
    Entity(
        Hours, "hours", "Working hours", "Working hours", group=GROUP, icon="clock", read=HOURS,
        questions=(Whole(keys.hours_of),),
        columns=(Column("id", "Who", shows.person), Column("sessions", "Every week", week, extra=True),
                 Column("place", "Place of the column", number=True)),
        search=("id",), change=Link("scheduling:hours"),
    ),
    Entity(
        OtherDays, "other-days", "Other days", "Other days", group=GROUP, icon="calendar-plus", read=HOURS,
        questions=(Whole(keys.all_other_days),), parts=("last", "id"),
        columns=(Column("first", "First day", shows.day), Column("last", "Last day", shows.day, extra=True),
                 Column("kind", "What", shows.among(KINDS)), Column("who", show=shows.person),
                 Column("reason", extra=True), Column("active", "In force", shows.yes_no, extra=True)),
        search=("who", "reason"), filters=("kind", "active"), add=Link("scheduling:new-days", ()),
        why="They are entered and removed, and not changed: whoever is booked then is asked each time.",
    ),
    Entity(
        WaitlistEntry, "requests", "Request for a time", "Requests", group=GROUP, icon="hourglass",
        read=Permission.SCHEDULE_READ, questions=(Question("Open", keys.requests_open),), line=WaitlistLine,
        columns=(Column("patient", "Patient", name_of), Column("urgency", show=URGENCY), Column("reason", extra=True),
                 Column("since", "From", shows.day), Column("until", show=shows.day)),
        facts=(Column("urgency", show=URGENCY), Column("reason"), Column("note"), Column("minutes"),
               Column("practitioner_ids", "With", shows.people), Column("since", "From", shows.day),
               Column("until", show=shows.day), Column("state")),
        place=Link("scheduling:request"), why="A request is answered on its own page.",
    ),
    NotManaged(Appointment, "moved, cancelled and looked at on the board and on the patient's own pages"),
    NotManaged(Message, "shown with the appointment that it is about"),
    NotManaged(LetterMail, "shown with the letter that it is of"),
)  # fmt: skip
