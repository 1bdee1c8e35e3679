"""What sends messages beside the site, and where what was sent can be read."""

import subprocess
import sys
from email.message import EmailMessage
from pathlib import Path

import pytest

from clinnet.local import mails, place, setup
from clinnet.local.supervisor import RESTARTS, Helper


def test_without_the_work_by_the_clock_the_rest_goes_on(capsys: pytest.CaptureFixture[str]) -> None:
    helper = Helper("The work by the clock", lambda: subprocess.Popen([sys.executable, "-c", "raise SystemExit(3)"]))
    helper.start()
    for _ in range(RESTARTS + 1):
        assert helper.process is not None
        helper.process.wait()
        helper.check()
    assert helper.process is None
    helper.check()
    assert "(messages, seals, sums of days) waits; all else works." in capsys.readouterr().out


def test_sent_mail_is_read_with_this_installation_s_secret_alone(engine_var: Path) -> None:
    here = place.local(engine_var) or {}
    ses = setup.client("ses", engine_var, here["endpoint"])
    ses.send_email(
        Source=here["mail_from"],
        Destination={"ToAddresses": ["reader@example.org"]},
        Message={"Subject": {"Data": "Hello"}, "Body": {"Text": {"Data": "A body"}}},
    )
    found = [each for each in mails.messages(engine_var) if each["To"] == ["reader@example.org"]]
    assert [(each["Subject"], each["BodyText"]) for each in found] == [("Hello", "A body")]
    assert "To reader@example.org" in mails.text(engine_var)


def test_the_mailbox_shows_what_is_attached(engine_var: Path) -> None:
    here = place.local(engine_var) or {}
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = here["mail_from"], "whole@example.org", "Your appointment, Größe"
    mail.set_content("Hello María,")
    mail.add_attachment("BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", subtype="calendar", filename="appointment.ics")
    mail.add_attachment(b"\xff\xfe", maintype="application", subtype="pdf", filename="a.pdf")
    setup.client("ses", engine_var, here["endpoint"]).send_raw_email(RawMessage={"Data": mail.as_bytes()})
    shown = next(part for part in mails.text(engine_var).split("-" * 72) if "whole@example.org" in part)
    for word in ("Hello María,", "[appointment.ics, text/calendar]\nBEGIN:VCALENDAR\nEND", "application/pdf]\n2 bytes"):
        assert word in shown


def test_text_messages_stand_among_the_mails(engine_var: Path) -> None:
    here = place.local(engine_var) or {}
    setup.client("sns", engine_var, here["endpoint"]).publish(PhoneNumber="+447700900999", Message="Your appointment")
    (found,) = (each for each in mails.messages(engine_var) if each["To"] == ["+447700900999"])
    assert (found["Subject"], found["BodyText"]) == ("Text message", "Your appointment")


def test_a_sender_that_nobody_verified_is_refused(engine_var: Path) -> None:
    here = place.local(engine_var) or {}
    ses = setup.client("ses", engine_var, here["endpoint"])
    with pytest.raises(ses.exceptions.MessageRejected):
        ses.send_raw_email(Source="nobody@clinnet.example", Destinations=["x@example.org"], RawMessage={"Data": b"x"})
