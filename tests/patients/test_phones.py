import re
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patients.rules import countries, phones

typed = st.text(alphabet="0123456789 +-().x", max_size=24)


@pytest.mark.parametrize(
    ("text", "country", "kept"),
    [
        ("07700 900123", "GB", "+447700900123"),
        ("+44 (0)7700 900-123", "US", "+447700900123"),
        ("0044 7700 900123", "GB", "+447700900123"),
        ("(212) 555-0142", "US", "+12125550142"),
        ("1-212-555-0142", "US", "+12125550142"),
        ("06 12 34 48 21", "FR", "+33612344821"),
        ("020 7946 0018 ext 12", "GB", "+442079460018 x12"),
        ("٠٧٧٠٠ ٩٠٠١٢٣", "GB", "+447700900123"),
        ("\u202a+44 7700 900123\u202c", "GB", "+447700900123"),
        ("\u202a555-0142\u202c", "US", "555-0142"),
        ("ask  her sister", "GB", "ask her sister"),
        ("999", "GB", "999"),
        ("", "GB", ""),
    ],
)
def test_numbers_are_kept_in_one_form_or_as_typed(text: str, country: str, kept: str) -> None:
    assert phones.normalise(text, country) == kept


@given(st.one_of(typed, st.text(max_size=30)), st.sampled_from(["GB", "US", "FR", "IT", "RU"]))
def test_keeping_a_number_twice_changes_nothing(text: str, country: str) -> None:
    kept = phones.normalise(text, country)
    assert phones.normalise(kept, country) == kept


def test_a_number_is_national_at_home_and_international_elsewhere() -> None:
    assert phones.show("+447700900123", "GB") == "07700 900123"
    assert phones.show("+447700900123", "US") == "+44 7700 900123"
    assert phones.show("+12125550142", "US") == "(212) 555-0142"
    assert phones.show("+442079460018 x12", "GB") == "020 7946 0018 x12"
    assert phones.show("ask her sister", "GB") == "ask her sister"


@given(typed, st.sampled_from(["GB", "US", "IT"]))
def test_a_number_typed_as_shown_is_the_same_number(text: str, country: str) -> None:
    kept = phones.normalise(text, country)
    if kept.startswith("+"):
        assert phones.tail(phones.show(kept, country)) == phones.tail(kept)


def test_a_number_can_be_dialled() -> None:
    assert phones.link("+447700900123") == "tel:+447700900123"
    assert phones.link("+442079460018 x12") == "tel:+442079460018;ext=12"
    assert phones.link("555-0142") == "tel:5550142"
    assert phones.link("ask her sister") == ""


def test_a_number_is_told_and_found_by_its_end() -> None:
    assert phones.tail("+33612344821") == "4821"
    assert phones.tail("+442079460018 x12") == "0018"
    assert phones.tail("12") == "12"
    assert phones.reversed_digits("+33612344821").startswith("1284")


@pytest.mark.parametrize(
    ("text", "country"),
    [
        ("06 12 34 48 21", "FR"),
        ("+33 6 12 34 48 21", "GB"),
        ("0033612344821", "FR"),
        ("34 48 21", "FR"),
        ("4821", "GB"),
    ],
)
def test_a_number_is_found_however_it_is_dialled(text: str, country: str) -> None:
    stored = phones.reversed_digits(phones.normalise("06 12 34 48 21", "FR"))
    assert stored.startswith(phones.search_digits(text, country)[::-1])


def test_a_number_dialled_with_another_trunk_prefix_is_found() -> None:
    assert phones.search_digits("8 912 345 67 89", "RU") == "9123456789"
    assert phones.search_digits("06 698 12345", "IT") == "0669812345"


@pytest.mark.parametrize(
    ("text", "phone"),
    [
        ("07700 900123", True),
        ("+1 (212) 555-0142", True),
        ("030/1234567", True),
        ("020 7946 0018 x12", True),
        ("14/3/1985", False),
        ("14.03.1985", False),
        ("1985-03-14", False),
        ("4821", False),
        ("004821", False),
        ("lopez", False),
        ("12345678901234567", False),
        ("", False),
    ],
)
def test_what_looks_like_a_phone(text: str, phone: bool) -> None:
    assert phones.looks_like_phone(text) is phone


def test_the_same_phone_however_typed() -> None:
    assert phones.same("+12125550142", "555-0142")
    assert not phones.same("+12125550142", "+12125550143")
    assert not phones.same("0142", "+12125550142")
    assert not phones.same("", "")


