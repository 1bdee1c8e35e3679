"""Files to resources: bundles of any type, bare resources, lists, and NDJSON of any of these."""

import gzip
import json
import re
import zlib
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterable, Iterator
from io import BufferedIOBase
from pathlib import Path
from typing import Any, NoReturn

from .aside import numbered
from .parts import BadResource, Exact, Json, Problem, Resource, Version, text, thing, things, version

LARGEST_FILE = 64 * 1024 * 1024  # bytes; and the largest line of an NDJSON file, which is read line by line
TOO_LARGE = f"This is larger than {LARGEST_FILE // 1024 // 1024} MB. Export it as NDJSON."
DEEPEST = 60  # FHIR's own examples stay under 30
LINES = (".ndjson", ".jsonl")
PACKED = ".gz"
UTF16 = (BOM_UTF16_LE, BOM_UTF16_BE)  # as PowerShell writes what it was answered
SUFFIXES = (".json", *LINES)
Found = Iterator[Resource | Problem]


def read_file(path: Path) -> Found:
    """Everything in a file. Raises BadResource when nothing in it can be read at all."""
    try:
        with opened(path) as file:
            begins = file.read(len(UTF16[0]))
            file.seek(0)
            if kind_of(path) in LINES and begins not in UTF16:
                yield from _read_lines(file)
                return
            data = file.read(LARGEST_FILE + 1)
    except (EOFError, zlib.error, gzip.BadGzipFile):
        raise BadResource("This file cannot be read: it is not whole.") from None
    except OSError as error:
        raise BadResource(f"This file cannot be read: {error.strerror}.") from None
    yield from read(data)


def kind_of(path: Path) -> str:
    """How its name ends, packed or not: ".ndjson"."""
    name = path.name.lower()
    return Path(name.removesuffix(PACKED)).suffix


def opened(path: Path) -> BufferedIOBase:
    return gzip.open(path) if path.suffix.lower() == PACKED else path.open("rb")


def read(data: bytes | str) -> Found:
    """The resources of a whole file. Raises BadResource when it is not JSON that can hold any."""
    content = _decoded(data)
    try:
        value = _parsed(content)
    except _SeveralValues:
        yield from _several(content)
        return
    yield from _inside(value, "")


class _SeveralValues(Exception):
    """More follows the first JSON value: NDJSON under another name."""


def _decoded(data: bytes | str) -> str:
    if len(data) > LARGEST_FILE:
        raise BadResource(TOO_LARGE)
    try:
        content = data if isinstance(data, str) else data.decode(json.detect_encoding(data))
    except UnicodeDecodeError:
        raise BadResource("This is not UTF-8 text. FHIR files are UTF-8.") from None
    content = content.removeprefix("\ufeff")
    if not content.strip():
        raise BadResource("This is empty.")
    if content.lstrip().startswith("<"):
        raise BadResource("This is XML or HTML. Export it as FHIR JSON.")
    return content


def _parsed(content: str) -> Any:
    try:
        value = json.loads(content, parse_constant=_no_constant, parse_float=Exact)
    except RecursionError:
        raise BadResource("This is nested too deeply to be a FHIR resource.") from None
    except json.JSONDecodeError as error:
        if error.msg == "Extra data" and "\n" in content[: error.pos]:
            raise _SeveralValues from None
        raise BadResource(f"This is not valid JSON (line {error.lineno}, column {error.colno}).") from None
    except ValueError:  # a number of thousands of digits
        raise BadResource("This is not valid JSON: a number in it cannot be read.") from None
    _refuse_depth(value)
    return value


def _no_constant(name: str) -> NoReturn:
    raise BadResource(f"This is not valid JSON: it holds {name}.")


def _refuse_depth(value: Any) -> None:
    level = [value]
    for _ in range(DEEPEST):
        level = [child for parent in level for child in _children(parent)]
        if not level:
            return
    raise BadResource("This is nested too deeply to be a FHIR resource.")


def _children(value: Any) -> Iterable[Any]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def _read_lines(lines: BufferedIOBase) -> Found:
    """Line by line, so that a bulk export of any size is read in little memory."""
    number = 0
    while raw := lines.readline(LARGEST_FILE + 1):
        number += 1
        yield from _line(raw.removeprefix(b"\xef\xbb\xbf") if number == 1 else raw, number)
        while len(raw) > LARGEST_FILE and not raw.endswith(b"\n"):  # the rest of an oversized line
            raw = lines.readline(LARGEST_FILE + 1)
    if not number:
        raise BadResource("This is empty.")


_DECODER = json.JSONDecoder(parse_constant=_no_constant, parse_float=Exact)
_SPACE = re.compile(r"[ \t\r\n]*")


def _several(content: str) -> Found:
    """Values one after the other, each in one line or in many. After one that cannot be read the next line is tried."""
    at, number = 0, 1
    while (begins := _SPACE.match(content, at).end()) < len(content):  # type: ignore[union-attr]  # it matches nothing too
        number += content.count("\n", at, begins)
        value, at = _decoded_at(content, begins)
        yield from _told(value, f"line {number}")
        number += content.count("\n", begins, at)


