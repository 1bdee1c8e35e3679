"""Phone numbers: kept in one form, shown as the clinic's country writes them, found by their end."""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

import phonenumbers
from phonenumbers import CountryCodeSource, PhoneNumber, PhoneNumberFormat, PhoneNumberType

from clinnet.rules.text import tidy
from patients.rules.shape import Phone

FEWEST_DIGITS = 7
MOST_DIGITS = 15  # E.164
WHOLE = 9  # digits: fewer may go on in letters
_EXTENSION = " x"
# "extension" as people write it, in the languages of the clinics' patients.
_ENDS = re.compile(
    r"[\s,;(]*(?:extensi[oó]n|extn|ext|poste|anexo|interno|int|ramal|durchwahl|apparat|app|toestel|dahili|wewn|anknytning|"
    r"доб(?:авочный)?|внутр|вн|內線|内線|x|#)[\s.:=]*(\d{1,7})[\s)]*",
    re.IGNORECASE,
)
_ABROAD = re.compile(r"^(\s*(?:\+|00)\s*\d{1,3}[\s-]*)\(0\)")  # "0044 (0)20": its zero is dialled at home alone
_MISTYPED = re.compile(r"[^\W\d_]+\d")
_RUN = re.compile(r"\+?[\d(][\d\s().\-/\u2010-\u2013]*")
# For fiction, where no number is anybody's (Ofcom): the demo's and the tests' are of these.
_FICTION = re.compile(r"447700900\d{3}|441632960\d{3}")
# Mexico's mobiles had a 1 after the country's code until 2019.
_OLD_MOBILE = re.compile(r"^((?:\+|00|011[\s-]*)52)[\s-]*\(?1\)?[\s-]*(?=(?:[\s().-]*\d){10}\D*$)")
# Dialled within Mexico until 2019, before the ten digits that are the number.
_MEXICAN = re.compile(r"^0?(?:1|44|45)[\s.-]+(?=(?:[\s().-]*\d){10}\D*$)|^0(?:1|44|45)(?=\d{10}\D*$)")
_BETWEEN = tuple(
    re.compile(rf"\s*[{signs}]\s*|\s+(?:or|and|oder|und|ou|et|o|y|e)\s+", re.IGNORECASE) for signs in (",;|&", "/,;|&")
)
# "020 7946 0018/19": of two numbers the second says its end alone. In "030/1234567" the stroke follows the area.
_OTHER_END = re.compile(r"^([^/]*\d)\s*/\s*\d{1,3}\s*$")
_LOOKS = re.compile(r"(\+|00)?[\d\s().\-/\u2010-\u2013]+((ext\.?|x|#)\s*\d{1,6})?", re.IGNORECASE)
_DATE = re.compile(r"\d{1,4}\s?[./-]\s?\d{1,2}\s?[./-]\s?\d{1,4}")


def normalise(text: str, country: str) -> str:
    """E.164 when the number is valid in `country` (ISO 3166, of the clinic) or names its own; else as typed."""
    kept = tidy(text)  # telephones copy numbers with direction marks around them
    kept = kept[4:].strip() if kept[:4].casefold() == "tel:" else kept  # copied from a link
    number = _parse(kept, country)
    if number is None:
        return kept
    plain = phonenumbers.format_number(number, PhoneNumberFormat.E164)
    return f"{plain}{_EXTENSION}{number.extension}" if number.extension else plain


def several(text: str, country: str) -> list[str]:
    """The numbers of one field: "212-555-0142 / 212-555-0143" is two where each is sure; else the text as one."""
    whole = normalise(text, country)
    if not whole.startswith("+") or not whole[1:].replace(_EXTENSION, "").isdecimal():
        for between in _BETWEEN:  # a stroke may also stand within a number: 0171/1234567
            found = [normalise(each, country) for each in between.split(tidy(text)) if each.strip()]
            if len(found) > 1 and all(each.startswith("+") for each in found):
                return list(dict.fromkeys(found))
    return [whole]


