"""What the embedded mail service was given to send. It sends nothing, and forgets it when it stops."""

import json
import urllib.request
from pathlib import Path
from typing import Any

from clinnet.local import doors, place


def messages(var: Path) -> list[dict[str, Any]]:
    """Oldest first, each with To, Subject and BodyText."""
    here = place.local(var)
    if here is None:
        return []
    headers = {doors.KEY.decode(): here["secret_key"]}
    request = urllib.request.Request(here["endpoint"] + doors.SENT_MAIL, headers=headers)  # noqa: S310  loopback
    with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310
        found: dict[str, Any] = json.load(answer)
    return sorted(_listed(found), key=lambda mail: float(mail["Timestamp"]))


def _listed(found: Any) -> list[dict[str, Any]]:
    """The mails wherever they stand in the answer, which groups them by account."""
    if isinstance(found, list):
        return [mail for mail in found if isinstance(mail, dict) and "Subject" in mail]
    return [mail for each in found.values() for mail in _listed(each)] if isinstance(found, dict) else []


def text(var: Path) -> str:
    shown = (f"To {', '.join(mail['To'])}\n{mail['Subject']}\n\n{mail['BodyText']}" for mail in messages(var))
    return f"\n{'-' * 72}\n".join(shown)
