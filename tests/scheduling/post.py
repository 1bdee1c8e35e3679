"""Mail of the tests: what the engine's mail service was given, whole, while a block runs."""

import email
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email import policy
from email.message import EmailMessage
from unittest.mock import patch

from scheduling.messages.services import mail


@dataclass(frozen=True)
class Received:
    to: str
    message: EmailMessage
    raw: bytes

    @property
    def text(self) -> str:
        body = self.message.get_body(("plain",))
        assert body is not None
        return str(body.get_content())

    @property
    def calendar(self) -> list[str]:
        (part,) = self.message.iter_attachments()
        assert part.get_content_type() == "text/calendar"
        content = part.get_content()
        text = content if isinstance(content, str) else content.decode()
        return text.replace("\r\n ", "").splitlines()

    @property
    def subject(self) -> str:
        return str(self.message["Subject"])


@contextmanager
def postman() -> Iterator[list[Received]]:
    """Everything goes on to the engine's own service."""
    found: list[Received] = []
    real = mail.client().send_raw_email

    def send(**given: object) -> object:
        answer = real(**given)
        raw, to = given["RawMessage"]["Data"], given["Destinations"]  # type: ignore[index]  # as boto3 takes it
        message = email.message_from_bytes(raw, policy=policy.default)
        assert isinstance(message, EmailMessage)
        found.append(Received(to[0], message, raw))  # type: ignore[index]
        return answer

    with patch.object(mail.client(), "send_raw_email", send):
        yield found
