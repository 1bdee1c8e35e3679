"""Reads of letters and their templates."""

from functools import partial

from clinnet.table import Scope, get, keys, query
from clinnet.table.errors import NotFound
from clinnet.table.kept import remember
from patients.models import Patient
from records.letters.models import ClinicLetter, Letter
from records.queries import whole
from records.rules.letters import BUILT_IN, LetterTemplate

MOST = 100


def templates(scope: Scope) -> list[LetterTemplate]:
    """Those in use; of a clinic that has none, ours. Kept in the process for some seconds."""
    return remember(("letter templates", scope.clinic_id), partial(_templates, scope))


def _templates(scope: Scope) -> list[LetterTemplate]:
    found = query(scope, keys.letter_templates_of(scope.clinic_id), limit=MOST).of(ClinicLetter)
    return sorted((each.template for each in found if each.active), key=lambda each: each.name) or [*BUILT_IN]


def chosen(scope: Scope, id: str) -> LetterTemplate:
    """Raises NotFound."""
    for each in templates(scope):
        if each.id == id:
            return each
    raise NotFound


def clinic_letter(scope: Scope, id: str) -> ClinicLetter:
    """Raises NotFound."""
    return get(scope, ClinicLetter, ClinicLetter.at(scope.clinic_id, id))


def letter(scope: Scope, patient: Patient, entry_id: str, id: str) -> Letter:
    """Of the record or of one that was folded into it. Raises NotFound."""
    for each in whole(scope, patient, entry_id).letters:
        if each.id == id:
            return each
    raise NotFound
