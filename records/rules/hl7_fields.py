"""Fields of HL7 version 2: repetitions, components, escapes, times, and values of each type in words. Pure.

Structure and escapes: HL7 v2.5.1, chapter 2; types of data: chapter 2A.
"""

import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

TEXTS = ("TX", "FT")  # of OBX-2: text with lines
WORDS = (*TEXTS, "ST", "NM", "")  # values that have no components
CODED = ("CE", "CWE", "CNE", "CF")
TIMES = ("DT", "TS", "DTM")
SIGN = {"=": ""}  # of a structured number; others are written as they were sent
POWER = re.compile(r"[x*]?10")  # of a unit whose mark was not escaped: 10^9/L
STAMP = re.compile(r"((?:18|19|20)\d\d)(\d\d)?(\d\d)?(?:(\d\d)(\d\d))?")


@dataclass(frozen=True, slots=True)
class Marks:
    field: str
    component: str
    again: str
    escape: str
    part: str


def repeated(segment: list[str], at: int, marks: Marks) -> list[str]:
    return segment[at].split(marks.again) if len(segment) > at else []


def at(segment: list[str], field: int, marks: Marks, part: int = 0) -> str:
    """A component of the first repetition of a field."""
    return component(next(iter(repeated(segment, field, marks)), ""), marks, part)


def component(value: str, marks: Marks, part: int = 0) -> str:
    parts = value.split(marks.component)
    return plain(parts[part], marks) if len(parts) > part else ""


def named(segment: list[str], field: int, marks: Marks) -> str:
    """Of a coded field its words, else those of its other coding, else its code."""
    return words(next(iter(repeated(segment, field, marks)), ""), marks)


def words(coded: str, marks: Marks) -> str:
    """The words that a code has, what was written where that is another, or the code alone."""
    shown, other, written = (component(coded, marks, part) for part in (1, 4, 8))
    said = shown or other or written or component(coded, marks) or component(coded, marks, 3)
    return f"{said} ({written})" if written and written.casefold() not in said.casefold() else said


def whole(segment: list[str], field: int, marks: Marks) -> str:
    """A field with all that stands in it."""
    return plain(segment[field], marks) if len(segment) > field else ""


def every(segment: list[str], field: int, marks: Marks) -> str:
    """All words of a field whose components have parts of their own ("UR&Urine^^Catheter"), without their codes."""
    found: list[str] = []
    components = (one for each in repeated(segment, field, marks) for one in each.split(marks.component))
    for each in components:
        parts = [plain(one, marks) for one in each.split(marks.part)]
        if said := next(filter(None, (*parts[1:2], *parts[:1])), ""):
            found += [said] if said not in found else []
    return ", ".join(found)


def lines(segment: list[str], field: int, marks: Marks) -> str:
    """A text with its lines: repetitions, and breaks within one."""
    mark = re.escape(marks.escape)
    end = r"\.(?:br|ce|sp\s*\+?\d*)"
    broken = rf"\n|{mark}E{mark}{end}{mark}E{mark}|{mark}{end}{mark}"  # the first: escaped once more on the way
    parts = (plain(line, marks) for each in repeated(segment, field, marks) for line in re.split(broken, each))
    return "\n".join(filter(None, parts))


def value(obx: list[str], kind: str, marks: Marks) -> str:
    """Of a coded value its words, of text all of it, with its lines; other repetitions on one line."""
    if kind in TEXTS:
        return lines(obx, 5, marks)
    return "; ".join(filter(None, (_one(each, kind, marks) for each in repeated(obx, 5, marks))))


def _one(sent: str, kind: str, marks: Marks) -> str:
    if kind in WORDS:
        return plain(sent, marks)
    if kind in CODED:
        return words(sent, marks)
    if kind in TIMES or kind == "TM":
        return _time(sent, kind, marks)
    parts = [component(sent, marks, part) for part in range(sent.count(marks.component) + 1)]
    if kind == "SN":  # "^<^5" is "<5", "^1^:^128" is "1:128"; some send the number alone, or the marks as escapes
        parts = [one for part in parts for one in part.split(marks.component)]
        return "".join((SIGN.get(parts[0], parts[0]), *parts[1:]))
    return " ".join(filter(None, parts))


