"""A note as a document: markdown with a heading for each section, and back. Pure."""

import base64
import binascii
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import unescape

from patients.fhir.parts import Json, label, text, thing, things
from records.fhir import rtf
from records.rules.notes import SOAP, Section

LONGEST = 24_000  # characters of a section
HEAD = re.compile(r"^## (.+)$", re.MULTILINE)
PLAIN, HTML = ("text/markdown", "text/plain"), ("text/html", "application/xhtml+xml")
RTF = ("text/rtf", "application/rtf", "text/richtext")
UNNAMED = ("",)  # read where nothing else is, and only as text
BREAK = re.compile(r"(?i)<\s*(?:br|/?p|/?div|/?li|/?tr|/?h\d)\b[^>]*>")
STRUCK = re.compile(r"(?is)<(del|s|strike)\b[^>]*>(.*?)</\1\s*>")
INLINE = re.compile(r"(?i)</?(?:b|i|u|em|strong|span|a|font|sup|sub|small|mark)\b[^>]*>")
SILENT = re.compile(r"(?is)<(script|style|head)\b.*?</\1\s*>|<!--.*?-->")


@dataclass(frozen=True, slots=True, repr=False)
class Document:
    """`others`: how many attachments it has besides."""

    title: str
    by: str
    sections: tuple[Section, ...]
    others: int = 0


def note_of(body: Json) -> Document | None:
    """Of a DocumentReference whose text stands in it; nothing is fetched from an address."""
    attachments = [thing(each.get("attachment")) for each in things(body.get("content"))]
    kinds = [text(each.get("contentType")).partition(";")[0].strip().lower() for each in attachments]
    held = {kind: at for at, kind in reversed([*enumerate(kinds)]) if isinstance(attachments[at].get("data"), str)}
    at = next((held[kind] for kind in (*PLAIN, *HTML, *RTF, *UNNAMED) if kind in held), None)
    if at is None or (content := words_of(attachments[at])) is None:
        return None
    by = next((text(each.get("display")) for each in things(body.get("author"))), "")
    title = text(attachments[at].get("title")) or label(body.get("type")) or "Note"
    return Document(title, by, sections_of(content), len(attachments) - 1)


def words_of(attachment: Json) -> str | None:
    """Of a text, a page or RTF; None for anything else, and for what is no base64."""
    kind = text(attachment.get("contentType")).partition(";")[0].strip().lower()
    try:
        data = base64.b64decode("".join(str(attachment.get("data")).split()), validate=True)
    except binascii.Error:
        return None
    if kind not in (*PLAIN, *HTML, *RTF, *UNNAMED) or (kind in UNNAMED and data[:1] in (b"%", b"<")):
        return None
    if kind in RTF or rtf.is_rtf(data):
        return rtf.words(data)
    content = _decoded(data)
    return page_words(content) if content is not None and kind in HTML else content


def _decoded(data: bytes) -> str | None:
    """UTF-8, else the letters of Western Windows, whatever its type says of them. None for what is no text."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace") if b"\0" not in data else None


def page_words(html: str) -> str:
    """The words of a page, in lines, without its marks."""
    told = re.sub(r"(?i)<sup\b[^>]*>", "^", STRUCK.sub(r"[taken out: \2]", SILENT.sub(" ", html)))
    bare = re.sub(r"<[^>]*>", " ", INLINE.sub("", BREAK.sub("\n", told)))
    lines = (" ".join(unescape(line).split()) for line in bare.split("\n"))
    return "\n".join(filter(None, lines))


def sections_of(markdown: str) -> tuple[Section, ...]:
    parts = HEAD.split(markdown)
    keys = {part.label: part.key for part in SOAP.parts}
    made = [Section("text", "Text", parts[0].strip())] if parts[0].strip() else []
    for label_, written in zip(parts[1::2], parts[2::2], strict=True):
        made.append(Section(keys.get(label_, f"x{len(made)}"), label_[:80], written.strip("\n")))
    return tuple(piece for each in made for piece in _pieces(each))


def _pieces(section: Section) -> Iterator[Section]:
    """A section that is longer than one may be goes on in another."""
    yield Section(section.key, section.label, section.text[:LONGEST])
    for number, at in enumerate(range(LONGEST, len(section.text), LONGEST), 2):
        yield Section(
            f"{section.key}-{number}", f"{section.label[:60]}, part {number}", section.text[at : at + LONGEST]
        )


def markdown(sections: Sequence[Section]) -> str:
    return "\n\n".join(
        f"## {each.label}\n{each.text}" if each.key != "text" else each.text for each in sections if each.text
    )
