"""What people do to the schedule: one function for each thing, one transaction each."""

from scheduling.services.arrange import (
    add_other_days,
    note_day,
    remove_other_days,
    save_hours,
    save_room,
    save_visit_type,
    set_slot_grain,
)
from scheduling.services.blocks import block, unblock
from scheduling.services.booking import Visit, book, book_together
from scheduling.services.moving import change_patient, move
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
    undo,
    with_doctor,
)
from scheduling.services.walkins import walk_in

__all__ = [
    "Visit", "add_other_days", "arrive", "block", "book", "book_together", "came_late", "cancel", "change_patient",
    "confirm", "finish", "leave", "move", "no_show", "note_day", "ready", "remove_other_days", "save_hours",
    "save_room", "save_visit_type", "set_slot_grain", "to_room", "unblock", "undo", "walk_in", "with_doctor",
]  # fmt: skip
