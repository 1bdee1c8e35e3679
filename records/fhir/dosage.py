"""A Dosage of FHIR R4 in words: how much, how often, when, for how long, and what else it says. Pure.

What it means is never worked out: "3 times a day" stays that, whatever the hours between.
"""

from collections.abc import Iterator

from patients.fhir.parts import Json, label, partial_date, text, thing, things
from records.fhir.shapes import between, number

LONGEST = 1000  # characters; what is longer says that it is cut
UNITS = {"h": "hour", "d": "day", "wk": "week", "mo": "month", "min": "minute", "a": "year", "s": "second"}
DAYS = {
    "mon": "Monday",
    "tue": "Tuesday",
    "wed": "Wednesday",
    "thu": "Thursday",
    "fri": "Friday",
    "sat": "Saturday",
    "sun": "Sunday",
}
# http://hl7.org/fhir/ValueSet/event-timing and http://terminology.hl7.org/CodeSystem/v3-TimingEvent
WHEN = {
    "MORN": "in the morning", "NOON": "at noon", "AFT": "in the afternoon", "EVE": "in the evening",
    "NIGHT": "at night", "PHS": "after sleep", "HS": "before sleep", "WAKE": "after waking",
    "C": "with meals", "CM": "with breakfast", "CD": "with lunch", "CV": "with dinner",
    "AC": "before meals", "ACM": "before breakfast", "ACD": "before lunch", "ACV": "before dinner",
    "PC": "after meals", "PCM": "after breakfast", "PCD": "after lunch", "PCV": "after dinner",
    "MORN.early": "early in the morning", "MORN.late": "late in the morning", "AFT.early": "early in the afternoon",
    "AFT.late": "late in the afternoon", "EVE.early": "early in the evening", "EVE.late": "late in the evening",
}  # fmt: skip
# Of Timing.code (http://terminology.hl7.org/CodeSystem/v3-GTSAbbreviation), where no words are sent.
CODES = {
    "BID": "2 times a day", "TID": "3 times a day", "QID": "4 times a day", "QD": "every day", "QOD": "every 2 days",
    "AM": "in the morning", "PM": "in the afternoon", "Q4H": "every 4 hours", "Q6H": "every 6 hours",
    "Q1H": "every hour", "Q2H": "every 2 hours", "Q3H": "every 3 hours", "Q8H": "every 8 hours", "BED": "at bedtime",
    "WK": "every week", "MO": "every month",
}  # fmt: skip


def directions(dosage: Json) -> str:
    """As they were written, else put together: "1-2 tablet, 3 times a day, after meals, for 7 days, when needed"."""
    more = [*(label(each) for each in things(dosage.get("additionalInstruction"))), _long(dosage, "patientInstruction")]
    if written := _long(dosage, "text"):
        new = [each for each in more if each and each.casefold() not in written.casefold()]
        return ". ".join([each.rstrip(". ") for each in (written, *new)]) if new else written
    return ", ".join(filter(None, (*_parts(dosage), *more)))


def _long(dosage: Json, name: str) -> str:
    written = text(dosage.get(name), LONGEST + 10)
    return written if len(written) <= LONGEST else f"{written[:LONGEST].rstrip()} … (cut)"


def _parts(dosage: Json) -> Iterator[str]:
    given = [(much, label(each.get("type"))) for each in things(dosage.get("doseAndRate")) if (much := _much(each))]
    several = len(given) > 1  # as it was ordered, and as it was worked out
    yield ", ".join(dict.fromkeys(f"{much} ({kind.lower()})" if several and kind else much for much, kind in given))
    yield from (label(dosage.get(name)) for name in ("method", "route", "site"))
    yield from _times(thing(dosage.get("timing")))
    listed = [*things(dosage.get("asNeededCodeableConcept")), *things(dosage.get("asNeededFor"))]
    why, needed = ", ".join(filter(None, map(label, listed))), dosage.get("asNeededBoolean") or dosage.get("asNeeded")
    yield f"when needed for {why}" if why else "when needed" if needed is True else ""
    for most, span in map(_ratio, things(dosage.get("maxDosePerPeriod"))):
        yield f"at most {most} in {span}" if most and span else ""
    once = _quantity(dosage.get("maxDosePerAdministration"))
    yield f"at most {once} at once" if once else ""


