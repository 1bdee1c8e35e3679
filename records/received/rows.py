"""A received document as its page shows it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from clinnet import files, formats
from clinnet.accounts.models import Clinic
from clinnet.accounts.permissions import Permission
from records.cda.document import Document, Section
from records.cda.narrative import Narrative
from records.cda.offers import MeasuredSet, Offer
from records.lines import DocumentLine, ImmunisationLine, MedicineLine, ProblemLine
from records.models import ERRORED, Recorded
from records.rules import said, versions
from records.rules.versions import Around, Filed
from records.services import ending

NEEDED = {"MED": Permission.RX_WRITE, "IMM": Permission.IMMUNISE, "OBS": Permission.MEASURE}


@dataclass(frozen=True, slots=True, repr=False)
class OfferShown:
    """`over`: a word for that it has ended, or what is said of its state. `taken` says who took it.

    `why_not`: why it is only shown. `stood`: it stands in the version before as well, and nobody took it there.
    """

    key: str
    words: str
    over: str
    taken: str
    why_not: str
    needs: Permission
    stood: bool


@dataclass(frozen=True, slots=True, repr=False)
class SectionShown:
    title: str
    text: Narrative
    offers: list[OfferShown]


@dataclass(frozen=True, slots=True, repr=False)
class VersionShown:
    """Another version of a document: where it is, and of which day."""

    id: str
    entry: str
    on: str


@dataclass(frozen=True, slots=True, repr=False)
class DocumentShown:
    """`names`: whom it names, where somebody filed it here all the same. `seen`: who has looked at it.

    `before`, `after`: other versions of it. `told`: what is new against the one before. `gone`: what was taken from
    that one and stands here no more. `can_be_filed`: the file that it holds is a picture or a PDF.
    """

    id: str
    entry: str
    title: str
    sender: str
    on: str
    came: str
    names: str
    seen: str
    errored: bool
    enclosed: bool
    can_be_filed: bool
    cut: bool
    sections: list[SectionShown]
    before: VersionShown | None
    after: VersionShown | None
    told: str
    gone: tuple[str, ...]


def shown(item: Recorded, document: Document, around: Around, clinic: Clinic) -> DocumentShown:
    line, mark = DocumentLine.unpack(item.content), item.reviewed
    return DocumentShown(
        item.id,
        item.entry_id,
        line.title,
        line.sender,
        formats.date(line.on, clinic),
        f"{item.by_name}, {formats.when(item.at_time, clinic)}",
        line.names,
        f"{mark['name']}, {formats.when(mark['at'], clinic)}" if mark else "",
        item.state == ERRORED,
        document.enclosed is not None,
        files.sniff(document.enclosed or b"") in files.OPENED,
        document.cut,
        [_section(each, item.taken or {}, around, clinic) for each in document.sections],
        _version(around.before, clinic),
        _version(around.after, clinic),
        _told(document, around),
        around.gone,
    )


@dataclass(frozen=True, slots=True, repr=False)
class FileShown:
    """A picture, or a PDF. `waits`: nobody has looked at it whose eye it waits for."""

    id: str
    entry: str
    title: str
    came: str
    seen: str
    waits: bool
    errored: bool
    is_picture: bool


def filed(item: Recorded, clinic: Clinic) -> FileShown:
    line, mark = DocumentLine.unpack(item.content), item.reviewed
    return FileShown(
        item.id,
        item.entry_id,
        said.document(line),
        f"{item.by_name}, {formats.when(item.at_time, clinic)}",
        f"{mark['name']}, {formats.when(mark['at'], clinic)}" if mark else "",
        bool(item.gsi1pk) and item.state != ERRORED,
        item.state == ERRORED,
        bool(line.thumb),
    )


def _version(filed: Filed | None, clinic: Clinic) -> VersionShown | None:
    if filed is None:
        return None
    return VersionShown(filed.id, filed.entry, formats.date(filed.line.on, clinic) or formats.when(filed.at, clinic))


def _told(document: Document, around: Around) -> str:
    """How many of the entries that it offers are new."""
    if around.stood is None or around.before is None:
        return ""
    offered = [each for each in versions.offers(document) if not each.why_not]
    new = sum(versions.says(each) not in around.stood for each in offered)
    return f"New in it: {new} of {len(offered)} entries." if new else "No entry is new in it."


def _section(section: Section, taken: Mapping[str, Any], around: Around, clinic: Clinic) -> SectionShown:
    return SectionShown(section.title, section.text, [_offer(each, taken, around, clinic) for each in section.offers])


def _offer(offer: Offer, taken: Mapping[str, Any], around: Around, clinic: Clinic) -> OfferShown:
    stood = around.stood.get(versions.says(offer)) if around.stood else None
    mark = taken.get(offer.key) or stood
    told = f"{mark['name']}, {formats.when(mark['at'], clinic)}" if mark else ""
    until = f" {formats.date(offer.until, clinic)}" if offer.until else ""
    over = f"{ending.words(offer.kind, offer.over).lower()}{until}" if offer.over else offer.more
    needs = NEEDED.get(offer.kind, Permission.CHART_WRITE)
    return OfferShown(offer.key, _words(offer, clinic), over, told, offer.why_not, needs, stood == {})


def _words(offer: Offer, clinic: Clinic) -> str:
    line = offer.line
    if line is None:
        return offer.words
    since = line.since if isinstance(line, ProblemLine) else line.start if isinstance(line, MedicineLine) else ""
    words = said.said(offer.kind, line.pack())
    if isinstance(line, MeasuredSet) and line.on:
        return f"{words}, {formats.date(line.on, clinic)}"
    if isinstance(line, ImmunisationLine) and not line.on:
        return words
    return f"{words}, since {formats.date(since, clinic)}" if since else words
