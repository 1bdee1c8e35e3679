"""Who takes part in an Encounter or Appointment: who sees the patient, who else comes, and who is only named."""

import re
from collections.abc import Iterator, Mapping

from patients.fhir.aside import reference_words, target_of
from patients.fhir.parts import Json, Resource, codes, label, text, thing, things

PRACTITIONERS = ("Practitioner", "PractitionerRole", "CareTeam")
# Types of participants (HL7 v3 ParticipationType, FHIR participant-type): who sees the patient, and who does not.
SEES = frozenset(("ADM", "ATND", "CON", "DIS", "PART", "PPRF", "PRF", "SPRF", "DIST"))
SEES_NOT = {
    "REF": "Referrer", "REFERRER": "Referrer", "REFB": "Referred by", "REFT": "Referred to", "ESC": "Escort",
    "CALLBCK": "To call back", "TRANSLATOR": "Interpreter", "INTERPRETER": "Interpreter", "TRANS": "Transcriber",
    "EMERGENCY": "In an emergency", "INF": "Informant", "ENT": "Entered by", "AUT": "Author", "VRF": "Verified by",
    "WIT": "Witness", "NOT": "To be told", "IRCP": "To be told", "CST": "Custodian", "RESP": "Responsible",
    "TRC": "Tracker", "LA": "Signed by",
}  # fmt: skip
_SEES_NOT_IN_WORDS = re.compile(
    r"\b(refer(r|ral)|(über|zu|ein)weis|überw|translat|interpret|dolmetsch|tolk|intérpret|inform(ant|er)|escort|begleit|"
    r"transcri|scribe|secret|clerk|reception|"
    r"author|witness|observ|data ent|call.?back|emergency contact|remit|derivan|adress(eur|ant)|"
    r"verwijz|invi(ante|ato da))",
    re.IGNORECASE,
)
PLACES = ("Location", "Organization", "HealthcareService")


def participants(resource: Resource) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Who treats, and who else was there, by what each reference points at; not the patient, nor a room."""
    treat, others = dict[str, None](), dict[str, None]()
    for kind, name, role in people(resource):
        if not role:
            (treat if kind in PRACTITIONERS or not kind else others)[name[:100]] = None
    return tuple(treat), tuple(others)


def people(resource: Resource) -> Iterator[tuple[str, str, str]]:
    """Kind, name, and as what they are named where they did not see the patient: "Referrer"; "" for who did."""
    for each in things(resource.body.get("participant")):
        kind, name = pointed_at(resource, thing(each.get("individual")) or thing(each.get("actor")))
        if name and kind not in ("Patient", "Group", *PLACES):
            yield kind, name, "Declined" if text(each.get("status")) == "declined" else _role(each)


def _role(participant: Json) -> str:
    """As what somebody is named who does not see the patient; "" for who does, or where nothing is said."""
    types = things(participant.get("type"))
    said = [code.upper() for each in types for _, code in codes(each)]
    if any(code in SEES for code in said):
        return ""
    known = next((SEES_NOT[code] for code in said if code in SEES_NOT), "")
    return known or next((name for each in types if _SEES_NOT_IN_WORDS.search(name := label(each))), "")


def pointed_at(resource: Resource, reference: Mapping[str, object]) -> tuple[str, str]:
    """The kind of what is meant, "" where nothing says it, and its name."""
    contained = resource.body.get("contained")
    body = target_of(reference, resource.beside, contained)
    target = text(reference.get("reference"), 500).partition("/_history")[0]
    pointed = target.split("/")[-2] if "/" in target and not target.startswith("urn:") else ""
    pointed = target.partition("?")[0] if "?" in target else pointed
    kind = text(body.get("resourceType")) or text(reference.get("type")) or pointed
    said = reference_words(reference, resource.beside, contained)
    if kind == "PractitionerRole" and body and not text(reference.get("display")):
        said = reference_words(body.get("practitioner"), resource.beside, contained)
    unknown = (target.startswith("urn:") and not kind) or "?" in target
    unknown = unknown and not text(reference.get("display")) and not body
    return kind, "" if said == text(reference.get("reference"), 500) or unknown else said
