"""A month's report: from sums that are kept with each entry, and cost the same however many entries there are."""

import re
from dataclasses import replace
from datetime import date, timedelta
from html import unescape
from io import BytesIO

import pytest
from django.core.management import call_command
from pypdf import PdfReader

from billing import queries as billing
from billing.cash_moves.services import move
from billing.day_close import services as day_close
from billing.invoices.services.crediting import credit
from billing.invoices.services.issuing import Cover
from billing.payers.services import save_payer
from billing.payments import services as payments
from billing.proof.services import Books, note_down
from billing.reports import queries, rows, rules
from billing.reports.services import WHO
from billing.reports.views import NO_DAYS, TEMPLATE
from billing.unpaid import queries as unpaid
from clinnet import clock, spreadsheets
from clinnet.accounts.permissions import Role
from clinnet.consistency import Issue
from clinnet.console.tables import as_csv, bars
from clinnet.documents import Document
from clinnet.table import Event, Scope, Transaction, find_row, get_rows, keys
from clinnet.table.meter import metered
from patients.models import Patient
from scheduling import words
from scheduling.calendar.queries.setup import setup
from tests.actions import TESTED
from tests.billing.conftest import ZONE, Till
from tests.billing.test_books import a_day, every_written, wrong
from tests.billing.test_pages import AtTill
from tests.patients.pages import plain
from tests.people import signed_in_client

pytestmark = pytest.mark.django_db
METHODS_COUNTED = ("cash", "card", "transfer")


def test_a_month_says_what_was_done_taxed_and_taken(till: Till, maria: Patient) -> None:
    till.check_out(maria, "CONS15", "LETTER", "LETTER", method="cash")
    undone = till.check_out(maria, "FBC", method="card")
    payments.undo(till.scope, billed=undone)
    billed = till.check_out(maria, "LETTER", method="card")
    credit(till.desk.admin, billed=billed, quantities=[500], reason="Half")
    found = queries.month(till.scope, till.today[:7])
    assert found.services == (("LETTER", 2500, 7500), ("CONS15", 1000, 6500))
    assert found.rates == ((0, 6500, 0), (20_000, 7500, 1500))
    assert {name: each for name, each in found.moved.items() if each} == {
        "cashIn": 13700,
        "cardIn": 6000,
        "cardOut": 2400,
    }
    assert (found.kinds["CHARGE"], found.kinds["VOID"], found.kinds["CREDIT"]) == (19700, -2400, -1800)
    assert wrong(till) == []


def test_a_month_is_one_call_and_costs_the_same_with_more_invoices(till: Till, maria: Patient) -> None:
    """Once the drawers are known."""
    billing.known_drawers(till.scope)
    spent: list[tuple[int, float]] = []
    for _ in range(2):
        for _ in range(3):
            till.check_out(maria, "FBC", "LETTER", method="card")
        with metered() as meter:
            queries.month(till.scope, till.today[:7])
        spent.append((meter.sequence, meter.read_units))
    assert spent[0] == spent[1]
    assert spent[0][1] <= 12


def test_the_report_and_its_file_say_the_same(till: Till, maria: Patient) -> None:
    a_day(till, maria)
    office = AtTill(signed_in_client(till.scope.clinic_id, role=Role.ADMIN), till)
    page = plain(office.get("money/reports/"))
    month = till.today[:7]
    file = office.get(f"money/reports/{month}/file/")
    tables = rows.tables(queries.month(till.scope, month), billing.setup(till.scope), named(till))
    for table in tables:
        for word, *figures in ((each.word, *each.figures) for each in (table.total, *table.lines)):
            assert all(cell in page for cell in (table.name, word, *figures)), word
            assert all(spreadsheets.figure(cell) in file for cell in (table.name, word, *figures)), word
    for period in ("2020-01", "2020-Q1", "2020", "2020-01-31", "2020-01-31--2020-03-01"):
        assert "All services" in plain(office.get(f"money/reports/{period}/"))
        assert office.client.get(office.url(f"money/reports/{period}/file/")).status_code == 200
    others = ("2020-01-02--2020-01-01", "2020-01--2020-02", "2020-01-01--2022-06-01", "2020-01-01--")
    for never in (*others, "2020-13", "2020-Q5", "2020-02-30", "20", "x"):
        office.get(f"money/reports/{never}/", status=404)


def test_a_report_on_paper_says_what_the_page_says(till: Till, maria: Patient) -> None:
    a_day(till, maria)
    office = AtTill(signed_in_client(till.scope.clinic_id, role=Role.ADMIN), till)
    month = till.today[:7]
    answer = office.client.get(office.url(f"money/reports/{month}/paper/"))
    said = re.sub(r"\s", "", " ".join(page.extract_text() for page in PdfReader(BytesIO(answer.content)).pages))
    for table in rows.tables(queries.month(till.scope, month), billing.setup(till.scope), named(till)):
        for cells in ((each.word, *each.figures) for each in (table.total, *table.lines)):
            assert re.sub(r"\s", "", "".join(cells)) in said, cells


