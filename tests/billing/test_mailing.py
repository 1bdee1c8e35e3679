"""An invoice by e-mail: waiting, sent or not sent, as it is."""

import json
import re
import sys
from collections.abc import Iterator
from functools import partial
from io import StringIO
from unittest.mock import patch

import pytest
from django.core.management import call_command

from billing.invoices.services.crediting import credit
from billing.invoices.views import papers
from billing.ledger.queries import Billed
from billing.mailing import services
from billing.mailing.queries import mailings
from billing.mailing.views import drawn
from billing.payments import services as payments
from clinnet import formats
from clinnet.accounts.queries import clinic
from clinnet.table import get
from patients.models import Patient
from scheduling.messages.services import posting
from scheduling.messages.services.mail import Mail, MailDown, MailRefused
from scheduling.messages.services.posting import Post
from scheduling.messages.services.sending import scope_of, send_due
from tests.billing.conftest import Till, refused
from tests.billing.test_books import wrong
from tests.billing.test_pages import AtTill
from tests.patients.pages import plain
from tests.people import signed_in_client

pytestmark = pytest.mark.django_db


@pytest.fixture
def ana(till: Till) -> Patient:
    return till.desk.patient("Ana", "Díaz", birth_date="1985-03-14", email="ana@example.org", language="es")


@pytest.fixture
def letters() -> Iterator[list[Mail]]:
    """What is handed to the mail service."""
    found: list[Mail] = []
    with patch.object(posting, "send", found.append):
        yield found


def told(till: Till, billed: Billed) -> list[tuple[str | None, str | None]]:
    return [(each.state, each.to or each.reason) for each in mailings(till.scope, billed.invoice)]


def test_an_invoice_is_mailed_once_and_says_so(till: Till, ana: Patient, letters: list[Mail]) -> None:
    billed = till.check_out(ana, method="card")
    desk = AtTill(signed_in_client(till.scope.clinic_id), till)
    root = f"patients/{ana.id}/money/{billed.invoice.id}/"
    sent = desk.form(root, desk.url(f"{root}e-mail/"))
    assert "will be e-mailed" in desk.said(desk.client.post(desk.url(f"{root}e-mail/"), sent))
    desk.client.post(desk.url(f"{root}e-mail/"), sent)  # pressed twice
    assert told(till, billed) == [("waiting", None)]
    assert "Waiting to be sent" in plain(desk.get(root))
    with refused("was e-mailed"):
        payments.undo(till.scope, billed=billed)
    assert send_due(till.scope.clinic_id)["sent"] == 1
    assert send_due(till.scope.clinic_id)["sent"] == 0
    (letter,) = letters
    assert (letter.to, letter.subject, letter.filename) == (
        "ana@example.org",
        f"Un documento de {billed.invoice.seller['name']}",
        f"{billed.invoice.number}.pdf",
    )
    assert letter.attachment.startswith(b"%PDF")
    assert b"application/pdf" in letter.raw()
    assert told(till, billed) == [("sent", "a…@example.org")]
    page = plain(desk.get(root))
    assert "Sent a…@example.org" in page
    assert wrong(till) == []


def test_what_is_printed_is_a_copy_that_the_invoice_names(till: Till, ana: Patient) -> None:
    billed = till.check_out(ana, method="card")
    desk = AtTill(signed_in_client(till.scope.clinic_id), till)
    root = f"patients/{ana.id}/money/{billed.invoice.id}/"
    with patch.object(papers, "Document") as drawn_up:
        drawn_up.return_value.render.return_value = b"%PDF"
        for paper in ("a4", "receipt"):
            desk.client.get(desk.url(f"{root}paper/{paper}/"))
    feet = [call.args[2].foot for call in drawn_up.call_args_list]
    assert [foot.partition(" by ")[0] for foot in feet] == [
        f"{word} {formats.date(till.today, clinic(till.scope.clinic_id))}, 10:31"
        for word in ("Printed", "Copy 2, printed")
    ]
    desk.client.get(desk.url(f"{root}paper/csv/"))
    desk.get(f"{root}paper/a3/", status=404)
    assert told(till, billed) == [("printed", "receipt"), ("printed", "a4")]
    page = plain(desk.get(root))
    assert all(each in page for each in ("Copies", "Printed Receipt", "Printed A4"))
    payments.undo(till.scope, billed=billed)  # paper can be taken back


def test_a_credit_note_names_its_copies_too(till: Till, ana: Patient) -> None:
    billed = till.check_out(ana, method="card")
    note = credit(till.desk.admin, billed=billed, quantities=[1000], reason="Wrong")
    desk = AtTill(signed_in_client(till.scope.clinic_id), till)
    root = f"patients/{ana.id}/money/credit-notes/{note}/"
    assert "Copies" not in desk.get(root)
    with patch.object(papers, "Document") as drawn_up:
        drawn_up.return_value.render.return_value = b"%PDF"
        for paper in ("us-letter", "csv", "a4"):  # a file is no copy
            desk.client.get(desk.url(f"{root}{paper}/"))
    feet = [call.args[2].foot.partition(",")[0] for call in drawn_up.call_args_list]
    assert [foot.startswith("Copy 2") for foot in feet] == [False, True]
    page = plain(desk.get(root))
    assert page.index("Printed A4") < page.index("Printed Letter")
    assert told(till, billed) == []  # the invoice's own copies are other ones


