from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinnet.rules.dates import DateOrder
from patients.rules import names, typed

TODAY = date(2026, 11, 22)


def read(text: str, order: DateOrder = "DMY", country: str = "GB") -> typed.Query:
    return typed.parse(text, order, country, TODAY)


def test_names_and_a_birth_date_register_exactly_that() -> None:
    query = read("lopez maria 14/3/85")
    assert query.words == ("lopez", "maria")
    assert query.birth_date == "1985-03-14"
    assert query.digits == ""
    assert query.registration == {"family_name": "Lopez", "given_name": "Maria", "birth_date": "1985-03-14"}


@pytest.mark.parametrize(
    ("text", "words", "born"),
    [
        ("garcia 1985", ("garcia",), "1985"),
        ("1985 garcia maria", ("garcia", "maria"), "1985"),
        ("smith 3 may", ("smith",), "05-03"),
        ("May 3 Smith", ("smith",), "05-03"),
        ("smith 29 feb", ("smith",), "02-29"),
        ("smith may", ("smith", "may"), ""),
        ("smith 31 feb", ("smith", "feb"), ""),
        ("garcia 2031", ("garcia",), ""),  # nobody was born then
        ("garcia 004821", ("garcia",), ""),
        ("3 may", ("may",), ""),
        ("1985", (), ""),
    ],
)
def test_a_year_or_a_day_of_birth_stands_beside_a_name(text: str, words: tuple[str, ...], born: str) -> None:
    query = read(text)
    assert set(query.words) == set(words)
    assert query.born == born


@pytest.mark.parametrize(
    ("text", "family", "given_name"),
    [
        ("lopez maria jose", "Lopez", "Maria Jose"),
        ("García, María", "García", "María"),
        ("garcía lópez, maría josé", "García López", "María José"),
        ("van den berg pieter", "van den Berg", "Pieter"),
        ("de vries", "de Vries", None),
        ("o'neill siobhán", "O'Neill", "Siobhán"),
        ("O NEILL SIOBHAN", "O Neill", "Siobhan"),
        ("Maria LOPEZ", "Lopez", "Maria"),
        ("LOPEZ Maria", "Lopez", "Maria"),
        ("LOPEZ MARIA", "Lopez", "Maria"),
        ("McKay Flora", "McKay", "Flora"),
        ("suharto", "Suharto", None),
        ("李 伟", "李", "伟"),
        ("الراشد نور", "الراشد", "نور"),
    ],
)
def test_the_family_name_comes_first(text: str, family: str, given_name: str | None) -> None:
    registration = read(text).registration
    assert (registration.get("family_name"), registration.get("given_name")) == (family, given_name)


@pytest.mark.parametrize(
    "text",
    [
        "14/3/85 lopez",
        "lopez 14 / 3 / 1985",
        "lopez 14 3 85",
        "lopez 14 mar 1985",
        "March 14, 1985 Lopez",
        "lopez 14 de marzo de 1985",
        "1985-03-14 lopez",
        "lopez 140385",
        "lopez, 14.3.85",
        "lopez 1985年3月14日",
        "lopez 3/14/85",
    ],
)
def test_a_birth_date_is_found_wherever_it_is_typed(text: str) -> None:
    query = read(text)
    assert (query.words, query.birth_date, query.problem) == (("lopez",), "1985-03-14", "")


def test_a_birth_date_is_read_in_the_clinics_order() -> None:
    assert read("smith 3/5/61").birth_date == "1961-05-03"
    assert read("smith 3/5/61", "MDY").birth_date == "1961-03-05"


def test_a_month_of_birth_is_enough() -> None:
    assert read("lopez mar 1985").birth_date == read("lopez 3/1985").birth_date == "1985-03"


