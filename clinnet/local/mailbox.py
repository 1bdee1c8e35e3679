"""The embedded mail service shows a raw mail with what is attached: by itself it keeps the text alone."""

import base64
import email
from collections.abc import Callable
from email import policy
from email.message import EmailMessage, MIMEPart
from typing import Any


def attach() -> None:
    """Call before anything is sent."""
    from ministack.services import ses

    real: Callable[[Any], Any] = ses._send_raw_email

    def send(params: Any) -> Any:
        kept = ses._sent_emails_list()
        before = len(kept)
        answer = real(params)
        if len(kept) > before:
            kept[-1]["BodyText"] = readable(base64.b64decode(ses._p(params, "RawMessage.Data")))
        return answer

    ses._send_raw_email = send


def readable(raw: bytes) -> str:
    """The text of a mail, and each attachment with its name and kind."""
    whole = email.message_from_bytes(raw, policy=policy.default)
    if not isinstance(whole, EmailMessage):  # pragma: no cover  the policy makes no other
        return ""
    body = whole.get_body(("plain",))
    attached = (f"[{part.get_filename()}, {part.get_content_type()}]\n{_content(part)}"
                for part in whole.iter_attachments())  # fmt: skip
    return "\n\n".join([_content(body) if body else "", *attached])


def _content(part: MIMEPart) -> str:
    """Of a text; of anything else how long it is."""
    found = part.get_content()
    if isinstance(found, bytes):
        return found.decode(errors="replace") if part.get_content_maintype() == "text" else f"{len(found)} bytes"
    return str(found).replace("\r\n", "\n").rstrip()