def test_what_has_to_be_known_of_a_report_stands_in_each_of_its_forms(till: Till, maria: Patient) -> None:
    office = AtTill(signed_in_client(till.scope.clinic_id, role=Role.ADMIN), till)
    till.check_out(maria, "FBC", method="card")
    root = f"money/reports/{till.today}/"
    for form in ("", "file/"):
        assert rows.COUNTING in unescape(office.get(f"{root}{form}"))
    found = replace(queries.sums(till.scope, rules.period(till.today[:7])), people=())
    made = rows.report(found, rules.period(till.today[:7]), billing.setup(till.scope), {}, "Ben")
    assert made.notes == (rows.NOT_WHOLE,)
    assert rows.NOT_WHOLE in as_csv(made.tables, "en-GB", made.notes)
    pdf = PdfReader(BytesIO(Document("Report", TEMPLATE, made).render()))
    assert "Not whole" in pdf.pages[0].extract_text()


def test_a_bar_is_as_long_as_its_amount_is_large() -> None:
    assert repr(bars([5000, -2500, 1, 0])) == "(100, 50, 1, 0)"
    assert bars([]) == ()
    assert bars([0]) == (0,)


def test_any_two_days_are_asked_for_by_their_dates(till: Till) -> None:
    office = AtTill(signed_in_client(till.scope.clinic_id, role=Role.ADMIN), till)
    answer = office.client.get(office.url("money/reports/?from=2026-11-03&to=2026-11-17"))
    assert answer["Location"].endswith("/money/reports/2026-11-03--2026-11-17/")
    for first, last in (("2026-11-03", "2026-11-02"), ("x", ""), ("2020-01-01", "2026-11-02")):
        answer = office.client.get(office.url(f"money/reports/?from={first}&to={last}"), follow=True)
        assert NO_DAYS in plain(answer.content.decode())


def test_reception_sees_no_report(till: Till) -> None:
    AtTill(signed_in_client(till.scope.clinic_id), till).get("money/reports/", status=403)


def test_a_months_sums_are_made_anew_from_the_entries(till: Till, maria: Patient) -> None:
    """Of a day that was closed, and of one that is open."""
    a_day(till, maria)
    closed(till)
    day_close.open_drawer(till.scope, drawer=billing.drawer(till.scope, till.day.drawer), opening=0)
    till.check_out(maria, "FBC", method="card")
    clinic, day = till.scope.clinic_id, till.day
    tx = Transaction(till.scope)
    tx.change_row(keys.money_sum(clinic, till.today, day.drawer), adds={"cashIn": 5})
    tx.change_row(keys.work_sum(clinic, till.today, day.drawer), adds={"a_FBC": 5, "a_GONE": 1})
    tx.change_row(keys.day_sum(clinic, day.day, day.drawer), adds={"a_FBC": 5})
    tx.change_row(keys.drawer_day(clinic, day.drawer, day.day), sets={"k_CHARGE": None, "k_GONE": 5})
    tx.commit(Event(TESTED, "SUM", "1"))
    books, scope = Books(), Scope.system("tests", till.scope.clinic_id)
    for raw in every_written(scope):
        books.take_in(raw)
    issues = list(books.issues(scope, clocks=False))
    assert sorted(each.kind for each in issues) == ["I7 day", *["I7 month"] * 3]
    for each in issues:
        assert each.fix
        each.fix()
    assert wrong(till) == []


def named(till: Till) -> dict[str, str]:
    """Practitioners, as the page calls them."""
    return {each.id: words.short(each) for each in setup(till.scope).practitioners}


def closed(till: Till) -> None:
    """The day ends as it should."""
    day = till.day
    cash, card, transfer = map(day.expected, METHODS_COUNTED)
    day_close.count(till.scope, session=day, pieces={1: cash}, card=card, transfer=transfer)
    day_close.close(till.scope, drawer=billing.drawer(till.scope, day.drawer), session=till.day, stays=0)


