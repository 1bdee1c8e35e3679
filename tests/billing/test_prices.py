"""Many prices at once: by a percentage with its undo, and as a file."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given
from hypothesis import strategies as st

from billing.models import PriceChange
from billing.prices import queries, services
from billing.prices.rules import STEPS, FileRow, WrongRow, raised, read
from billing.queries import setup
from clinnet import spreadsheets
from clinnet.accounts.permissions import Role
from clinnet.money import near
from clinnet.rules.dates import DateOrder
from clinnet.table.kept import forget
from patients.models import Patient
from tests.billing.conftest import Till, refused
from tests.billing.test_pages import AtTill
from tests.patients.pages import plain
from tests.people import signed_in_client

pytestmark = pytest.mark.django_db
LATER = "2099-01-01"
FILE = "Code,Name,Category,Price,From,Tax,Offered\n"


@pytest.mark.parametrize(
    ("price", "percent", "step", "new"),
    [
        (6500, 3000, 1, 6695),
        (6500, 3000, 10, 6700),
        (2400, -2500, 5, 2340),
        (0, 10_000, 100, 0),
        (1359, 10_000, 10, 1490),  # 14.949: rounded to the penny first it would be 15.00
        (4999, 33_333, 1, 6665),
    ],
)
def test_a_new_price_is_rounded_once_to_the_step(price: int, percent: int, step: int, new: int) -> None:
    assert raised(price, percent, step) == new


@given(st.integers(0, 10**9), st.integers(-99_999, 100_000), st.sampled_from(STEPS))
def test_a_new_price_is_a_whole_step_and_nearest_to_what_it_would_be(price: int, percent: int, step: int) -> None:
    new = raised(price, percent, step)
    assert new % step == 0
    assert 2 * abs(new * 100_000 - price * (100_000 + percent)) <= step * 100_000
    assert raised(price, 0, 1) == price == near(price, 1)


def test_a_file_is_read_line_by_line_and_what_is_wrong_says_why() -> None:
    text = "\ufeffcode;price;from;tax;offered\nfbc;25,50;2027-01-01;20 %;no\n;1\nECG;1,2,3\nECG;9;soon\nX;1;;;maybe\n\n"
    text += "Y;;;exempt\n"
    found = list(read(text, "EUR", "de-DE", "2026-11-28"))
    assert found[0] == FileRow(2, "FBC", price=2550, since="2027-01-01", rate=20_000, active=False, tax_class="")
    wrong = [each for each in found if isinstance(each, WrongRow)]
    assert [each.line for each in wrong] == [3, 4, 5, 6]
    assert [each.why for each in wrong if "2027-01-31" in each.why or "yes or no" in each.why] != []
    assert found[-1] == FileRow(8, "Y", since="2026-11-28", rate=0, active=None, tax_class="")
    assert list(read('Name,"Code"\nBlood count\n', "EUR", "en-GB", "")) == [WrongRow(2, "", "A service needs a code.")]
    (broken,) = read('Code,Name\nECG,"Heart\ntrace,\u2028at rest"\n', "EUR", "en-GB", "2026-11-28")
    assert isinstance(broken, FileRow)
    assert broken.name == "Heart trace, at rest"
    for quoted in ('A,"open\nB,1\n', f'A,"{"x" * 140_000}"\n'):
        (unclosed,) = read("Code,Name\n" + quoted, "EUR", "en-GB", "2026-11-28")
        assert isinstance(unclosed, WrongRow)
    assert len(list(read("Code\n" + "A\n" * 3000, "EUR", "en-GB", "2026-11-28"))) == 1001
    (only,) = read("Name,Price\nx,1\n", "EUR", "en-GB", "2026-11-28")
    assert isinstance(only, WrongRow)
    assert "Code has to be among them" in only.why


@pytest.mark.parametrize(
    ("written", "order", "since"),
    [
        ("2027-01-31", "DMY", "2027-01-31"),
        ("31/01/2027", "DMY", "2027-01-31"),
        ("1.2.2027", "DMY", "2027-02-01"),
        ("1/2/2027", "MDY", "2027-01-02"),
        ("1/31/27", "MDY", "2027-01-31"),
        ("31-Jan-27", "DMY", "2027-01-31"),
        ("2027/1/31", "DMY", "2027-01-31"),
    ],
)
def test_a_day_is_read_as_a_spreadsheet_writes_it_anew(written: str, order: DateOrder, since: str) -> None:
    (row,) = read(f"Code,Price,From\nECG,45,{written}\n", "GBP", "en-GB", "2026-11-28", order=order)
    assert isinstance(row, FileRow)
    assert row.since == since


@pytest.mark.parametrize("written", ["soon", "30/02/2027", "2027", "1/2027", "13/13/2027"])
def test_what_is_no_day_is_refused(written: str) -> None:
    (row,) = read(f"Code,Price,From\nECG,45,{written}\n", "GBP", "en-GB", "2026-11-28")
    assert isinstance(row, WrongRow)


def test_a_line_that_is_for_excel_alone_is_passed_over() -> None:
    assert list(read("sep=;\nCode;Name\n;ECG\n", "GBP", "en-GB", "")) == [WrongRow(3, "", "A service needs a code.")]


@pytest.mark.parametrize("letters", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_a_file_is_read_in_the_letters_in_which_it_was_saved(till: Till, letters: str) -> None:
    office = AtTill(signed_in_client(till.scope.clinic_id, role=Role.ADMIN), till)
    path, content = "money/catalogue/file/in/", "Code,Name,Price\nCAFE,Café visit,5\n".encode(letters)
    sent = office.form(path) | {"file": SimpleUploadedFile("prices.csv", content)}
    assert "Café visit" in plain(office.client.post(office.url(path), sent).content.decode())
    sent = office.form(path) | {"file": SimpleUploadedFile("prices.xlsx", b"PK\x03\x04\0\0")}
    assert "This is no CSV file." in plain(office.client.post(office.url(path), sent).content.decode())


def test_the_letters_of_windows_are_those_of_the_clinic_s_language() -> None:
    assert spreadsheets.text_of("Łódź".encode("cp1250"), "pl-PL") == "Łódź"
    assert spreadsheets.text_of("Привет".encode("cp1251"), "ru-RU") == "Привет"
    assert spreadsheets.text_of("診察".encode("cp932"), "ja-JP") == "診察"
    assert spreadsheets.text_of(b"", "en-GB") == ""


def test_prices_are_changed_by_a_percentage_and_taken_back_before_they_hold(till: Till) -> None:
    items = [till.item(code) for code in ("CONS15", "FBC", "LETTER")]
    id = services.change(till.desk.admin, items=items, percent=3000, step=10, since=LATER)
    assert [till.item(each.id).price_on(LATER) for each in items] == [6700, 2470, 3090]
    assert [till.item(each.id).price_on(till.today) for each in items] == [6500, 2400, 3000]
    with refused("changed the catalogue just now"):
        services.change(till.desk.admin, items=items, percent=3000, since=LATER)  # as they were read before
    letter = till.item("LETTER")
    services.change(till.desk.admin, items=[letter], percent=100_000, since=LATER)  # somebody went on with one
    change = queries.change(till.scope, id)
    known = [till.item(code) for code in ("CONS15", "FBC", "LETTER")]
    assert services.undo(till.desk.admin, change=change, items=known) == "2"
    assert [till.item(each.id).price_on(LATER) for each in items] == [6500, 2400, 6180]
    with refused("hold by now"):
        services.undo(till.desk.admin, change=queries.change(till.scope, id), items=known)


def test_all_services_are_known_however_many_there_are(till: Till, monkeypatch: pytest.MonkeyPatch) -> None:
    few = list(setup(till.scope).catalog)
    monkeypatch.setattr("clinnet.table.reads.AT_ONCE", len(few) - 1)
    forget()
    assert list(setup(till.scope).catalog) == few


def test_a_change_of_prices_that_cannot_be_is_refused(till: Till) -> None:
    item = till.item("FBC")
    for said, percent in (("No price changes", 1), ("from 0 up", -200_000)):
        with refused(said):
            services.change(till.desk.admin, items=[item], since=LATER, percent=percent)
    with refused("stay as they were"):
        services.change(till.desk.admin, items=[item], percent=3000, since="2020-01-01")
    today = services.change(till.desk.admin, items=[item], percent=3000, since=till.today)
    assert not services.may_undo(queries.change(till.scope, today), till.today)


def test_the_office_sees_the_new_prices_before_they_are_written(till: Till) -> None:
    office = AtTill(signed_in_client(till.scope.clinic_id, role=Role.ADMIN), till)
    path = "money/catalogue/prices/"
    looked = office.send(path, percent="3", step="5", since=LATER)
    html = looked.content.decode()
    assert "65.00 66.95 +1.95" in plain(html)
    assert till.item("CONS15").price_on(LATER) == 6500
    sent = office.form_of(html) | {"percent": "3", "step": "5", "since": LATER, "leave": "FBC"}
    changed = office.client.post(office.url(path), sent | {"percent": "4"})  # not what was shown
    assert "67.60" in plain(changed.content.decode())
    assert till.item("CONS15").price_on(LATER) == 6500
    by_script = office.client.post(office.url(path), sent, headers={"HX-Request": "true"})
    assert by_script["HX-Redirect"] == office.url(path)  # a redirect would show the form alone, and no toast
    assert "can be taken back" in plain(office.get(path))
    assert [till.item(code).price_on(LATER) for code in ("CONS15", "FBC", "LETTER")] == [6695, 2400, 3090]
    assert "66.95 from" in plain(office.get("money/catalogue/"))
    page = office.get(path)
    assert "+3 % of 2 services" in plain(page)
    (change,) = queries.newest(till.scope)
    assert isinstance(change, PriceChange)
    there = office.url(f"{path}{change.id}/undo/")
    taken_back = office.client.post(there, office.form_of(page, there))
    assert "2 of 2 prices are as they were" in office.said(taken_back)
    assert till.item("CONS15").price_on(LATER) == 6500


def test_a_file_says_what_it_would_do_and_then_does_just_that(till: Till, maria: Patient) -> None:
    office = AtTill(signed_in_client(till.scope.clinic_id, role=Role.ADMIN), till)
    path, billed = "money/catalogue/file/in/", till.check_out(maria, "FBC", method="card")
    out = office.get("money/catalogue/file/")
    assert "nothing in the file differs" in plain(_sent(office, path, out, twice=True)).lower()
    wrong = f"{FILE}FBC,Blood count,,25.00,,,yes\nfbc,Other,,26.00,2099-01-01,,yes\nNEW,,,5.00,,,\n=X,n,,1,,,\n"
    page = plain(_sent(office, path, wrong, twice=True))
    assert "Line 3" in page
    assert "something else of this service" in page
    assert "needs a name and a price" in page
    assert "mend the lines that are refused" in page
    right = f"{FILE}FBC,Blood count,Laboratory,25.00,2099-01-01,,yes\nECG,ECG,Tests,45.00,2020-01-01,20,no\n"
    right += "LETTER,,,,,20,\n"
    page = plain(_sent(office, path, right))
    assert "1 new, 1 changed" in page
    assert "1 unchanged, 0 refused" in page
    assert till.item("FBC").name == "Full blood count"
    assert "2 services are new or changed" in plain(_sent(office, path, right, twice=True))
    assert (till.item("ECG").price_on(till.today), till.item("ECG").active, int(till.item("ECG").rate)) == (
        4500,
        False,
        20_000,
    )
    assert (till.item("FBC").price_on(till.today), till.item("FBC").price_on(LATER)) == (2400, 2500)
    assert till.again(billed).invoice.lines[0]["price"] == 2400


def _sent(office: AtTill, path: str, text: str, *, twice: bool = False) -> str:
    """Looked at, and with `twice` sent again as it was shown."""
    answer = office.client.post(office.url(path), office.form(path) | {"rows": text})
    if twice:
        again = office.form_of(answer.content.decode()) | {"rows": text}
        answer = office.client.post(office.url(path), again, follow=True)
    return str(answer.content.decode())