def _decoded_at(content: str, begins: int) -> tuple[Any, int]:
    """The value, or BadResource, and where it ends."""
    try:
        return _DECODER.raw_decode(content, begins)
    except (ValueError, RecursionError):
        bad = BadResource("This is not valid JSON.")
    except BadResource as constant:
        bad = constant
    ends = content.find("\n", begins)
    return bad, ends if ends >= 0 else len(content)


def _told(value: Any, where: str) -> Found:
    try:
        if isinstance(value, BadResource):
            raise value
        _refuse_depth(value)
        yield from _inside(value, where)
    except BadResource as bad:
        yield Problem(where, bad.sentence)


def _line(raw: bytes | str, number: int) -> Found:
    if not raw.strip():
        return
    try:
        yield from _inside(_parsed(_decoded(raw).strip()), f"line {number}")
    except BadResource as bad:
        yield Problem(f"line {number}", bad.sentence)
    except _SeveralValues:
        yield Problem(f"line {number}", "This line holds several JSON values.")


def _inside(value: Any, where: str) -> Found:
    if isinstance(value, list):
        if value and not any(text(thing(each).get("resourceType")) for each in value):
            raise BadResource("This is not FHIR: nothing in it has a resourceType.")
        beside = _index([{"resource": each} for each in value])
        for number, each in enumerate(value, start=1):
            yield from _one(each, _joined(where, f"item {number}"), "", beside, where)
        return
    if thing(value).get("resourceType") == "Bundle":
        yield from _bundle(value, where)
        return
    found = list(_one(value, where, "", {}))
    if not where and len(found) == 1 and isinstance(found[0], Problem):
        raise BadResource(found[0].sentence)
    yield from found


def _bundle(bundle: Json, where: str) -> Found:
    entries = bundle.get("entry")
    if entries is None:
        return
    if not isinstance(entries, list):
        yield Problem(where or "bundle", "The entries of this bundle are not a list.")
        return
    beside = _index(entries)
    newest = _newest(entries) if bundle.get("type") == "history" else None
    for number, entry in enumerate(entries, start=1):
        place = _joined(where, f"entry {number}")
        if not isinstance(entry, dict):
            yield Problem(place, "This entry is not an object.")
        elif text(thing(entry.get("request")).get("method")) == "DELETE":
            continue  # which some send with what was deleted
        elif (newest is None or number in newest) and entry.get("resource") is not None:
            yield from _one(entry["resource"], place, _url(entry), beside, where)


def _parameters(body: Json, where: str) -> Found:
    """What an operation was asked or answered, with the resources in it."""
    inside = list(_parts(body))
    beside = _index([{"resource": each} for each in inside])
    for number, each in enumerate(inside, start=1):
        yield from _one(each, _joined(where, f"parameter {number}"), "", beside, where)


def _parts(body: Json) -> Iterator[Json]:
    for each in [*things(body.get("parameter")), *things(body.get("part"))]:
        if resource := thing(each.get("resource")):
            yield resource
        yield from _parts(each)


def _newest(entries: list[Any]) -> set[int]:
    """The places of a history's entries that say what is now: of each resource the newest version.

    A history lists from the newest version back; where dates or numbers say otherwise, they count. A deletion has no
    resource, only the request that made it: it too makes what follows old.
    """
    found: dict[str, tuple[int, Version]] = {}
    for number, entry in enumerate(entries, start=1):
        body = thing(thing(entry).get("resource"))
        name = f"{text(body.get('resourceType'))}/{text(body.get('id'))}"
        name = name if body else text(thing(thing(entry).get("request")).get("url"))
        if name not in found or found[name][1].is_before(version(body)):
            found[name] = number, version(body)
    return {number for number, _ in found.values()}


def _one(body: Any, where: str, url: str, beside: dict[str, Json], within: str = "") -> Found:
    if not isinstance(body, dict):
        yield Problem(where, "This is not a FHIR resource: it is not an object.")
    elif not (kind := text(body.get("resourceType"), 64)):
        yield Problem(where, "This is not a FHIR resource: it has no resourceType.")
    elif kind == "Bundle":
        yield from _bundle(body, where)
    elif kind == "Parameters":
        yield from _parameters(body, where)
    else:
        yield Resource(kind=kind, body=body, where=where, url=url, beside=beside, within=within)


def _url(entry: Json) -> str:
    """Without the version: who points at it means the resource."""
    return text(entry.get("fullUrl"), 500).partition("/_history")[0]


def _index(entries: list[Any]) -> dict[str, Json]:
    """Every resource by each reference that may point at it; a number that two have is neither's."""
    found: dict[str, Json] = {}
    for entry in entries:
        body = thing(thing(entry).get("resource"))
        kind, own = text(body.get("resourceType"), 64), text(body.get("id"))
        if kind and own:
            found[f"{kind}/{own}"] = body
        if kind and (url := _url(thing(entry))):
            found[url] = body
        for name in numbered(kind, body):
            found[name] = body if found.get(name, body) == body else {}
    return found


def _joined(where: str, more: str) -> str:
    return f"{where}, {more}" if where else more
