"""One text message, and SNS, which takes it. It says that it took it, and nothing about whether it arrives."""

import functools
from dataclasses import dataclass, field
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.conf import settings

from scheduling.messages.rules import gsm
from scheduling.messages.services.mail import MailDown, MailRefused

# What says that this number will never take a text; anything else is tried again.
NEVER = {
    "InvalidParameter": "The text service says that it is no valid number",
    "InvalidParameterValue": "The text service says that it is no valid number",
    "OptedOut": "They told the text service to stop",
}
WHOSE = "PhoneNumber"  # the service uses InvalidParameter for other things too, which are a matter of set-up


class SmsDown(MailDown):
    """No text can be sent just now; e-mail goes on."""


@dataclass(frozen=True, slots=True)
class Sms:
    to: str = field(repr=False)  # E.164
    text: str = field(repr=False)

    @property
    def parts(self) -> int:
        return gsm.size(self.text).parts


@functools.cache
def client() -> Any:
    config = Config(connect_timeout=2, read_timeout=10, retries={"total_max_attempts": 1})
    return boto3.client(
        "sns", region_name=settings.AWS_REGION, endpoint_url=settings.AWS_ENDPOINT, config=config, **settings.AWS_KEYS
    )


def send(sms: Sms) -> str:
    """Hands it over; returns the service's id. Raises SmsDown, and MailRefused with the reason in words."""
    try:
        answer = client().publish(PhoneNumber=sms.to, Message=sms.text, MessageAttributes=_attributes())
    except ClientError as error:
        code, said = error.response["Error"].get("Code", ""), error.response["Error"].get("Message", "")
        if code in NEVER and (WHOSE in said or code == "OptedOut"):
            raise MailRefused(NEVER[code]) from None
        raise SmsDown("The text service does not take messages.") from None
    except BotoCoreError:
        raise SmsDown("The text service does not answer.") from None
    return str(answer["MessageId"])


def _attributes() -> dict[str, Any]:
    said = {"AWS.SNS.SMS.SMSType": "Transactional"}
    if settings.CLINNET_SMS_SENDER:
        said["AWS.SNS.SMS.SenderID"] = settings.CLINNET_SMS_SENDER
    return {name: {"DataType": "String", "StringValue": value} for name, value in said.items()}