@lru_cache(4096)  # every page about a patient shows one
def show(number: str, country: str) -> str:
    """National at home, international otherwise; what could not be understood as it was typed."""
    parsed = _parse(number, country)
    if parsed is None:
        return number
    at_home = parsed.country_code == phonenumbers.country_code_for_region(country)
    form = PhoneNumberFormat.NATIONAL if at_home else PhoneNumberFormat.INTERNATIONAL
    extension, parsed.extension = parsed.extension, None
    shown = phonenumbers.format_number(parsed, form)
    return f"{shown}{_EXTENSION}{extension}" if extension else shown


@lru_cache(4096)
def link(number: str) -> str:
    """What a tel: link dials, "" when there is nothing to dial. Of two numbers in one line it is the first."""
    main, _, extension = number.partition(_EXTENSION)
    first = _first(_ABROAD.sub(r"\1", _ENDS.sub("", _without_other_end(main))))
    digits = _digits(first)
    if not digits:
        return ""
    dialled = ("+" if first.startswith("+") else "") + digits
    return f"tel:{dialled};ext={extension}" if extension.isdecimal() else f"tel:{dialled}"


def _without_other_end(line: str) -> str:
    before = _OTHER_END.sub(r"\1", line)
    return before if len(_digits(before)) >= FEWEST_DIGITS else line


def _first(line: str) -> str:
    """The first number of what was typed: words end it, and where it would be too long for one, so does a stroke."""
    if found := _RUN.search(line):
        run, after, rest = found[0], line[found.end() : found.end() + 1], line[found.end() :]
        if line[: found.start()][-1:].isalpha() or _MISTYPED.match(rest):
            return ""  # O7700 900123, 07700 900 l23: a letter stands for a digit
        if len(_digits(run)) < FEWEST_DIGITS and any(each.isalpha() for each in line):
            return ""  # 0800 FLOWERS
        if after.isalpha() and (run[-1].isdecimal() or (run == run.rstrip() and len(_digits(run)) < WHOLE)):
            return ""  # 1-866-4ACLINIC, 1-800-FLOWERS: its letters are dialled, and not by us
        return run if len(_digits(run)) <= MOST_DIGITS else _shorter(run)
    return ""


def _shorter(run: str) -> str:
    first = run.partition("/")[0]
    return first if len(_digits(first)) <= MOST_DIGITS else ""


def preferred(listed: Sequence[Phone] | None) -> Phone:
    """The one to dial: the preferred one, else the first; an empty one where there is none."""
    listed = listed or ()
    return next((each for each in listed if each.get("preferred")), listed[0] if listed else Phone())


def numbers(listed: Sequence[Phone] | None) -> frozenset[str]:
    """All of somebody's, as they are kept."""
    return frozenset(each.get("number", "") for each in listed or ()) - {""}


def tail(number: str, size: int = 4) -> str:
    """The last digits by which people tell a number; of a shorter number, all of them."""
    return _digits(number.partition(_EXTENSION)[0])[-size:]


def reversed_digits(number: str) -> str:
    """The sort key that lets a number be found by its end: the end comes first."""
    return _digits(_OLD_MOBILE.sub(r"\1 ", number.partition(_EXTENSION)[0]))[::-1]


def search_digits(text: str, country: str) -> str:
    """The digits to look for at a number's end: without the prefixes that differ with where one dials from."""
    digits = _digits(text)
    if len(digits) < FEWEST_DIGITS:
        return digits
    number = _parse(text, country)
    return phonenumbers.national_significant_number(number) if number else digits.lstrip("0")


def looks_like_phone(text: str) -> bool:
    """Whether all of `text` can be a whole phone number; what is written like a date is not one."""
    text = text.strip()
    digits = len(_digits(text.lower().partition("x")[0].partition("#")[0]))
    return bool(_LOOKS.fullmatch(text)) and not _DATE.fullmatch(text) and FEWEST_DIGITS <= digits <= MOST_DIGITS


