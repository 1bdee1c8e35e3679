import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from clinnet.rules.text import tidy
from patients.rules import names

anything = st.text(max_size=80)


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("García", "garcia"),
        ("O'Neill", "oneill"),
        ("O’Neill", "oneill"),
        ("Oʼneill", "oneill"),
        ("O´Neill", "oneill"),
        ("Müller-Schmidt", "muller schmidt"),
        ("Ólafsdóttir", "olafsdottir"),
        ("Łukasz Ørsted Đặng Æsa Þór Œuvre", "lukasz orsted dang aesa thor oeuvre"),
        ("Weiß WEISS", "weiss weiss"),
        ("İsmail Işık", "ismail isik"),
        ("Thị Lan Nguyễn", "thi lan nguyen"),
        ("St. John,  Smith", "st john smith"),
        ("الرَّاشِـــد", "الراشد"),
        ("أحمد إبراهيم آمنة", "احمد ابراهيم امنه"),
        ("שׁלוֹם", "שלום"),
        ("Семёнов", "семенов"),
        ("Дем’яненко", "демяненко"),
        ("ΓΙΏΡΓΟΣ", "γιωργοσ"),
        ("कुमार", "कुमार"),
        ("がぎ", "がぎ"),
        ("ｶﾞｷﾞ", "ガギ"),
        ("김민수", "김민수"),
        ("李伟", "李伟"),
        ("Maria 😀", "maria"),
        ("😀", "😀"),
        ("#\x00\ud800", ""),
        ("a#b", "a b"),
        ("", ""),
    ],
)
def test_names_are_compared_without_case_accents_and_marks(written: str, folded: str) -> None:
    assert names.fold(written) == folded


@given(anything)
def test_folding_twice_changes_nothing_more(text: str) -> None:
    assert names.fold(names.fold(text)) == names.fold(text)


@given(anything)
def test_a_folded_name_can_stand_in_a_key(text: str) -> None:
    folded = names.fold(text)
    folded.encode()
    assert "#" not in folded
    assert folded == " ".join(folded.split())


@given(anything)
def test_case_never_matters(text: str) -> None:
    assert names.fold(text.casefold()) == names.fold(text)


# Unicode calls them letters, and they are none: apostrophes and primes, saltillos, tatweel, small Arabic vowels, and
# Arabic vowel signs that stand alone, which are marks once decomposed. (U+FE73, the tail of a letter, is kept.)
ALONE = ((0xFC5E, 0xFC63), (0xFCF2, 0xFCF4), (0xFE70, 0xFE72), (0xFE74, 0xFE74), (0xFE76, 0xFE7F))
SIGNS = {*"ʹ\u0374ʻʼʽʾʿˈꞋꞌـۥۦ"} | {chr(each) for first, last in ALONE for each in range(first, last + 1)}


def test_every_letter_is_kept_and_of_signs_alone_nothing() -> None:
    letters = (letter for letter in map(chr, range(0x110000)) if unicodedata.category(letter)[0] == "L")
    assert {letter for letter in letters if not names.fold.__wrapped__(letter)} == SIGNS


@given(st.text(alphabet=st.characters(categories=["L"], include_characters=" "), max_size=40))
@example("\ufe70")
def test_letters_never_fold_to_nothing(text: str) -> None:
    if set(text) - SIGNS - {" "}:
        assert names.fold(text)


@pytest.mark.parametrize(
    ("parts", "found"),
    [
        (("García López", "María José"), ("garcia", "lopez", "maria", "jose")),
        (("van den Berg", "Pieter"), ("berg", "pieter")),
        (("de la Cruz y Ortega", "Ana"), ("cruz", "ortega", "ana")),
        (("O'Neill", "Siobhán"), ("oneill", "siobhan")),
        (("O Neill", "Siobhán"), ("oneill", "siobhan")),
        (("Mc Donald", "Al"), ("mcdonald", "al")),
        (("الراشد", "نور"), ("راشد", "نور")),
        (("عبد الله", "نور"), ("عبدالله", "نور")),
        (("Nguyễn", "Thị Vân"), ("nguyen", "thi", "van")),
        (("De La", ""), ("la",)),
        (("李", "伟"), ("李伟", "伟")),
        (("김", "민수"), ("김민수", "민수")),
        (("李伟", ""), ("李伟",)),
        (("Suharto", ""), ("suharto",)),
        (("", "Cher"), ("cher",)),
        (("García", "García"), ("garcia",)),
        ((), ()),
    ],
)
def test_words_by_which_people_are_found(parts: tuple[str, ...], found: tuple[str, ...]) -> None:
    assert names.words(*parts) == found


def test_a_long_family_name_leaves_room_for_the_given_name() -> None:
    found = names.words("Souza Lima Castro Rocha Prado", "Inês Clara")
    assert found == ("souza", "lima", "castro", "ines", "clara")


@given(st.lists(anything, max_size=5))
def test_words_are_few_short_and_distinct(parts: list[str]) -> None:
    found = names.words(*parts)
    assert len(found) == len(set(found)) <= names.MOST_WORDS
    assert all(word and len(word) <= names.LONGEST_WORD and " " not in word for word in found)


@given(anything, anything)
def test_who_has_a_name_is_found(family: str, given_name: str) -> None:
    assert bool(names.words(family, given_name)) == bool(names.fold(family + " " + given_name))


@given(st.text(alphabet="abcdefgh ", max_size=30), st.text(alphabet="abcdefgh ", max_size=30))
def test_what_is_typed_as_registered_finds_by_every_word(family: str, given_name: str) -> None:
    held = names.words(family, given_name)
    typed = names.typed_words(f"{family} {given_name}")
    if len(held) < names.MOST_WORDS and not set(typed) & names.PARTICLES:
        assert set(typed) <= set(held)


