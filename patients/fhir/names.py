"""Several HumanNames to the one a person is called by, and the others they are known by."""

import re
from collections.abc import Callable
from datetime import date

from patients.rules.names import fold
from patients.rules.shape import PatientData

from .aside import words as in_words
from .parts import Json, begins_later, ended, text, texts, thing, things

USES = ("official", "usual", "", "temp", "anonymous", "maiden", "old", "nickname")  # the first found leads
MOST_OTHERS = 20
# Before a family name in running text these belong to it: "Pieter van den Berg".
# fmt: off
PARTICLES = frozenset((
    "van", "von", "der", "den", "de", "del", "della", "di", "da", "do", "dos", "das", "du", "la", "le", "ten",
    "ter", "bin", "ibn", "bint", "al", "el", "af", "av", "zu",
))
TITLES = frozenset((
    "mr", "mrs", "ms", "miss", "mx", "dr", "prof", "professor", "sr", "sra", "srta", "herr", "frau", "mme", "mlle",
    "rev", "reverend", "sir", "dame", "lady", "lord", "fr", "sister", "dott", "hr", "capt", "sgt", "master", "mstr",
    "dipl.-ing", "mag", "señor", "señora", "señorita", "senhor", "senhora", "doña", "dña", "dra", "dottore",
    "dottoressa", "dott.ssa", "sig", "sig.ra", "signor", "signora", "monsieur", "madame", "mademoiselle", "mevr",
    "mevrouw", "dhr", "fru", "pani",
))
# Only behind another title: Phil Collins and Don Johnson have given names.
FURTHER_TITLES = frozenset(("med", "dent", "phil", "ing", "rer", "nat", "jur", "vet", "habil", "h.c", "don", "dona"))
SUFFIXES = frozenset((
    "jr", "sr", "ii", "iii", "iv", "md", "phd", "esq", "obe", "mbe", "frcs", "frcp", "rn", "dds", "do", "jnr", "snr",
    "jun", "sen", "cbe", "dbe", "kbe", "qc", "kc", "mrcp", "frcgp", "dvm", "cpa",
))
# Family names that come first, where no comma says so (Vietnamese).
FAMILY_FIRST = frozenset((
    "nguyen", "tran", "le", "pham", "huynh", "hoang", "phan", "vu", "vo", "dang", "bui", "do", "ho", "ngo", "duong",
    "ly",
))
# fmt: on
_FAMILY_FIRST_SCRIPTS = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]")  # Chinese, Japanese, Korean
_BESIDES = re.compile(r"\([^()]*\)|\"[^\"]*\"|\u201c[^\u201d]*\u201d|(?<!\w)'[^']*'(?!\w)")
_SYNTHEA_DIGITS = re.compile(r"(?<=[^\W\d_])\d+\b")


def without_digits(line: str) -> str:
    """Synthea puts a number after each name so that nobody takes it for a real one ("Adán123")."""
    return _SYNTHEA_DIGITS.sub("", line)


def names(resource: Json, *, synthetic: bool, today: date) -> tuple[PatientData, dict[str, str]]:
    """The name fields, and what of the names has no field. Both empty when there is no name."""
    tidy: Callable[[str], str] = without_digits if synthetic else str
    listed = sorted(things(resource.get("name")), key=lambda name: _rank(name, today))
    read = [(name, parts) for name in listed if (parts := one_name(name, tidy))]
    if not read:
        return {}, {}
    first, data = read[0]
    initials, data = _without_initials(first, data)
    others: list[str] = []
    for name, parts in read[1:]:
        called = _called(name, parts, data)
        if called and "preferred_name" not in data:
            data["preferred_name"] = called
        elif (line := as_written(name, parts, tidy) or one_line(parts)) not in (one_line(data), *others):
            others.append(line)
    if others:
        data["other_names"] = others[:MOST_OTHERS]
    more = "; ".join(others[MOST_OTHERS:])
    suffix, written = ", ".join(texts(first.get("suffix"))), as_written(first, data, tidy)
    besides = "; ".join(said for name in listed if (said := name_besides(name)))
    aside = {
        "Initials": initials,
        "Suffix": suffix,
        "Name as written": written,
        "About the name": besides,
        "Other names": more,
    }
    return data, {name: words for name, words in aside.items() if words}


