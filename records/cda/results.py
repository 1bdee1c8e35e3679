"""Results. Pure."""

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from records.cda.offers import RES, Offer
from records.cda.parts import (
    LOINC,
    TYPE,
    Texts,
    code_of,
    codes_of,
    day,
    denied,
    first,
    interval,
    named,
    not_a_fact,
    plain,
    quantity,
    sited,
    told,
    words_of,
)
from records.cda.problems import status_of
from records.lines import ResultLine, ValueLine
from records.rules import results
from records.rules.results import Value

GONE = ("aborted", "cancelled", "nullified")
COMMENT = "48767-8"  # LOINC: annotation comment


def offers(entry: Element, texts: Texts, today: str) -> Iterator[tuple[Element, Offer]]:
    organizer = entry.find("organizer")
    found = [organizer] if organizer is not None else entry.findall("observation")
    for each in found:
        if offer := _offer(each, texts):
            yield each, offer


def _offer(group: Element, texts: Texts) -> Offer | None:
    there = [each for each in _observations(group) if status_of(each) not in GONE]
    on = next(filter(None, map(_day, (group, *there))), "")
    read = [(each, _value(each, texts, on)) for each in there]
    values = [value for _, value in read if value]
    title = words_of(group.find("code"), texts) or (values[0].name if values else "")
    if not (title or values):
        return None
    held, more = results.parted(values)
    notes = [line for each in (group, *there) for line in _notes(group, each, texts)]
    title = title[:120] or "Result"
    line = ResultLine(
        title=f"{title} (preliminary)" if status_of(group) == "active" else title,
        values=[_packed(each) for each in held],
        severity=results.severity(values),
        on=on,
        comment=results.shortened("\n".join(dict.fromkeys((*_specimens(group, texts), *more, *notes)))),
    )
    left = [name for each, value in read if not value and (name := words_of(each.find("code"), texts))]
    return Offer(
        RES,
        line.title,
        line,
        more=f"without {', '.join(left)}" if left and values else "",
        why_not=_why_not(group, values, on),
    )


def _day(element: Element) -> str:
    lasted = interval(element.find("effectiveTime"))
    return lasted.low or lasted.high


def _observations(group: Element) -> Iterator[Element]:
    """Those of a group and of the groups in it; what hangs beneath one of them only says more of it."""
    if group.tag == "observation":
        yield group
    for each in (*group.findall("component/observation"), *group.findall("component/organizer")):
        yield from _observations(each)


def _specimens(group: Element, texts: Texts) -> list[str]:
    found = [*group.findall("specimen"), *group.findall("component/observation/specimen")]
    said = (named(each.find("specimenRole/specimenPlayingEntity"), texts) for each in found)
    return [f"Specimen: {each}" for each in dict.fromkeys(said) if each]


def _notes(group: Element, element: Element, texts: Texts) -> Iterator[str]:
    """Comments, with the name of the value that they are about."""
    about = "" if element is group and group.tag == "organizer" else f"{words_of(element.find('code'), texts)}: "
    below = [*element.findall("entryRelationship/act"), *element.findall("component/act")]
    for each in below:
        if COMMENT in codes_of(each.find("code")) and (said := texts.of_element(each.find("text"))):
            yield f"{about}{said}"


def _why_not(group: Element, values: list[Value], on: str) -> str:
    if not_a_fact(group):
        return not_a_fact(group)
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


def _value(observation: Element, texts: Texts, on: str) -> Value | None:
    """As it was sent; a flag is the sender's, else it follows from the range that was sent. None without a value.

    Of another day than the others it says so; of several values each is told, and what is denied says that it is.
    """
    found = list(filter(any, (_said(each, texts) for each in observation.findall("value"))))
    if not found or not_a_fact(observation):
        return None
    name = sited(words_of(observation.find("code"), texts) or "Not named", observation, texts)
    said, unit = found[0] if len(found) == 1 else ("; ".join(" ".join(filter(None, each)) for each in found), "")
    said = f"not: {said}" if denied(observation) else said
    seen = _day(observation)
    more = f" ({seen})" if seen and on and seen[:10] != on[:10] else ""
    sent = [_interpreted(each) for each in observation.findall("interpretationCode") if told(each)]
    flag = results.flag_of(word for each in sent for word in each)
    code = code_of(observation.find("code"), LOINC)
    value = results.flagged(Value(f"{name}{more}", said, unit, _range(observation, unit, texts), flag, code))
    return results.remarked(value, sent)


def _interpreted(code: Element) -> list[str]:
    return [said for name in ("code", "displayName") if (said := plain(code.get(name) or ""))]


def _said(value: Element, texts: Texts) -> tuple[str, str]:
    """Number and unit, or words. A range without one end is "<5" or ">5"."""
    kind = (value.get(TYPE) or "").rpartition(":")[2]
    if not told(value) or (kind == "ED" and value.get("representation") == "B64"):
        return "", ""
    if kind.startswith("IVL_") and kind != "IVL_TS":
        return _between(value)
    if value.get("value") is not None and kind not in ("TS", "BL"):
        return quantity(value)
    if value.find("numerator") is not None:
        return _ratio(value), ""
    return _words(value, kind, texts), ""


def _words(value: Element, kind: str, texts: Texts) -> str:
    written = plain(value.get("value") or "")
    if kind == "TS":
        return day(written) or written
    if kind == "IVL_TS":
        lasted = interval(value)
        return " to ".join(filter(None, (lasted.low, lasted.high)))
    if kind == "BL":
        return {"true": "yes", "false": "no"}.get(written, written)
    return words_of(value, texts)


def _between(value: Element) -> tuple[str, str]:
    low, high = first(value, "low"), first(value, "high")
    (least, unit), (most, other) = quantity(low), quantity(high)
    if least and most:
        return f"{least}-{most}", unit or other
    sign = "" if (low if least else high) is None or (low if least else high).get("inclusive") == "false" else "="  # type: ignore[union-attr]  # it is there
    return (f">{sign}{least}" if least else f"<{sign}{most}" if most else ""), unit or other


def _ratio(value: Element) -> str:
    """ "1:128"."""
    parts = (quantity(first(value, part)) for part in ("numerator", "denominator"))
    return ":".join(" ".join(filter(None, each)) or "?" for each in parts)


def _range(observation: Element, unit: str, texts: Texts) -> str:
    """The range of what is normal: its two ends, else its words.

    Ranges of several, and one in another unit than the value's, are told and flag nothing.
    """
    found = observation.findall("referenceRange/observationRange")
    normal = [each for each in found if "N" in codes_of(each.find("interpretationCode"))] or found
    if len(normal) == 1:
        return _bounds(normal[0], unit, texts)
    said = (f"{texts.of_element(each.find('text'))} {_bounds(each, unit, texts, '')}".strip() for each in normal)
    return plain("; ".join(filter(None, dict.fromkeys(said))))


def _bounds(found: Element, unit: str, texts: Texts, words: str | None = None) -> str:
    value = found.find("value")
    ends, other = _between(value) if value is not None else ("", "")
    ends = f"{ends} {other}" if ends and other and unit and other != unit else ends
    return plain(ends or (texts.of_element(found.find("text")) if words is None else words))
