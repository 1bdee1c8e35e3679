"""A document is a Typst template with data: rendered here, in this process, without the network.

    Document("Appointments", "scheduling/appointments/slip.typ", slip, Paper.A4, Head.of(clinic)).render()

The data is a dataclass of strings as people read them, the same that the page on screen shows: dates and amounts are
written by clinnet/formats.py, never by Typst, which knows English month names alone. A template takes `data` and its
looks from templates/documents/page.typ.
"""

import json
from dataclasses import asdict, dataclass
from enum import StrEnum
from functools import cache
from threading import Lock
from typing import TYPE_CHECKING, Any

import typst
from django.conf import settings

from clinnet import clock
from clinnet.documents import glyphs
from clinnet.documents.heads import NO_HEAD, Head
from clinnet.table.errors import Refused

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

NO_GLYPH = "“{}” cannot be printed here: no font of ours has it. Print the page from the browser instead."
LINE_ENDS = "\n\v\f\r\x85"
# What an imported text brings along. Typst sets a tab as nothing at all ("2\t5 mg" as 25 mg), and makes no document of
# other controls, marks of byte order or of annotations. Why isolates are left out, page.typ says.
NO_TEXT = {number: " " for number in (*range(0x20), *range(0x7F, 0xA0)) if chr(number) not in LINE_ENDS}
NO_TEXT |= dict.fromkeys((*range(0x2066, 0x206A), 0xFEFF, *range(0xFFF9, 0xFFFC)), "")
ROOT = settings.BASE_DIR / "templates"
LETTER_COUNTRIES = frozenset(["BZ", "CA", "CL", "CO", "CR", "GT", "MX", "NI", "PA", "PH", "PR", "SV", "US", "VE"])
_one_at_a_time = Lock()


class Paper(StrEnum):
    """The names are those of Typst, but for the roll of a receipt printer, 80 mm wide and as long as it needs."""

    A4 = "a4"
    LETTER = "us-letter"
    RECEIPT = "receipt"

    @classmethod
    def usual(cls, country: str) -> "Paper":
        """Of a country, ISO 3166 of two letters. Source: Unicode CLDR, measurementData, paperSize."""
        return cls.LETTER if country in LETTER_COUNTRIES else cls.A4


class CannotPrint(Refused):
    """Something in the data has no glyph in our fonts."""


@dataclass(frozen=True, slots=True, repr=False)
class Document:
    """`title` is the PDF's own, for the reader's window and for those who hear it; no patient's name belongs in it."""

    title: str
    template: str
    data: "DataclassInstance"
    paper: Paper = Paper.A4
    head: Head = NO_HEAD

    def render(self) -> bytes:
        """The PDF, made at the clinic's now. Raises CannotPrint rather than leave out a character."""
        made: bytes = self._made("pdf", pdf_standards="ua-1", timestamp=int(clock.now().timestamp()))
        return made

    def pictures(self) -> list[bytes]:
        """Each page as PNG."""
        made: bytes | list[bytes] = self._made("png", ppi=110.0)
        return made if isinstance(made, list) else [made]

    def _made(self, form: Any, **options: Any) -> Any:
        given = _printed(asdict(self.data))
        if gone := glyphs.missing("".join(_words([self.title, self.head.foot, given]))):
            raise CannotPrint(NO_GLYPH.format("”, “".join(gone)))
        inputs = {
            "title": self.title,
            "paper": str(self.paper),
            "data": json.dumps(given, ensure_ascii=False),
            **self.head.inputs(),
        }
        with _one_at_a_time:  # the compiler keeps what it was given last
            made: Any = _compiler().compile(ROOT / self.template, format=form, sys_inputs=inputs, **options)
        return made


@cache
def _compiler() -> typst.Compiler:
    """With our fonts alone: those of the machine differ, and cost 55 ms a page."""
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[glyphs.FONTS])
    return typst.Compiler(root=ROOT, font_paths=fonts)


def _printed(data: Any) -> Any:
    """The data without what is no text on paper."""
    if isinstance(data, str):
        return data if data.isascii() and data.isprintable() else data.translate(NO_TEXT)
    if isinstance(data, dict):
        return {name: _printed(value) for name, value in data.items()}
    return [_printed(each) for each in data] if isinstance(data, list | tuple) else data


def _words(data: object) -> list[str]:
    if isinstance(data, dict):
        data = list(data.values())
    if isinstance(data, list | tuple):
        return [word for each in data for word in _words(each)]
    return [data] if isinstance(data, str) else []
