"""Tasks: to each role what is theirs."""

import pytest
from django.test import Client

from clinnet.accounts.permissions import Role
from patients.services import contacts
from scheduling.appointments.services import states, walkins
from scheduling.waitlist.services import waitlist
from tests.patients.pages import plain
from tests.people import signed_in_client
from tests.scheduling.at_board import today
from tests.scheduling.conftest import Desk

pytestmark = pytest.mark.django_db
__all__ = ["today"]


def tasks(desk: Desk, client: Client) -> str:
    answer = client.get(f"/c/{desk.scope.clinic_id}/tasks/")
    assert answer.status_code == 200
    return plain(answer.content.decode()).partition("Tasks Register")[2] or plain(answer.content.decode())


def test_a_doctor_a_nurse_and_the_desk_each_find_what_is_theirs(today: Desk) -> None:
    ada, ben = today.patient("Ada", "Ames"), today.patient("Ben", "Bird")
    waiting, ready = today.book("10:30", ada), today.book("10:45", ben)
    anothers = today.book("10:30", today.patient("Cora", "Cole"), practitioner=today.doctors[1])
    for each in (waiting, ready, anothers):
        states.arrive(today.scope, appointment=each)
    states.to_room(today.scope, appointment=today.again(ready))
    walkins.walk_in(today.scope, patient=today.patient("João", "Costa"), urgent=True)
    waitlist.ask(today.scope, patient=today.patient("Zofia", "Kowalska"), visit_type=today.type("Follow-up"))
    for text, by in (("ring about the cough", "doctor"), ("ring about the bill", "receptionist")):
        contacts.log_contact(
            today.scope, ada, direction="in", channel="phone", text=text, callback_on="2020-01-02", callback_by=by
        )

    doctor = tasks(today, signed_in_client(today.scope.clinic_id, role=Role.DOCTOR, person=today.doctor.id))
    here = doctor.partition("Here for you 3")[2].partition("Call-backs 1")[0]
    order = [here.index(name) for name in ("Costa, João", "Bird, Ben", "Ames, Ada")]
    assert order == sorted(order)
    assert "Cole, Cora" not in here
    assert doctor.index("ring about the cough") < doctor.index("1 of colleagues and the desk")
    assert doctor.index("1 of colleagues and the desk") < doctor.index("ring about the bill")
    assert "Details due" not in doctor
    assert "Kowalska" not in doctor

    nurse = tasks(today, signed_in_client(today.scope.clinic_id, role=Role.NURSE)).partition("Here for you 4")[2]
    order = [nurse.index(name) for name in ("Costa, João", "Ames, Ada", "Bird, Ben")]
    assert order == sorted(order)
    assert "Cole, Cora" in nurse

    desk = tasks(today, signed_in_client(today.scope.clinic_id))
    assert "Here for you" not in desk
    assert "Call-backs 2" in desk
    assert "Kowalska, Zofia" in desk.partition("Waiting for a time")[2].partition("Phone list")[0]
    assert "Details due" in desk
