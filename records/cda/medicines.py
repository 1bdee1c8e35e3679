"""Medicines. Pure."""

from collections.abc import Iterator
from datetime import date, timedelta
from xml.etree.ElementTree import Element

from records.cda.offers import MED, Offer
from records.cda.parts import TYPE, Interval, Texts, codes_of, first, interval, named, quantity, told, words_of
from records.cda.problems import TURNED, is_over, note_of, status_of
from records.lines import MedicineLine

NOT_GIVEN = "directions not given"
SIG = "76662-6"  # LOINC: instructions in words
UNITS = {"h": "hours", "d": "days", "wk": "weeks", "mo": "months", "min": "minutes", "a": "years"}
MATERIAL = "consumable/manufacturedProduct/manufacturedMaterial"


def offers(entry: Element, texts: Texts, today: str) -> Iterator[tuple[Element, Offer]]:
    given = entry.find("substanceAdministration")
    if given is not None:
        yield given, _offer(given, texts, today)


def _offer(given: Element, texts: Texts, today: str) -> Offer:
    name = named(given.find(MATERIAL), texts)
    if not name:
        return Offer(MED, texts.of_element(given.find("text")) or "Not named", why_not="it names no medicine")
    if given.get("negationInd") == "true":
        return Offer(MED, name, why_not="said not to be taken")
    lasted = _lasted(given)
    state = status_of(given)
    if lasted.is_turned:
        return Offer(MED, name, why_not=TURNED)
    over = is_over(given, lasted, today)
    line = MedicineLine(
        name=name[:120],
        directions=_directions(given, name, texts),
        start=lasted.low,
        until="" if over or len(lasted.low) in (4, 7) else _day_after(lasted.high),
    )
    if state in ("aborted", "suspended", "cancelled", "nullified", "held"):
        return Offer(MED, name, line, why_not=f"it is {state} there")
    return Offer(
        MED, name, line, more=note_of(given, given), over="finished" if over else "", until=lasted.high if over else ""
    )


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
    route = words_of(given.find("routeCode"), texts) if told(given.find("routeCode")) else ""
    often = next(filter(None, map(_often, _times(given))), "")
    needed = "when needed" if given.find("precondition") is not None else ""
    parts = ", ".join(filter(None, (_dose(given), often, route, needed, _most(given))))
    written = texts.of_element(given.find("text"))
    return told_ or parts or ("" if written == name else written) or NOT_GIVEN


def _dose(given: Element) -> str:
    """ "2 puff", "1-2 tablet"."""
    dose = given.find("doseQuantity")
    ends = [quantity(first(dose, end)) for end in ("low", "high")]
    number, unit = quantity(dose)
    between = "-".join(value for value, _ in ends if value)
    return f"{number or between} {unit or next((unit for _, unit in ends if unit), '')}".strip()


def _most(given: Element) -> str:
    """ "at most 8 tablet in 24 h"."""
    most = given.find("maxDoseQuantity")
    (number, unit), (span, per) = quantity(first(most, "numerator")), quantity(first(most, "denominator"))
    return f"at most {number} {unit}".strip() + f" in {span} {UNITS.get(per, per)}" if number and span else ""


def _often(time: Element) -> str:
    if _kind(time) != "PIVL_TS":
        return ""
    number, unit = quantity(first(time, "period"))
    return f"every {number} {UNITS.get(unit, unit)}" if number else ""
