"""Which appointment an event of the trail is about: when and with whom, and what it became."""

from datetime import datetime

from clinnet.table import Scope
from scheduling import words
from scheduling.calendar.queries.setup import setup
from scheduling.models import Appointment


def named(scope: Scope, appointment: Appointment) -> str:
    """ "Thu 26 Nov, 10:30 with Dr Okafor"; of a walk-in "with Dr Okafor", or empty."""
    known = setup(scope)
    when = words.wall(datetime.fromisoformat(appointment.wall), known.clinic) if appointment.wall else ""
    whom = words.short(known.practitioner(appointment.practitioner_id)) if appointment.practitioner_id else ""
    return " ".join(filter(None, (when, f"with {whom}" if whom else "")))


def told(scope: Scope, appointment: Appointment, after: Appointment) -> str:
    """ "Thu 26 Nov, 10:30 with Dr Okafor → Fri 27 Nov, 11:00 with Dr Bernard", where that changed."""
    was, now = named(scope, appointment), named(scope, after)
    return f"{was} → {now}" if was and now and was != now else was or now
