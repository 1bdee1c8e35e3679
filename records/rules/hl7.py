"""Results as laboratories send them: ORU^R01 of HL7 version 2. Pure.

Every value stays as it was sent. What a segment that is not read here says stays in the file, which nobody removes.
Structure and escapes: HL7 v2.5.1, chapters 2 and 7.
"""

import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from records.rules.results import ELSEWHERE, MOST, WORDY, Value, flag_of, flagged, shortened

LARGEST = 16 * 1024 * 1024  # bytes of a file
LOINC = ("LN", "LOINC")
ENVELOPE = ("FHS", "BHS", "BTS", "FTS")  # what several messages of one file may be packed in
WORDS = ("TX", "FT", "ST", "NM", "")  # of OBX-2: values that have no components
AWAY = ("ED", "RP")  # a document, or where one lies
CANCELLED = "The laboratory cancelled this."
GONE = ("D", "W", "X", "N", "O")  # of OBX-11: deleted, wrong, not obtained, not asked for, only ordered
SEGMENT = re.compile(r"[A-Z][A-Z0-9]{2}")
SIGN = {">": ">", "<": "<", ">=": ">=", "<=": "<="}


class NotReadable(ValueError):
    """No ORU^R01; the text says why, without a patient's data."""


@dataclass(frozen=True, slots=True, repr=False)
class Reported:
    """One OBR with its values. `on` is an ISO date, or empty; `filler` the laboratory's number, `placer` ours."""

    title: str
    filler: str
    placer: str = ""
    on: str = ""
    ordered_by: str = ""  # as "family given"
    corrected: bool = False
    early: bool = False  # preliminary: the laboratory goes on
    values: tuple[Value, ...] = ()
    comment: str = ""


