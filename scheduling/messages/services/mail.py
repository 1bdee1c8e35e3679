"""One e-mail with its calendar entry, and SES, which takes it."""

import functools
import re
from dataclasses import dataclass, field
from email import policy
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.conf import settings

from scheduling.messages.rules.bounces import REFERENCE

ADDRESS = re.compile(r"[\x21-\x7e]+@[\w.-]+\.\w+", re.ASCII)  # whatever else, it is one, and in one line
# What says that this one message will never go; anything else is tried again.
NEVER = {"InvalidParameterValue", "InvalidParameterValueException", "ValidationError", "MessageRejected"}
OURS = "not verified"  # MessageRejected too, and about the sender: a matter of set-up


class MailDown(Exception):
    """Nothing can be sent just now; `reason` is a sentence."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class MailRefused(Exception):
    """This message will never be taken; of a text with the reason, of an e-mail it is always the address."""


@dataclass(frozen=True, slots=True)
class Mail:
    to: str = field(repr=False)
    subject: str
    text: str = field(repr=False)
    calendar: str = field(repr=False)
    method: str  # REQUEST or CANCEL; PUBLISH of several
    sender: str  # the clinic's name
    reference: str
    attachment: bytes = field(default=b"", repr=False)  # a PDF
    filename: str = ""

    def raw(self) -> bytes:
        """As it goes over the wire. Raises MailRefused for an address that is none."""
        try:
            return self._made().as_bytes()
        except (ValueError, IndexError, AttributeError, MessageError):  # what the library makes of a strange address
            raise MailRefused from None

    def _made(self) -> EmailMessage:
        mail = EmailMessage(policy=policy.SMTP.clone(cte_type="7bit"))
        mail["From"] = Address(self.sender, addr_spec=settings.CLINNET_MAIL_FROM)
        if not ADDRESS.fullmatch(self.to):
            raise MailRefused
        mail["To"] = self.to
        mail["Subject"] = self.subject
        mail["Auto-Submitted"] = "auto-generated"
        mail[REFERENCE] = self.reference
        mail.set_content(self.text)
        if self.calendar:
            method = {"method": self.method}
            mail.add_attachment(self.calendar, subtype="calendar", params=method, filename="appointment.ics")
        if self.attachment:
            mail.add_attachment(self.attachment, maintype="application", subtype="pdf", filename=self.filename)
        return mail


@functools.cache
def client() -> Any:
    config = Config(connect_timeout=2, read_timeout=10, retries={"total_max_attempts": 1})
    return boto3.client(
        "ses", region_name=settings.AWS_REGION, endpoint_url=settings.AWS_ENDPOINT, config=config, **settings.AWS_KEYS
    )


def send(mail: Mail) -> None:
    """Raises MailDown, MailRefused: neither with what the service said, which may hold the address."""
    if not settings.CLINNET_MAIL_FROM:
        raise MailDown("No sender is set (CLINNET_MAIL_FROM).")
    raw = mail.raw()
    try:
        client().send_raw_email(Source=settings.CLINNET_MAIL_FROM, Destinations=[mail.to], RawMessage={"Data": raw})
    except ClientError as error:
        code, said = error.response["Error"].get("Code", ""), error.response["Error"].get("Message", "")
        if code in NEVER and OURS not in said:
            raise MailRefused from None
        raise MailDown("The mail service does not take messages." if OURS not in said else NOT_VERIFIED) from None
    except BotoCoreError:
        raise MailDown("The mail service does not answer.") from None


def quota() -> tuple[int, int]:
    """How many were sent in 24 hours, and how many may be. Raises MailDown."""
    try:
        found = client().get_send_quota()
    except (ClientError, BotoCoreError):
        raise MailDown("The mail service does not answer.") from None
    return int(found["SentLast24Hours"]), int(found["Max24HourSend"])


NOT_VERIFIED = "The mail service does not know the sender."