def test_a_particle_is_no_search_word_wherever_it_is_typed() -> None:
    assert names.typed_words("van den berg pieter") == ("berg", "pieter")
    assert names.typed_words("berg van den") == ("berg",)
    assert names.typed_words("van") == ("van",)
    assert names.typed_words("o'neill") == names.typed_words("o neill") == ("oneill",)
    assert names.typed_words("O, Sun-hee") == names.words("O", "Sun-hee")
    assert names.typed_words("O, Sun") == ("o", "sun")  # the first is found by its start


def test_words_of_a_patient_include_other_names() -> None:
    data = {
        "family_name": "García",
        "given_name": "María",
        "preferred_name": "Mari",
        "other_names": ["Pérez"],
    }
    assert names.words_of(data) == ("garcia", "maria", "mari", "perez")
    assert names.words_of({"family_name": None}) == ()


@pytest.mark.parametrize(
    ("word", "bucket"), [("garcia", "gar"), ("li", "li"), ("李伟", "李"), ("민수", "민"), ("راشد", "راش")]
)
def test_buckets_of_words(word: str, bucket: str) -> None:
    assert names.bucket(word) == bucket


@pytest.mark.parametrize(
    ("text", "initial"),
    [
        ("Álvarez", "a"),
        ("'t Hooft", "t"),
        ("李", "han"),
        ("々木", "han"),
        ("ハンコ", "kana"),
        ("김", "hangul"),
        ("الراشد", "arabic"),
        ("Петров", "cyrillic"),
        ("कुमार", "devanagari"),
        ("3rd", "other"),
        ("😀", "other"),
        ("", "other"),
    ],
)
def test_initials_of_the_list(text: str, initial: str) -> None:
    assert names.initial(text) == initial


def test_the_list_pages_through_letters_then_scripts_then_the_rest() -> None:
    assert sorted(["other", "han", "b", "arabic", "a"], key=names.by_alphabet) == [
        "a",
        "b",
        "arabic",
        "han",
        "other",
    ]


@given(anything, anything, anything)
def test_a_list_key_fits_a_sort_key(family: str, given_name: str, further: str) -> None:
    key = names.list_key(family * 90, given_name * 90, further * 90)
    assert len(key.encode()) + 40 <= 1024
    assert names.initial(key) == names.initial(names.fold(key))


def test_the_list_is_in_order_of_family_then_given_name() -> None:
    people = [("Li", "Zoe"), ("Lia", "Ana"), ("Müller", "Ana"), ("Muller", "Bea"), ("García López", "Ana")]
    keys = [names.list_key(*person) for person in people]
    assert sorted(keys) == [
        "garcia lopez ana",
        "li zoe",
        "lia ana",
        "muller ana",
        "muller bea",
    ]
    assert names.list_key("", "Cher") == "cher"


@pytest.mark.parametrize(
    ("one", "other"),
    [("García", "Garsia"), ("Müller", "Mueller"), ("Smith", "Schmidt"), ("Catherine", "Kathryn")],
)
def test_names_that_sound_alike_share_a_code(one: str, other: str) -> None:
    assert set(names.sounds(one)) & set(names.sounds(other))


@given(anything)
def test_sounds_are_short_codes_and_only_of_latin_words(text: str) -> None:
    for code in names.sounds(text):
        assert 0 < len(code) <= names.LONGEST_CODE
        assert code.isascii()
    assert names.sounds("李") == names.sounds("Петров") == names.sounds("") == ()


def test_names_as_they_are_shown() -> None:
    maria = {"family_name": "García", "given_name": "María"}
    assert (names.full_name(maria), names.list_name(maria)) == ("María García", "García, María")
    wei = {"family_name": "李", "given_name": "伟"}
    assert (names.full_name(wei), names.list_name(wei)) == ("李伟", "李伟")
    assert names.full_name({"family_name": "Suharto"}) == names.list_name({"family_name": "Suharto"}) == "Suharto"
    assert names.full_name(maria | {"further_names": "José"}) == "María José García"
    assert names.in_sentence({"given_name": "نور", "family_name": "الراشد"}) == "\u2068نور الراشد\u2069"


@pytest.mark.parametrize(
    ("family", "given_name", "letters"),
    [
        ("García", "María", "MG"),
        ("van den Berg", "Pieter", "PB"),
        ("O'Neill", "Siobhán", "SO"),
        ("Ólafsdóttir", "Björk", "BÓ"),
        ("李", "伟", "李伟"),
        ("الراشد", "نور", "ن"),
        ("", "cher", "C"),
        ("😀", "", "😀"),
        ("", "", "?"),
    ],
)
def test_initials_are_drawn_for_a_portrait(family: str, given_name: str, letters: str) -> None:
    assert names.initials({"family_name": family, "given_name": given_name}) == letters


@given(anything, anything)
def test_there_is_always_something_to_draw(family: str, given_name: str) -> None:
    assert 1 <= len(names.initials({"family_name": family, "given_name": given_name})) <= 2


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("lopez", "Lopez"),
        ("LOPEZ", "Lopez"),
        ("o'neill", "O'Neill"),
        ("MARIA-JOSÉ", "Maria-José"),
        ("van den berg", "van den Berg"),
        ("van", "Van"),
        ("McKay", "McKay"),
        ("J", "J"),
        ("李", "李"),
    ],
)
def test_names_typed_in_one_case_are_capitalised(typed: str, written: str) -> None:
    assert names.capitalised(typed) == written


@given(anything)
def test_a_tidy_name_stays_tidy_and_hides_nothing(text: str) -> None:
    kept = tidy(text)
    assert tidy(kept) == kept
    assert "\u202e" not in tidy(f"{text}\u202e")
    assert names.fold(kept) == names.fold(text)
