"""Observations to measurements and to the values of results. Pure."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from patients.fhir.parts import Json, label, partial_date, text, thing, things
from records.fhir.shapes import LOINC, VITAL, between, categories, clean, code_of, every, number, sited, specimens
from records.lines import MeasuredLine, ResultLine, ValueLine
from records.rules import results
from records.rules.measurements import BY_LOINC, DIASTOLIC, KINDS, SYSTOLIC
from records.rules.results import Value

NO_FACT = ("cancelled", "registered")  # of a status: nothing was measured
STAGES = (*NO_FACT, "preliminary")  # told behind the name
MMHG = ("", "mm[Hg]", "mmHg", "mm Hg")


def parts(kind: str, bodies: Sequence[Json]) -> Iterator[list[Json]]:
    """A set holds one value of a kind, a result as many as one may."""
    if kind != "OBS":
        yield from (list(bodies[at : at + results.MOST]) for at in range(0, len(bodies), results.MOST))
        return
    left = list(bodies)
    while left:
        part: dict[str, Json] = {}
        for body in left:
            part.setdefault(reading(body)[0], body)  # type: ignore[index]  # each has one: they are of this kind
        yield list(part.values())
        left = [body for body in left if all(body is not one for one in part.values())]


def measured_set(bodies: Sequence[Json]) -> dict[str, Any]:
    return {kind: line.pack() for kind, line in filter(None, map(reading, bodies))}


def reading(body: Json) -> tuple[str, MeasuredLine] | None:
    """The kind and the value of a vital sign as it was sent, in a unit that its kind has; None for anything else."""
    kind = BY_LOINC.get(code_of(body.get("code"), LOINC), "") if VITAL.intersection(categories(body)) else ""
    if not kind or text(body.get("status")) in NO_FACT:
        return None
    if kind == "bp":
        parts = {
            code_of(each.get("code"), LOINC): thing(each.get("valueQuantity")) for each in things(body.get("component"))
        }
        if any(text(each.get("code") or each.get("unit")) not in MMHG for each in parts.values()):
            return None  # kPa stays what it is
        if any(map(_is_bound, parts.values())):
            return None
        upper, lower = (number(parts.get(code, {}).get("value")) for code in (SYSTOLIC, DIASTOLIC))
        return (kind, MeasuredLine(text=upper, lower=lower, unit="mm[Hg]")) if upper and lower else None
    if any(said(each) for each in things(body.get("component"))):
        return None  # of what is measured on six litres of oxygen the number alone is no fact
    quantity = thing(body.get("valueQuantity"))
    unit = text(quantity.get("code")) or text(quantity.get("unit"))
    value = number(quantity.get("value"))
    known = unit in KINDS[kind].units and value.replace(".", "", 1).isdecimal() and not _is_bound(quantity)
    return (kind, MeasuredLine(text=value, unit=unit)) if known else None


def says_more(body: Json) -> bool:
    """Whether a measurement has something besides its value that no field has a place for."""
    parts = [each for each in things(body.get("component")) if said(each)]
    more = any(code_of(each.get("code"), LOINC) not in (SYSTOLIC, DIASTOLIC) for each in parts)
    return more or any(body.get(name) for name in ("note", "bodySite", "method"))


def _is_bound(quantity: Json) -> bool:
    """Less than 70 is not 70: such a value stays words."""
    return bool(text(quantity.get("comparator")))


def result(
    title: str, bodies: Sequence[Json], on: str, comment: str = "", pointed: Callable[[Json], Json] = thing
) -> dict[str, Any]:
    """Long words, notes, what it was found in, and values past those that a result holds stand in its comment.

    `pointed` is what a reference leads to.
    """
    found = [value for body in bodies for value in _values(body)]
    held, more = results.parted(found)
    notes = [note for body in bodies for note in (*specimens(body, pointed), *_notes(body))]
    line = ResultLine(
        title=title or "Result",
        values=[_packed(each) for each in held],
        on=on,
        comment=results.shortened("\n".join(filter(None, dict.fromkeys((comment, *more, *notes))))),
        severity=results.severity(found),
    )
    return line.pack()


def _notes(body: Json) -> Iterator[str]:
    name = clean(label(body.get("code")))
    for each in things(body.get("note")):
        if said := text(each.get("text"), results.LONGEST):
            yield f"{name}: {said}"


def staged(words: str, body: Json) -> str:
    """What is not final says so."""
    stage = text(body.get("status"))
    return f"{words} ({stage})" if stage in STAGES else words


def _packed(value: Value) -> dict[str, Any]:
    return ValueLine(
        name=value.name, value=value.value, unit=value.unit, range=value.range, flag=value.flag, code=value.code
    ).pack()


def _values(body: Json) -> Iterator[Value]:
    """Of an Observation and of its components. A flag is the sender's; a range that was sent flags by itself."""
    for each in [body, *every(body.get("component"))]:
        absent = each.get("dataAbsentReason")
        if not absent and not any(name.startswith("value") for name in each):
            continue
        quantity = thing(each.get("valueQuantity"))
        sent = [[*codes(one), label(one)] for one in things(each.get("interpretation"))]
        value = results.flagged(
            Value(
                staged(sited(clean(label(each.get("code"))), body), body),
                clean(said(each)) or f"not given{f' ({label(absent)})' if label(absent) else ''}",
                text(quantity.get("unit")) or text(quantity.get("code")),
                _ranges(each, quantity),
                results.flag_of(word for one in sent for word in one),
                code_of(each.get("code"), LOINC),
            )
        )
        yield results.remarked(value, sent)


