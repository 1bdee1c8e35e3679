"""Vital signs: what was measured at once is one offer, with numbers and units as they were sent. Pure."""

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from records.cda.offers import OBS, MeasuredSet, Offer
from records.cda.parts import LOINC, SNOMED, Texts, clock_of, code_of, denied, interval, not_a_fact, quantity, words_of
from records.cda.problems import status_of
from records.cda.results import GONE
from records.lines import MeasuredLine
from records.rules import said
from records.rules.measurements import BY_LOINC, DIASTOLIC, KINDS, SYSTOLIC
from records.rules.units import TYPED, number

# Of C32, which codes them by SNOMED CT.
BY_SNOMED = {
    "271649006": SYSTOLIC, "271650006": DIASTOLIC, "50373000": "8302-2", "27113001": "29463-7", "364075005": "8867-4",
    "78564009": "8867-4", "386725007": "8310-5", "86290005": "9279-1", "103228002": "2708-6",
}  # fmt: skip
SURVEYED = {"[in_us]": "[in_i]", "[ft_us]": "[ft_i]"}  # two millionths longer
REMARK = re.compile(r"\{[^}]*\}")  # of a unit: {beats}/min


def offers(entry: Element, texts: Texts, today: str) -> Iterator[tuple[Element, Offer]]:
    organizer = entry.find("organizer")
    for each in [organizer] if organizer is not None else entry.findall("observation"):
        yield each, _offer(each, texts, today)


def _offer(group: Element, texts: Texts, today: str) -> Offer:
    observations = group.findall("component/observation") if group.tag == "organizer" else [group]
    there = [each for each in observations if status_of(each) not in GONE]
    times = [each.find("effectiveTime") for each in (group, *there)]
    days = ((interval(each).low, each) for each in times)
    on, time = next(((day, each) for day, each in days if len(day) == len("2026-11-28")), ("", None))
    values, left = _values([each for each in there if not (denied(each) or not_a_fact(each))], texts)
    made = MeasuredSet(values, on, clock_of(time))
    words = said.said(OBS, made.pack()) or ", ".join(left) or words_of(group.find("code"), texts) or "Measurements"
    return Offer(
        OBS,
        words,
        made,
        more=f"without {', '.join(left)}" if left and values else "",
        why_not=not_a_fact(group) or _why_not(group, made, on, today),
    )


def _why_not(group: Element, made: MeasuredSet, on: str, today: str) -> str:
    if status_of(group) in GONE:
        return f"it is {status_of(group)} there"
    if not made.values:
        return "nothing of it is measured here"
    if on > today:
        return "its day is yet to come"
    return "" if on else "it names no day"


def _values(there: list[Element], texts: Texts) -> tuple[dict[str, MeasuredLine], list[str]]:
    """Lines by kind, and the names of what is left out: of another kind, in another unit, or a second of one kind."""
    made, left, pressure = dict[str, MeasuredLine](), list[str](), dict[str, tuple[str, str]]()
    for each in there:
        coded = each.find("code")
        code, name = code_of(coded, LOINC) or BY_SNOMED.get(code_of(coded, SNOMED), ""), words_of(coded, texts)
        value, unit = _said(each)
        if code in (SYSTOLIC, DIASTOLIC) and value and unit == "mm[Hg]" and code not in pressure:
            pressure[code] = (value, name)
        elif (kind := BY_LOINC.get(code, "")) and value and unit in KINDS[kind].units and kind not in made:
            made[kind] = MeasuredLine(text=value, unit=unit)
        elif name:
            left.append(name)
    if len(pressure) == 2:
        made["bp"] = MeasuredLine(text=pressure[SYSTOLIC][0], lower=pressure[DIASTOLIC][0], unit="mm[Hg]")
    else:
        left += [name for _, name in pressure.values()]
    return {kind: made[kind] for kind in KINDS if kind in made}, left


def _said(observation: Element) -> tuple[str, str]:
    """The number, empty where it is none, and the code of its unit; of a score without a unit that of scores."""
    text, unit = quantity(observation.find("value"))
    plain = REMARK.sub("", unit)
    known = unit if unit == "{score}" else TYPED.get(plain.lower(), SURVEYED.get(plain, plain))
    return number(text) or "", known or "{score}"