def test_a_day_goes_into_its_month_when_it_is_closed_and_comes_out_when_it_is_opened_again(
    till: Till, maria: Patient
) -> None:
    """A report of the month, and what is open by age, say the same before and after."""
    a_day(till, maria)
    day, month, today = till.day, till.today[:7], clock.today(ZONE)
    places = [
        keys.money_sum(till.scope.clinic_id, day.day, day.drawer),
        keys.work_sum(till.scope.clinic_id, day.day, day.drawer),
        keys.age(till.scope.clinic_id, "all", day.drawer),
    ]

    def told() -> tuple[queries.Sums, tuple[int, ...], tuple[int, ...]]:
        found = unpaid.unpaid(till.scope, today)
        return queries.month(till.scope, month), found.open, found.counts

    before = told()
    assert get_rows(till.scope, places) == {}
    closed(till)
    assert (told(), len(get_rows(till.scope, places)), wrong(till)) == (before, 3, [])
    drawer = billing.drawer(till.scope, day.drawer)
    day_close.reopen(till.desk.admin, drawer=drawer, session=till.day, reason="Any")
    assert (told(), wrong(till)) == (before, [])
    till.check_out(maria, "FBC")
    assert told()[1][0] == before[1][0] + 2400
    closed(till)
    day_close.open_drawer(till.scope, drawer=billing.drawer(till.scope, day.drawer), opening=0)
    till.check_out(maria, "FBC")
    assert (told()[1][0], wrong(till)) == (before[1][0] + 4800, [])


def said(till: Till, period: str) -> dict[str, list[tuple[str, ...]]]:
    """The tables of a report: the total, then the rows."""
    people = {each.id: each.name for each in setup(till.scope).practitioners}
    found = rows.tables(queries.sums(till.scope, rules.period(period)), billing.setup(till.scope), people)
    return {table.name: [(line.word, *line.figures) for line in (table.total, *table.lines)] for table in found}


def test_a_quarter_and_a_year_are_what_their_months_come_to(till: Till, maria: Patient) -> None:
    year, month = till.today[:4], int(till.today[5:7])
    quarter = f"{year}-Q{(month + 2) // 3}"
    till.check_out(maria, "FBC", "LETTER", method="cash")
    assert said(till, till.today[:7]) == said(till, quarter) == said(till, year)
    other = f"{year}-Q{(month + 2) // 3 % 4 + 1}"
    assert said(till, other)["What was done"] == [("All services", "", "", "0.00")]


def test_work_is_told_by_whose_visit_it_was_and_by_category(till: Till, maria: Patient) -> None:
    visit = till.visit(maria)
    whose = next(each.name for each in setup(till.scope).practitioners if each.id == visit.practitioner_id)
    billed = till.check_out(maria, "CONS15", "FBC", method="card", appointment=visit)
    till.check_out(maria, "LETTER", method="card")
    credit(till.desk.admin, billed=billed, quantities=[0, 500], reason="Half")
    for period in (till.today, till.today[:7]):
        found = said(till, period)
        assert found["By practitioner"] == [
            ("All practitioners", "107.00"), (whose, "77.00"), ("Without a visit", "30.00"),
        ]  # fmt: skip
        assert found["By category"] == [("All categories", "107.00"), ("Without a category", "107.00")]
    assert wrong(till) == []


def test_what_another_payer_was_charged_is_told_apart(till: Till, maria: Patient) -> None:
    payer = billing.payer(till.scope, save_payer(till.desk.admin, name="AXA Health", percent=80_000))
    till.check_out(maria, method="card", cover=Cover(payer, 80_000))
    expected = [("All payers", "65.00"), ("AXA Health", "52.00"), ("Patients", "13.00")]
    assert said(till, till.today[:7])["Charged to"] == expected
    assert wrong(till) == []


def test_what_a_day_took_is_told_once_its_drawer_is_closed(till: Till, maria: Patient) -> None:
    """Before, whoever counts could look it up."""
    office = AtTill(signed_in_client(till.scope.clinic_id, role=Role.ADMIN), till)
    till.check_out(maria, "CONS15", "LETTER", method="cash")
    move(till.scope, session=till.day, amount=-1460, reason="Stamps")
    page = plain(office.get(f"money/reports/{till.today}/"))
    assert rows.COUNTING in page
    assert ("All methods", "0.00", "0.00", "0.00") in said(till, till.today)["Takings"]
    assert said(till, till.today)["What was done"][0] == ("All services", "", "", "95.00")
    closed(till)
    assert rows.COUNTING not in plain(office.get(f"money/reports/{till.today}/"))
    found, month = said(till, till.today), said(till, till.today[:7])
    assert found["Takings"][0] == ("All methods", "101.00", "0.00", "101.00")
    assert found == month


def test_a_sum_that_an_older_clinnet_did_not_keep_is_not_passed_off_as_nothing(till: Till, maria: Patient) -> None:
    office = AtTill(signed_in_client(till.scope.clinic_id, role=Role.ADMIN), till)
    a_day(till, maria)
    pages = [f"money/reports/{period}/" for period in (till.today, till.today[:7], till.today[:4])]
    assert not [page for page in pages if "Not whole" in office.get(page)]
    closed(till)
    kept = keys.work_sum(till.scope.clinic_id, till.today, till.day.drawer)
    row = find_row(till.scope, kept)
    assert row
    tx = Transaction(till.scope)
    tx.change_row(kept, sets=dict.fromkeys(each for each in row if each.startswith(WHO)))
    tx.commit(Event(TESTED, "SUM", "1"))
    assert [page for page in pages if "Not whole" in office.get(page)] == pages[1:]


