"""The links in a message: each does one thing, for one appointment at one time, until that time.

What a link says is signed, not kept: nothing is stored that could be stolen, and a forged one costs the table nothing.
It names the start, not the sequence: a change of room is no news to the patient, and the link in hand goes on working.
"""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from typing import Literal

from django.conf import settings

from clinnet import clock
from clinnet.table.secrets import key_for
from scheduling.calendar.rules import walltime
from scheduling.models import Appointment

Purpose = Literal["confirm", "cancel"]
PATH = "m/"  # not asked of the URLs: whatever sends messages would load every page of the site
TAG = 16  # bytes of the HMAC
MOST = 400


@dataclass(frozen=True, slots=True)
class Link:
    """What a token says. `start` is the grain at which the visit was to begin when the link was made."""

    purpose: Purpose
    clinic: str
    patient_id: str
    appointment_id: str
    start: int

    @property
    def is_over(self) -> bool:
        return walltime.moment_of(self.start) <= clock.now()


def link_of(purpose: Purpose, clinic: str, appointment: Appointment) -> Link:
    return Link(purpose, clinic, appointment.patient_id, appointment.id, start_of(appointment))


def start_of(appointment: Appointment) -> int:
    return walltime.number(clock.moment(appointment.start)) if appointment.start else 0


def seal(link: Link) -> str:
    text = "\x1f".join((link.purpose, link.clinic, link.patient_id, link.appointment_id, str(link.start))).encode()
    return urlsafe_b64encode(_tag(text) + text).decode().rstrip("=")


def unseal(token: str) -> Link | None:
    """What a token says; None for one that we did not make."""
    if len(token) > MOST:
        return None
    try:
        raw = urlsafe_b64decode(token + "=" * (-len(token) % 4))
    except ValueError:
        return None
    tag, text = raw[:TAG], raw[TAG:]
    # The same bytes can be written in several ways; ours is one.
    if not hmac.compare_digest(tag, _tag(text)) or urlsafe_b64encode(raw).decode().rstrip("=") != token:
        return None
    purpose, clinic, patient_id, appointment_id, start = text.decode().split("\x1f")
    return Link("confirm" if purpose == "confirm" else "cancel", clinic, patient_id, appointment_id, int(start))


def _tag(text: bytes) -> bytes:
    return hmac.digest(key_for("patient link"), text, "sha256")[:TAG]


def address(purpose: Purpose, clinic: str, appointment: Appointment) -> str:
    token = seal(link_of(purpose, clinic, appointment))
    return f"{settings.SITE}/{PATH}{token}/"
