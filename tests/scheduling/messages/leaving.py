"""What tests of messages share: people who are told, what left, and what was written of it."""

from datetime import datetime, timedelta
from typing import Any

from django.test import Client

from clinnet import clock
from clinnet.accounts.permissions import Role
from clinnet.table import keys, query
from patients import services as people
from patients.models import Patient
from patients.queries import patient as get_patient
from scheduling.appointments import queries as appointment_queries
from scheduling.appointments.services import booking
from scheduling.messages.services import sending
from scheduling.models import Appointment, Message
from tests.people import signed_in_client
from tests.scheduling.conftest import Desk
from tests.scheduling.post import Received, postman

LATER, QUARTER = timedelta(minutes=4), timedelta(minutes=15)


def maria(desk: Desk, **data: Any) -> Patient:
    return desk.patient(**{"email": "maria@example.org", "birth_date": "1985-03-14", **data})


def by_mail(desk: Desk, patient: Patient | None = None, at: str = "10:30", **wanted: Any) -> Appointment:
    return desk.book(at, patient or maria(desk), tell_by="email", **wanted)


def send(desk: Desk, after: timedelta = LATER) -> list[Received]:
    """What leaves when the sender looks so much later."""
    return send_at(desk, clock.now() + after)


def send_at(desk: Desk, moment: datetime) -> list[Received]:
    with desk.clock_at(moment), postman() as post:
        sending.send_due(desk.scope.clinic_id)
    return post


def messages(desk: Desk, appointment: Appointment) -> list[Message]:
    return query(desk.scope, keys.messages_about(appointment.patient_id, appointment.id), limit=20).of(Message)


def calendar(received: Received, name: str) -> str:
    return next(line.partition(":")[2] for line in received.calendar if line.startswith(f"{name}:"))


def family(desk: Desk, born: str, **mother: Any) -> Patient:
    tie = people.Tie(known={"kind": "child"}, new={"kind": "parent", "messages": True})
    parent = maria(desk, language="es", **mother)
    id = people.register_for(
        desk.scope, parent, {"given_name": "Lucía", "birth_date": born, "email": "lucia@example.org"}, tie
    )
    return get_patient(desk.scope, id)


def booked_together(desk: Desk) -> list[Appointment]:
    """María at 10:00 and children after her, whose messages go to her."""
    mother = maria(desk)
    members = [mother] + [child_of(desk, mother, n) for n in (1, 2)]
    starts = [desk.at("10:00") + n * QUARTER for n in range(3)]
    visits = [
        booking.Visit(each, desk.type("Follow-up"), desk.doctor, start, tell_by="email")
        for each, start in zip(members, starts, strict=True)
    ]
    ids = booking.book_together(desk.scope, visits=visits)
    return [appointment_queries.appointment(desk.scope, each.id, id) for each, id in zip(members, ids, strict=True)]


def child_of(desk: Desk, mother: Patient, number: int) -> Patient:
    tie = people.Tie(known={"kind": "child"}, new={"kind": "parent", "messages": True})
    born = f"{clock.now().year - 3 - number}-05-05"
    return get_patient(
        desk.scope, people.register_for(desk.scope, mother, {"given_name": "Kid", "birth_date": born}, tie)
    )


def uids(received: Received) -> list[str]:
    return [line.removeprefix("UID:").removesuffix("@clinnet") for line in received.calendar if line.startswith("UID:")]


def settings_page(desk: Desk) -> tuple[Client, str]:
    return signed_in_client(
        desk.scope.clinic_id, role=Role.ADMIN
    ), f"/c/{desk.scope.clinic_id}/manage/settings/messages/"
