"""One document on the screen, on paper and as a file: the same integers (I10), in whatever currency and language."""

import csv
import random
from html import unescape
from io import BytesIO, StringIO
from re import findall, sub
from typing import Any

from django.template.loader import render_to_string
from pypdf import PdfReader

from billing.invoices import rows
from billing.invoices.services import issuing
from billing.invoices.services.agreeing import agreed
from billing.invoices.services.issuing import Cover, Provided
from billing.ledger.queries import Billed
from billing.models import CatalogItem, Invoice, Payer
from billing.queries import MoneySetup
from billing.rules.numbers import INVOICE, Counter
from clinnet import clock, money, spreadsheets
from clinnet.accounts.models import Clinic
from clinnet.documents import Document, Paper
from clinnet.money import Money
from patients.models import Patient

KINDS = [("en-GB", "GBP"), ("de-DE", "EUR"), ("fr-FR", "EUR"), ("de-CH", "CHF"), ("ja-JP", "JPY"), ("en-US", "KWD")]
RATES, DOCUMENTS, DAY = (0, 5_000, 20_000), 200, "2026-11-28"
PRINTED = 5  # each of so many is read on paper too, which takes longer


def drawn(chance: random.Random, number: int) -> tuple[Invoice, MoneySetup]:
    """An invoice of some lines, at any prices, with a discount, a package or another payer by chance."""
    locale, currency = chance.choice(KINDS)
    clinic = Clinic(
        id="c",
        name="Northside",
        time_zone="UTC",
        locale=locale,
        country="GB",
        date_order="DMY",
        currency=currency,
        tax_included=chance.random() < 0.5,
    )
    catalog = {f"S{at}": _item(f"S{at}", chance) for at in range(5)}
    catalog["PACK"] = _item("PACK", chance, parts=["S1", "S2", "S3"])
    known = MoneySetup(clinic, catalog)
    done = [
        Provided(
            catalog[code],
            DAY,
            quantity=chance.choice((1, 2, 12)) * 1_000,
            percent_off=chance.choice((0, 0, 10_000, 33_333)),
        )
        for code in chance.choices(list(catalog), k=chance.randint(1, 6))
    ]
    axa = Payer(id="axa", name="AXA Health", percent=80_000)
    cover = Cover(axa, chance.randint(1, 100_000)) if chance.random() < 0.4 else None
    patient = Patient(id="p", family_name="García", given_name="María")
    invoice = issuing.draw_up(clinic, patient, agreed(known, done, cover), id=clock.new_id(), cover=cover)
    issuing.give_number(invoice, Counter(INVOICE, 2026, number), DAY)
    return invoice, known


def _item(code: str, chance: random.Random, **more: Any) -> CatalogItem:
    price = chance.choice((chance.randint(0, 999), chance.randint(1, 99_999), chance.randint(10**6, 10**7)))
    prices = [{"from": "2020-01-01", "price": price}]
    return CatalogItem(id=code, name=f"Service {code}", rate=chance.choice(RATES), prices=prices, **more)


def frozen(invoice: Invoice) -> list[int]:
    """The integers that were issued, in the order in which a document says them."""
    sums = [
        value for each in invoice.rates for value in ([each["net"], each["tax"]] if each["rate"] else [each["net"]])
    ]
    others = [each["amount"] for each in invoice.shares if each["payer"] != "self"]
    payers = [*others, invoice.total - sum(others)] if others else []
    return [int(each) for each in (*(line["amount"] for line in invoice.lines), *sums, *payers, invoice.total)]


def read(shown: str) -> int:
    """Amounts are shown with all decimals of their currency: their digits are the minor units."""
    return int(sub(r"\D", "", unescape(shown)))


def on_screen(paper: rows.InvoicePaper, lines: int) -> list[int]:
    html = render_to_string("billing/invoices/paper.html", {"paper": paper})
    body, foot = html.split("<tfoot>")
    cells = [findall(r'<td class="number">\s*(.*?)\s*</td>', row) for row in body.split("<tr>")[2:]]
    total = findall(r'paper-total.*?<td class="number">\s*(.*?)\s*</td>', foot.replace("\n", " "))
    sums = findall(r'<td class="number">\s*(.*?)\s*</td>', foot)
    sums.remove(total[0])
    assert len(cells) == lines
    return [read(each) for each in (*(row[-1] for row in cells), *sums, total[0])]


def in_file(paper: rows.InvoicePaper) -> list[int]:
    text = spreadsheets.lines(rows.file_rows(paper), ";")
    return [read(row[-1]) for row in csv.reader(StringIO(text), delimiter=";")]


def on_paper(paper: rows.InvoicePaper) -> str:
    """The text of the PDF without any white space, as it says one thing after another."""
    pdf = Document("Invoice", rows.TEMPLATE, paper, Paper.A4).render()
    return sub(r"\s", "", " ".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages))


def test_screen_paper_and_file_of_any_document_give_the_integers_that_were_issued() -> None:
    chance = random.Random(10)
    for number in range(DOCUMENTS):
        invoice, known = drawn(chance, number)
        (settlement, *claims) = issuing.settlements_of(invoice)
        paper = rows.paper(Billed(invoice, settlement, tuple(claims)), [], known, "Ben")
        currency, locale, right = str(invoice.currency), str(known.clinic.locale), frozen(invoice)

        assert on_screen(paper, len(invoice.lines)) == right
        assert in_file(paper) == right
        if number % PRINTED:
            continue
        text, last = on_paper(paper), 0
        *rest, total = right
        sums = len(invoice.lines) + sum(2 if each["rate"] else 1 for each in invoice.rates)
        for minor in (*rest[:sums], total, *rest[sums:]):  # on paper the payers come after the total
            said = sub(r"\s", "", money.show(Money(minor, currency), locale))
            assert said in text[last:], (number, minor, text)
            last = text.index(said, last) + len(said)