@dataclass(frozen=True, slots=True, repr=False)
class Message:
    """What one message says of one patient. `numbers` are the identifiers of PID-3, `sender` who sent it."""

    sender: str
    numbers: tuple[str, ...]
    family: str
    born: str
    reports: tuple[Reported, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class _Marks:
    field: str
    component: str
    again: str
    escape: str
    part: str


def messages(data: bytes) -> list[str]:
    """The messages of a file; line ends of any kind. Raises NotReadable."""
    if len(data) > LARGEST:
        raise NotReadable("This file is larger than 16 MB.")
    lines = [line.strip("\x0b\x1c ") for line in re.split(r"[\r\n]+", _decoded(data))]
    found: list[list[str]] = []
    for line in filter(None, lines):
        if line.startswith("MSH"):
            found.append([line])
        elif line.startswith(ENVELOPE):
            continue
        elif not found:
            raise NotReadable("This is no HL7 message: it does not begin with MSH.")
        elif SEGMENT.match(line) and line[3:4] in ("", found[-1][0][3:4]):
            found[-1].append(line)
        else:  # a line of the text before, whose breaks were not escaped
            found[-1][-1] += f"\n{line}"
    return ["\r".join(each) for each in found]


def _decoded(data: bytes) -> str:
    """UTF-8, whatever it says of itself; else what MSH-18 says ("8859/2"), else Latin-1."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        said = re.search(rb"8859/(\d{1,2})", data[:2000])
    try:
        return data.decode(f"iso8859-{int(said[1])}" if said else "latin-1")
    except (LookupError, UnicodeDecodeError):
        return data.decode("latin-1")


def read(message: str) -> list[Message]:
    """One for each patient of a message. Raises NotReadable."""
    lines = message.split("\r")
    if len(lines[0]) < 9 or not lines[0].startswith("MSH"):
        raise NotReadable("This is no HL7 message: it does not begin with MSH.")
    marks = _Marks(lines[0][3], *lines[0][4:8])
    head = [marks.field, *lines[0].split(marks.field)[1:]]
    if _at(head, 8, marks).upper() != "ORU" or _at(head, 8, marks, 1).upper() not in ("R01", ""):
        raise NotReadable("This is no ORU^R01: it brings no results.")
    sender = " ".join(part for part in (_at(head, 2, marks), _at(head, 3, marks)) if part)
    return list(_patients([line.split(marks.field) for line in lines[1:]], marks, sender))


def _patients(segments: Sequence[list[str]], marks: _Marks, sender: str) -> Iterator[Message]:
    starts = [number for number, each in enumerate(segments) if each[0] == "PID"]
    for start, end in pairwise([*starts, len(segments)]):
        pid = segments[start]
        numbers = tuple(filter(None, (_text(each, marks) for each in _repeated(pid, 3, marks))))
        yield Message(
            sender,
            numbers,
            _at(pid, 5, marks),
            _date(_at(pid, 7, marks)),
            tuple(_reports(segments[start + 1 : end], marks)),
        )


def _reports(segments: Sequence[list[str]], marks: _Marks) -> Iterator[Reported]:
    made: Reported | None = None
    before = ""
    for each in segments:
        if each[0] == "OBR":
            if made:
                yield made
            made, before = _report(each, marks), ""
        elif made and each[0] == "OBX" and _at(each, 11, marks).upper() not in GONE:
            made, before = _with(made, each, marks, before), _name(each, marks)
        elif made and each[0] == "NTE":
            made = replace(made, comment=_joined(made.comment, _lines(each, 3, marks)))
    if made:
        yield made


def _report(obr: list[str], marks: _Marks) -> Reported:
    by = f"{_at(obr, 16, marks, 1)} {_at(obr, 16, marks, 2)}".strip()
    state = _at(obr, 25, marks).upper()
    days = (_date(_at(obr, field, marks)) for field in (7, 14, 22))  # taken, received, reported
    return Reported(
        _at(obr, 4, marks, 1) or _at(obr, 4, marks) or "Result",
        _at(obr, 3, marks) or _at(obr, 2, marks),
        _at(obr, 2, marks),
        next(filter(None, days), ""),
        by,
        state == "C",
        state in ("P", "A", "R"),
        comment=CANCELLED if state == "X" else "",
    )


def _name(obx: list[str], marks: _Marks) -> str:
    return _at(obx, 3, marks, 1) or _at(obx, 3, marks)


def _with(report: Reported, obx: list[str], marks: _Marks, before: str) -> Reported:
    """With one value; long text, and what has no room among the values, goes into the comment.

    Text in several segments is called once: `before` is the name of the segment before.
    """
    kind, name = _at(obx, 2, marks).upper(), _name(obx, marks)
    if kind in AWAY:
        return replace(report, comment=_joined(report.comment, ELSEWHERE))
    value = _number(obx, marks) if kind == "SN" else _value(obx, kind, marks)
    if not value:
        return report
    if kind in ("TX", "FT") or len(value) > WORDY or len(report.values) == MOST:
        return replace(report, comment=_joined(report.comment, value if name == before else f"{name}: {value}"))
    flag = flag_of(word for each in _repeated(obx, 8, marks) for word in _text(each, marks).split())
    code = _at(obx, 3, marks) if _at(obx, 3, marks, 2).upper() in LOINC else ""
    found = Value(name, value, _at(obx, 6, marks), _whole(obx, 7, marks), flag, code)
    return replace(report, values=(*report.values, flagged(found)))


def _value(obx: list[str], kind: str, marks: _Marks) -> str:
    """Of a coded value its words, of text all of it, with its lines; other repetitions on one line."""
    if kind in ("TX", "FT"):
        return _lines(obx, 5, marks)
    if kind in WORDS:
        return "; ".join(filter(None, (_plain(each, marks) for each in _repeated(obx, 5, marks))))
    parts = [_text(each, marks, 1) if kind in ("CE", "CWE") else "" for each in _repeated(obx, 5, marks)]
    whole = [part or _text(each, marks) for part, each in zip(parts, _repeated(obx, 5, marks), strict=True)]
    return "; ".join(filter(None, whole))


def _number(obx: list[str], marks: _Marks) -> str:
    """A structured number: "^<^5" is "<5", "^1^:^128" is "1:128"."""
    sign, first, between, second = (_at(obx, 5, marks, part) for part in range(4))
    return f"{SIGN.get(sign, '')}{first}{between}{second}".strip()


# --- Fields ----------------------------------------------------------------------------------------------------------


def _repeated(segment: list[str], at: int, marks: _Marks) -> list[str]:
    return segment[at].split(marks.again) if len(segment) > at else []


def _at(segment: list[str], at: int, marks: _Marks, part: int = 0) -> str:
    """A component of the first repetition of a field."""
    first = next(iter(_repeated(segment, at, marks)), "")
    return _text(first, marks, part)


def _text(value: str, marks: _Marks, part: int = 0) -> str:
    parts = value.split(marks.component)
    return _plain(parts[part].split(marks.part)[0], marks) if len(parts) > part else ""


def _whole(segment: list[str], at: int, marks: _Marks) -> str:
    """A field with all that stands in it."""
    return _plain(segment[at], marks) if len(segment) > at else ""


def _lines(segment: list[str], at: int, marks: _Marks) -> str:
    """A text with its lines: repetitions, and breaks within one."""
    broken = rf"\n|{re.escape(marks.escape)}\.(?:br|sp\d*){re.escape(marks.escape)}"
    parts = (_plain(line, marks) for each in _repeated(segment, at, marks) for line in re.split(broken, each))
    return "\n".join(filter(None, parts))


def _plain(value: str, marks: _Marks) -> str:
    """On one line, without escapes; '""' says that there is nothing."""
    known = {"F": marks.field, "S": marks.component, "R": marks.again, "E": marks.escape, "T": marks.part, ".br": " "}
    mark = re.escape(marks.escape)
    said = re.sub(
        rf"((?:{mark}X[0-9A-Fa-f]+{mark})+)|{mark}([^{mark}]{{1,12}}){mark}",
        lambda found: _characters(found[1].split(marks.escape)) if found[1] else known.get(found[2], ""),
        value,
    )
    said = " ".join("".join(each if each.isprintable() else " " for each in said).split())
    return "" if said == '""' else said


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


def _date(value: str) -> str:
    """Of a time stamp its day; the sender's own clock says which."""
    found = re.match(r"((?:19|20)\d\d)(\d\d)(\d\d)", value)
    return "-".join(found.groups()) if found else ""


def _joined(before: str, more: str) -> str:
    return shortened("\n".join(filter(None, (before, more))))