def _time(sent: str, kind: str, marks: Marks) -> str:
    said = component(sent, marks)
    if kind == "TM":
        return f"{said[:2]}:{said[2:4]}" if re.match(r"\d{4}", said) else said
    return moment(said) or said


def unit(obx: list[str], marks: Marks) -> str:
    """As it was sent: the code, else its words. A power of ten whose mark was not escaped is one unit."""
    sent = next(iter(repeated(obx, 6, marks)), "")
    code, said = component(sent, marks), component(sent, marks, 1)
    if POWER.fullmatch(code) and re.match(r"\d", said):
        return f"{code}^{said}"
    return code or said or component(sent, marks, 4)


def sent_flags(obx: list[str], marks: Marks) -> list[list[str]]:
    """What each repetition of OBX-8 says: codes and words. Several short codes may stand in one ("H A")."""
    found: list[list[str]] = []
    for each in repeated(obx, 8, marks):
        code, said = component(each, marks), component(each, marks, 1)
        several = code.split() if all(len(one) < 3 for one in code.split()) else [code]
        found += [[one] for one in several] if len(several) > 1 else [[code, said]]
    return [list(filter(None, each)) for each in found if any(each)]


def plain(sent: str, marks: Marks) -> str:
    """On one line, without escapes; '""' says that there is nothing. What is no escape stays as it was written."""
    mark = re.escape(marks.escape)
    said = re.sub(
        rf"((?:{mark}X[0-9A-Fa-f]+{mark})+)|{mark}([^{mark}]{{1,12}}){mark}",
        lambda found: _characters(found[1].split(marks.escape)) if found[1] else _escaped(found[2], found[0], marks),
        sent,
    )
    said = " ".join("".join(each if each.isprintable() else " " for each in said).split())
    return "" if said == '""' else said


def _escaped(inside: str, written: str, marks: Marks) -> str:
    known = {"F": marks.field, "S": marks.component, "R": marks.again, "E": marks.escape, "T": marks.part}
    known |= {"H": "", "N": ""}
    if inside in known:
        return known[inside]
    if re.fullmatch(r"\.[a-z]{2}\s*[+-]?\d*", inside):  # a break, a skip: it parts words and numbers
        return " "
    return "" if re.fullmatch(r"[XZCM][0-9A-Z]*", inside) else written


def _characters(escapes: Sequence[str]) -> str:
    """Of escapes X… that stand together: the bytes of letters, or the number of one, as some programs write it."""
    digits = [each[1:] for each in escapes if each]
    if any(len(each) % 2 for each in digits):
        return "".join(chr(int(each, 16)) for each in digits if int(each, 16) <= sys.maxunicode)
    data = bytes.fromhex("".join(digits))
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data.decode("latin-1")


def day(sent: str) -> str:
    """Of a time stamp its day, no more of it than was sent ("2020-11"); the sender's own clock says which."""
    return moment(sent)[:10]


def moment(sent: str) -> str:
    """ "2020-11-01 08:30", no more of it than was sent; empty for what is none."""
    found = STAMP.match(sent)
    if found is None:
        return ""
    year, month, on, hour, minute = found.groups()
    try:
        date(int(year), int(month or 1), int(on or 1))
    except ValueError:
        return ""
    written = "-".join(filter(None, (year, month, on)))
    return f"{written} {hour}:{minute}" if hour and (hour, minute) != ("00", "00") else written


def digits(sent: str) -> str:
    """Of a time stamp its digits, no more of it than was sent; empty for what is none."""
    found = re.match(r"\d{8,14}", sent)
    return found[0] if found else ""
