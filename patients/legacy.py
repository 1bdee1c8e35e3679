"""Items of the older Clinnet table: DynamoDB's typed JSON or plain JSON to items, and a patient's to patient data.

Pure. What is not understood is kept as it was: a patient's in `extra`, the other items' as their own attributes.
"""

import base64
import gzip
import json
import re
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from itertools import chain
from pathlib import Path
from typing import IO, Any, Literal

from .fhir.parts import BadResource, Problem, text

Kind = Literal["PATIENT", "APPOINTMENT", "RECORD", "BILLING", "SERVICE"]
LARGEST_LINE = 64 * 1024 * 1024  # bytes; a file that is one JSON value is one such line
DEEPEST = 32  # DynamoDB's own limit of nesting
TYPE_CODES = frozenset(("S", "N", "B", "BOOL", "NULL", "M", "L", "SS", "NS", "BS"))
KEY_ATTRIBUTES = frozenset(f"{name}{part}" for name in ("", "GSI1", "GSI2", "GSI3") for part in ("PK", "SK"))
# By the word before the sign in a key, and by the attribute `type`, which records were written without.
KINDS: dict[str, Kind] = {
    "PROFILE": "PATIENT",
    "PATIENT": "PATIENT",
    "APPT": "APPOINTMENT",
    "APPOINTMENT": "APPOINTMENT",
    "RECORD": "RECORD",
    "MEDICAL_RECORD": "RECORD",
    "BILL": "BILLING",
    "BILLING": "BILLING",
    "INVOICE": "BILLING",
    "SERVICE": "SERVICE",
}
PATIENT_KEYS = ("PAT", "PATIENT")
# Which attribute says when it was; the first that is a time counts.
TIMES = (
    "startTime",
    "start",
    "dateTime",
    "appointmentDate",
    "recordedAt",
    "visitDate",
    "serviceDate",
    "billDate",
    "date",
    "createdAt",
)
# An id stands inside keys and addresses, so it may hold nothing that means something there.
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:-]{0,63}")
_EPOCH_MILLISECONDS = re.compile(r"[0-9]{12,13}")


@dataclass(frozen=True, repr=False)
class Older:
    """One item of the older table. `at` is when it was, in UTC, for its place in the patient's time line."""

    where: str
    kind: Kind
    id: str
    patient_id: str
    attributes: dict[str, Any] = field(repr=False)
    at: str = ""


Found = Iterator[Older | Problem]


def read_file(path: Path) -> Found:
    """Everything in an export, gzipped or not. Raises BadResource when nothing in it can be read at all."""
    try:
        with path.open("rb") as file:
            packed = file.read(2) == b"\x1f\x8b"
            file.seek(0)
            with gzip.open(file) if packed else file as stream:
                yield from read(stream)  # type: ignore[arg-type]  # GzipFile reads as IO[bytes] does
    except (gzip.BadGzipFile, zlib.error, EOFError):
        raise BadResource("This gzip file is damaged.") from None
    except OSError as error:
        raise BadResource(f"This file cannot be read: {error.strerror}.") from None


def read(stream: IO[bytes]) -> Found:
    """Line by line where each line is a whole value; else the file is one value, a list or a scan's answer."""
    first = next((line for line in iter(lambda: stream.readline(LARGEST_LINE + 1), b"") if line.strip()), b"")
    if not first:
        raise BadResource("This is empty.")
    try:
        _parsed(first)
    except BadResource:
        yield from _whole(first + stream.read(LARGEST_LINE + 1))
        return
    lines = chain([first], iter(lambda: stream.readline(LARGEST_LINE + 1), b""))
    for number, line in enumerate(lines, start=1):
        if line.strip():
            yield from _line(line, f"line {number}")


def _whole(content: bytes) -> Found:
    values = list(_expanded(_parsed(content)))
    for number, value in enumerate(values, start=1):
        yield _item(value, f"item {number}")


def _line(line: bytes, where: str) -> Found:
    try:
        values = list(_expanded(_parsed(line.strip())))
    except BadResource as bad:
        yield Problem(where, bad.sentence)
        return
    for number, value in enumerate(values, start=1):
        yield _item(value, where if len(values) == 1 else f"{where}, item {number}")


def _parsed(content: bytes) -> Any:
    if len(content) > LARGEST_LINE:
        raise BadResource("This is larger than 64 MB. Export it as lines.")
    try:
        return json.loads(content.decode("utf-8-sig"), parse_float=Decimal, parse_constant=Decimal)
    except UnicodeDecodeError:
        raise BadResource("This is not UTF-8 text.") from None
    except json.JSONDecodeError as error:
        raise BadResource(f"This is not valid JSON (line {error.lineno}, column {error.colno}).") from None
    except (RecursionError, ValueError):
        raise BadResource("This is not valid JSON: it is nested too deeply, or a number in it is too long.") from None


def _expanded(value: Any) -> Iterator[Any]:
    """A list, a scan's answer, a batch's requests, one exported line, or one item."""
    if isinstance(value, list):
        yield from value
    elif isinstance(value, dict) and isinstance(value.get("Items"), list):
        yield from value["Items"]
    elif isinstance(value, dict) and isinstance(value.get("Item"), dict):
        yield value["Item"]
    elif isinstance(value, dict) and (requests := list(_requests(value))):
        yield from requests
    else:
        yield value