def _rank(name: Json, today: date) -> tuple[bool, int, bool]:
    """By whether it is valid now and its use; how it is spoken or spelt in Latin comes after how it is written."""
    use, period = text(name.get("use")), name.get("period")
    spelt = {text(each.get("valueCode")) for each in things(name.get("extension")) if _is_of(each, "representation")}
    past = ended(period, today) or begins_later(period, today)
    return past, USES.index(use) if use in USES else 3, bool(spelt & {"SYL", "ABC"})


def _is_of(extension: Json, name: str) -> bool:
    return text(extension.get("url")).endswith(f"-EN-{name}")


def _marked(name: Json, *codes: str) -> list[str]:
    """Given names that a qualifier marks: CL is what one is called by, IN an initial."""
    listed, marks = (each if isinstance(each, list) else [each] for each in (name.get("given"), name.get("_given")))
    found = []
    for given, mark in zip(listed, marks, strict=False):
        said = [
            text(each.get("valueCode")) for each in things(thing(mark).get("extension")) if _is_of(each, "qualifier")
        ]
        found += [text(given)] if set(said) & set(codes) else []
    return found


def _without_initials(name: Json, data: PatientData) -> tuple[str, PatientData]:
    """Initials are no further name; whom they are called by, where the name itself marks it, is."""
    initials, called = _marked(name, "IN"), _marked(name, "CL")
    further = [each for each in texts(name.get("given"))[1:] if each not in initials]
    made = dict(data)
    if initials:
        made.pop("further_names", None)
        made |= {"further_names": " ".join(further)} if further else {}
    if called and called[0] != data.get("given_name"):
        made["preferred_name"] = called[0]
    return " ".join(initials), made  # type: ignore[return-value]  # the same fields


def _called(name: Json, parts: PatientData, main: PatientData) -> str:
    """What the person is called day by day, if this name says so."""
    given, use = parts.get("given_name", ""), text(name.get("use"))
    if use == "nickname":
        return given or parts.get("family_name", "")
    same_family = parts.get("family_name", "") in ("", main.get("family_name", ""))
    return given if use == "usual" and same_family and given != main.get("given_name") else ""


def one_name(name: Json, tidy: Callable[[str], str] = str) -> PatientData:
    """One HumanName's fields; empty when it names nobody."""
    given = [tidy(each) for each in texts(name.get("given"))]
    family = " ".join(tidy(each) for each in texts(name.get("family")))
    data: PatientData = {}
    if not (given or family):
        data = from_text(tidy(text(name.get("text"))))
    elif not given and (said := _given_in(tidy(text(name.get("text"))), family)):
        data = said
    if family:
        data["family_name"] = family
    if given:
        data["given_name"] = given[0]
    if given[1:]:
        data["further_names"] = " ".join(given[1:])
    title = " ".join(texts(name.get("prefix")))
    if data and title:
        data["title"] = title
    return data


def _given_in(line: str, family: str) -> PatientData:
    """The given names of a line whose family name stands apart: "Ms Josefine Imber" and "Imber"."""
    rest = line.replace(family, " ")
    found = from_text(rest) if family and family in line and rest.strip(" .,") else {}
    given = one_line(found).split()
    data: PatientData = {"title": found["title"]} if "title" in found else {}
    if given:
        data["given_name"] = given[0]
    if given[1:]:
        data["further_names"] = " ".join(given[1:])
    return data if given else {}