def test_a_national_id_is_no_likely_phone() -> None:
    assert not phones.is_likely("943 476 5919", "GB")
    assert phones.is_likely("07700 900123", "GB")
    assert phones.is_likely("212-555-0142", "US")
    assert not phones.is_likely("0014", "US")


@pytest.mark.parametrize(
    ("text", "country"),
    [
        ("231-4142 mom", "GB"),
        ("496 0123 mum", "GB"),
        ("1-866-4ACLINIC", "US"),
        ("020 7946 0401 mum", "GB"),
        ("06 12 34 56 78", "GB"),
        ("0412 345 678", "GB"),
        ("98765 43210", "GB"),
        ("06 12 34 56 78", "US"),
        ("(207) 946-0101", "GB"),
        ("555 123 4567", "GB"),
        ("(30) 123456", "DE"),
        ("(3) 1234-5678", "JP"),
        ("2314142", "GB"),
        ("212-555-0142 or 212-555-0143", "US"),
        ("07700900123/4", "GB"),
        ("020 7946 0018 / 19", "GB"),
        ("030 1234567/68", "DE"),
        ("020 7946 0401 / 020 7946 0402", "GB"),
    ],
)
def test_what_is_no_sure_number_is_kept_shown_and_found_as_typed(text: str, country: str) -> None:
    assert phones.normalise(text, country) == text
    assert phones.show(text, country) == text
    typed = re.sub(r"\D", "", text)
    assert phones.reversed_digits(text).startswith(phones.search_digits(typed, country)[::-1])


def test_an_ordinary_number_without_its_zero_and_one_copied_from_a_link_are_sure() -> None:
    for text in ("7700900123", "tel:07700 900123", "TEL:+44 7700 900123"):
        assert phones.normalise(text, "GB") == "+447700900123"
    assert phones.normalise("(11) 91234-5678", "BR") == "+5511912345678"  # where no area code has one


def test_a_foreign_number_is_rewritten_in_its_own_country() -> None:
    assert phones.normalise("06 12 34 56 78", "FR") == "+33612345678"
    assert phones.normalise("020 7946 0401 ext. 12", "GB") == "+442079460401 x12"


@pytest.mark.parametrize(
    ("number", "dials"),
    [
        ("212-555-0142 or 212-555-0143", "tel:2125550142"),
        ("07700900123/4", "tel:07700900123"),
        ("020 7946 0018 / 19", "tel:02079460018"),
        ("0800/123", "tel:0800123"),
        ("1-866-4ACLINIC", ""),
        ("1-800-FLOWERS", ""),
        ("tel:+442079460401", "tel:+442079460401"),
        ("020 7946 0401-work", "tel:02079460401"),
        ("231-4142 mom", "tel:2314142"),
        ("020 7946 0101 / 07700 900102", "tel:02079460101"),
        ("020 7946 0101 020 7946 0102", ""),
        ("0171/946 01 01", "tel:01719460101"),
        ("ask mum", ""),
        ("call (212) 555-0142", "tel:2125550142"),
        ("+442079460401 x12", "tel:+442079460401;ext=12"),
        ("0044 (0)20 7946 0401", "tel:00442079460401"),
        ("0800 FLOWERS", ""),
        ("1300 4 LOCAL", ""),
        ("07700 900 l23", ""),
        ("O7700 900123", ""),
        ("101", "tel:101"),
    ],
)
def test_a_link_dials_one_number_or_none(number: str, dials: str) -> None:
    assert phones.link(number) == dials


@pytest.mark.parametrize(
    ("text", "country", "kept"),
    [
        ("044 55 1234 5678", "MX", "+525512345678"),
        ("0455512345678", "MX", "+525512345678"),
        ("01 55 1234 5678", "MX", "+525512345678"),
        ("+52 (1) 55 1234 5678", "US", "+525512345678"),
        ("011 15-1234-5678", "AR", "+5491112345678"),
        ("011 1234", "AR", "011 1234"),  # Buenos Aires, and too short: 011 is no way abroad there
        ("0000000000", "GB", "0000000000"),
        ("0011 1234567", "GB", "0011 1234567"),
        ("06 698 12345", "IT", "+390669812345"),
        ("212-555-0142;ext=12", "US", "+12125550142 x12"),
        ("01 42 68 53 00 poste 12", "FR", "+33142685300 x12"),
        ("8 (495) 123-45-67 доб. 12", "RU", "+74951234567 x12"),
        ("030 123456 Durchwahl 12", "DE", "+4930123456 x12"),
        ("91 123 45 67 (anexo 12)", "ES", "+34911234567 x12"),
        ("(11) 3456-7890 ramal 12", "BR", "+551134567890 x12"),
        ("020 7946 0401 postbox 12", "GB", "020 7946 0401 postbox 12"),
        ("011 52 1 55 1234 5678", "US", "+525512345678"),
    ],
)
def test_prefixes_of_a_country_are_read_as_it_dials_them(text: str, country: str, kept: str) -> None:
    assert phones.normalise(text, country) == kept


