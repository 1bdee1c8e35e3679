"""What became of messages in the demo clinic. For seed alone."""

from datetime import date

from clinnet import clock
from clinnet.table import Event, Scope, Transaction
from clinnet.table.errors import Stale
from patients.services.mailbox import add_bounce
from scheduling.appointments import queries as appointment_queries
from scheduling.board import queries as board_queries
from scheduling.messages import rows as message_rows
from scheduling.messages.queries.entries import Entry
from scheduling.messages.queries.recipients import masked
from scheduling.messages.rules.due import Due
from scheduling.messages.services import outbox
from scheduling.messages.services.messages import BOUNCED
from scheduling.messages.services.sending import mark_card, put_message

REASON = "The mailbox does not exist"


def came_back(scope: Scope, patient_id: str, day: date) -> bool:
    """The confirmation of this patient's visit on that day bounced. Returns whether there is such a visit, and no
    message about it yet.
    """
    cards = [each for each in board_queries.board(scope, day).cards if each.patient_id == patient_id]
    if not cards:
        return False
    visit = appointment_queries.visit(scope, patient_id, cards[0].id)
    appointment = visit.appointment
    if appointment.unreached or message_rows.messages(scope, appointment):
        return False
    tx, entry = Transaction(scope), Entry(appointment, visit.patient, Due("booked", clock.now()))
    told = outbox.telling(appointment, tx.at)
    condition = {"version": int(appointment.version)}
    tx.change_row(appointment.key, sets={"told": told, "unreached": REASON}, when=condition, refusal=Stale)
    message = put_message(tx, entry, "bounced", [masked(visit.patient.email or "")], REASON)
    mark_card(tx, appointment, REASON)
    if visit.patient.email:
        add_bounce(tx, visit.patient, REASON)
    tx.commit(Event(BOUNCED, "MESSAGE", message.id, patient=patient_id, note=REASON))
    return True
