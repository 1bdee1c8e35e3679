"""The day: rooms, visit types, hours, cards, busy times, requests and appointments."""

from clinnet.table.keys.key import Key, Range
from clinnet.table.keys.people import parse_patient


def appointment(patient_id: str, id: str) -> Key:
    return Key(f"PAT#{patient_id}", f"APPT#{id}")


def urgent(clinic: str, day: str, id: str) -> Key:
    """GSI1 of an appointment while somebody cannot wait and no clinician has them. `day` is the clinic's local date."""
    return Key(f"CLINIC#{clinic}#URGENT", f"{day}#{id}")


def urgent_on(clinic: str, day: str) -> Range:
    return Range(f"CLINIC#{clinic}#URGENT", begins=f"{day}#", gsi="GSI1")


def room(clinic: str, id: str) -> Key:
    return Key(f"CLINIC#{clinic}#CONFIG", f"ROOM#{id}")


def rooms_of(clinic: str) -> Range:
    return Range(f"CLINIC#{clinic}#CONFIG", begins="ROOM#")


def visit_type(clinic: str, id: str) -> Key:
    return Key(f"CLINIC#{clinic}#CONFIG", f"VISITTYPE#{id}")


def visit_types_of(clinic: str) -> Range:
    return Range(f"CLINIC#{clinic}#CONFIG", begins="VISITTYPE#")


def hours(clinic: str, person: str) -> Key:
    return Key(f"CLINIC#{clinic}#CONFIG", f"HOURS#{person}")


def hours_of(clinic: str) -> Range:
    return Range(f"CLINIC#{clinic}#CONFIG", begins="HOURS#")


def other_days(clinic: str, last: str, id: str) -> Key:
    """Leave, holidays, extra sessions: sorted by their last day, so that those that are over are not read."""
    return Key(f"CLINIC#{clinic}#CONFIG", f"OTHERDAYS#{last}#{id}")


def other_days_from(clinic: str, day: str) -> Range:
    return Range(f"CLINIC#{clinic}#CONFIG", low=f"OTHERDAYS#{day}", high="OTHERDAYS#~")


def all_other_days(clinic: str) -> Range:
    """Past ones too, by their last day."""
    return Range(f"CLINIC#{clinic}#CONFIG", begins="OTHERDAYS#")


def card(clinic: str, day: str, id: str) -> Key:
    """`day` is the clinic's local date; `id` is the appointment's."""
    return Key(f"CLINIC#{clinic}#DAY#{day}", f"CARD#{id}")


def block(clinic: str, day: str, id: str) -> Key:
    return Key(f"CLINIC#{clinic}#DAY#{day}", f"BLOCK#{id}")


def day_note(clinic: str, day: str, column: str) -> Key:
    """`column` is a practitioner's id, or ALL."""
    return Key(f"CLINIC#{clinic}#DAY#{day}", f"NOTE#{column}")


def day_late(clinic: str, day: str, column: str) -> Key:
    """How late a practitioner said to be: a note of the day too."""
    return Key(f"CLINIC#{clinic}#DAY#{day}", f"NOTE#{column}#LATE")


def parse_on_the_day(key: Key) -> tuple[str, str]:
    """The day, and the kind of its row: CARD, BLOCK or NOTE."""
    return key.pk.rpartition("#")[2], key.sk.partition("#")[0]


def on_the_day(clinic: str, day: str) -> Range:
    """Cards, blocks and notes of one day: the board in one question."""
    return Range(f"CLINIC#{clinic}#DAY#{day}")


def day_changed(clinic: str, day: str, at: str, id: str) -> Key:
    """GSI1 of a card, block or note: when it was changed last."""
    return Key(f"CLINIC#{clinic}#DAY#{day}", f"{at}#{id}")


def parse_day_changed(key: Key) -> tuple[str, str, str]:
    """The day, the stamp of the change, and the id of what changed."""
    at, _, id = key.sk.partition("#")
    return key.pk.rpartition("#")[2], at, id


def changed_on_the_day(clinic: str, day: str, since: str) -> Range:
    return Range(f"CLINIC#{clinic}#DAY#{day}", low=since, gsi="GSI1")


def busy_practitioner(person: str, day: str) -> Key:
    """`day` is a UTC date. Not under a clinic: a doctor of two cannot be in both."""
    return Key(f"BUSY#DOC#{person}#{day[:7]}", f"{day[8:]}")


def busy_practitioner_in(person: str, month: str, first: str = "01", last: str = "31") -> Range:
    """`first` and `last` are days of the month as 01."""
    return Range(f"BUSY#DOC#{person}#{month}", low=first, high=last)


def busy_room(room: str, day: str) -> Key:
    return Key(f"BUSY#ROOM#{room}#{day[:7]}", f"{day[8:]}")


def busy_room_in(room: str, month: str, first: str = "01", last: str = "31") -> Range:
    return Range(f"BUSY#ROOM#{room}#{month}", low=first, high=last)


def busy_patient(patient_id: str, day: str) -> Key:
    return Key(f"PAT#{patient_id}", f"BUSY#{day}")


def parse_busy(key: Key) -> tuple[str, str, str]:
    """Whose time it is ("practitioner", "room" or "patient"), their id, and the UTC date."""
    if not key.is_shared:
        return "patient", parse_patient(key.pk), key.sk.removeprefix("BUSY#")
    _, kind, owner = key.pk.split("#", 2)
    id, _, month = owner.rpartition("#")
    return "room" if kind == "ROOM" else "practitioner", id, f"{month}-{key.sk}"


def busy_patient_between(patient_id: str, first: str, last: str) -> Range:
    """Both UTC dates included."""
    return Range(f"PAT#{patient_id}", low=f"BUSY#{first}", high=f"BUSY#{last}")


def request(clinic: str, id: str) -> Key:
    """A request for a time."""
    return Key(f"CLINIC#{clinic}#REQUEST#{id}", "REQUEST")


def request_open(clinic: str, urgency: int, at: str, id: str) -> Key:
    """GSI1 of a request while it is open. `urgency` is 1 (first) to 3."""
    return Key(f"CLINIC#{clinic}#REQUESTS", f"{urgency}#{at}#{id}")


def parse_request_open(sk: str) -> str:
    """The stamp at which an open request was made; empty for the key of something else."""
    parts = sk.split("#")
    return parts[1] if len(parts) > 2 else ""


def requests_open(clinic: str) -> Range:
    return Range(f"CLINIC#{clinic}#REQUESTS", gsi="GSI1")


def request_of(patient_id: str, at: str, id: str) -> Key:
    """GSI2 of a request."""
    return Key(f"PAT#{patient_id}", f"Q#{at}#{id}")


def requests_of(patient_id: str) -> Range:
    return Range(f"PAT#{patient_id}", begins="Q#", gsi="GSI2")