def _much(dose: Json) -> str:
    amount = _quantity(dose.get("doseQuantity")) or between(dose.get("doseRange"))
    over, per = _ratio(dose.get("rateRatio"))
    rate = (
        f"{over} per {per}" if over and per else _quantity(dose.get("rateQuantity")) or between(dose.get("rateRange"))
    )
    return " at ".join(filter(None, (amount, rate)))


def _times(timing: Json) -> Iterator[str]:
    repeat = thing(timing.get("repeat"))
    often = _often(repeat)
    code = thing(timing.get("code"))
    named = next((CODES.get(text(each.get("code")).upper(), "") for each in things(code.get("coding"))), "")
    yield often or named or label(code)
    words = text(code.get("text"))
    yield words if (often or named) and words.upper() not in CODES and words.casefold() != often else ""
    yield ", ".join(DAYS.get(day, day) for day in _texts(repeat.get("dayOfWeek")))
    yield " and ".join(f"at {time[:5]}" for time in _texts(repeat.get("timeOfDay")))
    before = number(repeat.get("offset"))
    before = f"{_counted(before, 'minute')} " if before not in ("", "0") else ""
    yield " and ".join(f"{before}{WHEN.get(each, each)}" for each in _texts(repeat.get("when")))
    yield _long_each(repeat)
    yield from _bounds(repeat)
    for at in _texts(timing.get("event")):
        yield f"on {partial_date(at)}"


def _often(repeat: Json) -> str:
    """ "3 times a day", "every 4-6 hours"; "once" where it is to be given one time."""
    times, most = number(repeat.get("frequency")) or "1", number(repeat.get("frequencyMax"))
    period, longest = number(repeat.get("period")), number(repeat.get("periodMax"))
    unit = UNITS.get(text(repeat.get("periodUnit")), text(repeat.get("periodUnit")))
    count = "-".join(filter(None, (number(repeat.get("count")), number(repeat.get("countMax")))))
    total = f"{count} times in all" if count and count != "1" else "once" if count else ""
    if not period or not unit:
        return total
    span, many = f"{period}-{longest}" if longest else period, f"{times}-{most}" if most else times
    if many == "1":
        said = f"every {unit}" if span == "1" else f"every {span} {unit}s"
    elif span == "1":
        said = f"{many} times {'an' if unit == 'hour' else 'a'} {unit}"
    else:
        said = f"{many} times in {span} {unit}s"
    return ", ".join(filter(None, (said, total)))


def _long_each(repeat: Json) -> str:
    """How long each time lasts: "over 2 hours"."""
    unit = UNITS.get(text(repeat.get("durationUnit")), "")
    span = "-".join(filter(None, (number(repeat.get("duration")), number(repeat.get("durationMax")))))
    return f"over {_counted(span, unit)}" if span and unit else ""


def _bounds(repeat: Json) -> Iterator[str]:
    """For how long."""
    length, span = thing(repeat.get("boundsDuration")), thing(repeat.get("boundsPeriod"))
    if value := _quantity(length):
        unit = UNITS.get(text(length.get("code")), "")
        yield f"for {_counted(number(length.get('value')), unit)}" if unit else f"for {value}"
    if about := between(repeat.get("boundsRange")):
        yield f"for {about}"
    start, end = partial_date(span.get("start")), partial_date(span.get("end"))
    yield " ".join(filter(None, (f"from {start}" if start else "", f"until {end}" if end else "")))


def _counted(value: str, unit: str) -> str:
    return f"{value} {unit}" if value == "1" else f"{value} {unit}s"


def _quantity(value: object) -> str:
    said = thing(value)
    unit = text(said.get("unit")) or text(said.get("code"))
    return f"{text(said.get('comparator'))}{number(said.get('value'))} {unit}".strip()


def _ratio(value: object) -> tuple[str, str]:
    said = thing(value)
    over, per = _quantity(said.get("numerator")), thing(said.get("denominator"))
    unit = UNITS.get(text(per.get("code")) or text(per.get("unit")), text(per.get("unit")))
    count = number(per.get("value")) or "1"
    return over, _counted(count, unit) if unit else _quantity(per)


def _texts(value: object) -> list[str]:
    return [text(each, 40) for each in (value if isinstance(value, list) else [value]) if text(each, 40)]
