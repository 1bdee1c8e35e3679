"""Documents: every script that a name may have, on each paper, or a refusal that says why."""

import unicodedata
from collections import Counter
from datetime import UTC, datetime
from io import BytesIO
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from clinnet import clock
from clinnet.documents import CannotPrint, Document, Paper, glyphs
from scheduling.appointments.rows.slip import Slip, SlipVisit

VISIT = SlipVisit("Thursday", "26 Nov 2026", "10:30", "Dr Okafor")
NOW = datetime(2026, 11, 25, 9, 12, tzinfo=UTC)
NAMES = [
    "María García", "Иван Петров", "Γιώργος Παππάς", "محمد عبد الله", "יוסף כהן", "สมชาย ใจดี", "张伟",
    "Nguyễn Thị Hồng",
]  # fmt: skip


def slip(name: str = "María García", visits: int = 1) -> Slip:
    return Slip("Northside Clinic", "1 High Street", "0116 496 0000", name, (VISIT,) * visits, "Printed 25 Nov 2026")


def document(data: Slip, paper: Paper = Paper.A4) -> Document:
    return Document("Appointments", "scheduling/appointments/slip.typ", data, paper)


def read(data: Slip, paper: Paper = Paper.A4) -> PdfReader:
    with patch.object(clock, "now", lambda: NOW):
        return PdfReader(BytesIO(document(data, paper).render()))


def lines(reader: PdfReader) -> list[str]:
    return [line.strip() for page in reader.pages for line in page.extract_text().splitlines() if line.strip()]


def test_a_document_says_what_its_data_says() -> None:
    assert lines(read(slip())) == [
        "Northside Clinic", "1 High Street", "0116 496 0000", "Appointments", "María García",
        "Thursday, 26 Nov 2026, 10:30", "with Dr Okafor",
        "If you cannot come, please tell us as soon as you know: somebody else is waiting for a time.",
        "Printed 25 Nov 2026",
    ]  # fmt: skip


def test_it_has_a_title_a_language_and_the_clinics_now() -> None:
    reader = read(slip())
    assert reader.metadata is not None
    assert (reader.metadata.title, reader.metadata.creation_date) == ("Appointments", NOW)
    assert str(reader.root_object["/Lang"]) == "en"
    assert "/StructTreeRoot" in reader.root_object  # what a screen reader follows


@pytest.mark.parametrize(
    ("paper", "pages", "width"), [(Paper.A4, 3, 210), (Paper.LETTER, 3, 216), (Paper.RECEIPT, 1, 80)]
)
def test_thirty_visits_fill_the_paper(paper: Paper, pages: int, width: int) -> None:
    reader = read(slip(visits=30), paper)
    assert len(reader.pages) == pages
    assert round(float(reader.pages[0].mediabox.width) / 72 * 25.4) == width
    said = lines(reader)
    assert said.count("Thursday, 26 Nov 2026, 10:30") == 30
    assert ("Printed 25 Nov 2026 Page 3 of 3" in said) == (pages == 3)


@pytest.mark.parametrize("name", NAMES)
def test_each_script_has_a_font_of_its_own(name: str) -> None:
    """Letters are counted: a right-to-left word is read from the left here, and marks may stand beside their letter."""
    letters = Counter(each for each in name if each.isalpha())
    assert not letters - Counter("".join(lines(read(slip(name)))))
    assert glyphs.missing(name) == ""


@pytest.mark.parametrize(
    "name",
    ["محمد عبد الله", "بنت ثابت خالد", "گلناز چنگیز ٹیپو", "Nguyễn Thị Ngọc", "Ṣẹgun Ọlátúnjí", "Иван Петров", "张伟"],
)
def test_a_name_is_copied_without_a_letter_too_many(name: str) -> None:
    """Right-to-left words are read from the left here, so letters are counted."""
    said = lines(read(slip(name)))
    assert Counter(name.replace(" ", "")) == Counter(said[said.index("Appointments") + 1].replace(" ", ""))


def test_a_long_text_may_have_any_number_of_letters_with_a_dot_below() -> None:
    said = "".join(lines(read(slip("Thị Ngọc\n" * 700))))
    assert (said.count("ị"), said.count("ọ"), said.count("Ngọc")) == (700, 700, 700)


@pytest.mark.parametrize("word", ["x" * 200, "=" * 200, "https://example.org/" + "abc" * 60, "140,4.5," * 25])
@pytest.mark.parametrize(("paper", "longest"), [(Paper.A4, 100), (Paper.RECEIPT, 50)])
def test_a_word_that_is_longer_than_a_line_is_broken_and_copied_whole(word: str, paper: Paper, longest: int) -> None:
    said = lines(read(slip(word), paper))
    assert max(map(len, said)) <= longest
    assert word in "".join(said)


def test_as_many_long_words_as_a_text_can_have_are_broken() -> None:
    said = "".join(lines(read(slip(f"{'x' * 45} ị\n" * 500))))
    assert (said.count("x"), said.count("ị")) == (500 * 45, 500)


def test_a_letter_of_arabic_that_plex_lacks_is_noto_s() -> None:
    assert "ݐ" in "".join(lines(read(slip("ݐ"))))


def test_a_name_in_marks_of_direction_leaves_none_in_the_text() -> None:
    assert lines(read(slip("\u2068محمد\u2069 Ali"))) == lines(read(slip("محمد Ali")))


def test_a_tab_parts_what_it_stands_between() -> None:
    assert lines(read(slip("2\t5 mg\twith food")))[4] == "2 5 mg with food"


def test_nothing_unseen_in_a_text_keeps_it_from_being_printed() -> None:
    """As imported notes have them. What has a form of its own in a script that no font here has is refused by name."""
    unseen = [chr(each) for each in range(0x110000) if unicodedata.category(chr(each)) in ("Cc", "Cf", "Zl", "Zp")]
    drawn = [each for each in unseen if not glyphs.missing(each)]
    assert set(unseen) - set(drawn) == glyphs.DRAWN
    said = " ".join(lines(read(slip("".join(f"{each}ж" for each in drawn)))))
    assert said.count("ж") == len(drawn)


def test_a_name_that_no_font_has_is_refused_and_not_left_blank() -> None:
    with pytest.raises(CannotPrint) as refused:
        document(slip("김민수")).render()
    assert refused.value.sentence.startswith("“김”, “민”, “수” cannot be printed here")
    assert "김" not in str(refused.value)


@given(st.text(st.characters(categories=["Lo", "Lu", "Ll", "So"]), min_size=1, max_size=30))
def test_what_is_missing_is_of_the_text(text: str) -> None:
    gone = glyphs.missing(text)
    assert glyphs.missing(gone) == gone
    assert glyphs.missing(f"María {gone}") == gone


def test_every_family_comes_in_both_weights() -> None:
    files = {f"{family}_{weight}.ttf" for family in glyphs.FAMILIES for weight in glyphs.WEIGHTS}
    assert {file.name for file in glyphs.FONTS.iterdir()} >= files


@pytest.mark.parametrize("text", ["#panic()", "*a* _b_ $c$ @d", 'a " \\ b', "<script>"])
def test_what_was_typed_is_text_and_no_markup(text: str) -> None:
    assert lines(read(slip(text)))[4] == text


@pytest.mark.parametrize(("country", "paper"), [("GB", Paper.A4), ("US", Paper.LETTER), ("CA", Paper.LETTER)])
def test_the_paper_is_that_of_the_country(country: str, paper: Paper) -> None:
    assert Paper.usual(country) is paper
