"""Money: one rounding rule, parts that add up, amounts that are read as they were meant."""

from decimal import ROUND_HALF_UP, Decimal

import pytest
from django.forms import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from clinnet import money
from clinnet.accounts.models import Clinic
from clinnet.forms.money import MoneyField
from clinnet.money import DECIMALS, BadAmount, Money, near, parse, share, show

minor = st.integers(-(10**12), 10**12)
currencies = st.sampled_from(sorted(DECIMALS))
locales = st.sampled_from(["en-GB", "de-DE", "fr-FR", "de-CH", "en-IN", "pt-BR", "pl-PL", "he-IL", "ar-EG", "sv_SE"])


def test_the_decimals_are_those_of_iso_4217() -> None:
    assert [DECIMALS[each] for each in ("HUF", "IDR", "COP", "LBP", "IQD", "JPY", "KWD", "XCG")] == [
        2,
        2,
        2,
        2,
        3,
        0,
        3,
        2,
    ]
    assert set(money.COUNTRIES.values()) | set(money.SIGNS) <= set(DECIMALS)


# --- Rounding and shares ---------------------------------------------------------------------------------------------


@given(st.integers(-(10**15), 10**15), st.integers(1, 10**6))
def test_the_nearest_whole_with_a_half_away_from_zero(n: int, d: int) -> None:
    exact = Decimal(n) / Decimal(d)
    if abs(exact - exact.to_integral_value(ROUND_HALF_UP)) != Decimal("0.5"):
        assert near(n, d) == int(exact.to_integral_value(ROUND_HALF_UP))
    assert near(-n, d) == -near(n, d) == near(n, -d)
    assert abs(near(n, d) * d - n) * 2 <= d


@given(minor, st.lists(st.integers(0, 10**6), min_size=1, max_size=30))
def test_shares_add_up_and_none_is_a_unit_from_its_due(total: int, weights: list[int]) -> None:
    parts = share(total, weights)
    assert sum(parts) == total
    if whole := sum(weights):
        assert all(abs(part * whole - total * weight) < whole for part, weight in zip(parts, weights, strict=True))
        assert all(part == 0 for part, weight in zip(parts, weights, strict=True) if weight == 0)


@pytest.mark.parametrize(
    ("total", "weights", "parts"),
    [
        (1000, [6500, 2400, 3000], [546, 202, 252]),
        (1, [1, 1, 1], [1, 0, 0]),
        (10000, [1, 1, 1], [3334, 3333, 3333]),
        (3335, [80, 15, 5], [2668, 500, 167]),
        (-10000, [1, 1, 1], [-3334, -3333, -3333]),
        (500, [0, 0], [500, 0]),
    ],
)
def test_what_is_shared(total: int, weights: list[int], parts: list[int]) -> None:
    assert share(total, weights) == parts


@pytest.mark.parametrize("weights", [[], [1, -1]])
def test_what_cannot_be_shared(weights: list[int]) -> None:
    with pytest.raises(ValueError, match="weights"):
        share(100, weights)


@pytest.mark.parametrize(
    ("sum_of_lines", "n", "d", "tax"),
    [(9999, 20, 100, 2000), (2997, 20, 120, 500), (535066, 22, 100, 117715), (3702, 10, 100, 370)],
)
def test_the_tax_of_one_class_is_rounded_once(sum_of_lines: int, n: int, d: int, tax: int) -> None:
    assert Money(sum_of_lines, "EUR").part(n, d) == Money(tax, "EUR")


def test_two_currencies_are_never_added() -> None:
    with pytest.raises(ValueError, match="two currencies"):
        Money(1, "EUR") + Money(1, "USD")
    assert Money(5, "EUR") - Money(7, "EUR") == -Money(2, "EUR")
    assert sorted([Money(2, "EUR"), Money(1, "EUR")]) == [Money(1, "EUR"), Money(2, "EUR")]
    assert not Money(0, "EUR")
    assert "1250" not in repr(Money(1250, "EUR"))


# --- Reading and writing ---------------------------------------------------------------------------------------------


@given(st.integers(0, 10**9), currencies, locales, st.booleans())
def test_what_is_shown_is_read_back(amount: int, currency: str, locale: str, sign: bool) -> None:
    shown = show(Money(amount, currency), locale, sign=sign)
    try:
        assert parse(shown, currency, locale) == Money(amount, currency)
    except BadAmount as bad:
        assert "two ways" in bad.sentence  # noqa: PT017  two readings: only of three decimals
        assert DECIMALS[currency] == 3


@given(st.text(max_size=12), currencies)
def test_whatever_is_typed_is_an_amount_or_refused_in_a_sentence(text: str, currency: str) -> None:
    try:
        assert parse(text, currency).minor >= 0
    except BadAmount as bad:
        assert bad.sentence.endswith(".")  # noqa: PT017  the other outcome


