"""The contact log in words."""

from datetime import datetime
from typing import Any

from clinnet import formats
from clinnet.accounts.models import Clinic
from patients.models import Contact

# "direction channel": what it is called, and its icon.
HOW = {
    "in phone": ("Call in", "phone-incoming"),
    "out phone": ("Call out", "phone-outgoing"),
    "in desk": ("At the desk", "user"),
    "in e-mail": ("E-mail in", "mail"),
    "out e-mail": ("E-mail out", "mail"),
    "in letter": ("Letter in", "file-text"),
    "out letter": ("Letter out", "file-text"),
    "in message": ("Message in", "message"),
    "out message": ("Message out", "message"),
}


def shown(contact: Contact, clinic: Clinic) -> dict[str, Any]:
    """One row of the log."""
    how, icon = HOW.get(f"{contact.direction} {contact.channel}", (contact.channel, "notes"))
    return {
        "id": contact.id,
        "how": how,
        "icon": icon,
        "text": contact.text,
        "at": contact.at_time,
        "when": formats.when(contact.at_time, clinic),
        "by": contact.by_name,
        "callback": _callback(contact, clinic) if contact.callback_on else None,
        "open": bool(contact.callback_on and not contact.done_at),
    }


def clock_time(at: str, clinic: Clinic) -> str:
    """Of "14:30", or of nothing, as the clinic writes it."""
    return formats.time(datetime.fromisoformat(f"2000-01-01T{at}"), clinic) if at else ""


def _callback(contact: Contact, clinic: Clinic) -> dict[str, Any]:
    today, due = formats.today(clinic), contact.callback_on or ""
    if contact.done_at:
        return {"done": f"called back by {contact.done_by}, {formats.within(contact.done_at, clinic)}"}
    day, at = formats.day(due, clinic, int(today[:4])), clock_time(contact.callback_at or "", clinic)
    when = f"{'today' if due == today else f'was due {day}' if due < today else day}{at and f', {at}'}"
    return {"text": f"{contact.callback_name} calls back, {when}", "late": due < today, "due": due <= today}
