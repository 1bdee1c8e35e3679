"""ICD-10-CM's leaves in rank order, of the tabular list that simple-icd-10-cm brings (CDC, NCHS: public domain).

The package itself is not imported: it takes seconds and 185 MB. Of injuries only the first encounter is kept (7th
character A); D, S and the others stand behind it and are not searched.
"""

import re
import zipfile
from collections.abc import Callable, Iterator, Mapping
from xml.etree import ElementTree

from records.rules.icd_rank import rank

FILE = "simple_icd_10_cm/data/icd10c-tabular-April-1-2026.xml"
LONGEST = 400  # characters of inclusion terms


def lines(archive: Callable[[str], zipfile.ZipFile]) -> Iterator[str]:
    """ "rank<tab>code<tab>words<tab>inclusion terms", the best rank first as text."""
    with archive("simple-icd-10-cm") as wheel:
        root = ElementTree.fromstring(wheel.read(FILE))  # noqa: S314 - of a package locked by its hash
    for chapter in root.iter("chapter"):
        for section in chapter.iter("section"):
            for category in section.findall("diag"):
                for code, words, terms in _leaves(category, {}, ()):
                    yield f"{rank(code, words):05}\t{code}\t{words}\t{terms}"


def _leaves(
    node: ElementTree.Element, seventh: Mapping[str, str], above: tuple[str, ...]
) -> Iterator[tuple[str, str, str]]:
    """Those beneath a node that may be given to a patient; what stands above a leaf includes it too."""
    code, words = node.findtext("name", ""), node.findtext("desc", "")
    seventh = {each.get("char", ""): each.text or "" for each in node.iterfind("sevenChrDef/extension")} or seventh
    own = tuple(_tidy(each.text) for each in node.iterfind("inclusionTerm/note") if each.text)
    beneath = node.findall("diag")
    for each in beneath:
        yield from _leaves(each, seventh, above + own)
    if beneath:
        return
    terms = "; ".join(dict.fromkeys(own + above))[:LONGEST]
    if not seventh:
        yield code, words, terms
        return
    for char, meaning in seventh.items():
        if char == "A" or "A" not in seventh:
            filled = code.replace(".", "").ljust(6, "X")
            yield f"{filled[:3]}.{filled[3:]}{char}", f"{words}, {meaning}", terms


def _tidy(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()
