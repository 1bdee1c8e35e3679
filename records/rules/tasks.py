"""What has to be done about a patient, as it is typed: "desk: phone him friday". Pure."""

from collections.abc import Mapping
from datetime import date, timedelta

from records.rules.recalls import IN as IN_DAYS
from records.rules.recalls import LONGEST, after

# Whoever has a role, where a task is for no one person.
ROLES: Mapping[str, str] = {"receptionist": "Reception", "nurse": "Any nurse", "doctor": "Any doctor"}
BEFORE = {"desk": "receptionist", "reception": "receptionist", "nurse": "nurse", "doctor": "doctor"}
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
LONGEST_WHAT = 120


def taken_apart(text: str, today: date) -> tuple[str, str, date]:
    """For which role (empty: for oneself), what, and by which day; today where none is said.

    The day stands last or first: today, tomorrow, a weekday (the next one after today), 3d, 2w, 1m.
    """
    first, colon, rest = text.strip().partition(":")
    role = BEFORE.get(first.strip().lower(), "") if colon else ""
    words = (rest if role else text).split()
    for at in (-1, 0) if words else ():
        if due := day_of(words[at], today):
            kept = words[:-1] if at else words[1:]
            return role, " ".join(kept), due
    return role, " ".join(words), today


def day_of(word: str, today: date) -> date | None:
    """None for a word that says no day."""
    word = word.lower().strip(".,")
    if word in ("today", "tomorrow"):
        return today + timedelta(days=int(word == "tomorrow"))
    if word in WEEKDAYS:
        return today + timedelta(days=(WEEKDAYS.index(word) - today.weekday() - 1) % 7 + 1)
    found = IN_DAYS.fullmatch(word)
    due = after(today, int(found[1]), found[2].lower()) if found else None
    return due if due and (due - today).days <= LONGEST else None
