"""What both directions share: codes, the resource that an item came from, and numbers as they were written."""

import base64
import json
import re
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from patients.fhir.parts import Exact, Json, Resource, label, text, thing, things

LOINC, UCUM, SNOMED = "http://loinc.org", "http://unitsofmeasure.org", "http://snomed.info/sct"
ICD, CVX = "http://hl7.org/fhir/sid/icd-10-cm", "http://hl7.org/fhir/sid/cvx"
TERMINOLOGY = "http://terminology.hl7.org/CodeSystem"
# Systems of codes by the numbers that other formats call them by.
OIDS = {
    "2.16.840.1.113883.6.1": LOINC, "2.16.840.1.113883.6.96": SNOMED, "2.16.840.1.113883.6.90": ICD,
    "2.16.840.1.113883.12.292": CVX,
}  # fmt: skip
ABSENT = ("data-absent-reason", "v3-NullFlavor")  # whose codes say why there is none
NO_ENTRY = ("160245001", "787481004")  # SNOMED CT: no current problems, no known medications
KIND_OF_THING = re.compile(
    r" \((?:disorder|procedure|finding|situation|regime/therapy|substance|product|medicinal product|"
    r"medicinal product form|clinical drug|real clinical drug|qualifier value|observable entity|organism|event|"
    r"body structure|morphologic abnormality|physical object|specimen)\)$"
)
NOTE = "11506-3"  # LOINC: progress note
NO_ALLERGY = "716186003"  # SNOMED CT: no known allergy
# Our kinds of orders by codes of SNOMED CT: laboratory procedure, imaging, referral.
ORDERED = {"lab": "108252007", "imaging": "363679005", "referral": "3457005"}
POWER = re.compile(r"-?\d{1,20}(\.\d{1,20})?[eE][+-]?\d{1,2}")  # 1.2E+2, as programs in Java write 120
VITAL = {"vital-signs", "vital-sign"}
UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
DROPPED = ("meta", "text", "implicitRules", "subject", "patient")  # of a kept resource: said by where it stands


MOST_KEPT = 250_000  # characters of what is kept: an item has room for 400 kB
MOST = 2_000  # of one list: a report has hundreds of values
LONGEST = 1_000  # characters of a remark; what is longer says that it is cut


def every(value: object) -> list[Json]:
    """As `things`, of lists that may be long."""
    return [each for each in (value if isinstance(value, list) else [value])[:MOST] if isinstance(each, dict)]


def told(value: object, longest: int = LONGEST) -> str:
    """A remark in one line."""
    written = text(value, longest + 10)
    return written if len(written) <= longest else f"{written[:longest].rstrip()} … (cut)"


def sited(words: str, body: Json) -> str:
    """With the place on the body, where the words do not say it: of two eyes one value is not the other's."""
    sites = (clean(label(each)) for each in things(body.get("bodySite")))
    return ", ".join((words, *(each for each in sites if each and each.casefold() not in words.casefold())))


def effective(body: Json) -> str:
    """When an Observation or a report was of, as written: else when it was issued."""
    named = ("effectiveDateTime", "effectiveInstant")
    at = next((body[each] for each in named if body.get(each)), "") or thing(body.get("effectivePeriod")).get("start")
    events = thing(body.get("effectiveTiming")).get("event")
    at = at or (events[0] if isinstance(events, list) and events else "")
    return text(at or body.get("issued"), 40)


def code_of(concept: object, system: str) -> str:
    """The code of one system, by whichever of its names; empty where there is none."""
    found = (each for each in things(thing(concept).get("coding")) if _system(each) == system)
    return next((text(each.get("code")) for each in found), "")


def _system(coding: Json) -> str:
    said = text(coding.get("system")).rstrip("/")
    return OIDS.get(said.removeprefix("urn:oid:"), said.replace("https://", "http://", 1))


def categories(body: Json) -> list[str]:
    """The codes of an Observation's categories: some programs put one of their own first."""
    return [text(code.get("code")) for each in things(body.get("category")) for code in things(each.get("coding"))]


def status(body: Json, field: str) -> str:
    """The first code of a CodeableConcept that says a status; of one without a code its words, as a code is written."""
    said = thing(body.get(field))
    coded = next((code for each in things(said.get("coding")) if (code := text(each.get("code")))), "")
    return coded or label(said).strip().casefold().replace(" ", "-")


def is_no_entry(concept: object) -> bool:
    """Whether this says "no known problems" or "no information", as the International Patient Summary fills a list."""
    codings = things(thing(concept).get("coding"))
    systems = (text(each.get("system")) for each in codings)
    none = any(system.rpartition("/")[2].startswith("absent-unknown") for system in systems)
    return none or any(text(each.get("code")) in NO_ENTRY for each in codings)


def is_not_known(concept: object) -> bool:
    """Whether all that it says is that nothing is known, or that somebody may not be told."""
    whole = thing(concept)
    codings = things(whole.get("coding"))
    absent = [each for each in codings if text(each.get("system")).rpartition("/")[2] in ABSENT]
    said = {text(whole.get("text")), *(text(each.get("display")) for each in absent)} - {""}
    reasons = [each for each in things(whole.get("extension")) if text(each.get("url")).endswith("data-absent-reason")]
    return len(absent) == len(codings) and len(said) < 2 and bool(absent or (reasons and not said))


