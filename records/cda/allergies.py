"""Allergies and intolerances, and that there are none. Pure."""

from collections.abc import Iterator
from dataclasses import replace
from xml.etree.ElementTree import Element

from records.cda.offers import ALG, NONE_KNOWN, Offer
from records.cda.parts import Texts, codes_of, denied, first, interval, named, not_a_fact, words_of
from records.cda.problems import BESIDE, GONE, OVER, note_of, said_of, status_of
from records.lines import AllergyLine

# SNOMED CT, as are all codes here.
NO_ALLERGY = {"716186003", "160244002"}  # no known allergy
NO_SOME = {"409137002", "428607008", "429625007"}  # no known drug, environmental, food allergy
TO_ANYTHING = {"419199007", "420134006", "418038007"}  # allergy or reaction to a substance of any kind
INTOLERANCE = {"59037007", "235719002", "782415009"}
SEVERITY = {
    "255604002": "mild",
    "371923003": "moderate",
    "6736007": "moderate",
    "371924009": "severe",
    "24484000": "severe",
    "442452003": "severe",  # life-threatening
    "399166001": "severe",  # fatal
}
CRITICALITY, HIGH = "82606-5", "CRITH"  # LOINC, HL7 ActCode
SEVERITY_SAID = "SEV"  # HL7 ActCode
ENTITY = "participant/participantRole/playingEntity"
WORST = ("severe", "moderate", "mild")


def offers(entry: Element, texts: Texts, today: str) -> Iterator[tuple[Element, Offer]]:
    act = entry.find("act")
    found = act.findall("entryRelationship/observation") if act is not None else entry.findall("observation")
    for each in found:
        if codes_of(each.find("code")) & BESIDE:
            continue  # of the concern as a whole
        yield each, _offer(act, each, texts, today)


def _offer(act: Element | None, observation: Element, texts: Texts, today: str) -> Offer:
    value, negated = observation.find("value"), denied(act, observation)
    entity = observation.find(f"{ENTITY}/code")
    substance = named(observation.find(ENTITY), texts)
    state = status_of(act) if act is not None else ""
    gone = f"it is {state} there" if state in GONE else ""
    why_not = gone or not_a_fact(act, observation)
    if (codes_of(value) | codes_of(entity)) & NO_ALLERGY or (
        negated and not substance and codes_of(value) & TO_ANYTHING
    ):
        return Offer(NONE_KNOWN, "No known allergies", why_not=why_not)
    if codes_of(value) & NO_SOME or negated:
        return Offer(ALG, _denied(substance, words_of(value, texts), negated), why_not="said not to be there")
    if not substance:
        written = words_of(value, texts) or "Not named"
        return Offer(ALG, written, why_not="it names no substance")
    over = "it is over there" if said_of(observation) & OVER else ""
    return replace(_listed(act, observation, substance, texts, today), why_not=why_not or over)


def _denied(substance: str, kind: str, negated: bool) -> str:
    return f"No allergy: {substance or kind}" if negated else kind


def _listed(act: Element | None, observation: Element, substance: str, texts: Texts, today: str) -> Offer:
    lasted = interval(observation.find("effectiveTime"))
    below = [each for each in observation.findall("entryRelationship") if each.get("typeCode") == "MFST"]
    reactions = [each for one in below if (each := one.find("observation")) is not None and not denied(each)]
    words = [_reaction(each, texts) for each in reactions] + [_criticality(observation)]
    line = AllergyLine(
        substance=substance[:120],
        kind="intolerance" if codes_of(observation.find("value")) & INTOLERANCE else "allergy",
        reactions=tuple(dict.fromkeys(filter(None, words))),
        severity=_severity([observation, *reactions]),
        since=lasted.low,
    )
    ended = f"until {lasted.high} there" if lasted.high and lasted.is_over(today) else ""
    return Offer(ALG, substance, line, more=ended or note_of(act, observation))


def _criticality(observation: Element) -> str:
    below = observation.findall("entryRelationship/observation")
    said = (codes_of(each.find("value")) for each in below if CRITICALITY in codes_of(each.find("code")))
    return "high criticality, as sent" if any(HIGH in each for each in said) else ""


def _reaction(observation: Element, texts: Texts) -> str:
    said = words_of(first(observation, "value"), texts)
    return said or texts.of_element(first(observation, "text"))


def _severity(found: list[Element]) -> str:
    """The worst that is said of the allergy or of one of its reactions."""
    said = {
        SEVERITY[code]
        for each in found
        for one in each.findall("entryRelationship/observation")
        if SEVERITY_SAID in codes_of(one.find("code"))
        for code in codes_of(one.find("value"))
        if code in SEVERITY
    }
    return next((each for each in WORST if each in said), "")
