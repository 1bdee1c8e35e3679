from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from patients.rules import latin
from patients.rules.likeness import MOST_LOOKUPS, STRONG_FROM, Likeness, Lookup, codes_for, likeness, sound_pairs


def person(family: str, given_name: str, born: str = "", phone: str = "", **more: Any) -> dict[str, Any]:
    phones = [{"number": phone}] if phone else []
    return {"family_name": family, "given_name": given_name, "birth_date": born, "phones": phones} | more


def compare(typed: dict[str, Any], known: dict[str, Any]) -> Likeness:
    found = likeness(typed, known)
    assert found is not None
    return found


MARIA = person("García", "María", "1985-03-14", "+447700900821")
LUCIA = person("García", "Lucía", "2020-05-02", "+447700900821", sex="female")
MATEO = person("García", "Mateo", "2017-09-30", "+447700900821", sex="male")


def test_the_second_maria_garcia_of_the_demo_is_found() -> None:
    found = compare(person("Garcia", "Maria", "1985-03-14"), MARIA)
    assert found.strong
    assert not found.relative
    assert found.reasons == ("Same birth date", "Same name")


def test_a_name_that_sounds_alike_on_the_same_birth_date() -> None:
    found = compare(person("Garsia", "Mariya", "1985-03-14"), MARIA)
    assert found.strong
    assert found.sentence == "Same birth date, name sounds alike."


def test_john_smith_whose_day_and_month_were_swapped() -> None:
    found = compare(person("Smith", "John", "1961-05-03"), person("Smith", "John", "1961-03-05"))
    assert found.strong
    assert found.reasons == ("Day and month swapped", "Same name")


@pytest.mark.parametrize(
    ("born", "reason"),
    [
        ("1985-03-15", "One digit of the birth date differs"),
        ("1958-03-14", "Two digits of the birth date swapped"),
        ("1985", "Birth date agrees as far as it is known"),
    ],
)
def test_a_slip_in_the_birth_date(born: str, reason: str) -> None:
    found = compare(person("García", "María", born), MARIA)
    assert found.strong
    assert found.reasons[0] == reason


def test_family_and_given_name_swapped() -> None:
    found = compare(person("Maria", "Garcia", "1985-03-14"), MARIA)
    assert found.strong
    assert found.reasons == ("Same birth date", "Family and given name swapped")


def test_the_same_national_id_is_the_same_person() -> None:
    one, other = person("A", "B", national_id="QQ 12 34 56 C"), person("García", "María", national_id="qq123456c")
    assert compare(one, other) == Likeness(100, ("Same national id",), relative=False)
    assert likeness(person("A", "B", national_id=""), person("C", "D", national_id="")) is None


def test_children_on_their_mothers_phone_are_relatives() -> None:
    for one, other in ((LUCIA, MATEO), (LUCIA, MARIA), (MARIA, MATEO)):
        found = compare(one, other)
        assert found.relative
        assert not found.strong
        assert found.reasons == ("Same phone", "Another given name")


def test_the_same_phone_under_another_family_name_is_perhaps_a_relative() -> None:
    found = compare(person("Rossi", "Luis", "1983-01-01", "+447700900821"), MARIA)
    assert found.relative


def test_twins_are_no_duplicates() -> None:
    found = compare(person("Haddad", "Idris", "2026-11-11"), person("Haddad", "Samir", "2026-11-11"))
    assert found.relative
    assert found.sentence == "Same family name and birth date, another given name."


def test_twins_of_like_names_are_told_apart_by_their_sex() -> None:
    maria, mario = (
        person("Rossi", name, "2020-01-02", sex=sex) for name, sex in (("Maria", "female"), ("Mario", "male"))
    )
    assert compare(maria, mario).relative
    assert not compare(maria, mario | {"sex": "unknown"}).relative


