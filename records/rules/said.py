"""What hangs in an entry, in one line of words. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from clinnet.rules import dates
from records.lines import (
    AllergyLine,
    DocumentLine,
    ImmunisationLine,
    LetterLine,
    MeasuredLine,
    MedicineLine,
    OrderLine,
    OtherLine,
    ProblemLine,
    ResultLine,
    ValueLine,
)
from records.rules import results, units
from records.rules.measurements import KINDS
from records.rules.units import Quantity

PDF = "application/pdf"


def said(kind: str, content: Mapping[str, Any]) -> str:
    """`content` is what an item keeps: the packed line of its kind; of measurements one for each value."""
    if kind in SAYERS:
        return SAYERS[kind](content)
    values = ((name, MeasuredLine.unpack(content[name])) for name in KINDS if name in content)
    return ", ".join(measured(name, line) for name, line in values)


def allergy(line: AllergyLine) -> str:
    parts = [line.substance, *line.reactions, line.severity, line.since[:4]]
    return f"{'Intolerance' if line.kind == 'intolerance' else 'Allergy'}: {', '.join(part for part in parts if part)}"


def problem(line: ProblemLine) -> str:
    return f"{line.words} ({line.code})" if line.code else line.words


def medicine(line: MedicineLine) -> str:
    what = " ".join(part for part in (line.name, line.strength, line.form) if part)
    return f"{what}, {line.directions}" if line.directions else what


def immunisation(line: ImmunisationLine) -> str:
    """ "Immunisation: MMR, 28 Nov 2026, lot A123, left arm"."""
    lot = f"lot {line.lot}" if line.lot else ""
    maker = f"by {line.maker}" if line.maker else ""
    parts = (f"Immunisation: {line.vaccine}", dates.show(line.on, "DMY"), lot, maker, line.site)
    return ", ".join(part for part in parts if part)


def order(line: OrderLine) -> str:
    """ "Ordered: xray chest, for cough"."""
    word = "Referral" if line.kind == "referral" else "Ordered"
    return f"{word}: {line.what}{f', for {line.why}' if line.why else ''}"


def result(line: ResultLine) -> str:
    """ "Result: CRP: 48 mg/L high (<5)"; of a value without a range that none was given."""
    values = [results.Value(**vars(ValueLine.unpack(each))) for each in line.values]
    values = [replace(each, name="") if each.name == line.title else each for each in values]  # said already
    said = "; ".join(f"{results.said(each)} ({each.range or 'no range given'})" for each in values)
    return f"Result: {': '.join(part for part in (line.title, said, line.comment) if part)}"


def document(line: DocumentLine) -> str:
    """ "Document: Summary of care, from City Hospital, 3 Nov 2026"; "Picture: Left heel, 3 Nov 2026"."""
    sender = f"from {line.sender}" if line.sender else ""
    return ", ".join(part for part in (titled(line), sender, dates.show(line.on, "DMY")) if part)


def titled(line: DocumentLine) -> str:
    """ "Picture: Left heel"; "PDF", of one that nobody gave a title."""
    kind = "PDF" if line.media == PDF else "Picture" if line.media else "Document"
    return f"{kind}: {line.title}" if line.title else kind


def other(line: OtherLine) -> str:
    """ "Procedure: Throat culture, 28 May 2011"; "Plan: Diabetes self-management (diet), since 2 Mar 2019"."""
    since = f"since {dates.show(line.on, 'DMY')}" if line.on and not line.until else dates.show(line.on, "DMY")
    until = f"until {dates.show(line.until, 'DMY')}" if line.until and line.until != line.on else ""
    return ", ".join(part for part in (f"{line.what}{f' ({line.more})' if line.more else ''}", since, until) if part)


def letter(line: LetterLine) -> str:
    """ "Referral, to Dr Bloom" """
    return ", ".join(part for part in (line.title, f"to {line.to.splitlines()[0]}" if line.to else "") if part)


def shown(text: str) -> str:
    """A number that a machine sent with many decimals, rounded to one."""
    _, _, decimals = text.partition(".")
    return f"{Decimal(text):.1f}" if len(decimals) > 2 and text.replace(".", "", 1).isdecimal() else text


def measured(name: str, line: MeasuredLine) -> str:
    """ "142/86 mmHg ▲", "pulse 74 /min"."""
    label = "" if name == "bp" else KINDS[name].label if name == "spo2" else KINDS[name].label.lower()
    return " ".join(part for part in (label, *amount(line), line.mark) if part)


def amount(line: MeasuredLine) -> tuple[str, str]:
    """Value and unit: ("142/86", "mmHg")."""
    number, unit = units.amount(Quantity(shown(line.text), line.unit))
    return f"{number}/{shown(line.lower)}" if line.lower else number, unit


SAYERS: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "ALG": lambda content: allergy(AllergyLine.unpack(content)),
    "PROB": lambda content: problem(ProblemLine.unpack(content)),
    "MED": lambda content: medicine(MedicineLine.unpack(content)),
    "IMM": lambda content: immunisation(ImmunisationLine.unpack(content)),
    "ORD": lambda content: order(OrderLine.unpack(content)),
    "PROC": lambda content: f"Procedure: {other(OtherLine.unpack(content))}",
    "PLAN": lambda content: f"Plan: {other(OtherLine.unpack(content))}",
    "FILE": lambda content: document(DocumentLine.unpack(content)),
    "LET": lambda content: letter(LetterLine.unpack(content)),
    "RES": lambda content: result(ResultLine.unpack(content)),
}
