"""People are reminded of what they owe: by phone one by one, by statements many at once."""

from collections.abc import Iterator
from unittest.mock import patch

import pytest

from billing.ledger.queries import Billed, billed
from billing.mailing import services as mailing
from billing.payments import services as payments
from billing.reminders import queries, services
from billing.takings.services import Taken
from clinnet import clock
from clinnet.accounts.permissions import Role
from clinnet.jobs import queries as job_queries
from clinnet.jobs import services as jobs
from clinnet.jobs.models import Job
from clinnet.table.errors import Denied
from clinnet.table.events import sentence
from patients.models import Patient
from patients.queries import history
from scheduling.messages.services import posting
from scheduling.messages.services.mail import Mail
from scheduling.messages.services.sending import send_due
from tests.billing.conftest import ZONE, Till, refused
from tests.billing.test_books import wrong
from tests.billing.test_pages import AtTill, at_till
from tests.patients.pages import plain
from tests.people import signed_in_client

__all__ = ["at_till"]
pytestmark = pytest.mark.django_db
HOME = {"line": "5 Mill Lane", "city": "York", "postcode": "YO1 7HU"}


@pytest.fixture
def letters() -> Iterator[list[Mail]]:
    found: list[Mail] = []
    with patch.object(posting, "send", found.append):
        yield found


@pytest.fixture
def three(till: Till) -> tuple[Patient, Patient, Patient]:
    """Who has an e-mail address, who has a postal one, and who has none."""
    people = (
        till.desk.patient("Ana", "Díaz", birth_date="1985-03-14", email="ana@example.org"),
        till.desk.patient("Bo", "Berg", birth_date="1985-03-14", address=HOME),
        till.desk.patient("Cy", "Crowe", birth_date="1985-03-14"),
    )
    for each in people:
        till.check_out(each, "FBC")
    return people


def made(till: Till, people: tuple[Patient, ...]) -> Job:
    id = services.begin(till.scope, patients=people)
    return jobs.go_on(till.scope, job=job_queries.job(till.scope, id))


def told(till: Till, found: Billed) -> list[tuple[str, str]]:
    return [(each["way"], each["words"]) for each in till.again(found).settlement.reminders or []]


def test_a_call_is_written_down_with_what_is_open(at_till: AtTill, till: Till, maria: Patient) -> None:
    bill = till.check_out(maria, "FBC")
    path = f"patients/{maria.id}/money/call/"
    assert f'href="{at_till.url(path)}"' in at_till.get("money/unpaid/")
    assert "£24.00 of 1 invoice" in plain(at_till.get(path))
    assert "Write what was said" in plain(at_till.send(path).content.decode())
    said = at_till.said(at_till.send(path, words="Pays on Friday"))
    assert "Written down." in said
    assert told(till, bill) == [("phone", "Pays on Friday")]
    assert ", called" in said
    assert "Called" in plain(at_till.get(path))
    payments.take(till.scope, billed=till.again(bill), taken=Taken("card", 400))
    assert ", called" in plain(at_till.get("money/unpaid/"))  # a payment in part leaves it there
    assert wrong(till) == []


def test_a_call_about_what_was_paid_meanwhile_says_so(till: Till, maria: Patient) -> None:
    bill = till.check_out(maria, "FBC")
    seen = services.open_of(till.scope, maria)
    payments.take(till.scope, billed=bill, taken=Taken("card"))
    with refused("paid just now"):
        services.call(till.scope, patient=maria, settlements=seen, words="Pays")
    with refused("Nothing is open"):
        services.call(till.scope, patient=maria, settlements=services.open_of(till.scope, maria), words="Pays")
    with pytest.raises(Denied):
        services.call(till.desk.nurse, patient=maria, settlements=seen, words="Pays")