@pytest.mark.parametrize(
    ("typed", "currency", "minor"),
    [
        ("12", "EUR", 1200), ("12.5", "EUR", 1250), ("12,50", "EUR", 1250), ("1 250,00", "EUR", 125000),
        ("1.250,00", "EUR", 125000), ("1,250.00", "GBP", 125000), ("£1,250.00", "GBP", 125000), ("12 EUR", "EUR", 1200),
        ("1’250.50", "CHF", 125050), ("12,34,567.00", "INR", 123456700), ("1,250,000", "USD", 125000000),
        (".50", "EUR", 50), ("0,5", "EUR", 50), ("1250.", "EUR", 125000), ("1,250", "JPY", 1250), ("1250", "JPY", 1250),
        ("١٢٫٥", "KWD", 12500), ("12.345", "EUR", None), ("0,125", "KWD", 125), ("1250,125", "KWD", 1250125),
        ("12,500", "KWD", None), ("12.500", "KWD", 12500), ("1,250.125", "KWD", 1250125),
        ("1 250", "EUR", 125000), ("12.50", "JPY", None), ("0.125", "EUR", None),
        ("1,25,0", "EUR", None), ("1,250.00,5", "EUR", None), ("-5", "EUR", None), ("5 USD", "EUR", None),
        ("abc", "EUR", None), ("1e3", "EUR", None), ("1.2.3", "EUR", None), ("9" * 30, "EUR", None), ("", "EUR", None),
        ("12.500", "JPY", 12500), ("1,250 000", "EUR", None), ("²", "EUR", None),
    ],
)  # fmt: skip
def test_what_people_type(typed: str, currency: str, minor: int | None) -> None:
    if minor is None:
        with pytest.raises(BadAmount):
            parse(typed, currency)
    else:
        assert parse(typed, currency) == Money(minor, currency)


@pytest.mark.parametrize(
    ("typed", "currency", "locale", "sentence"),
    [
        ("1,250", "EUR", "de-DE", "1,250 can be read two ways. Write 1250 or 1.250,00."),
        ("1.250", "GBP", "en-GB", "1.250 can be read two ways. Write 1250 or 1,250.00."),
        ("12.5", "JPY", "ja-JP", "JPY has no decimals."),
        ("12.505", "EUR", "en", "12.505 can be read two ways. Write 12505 or 12,505.00."),
        ("0.125", "EUR", "en", "EUR has 2 decimals."),
        ("twelve", "EUR", "en", "twelve is not an amount."),
        ("10000001", "GBP", "en-GB", "More than £10,000,000.00: look again."),
    ],
)
def test_a_refusal_says_what_to_write(typed: str, currency: str, locale: str, sentence: str) -> None:
    with pytest.raises(BadAmount) as refusal:
        parse(typed, currency, locale)
    assert refusal.value.sentence == sentence


@pytest.mark.parametrize(
    ("amount", "currency", "locale", "shown"),
    [
        (125000, "GBP", "en-GB", "£1,250.00"), (125000, "EUR", "de-DE", "1.250,00\xa0€"),
        (125000, "EUR", "fr-FR", "1\xa0250,00\xa0€"), (125000, "EUR", "nl-NL", "€\xa01.250,00"),
        (125000, "CHF", "de-CH", "CHF\xa01’250.00"), (123456789, "INR", "en-IN", "₹12,34,567.89"),
        (-6, "USD", "en-US", "−$0.06"), (1250, "JPY", "ja-JP", "¥1,250"), (0, "EUR", "en-IE", "€0.00"),
        (125000, "HUF", "hu-HU", "1\xa0250,00\xa0HUF"), (1250125, "KWD", "en_GB", "KWD\xa01,250.125"),
        (99900, "EUR", "pt-PT", "999,00\xa0€"),
    ],
)  # fmt: skip
def test_an_amount_is_written_as_the_clinics_locale_does(amount: int, currency: str, locale: str, shown: str) -> None:
    assert show(Money(amount, currency), locale, sign=True) == shown


# --- The field -------------------------------------------------------------------------------------------------------


def test_a_field_takes_an_amount_in_the_clinics_currency() -> None:
    field = MoneyField()
    field.currency, field.locale = "GBP", "en-GB"
    assert (field.clean("12.50"), field.clean("")) == (Money(1250, "GBP"), None)
    assert field.prepare_value(Money(125000, "GBP")) == "1,250.00"
    with pytest.raises(ValidationError, match="two ways"):
        field.clean("1,250")


@pytest.mark.parametrize(("country", "currency"), [("GB", "GBP"), ("US", "USD"), ("HU", "HUF"), ("DE", "EUR")])
def test_a_clinic_keeps_its_books_in_its_countrys_currency_unless_it_says_another(country: str, currency: str) -> None:
    assert Clinic(id="x", country=country).money == currency
    assert Clinic(id="x", country=country, currency="CHF").money == "CHF"