def is_likely(text: str, country: str) -> bool:
    """A whole phone rather than another number: dialled with a prefix, or valid in `country`."""
    if not looks_like_phone(text):
        return False
    number = _parse(text, country)
    return text.strip().startswith(("+", "0", "(")) or (number is not None and phonenumbers.is_valid_number(number))


def same(one: str, other: str) -> bool:
    """Whether two stored numbers ring at the same place, however each was typed."""
    # A number kept as typed begins with the zero that its country's prefix replaces.
    shorter, longer = sorted((reversed_digits(each).rstrip("0") for each in (one, other)), key=len)
    return len(shorter) >= FEWEST_DIGITS and longer.startswith(shorter)


_NAMED = (CountryCodeSource.FROM_NUMBER_WITH_PLUS_SIGN, CountryCodeSource.FROM_NUMBER_WITH_IDD)
_ORDINARY = (PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE, PhoneNumberType.FIXED_LINE_OR_MOBILE)
_TEXTED = (PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE, PhoneNumberType.UNKNOWN)


def texted(phone: Phone) -> str:
    """The number in E.164 where a text message can be sent to it; empty where it is no mobile, or nobody knows which.

    Where a country's numbers do not tell a mobile (North America), what the clinic calls a home number is none.
    """
    return _texted(phone.get("number", ""), home=phone.get("kind") == "home")


@lru_cache(4096)  # every overview asks whether texts arrive
def _texted(written: str, *, home: bool) -> str:
    number = _parse(written.partition(_EXTENSION)[0], None)
    if number is None or _EXTENSION in written:
        return ""
    plain = _e164(number)
    if _FICTION.fullmatch(plain[1:]):
        return plain if plain.startswith("+447") else ""
    kind = phonenumbers.number_type(number)
    if kind == PhoneNumberType.FIXED_LINE_OR_MOBILE and home:
        return ""
    return plain if phonenumbers.is_valid_number(number) and kind in _TEXTED else ""


def _parse(text: str, country: str | None) -> PhoneNumber | None:
    """The number, where it is sure: letters are nobody's digits, and a national number has to be valid."""
    plain = _ENDS.sub(_EXTENSION + r"\1", text) if _ENDS.search(text) else text
    if any(each.isalpha() for each in _ENDS.sub("", text)):
        return None
    if (one := _without_other_end(text)) != text and _parse(one, country):
        return None  # two numbers
    plain = _OLD_MOBILE.sub(r"\1 ", plain)
    plain = _MEXICAN.sub("", plain.lstrip()) if country == "MX" else plain
    try:
        number = phonenumbers.parse(plain, country, keep_raw_input=True)
    except phonenumbers.NumberParseException:
        return None
    if phonenumbers.is_possible_number_with_reason(number) != phonenumbers.ValidationResult.IS_POSSIBLE:
        return None
    named = number.country_code_source in _NAMED or bool(_FICTION.fullmatch(_e164(number)[1:]))
    sure = phonenumbers.is_valid_number(number) and not _lacks_its_zero(plain, number)
    return number if named or sure else None


def _lacks_its_zero(typed: str, number: PhoneNumber) -> bool:
    """A number from abroad that happens to be one of ours: "(207) 946-0101" in Britain, where area codes begin with 0.

    Spreadsheets lose the zero of ordinary numbers; of others, as of companies, and in brackets nobody does.
    """
    national = phonenumbers.format_number(number, PhoneNumberFormat.NATIONAL).lstrip("(")
    if not national.startswith("0") or _digits(typed).startswith("0"):
        return False
    return typed.lstrip().startswith("(") or phonenumbers.number_type(number) not in _ORDINARY


def _e164(number: PhoneNumber) -> str:
    return str(phonenumbers.format_number(number, PhoneNumberFormat.E164)).partition(";")[0]


def _digits(text: str) -> str:
    return "".join(str(unicodedata.decimal(character)) for character in text if character.isdecimal())