def _requests(value: Mapping[str, Any]) -> Iterator[Any]:
    listed: Iterable[Any] = chain.from_iterable(each for each in value.values() if isinstance(each, list))
    for each in listed:
        if isinstance(each, dict) and isinstance(put := each.get("PutRequest"), dict):
            yield put.get("Item")


def _item(value: Any, where: str) -> Older | Problem:
    if not isinstance(value, dict) or not value:
        return Problem(where, "This is not an item: it is not an object.")
    try:
        plain = {text(name): _plain(each) for name, each in value.items()}
    except BadResource as bad:
        return Problem(where, bad.sentence)
    kind, written = _kind(plain)
    if kind is None:
        return Problem(where, f"This is a {written or 'nameless'} item, not of a patient; left out.")
    return _placed(plain, kind, where)


def _placed(plain: dict[str, Any], kind: Kind, where: str) -> Older | Problem:
    patient_id = _patient_id(plain)
    own = patient_id if kind == "PATIENT" else _own_id(plain)
    if not _ID.fullmatch(patient_id) and kind != "PATIENT":
        return Problem(where, f"This {kind.lower()} does not say whose it is; left out.")
    if not _ID.fullmatch(own):
        return Problem(where, "This item has no id that can be kept; left out.")
    attributes = {name: each for name, each in plain.items() if name and name not in KEY_ATTRIBUTES}
    for name in (*TIMES, "updatedAt", "end", "endTime"):
        if (at := stamp(attributes.get(name))) and "T" in str(attributes[name]):
            attributes[name] = at
    times = (stamp(attributes.get(name)) for name in TIMES)
    at = next((each for each in times if each), "") or stamp(own)
    return Older(where, kind, own, patient_id, attributes, at)


def _kind(plain: Mapping[str, Any]) -> tuple[Kind | None, str]:
    written = [text(plain.get(name)).partition("#")[0].upper() for name in ("SK", "PK", "type")]
    # A patient's key is the first half of all the others' too: only alone does it say what the item is.
    sort, partition, named = written
    for word in (sort, named, partition):
        if word in KINDS and not (word in PATIENT_KEYS and word == sort):
            return KINDS[word], word
    return None, text(plain.get("type")) or partition


def _patient_id(plain: Mapping[str, Any]) -> str:
    for name in ("PK", "GSI2PK"):
        word, _, rest = text(plain.get(name)).partition("#")
        if word in PATIENT_KEYS:
            return rest
    if text(plain.get("type")).upper() == "PATIENT":
        return text(plain.get("id"))
    return text(plain.get("patientId"))


def _own_id(plain: Mapping[str, Any]) -> str:
    for name in ("SK", "PK"):
        word, _, rest = text(plain.get(name)).partition("#")
        if word in KINDS:
            return rest
    return text(plain.get("id"))


def _plain(value: Any, depth: int = 0) -> Any:
    """A value without DynamoDB's types, fit to be stored again."""
    if depth > DEEPEST:
        raise BadResource("This item is nested too deeply.")
    if isinstance(value, dict):
        if len(value) == 1 and next(iter(value)) in TYPE_CODES:
            return _untyped(*next(iter(value.items())), depth)
        return {text(name): _plain(each, depth + 1) for name, each in value.items() if text(name)}
    if isinstance(value, list):
        return [_plain(each, depth + 1) for each in value]
    if isinstance(value, str):
        return value.encode("utf-8", "ignore").decode()  # without lone surrogates, which cannot be stored
    return _number(value) if isinstance(value, int | Decimal) and not isinstance(value, bool) else value


def _untyped(code: str, value: Any, depth: int) -> Any:
    if code in ("SS", "NS", "BS") and isinstance(value, list):
        return [_untyped(code[0], each, depth + 1) for each in value]
    if code == "N":
        return _number(value)
    if code == "NULL":
        return None
    if code == "B" and isinstance(value, str):
        try:
            return base64.b64decode(value, validate=True)
        except ValueError:
            return value
    return _plain(value, depth + 1)


def _number(value: Any) -> Any:
    """A whole number or a decimal; what DynamoDB could not hold stays the text it was."""
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return text(value)
    if not number.is_finite() or len(number.as_tuple().digits) > 38 or not -130 < number.adjusted() < 126:
        return str(value)[:100]
    return int(number) if number == number.to_integral_value() and number.adjusted() < 38 else number


def stamp(value: object) -> str:
    """A time as the table writes it (UTC, milliseconds), "" when it is none. Without a zone it was UTC already:
    the older Clinnet wrote `toISOString()` and `utcnow()`."""
    written = text(value, 40)
    try:
        if _EPOCH_MILLISECONDS.fullmatch(written):
            moment = datetime.fromtimestamp(int(written) / 1000, UTC)
        else:
            moment = datetime.fromisoformat(written)
    except (ValueError, OverflowError, OSError):
        return ""
    moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
