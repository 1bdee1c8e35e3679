"""What a text message says, and how many parts it takes."""

import unicodedata
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduling.messages.rules import gsm, sms
from scheduling.messages.rules.due import Kind
from scheduling.messages.rules.whose import CHILDREN, Member, labels
from scheduling.messages.rules.wording import LANGUAGES, About, Style, Time

LINK = "https://clinnet.example.org/t/abcdefghijklmnop"
KINDS: tuple[Kind, ...] = ("booked", "changed", "cancelled", "late", "reminder")
LONGEST = datetime.fromisoformat("2026-12-30T22:30")  # a Wednesday


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("", gsm.Size(1, 0, True)),
        ("a" * 160, gsm.Size(1, 160, True)),
        ("a" * 161, gsm.Size(2, 161, True)),
        ("a" * 306, gsm.Size(2, 306, True)),
        ("a" * 307, gsm.Size(3, 307, True)),
        ("€" * 80, gsm.Size(1, 160, True)),
        ("€" * 81, gsm.Size(2, 162, True)),
        ("a" * 152 + "€" * 77, gsm.Size(3, 306, True)),  # no part divides a character of two places
        ("ж" * 70, gsm.Size(1, 70, False)),
        ("ж" * 71, gsm.Size(2, 71, False)),
        ("a" * 69 + "😀", gsm.Size(2, 71, False)),
    ],
)
def test_a_text_takes_as_many_parts_as_the_network_counts(text: str, size: gsm.Size) -> None:
    assert gsm.size(text) == size


@given(st.text(max_size=400))
def test_parts_hold_the_text_and_none_is_empty(text: str) -> None:
    size = gsm.size(text)
    most = gsm.AMONG if size.gsm else gsm.AMONG_UCS2
    assert size.parts == 1 or (size.parts - 1) * (most - 1) < size.places <= size.parts * most


def test_letters_that_would_halve_a_part_lose_their_marks() -> None:
    assert gsm.plain("L’été — ça, cancelación, größer…") == "L'été - ca, cancelacion, größer..."
    assert gsm.plain("Sœurs «Łódź» · Đorđević") == 'Soeurs "Lodz" - Dordevic'


def test_a_name_typed_letter_by_mark_is_as_long_as_any() -> None:
    """As a Mac writes file names: e and its accent are two."""
    apart = unicodedata.normalize("NFD", "Clinique de l'été, Nuñez")
    assert gsm.plain(apart) == "Clinique de l'été, Nuñez"
    assert gsm.size(gsm.plain(apart)).gsm


def test_a_visit_in_another_year_has_its_year() -> None:
    far = Time(LONGEST, "x", far=True)
    for style, day in (
        (Style("en"), "Wed 30 Dec 2026, 22:30"),
        (Style("en", month_first=True), "Wed Dec 30, 2026, 10:30 pm"),
        (Style("fr"), "mer 30/12/2026, 22:30"),
        (Style("de"), "Mi 30.12.2026, 22:30 Uhr"),
    ):
        assert day in sms.body(About("booked", [far], "Northside"), LINK, style)


def test_what_to_prepare_is_behind_the_link() -> None:
    text = sms.body(About("booked", [Time(LONGEST, "x", preparation="Come fasting.")], "Northside"), LINK, Style("en"))
    assert text.endswith(f"How to prepare, confirm, cancel: {LINK}")


def about(kind: Kind, clinic: str, whose: str = "", remote: str = "", phone: str = "+44 20 7946 0100") -> About:
    before = LONGEST if kind == "changed" else None
    return About(kind, [Time(LONGEST, "x", "y", whose, remote, before=before)], clinic, "", phone, 120)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_every_text_of_an_ordinary_clinic_is_one_part(kind: Kind, language: str) -> None:
    for month_first in (True, False):
        link, style = "" if kind == "cancelled" else LINK, Style(language, month_first)
        text = sms.body(about(kind, "Northside Clinic"), link, style)
        size = gsm.size(text)
        assert (size.parts, size.gsm) == (1, True), text
        assert "Northside Clinic" in text
        assert (LINK in text) == (kind != "cancelled")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_the_longest_names_cost_a_second_part_at_most(kind: Kind, language: str) -> None:
    eighth = Member("", "2018-03-14", child=True, own=False)
    (whose,) = labels([eighth], language, names=False)
    longest = max((*CHILDREN[language], whose), key=len)
    text = sms.body(about(kind, "Ç" * 40, f"{longest} {whose}", "phone"), LINK, Style(language))
    assert gsm.size(text).gsm
    assert gsm.size(text).parts <= 2


def test_a_clinic_with_a_name_in_another_script_costs_more() -> None:
    assert gsm.size(sms.body(about("booked", "北区诊所"), LINK, Style("en"))).parts == 2


def test_the_phone_stands_in_it_where_it_costs_nothing() -> None:
    short = sms.body(about("cancelled", "Northside"), "", Style("en"))
    assert short == "Northside: your appointment on Wed 30 Dec, 22:30 is cancelled. Questions: +44 20 7946 0100"
    long = sms.body(about("booked", "Northside Clinic for Family Medicine and Children"), LINK, Style("en"))
    assert "7946" not in long


def test_a_text_is_neutral_and_says_whose_and_how() -> None:
    text = sms.body(about("booked", "Northside", "First child, born in 2018", "phone", phone=""), LINK, Style("en"))
    assert text == (
        "Northside: your appointment is on Wed 30 Dec, 22:30 (First child, born in 2018). We call you. "
        f"Confirm or cancel: {LINK}"
    )
    assert "To cancel: " in sms.body(About("reminder", [Time(LONGEST + timedelta(days=1))], "N"), LINK, Style("en"))
