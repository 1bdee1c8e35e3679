"""What tests of calls share: who is on the phone list, and why."""

from typing import Any

from clinnet import clock
from scheduling.front_desk.rows import morning_summary, phone_list
from scheduling.messages.services import messages
from scheduling.models import Appointment
from tests.scheduling.conftest import Desk


def listed(desk: Desk) -> dict[str, str]:
    """Whom to call, and why."""
    return {
        call.appointment.id: call.why for call in phone_list.to_call(desk.scope, clock.today("Europe/London")).calls
    }


def says(desk: Desk) -> list[str]:
    return [call.say for call in phone_list.to_call(desk.scope, clock.today("Europe/London")).calls]


def bounce(desk: Desk, appointment: Appointment) -> bool:
    return messages.record_bounce(
        desk.scope, patient_id=appointment.patient_id, appointment_id=appointment.id, reason="Mailbox does not exist"
    )


def log(desk: Desk, appointment: Appointment, outcome: str, scope: Any = None) -> None:
    messages.log_visit_call(
        scope or desk.scope, appointment=desk.again(appointment), patient=desk.patient_of(appointment), outcome=outcome
    )


def told(desk: Desk) -> list[str]:
    return [strip.text for strip in morning_summary.opening(desk.scope, clock.today("Europe/London"))]


def details(desk: Desk, appointment: Appointment) -> str:
    return f"/c/{desk.scope.clinic_id}/patients/{appointment.patient_id}/appointments/{appointment.id}/messages/"