def test_a_family_at_one_address() -> None:
    home: dict[str, Any] = {"address": {"line": "5 Mill Lane", "postcode": "AB1 2CD"}}
    found = compare(person("García", "Luis", "1983-01-01", **home), person("García", "Ana", "1990-07-07", **home))
    assert found.relative
    assert found.reasons == ("Same address", "Another given name")
    flatmate = person("Nowak", "Ewa", "1983-01-01", **home)
    assert likeness(flatmate, person("García", "Ana", "1990-07-07", **home)) is None


def test_a_married_name_is_found_by_the_maiden_name() -> None:
    known = person("Brown", "María", "1985-03-14", other_names=["García"])
    assert compare(person("García", "María", "1985-03-14"), known).strong


def test_a_new_family_name_is_found_by_phone_and_birth_date() -> None:
    found = compare(person("Brown", "María", "1985-03-14", "+447700900821"), MARIA)
    assert found.strong
    assert found.reasons == ("Same birth date", "Same given name", "Same phone")


def test_a_preferred_name_is_a_given_name() -> None:
    known = person("Okoro", "Benjamin", "1970-01-02", preferred_name="Ben")
    assert compare(person("Okoro", "Ben", "1970-01-02"), known).strong


def test_a_name_divided_otherwise_is_the_same() -> None:
    assert compare(person("李伟", "", "1990-01-02"), person("李", "伟", "1990-01-02")).reasons[1] == "Same name"
    assert compare(person("García", "López María", "1985-03-14"), person("García López", "María", "1985-03-14")).strong


@pytest.mark.parametrize(("family", "given_name"), [("الرّاشد", "نور"), ("Петров", "Иван"), ("李", "伟")])
def test_names_without_latin_letters_are_compared(family: str, given_name: str) -> None:
    known = person(family, given_name, "1970-01-02")
    assert compare(person(family.replace("\u0651", ""), given_name, "1970-01-02"), known).strong
    assert likeness(person("王", "芳", "1970-01-02"), known) is None


@pytest.mark.parametrize(
    ("written", "typed"),
    [
        (("Іванова", "Олена"), ("Ivanova", "Olena")),
        (("الراشد", "نور"), ("Rashid", "Noor")),
        (("李", "伟"), ("Li", "Wei")),
        (("Παπαδόπουλος", "Γεώργιος"), ("Papadopoulos", "Georgios")),
        (("כהן", "יוסף"), ("Cohen", "Yosef")),
    ],
)
def test_a_name_of_another_script_sounds_like_its_latin_spelling(
    written: tuple[str, str], typed: tuple[str, str]
) -> None:
    known = person(*written, "1970-01-02")
    assert compare(person(*typed, "1970-01-02"), known).reasons == ("Same birth date", "Name sounds alike")
    assert set(sound_pairs(latin.in_latin(person(*typed)))) & set(sound_pairs(latin.in_latin(known)))


def test_two_names_of_one_script_are_compared_as_they_are_written() -> None:
    assert compare(person("李", "伟", "1970-01-02"), person("李", "薇", "1970-01-02")).relative


def test_a_name_alone_is_a_weak_likeness_and_a_phone_makes_it_strong() -> None:
    assert not compare(person("Garcia", "Maria"), MARIA).strong
    assert compare(person("Garcia", "Maria", phone="+447700900821"), MARIA).strong


def test_an_estimated_age_agrees_when_it_is_close() -> None:
    found = compare(person("García", "María", "1986", birth_estimated=True), MARIA)
    assert found.reasons[0] == "Estimated age agrees"


def test_a_father_and_son_of_one_name_are_shown_but_not_strongly() -> None:
    found = compare(
        person("Smith", "John", "1990-07-07", "+447700900555"), person("Smith", "John", "1961-03-05", "+447700900555")
    )
    assert not found.strong
    assert found.reasons == ("Same name", "Same phone")


@pytest.mark.parametrize(
    "stranger",
    [
        person("Smith", "John", "1985-03-14"),
        person("García", "María", "1992-11-02"),
        person("García", "Luis", "1992-11-02"),
        person("Kowalska", "María"),
        person("", ""),
        {},
    ],
)
def test_strangers_are_not_shown(stranger: dict[str, Any]) -> None:
    assert likeness(stranger, MARIA) is None