def said(body: Json) -> str:
    """The value of an Observation or of a component, of whatever kind, in words; a number as it was written."""
    name = next((each for each in body if each.startswith("value")), "")
    return SAID.get(name, number)(body.get(name))


def _quantity(value: object) -> str:
    held = thing(value)
    return f"{text(held.get('comparator'))}{number(held.get('value'))}"


def quantity_said(value: object) -> str:
    """With its unit: "<5 mg/L"."""
    held = thing(value)
    return f"{_quantity(held)} {text(held.get('unit')) or text(held.get('code'))}".strip()


def _ratio(value: object) -> str:
    """A titre, "<1:128"; of quantities with units "30 mg per 1 g"."""
    parts = [thing(thing(value).get(part)) for part in ("numerator", "denominator")]
    units = any(text(each.get("unit")) or text(each.get("code")) not in ("", "1") for each in parts)
    return (" per " if units else ":").join(quantity_said(each) if units else _quantity(each) or "?" for each in parts)


def _period(value: object) -> str:
    ends = (partial_date(thing(value).get(end)) for end in ("start", "end"))
    return " to ".join(filter(None, ends))


SAID: Mapping[str, Callable[[object], str]] = {
    "valueQuantity": _quantity,
    "valueCodeableConcept": label,
    "valueBoolean": lambda value: "yes" if value is True else "no" if value is False else "",
    "valueString": lambda value: text(value, results.LONGEST),
    "valueRange": between,
    "valueRatio": _ratio,
    "valuePeriod": _period,
    "valueSampledData": lambda _: "a curve, in the file that it came in",
    "valueAttachment": lambda value: f"{text(thing(value).get('title'))}, in the file that it came in".lstrip(", "),
    "valueReference": lambda value: text(thing(value).get("display")) or "in the file that it came in",
}


def codes(concept: Json) -> list[str]:
    return [text(each.get("code")) for each in things(concept.get("coding"))]


def _ranges(body: Json, quantity: Json) -> str:
    """The range of what is normal, among others of what is aimed at or dangerous.

    Ranges of several (women, men) are all told, and so is a range in another unit than the value's: neither flags.
    """
    ranges = things(body.get("referenceRange"))
    normal = [each for each in ranges if "normal" in codes(thing(each.get("type")))]
    normal = normal or [each for each in ranges if not codes(thing(each.get("type")))]
    if len(normal) == 1:
        return _range(normal[0], quantity)
    return "; ".join(f"{_whose(each)} {_range(each, quantity)}".strip() for each in normal or ranges)


def _whose(bounds: Json) -> str:
    kinds = [label(bounds.get("type")), *(label(each) for each in things(bounds.get("appliesTo")))]
    ages = between(bounds.get("age"))
    return ", ".join(filter(None, (*map(clean, kinds), f"age {ages}" if ages else "")))


def _range(bounds: Json, quantity: Json) -> str:
    if said := text(bounds.get("text")):
        return said
    ends = [thing(bounds.get(name_)) for name_ in ("low", "high")]
    low, high = (number(end.get("value")) for end in ends)
    written = f"{low}-{high}" if low and high else f"≥{low}" if low else f"≤{high}" if high else ""
    mine = {text(quantity.get(name_)) for name_ in ("unit", "code")} - {""}
    units = [text(end.get("unit")) or text(end.get("code")) for end in ends]
    others = [unit for end, unit in zip(ends, units, strict=True) if unit and not mine & {unit, text(end.get("code"))}]
    return f"{written} {others[0]}" if written and others and mine else written


def title(bodies: Sequence[Json]) -> str:
    if len(bodies) == 1:
        return staged(clean(label(bodies[0].get("code"))), bodies[0])
    return "Laboratory" if all("laboratory" in categories(each) for each in bodies) else "Observations"
