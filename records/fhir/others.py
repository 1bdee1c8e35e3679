"""A Procedure, a CarePlan or a Goal in words: what, where, when, and what came of it. Pure."""

from collections.abc import Iterator

from patients.fhir.parts import Json, label, partial_date, text, thing, things
from records.fhir.observations import quantity_said, said
from records.fhir.shapes import aged, between, clean, every, sited, told
from records.lines import OtherLine

# Told behind the words, as they are not what one would think without.
STAGES = ("preparation", "on-hold", "stopped", "draft", "revoked", "proposed", "planned", "cancelled", "rejected")
BESIDE = ("addresses", "reasonReference", "complicationDetail")  # references, by what they call it
LABELLED = {
    "reasonCode": "for ", "outcome": "outcome: ", "complication": "complication: ", "followUp": "afterwards: "
}  # fmt: skip
NOT_YET = ("not-started", "scheduled", "on-hold", "cancelled", "stopped", "unknown", "entered-in-error")


def start_of(body: Json) -> object:
    period = thing(body.get("performedPeriod")) or thing(body.get("period"))
    return body.get("performedDateTime") or period.get("start") or body.get("startDate")


def line_of(body: Json) -> OtherLine:
    """From when to when, and in which state."""
    period = thing(body.get("performedPeriod")) or thing(body.get("period"))
    stage = text(body.get("status") or body.get("lifecycleStatus"))
    what = sited(_named(body), body)
    return OtherLine(
        what=f"{what} ({stage})" if stage in STAGES else what,
        more=", ".join(dict.fromkeys(filter(None, _more(body)))),
        on=partial_date(start_of(body)),
        until=partial_date(period.get("end")),
        state=stage,
    )


def _named(body: Json) -> str:
    categories = (label(each) for each in things(body.get("category")))
    words = label(body.get("code")) or text(body.get("title")) or next(filter(None, categories), "")
    return clean(words or label(body.get("description"))) or text(body.get("resourceType"))


def _more(body: Json) -> Iterator[str]:
    for each in every(body.get("activity")):
        yield _activity(each)
    for each in things(body.get("target")):
        yield _target(each)
    yield _labelled("", body.get("achievementStatus"))
    yield told(body.get("statusReason")) or _labelled("because: ", body.get("statusReason"))
    yield from (text(each.get("display")) for name in BESIDE for each in things(body.get(name)))
    yield from (
        f"by {name}"
        for each in things(body.get("performer"))
        if (name := text(thing(each.get("actor")).get("display")))
    )
    yield _when(body)
    for name, words in LABELLED.items():
        yield from (_labelled(words, each) for each in things(body.get(name)))
    yield told(body.get("description"))
    yield from (told(each.get("text")) for each in things(body.get("note")))


def _labelled(before: str, concept: object) -> str:
    words = clean(label(concept)) if thing(concept) else ""
    return f"{before}{words}" if words else ""


def _activity(activity: Json) -> str:
    """What is to be done; where it was not begun or will not be, that too."""
    detail, planned = thing(activity.get("detail")), thing(activity.get("reference"))
    said = (clean(label(detail.get("code"))), told(detail.get("description")), text(planned.get("display")))
    what = ": ".join(dict.fromkeys(filter(None, said)))
    stage = text(detail.get("status"))
    return f"{what} ({stage})" if what and stage in NOT_YET else what


def _target(target: Json) -> str:
    """ "Weight Measured 160-180 lbs by 2016-04-05"."""
    detail = next((name for name in target if name.startswith("detail")), "")
    value = {f"value{detail.removeprefix('detail')}": target.get(detail)}
    aim = quantity_said(value["valueQuantity"]) if "valueQuantity" in value else said(value)
    due = partial_date(target.get("dueDate"))
    parts = (clean(label(target.get("measure"))), aim, f"by {due}" if due else "")
    return " ".join(filter(None, parts))


def _when(body: Json) -> str:
    """A time that is no date: "at the age of 12 a", "as a child"."""
    age, range_ = aged(body.get("performedAge")), between(body.get("performedRange"))
    range_ = f"the age of {range_}" if range_ else ""
    return f"at {age or range_}" if age or range_ else told(body.get("performedString"))
