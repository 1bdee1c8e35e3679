"""What a DiagnosticReport says beside its values. Pure."""

from collections.abc import Iterator

from patients.fhir.parts import Json, label, text, thing, things
from records.fhir.notes import page_words, words_of
from records.fhir.shapes import clean
from records.rules.results import ELSEWHERE, LONGEST, shortened

EARLY = ("registered", "partial", "preliminary", "cancelled")  # told behind the title


def title(body: Json) -> str:
    status = text(body.get("status"))
    words = clean(label(body.get("code"))) or "Result"
    return f"{words} ({status})" if status in EARLY else words


def missing(count: int) -> str:
    """Of values that a report points at and that its file does not have."""
    return f"[{count} value{'s' if count > 1 else ''} of this report {'are' if count > 1 else 'is'} not in the file.]"


def comment(body: Json) -> str:
    """The conclusion, and the report's own text where it stands in the file; where there is neither its narrative."""
    codes = (clean(label(each)) for each in things(body.get("conclusionCode")))
    parts = [text(body.get("conclusion"), LONGEST * 2), *codes, *_forms(body)]
    if not any(parts) and not body.get("result"):
        parts = [page_words(str(thing(body.get("text")).get("div") or ""))]
    return shortened("\n".join(dict.fromkeys(filter(None, parts))))


def _forms(body: Json) -> Iterator[str]:
    for each in things(body.get("presentedForm")):
        if said := words_of(each):
            yield said.strip()
        elif each.get("data") or each.get("url"):
            yield ELSEWHERE
