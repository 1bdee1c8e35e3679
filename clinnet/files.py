"""Private files in S3: photos, scans, documents. An item of the table names the key; nothing else leads to a file.

A key is random and says the folder and the type, never whose file it is or what it was called. The type is read from
the bytes themselves: what a browser says about a file, and its name, count for nothing.

Which items name the files of a kind, a NamesFiles says: clinnet/stored.py.
"""

import logging
import re
import secrets
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from clinnet.table.errors import Refused, Unavailable

log = logging.getLogger("clinnet.files")
NO_STORAGE = (BotoCoreError, ClientError, OSError)
MOST_BYTES = 20 * 1024 * 1024

# Never HTML or SVG: they would run as pages. XML may, too: nobody is ever given an address of it.
XML = "application/xml"
ENDINGS = {"image/jpeg": "jpg", "image/png": "png", "image/webp": "webp", "application/pdf": "pdf", XML: "xml"}
# Declared as XML, or a clinical document without a declaration; in UTF-8 or UTF-16.
IS_XML = re.compile(rb"(?:\xef\xbb\xbf)?<(?:\?xml|(?:\w+:)?ClinicalDocument)\b|\xff\xfe<\x00\?\x00|\xfe\xff\x00<\x00\?")
OPENED = tuple(each for each in ENDINGS if each != XML)

TOO_BIG = "This {what} is larger than {most} MB. Choose a smaller one."
OTHER_TYPE = "This {what} cannot be kept. Choose a {types} file."
NOT_STORED = "The {what} could not be stored just now. Nothing else is affected: try again in a moment."
NOT_SHOWN = "The {what} cannot be shown just now."


@dataclass(frozen=True, slots=True)
class Kind:
    """What an app keeps: in which folder, what people call it, which media types, and how many bytes at most."""

    folder: str
    what: str
    types: tuple[str, ...] = OPENED
    most: int = MOST_BYTES


def sniff(data: bytes) -> str:
    """The media type that the first bytes say; empty for one that is not kept."""
    if data.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    if data.startswith(b"%PDF-"):
        return "application/pdf"
    return XML if IS_XML.match(data) else ""


def put(kind: Kind, data: bytes) -> str:
    """Stores a file and returns its key. Raises Refused, or Unavailable where S3 is."""
    if len(data) > kind.most:
        raise Refused(TOO_BIG.format(what=kind.what, most=kind.most // 1024 // 1024))
    found = sniff(data)
    if found not in kind.types:
        types = " or ".join(ENDINGS[each].upper() for each in kind.types)
        raise Refused(OTHER_TYPE.format(what=kind.what, types=types))
    key = f"{kind.folder}/{secrets.token_urlsafe(24)}.{ENDINGS[found]}"
    try:
        return str(default_storage.save(key, ContentFile(data)))
    except NO_STORAGE as error:
        log.warning("a %s was not stored: %s", kind.what, type(error).__name__)
        raise Unavailable(NOT_STORED.format(what=kind.what)) from None


def drop(key: str) -> None:
    """Of a file that no item names any more. One that cannot be deleted just now waits for `check_files --fix`."""
    try:
        default_storage.delete(key)
    except NO_STORAGE as error:
        log.warning("a file was not deleted: %s", type(error).__name__)


def read(kind: Kind, key: str) -> bytes:
    """Its bytes. Raises Unavailable."""
    try:
        with default_storage.open(key) as file:
            return bytes(file.read())
    except NO_STORAGE:
        raise Unavailable(NOT_SHOWN.format(what=kind.what)) from None


def address(kind: Kind, key: str) -> str:
    """A link that works for 60 seconds. Raises Unavailable, and ValueError for what a browser may run."""
    if not set(kind.types) <= set(OPENED):
        raise ValueError(f"a {kind.what} has no address")
    try:
        url: Any = default_storage.url(key)
    except NO_STORAGE:
        raise Unavailable(NOT_SHOWN.format(what=kind.what)) from None
    return str(url)
