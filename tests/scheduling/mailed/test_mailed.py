"""A letter by e-mail: waiting, sent or not sent, as it is; to the patient alone, and without a word of what it says."""

import json
import sys
from collections.abc import Iterator
from io import StringIO
from unittest.mock import patch

import pytest
from django.core.management import call_command

from clinnet import clock
from clinnet.accounts.permissions import Role
from clinnet.table import Scope, errors, get, keys, query
from patients.models import Patient
from records.letters import services as signing
from records.letters.models import Letter
from records.letters.services import Draft
from records.rules.letters import BUILT_IN
from records.services.recording import Moment
from scheduling.mailed import services
from scheduling.mailed.models import LetterMail
from scheduling.mailed.views import drawn
from scheduling.messages.services import posting
from scheduling.messages.services.mail import Mail, MailDown, MailRefused
from scheduling.messages.services.posting import Post
from scheduling.messages.services.sending import scope_of, send_due
from tests.conftest import Register
from tests.conftest import scope_of as scope_as
from tests.patients.pages import Pages
from tests.people import signed_in_client

pytestmark = pytest.mark.django_db


@pytest.fixture
def doctor(clinic: str) -> Scope:
    return scope_as(clinic, Role.DOCTOR, "Dr Amara Okafor")


@pytest.fixture
def ana(register: Register) -> Patient:
    return register(
        given_name="Ana", family_name="Díaz", birth_date="1985-03-14", email="ana@example.org", language="es"
    )


@pytest.fixture
def left() -> Iterator[list[Mail]]:
    """What is handed to the mail service."""
    found: list[Mail] = []
    with patch.object(posting, "send", found.append):
        yield found


def signed(doctor: Scope, patient: Patient) -> Letter:
    moment = Moment(clock.new_id(), "Letter")
    draft = Draft(BUILT_IN[2], "Your HIV test", "The test is negative.", "")
    entry, id = signing.sign_letter(doctor, patient=patient, moment=moment, draft=draft).split("/")
    return get(doctor, Letter, Letter.at(patient.id, entry, id))


def refused(doctor: Scope, patient: Patient, letter: Letter) -> str:
    with pytest.raises(errors.Refused) as refusal:
        services.mail_letter(doctor, patient=patient, letter=letter)
    return refusal.value.sentence


def told(doctor: Scope, letter: Letter) -> list[tuple[str | None, str | None]]:
    found = query(doctor, keys.mailings_of(letter.patient_id, letter.id), limit=20, backward=True).of(LetterMail)
    return [(each.state, each.to or each.reason) for each in found]


def send_all(doctor: Scope) -> dict[str, int]:
    return dict(services.POST.send_waiting(scope_of(doctor.clinic_id), drawn))


def test_a_letter_is_mailed_once_to_the_patient_and_its_page_says_so(
    doctor: Scope, ana: Patient, left: list[Mail]
) -> None:
    letter = signed(doctor, ana)
    here = Pages(signed_in_client(doctor.clinic_id, role=Role.DOCTOR), doctor.clinic_id, ana)
    page = f"chart/entries/{letter.entry_id}/letters/{letter.id}/"
    assert "E-mail it to the patient" in here.text(page)
    form = here.fields(page, "e-mail/")
    for _ in range(2):  # pressed twice
        here.client.post(here.at(f"{page}e-mail/"), form)
    assert told(doctor, letter) == [("waiting", None)]
    assert "Waiting to be sent" in here.text(page)
    assert send_due(doctor.clinic_id)["sent"] == 1
    assert send_due(doctor.clinic_id)["sent"] == 0
    (mail,) = left
    assert mail.to == "ana@example.org"
    assert mail.attachment.startswith(b"%PDF")
    assert "HIV" not in f"{mail.subject}{mail.text}{mail.filename}{mail.reference}"
    assert mail.subject.startswith("Un documento de ")
    assert told(doctor, letter) == [("sent", "a…@example.org")]
    assert "Sent a…@example.org" in here.text(page)


