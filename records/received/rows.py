"""A received document as its page shows it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from clinnet import formats
from clinnet.accounts.models import Clinic
from clinnet.accounts.permissions import Permission
from records.cda.document import Document, Section
from records.cda.narrative import Narrative
from records.cda.offers import MeasuredSet, Offer
from records.lines import DocumentLine, ImmunisationLine, MedicineLine, ProblemLine
from records.models import ERRORED, Recorded
from records.rules import said
from records.services import ending

NEEDED = {"MED": Permission.RX_WRITE, "IMM": Permission.IMMUNISE, "OBS": Permission.MEASURE}


@dataclass(frozen=True, slots=True, repr=False)
class OfferShown:
    """`over`: a word for that it has ended, or what is said of its state. `taken` says who took it.

    `why_not`: why it is only shown.
    """

    key: str
    words: str
    over: str
    taken: str
    why_not: str
    needs: Permission


@dataclass(frozen=True, slots=True, repr=False)
class SectionShown:
    title: str
    text: Narrative
    offers: list[OfferShown]


@dataclass(frozen=True, slots=True, repr=False)
class DocumentShown:
    """`names`: whom it names, where somebody filed it here all the same. `seen`: who has looked at it."""

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
    cut: bool
    sections: list[SectionShown]


def shown(item: Recorded, document: Document, clinic: Clinic) -> DocumentShown:
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
        document.enclosed,
        document.cut,
        [_section(each, item.taken or {}, clinic) for each in document.sections],
    )


def _section(section: Section, taken: Mapping[str, Any], clinic: Clinic) -> SectionShown:
    return SectionShown(section.title, section.text, [_offer(each, taken, clinic) for each in section.offers])


def _offer(offer: Offer, taken: Mapping[str, Any], clinic: Clinic) -> OfferShown:
    mark = taken.get(offer.key)
    told = f"{mark['name']}, {formats.when(mark['at'], clinic)}" if mark else ""
    until = f" {formats.date(offer.until, clinic)}" if offer.until else ""
    over = f"{ending.words(offer.kind, offer.over).lower()}{until}" if offer.over else offer.more
    needs = NEEDED.get(offer.kind, Permission.CHART_WRITE)
    return OfferShown(offer.key, _words(offer, clinic), over, told, offer.why_not, needs)


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
