"""One mail as it goes over the wire, and what the mail service's refusals mean."""

import email
from email import policy
from typing import Any
from unittest.mock import patch

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from scheduling.messages.services import mail
from scheduling.messages.services.mail import Mail, MailDown, MailRefused


def letter(**given: Any) -> Mail:
    usual: dict[str, Any] = {
        "to": "maria@example.org",
        "subject": "Votre rendez-vous",
        "text": "Bonjour à tous,\n" + "x" * 2000,
        "calendar": "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n",
        "method": "REQUEST",
        "sender": "Praxis Müller, Köln",
        "reference": "north/P/A",
    }
    return Mail(**(usual | given))


def test_a_mail_is_plain_ascii_in_short_lines_and_says_whose_it_is() -> None:
    raw = letter().raw()
    raw.decode("ascii")
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    message = email.message_from_bytes(raw, policy=policy.default)
    assert "Praxis Müller, Köln" in str(message["From"])
    assert message["X-Clinnet-Message"] == "north/P/A"
    (part,) = message.iter_attachments()
    assert part.get_param("method", header="content-type") == "REQUEST"


@given(st.text(max_size=60) | st.from_regex(r"[^@\s]{1,20}@[^@\s]{1,20}", fullmatch=True))
def test_whatever_stands_for_an_address_adds_no_header_and_no_recipient(address: str) -> None:
    try:
        raw = letter(to=address).raw()
    except MailRefused:
        return
    message = email.message_from_bytes(raw, policy=policy.default)
    assert message.keys().count("To") == 1
    assert len(message["To"].addresses) <= 1
    assert not {"Bcc", "Cc", "bcc", "cc"} & set(message.keys())


@pytest.mark.parametrize(
    "address", ["", "x", "a@b", "a b@example.org", "a@example.org\nBcc: b@example.org", "é@example.org"]
)
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(MailRefused):
        letter(to=address).raw()


def refusal(code: str, said: str = "") -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": said}}, "SendRawEmail")


@pytest.mark.parametrize(
    ("error", "meaning"),
    [
        (EndpointConnectionError(endpoint_url="http://x"), MailDown),
        (refusal("Throttling"), MailDown),
        (refusal("AccountSendingPausedException"), MailDown),
        (refusal("MessageRejected", "Email address is not verified. …: appointments@clinic.example"), MailDown),
        (refusal("MessageRejected", "Address blacklisted"), MailRefused),
        (refusal("InvalidParameterValue", "Missing final '@domain'"), MailRefused),
    ],
)
def test_what_the_mail_service_says_is_either_later_or_never(error: Exception, meaning: type[Exception]) -> None:
    with patch.object(mail.client(), "send_raw_email", side_effect=error), pytest.raises(meaning) as raised:
        mail.send(letter())
    assert "example" not in str(raised.value)


def test_without_a_sender_messages_wait(settings: Settings) -> None:
    settings.CLINNET_MAIL_FROM = ""
    with pytest.raises(MailDown) as raised:
        mail.send(letter())
    assert "CLINNET_MAIL_FROM" in raised.value.reason
