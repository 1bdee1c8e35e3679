"""Results. Pure."""

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from records.cda.offers import RES, Offer
from records.cda.parts import LOINC, TYPE, Interval, Texts, code_of, first, interval, plain, quantity, told, words_of
from records.cda.problems import status_of
from records.lines import ResultLine, ValueLine
from records.rules import results
from records.rules.results import Value

GONE = ("aborted", "cancelled", "nullified")


def offers(entry: Element, texts: Texts, today: str) -> Iterator[tuple[Element, Offer]]:
    organizer = entry.find("organizer")
    found = [organizer] if organizer is not None else entry.findall("observation")
    for each in found:
        if offer := _offer(each, texts):
            yield each, offer


def _offer(group: Element, texts: Texts) -> Offer | None:
    observations = group.findall("component/observation") if group.tag == "organizer" else [group]
    there = [each for each in observations if status_of(each) not in GONE]
    values = [value for each in there if (value := _value(each, texts))]
    title = words_of(group.find("code"), texts) or (values[0].name if values else "")
    if not (title or values):
        return None
    days = [interval(each.find("effectiveTime")) for each in (group, *there)]
    on = next((each.low or each.high for each in days if each.low or each.high), Interval().low)
    held, more = results.parted(values)
    line = ResultLine(
        title=title[:120] or "Result",
        values=[_packed(each) for each in held],
        severity=results.severity(values),
        on=on,
        comment=results.shortened("\n".join(more)),
    )
    return Offer(RES, line.title, line, why_not=_why_not(group, values, on))


def _why_not(group: Element, values: list[Value], on: str) -> str:
    if status_of(group) in GONE:
        return f"it is {status_of(group)} there"
    if not values:
        return "it has no value"
    if len(values) > results.MOST:
        return f"it has more than {results.MOST} values"
    return "" if on else "it names no day"


def _packed(value: Value) -> dict[str, str]:
    return ValueLine(
        name=value.name, value=value.value, unit=value.unit, range=value.range, flag=value.flag, code=value.code
    ).pack()


def _value(observation: Element, texts: Texts) -> Value | None:
    """As it was sent; a flag is the sender's, else it follows from the range that was sent."""
    said, unit = _said(observation.find("value"), texts)
    name = words_of(observation.find("code"), texts)
    if not (said and name):
        return None
    flag = results.flag_of(each.get("code") or "" for each in observation.findall("interpretationCode"))
    code = code_of(observation.find("code"), LOINC)
    return results.flagged(Value(name[:80], said, unit, _range(observation, texts), flag, code))


def _said(value: Element | None, texts: Texts) -> tuple[str, str]:
    """Number and unit, or words. A range without one end is "<5" or ">5"."""
    if value is None or not told(value):
        return "", ""
    kind = (value.get(TYPE) or "").rpartition(":")[2]
    if kind == "IVL_PQ":
        return _between(value)
    if value.get("value") is not None:
        return quantity(value)
    if kind in ("CD", "CE", "CO", "CV") or value.get("code"):
        return words_of(value, texts), ""
    if kind == "ED" and value.get("representation") == "B64":
        return "", ""
    return texts.of_element(value), ""


def _between(value: Element) -> tuple[str, str]:
    low, high = first(value, "low"), first(value, "high")
    (least, unit), (most, other) = quantity(low), quantity(high)
    if least and most:
        return f"{least}-{most}", unit or other
    sign = "" if (low if least else high) is None or (low if least else high).get("inclusive") == "false" else "="  # type: ignore[union-attr]  # it is there
    return (f">{sign}{least}" if least else f"<{sign}{most}" if most else ""), unit or other


def _range(observation: Element, texts: Texts) -> str:
    """The words of the first reference range, else its two ends."""
    found = observation.find("referenceRange/observationRange")
    if found is None:
        return ""
    value = found.find("value")
    ends = _between(value)[0] if value is not None else ""
    return plain(ends or texts.of_element(found.find("text")))[:40]
