"""What has no field of its own, kept in words: extensions, and elements that this importer does not know."""

import json
import re
from html import unescape
from typing import Any
from urllib.parse import unquote

from patients.rules.names import fold

from .parts import LONGEST_TEXT, Json, codes, label, partial_date, text, texts, thing, things

LONGEST_ASIDE = 2_000  # characters of one kept thing
LARGEST_ASIDE = 20_000  # of all of a patient's: every reader of the patient pays for them
DEEPEST_WORDS = 6

# Extensions whose address says less than a name would.
EXTENSION_NAMES = {
    "us-core-race": "Race",
    "us-core-ethnicity": "Ethnicity",
    "us-core-birthsex": "Sex at birth",
    "us-core-sex": "Sex recorded",
    "us-core-individual-sex": "Sex recorded",
    "us-core-tribal-affiliation": "Tribal affiliation",
    "patient-mothersMaidenName": "Mother's maiden name",
    "patient-birthPlace": "Born in",
    "patient-birthTime": "Time of birth",
    "patient-importance": "Importance",
    "patient-animal": "Animal",
}
SEX_WORDS = {
    "M": "male", "F": "female", "UNK": "unknown", "OTH": "other",
    "248152002": "female", "248153007": "male", "asked-declined": "asked, declined",
}  # fmt: skip
SEX = re.compile(r"(birth-?sex|us-core-sex|individual-?sex)$", re.IGNORECASE)
CUT = " … (cut)"


class Aside(dict[str, str]):
    """Words by name, never more than a patient's item can carry; what did not fit is named."""

    def keep(self, name: str, words: str) -> None:
        name, words = text(name, 80), words.strip()
        words = words if len(words) <= LONGEST_ASIDE else f"{words[: LONGEST_ASIDE - len(CUT)].rstrip()}{CUT}"
        if not (name and words):
            return
        if self.size + len(name) + len(words) > LARGEST_ASIDE:
            left = self.get("Left out", "")
            if name not in left.split(", ") and len(left) < LONGEST_TEXT:
                self["Left out"] = f"{left}, {name}".lstrip(", ")
            return
        self[name] = f"{self[name]}; {words}" if name in self and words not in self[name] else words

    @property
    def size(self) -> int:
        return sum(len(name) + len(words) for name, words in self.items())

    def keep_all(self, others: dict[str, str]) -> None:
        for name, words in others.items():
            self.keep(name, words)


def extension_name(url: str) -> str:
    tail = re.sub(r"^(iso21090-)?(ADXP|EN|SC)-", "", re.split(r"[/#:]", url.rstrip("/"))[-1])
    if tail in EXTENSION_NAMES:
        return EXTENSION_NAMES[tail]
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", re.sub(r"[-_.]+", " ", tail)).strip()
    return words[:1].upper() + words[1:].lower()


def extensions(aside: Aside, body: Json) -> None:
    for each in things(body.get("extension")):
        url = text(each.get("url"))
        aside.keep(extension_name(url) or "Extension", extension_words(each))


def extension_words(extension: Json) -> str:
    inner = {text(part.get("url")): part for part in things(extension.get("extension"))}
    if "text" in inner:  # US Core: the text is written for people
        return words(inner["text"])
    said = words(extension)
    return SEX_WORDS.get(said, said) if SEX.search(text(extension.get("url"))) else said


def sex_besides(extension: Json) -> str:
    """The sex that an extension of a nation records, in words; "" where it is none."""
    return extension_words(extension).casefold() if SEX.search(text(extension.get("url"))) else ""


# SNOMED CT, LOINC answers and HL7 table 0136 by code; words as people write them.
YES = frozenset(("yes", "y", "true", "1", "373066001", "la33-6", "315594003", "ja", "oui", "si", "sim", "tak"))
NO = frozenset(("no", "n", "false", "0", "373067005", "la32-8", "nein", "nee", "non", "nej", "nao", "nie", "not"))
_ASKED = re.compile(r"interpreter-?(required|needed)$")
_PLAIN = YES | NO | frozenset(("qualifier", "value", "finding", "interpreter", "needed", "required", "is"))


def answer(extension: Json) -> bool | None:
    """Yes or no, by its code before its words; None for what is neither."""
    held = next((extension[name] for name in extension if name.startswith("value")), None)
    if isinstance(held, bool):
        return held
    said = [code.casefold() for _, code in codes(held)] + fold(words(held)).split()[:1]
    if YES.intersection(said) or re.fullmatch(r"interpreter (needed|required)( finding)?", fold(words(held))):
        return True
    return False if NO.intersection(said) else None


def interpreter(extension: Json) -> bool | None:
    """Whether an extension says that an interpreter is needed: also as a part of another, of any nation."""
    if _ASKED.search(text(extension.get("url")).casefold()):
        return answer(extension)
    inner = (interpreter(part) for part in things(extension.get("extension")))
    return next((said for said in inner if said is not None), None)


def is_plain_answer(extension: Json) -> bool:
    """Whether it says yes or no and nothing else: "yes, Polish" says more."""
    held = next((extension[name] for name in extension if name.startswith("value")), None)
    said = label(held) if isinstance(held, dict) else words(held)
    plain = said in [code for _, code in codes(held)] or set(fold(said).split()) <= _PLAIN
    return plain and not things(extension.get("extension"))


def value_and_rest(extension: Json) -> tuple[str, str]:
    """What an extension says, and what it says besides of that: of a nested one its part "value" alone."""
    parts = {text(part.get("url")): part for part in things(extension.get("extension"))}
    if "value" not in parts:
        return text(words(extension)), ""
    rest = [part for name, part in parts.items() if name != "value"]
    return text(words(parts["value"])), words({"extension": rest})


