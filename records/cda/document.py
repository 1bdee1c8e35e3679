"""A whole document: whose it is, from whom, its sections with what they offer. Pure."""

from base64 import b64decode
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from xml.etree.ElementTree import Element

from records.cda import allergies, immunisations, medicines, problems, results, vital_signs
from records.cda.narrative import Narrative, narrative
from records.cda.offers import Offer, keyed
from records.cda.parts import NotReadable, Texts, codes_of, day, parsed, plain, told, words_of

MOST_SECTIONS, MOST_OFFERS = 100, 500
MOST_TEXT = 600_000  # characters of all that is read as text
NO_DOCUMENT = "This is no CDA document."
SEVERAL = "This document is about several patients. It is not read."
NOBODY = "This document does not say whose it is."
Reader = Callable[[Element, Texts, str], Iterator[tuple[Element, Offer]]]
READERS: Mapping[str, Reader] = {  # by the LOINC code of the section
    "11450-4": problems.offers,
    "11348-0": problems.offers,  # past illness
    "48765-2": allergies.offers,
    "10160-0": medicines.offers,
    "10183-2": medicines.offers,  # at discharge
    "30954-2": results.offers,
    "11369-6": immunisations.offers,
    "8716-3": vital_signs.offers,
}


@dataclass(frozen=True, slots=True, repr=False)
class Head:
    """Whose the document is. `families` and `given` are all that it names; `born` and `on` ISO dates, perhaps partial.

    `numbers` are identifiers without their owner. `sender` is an organisation, a person or a program. `own` is the
    document's id and `set` that of its versions, of which it has the `number`; `replaces` are ids of others.
    """

    title: str
    numbers: tuple[str, ...]
    families: tuple[str, ...]
    given: tuple[str, ...]
    born: str
    on: str
    sender: str
    own: str = ""
    set: str = ""
    number: int = 0
    replaces: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, repr=False)
class Section:
    title: str
    text: Narrative
    offers: tuple[Offer, ...]


@dataclass(frozen=True, slots=True, repr=False)
class Document:
    """`enclosed`: the file that it holds instead of sections, empty where that cannot be read; else None.

    `cut`: it has more sections or entries than are read.
    """

    head: Head
    sections: tuple[Section, ...]
    enclosed: bytes | None = None
    cut: bool = False


def read(data: bytes, today: str) -> Document:
    """`today` is an ISO date, by which something is over. Raises NotReadable."""
    root = parsed(data)
    if root.tag != "ClinicalDocument":
        raise NotReadable(NO_DOCUMENT)
    texts = Texts.of(root)
    head = _head(root, texts)
    parts: list[tuple[Element, list[tuple[Element, Offer]]]] = []
    offered, size = 0, 0
    every = list(root.iter("section"))
    for each in every[:MOST_SECTIONS]:
        parts.append((each, list(islice(_found(each, texts, today), max(0, MOST_OFFERS + 1 - offered)))))
        offered += len(parts[-1][1])
    given = islice(keyed((pair for _, found in parts for pair in found), head.sender), MOST_OFFERS)
    sections = []
    for element, found in parts:
        text = narrative(element.find("text"), max(0, MOST_TEXT - size))
        size += text.size
        sections.append(Section(_title(element, texts), text, tuple(islice(given, len(found)))))
    cut = len(every) > MOST_SECTIONS or offered > MOST_OFFERS
    return Document(head, tuple(sections), _enclosed(root), cut)


def _enclosed(root: Element) -> bytes | None:
    body = root.find("component/nonXMLBody")
    text = body.find("text") if body is not None else None
    if body is None or text is None or text.get("representation") != "B64" or text.get("compression"):
        return None if body is None else b""
    try:
        return b64decode("".join("".join(text.itertext()).split()), validate=True)
    except ValueError:
        return b""


def _found(section: Element, texts: Texts, today: str) -> Iterator[tuple[Element, Offer]]:
    reader = next((READERS[code] for code in codes_of(section.find("code")) if code in READERS), None)
    if reader:
        for entry in section.findall("entry"):
            yield from reader(entry, texts, today)


def _title(section: Element, texts: Texts) -> str:
    found = section.find("title")
    written = plain("".join(found.itertext())) if found is not None else ""
    return written or words_of(section.find("code"), texts) or "Section"


def _head(root: Element, texts: Texts) -> Head:
    roles = root.findall("recordTarget/patientRole")
    if len(roles) > 1:
        raise NotReadable(SEVERAL)
    person = roles[0].find("patient") if roles else None
    if person is None:
        raise NotReadable(NOBODY)
    title, born, made = root.find("title"), person.find("birthTime"), root.find("effectiveTime")
    written = plain("".join(title.itertext())) if title is not None else ""
    return Head(
        (written or words_of(root.find("code"), texts) or "Document")[:120],
        tuple(plain(each.get("extension") or "") for each in roles[0].findall("id") if each.get("extension")),
        tuple(_names(person, "family")),
        tuple(_names(person, "given")),
        day(born.get("value")) if born is not None else "",
        day(made.get("value")) if made is not None else "",
        _sender(root)[:120],
        _id(root.find("id")),
        _id(root.find("setId")),
        _number(root.find("versionNumber")),
        tuple(filter(None, (_id(each) for each in _replaced(root)))),
    )


def _id(element: Element | None) -> str:
    """Root and extension, where the two name something."""
    said = (element.get("root") or "", element.get("extension") or "") if element is not None else ("", "")
    return plain("^".join(said))[:200] if said[0] and not (element is not None and element.get("nullFlavor")) else ""


def _number(element: Element | None) -> int:
    written = (element.get("value") or "") if element is not None else ""
    return int(written) if written.isascii() and written.isdecimal() and len(written) < 9 else 0


def _replaced(root: Element) -> Iterator[Element]:
    """The ids of the documents whose place it takes."""
    for each in root.findall("relatedDocument"):
        if each.get("typeCode") == "RPLC":
            yield from each.findall("parentDocument/id")


def _names(person: Element, part: str) -> Iterator[str]:
    for each in person.findall(f"name/{part}"):
        if said := plain("".join(each.itertext())):
            yield said


def _sender(root: Element) -> str:
    """The custodian's name, else the author's."""
    places = (
        "custodian/assignedCustodian/representedCustodianOrganization/name",
        "author/assignedAuthor/representedOrganization/name",
        "author/assignedAuthor/assignedPerson/name",
        "author/assignedAuthor/assignedAuthoringDevice/softwareName",
    )
    found = (root.find(place) for place in places)
    said = (plain(" ".join(each.itertext())) for each in found if each is not None and told(each))
    return next(filter(None, said), "")