def test_a_reminder_of_half_a_name_needs_the_birth_date() -> None:
    assert likeness(person("García", ""), MARIA) is None
    assert compare(person("García", "", "1985-03-14"), MARIA).reasons == (
        "Same birth date",
        "Name agrees as far as it is known",
    )


names_typed = st.text(alphabet="abeimnorstuzé -'", max_size=12)
days = st.sampled_from(["", "1985", "1985-03", "1985-03-14", "1961-05-03", "1961-03-05", "2026-11-11", "bad"])
people = st.builds(
    person,
    names_typed,
    names_typed,
    days,
    st.sampled_from(["", "+447700900821", "x"]),
    sex=st.sampled_from(["", "male"]),
)


@given(people, people)
@example(person("", "aa-a", "", "+447700900821", sex=""), person("a", "b", "", "+447700900821", sex=""))
def test_likeness_has_no_direction(one: dict[str, Any], other: dict[str, Any]) -> None:
    forth, back = likeness(one, other), likeness(other, one)
    assert forth == back
    if forth:
        assert 0 < forth.score <= 100
        assert all(forth.reasons)


@given(people)
def test_everyone_with_a_name_and_birth_date_is_like_himself(one: dict[str, Any]) -> None:
    if any(map(str.isalpha, one["family_name"] + one["given_name"])) and len(one["birth_date"]) == 10:
        found = likeness(one, one)
        assert found is not None
        assert found.score >= STRONG_FROM
        assert not found.relative


def test_lookups_are_few_and_the_most_telling_first() -> None:
    full = person("García", "María", "1985-03-04", "+447700900821", national_id="QQ123456C")
    full["phones"] += [{"number": "+442079460018", "preferred": True}, {"number": "+447700900555"}]
    assert codes_for(full) == (
        Lookup("national_id", "QQ123456C"),
        Lookup("born", "1985-03-04"),
        Lookup("born", "1985-04-03"),
        Lookup("sound", "KRS", "MR"),
        Lookup("phone", "+442079460018"),
        Lookup("phone", "+447700900821"),
    )
    assert codes_for(person("García", "María", "1985-03-14")) == (
        Lookup("born", "1985-03-14"),
        Lookup("sound", "KRS", "MR"),
    )
    assert codes_for(person("García", "")) == (Lookup("sound", "KRS"),)
    assert codes_for(person("李", "伟")) == (Lookup("words", "李伟"), Lookup("sound", "L", "A"))
    assert codes_for(person("李伟", "")) == (Lookup("words", "李伟"), Lookup("sound", "L"))
    assert codes_for(person("الراشد", "نور")) == (Lookup("words", "راشد", "نور"), Lookup("sound", "RXT", "NR"))
    assert codes_for({}) == ()


@given(people)
def test_lookups_stay_few(one: dict[str, Any]) -> None:
    assert len(codes_for(one)) <= MOST_LOOKUPS


@pytest.mark.parametrize(
    ("typed", "known"),
    [
        (person("Garsia", "Mariya"), MARIA),
        (person("Maria", "Garcia"), MARIA),
        (person("García", "María José"), person("García López", "María")),
        (person("López", "María"), person("García López", "María")),
        (person("Smith", "Jon"), person("Smith", "John")),
        (person("van den Berg", "Pieter"), person("Berg", "Peter")),
        (person("García", "María"), person("Brown", "María", other_names=["García"])),
    ],
)
def test_who_sounds_alike_is_found_by_one_question(typed: dict[str, Any], known: dict[str, Any]) -> None:
    asked = next(lookup for lookup in codes_for(typed) if lookup.kind == "sound")
    assert any(code == asked.value and rest.startswith(asked.second) for code, rest in sound_pairs(known))


@given(people)
def test_sound_rows_stay_few(one: dict[str, Any]) -> None:
    assert len(sound_pairs(one)) <= 12
    assert sound_pairs(one) or not any(lookup.kind == "sound" for lookup in codes_for(one))
