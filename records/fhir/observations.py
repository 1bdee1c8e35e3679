"""Observations to measurements and to the values of results. Pure."""

from collections.abc import Iterator, Sequence
from typing import Any

from patients.fhir.parts import Json, label, text, thing, things
from records.fhir.shapes import LOINC, MEASURED, VITAL, category, clean, code_of, number
from records.lines import MeasuredLine, ResultLine, ValueLine
from records.rules import results
from records.rules.measurements import DIASTOLIC, KINDS, SYSTOLIC
from records.rules.results import Value


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
    kind = MEASURED.get(code_of(body.get("code"), LOINC), "") if category(body) in VITAL else ""
    if not kind:
        return None
    if kind == "bp":
        parts = {
            code_of(each.get("code"), LOINC): thing(each.get("valueQuantity")) for each in things(body.get("component"))
        }
        upper, lower = (number(parts.get(code, {}).get("value")) for code in (SYSTOLIC, DIASTOLIC))
        return (kind, MeasuredLine(text=upper, lower=lower, unit="mm[Hg]")) if upper and lower else None
    quantity = thing(body.get("valueQuantity"))
    unit = text(quantity.get("code")) or text(quantity.get("unit"))
    value = number(quantity.get("value"))
    known = unit in KINDS[kind].units and value.replace(".", "", 1).isdecimal()
    return (kind, MeasuredLine(text=value, unit=unit)) if known else None


def result(title: str, bodies: Sequence[Json], on: str, comment: str = "") -> dict[str, Any]:
    values = [value for body in bodies for value in _values(body)][: results.MOST]
    line = ResultLine(
        title=title or "Result",
        values=[_packed(each) for each in values],
        on=on,
        comment=comment,
        severity=results.severity(values),
    )
    return line.pack()


def _packed(value: Value) -> dict[str, Any]:
    return ValueLine(
        name=value.name, value=value.value, unit=value.unit, range=value.range, flag=value.flag, code=value.code
    ).pack()


def _values(body: Json) -> Iterator[Value]:
    """Of an Observation and of its components. A flag is the sender's; a range that was sent flags by itself."""
    for each in [body, *things(body.get("component"))]:
        quantity = thing(each.get("valueQuantity"))
        held = next((each[name_] for name_ in each if name_.startswith("value")), None)
        if held is None and (each is body or not each.get("dataAbsentReason")):
            continue
        said = number(quantity.get("value")) or label(each.get("valueCodeableConcept")) or number(held)
        flag = next((code for one in things(each.get("interpretation")) for code in codes(one)), "")
        bounds = next(iter(things(each.get("referenceRange"))), {})
        yield results.flagged(
            Value(
                clean(label(each.get("code"))),
                f"{text(quantity.get('comparator'))}{clean(said)}" or "not given",
                text(quantity.get("unit")) or text(quantity.get("code")),
                _range(bounds),
                flag,
                code_of(each.get("code"), LOINC),
            )
        )


def codes(concept: Json) -> list[str]:
    return [text(each.get("code")) for each in things(concept.get("coding"))]


def _range(bounds: Json) -> str:
    if said := text(bounds.get("text")):
        return said
    low, high = (number(thing(bounds.get(name_)).get("value")) for name_ in ("low", "high"))
    return f"{low}-{high}" if low and high else f">{low}" if low else f"<{high}" if high else ""


def title(bodies: Sequence[Json]) -> str:
    if len(bodies) == 1:
        return clean(label(bodies[0].get("code")))
    return "Laboratory" if all(category(each) == "laboratory" for each in bodies) else "Observations"
