"""Money: integers of a currency's minor unit, one rounding rule, shares that add up, amounts as people write them.

Pure; MoneyField (clinnet/forms/money.py) is how a form takes one.

Decimals are those of ISO 4217, in this table alone: CLDR, and with it Babel and browsers, shows HUF or IDR with none,
where the currency has two and books are kept in two.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import repeat

NONE = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"
TWO = """AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY COP
CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES
KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD
PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY
TTD TWD TZS UAH USD UYU UZS VED VES WST XAD XCD XCG YER ZAR ZMW ZWG"""
THREE = "BHD IQD JOD KWD LYD OMR TND"
DECIMALS: dict[str, int] = {
    code: decimals for codes, decimals in ((NONE, 0), (TWO, 2), (THREE, 3)) for code in codes.split()
}
SIGNS = {
    "AUD": "$", "BRL": "R$", "CAD": "$", "CNY": "¥", "EUR": "€", "GBP": "£", "ILS": "₪", "INR": "₹", "JPY": "¥",
    "KRW": "₩", "MXN": "$", "NGN": "₦", "NZD": "$", "PHP": "₱", "TRY": "₺", "UAH": "₴", "USD": "$", "VND": "₫",
}  # fmt: skip
EURO = "AD AT BE BG CY DE EE ES FI FR GR HR IE IT LT LU LV MC MT NL PT SI SK SM VA XK"
COUNTRIES = {
    **dict.fromkeys(EURO.split(), "EUR"), "AE": "AED", "AU": "AUD", "BR": "BRL", "CA": "CAD", "CH": "CHF",
    "CL": "CLP", "CN": "CNY", "CO": "COP", "CZ": "CZK", "DK": "DKK", "EG": "EGP", "GB": "GBP", "HK": "HKD", "HU": "HUF",
    "ID": "IDR", "IL": "ILS", "IN": "INR", "IS": "ISK", "JO": "JOD", "JP": "JPY", "KE": "KES", "KR": "KRW", "KW": "KWD",
    "LI": "CHF", "MA": "MAD", "MX": "MXN", "MY": "MYR", "NG": "NGN", "NO": "NOK", "NZ": "NZD", "PE": "PEN", "PH": "PHP",
    "PL": "PLN", "RO": "RON", "RS": "RSD", "SA": "SAR", "SE": "SEK", "SG": "SGD", "TH": "THB", "TR": "TRY", "TW": "TWD",
    "UA": "UAH", "US": "USD", "VN": "VND", "ZA": "ZAR",
}  # fmt: skip
LARGEST = 10**9  # of the minor unit: more is a slip of the keyboard

# What stands between thousands, and before the decimals; by locale, else by language, else as in English.
COMMA_DOT, DOT_COMMA, SPACE_COMMA = (",", "."), (".", ","), ("\xa0", ",")
DOTTED = "de es it nl pt tr id da el ro hr sl sr is vi"
SPACED_OUT = "fr pl cs sk hu ru uk bg sv nb nn no fi et lv lt"
MARKS = {
    **dict.fromkeys(DOTTED.split(), DOT_COMMA),
    **dict.fromkeys(SPACED_OUT.split(), SPACE_COMMA),
    "de-CH": ("’", "."),
    "de-LI": ("’", "."),
    "it-CH": ("’", "."),
    "de-AT": ("\xa0", ","),
    "pt-PT": ("\xa0", ","),
    "es-MX": COMMA_DOT,
    "es-US": COMMA_DOT,
    "en-ZA": ("\xa0", ","),
    "fr-CH": ("\xa0", ","),
}
SIGN_FIRST = ("en", "ja", "zh", "ko", "th", "tr", "hi", "pt-BR", "nl", "de-AT", "de-CH")
SPACED = ("nl", "de-AT", "de-CH", "pt-BR")  # a space between the sign that stands first and the number
BY_TWOS = ("en-IN", "hi-IN")  # 12,34,567


class BadAmount(ValueError):
    """What was typed is no amount; `sentence` says so to the person."""

    def __init__(self, sentence: str) -> None:
        self.sentence = sentence
        super().__init__("not an amount")


@dataclass(frozen=True, slots=True, order=False, repr=False)
class Money:
    """`minor` counts the smallest unit of `currency` (ISO 4217): 12.50 EUR is Money(1250, "EUR")."""

    minor: int
    currency: str

    def __add__(self, other: "Money") -> "Money":
        return Money(self.minor + self._same(other), self.currency)

    def __sub__(self, other: "Money") -> "Money":
        return Money(self.minor - self._same(other), self.currency)

    def __neg__(self) -> "Money":
        return Money(-self.minor, self.currency)

    def __lt__(self, other: "Money") -> bool:
        return self.minor < self._same(other)

    def __le__(self, other: "Money") -> bool:
        return self.minor <= self._same(other)

    def __bool__(self) -> bool:
        return self.minor != 0

    def _same(self, other: "Money") -> int:
        if other.currency != self.currency:
            raise ValueError("two currencies")
        return other.minor

    def part(self, n: int, d: int) -> "Money":
        """n/d of it by the one rule: 20 % is part(20, 100), one and a half times is part(1500, 1000)."""
        return Money(near(self.minor * n, d), self.currency)

    def shared(self, weights: Sequence[int]) -> list["Money"]:
        return [Money(each, self.currency) for each in share(self.minor, weights)]


def near(n: int, d: int) -> int:
    """The whole number nearest to n/d; a half goes away from zero, so that a reversal is exactly the opposite."""
    if d < 0:
        n, d = -n, -d
    whole = (2 * abs(n) + d) // (2 * d)
    return whole if n >= 0 else -whole


def share(total: int, weights: Sequence[int]) -> list[int]:
    """`total` in parts by weight that add up to it: floors, then one each to the largest remainders, ties in order.

    Weights are not negative. Where all are 0, the first takes all.
    """
    if not weights or min(weights) < 0:
        raise ValueError("no weights, or a negative one")
    if total < 0:
        return [-each for each in share(-total, weights)]
    whole = sum(weights)
    if whole == 0:
        return [total, *repeat(0, len(weights) - 1)]
    parts = [total * weight // whole for weight in weights]
    by_rest = sorted(range(len(weights)), key=lambda at: -(total * weights[at] % whole))
    for at in by_rest[: total - sum(parts)]:
        parts[at] += 1
    return parts


# --- As people read it -----------------------------------------------------------------------------------------------


def show(money: Money, locale: str, *, sign: bool = False) -> str:
    """ "1,250.00" as `locale` ("de-AT", "en_GB") writes it; with `sign` "£1,250.00". A minus is U+2212."""
    locale = locale.replace("_", "-")
    group, point = _of(MARKS, locale) or COMMA_DOT
    decimals = DECIMALS[money.currency]
    digits = f"{abs(money.minor):0{decimals + 1}}"
    whole, rest = (digits[:-decimals], digits[-decimals:]) if decimals else (digits, "")
    number = _grouped(whole, group, by_twos=locale in BY_TWOS) + (point + rest if rest else "")
    return ("\N{MINUS SIGN}" if money.minor < 0 else "") + (_signed(number, money.currency, locale) if sign else number)


def _of(table: dict[str, tuple[str, str]], locale: str) -> tuple[str, str] | None:
    return table.get(locale) or table.get(locale.partition("-")[0])


def _grouped(whole: str, group: str, *, by_twos: bool) -> str:
    head, tail = whole[:-3], whole[-3:]
    size = 2 if by_twos else 3
    parts = [head[max(0, end - size) : end] for end in range(len(head), 0, -size)][::-1]
    return group.join([*parts, tail])


def _signed(number: str, currency: str, locale: str) -> str:
    sign = SIGNS.get(currency, currency)
    language = locale.partition("-")[0]
    if locale not in SIGN_FIRST and language not in SIGN_FIRST:
        return f"{number}\xa0{sign}"
    spaced = locale in SPACED or language in SPACED or sign.isalpha()
    return f"{sign}\xa0{number}" if spaced else f"{sign}{number}"


# --- As people type it -----------------------------------------------------------------------------------------------

GROUPED = re.compile(r"\d{1,3}(?:[., ]\d{2,3})*[., ]\d{3}$")
SPACES = re.compile(r"(?<=\d)[\s'’`٬](?=\d)")


def parse(text: str, currency: str, locale: str = "en") -> Money:
    """What was typed, in the clinic's currency: "12", "12.5", "12,50", "1 250,00", "£12". Raises BadAmount.

    A dot or a comma is the decimal mark of neither locale: people type both. "1,250" can be read two ways and is asked
    about, unless it is just as `locale` shows an amount: with three decimals "1.250" is what a page itself says.
    """
    decimals = DECIMALS[currency]
    typed = _plain(text, currency)
    whole, rest = _apart(typed, decimals)
    if not whole.isascii() or not whole.isdecimal() or (rest and not rest.isdecimal()):
        raise BadAmount(f"{text.strip()[:40]} is not an amount.")
    if rest is None:
        shown = Money(int(re.sub(r"\D", "", typed)), currency)
        if decimals == 3 and _plain(show(shown, locale), currency) == typed:
            return shown
        amount = Money(int(whole) * 10**decimals, currency)
        raise BadAmount(f"{text.strip()} can be read two ways. Write {whole} or {show(amount, locale)}.")
    if len(rest.rstrip("0")) > decimals:
        some = f"{decimals} decimals" if decimals else "no decimals"
        raise BadAmount(f"{currency} has {some}.")
    minor = int(whole) * 10**decimals + int((rest + "0" * decimals)[:decimals] or 0)
    if minor > LARGEST:
        raise BadAmount(f"More than {show(Money(LARGEST, currency), locale, sign=True)}: look again.")
    return Money(minor, currency)


def _plain(text: str, currency: str) -> str:
    """Digits of any script as 0 to 9, without the currency, spaces between digits as one kind."""
    text = "".join(str(unicodedata.decimal(each, each)) for each in text).strip().replace("٫", ",")
    for sign in (currency, SIGNS.get(currency, currency)):
        text = text.removeprefix(sign).removesuffix(sign).strip()
    return SPACES.sub(" ", text)


def _apart(typed: str, decimals: int) -> tuple[str, str | None]:
    """Whole units and decimals; None for decimals where there are two readings, and whole units are one of them."""
    marks = re.sub(r"\d", "", typed)
    last = marks[-1:]
    if not marks.strip(".,") and len(set(marks)) == 1:  # one kind of mark
        before, _, after = typed.rpartition(last)
        grouped = bool(GROUPED.fullmatch(typed)) and not typed.startswith("0")
        if len(marks) > 1 or (grouped and decimals == 0):
            return (typed.replace(last, "") if grouped else "", "")
        if grouped:
            return before + after, None
        return before or "0", after
    whole, rest = typed, ""
    if last in (".", ","):
        whole, _, rest = typed.rpartition(last)
        if last in whole:
            return "", ""  # 1,250.00,5
    groups = set(re.sub(r"\d", "", whole))
    if len(groups) > 1 or (groups and not GROUPED.fullmatch(whole)):
        return "", ""
    return re.sub(r"[., ]", "", whole), rest