@pytest.mark.parametrize(
    ("text", "country", "kept"),
    [
        ("212-555-0142 / 212-555-0143", "US", ["+12125550142", "+12125550143"]),
        ("020 7946 0101 or 07700 900123", "GB", ["+442079460101", "+447700900123"]),
        ("030/123456", "DE", ["+4930123456"]),
        ("0171/1234567; 030 123456", "DE", ["+491711234567", "+4930123456"]),
        ("+1 212 555 0142 / 43", "US", ["+1 212 555 0142 / 43"]),
        ("212-555-0142, ask for Bo", "US", ["212-555-0142, ask for Bo"]),
        ("ask her sister", "GB", ["ask her sister"]),
    ],
)
def test_a_field_holds_two_numbers_where_each_is_sure(text: str, country: str, kept: list[str]) -> None:
    assert phones.several(text, country) == kept


def test_a_mexican_mobile_of_before_2019_is_the_same_number() -> None:
    assert phones.normalise("+52 1 55 1234 5678", "US") == phones.normalise("+52 55 1234 5678", "US") == "+525512345678"
    assert phones.same("+5215512345678", "+525512345678")
    assert phones.same("06 12 34 56 78", "+33612345678")  # kept as typed in another country
    assert phones.normalise("+52 155 123 4567", "US") == "+521551234567"  # ten digits that begin with 1


@pytest.mark.parametrize(
    ("written", "code"),
    [("MX", "MX"), ("mex", "MX"), ("Mexico", "MX"), ("México", "MX"), ("FRA", "FR"), ("AUS", "AU"), ("AUT", "AT"),
     ("India", "IN"), ("Deutschland", "DE"), ("U.S.A.", "US"), ("England", "GB"), ("日本", "JP"), ("Congo", "CG"),
     ("Narnia", ""), ("", "")],
)  # fmt: skip
def test_a_country_is_read_in_any_of_its_forms(written: str, code: str) -> None:
    assert countries.code(written) == code


@pytest.mark.parametrize(
    ("written", "code"),
    [("Czechia", "CZ"), ("Česko", "CZ"), ("North Macedonia", "MK"), ("Eswatini", "SZ"), ("Kosovo", "XK"), ("XKX", "XK"),
     ("Ivory Coast", "CI"), ("UAE", "AE"), ("Slovensko", "SK"), ("Србија", "RS"), ("ประเทศไทย", "TH"),
     ("Vatican City", "VA")],
)  # fmt: skip
def test_a_country_is_read_by_the_name_that_it_has_today_and_by_its_own(written: str, code: str) -> None:
    assert countries.code(written) == code


@pytest.mark.parametrize(
    ("written", "code"),
    [("Trinidad & Tobago", "TT"), ("St. Vincent & the Grenadines", "VC"), ("Virgin Islands (British)", "VG"),
     ("Iran (Islamic Republic of)", "IR"), ("Moldova, Republic of", "MD"), ("Korea, Republic of", "KR"),
     ("Korea, Democratic People's Republic of", "KP"), ("Congo, Democratic Republic of the", "CD"),
     ("Congo, Dem. Rep. of the", "")],
)  # fmt: skip
def test_a_country_is_read_as_official_lists_turn_it_round(written: str, code: str) -> None:
    assert countries.code(written) == code


def test_the_places_of_all_numbers_are_not_read_for_the_names_of_countries() -> None:
    """A hundred megabytes, in each process."""
    assert countries.code("Mexiko") == "MX"
    assert "phonenumbers.geodata" not in sys.modules


def test_phones_of_kosovo_are_read_by_its_own_plan() -> None:
    assert phones.normalise("044 123 456", countries.code("Kosovo")) == "+38344123456"
