"""What a DiagnosticReport says beside its values. Pure."""

import base64
import binascii
from collections.abc import Iterator

from patients.fhir.parts import Json, label, text, thing, things
from records.fhir.shapes import clean
from records.rules.results import ELSEWHERE, LONGEST, shortened

EARLY = ("registered", "partial", "preliminary", "cancelled")  # told behind the title
PLAIN = ("text/plain", "text/markdown")


def title(body: Json) -> str:
    status = text(body.get("status"))
    words = clean(label(body.get("code"))) or "Result"
    return f"{words} ({status})" if status in EARLY else words


def missing(count: int) -> str:
    """Of values that a report points at and that its file does not have."""
    return f"[{count} value{'s' if count > 1 else ''} of this report {'are' if count > 1 else 'is'} not in the file.]"


def comment(body: Json) -> str:
    """The conclusion, and the report's own text where it stands in the file."""
    codes = (clean(label(each)) for each in things(body.get("conclusionCode")))
    parts = [text(body.get("conclusion"), LONGEST * 2), *codes, *_forms(body)]
    return shortened("\n".join(dict.fromkeys(filter(None, parts))))


def _forms(body: Json) -> Iterator[str]:
    for each in things(body.get("presentedForm")):
        attachment = thing(each)
        if text(attachment.get("contentType")).partition(";")[0].strip() in PLAIN:
            yield _decoded(attachment.get("data"))
        elif attachment.get("data") or attachment.get("url"):
            yield ELSEWHERE


def _decoded(data: object) -> str:
    try:
        return base64.b64decode(data if isinstance(data, str) else "", validate=True).decode().strip()
    except (binascii.Error, UnicodeDecodeError):
        return ELSEWHERE