def clean(words: str) -> str:
    """Without what cannot be seen, and without SNOMED's word for the kind of thing."""
    return KIND_OF_THING.sub("", " ".join(words.replace("\u200b", "").split()))


def number(value: object) -> str:
    """A JSON number as it was written, or a text, without a power of ten; empty for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return ""
    said = value.written if isinstance(value, Exact) else str(value).strip()[:40]
    return f"{Decimal(said):f}" if POWER.fullmatch(said) else said


AGES = {"a": "year", "mo": "month", "wk": "week", "d": "day", "h": "hour"}  # of UCUM


def aged(value: object) -> str:
    """ "the age of 40 years"."""
    held = thing(value)
    count, unit = number(held.get("value")), text(held.get("code")) or text(held.get("unit"))
    words = AGES.get(unit, unit.removesuffix("s")) or "year"
    return f"the age of {count} {words}{'' if count == '1' else 's'}" if count else ""


def specimens(body: Json, pointed: Callable[[Json], Json]) -> list[str]:
    """What it was found in, in lines, and how: of urine a value is another than of blood."""
    found = things(body.get("specimen"))
    said = [clean(text(each.get("display")) or label(pointed(each).get("type"))) for each in found]
    method = clean(label(body.get("method")))
    lines = [*(f"Specimen: {each}" for each in said if each), f"Method: {method}" if method else ""]
    return list(dict.fromkeys(filter(None, lines)))


def between(value: object) -> str:
    """A Range: "1-2 tablet"; of one with a single end that end."""
    low, high = (thing(thing(value).get(end)) for end in ("low", "high"))
    ends = "-".join(filter(None, (number(low.get("value")), number(high.get("value")))))
    return f"{ends} {text(high.get('unit')) or text(low.get('unit'))}".strip()


# --- The resource that an item came from -----------------------------------------------------------------------------


def packed(bodies: Sequence[Json]) -> str:
    """Resources, compressed, as an item keeps them: what no field has a place for is given back by an export."""
    kept = [{name: value for name, value in body.items() if name not in DROPPED} for body in bodies]
    made = _compressed(kept)
    return made if len(made) <= MOST_KEPT else _compressed(_without_files(kept))


def _compressed(kept: Any) -> str:
    return base64.b85encode(zlib.compress(written(kept).encode(), 9)).decode()


def _without_files(value: Any) -> Any:
    """The same without the bytes of what came with it, for which an item has no room."""
    if isinstance(value, list):
        return [_without_files(each) for each in value]
    if not isinstance(value, Mapping):
        return value
    is_file = "contentType" in value and isinstance(value.get("data"), str)
    return {name: _without_files(each) for name, each in value.items() if not (is_file and name == "data")}


def unpacked(kept: str) -> list[dict[str, Any]]:
    return list(parsed(zlib.decompress(base64.b85decode(kept)).decode()))


def parsed(content: str) -> Any:
    return json.loads(content, parse_float=Exact)


def written(value: Any) -> str:
    """JSON with each number as it was read: 1.50 stays 1.50."""
    if isinstance(value, Exact):
        return value.written
    if isinstance(value, Mapping):
        inside = ",".join(f"{json.dumps(name, ensure_ascii=False)}:{written(each)}" for name, each in value.items())
        return f"{{{inside}}}"
    if isinstance(value, list | tuple):
        return f"[{','.join(map(written, value))}]"
    return json.dumps(value, ensure_ascii=False)


# --- References ------------------------------------------------------------------------------------------------------


def repointed(value: Any, names: Mapping[str, str], words: Callable[[Json], str] | None = None) -> Any:
    """The same with each reference by the name that `names` has for it; what it has none for is kept in words."""
    if isinstance(value, list):
        return [kept for each in value if (kept := repointed(each, names, words)) not in ({}, None)]
    if not isinstance(value, Mapping):
        return value
    made = {name: repointed(each, names, words) for name, each in value.items() if name != "reference"}
    if isinstance(pointed := value.get("reference"), str):
        target = names.get(pointed.partition("/_history")[0], "")
        if target or pointed.startswith("#"):
            return {"reference": target or pointed, **made}
        if words and (said := words(value)) and said != pointed:
            made["display"] = said
    return {name: each for name, each in made.items() if each not in ({}, [])}


def names_of(bodies: Iterable[tuple[str, Json]]) -> dict[str, str]:
    """ "Type/id" by each address that may point at a resource."""
    found: dict[str, str] = {}
    for url, body in bodies:
        own = f"{text(body.get('resourceType'))}/{text(body.get('id'))}"
        found[own] = own
        if url:
            found[url] = own
    return found


def everywhere(resource: Resource) -> str:
    """The name that a resource has in each file of each source, "" where it has none: its address, or a UUID."""
    if resource.url.startswith("http"):
        return resource.url.partition("/_history")[0]
    told = (resource.url.removeprefix("urn:uuid:"), text(resource.body.get("id")))
    return next((f"{resource.kind}/{each.lower()}" for each in told if UUID.fullmatch(each)), "")
