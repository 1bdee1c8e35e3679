"""The links in a message: each does one thing, for one appointment at one time, until that time.

What a link says is signed, not kept: nothing is stored that could be stolen, and a forged one costs the table nothing.
It names the start, not the sequence: a change of room is no news to the patient, and the link in hand goes on working.
"""

import hmac
from base64 import b32encode, urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from typing import Literal

from django.conf import settings

from clinnet import clock
from clinnet.table import Scope, Transaction, find_row, keys
from clinnet.table.secrets import key_for
from scheduling.calendar.rules import walltime
from scheduling.models import Appointment

Purpose = Literal["confirm", "cancel"]
SHORT_PATH, SHORT = "t/", 10  # bytes of an HMAC: 16 letters and digits
PATH = "m/"  # not asked of the URLs: whatever sends messages would load every page of the site
TAG = 16  # bytes of the HMAC
MOST = 400
DAY = 86400  # seconds for which a short one is kept after the visit began


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


# --- Short ones, for text messages ---------------------------------------------------------------------------------


def short_address(clinic: str, appointment: Appointment) -> str:
    """The same for the same time: sent twice it is one link. It works once `keep_short` is committed."""
    return f"{settings.SITE}/{SHORT_PATH}{_code(clinic, appointment)}"


def keep_short(tx: Transaction, appointment: Appointment) -> None:
    """The step that keeps what the short link says. The table has a digest of it, which is of no use as a link."""
    at = keys.short_link(_digest(_code(tx.scope.clinic_id, appointment)))
    row = {
        "PK": at.pk,
        "SK": at.sk,
        "type": "LINK",
        "id": appointment.id,
        "patientId": appointment.patient_id,
        "start": start_of(appointment),
        "expiresAt": _over(appointment),
    }
    tx.put_row(row)


def open_short(code: str) -> Link | None:
    """What a short link is about, as one that confirms; None for one that we did not make, or that is over."""
    row = (
        find_row(Scope.system("patient link"), keys.short_link(_digest(code))) if len(code) == SHORT * 8 // 5 else None
    )
    return Link("confirm", row["clinicId"], row["patientId"], row["id"], int(row["start"])) if row else None


def _code(clinic: str, appointment: Appointment) -> str:
    text = seal(link_of("confirm", clinic, appointment)).encode()
    return b32encode(hmac.digest(key_for("short link"), text, "sha256")[:SHORT]).decode().lower()


def _digest(code: str) -> str:
    return hmac.new(key_for("short link kept"), code.encode(), "sha256").hexdigest()


def _over(appointment: Appointment) -> int:
    return int(walltime.moment_of(start_of(appointment)).timestamp()) + DAY
