"""A ServiceRequest to an order, in words. Pure."""

from collections.abc import Iterator

from patients.fhir.parts import Json, label, partial_date, text, thing, things
from records.fhir.shapes import ORDERED, SNOMED, clean, code_of, sited, told
from records.lines import OrderLine
from records.rules import results

STAGES = ("draft", "on-hold", "unknown")  # told behind what it is, as it is no order that runs
MEANT = ("proposal", "plan", "option")


def line_of(body: Json) -> OrderLine:
    """Of a kind by its category, else by its words."""
    kinds = [code_of(each, SNOMED) for each in things(body.get("category"))]
    what = _what(body)
    return OrderLine(
        what=what,
        kind=next((kind for kind, code in ORDERED.items() if code in kinds), results.ordered(what)[0]),
        why="; ".join(dict.fromkeys(filter(None, _why(body)))),
    )


def _what(body: Json) -> str:
    """What, where, and whether it was urgent."""
    what, soon = sited(clean(label(body.get("code"))) or "Not named", body), text(body.get("priority"))
    stage, intent = text(body.get("status")), text(body.get("intent"))
    marks = [soon] * (soon in ("urgent", "asap", "stat")) + [stage] * (stage in STAGES) + [intent] * (intent in MEANT)
    return f"{what} ({', '.join(marks)})" if marks else what


def _why(body: Json) -> Iterator[str]:
    """How, for what, for when, by whom, and what else is told in words."""
    yield from (clean(label(each)) for each in things(body.get("orderDetail")))
    yield from (clean(label(each)) for each in things(body.get("reasonCode")))
    yield from (text(each.get("display")) for each in things(body.get("reasonReference")))
    on = partial_date(body.get("occurrenceDateTime") or thing(body.get("occurrencePeriod")).get("start"))
    yield f"for {on}" if on else ""
    yield from (f"by {name}" for each in things(body.get("performer")) if (name := text(each.get("display"))))
    yield from (text(each.get("display")) for each in things(body.get("supportingInfo")))
    yield told(body.get("patientInstruction"))
    yield from (told(each.get("text")) for each in things(body.get("note")))