def words(value: Any, depth: int = 0) -> str:
    """Any FHIR value in a line that a person can read; what has no words is its JSON."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if value is None or isinstance(value, str | int | float):
        return text(value if isinstance(value, str | int) else str(value or ""), LONGEST_ASIDE + 1)
    if depth >= DEEPEST_WORDS:
        return text(json.dumps(value, ensure_ascii=False, default=str), LONGEST_ASIDE)
    if isinstance(value, list):
        return "; ".join(said for each in value[:50] if (said := words(each, depth + 1)))
    return _object_words(thing(value), depth)


def _object_words(value: Json, depth: int) -> str:
    if said := _known_shape(value):
        return said
    held = next((value[name] for name in value if name.startswith("value")), None)
    if held is not None and "value" not in value:
        return words(held, depth + 1)
    parts = []
    for part in things(value.get("extension")):
        said = words(part, depth + 1)
        parts.append(f"{extension_name(text(part.get('url')))}: {said}" if said else "")
    for name, each in value.items():
        if name not in ("extension", "url", "id", "data", "div"):
            said = words(each, depth + 1)
            parts.append(f"{text(name, 80)}: {said}" if said else "")
    return "; ".join(part for part in parts if part)


def _known_shape(value: Json) -> str:  # noqa: PLR0911  # one line for each shape
    """The shapes that are one thing to a person: a concept, a place, a name, a quantity, a time."""
    if "concept" in value or isinstance(value.get("reference"), dict):  # R5 joins the two
        return label(value.get("concept")) or text(thing(value.get("reference")).get("display"))
    if "coding" in value or ("code" in value and "system" in value and "value" not in value):
        return label(value)
    if (written := text(value.get("text"), LONGEST_ASIDE)) and "value" not in value and "div" not in value:
        parts = _texts_of(value, "line", "city", "district", "state", "postalCode", "country")
        return ", ".join([written, *(part for part in parts if part.casefold() not in written.casefold())])
    if "line" in value or "city" in value:
        return ", ".join(_texts_of(value, "line", "city", "district", "state", "postalCode", "country"))
    if "family" in value or "given" in value:
        return " ".join(_texts_of(value, "prefix", "given", "family", "suffix"))
    if "start" in value or "end" in value:
        return f"{partial_date(value.get('start'))} – {partial_date(value.get('end'))}".strip()
    if "value" in value and ("unit" in value or "currency" in value):
        unit = text(value.get("unit")) or text(value.get("currency"))
        return f"{words(value.get('value'))} {unit}".strip()
    return text(value.get("display"))


def _texts_of(value: Json, *fields: str) -> list[str]:
    return [said for field in fields for said in texts(value.get(field))]


def photos(resource: Json) -> str:
    """That there are pictures, never the bytes."""
    listed = things(resource.get("photo"))
    kinds = ", ".join(dict.fromkeys(kind for each in listed if (kind := text(each.get("contentType"), 40))))
    count = f"{len(listed)} in the file, not imported"
    return (f"{count} ({kinds})" if kinds else count) if listed else ""


def target_of(reference: object, beside: Json, contained: object) -> Json:
    """What a Reference points at, where it stands in the file; else nothing."""
    target = text(thing(reference).get("reference"), 500).partition("/_history")[0]
    inside = {f"#{text(each.get('id'))}": each for each in things(contained)}
    if "?" in target:
        return thing(beside.get(unquote(target).partition("&")[0]))
    if not target:
        return _with_number(thing(reference), beside)
    return thing(inside.get(target) or beside.get(target) or beside.get("/".join(target.split("/")[-2:])))


def _with_number(reference: Json, beside: Json) -> Json:
    """What a reference without an address means: by its number, and its kind where that is said."""
    names = numbered(text(reference.get("type")), {"identifier": reference.get("identifier")})
    return thing(beside.get(names[0])) if names else {}


def numbered(kind: str, body: Json) -> list[str]:
    """The references that mean a resource by a number of its own, with its kind and, of another source, without."""
    found = []
    for each in things(body.get("identifier")):
        system, value = text(each.get("system"), 500), text(each.get("value"), 500)
        if system and value:
            found += [f"{kind}?identifier={system}|{value}"] * bool(kind) + [f"?identifier={system}|{value}"]
    return found


def reference_words(reference: object, beside: Json, contained: object) -> str:
    """Whom a Reference means: its display, else the name of what it points at, else the reference itself."""
    whole = thing(reference)
    target = text(whole.get("reference"))
    if display := text(whole.get("display")):
        return display
    if named := target_of(whole, beside, contained).get("name"):
        return text(named) or words(things(named)[0] if things(named) else "")
    identifier = thing(whole.get("identifier"))
    return text(identifier.get("value")) or target


def person_words(reference: object, beside: Json, contained: object) -> str:
    """The same for a page: "" where the file says no more than an address in some server."""
    said = reference_words(reference, beside, contained)
    return "" if said == text(thing(reference).get("reference")) else said


def has_security_code(resource: Json, *wanted: str) -> bool:
    labels = things(thing(resource.get("meta")).get("security"))
    return any(code.upper() in wanted for each in labels for _, code in codes(each))


def other_labels(resource: Json, *known: str) -> str:
    """Security labels that have no effect here, in words."""
    labels = things(thing(resource.get("meta")).get("security"))
    left = [each for each in labels if not any(code.upper() in known for _, code in codes(each))]
    return ", ".join(said for each in left if (said := label(each)))


def narrative(resource: Json) -> str:
    """The text for people, where it says more than the rest of the resource does."""
    told = thing(resource.get("text"))
    if text(told.get("status")) != "additional":
        return ""
    return text(unescape(re.sub("<[^>]*>", " ", str(told.get("div") or "")[: 4 * LONGEST_ASIDE])), LONGEST_ASIDE)
