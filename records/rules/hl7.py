"""Results as laboratories send them: ORU^R01 of HL7 version 2, and its relatives. Pure.

Every value stays as it was sent. What a segment that is not read here says stays in the file, which nobody removes.
Structure: HL7 v2.5.1, chapter 7.
"""

import re
from base64 import b64decode
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from records.rules import hl7_fields as fields
from records.rules.hl7_fields import Marks
from records.rules.results import (
    ELSEWHERE,
    NORMAL,
    Value,
    flag_of,
    flagged,
    parted,
    remarked,
    severity,
    shortened,
)

LARGEST = 16 * 1024 * 1024  # bytes of a file
LOINC = ("LN", "LOINC")
# What brings results: also those of a device beside the bed (R30 to R32), and of a laboratory by its specimens (OUL).
EVENTS = {"ORU": ("R01", "R30", "R31", "R32", ""), "OUL": ("R21", "R22", "R23", "R24")}
SPECIMEN_FIRST = ("R22", "R23")  # stands before all that was found in it, not behind
ENVELOPE = ("FHS", "BHS", "BTS", "FTS")  # what several messages of one file may be packed in
SETS = {"GB 18030": "gb18030", "BIG-5": "big5", "KS X 1001": "euc_kr", "ISO IR87": "iso2022_jp"}  # of MSH-18
AWAY = ("ED", "RP")  # a document, or where one lies
CANCELLED = "The laboratory cancelled this."
TAKEN_BACK = "the laboratory took this back."
NONE_GOT = "no result could be obtained"
NO_VALUE = "no value was sent."
NO_DAY = "The laboratory names no day: this is the day on which it came."
NOBODY = "This message names no patient."
GONE = ("D", "W")  # of OBX-11: deleted, wrong
NOT_ASKED = ("N", "O")  # not asked, only ordered
WAITING = ("P", "R", "S", "I")  # preliminary, not verified, in part, at work
NO_MARKS = Marks("", "", "", "\0", "")  # of words that are no segment's
SEGMENT = re.compile(r"[A-Z][A-Z0-9]{2}")


class NotReadable(ValueError):
    """No message with results; the text says why, without a patient's data."""


@dataclass(frozen=True, slots=True, repr=False)
class Reported:
    """One OBR with its values. `on` is an ISO date, or empty; `filler` the laboratory's number, `placer` ours.

    `again` tells apart what has the same number and title: when it was taken, and which of several it is. `at` is when
    its message was sent, as digits.
    """

    title: str
    filler: str
    placer: str = ""
    on: str = ""
    ordered_by: str = ""  # as "family given"
    corrected: bool = False
    early: bool = False  # preliminary: the laboratory goes on
    values: tuple[Value, ...] = ()
    comment: str = ""
    severity: str = NORMAL  # of all its values, also of those in the comment
    again: str = ""
    at: str = ""