def test_a_nurse_is_not_offered_to_send_it_and_reads_what_became_of_it(doctor: Scope, ana: Patient) -> None:
    letter = signed(doctor, ana)
    services.mail_letter(doctor, patient=ana, letter=letter)
    nurse = Pages(signed_in_client(doctor.clinic_id, role=Role.NURSE), doctor.clinic_id, ana)
    text = nurse.text(f"chart/entries/{letter.entry_id}/letters/{letter.id}/")
    assert "Waiting to be sent" in text
    assert "E-mail it" not in text


def test_what_cannot_be_sent_waits_or_says_why(
    doctor: Scope, ana: Patient, left: list[Mail], monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second, wrong = (signed(doctor, ana) for _ in range(3))
    services.mail_letter(doctor, patient=ana, letter=first)
    with patch.object(posting, "send", side_effect=MailDown("Down")), pytest.raises(MailDown):
        send_all(doctor)
    assert (told(doctor, first), send_all(doctor)) == ([("waiting", None)], {})  # it is tried again in two minutes
    now = clock.now()
    with monkeypatch.context() as turned:
        turned.setattr(clock, "now", lambda: now + posting.LEASE)
        assert send_all(doctor) == {"sent": 1}
    services.mail_letter(doctor, patient=ana, letter=second)
    with patch.object(posting, "send", side_effect=MailRefused):
        assert send_all(doctor) == {"failed": 1}
    assert told(doctor, second) == [("failed", posting.NOT_TAKEN)]
    services.mail_letter(doctor, patient=ana, letter=wrong)
    signing.letter_in_error(doctor, patient=ana, entry_id=wrong.entry_id, letter_id=wrong.id, reason="content")
    assert send_all(doctor) == {"failed": 1}
    assert told(doctor, wrong) == [("failed", services.IS_WRONG)]
    again = get(doctor, Letter, Letter.at(ana.id, wrong.entry_id, wrong.id))
    assert "entered in error" in refused(doctor, ana, again)
    assert len(left) == 1


def test_a_letter_that_came_back_says_so_and_the_address_is_not_written_to_again(
    doctor: Scope, ana: Patient, left: list[Mail]
) -> None:
    letter = signed(doctor, ana)
    services.mail_letter(doctor, patient=ana, letter=letter)
    send_all(doctor)
    bounce = {"bounceType": "Permanent", "bounceSubType": "NoEmail"}
    headers = [{"name": "X-Clinnet-Message", "value": left[0].reference}]
    report = json.dumps({"eventType": "Bounce", "bounce": bounce, "mail": {"headers": headers}})
    for said in ("1 came back", "0 came back"):  # the same report twice
        with patch.object(sys, "stdin", StringIO(report + "\n")):
            out = StringIO()
            call_command("record_bounces", stdout=out)
        assert said in out.getvalue()
    assert told(doctor, letter)[0][0] == "bounced"
    again = get(doctor, Patient, Patient.at(ana.id))
    assert "Print it instead" in refused(doctor, again, letter)


def test_of_two_who_send_at_once_one_sends(doctor: Scope, ana: Patient, left: list[Mail]) -> None:
    services.mail_letter(doctor, patient=ana, letter=signed(doctor, ana))
    place = Post.claim

    def slow(*arguments: object, **named: object) -> None:
        with patch.object(Post, "claim", place):
            assert send_all(doctor) == {"sent": 1}
        place(*arguments, **named)  # type: ignore[arg-type]  # as they were

    with patch.object(Post, "claim", slow):
        assert send_all(doctor) == {}
    assert len(left) == 1


def test_without_an_address_it_is_printed(doctor: Scope, register: Register) -> None:
    maria = register(given_name="María", family_name="García", birth_date="1985-03-14")
    assert refused(doctor, maria, signed(doctor, maria)) == "No e-mail address. Print it instead."