def test_what_cannot_be_sent_waits_or_says_why(till: Till, ana: Patient, letters: list[Mail]) -> None:
    billed, other, void = (till.check_out(ana, method="card") for _ in range(3))
    scope = scope_of(till.scope.clinic_id)
    send_all = partial(services.POST.send_waiting, scope, drawn)
    services.mail(till.scope, patient=ana, billed=billed)
    with patch.object(posting, "send", side_effect=MailDown("Down")), pytest.raises(MailDown):
        send_all()
    assert (told(till, billed), send_all()) == ([("waiting", None)], {})  # it is tried again in two minutes
    with till.desk.clock_at(till.desk.at("10:40")):
        assert send_all() == {"sent": 1}
    services.mail(till.scope, patient=ana, billed=other)
    with till.desk.clock_at(till.desk.at("10:41")), patch.object(posting, "send", side_effect=MailRefused):
        assert send_all() == {"failed": 1}
    assert told(till, other) == [("failed", posting.NOT_TAKEN)]
    payments.undo(till.desk.admin, billed=other)  # nobody has it
    services.mail(till.scope, patient=ana, billed=void)
    with patch.object(payments, "mailings", lambda *_: []):  # read before it was asked for
        payments.undo(till.scope, billed=void)
    assert send_all() == {"failed": 1}
    assert told(till, void) == [("failed", services.IS_VOID)]
    with refused("void invoice is not e-mailed"):
        services.mail(till.scope, patient=ana, billed=till.again(void))
    assert len(letters) == 1


def test_an_invoice_that_came_back_says_so_and_the_address_is_not_written_to_again(
    till: Till, ana: Patient, letters: list[Mail]
) -> None:
    billed = till.check_out(ana, method="card")
    services.mail(till.scope, patient=ana, billed=billed)
    services.POST.send_waiting(scope_of(till.scope.clinic_id), drawn)
    bounce = {"bounceType": "Permanent", "bounceSubType": "NoEmail"}
    headers = [{"name": "X-Clinnet-Message", "value": letters[0].reference}]
    report = json.dumps({"eventType": "Bounce", "bounce": bounce, "mail": {"headers": headers}})
    for said in ("1 came back", "0 came back"):  # the same report twice
        with patch.object(sys, "stdin", StringIO(report + "\n")):
            out = StringIO()
            call_command("record_bounces", stdout=out)
        assert said in out.getvalue()
    assert told(till, billed)[0][0] == "bounced"
    desk = AtTill(signed_in_client(till.scope.clinic_id), till)
    page = plain(desk.get(f"patients/{ana.id}/money/{billed.invoice.id}/"))
    assert "Came back a…@example.org · The mailbox does not exist" in page
    again = get(till.scope, Patient, Patient.at(ana.id))
    with refused("Print it instead"):
        services.mail(till.scope, patient=again, billed=billed)


def test_of_two_who_send_at_once_one_sends(till: Till, ana: Patient, letters: list[Mail]) -> None:
    services.mail(till.scope, patient=ana, billed=till.check_out(ana, method="card"))
    scope, claim = scope_of(till.scope.clinic_id), Post.claim

    def slow(*arguments: object) -> None:
        with patch.object(Post, "claim", claim):
            assert services.POST.send_waiting(scope, drawn) == {"sent": 1}
        claim(*arguments)  # type: ignore[arg-type]

    with patch.object(Post, "claim", slow):
        assert services.POST.send_waiting(scope, drawn) == {}
    assert len(letters) == 1


def test_without_an_address_it_is_printed(till: Till, maria: Patient) -> None:
    with refused("No e-mail address. Print it instead."):
        services.mail(till.scope, patient=maria, billed=till.check_out(maria, method="card"))


def chosen(page: str) -> str:
    """Which receipt a check-out begins with."""
    options = page[page.index('name="receipt"') :]
    found = re.search(r'value="(\w+)"\s+selected', options[: options.index("</select>")])
    return found[1] if found else ""


def test_who_pays_gets_the_receipt_as_they_want_it_the_next_time_too(
    till: Till, ana: Patient, letters: list[Mail]
) -> None:
    desk = AtTill(signed_in_client(till.scope.clinic_id), till)
    path = f"patients/{ana.id}/money/check-out/"
    assert chosen(desk.get(path)) == "print"
    shown = desk.form_of(desk.send(path, do="look", add="fbc").content.decode())
    answer = desk.client.post(desk.url(path), shown | {"do": "take", "receipt": "mail"})
    again = desk.client.post(desk.url(path), shown | {"do": "take", "receipt": "mail"})  # pressed twice
    assert (answer.status_code, again.status_code) == (302, 302)
    assert send_due(till.scope.clinic_id)["sent"] == 1
    assert (letters[0].to, till.day.card_in) == ("ana@example.org", 2400)
    assert chosen(desk.get(path)) == "mail"
    assert wrong(till) == []


def test_a_receipt_that_cannot_be_mailed_is_said_and_the_money_is_taken(till: Till, maria: Patient) -> None:
    desk = AtTill(signed_in_client(till.scope.clinic_id), till)
    path = f"patients/{maria.id}/money/check-out/"
    shown = desk.form_of(desk.send(path, do="look", add="fbc").content.decode())
    said = desk.said(desk.client.post(desk.url(path), shown | {"do": "take", "receipt": "mail"}))
    assert "The receipt does not go by e-mail." in said
    assert "£24.00 by card from María García" in said
    assert till.day.card_in == 2400
