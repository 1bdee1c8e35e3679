"""Orders and results as the page, the chart and Tasks show them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from clinnet import formats
from clinnet.accounts.models import Clinic
from clinnet.table import Row, keys
from records.lines import OrderLine, ResultLine, ValueLine
from records.models import CURRENT, ERRORED, RES, Recorded
from records.queries import Summary, Whole, due_lines
from records.results.services import ANSWERS
from records.rules import results as rules
from records.rules.results import CRITICAL, FLAGS, NORMAL
from records.services import ending

TONES = {"0": "danger", "1": "warn"}
WORDS = {"0": "very abnormal", "1": "abnormal"}


@dataclass(frozen=True, slots=True, repr=False)
class OrderRow:
    id: str
    entry: str
    what: str
    kind: str
    on: str
    over: str = ""  # how and when it ended


def orders(found: Sequence[Row], clinic: Clinic) -> tuple[list[OrderRow], list[OrderRow]]:
    """Those without a result, and those that are over."""
    rows = [(row, OrderLine.unpack(row["line"])) for row in found]
    made = [
        OrderRow(
            row["id"],
            line.entry,
            f"{line.what}{f', for {line.why}' if line.why else ''}",
            rules.KINDS.get(line.kind, ""),
            formats.when(keys.parse_chart_kind(row["GSI2SK"]), clinic),
            _over(row, line, clinic),
        )
        for row, line in rows
    ]
    return [each for each in made if not each.over], [each for each in made if each.over]


def _over(row: Row, line: OrderLine, clinic: Clinic) -> str:
    if row.get("state") == ERRORED:
        return "Entered in error"
    if row.get("state", CURRENT) == CURRENT:
        return ""
    return f"{ending.words('ORD', line.how)}, {formats.within(line.ended, clinic)}"


@dataclass(frozen=True, slots=True, repr=False)
class ResultRow:
    """`seen`: whether a doctor has looked at it."""

    id: str
    entry: str
    what: str
    gist: str
    on: str
    word: str
    tone: str
    seen: bool
    errored: bool


def told(line: ResultLine) -> str:
    """What it says, behind its title."""
    return rules.gist(values(line), line.title) or line.comment


def at_a_glance(line: ResultLine) -> bool:
    """Whether one line says all of it, and nothing of it asks for an answer: each value lies within its range."""
    every = values(line)
    normal = (line.severity or NORMAL) == NORMAL and all(map(rules.within, every))
    return bool(every) and normal and not line.comment and rules.gist_is_whole(every, line.title)


def results(found: Sequence[Row], clinic: Clinic) -> list[ResultRow]:
    """The latest examined first."""
    rows = sorted(found, key=lambda row: str(row["line"].get("o", "")), reverse=True)
    return [_result(row, ResultLine.unpack(row["line"]), clinic) for row in rows]


def _result(row: Row, line: ResultLine, clinic: Clinic) -> ResultRow:
    return ResultRow(
        row["id"],
        line.entry,
        line.title,
        told(line),
        formats.date(line.on, clinic),
        WORDS.get(line.severity, ""),
        TONES.get(line.severity, "quiet"),
        bool(line.seen),
        row.get("state") == ERRORED,
    )


def values(line: ResultLine) -> list[rules.Value]:
    return [rules.Value(**vars(ValueLine.unpack(each))) for each in line.values]


@dataclass(frozen=True, slots=True, repr=False)
class ValueRow:
    """`also` is the same value in another unit, converted for show alone."""

    what: str
    value: str
    also: str
    range: str
    flag: str
    tone: str


@dataclass(frozen=True, slots=True, repr=False)
class ResultShown:
    """One result, whole. `seen` says who has looked at it and what follows, empty while nobody has."""

    id: str
    entry: str
    title: str
    on: str
    rows: list[ValueRow]
    comment: str
    came: str
    seen: str
    errored: bool
    normal: bool  # values, and nothing of them is flagged


def result(whole: Whole, id: str, clinic: Clinic) -> ResultShown | None:
    item = next((each for each in whole.recorded if (each.id, each.kind) == (id, RES)), None)
    if item is None:
        return None
    line = ResultLine.unpack(item.content)
    rows = [
        ValueRow(
            each.name,
            f"{rules.shorter(each.value)} {each.unit}".strip(),
            rules.also(each),
            each.range or "no range given",
            FLAGS.get(each.flag, ""),
            "danger" if each.flag in rules.GRAVE else "warn",
        )
        for each in values(line)
    ]
    return ResultShown(
        item.id,
        item.entry_id,
        line.title,
        formats.date(line.on, clinic),
        rows,
        line.comment,
        f"{item.by_name}, {formats.within(item.at_time, clinic)}",
        seen(item, clinic),
        item.state == ERRORED,
        bool(rows) and (line.severity or NORMAL) == NORMAL,
    )


def seen(item: Recorded, clinic: Clinic) -> str:
    mark = item.reviewed
    if not mark:
        return ""
    more = f": {mark['said']}" if mark.get("said") else ""
    answer = ANSWERS.get(mark["answer"], "Taken over from a file")
    return f"{mark['name']}, {formats.within(mark['at'], clinic)}. {answer}{more}"


@dataclass(frozen=True, slots=True, repr=False)
class ToLookAt:
    """A result of this patient that waits, in the chart's "For you". `whose` is empty where it came for the reader."""

    id: str
    entry: str
    what: str
    more: str
    word: str
    tone: str
    whose: str


def for_you(found: Sequence[Summary] | None, person: str, names: dict[str, str]) -> list[ToLookAt]:
    """The gravest first, and of these one's own first. Nothing where the summary could not be read."""
    return list(_for_you(found, person, names)) if found else []


def _for_you(found: Sequence[Summary], person: str, names: dict[str, str]) -> Iterator[ToLookAt]:
    rows = sorted(due_lines(found, RES).items(), key=lambda each: (each[1].severity, each[1].person != person))
    for id, line in rows:
        whose = "" if line.person == person else names.get(line.person, "whoever is here")
        tone = TONES.get(line.severity or NORMAL, "quiet") if not whose or line.severity == CRITICAL else "quiet"
        yield ToLookAt(id, line.entry, line.what, line.more, WORDS.get(line.severity, ""), tone, whose)
