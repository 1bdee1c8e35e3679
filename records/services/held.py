"""What speaks against a medicine, and that somebody answered it."""

from collections.abc import Sequence
from dataclasses import dataclass

from clinnet.table import Transaction, keys
from records.models import ALG
from records.queries import Standing, Summary
from records.rules import allergies as against
from records.services import known
from records.services.recording import unchanged
from records.services.writing import CROWDED


@dataclass(frozen=True, slots=True)
class Held:
    """What speaks against a medicine: `asked` are findings of allergies, `said` all sentences."""

    asked: tuple[against.Finding, ...]
    said: tuple[str, ...]


def held_against(name: str, stand: Standing, also: Sequence[str] = ()) -> Held:
    checked = against.check(name, known.allergies(stand.summaries), known.overrides(stand.summaries))
    asked = tuple(each for each in checked.findings if each.level != "note")
    return Held(asked, (*(each.sentence for each in asked), *also))


def decided(tx: Transaction, stand: Standing, asked: Sequence[against.Finding], reason: str) -> None:
    """The steps that keep the reason, on the condition that the allergies are those that were read."""
    if asked:
        _remember(tx, stand.own, asked, reason)
    for each in stand.summaries[1 if asked else 0 :]:
        unchanged(tx, each, ALG)


def _remember(tx: Transaction, summary: Summary, asked: Sequence[against.Finding], reason: str) -> None:
    """That these warnings were answered."""
    before = summary.part(ALG)
    by = tx.scope.actor.name
    new = [
        {"allergy": each.allergy, "version": 1, "ingredient": each.ingredient, "reason": reason, "by": by}
        for each in asked
    ]
    mine = {(each["allergy"], each["ingredient"]) for each in new}
    kept = [each for each in before.overrides if (each["allergy"], each["ingredient"]) not in mine]
    sets = {"overrides": [*kept, *new], "n": before.n + 1, "type": "SUMMARY", "clinicId": tx.scope.clinic}
    when = {"n": before.n or None}
    tx.change_row(keys.chart_summary(summary.owner, ALG), sets=sets, when=when, new=not before.n, refusal=CROWDED)