@pytest.mark.parametrize(
    ("text", "words"),
    [("marta 14 03 1985", ("marta",)), ("le 14/3/85", ("le",)), ("may 1234", ("may",)), ("maria", ("maria",))],
)
def test_names_are_not_taken_for_parts_of_dates(text: str, words: tuple[str, ...]) -> None:
    assert read(text).words == words


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("lopez 31/2/1985", "31 Feb 1985 is not a date."),
        ("lopez 31 feb 1985", "31 Feb 1985 is not a date."),
        ("lopez 1/2/2027", "That date is in the future."),
    ],
)
def test_an_impossible_birth_date_is_told_and_not_registered(text: str, problem: str) -> None:
    query = read(text)
    assert query.problem == problem
    assert query.words == ("lopez",)
    assert "birth_date" not in query.registration


@pytest.mark.parametrize("text", ["14", "14/3", "14/3/8", "lopez 14 m", "4821-22", "12-3456"])
def test_what_is_not_yet_a_date_is_no_problem(text: str) -> None:
    assert read(text).problem == ""


def test_a_date_being_typed_finds_no_telephones() -> None:
    assert read("14/3").digits == read("14/").digits == read("14.3.").digits == ""


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("4821", "4821"),
        ("garcia 4821", "4821"),
        ("#4821", "4821"),
        ("···4821", "4821"),
        ("004821", "004821"),
        ("No. 004821", "004821"),
        ("48 21", "4821"),
        ("07700 900123", "7700900123"),
        ("+44 7700 900123", "7700900123"),
        ("140385", "140385"),
        ("1985", "1985"),
        ("garcia", ""),
    ],
)
def test_ends_of_phones_and_record_numbers(text: str, digits: str) -> None:
    query = read(text)
    assert query.digits == digits
    assert query.words in ((), ("garcia",))


def test_a_phone_is_registered_with_the_name() -> None:
    query = read("lopez maria 07700 900123")
    assert query.registration == {"family_name": "Lopez", "given_name": "Maria", "phone": "+447700900123"}
    assert query.birth_date is None


def test_name_date_phone_and_mail_together() -> None:
    query = read("O'Neill Siobhán 3.5.61 +44 7700 900123 s.oneill@mail.example")
    assert query.registration == {
        "family_name": "O'Neill",
        "given_name": "Siobhán",
        "birth_date": "1961-05-03",
        "phone": "+447700900123",
        "email": "s.oneill@mail.example",
    }
    assert query.words == ("oneill", "siobhan")


@pytest.mark.parametrize(
    ("text", "identifier"),
    [
        ("QQ 12 34 56 C", "QQ123456C"),
        ("ab123456c", "AB123456C"),
        ("943 476 5919", "9434765919"),
        ("123-45-6789", "123456789"),
        ("85.03.14-123.45", "85031412345"),
        ("12.345.678-K", "12345678K"),
        ("4821", None),
        ("lopez maria 14/3/1985", None),
        ("li wu 14/3/1985", None),
        ("lopez", None),
    ],
)
def test_candidates_for_a_national_id(text: str, identifier: str | None) -> None:
    assert read(text).identifier == identifier


def test_a_national_id_is_neither_name_nor_phone() -> None:
    assert read("QQ 12 34 56 C").words == ()
    assert read("943 476 5919").registration == {}
    assert read("li 123456").words == ("li",)


def test_a_query_keeps_what_was_typed_out_of_its_repr() -> None:
    assert "Lopez" not in repr(read("Lopez Maria 14/3/85"))


anything = st.text(max_size=60) | st.text(alphabet="abm/-. 0123456789,+'@", max_size=40)


@given(anything, st.sampled_from(["DMY", "MDY"]), st.sampled_from(["GB", "US", "FR"]))
def test_any_text_can_be_typed(text: str, order: DateOrder, country: str) -> None:
    query = typed.parse(text, order, country, TODAY)
    assert len(query.words) <= names.MOST_WORDS
    assert query.digits == "" or query.digits.isdecimal()
    assert all(query.registration.values())


@given(st.lists(st.text(alphabet="bcdfghkpqrsvwxz", min_size=3, max_size=8), min_size=1, max_size=4, unique=True))
def test_no_word_of_a_name_is_lost(name: list[str]) -> None:
    query = read(" ".join([*name, "14/3/85"]))
    registered: Any = query.registration
    assert query.words == tuple(name)
    written = f"{registered['family_name']} {registered.get('given_name', '')}"
    assert names.fold(written).split() == name
