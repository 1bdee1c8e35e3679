"""What the summary says of allergies and medicines, as the rules take it."""

from collections.abc import Sequence
from typing import Any

from records.lines import AllergyLine, MedicineLine
from records.models import ALG, MED
from records.queries import Summary, rows_of
from records.rules import allergies as against
from records.rules import drug_names


def allergies(summaries: Sequence[Summary]) -> list[against.Allergy]:
    """An entry is never changed: its version is 1."""
    lines = {id: AllergyLine.unpack(line) for id, line in rows_of(summaries, ALG).items()}
    return [as_allergy(id, line) for id, line in lines.items()]


def as_allergy(id: str, line: AllergyLine) -> against.Allergy:
    kind: Any = line.kind
    severity: Any = line.severity
    return against.Allergy(id, 1, line.substance, kind, tuple(line.reactions), severity, line.since)


def overrides(summaries: Sequence[Summary]) -> list[against.Override]:
    return [against.Override(**each) for summary in summaries for each in summary.part(ALG).overrides]


def medicines(summaries: Sequence[Summary]) -> list[MedicineLine]:
    return [MedicineLine.unpack(line) for line in rows_of(summaries, MED).values()]


def taken_already(name: str, summaries: Sequence[Summary]) -> list[str]:
    """Sentences about medicines with an ingredient of this one."""
    wanted = set(drug_names.drug(name).ingredients)
    same = [line for line in medicines(summaries) if wanted & set(drug_names.drug(line.name).ingredients)]
    return [f"{line.name} {line.strength} is taken already: {line.directions}." for line in same]


def notes_on_medicine(name: str, summaries: Sequence[Summary]) -> list[str]:
    """What is told of a medicine and not asked about: the grey lines, and that its name is in no list."""
    checked = against.check(name, allergies(summaries), overrides(summaries))
    told = [each.sentence for each in checked.findings if each.level == "note"]
    return told + ([against.NOT_KNOWN] if name in checked.unknown else [])


def medicines_against(allergy: AllergyLine, summaries: Sequence[Summary]) -> list[str]:
    """Sentences about medicines that are taken, and that this allergy speaks against."""
    listed = [as_allergy("", allergy)]
    grave = [line for line in medicines(summaries) if against.check(line.name, listed).level in ("stop", "ask")]
    return [f"Among the medicines: {' '.join((line.name, line.strength)).strip()}." for line in grave]
