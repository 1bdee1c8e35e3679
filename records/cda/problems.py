"""Problems, also past ones: each observation of a concern. Pure."""

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from records.cda.offers import PROB, Offer
from records.cda.parts import (
    ICD_10_CM,
    Interval,
    Texts,
    code_of,
    codes_of,
    denied,
    first,
    interval,
    not_a_fact,
    says,
    sited,
    told,
    words_of,
)
from records.lines import ProblemLine

NO_PROBLEM = {"160245001"}  # SNOMED CT: no current problems or disability
ACTIVE = "55561003"  # SNOMED CT
TURNED = "it ends there before it begins"
GONE = ("aborted", "cancelled", "nullified")
STATUS = "33999-4"  # LOINC: status
BESIDE = {STATUS, "SEV", "225773000", "11323-3", "82606-5"}  # severity, priority, health, criticality: no problems
UNSURE, UNSURE_CODE = "not sure", "UN"  # told behind the words, as it goes into the chart with them
OVER = {"413322009", "73425007", "277022003"}  # SNOMED CT: resolved, inactive, remission


def offers(entry: Element, texts: Texts, today: str) -> Iterator[tuple[Element, Offer]]:
    """Of a concern, or of a problem without one."""
    act = entry.find("act")
    for each in entry.findall("observation") if act is None else act.findall("entryRelationship/observation"):
        value = each.find("value")
        words = words_of(value, texts) or texts.of_element(first(each, "text"))
        if words and not codes_of(each.find("code")) & BESIDE:
            sure = UNSURE_CODE not in codes_of(each.find("uncertaintyCode"))
            told_ = sited(words, each, texts)
            yield each, _offer(act, each, value, told_ if sure else f"{told_} ({UNSURE})", today)


def _offer(act: Element | None, observation: Element, value: Element | None, words: str, today: str) -> Offer:
    lasted = interval(observation.find("effectiveTime"))
    line = ProblemLine(words=words, code=code_of(value, ICD_10_CM), since=lasted.low)
    if not says(words):
        return Offer(PROB, words, why_not="it names no problem")
    if denied(act, observation) or codes_of(value) & NO_PROBLEM:
        return Offer(PROB, words, why_not="said not to be there")
    if why_not := not_a_fact(act, observation):
        return Offer(PROB, words, why_not=why_not)
    state = status_of(act) if act is not None else ""
    if state in GONE:
        return Offer(PROB, words, line, why_not=f"it is {state} there")
    if lasted.is_turned:
        return Offer(PROB, words, line, why_not=TURNED)
    over = is_over(observation, lasted, today)
    return Offer(
        PROB,
        words,
        line,
        more=note_of(act, observation),
        over="resolved" if over else "",
        until=lasted.high if over else "",
    )


def is_over(observation: Element, lasted: Interval, today: str) -> bool:
    """By what it says of itself, else by its end; that its concern is completed says nothing sure."""
    said = said_of(observation)
    return bool(said & OVER) or (ACTIVE not in said and lasted.is_over(today))


def note_of(act: Element | None, observation: Element) -> str:
    """What the concern says of its state, where the observation does not say that it is active."""
    state = status_of(act) if act is not None else ""
    return "" if state in ("", "active") or ACTIVE in said_of(observation) else f"{state} there"


def status_of(element: Element) -> str:
    """The statusCode; empty where it says that nobody knows."""
    found = element.find("statusCode")
    return (found.get("code") or "") if found is not None and told(found) else ""


def said_of(observation: Element) -> set[str]:
    """The codes of what an observation beneath says of its status."""
    found = observation.findall("entryRelationship/observation")
    return {code for each in found if STATUS in codes_of(each.find("code")) for code in codes_of(each.find("value"))}
