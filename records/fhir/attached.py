"""Files that stand apart, as Binary resources: what names them gets their bytes. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from patients.fhir import Resource
from patients.fhir.parts import Json, text, thing, things

BINARY = "Binary"
MOST_NAMES = 500  # characters of an address


def wanted(resources: Iterable[Resource]) -> set[str]:
    """The names by which documents call files that they do not hold themselves."""
    return {name for each in resources for one in _attachments(each.body) for name in _names(one)}


def names_of(binary: Resource) -> set[str]:
    own = f"{BINARY}/{text(binary.body.get('id'))}"
    return {own, binary.url.partition("/_history")[0]} - {"", f"{BINARY}/"}


def with_data(body: dict[str, Any], found: Mapping[str, Json]) -> dict[str, Any]:
    """The same document with the bytes of the files that were found by name."""
    if not found or not any(name in found for one in _attachments(body) for name in _names(one)):
        return body
    return {**body, "content": [_filled(each, found) for each in things(body.get("content"))]}


def _filled(content: Json, found: Mapping[str, Json]) -> Json:
    attachment = thing(content.get("attachment"))
    held = next((found[name] for name in _names(attachment) if name in found), None)
    if held is None:
        return content
    kind = attachment.get("contentType") or held.get("contentType")
    return {**content, "attachment": {**attachment, "contentType": kind, "data": held.get("data")}}


def _attachments(body: Json) -> Iterator[Json]:
    if text(body.get("resourceType")) == "DocumentReference":
        for each in things(body.get("content")):
            yield thing(each.get("attachment"))


def _names(attachment: Json) -> list[str]:
    """As it is written, and without its server."""
    url = "" if isinstance(attachment.get("data"), str) else text(attachment.get("url"), MOST_NAMES)
    whole = url.partition("/_history")[0]
    short = "/".join(whole.split("/")[-2:])
    return [each for each in dict.fromkeys((whole, short)) if each.startswith((f"{BINARY}/", "urn:", "http"))]