def test_statements_go_as_they_can_and_say_who_cannot_be_reached(
    till: Till, three: tuple[Patient, Patient, Patient], letters: list[Mail]
) -> None:
    job = made(till, three)
    assert job.state == jobs.DONE
    assert [(job.results or {})[each.id]["w"] for each in three] == ["mail", "paper", "none"]
    assert send_due(till.scope.clinic_id)["sent"] == 1
    (letter,) = letters
    assert (letter.to, letter.filename) == ("ana@example.org", f"{mailing.STATEMENT}.pdf")
    assert letter.attachment.startswith(b"%PDF")
    trail = [sentence(row["line"]["action"]) for row in history(till.scope, three[0])[0]]
    assert [each for each in trail if "mail" in each] == ["e-mailed a statement", "began to e-mail a statement"]
    ways = [services.open_of(till.scope, each)[0].reminders for each in three]
    assert [each[-1]["way"] if each else "" for each in ways] == ["mail", "paper", ""]
    assert wrong(till) == []


def test_who_was_reminded_lately_is_left_out_and_who_paid_gets_none(
    till: Till, three: tuple[Patient, Patient, Patient]
) -> None:
    ana, bo, cy = three
    today = clock.today(ZONE)
    services.call(till.scope, patient=ana, settlements=services.open_of(till.scope, ana), words="Pays")
    found = queries.owing(till.scope, today, None)
    assert [each.patient.id for each in found.people] == [bo.id, cy.id]
    assert (found.recent, found.more) == (1, False)
    assert queries.owing(till.scope, today, 3).people == []
    later = queries.owing(till.scope, today + queries.RECENT * 2, None)
    assert (len(later.people), later.recent) == (3, 0)
    with patch.object(queries, "MOST", 1):
        assert queries.owing(till.scope, today, None).more
    id = services.begin(till.scope, patients=[bo])
    for each in services.open_of(till.scope, bo):
        payments.write_off(till.desk.admin, billed=billed(till.scope, bo.id, each.id), reason="Old")
    job = jobs.go_on(till.scope, job=job_queries.job(till.scope, id))
    assert (job.results or {})[bo.id]["w"] == "paid"


def test_a_step_is_done_once_whoever_goes_on(till: Till, three: tuple[Patient, Patient, Patient]) -> None:
    """Two go on with the same job: each person is reminded once."""
    job = job_queries.job(till.scope, services.begin(till.scope, patients=three))
    services.step(till.scope, job)
    services.step(till.scope, job)
    done = jobs.go_on(till.scope, job=job_queries.job(till.scope, job.id))
    assert done.state == jobs.DONE
    for each in three[:2]:
        assert len(services.open_of(till.scope, each)[0].reminders or []) == 1


def test_the_preview_is_what_is_made(at_till: AtTill, till: Till, three: tuple[Patient, Patient, Patient]) -> None:
    path = "money/unpaid/statements/"
    page = plain(at_till.get(path))
    assert all(each in page for each in ("for 3 people", "Díaz, Ana", "By e-mail", "On paper", "No address"))
    sent = at_till.form(path)
    (owed,) = services.open_of(till.scope, three[2])
    payments.take(till.scope, billed=billed(till.scope, three[2].id, owed.id), taken=Taken("card"))
    answer = at_till.client.post(at_till.url(path), sent)
    assert answer.status_code == 422
    html = answer.content.decode()
    assert "nothing was made yet" in plain(html)
    answer = at_till.client.post(at_till.url(path), at_till.form_of(html))
    done = at_till.said(answer)
    assert all(each in done for each in ("Done.", "Print 1 on paper", "Berg, Bo On paper", "Díaz, Ana By e-mail"))
    papers = at_till.client.get(f"{answer['Location']}paper/")
    assert papers.content.startswith(b"%PDF")
    assert "There is nobody to remind" in plain(at_till.get(path))


def test_who_takes_no_money_reminds_nobody(till: Till, three: tuple[Patient, Patient, Patient]) -> None:
    nurse = AtTill(signed_in_client(till.scope.clinic_id, role=Role.NURSE), till)
    nurse.get("money/unpaid/statements/", status=403)
    nurse.get(f"patients/{three[0].id}/money/call/", status=403)
    with pytest.raises(Denied):
        services.begin(till.desk.nurse, patients=three)
