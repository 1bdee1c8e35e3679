"""What the mail service reports of messages that did not arrive: SES's JSON, bare or in an SNS envelope. Pure."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

REFERENCE = "X-Clinnet-Message"  # a header of ours that comes back
REASONS = {
    "NoEmail": "The mailbox does not exist",
    "MailboxFull": "The mailbox is full",
    "Suppressed": "The mail service gave this address up",
    "OnAccountSuppressionList": "The mail service gave this address up",
    "MessageTooLarge": "The mailbox refused the message",
}
CAME_BACK, UNWANTED = "The message came back", "The recipient marked it as unwanted"


@dataclass(frozen=True, slots=True)
class Bounce:
    """`about` is the appointment that a message was about; of what another app sent its own id, and `item` which."""

    clinic: str
    patient_id: str
    about: str
    reason: str
    addresses: tuple[str, ...] = field(default=(), repr=False)  # in small letters; none where the report says none
    item: str = ""


def read(text: str) -> list[Bounce]:
    """One for each appointment, or document, that the message was about.

    None for what is no lasting failure of a message of ours: deliveries, and what the service itself tries again.
    """
    try:
        report = _inner(json.loads(text))
    except ValueError:
        return []
    kind = report.get("notificationType") or report.get("eventType")
    bounce = report.get("bounce") or {}
    if kind not in ("Bounce", "Complaint") or (kind == "Bounce" and bounce.get("bounceType") == "Transient"):
        return []
    headers = (report.get("mail") or {}).get("headers") or []
    reference = next((each.get("value", "") for each in headers if each.get("name") == REFERENCE), "")
    reason = UNWANTED if kind == "Complaint" else REASONS.get(str(bounce.get("bounceSubType")), CAME_BACK)
    parts = [each.split("/") for each in str(reference).split()]
    to = _addresses(bounce.get("bouncedRecipients") or (report.get("complaint") or {}).get("complainedRecipients"))
    named = [each for each in parts if len(each) in (3, 4) and all(each)]
    return [Bounce(each[0], each[1], each[2], reason, to, "".join(each[3:])) for each in named]


def _addresses(listed: Any) -> tuple[str, ...]:
    found = [str(each.get("emailAddress", "")) for each in listed or [] if isinstance(each, dict)]
    return tuple(each.rpartition("<")[2].rstrip("> ").strip().lower() for each in found if "@" in each)


def _inner(report: Any) -> Mapping[str, Any]:
    if isinstance(report, dict) and isinstance(report.get("Message"), str):
        report = json.loads(report["Message"])
    return report if isinstance(report, dict) else {}