def from_text(line: str) -> PatientData:
    """A name written in one line: "Chalmers, Peter James", "Peter James Chalmers", "CHALMERS Peter (Dr)"."""
    bracketed = [each for each in re.findall(r"\(([^()]*)\)", line) if _is_in(each, TITLES)]
    # What stands in brackets or quotes besides, a birth name or a nickname, is no part of either name.
    line = _BESIDES.sub(" ", line).strip() or line
    if line.count("^") > 1:  # HL7 v2: family^given^further^suffix^title
        family_name, given, further, _, title = [each.strip() for each in (line + "^" * 4).split("^")[:5]]
        line, bracketed = f"{family_name}, {given} {further}", [title] if title else []
    pieces = [piece.strip() for piece in re.split("[,;\uff0c\uff1b\u3001]", line) if piece.strip()]
    pieces = [piece for piece in pieces[:1] if piece] + [piece for piece in pieces[1:] if not _is_in(piece, SUFFIXES)]
    family, words = pieces[:1] if len(pieces) > 1 else [], " ".join(pieces[1:] or pieces).split()
    titles = bracketed
    while len(words) > 1 and (_is_in(words[0], TITLES) or (titles and _is_in(words[0], FURTHER_TITLES))):
        titles.append(words.pop(0))
    before = len(titles)
    while family and len(words) > 1 and _is_in(words[-1], TITLES - SUFFIXES):
        titles.insert(before, words.pop())  # "Hahn, Karl, Prof. Dr."
    while len(words) > 1 and _is_in(words[-1], SUFFIXES):
        words.pop()
    if not family and words:
        family, words = _family_and_rest(words)
    data: PatientData = {}
    if titles and (family or words):
        data["title"] = " ".join(titles)
    if family:
        data["family_name"] = family[0]
    if words:
        data["given_name"] = words[0]
    if words[1:]:
        data["further_names"] = " ".join(words[1:])
    return data


def _is_in(word: str, known: frozenset[str]) -> bool:
    return word.strip(" .").casefold() in known


def _family_and_rest(words: list[str]) -> tuple[list[str], list[str]]:
    capitals = [each for each in words if len(each) > 1 and each.isupper() and "." not in each]
    if capitals and len(capitals) < len(words):
        return [" ".join(capitals)], [each for each in words if each not in capitals]
    if len(words) > 2 and fold(words[0]) in FAMILY_FIRST:
        return words[:1], [words[-1], *words[1:-1]]
    if len(words) > 1 and _FAMILY_FIRST_SCRIPTS.match(words[0]):
        return words[:1], words[1:]
    leading = next((at for at, each in enumerate(words) if each not in PARTICLES), len(words))  # "von Trapp Georg"
    if 0 < leading < len(words) - 1:
        return [" ".join(words[: leading + 1])], words[leading + 1 :]
    start = len(words) - 1
    while start > 1 and words[start - 1].casefold() in PARTICLES:
        start -= 1
    return [" ".join(words[start:])], words[:start]


def as_written(name: Json, parts: PatientData, tidy: Callable[[str], str]) -> str:
    """The line of a name that was taken apart, or that says more than its parts do; else ""."""
    line = tidy(text(name.get("text")))
    known = [parts.get("title", ""), one_line(parts), *texts(name.get("suffix"))]
    apart = not texts(name.get("given")) and not texts(name.get("family")) and " " in line
    return line if apart or not set(fold(line).split()) <= set(fold(" ".join(known)).split()) else ""


def name_besides(name: Json) -> str:
    """What extensions say of a name: how a part came to be, a partner's prefix."""
    parts = [name, *(thing(name.get(part)) for part in ("_family", "_text")), *things(name.get("_given"))]
    told = ([each for each in things(part.get("extension")) if not _is_effect(each)] for part in parts)
    return "; ".join(said for each in told if (said := in_words({"extension": each})))


def _is_effect(extension: Json) -> bool:
    """Whether it is told by what is made of it: which name leads, what is an initial."""
    return _is_of(extension, "representation") or _is_of(extension, "qualifier")


def one_line(parts: PatientData) -> str:
    """As it is written where its letters are from: 山田 太郎, Taro Yamada."""
    given, family = (parts.get("given_name"), parts.get("further_names")), (parts.get("family_name"),)
    first = _FAMILY_FIRST_SCRIPTS.match(parts.get("family_name") or "")
    return " ".join(field for field in ((*family, *given) if first else (*given, *family)) if field)
