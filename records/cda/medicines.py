"""Medicines. Pure."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from xml.etree.ElementTree import Element

from records.cda.offers import MED, Offer
from records.cda.parts import (
    TYPE,
    Interval,
    Texts,
    codes_of,
    denied,
    first,
    interval,
    named,
    not_a_fact,
    quantity,
    says,
    told,
    words_of,
)
from records.cda.problems import TURNED, is_over, note_of, status_of
from records.lines import MedicineLine

NOT_GIVEN = "directions not given"
SIG = "76662-6"  # LOINC: instructions in words
UNITS = {"h": "hours", "d": "days", "wk": "weeks", "mo": "months", "min": "minutes", "a": "years"}
MATERIAL = "consumable/manufacturedProduct/manufacturedMaterial"
LABELED = "consumable/manufacturedProduct/manufacturedLabeledDrug"
# HL7 TimingEvent: meals (C) with before (A) and after (P), in the morning (M), at noon (D), in the evening (V); sleep.
EVENTS = {
    "HS": "at bedtime", "WAKE": "on waking",
    "AC": "before meals", "ACM": "before breakfast", "ACD": "before lunch", "ACV": "before dinner",
    "PC": "after meals", "PCM": "after breakfast", "PCD": "after lunch", "PCV": "after dinner",
    "C": "with meals", "CM": "with breakfast", "CD": "with lunch", "CV": "with dinner",
    "IC": "between meals", "ICD": "between breakfast and lunch", "ICV": "between lunch and dinner",
}  # fmt: skip


def offers(entry: Element, texts: Texts, today: str) -> Iterator[tuple[Element, Offer]]:
    given = entry.find("substanceAdministration")
    if given is not None:
        yield given, _offer(given, texts, today)


def _offer(given: Element, texts: Texts, today: str) -> Offer:
    name = named(first(given, MATERIAL, LABELED), texts)
    if not says(name):
        return Offer(MED, texts.of_element(given.find("text")) or "Not named", why_not="it names no medicine")
    if denied(given):
        return Offer(MED, name, why_not="said not to be taken")
    why_not = "" if given.get("moodCode") == "INT" else not_a_fact(given)  # what is prescribed is meant to be taken
    if why_not:
        return Offer(MED, name, why_not=why_not)
    lasted = _lasted(given)
    state = status_of(given)
    if lasted.is_turned:
        return Offer(MED, name, why_not=TURNED)
    over = is_over(given, replace(lasted, closed=bool(lasted.high)), today)
    line = MedicineLine(
        name=name[:120],
        directions=_directions(given, name, texts),
        start=lasted.low,
        until="" if over or len(lasted.low) in (4, 7) else _day_after(lasted.high),
    )
    if state in ("aborted", "suspended", "cancelled", "nullified", "held"):
        return Offer(MED, name, line, why_not=f"it is {state} there")
    return Offer(
        MED, name, line, more=_more(given, lasted), over="finished" if over else "", until=lasted.high if over else ""
    )


def _more(given: Element, lasted: Interval) -> str:
    """An end that is not known is none: many write it of all that somebody takes."""
    end = "its end is not known there" if lasted.closed and not lasted.high else ""
    return ", ".join(filter(None, (note_of(given, given), end)))


def _lasted(given: Element) -> Interval:
    """Of several effectiveTimes the one that says from when to when."""
    found = (interval(each) for each in _times(given) if _kind(each) in ("", "IVL_TS"))
    return next((each for each in found if each.low or each.closed), Interval())


def _times(given: Element) -> list[Element]:
    """Also those that are put together of parts."""
    return [*given.findall("effectiveTime"), *given.findall("effectiveTime/comp")]


def _day_after(last: str) -> str:
    """The first day without, where the last one is a whole date."""
    try:
        return (date.fromisoformat(last) + timedelta(days=1)).isoformat()
    except (ValueError, OverflowError):
        return ""


def _kind(element: Element) -> str:
    return (element.get(TYPE) or "").rpartition(":")[2]


def _directions(given: Element, name: str, texts: Texts) -> str:
    """As they were written, else of their parts: "2 puff, every 6 hours, by mouth, when needed"."""
    below = given.findall("entryRelationship/*")
    signed = (texts.of_element(each.find("text")) for each in below if SIG in codes_of(each.find("code")))
    told_ = next(filter(None, signed), "")
    codes = (given.find("routeCode"), *given.findall("approachSiteCode"))
    where = [words_of(each, texts) for each in codes if told(each)]
    often = " and ".join(dict.fromkeys(filter(None, (_often(each, texts) for each in _times(given)))))
    most = ", ".join(filter(None, map(_most, given.findall("maxDoseQuantity"))))
    said = (_dose(given), _rate(given), often, *where, _needed(given, texts), most)
    parts = ", ".join(filter(None, said))
    written = texts.of_element(given.find("text"))
    return told_ or parts or ("" if written == name else written) or NOT_GIVEN


def _dose(given: Element) -> str:
    """ "2 puff", "1-2 tablet"."""
    dose = given.find("doseQuantity")
    ends = [quantity(first(dose, end)) for end in ("low", "high")]
    number, unit = quantity(dose)
    between = _between(*(value for value, _ in ends))
    return f"{number or between} {unit or next((unit for _, unit in ends if unit), '')}".strip()


def _between(least: str, most: str) -> str:
    if least and most:
        return f"{least}-{most}"
    return f"at least {least}" if least else f"up to {most}" if most else ""


def _rate(given: Element) -> str:
    """ "at 50 mL/h"."""
    number, unit = quantity(given.find("rateQuantity"))
    return f"at {number} {unit}".strip() if number else ""


def _needed(given: Element, texts: Texts) -> str:
    """ "when needed", and for what."""
    found = given.findall("precondition")
    criteria = [each for one in found for each in (one.find("criterion"),) if each is not None]
    said = (words_of(each.find("value"), texts) or texts.of_element(each.find("text")) for each in criteria)
    why = ", ".join(filter(None, said))
    return f"when needed ({why})" if why else "when needed" if found else ""


def _most(most: Element) -> str:
    """ "at most 8 tablet in 24 h"."""
    (number, unit), (span, per) = quantity(first(most, "numerator")), quantity(first(most, "denominator"))
    return f"at most {number} {unit}".strip() + f" in {span} {UNITS.get(per, per)}" if number and span else ""


def _often(time: Element, texts: Texts) -> str:
    """ "every 6 hours", "every 4-6 hours", "before meals"."""
    if _kind(time) == "EIVL_TS":
        event = time.find("event")
        return EVENTS.get((event.get("code") or "") if event is not None else "", "") or words_of(event, texts)
    period = time.find("period")
    if _kind(time) != "PIVL_TS" or period is None:
        return ""
    number, unit = quantity(period)
    ends = [quantity(first(period, end)) for end in ("low", "high")]
    number = number or _between(*(value for value, _ in ends))
    unit = unit or next((each for _, each in ends if each), "")
    return f"every {number} {UNITS.get(unit, unit)}" if number else ""
