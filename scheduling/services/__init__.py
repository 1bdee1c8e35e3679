"""What people do to the schedule: one function for each thing, one transaction each."""

from scheduling.services.arrange import (
    add_other_days,
    note_day,
    remove_other_days,
    save_hours,
    save_room,
    save_visit_type,
    set_day_rules,
)
from scheduling.services.away import clear_day
from scheduling.services.blocks import block, unblock
from scheduling.services.booking import Visit, book, book_together
from scheduling.services.giving import change_patient
from scheduling.services.jobs import go_on
from scheduling.services.late import on_time, run_late
from scheduling.services.messages import log_visit_call, record_bounce, set_message_rules, tell_by_email
from scheduling.services.moving import move
from scheduling.services.offers import accept, offer, take_back
from scheduling.services.offers import book as book_request
from scheduling.services.requests import ask, log_call, park, withdraw
from scheduling.services.requests import change as change_request
from scheduling.services.series import Occurrence, book_series, cancel_rest, plan_series
from scheduling.services.states import (
    arrive,
    came_late,
    cancel,
    confirm,
    finish,
    leave,
    no_show,
    ready,
    to_room,
    with_doctor,
)
from scheduling.services.undoing import undo
from scheduling.services.walkins import walk_in
from scheduling.services.wording import change_words

__all__ = [
    "Occurrence", "Visit", "accept", "add_other_days", "arrive", "ask", "block", "book", "book_request", "book_series",
    "book_together", "came_late", "cancel", "cancel_rest", "change_patient", "change_request", "change_words",
    "clear_day", "confirm", "finish", "go_on", "leave", "log_call", "log_visit_call", "move", "no_show", "note_day",
    "offer", "on_time", "park", "plan_series", "ready", "record_bounce", "remove_other_days", "run_late", "save_hours",
    "save_room", "save_visit_type", "set_day_rules", "set_message_rules", "take_back", "tell_by_email", "to_room",
    "unblock", "undo", "walk_in", "with_doctor", "withdraw",
]  # fmt: skip
