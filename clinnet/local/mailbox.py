"""What the embedded services were given to send, in one list: mails with what is attached, and text messages."""

import base64
import email
import time
from collections.abc import Callable
from email import policy
from email.message import EmailMessage, MIMEPart
from typing import Any

TEXT = "Text message"


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
    _attach_texts()


def _attach_texts() -> None:
    """A text message stands among the mails. Its service keeps it apart, and under no door of ours."""
    from ministack.services import ses, sns

    real: Callable[[Any], Any] = sns._publish

    def publish(params: Any) -> Any:
        answer = real(params)
        if number := sns._p(params, "PhoneNumber"):
            body, now = sns._p(params, "Message"), time.time()
            text = {"MessageId": f"sms-{now}", "Source": "SMS", "To": [number], "Subject": TEXT, "BodyText": body}
            ses._sent_emails_list().append({**text, "Timestamp": now, "Type": TEXT})
        return answer

    sns._publish = publish


def readable(raw: bytes) -> str:
    """The text of a mail, and each attachment with its name and kind."""
    whole = email.message_from_bytes(raw, policy=policy.default)
    if not isinstance(whole, EmailMessage):  # pragma: no cover  the policy makes no other
        return ""
    body = whole.get_body(("plain",))
    attached = (
        f"[{part.get_filename()}, {part.get_content_type()}]\n{_content(part)}" for part in whole.iter_attachments()
    )
    return "\n\n".join([_content(body) if body else "", *attached])


def _content(part: MIMEPart) -> str:
    """Of a text; of anything else how long it is."""
    found = part.get_content()
    if isinstance(found, bytes):
        return found.decode(errors="replace") if part.get_content_maintype() == "text" else f"{len(found)} bytes"
    return str(found).replace("\r\n", "\n").rstrip()