def test_a_year_and_a_day_are_one_round(till: Till, maria: Patient) -> None:
    till.check_out(maria, "FBC", "LETTER", method="card")
    billing.known_drawers(till.scope)
    for period, rounds, units in ((till.today[:4], 1, 41), (till.today, 1, 8)):
        with metered() as meter:
            queries.sums(till.scope, rules.period(period))
        assert (meter.sequence, meter.read_units <= units) == (rounds, True)


def test_a_report_says_when_its_sums_were_proved(till: Till, maria: Patient) -> None:
    office = AtTill(signed_in_client(till.scope.clinic_id, role=Role.ADMIN), till)
    assert "Not proved yet" in plain(office.get("money/reports/"))
    note_down(Scope.system("check_ledger"), till.scope.clinic_id, [])
    assert "Proved Today 10:31: 0 differences" in plain(office.get("money/reports/"))
    note_down(Scope.system("check_ledger"), till.scope.clinic_id, [Issue("I1 balance", till.scope.clinic_id, "1")])
    assert "1 difference" in plain(office.get("money/reports/"))


def test_health_says_when_the_books_were_held_against_themselves_and_that_it_is_late(
    till: Till, maria: Patient
) -> None:
    office = AtTill(signed_in_client(till.scope.clinic_id, role=Role.ADMIN), till)
    assert "The books against themselves Every night Not yet" in plain(office.get("manage/health/"))
    call_command("check_ledger", clinic=till.scope.clinic_id)
    told = plain(office.get("manage/health/")).partition("The books against themselves")[2]
    assert "Late" not in told.partition("Messages")[0]
    assert "today 10:31: 0 differences" in told
    with till.desk.clock_at(till.desk.at("20:00", till.desk.day + timedelta(days=1))):
        office = AtTill(signed_in_client(till.scope.clinic_id, role=Role.ADMIN), till)
        told = plain(office.get("manage/health/")).partition("The books against themselves")[2]
        assert "Late" in told.partition("Messages")[0]


def test_any_days_are_whole_months_and_the_days_around_them() -> None:
    found = rules.period("2026-01-30--2026-04-01")
    assert (found.months, found.days) == (("2026-02", "2026-03"), ("2026-01-30", "2026-01-31", "2026-04-01"))
    assert rules.period("2026-02-01--2026-02-28").months == ("2026-02",)
    assert rules.period("2026-02-02--2026-02-28").months == ()
    assert len(rules.period("2025-01-02--2026-12-30").days) == 30 + 30


def test_any_days_come_to_what_their_days_come_to(till: Till, maria: Patient) -> None:
    """What lies in the drawer that is open is told once it is counted."""
    for _ in range(3):
        till.check_out(maria, "FBC", "LETTER", method="card")
        closed(till)
        day_close.open_drawer(till.scope, drawer=billing.drawer(till.scope, till.day.drawer), opening=0)
    till.check_out(maria, "CONS15", method="card")
    first, last = (date.fromisoformat(each) for each in (till.today, till.day.day))
    found = said(till, rules.between(first, last))
    assert found["What was done"] == [
        ("All services", "", "", "227.00"), ("Travel letter", "LETTER", "3", "90.00"),
        ("Full blood count", "FBC", "3", "72.00"), ("Consultation, 15 min", "CONS15", "1", "65.00"),
    ]  # fmt: skip
    assert found["Takings"][0] == ("All methods", "180.00", "0.00", "180.00")


@pytest.mark.parametrize(
    ("text", "first", "last", "before", "after"),
    [
        ("2026-03-01", "2026-03-01", "2026-03-01", "2026-02-28", "2026-03-02"),
        ("2024-02", "2024-02-01", "2024-02-29", "2024-01", "2024-03"),
        ("2026-Q4", "2026-10-01", "2026-12-31", "2026-Q3", "2027-Q1"),
        ("2026", "2026-01-01", "2026-12-31", "2025", "2027"),
        ("2026-03-30--2026-05-02", "2026-03-30", "2026-05-02", "2026-02-24--2026-03-29", "2026-05-03--2026-06-05"),
    ],
)
def test_a_period_is_named_by_its_address(text: str, first: str, last: str, before: str, after: str) -> None:
    found = rules.period(text)
    assert (found.first.isoformat(), found.last.isoformat(), found.before, found.after) == (first, last, before, after)
    assert found.name == text