@dataclass(frozen=True, slots=True, repr=False)
class Message:
    """What one message says of one patient. `numbers` are the identifiers of PID-3, `sender` who sent it."""

    sender: str
    numbers: tuple[str, ...]
    families: tuple[str, ...]
    born: str
    reports: tuple[Reported, ...] = field(default=())


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
    """UTF-8, whatever it says of itself; else what MSH-18 says, else the letters of Western Windows and Latin-1."""
    start = data[:8].lstrip(b"\x0b\0")
    if data.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        return data.decode("utf-16", "replace")
    if start.startswith((b"M\0", b"F\0", b"B\0")):
        return data.decode("utf-16-be" if data.startswith(b"\0") else "utf-16-le", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return _decoded_as(_named_set(data), data)


def _named_set(data: bytes) -> str:
    """Python's name of the set that MSH-18 names; that of Western Windows for none, and for Latin-1, as browsers do."""
    head = data[: data.find(b"\r") if b"\r" in data[:2000] else 2000].decode("latin-1")
    if found := re.search(r"8859/(\d{1,2})", head):
        return f"iso8859-{int(found[1])}" if found[1] not in ("1", "01") else "cp1252"
    if found := re.search(r"(?i)(?:windows|cp)-?(125\d)", head):
        return f"cp{found[1]}"
    return next((name for said, name in SETS.items() if said in head), "cp1252")


def _decoded_as(name: str, data: bytes) -> str:
    try:
        return data.decode(name)
    except (LookupError, UnicodeDecodeError):
        return "".join(_letter(each) for each in data)


def _letter(byte: int) -> str:
    """Of Western Windows, which leaves five bytes empty."""
    return bytes((byte,)).decode("cp1252", "ignore") or chr(byte)


def read(message: str) -> list[Message]:
    """One for each patient of a message. Raises NotReadable."""
    lines = message.split("\r")
    if len(lines[0]) < 9 or not lines[0].startswith("MSH"):
        raise NotReadable("This is no HL7 message: it does not begin with MSH.")
    marks = Marks(lines[0][3], *lines[0][4:8])
    head = [marks.field, *lines[0].split(marks.field)[1:]]
    event = fields.at(head, 8, marks, 1).upper()
    if event not in EVENTS.get(fields.at(head, 8, marks).upper(), ()):
        raise NotReadable("This is no ORU or OUL message: it brings no results.")
    found = list(_patients([line.split(marks.field) for line in lines[1:]], head, marks, event in SPECIMEN_FIRST))
    if not found:
        raise NotReadable(NOBODY)
    return found


def _patients(segments: Sequence[list[str]], head: list[str], marks: Marks, specimen_first: bool) -> Iterator[Message]:
    sender = " ".join(filter(None, (fields.at(head, 2, marks), fields.at(head, 3, marks))))
    starts = [number for number, each in enumerate(segments) if each[0] == "PID"]
    for start, end in pairwise([*starts, len(segments)]):
        pid = segments[start]
        numbers = (fields.component(each, marks) for each in fields.repeated(pid, 3, marks))
        names = (each.split(marks.part)[0] for each in fields.repeated(pid, 5, marks))
        yield Message(
            sender,
            tuple(filter(None, numbers)),
            tuple(filter(None, (fields.component(each, marks) for each in names))),
            fields.day(fields.at(pid, 7, marks)),
            tuple(_reports(_groups(segments[start + 1 : end], specimen_first), fields.at(head, 6, marks), marks)),
        )


def _reports(groups: Iterable[list[list[str]]], sent: str, marks: Marks) -> Iterator[Reported]:
    """Several of one number and title (isolates, a curve of times) are one report each, told apart by `again`."""
    seen: Counter[tuple[str, str, str]] = Counter()
    for group in groups:
        made = _Report(marks).of(group, sent)
        alike = (made.filler, made.title, made.again)
        seen[alike] += 1
        yield made if seen[alike] == 1 else replace(made, again=f"{made.again} {seen[alike]}".strip())


def _groups(segments: Sequence[list[str]], specimen_first: bool) -> Iterator[list[list[str]]]:
    """Each OBR with what belongs to it. A note before the first is told in it; values without one are a report too."""
    group, before, specimen = list[list[str]](), list[list[str]](), list[list[str]]()
    for each in segments:
        if each[0] == "SPM" and specimen_first:
            if group:
                yield group
            group, before, specimen = [], [], [each]
        elif each[0] == "OBR":
            if group:
                yield group
            group, before = [each, *specimen, *before], []
        elif each[0] in ("OBX", "NTE", "SPM"):
            if not group and each[0] == "OBX":
                group = [["OBR"], *before]
                before = []
            (group if group else before).append(each)
    if group:
        yield group


@dataclass(frozen=True, slots=True, repr=False)
class _Seen:
    """A value with what tells it from others of its name: OBX-4, and when it was observed."""

    value: Value
    sub: str
    at: str


class _Report:
    """Reads one OBR and what hangs beneath it."""

    def __init__(self, marks: Marks) -> None:
        self.marks = marks
        self.values: list[_Seen] = []
        self.lines: list[str] = []
        self.states: set[str] = set()
        self.gone: list[str] = []
        self.last = ""  # whose words the lines ended with
        self.about = ""  # of which value a note is
        self.worded: list[Value] = []

    def of(self, group: list[list[str]], sent: str) -> Reported:
        obr, *below = group
        self._before(obr)
        for each in below:
            if each[0] == "OBX":
                self._observed(each)
            elif each[0] == "NTE":
                self._say(self.about, fields.lines(each, 3, self.marks))
            else:
                self._specimen((self._named(each, 4), self._named(each, 8)))
        return self._made(obr, sent)

    def _at(self, segment: list[str], at: int, part: int = 0) -> str:
        return fields.at(segment, at, self.marks, part)

    def _named(self, segment: list[str], at: int) -> str:
        return fields.named(segment, at, self.marks)

    def _before(self, obr: list[str]) -> None:
        """What the whole report is of: a cancelled test, what it was found in, what was examined."""
        if self._at(obr, 25).upper() == "X":
            self.lines.append(CANCELLED)
        sub, found = self._at(obr, 26, 1), self._at(obr, 26, 2)
        if found or sub:
            self.lines.append(f"Of {found or sub}")
        self._specimen((fields.every(obr, 15, self.marks),))

    def _specimen(self, said: Sequence[str]) -> None:
        line = f"Specimen: {', '.join(filter(None, said))}"
        if any(said) and line not in self.lines:
            self.lines.append(line)

    def _say(self, name: str, words: str) -> None:
        """A line of the comment: what is said of one name in several lines names it once."""
        if words:
            self.lines.append(f"{name}: {words}" if name and name != self.last else words)
            self.last = name

    def _observed(self, obx: list[str]) -> None:
        kind, name, state = self._at(obx, 2).upper(), self._named(obx, 3), self._at(obx, 11).upper()
        if name != self.about:
            self.last = ""
        self.about = name
        if state in NOT_ASKED:
            return
        if state in GONE:
            self.gone.append(name)
            return
        self.states.add(state)
        if kind in AWAY:
            self._away(obx, kind, name)
            return
        found = self._value(obx, kind, name)
        if state == "X":
            self._say(name, f"{NONE_GOT} ({found.value})" if found.value else f"{NONE_GOT}.")
        elif not found.value:
            self._say(name, NO_VALUE if kind and name and state not in WAITING else "")
        elif kind in fields.TEXTS:
            self.worded.append(found)
            self._say(name, found.value)
        else:
            self.last = ""
            self.values.append(_Seen(found, self._at(obx, 4), fields.moment(self._at(obx, 14))))

    def _away(self, obx: list[str], kind: str, name: str) -> None:
        """A document; where it is plain text, its words."""
        held = (obx[5] if len(obx) > 5 else "").split(self.marks.component)
        is_text = kind == "ED" and len(held) > 4 and held[1].upper().startswith("TEXT")
        if is_text and held[3].upper() in ("A", ""):
            self._say(name, fields.lines(["", self.marks.component.join(held[4:])], 1, self.marks))
        elif is_text and (said := _unpacked(held[4])):
            self._say(name, said)
        elif ELSEWHERE not in self.lines:
            self.lines.append(ELSEWHERE)

    def _value(self, obx: list[str], kind: str, name: str) -> Value:
        sent = fields.sent_flags(obx, self.marks)
        codes = ((self._at(obx, 3, part), self._at(obx, 3, part + 2).upper()) for part in (0, 3))
        value = Value(
            name,
            fields.value(obx, kind, self.marks),
            fields.unit(obx, self.marks),
            fields.whole(obx, 7, self.marks),
            flag_of(word for each in sent for word in each),
            next((code for code, system in codes if system in LOINC), ""),
        )
        return remarked(flagged(value), sent)

    def _made(self, obr: list[str], sent: str) -> Reported:
        there = {each.value.name for each in self.values}
        for name in dict.fromkeys(self.gone):
            if name not in there:
                self._say(name, TAKEN_BACK)
        values = list(_told_apart(self.values))
        held, more = parted(values)
        days = [fields.day(self._at(obr, field)) for field in (7, 14)]
        days += [each.at[:10] for each in self.values if each.at] + [fields.day(self._at(obr, 22)), fields.day(sent)]
        state, on = self._at(obr, 25).upper(), next(filter(None, days), "")
        told = [*self.lines, *more, *([] if on else [NO_DAY])]
        parent = "^".join(filter(None, (self._at(obr, 26, part) for part in (0, 1, 2))))
        return Reported(
            self._named(obr, 4) or "Result",
            self._at(obr, 3) or self._at(obr, 2),
            self._at(obr, 2),
            on,
            f"{self._at(obr, 16, 1).split(self.marks.part)[0]} {self._at(obr, 16, 2)}".strip(),
            state == "C" or "C" in self.states,
            state in ("P", "A", "R") or (state not in ("F", "C") and bool(self.states & set(WAITING))),
            tuple(held),
            shortened("\n".join(told)) if values or self.lines else "",
            severity([*values, *self.worded]),
            parent,
            fields.digits(sent),
        )


def _unpacked(data: str) -> str:
    """The words of a text that was sent in base64; empty where it is none."""
    try:
        lines = _decoded(b64decode("".join(data.split()), validate=True)).splitlines()
    except ValueError:
        return ""
    return "\n".join(filter(None, (fields.plain(each, NO_MARKS) for each in lines)))


def _told_apart(found: Sequence[_Seen]) -> Iterator[Value]:
    """Values of one name are told apart by their group, or by when each was observed."""
    names = Counter(each.value.name for each in found)
    twice = [each for each in found if names[each.value.name] > 1]
    groups = len({each.sub for each in twice}) > 1
    times = len({each.at[:10] for each in found if each.at}) > 1 or len({each.at for each in twice}) > 1
    for each in found:
        marks = (each.sub if groups else "", each.at if times else "")
        more = ", ".join(filter(None, marks))
        yield replace(each.value, name=f"{each.value.name} ({more})") if more else each.value
