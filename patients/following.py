"""What other apps have to say to a merge, and do after a patient's line changed. An app names functions on its
AppConfig, by their dotted path:

patient_merging(scope, survivor, other) → raises Refused where the two cannot be one now
patient_relabelled(scope, ids, line) → what shows the line of one of these records shows this one
patient_died(scope, ids) → what was to come for these records is stopped; says of what how much, in words
"""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from django.apps import apps
from django.utils.module_loading import import_string

from clinnet.table import Scope
from clinnet.table.errors import ClinnetError
from patients.models import Patient

NOT_ALL = ["not everything that was to come is stopped: record it once more"]

logger = logging.getLogger("clinnet.patients")


def _each(name: str) -> Iterator[Callable[..., Any]]:
    paths = [path for config in apps.get_app_configs() if (path := getattr(config, name, ""))]
    return (import_string(path) for path in paths)


def check_merge(scope: Scope, survivor: Patient, other: Patient) -> None:
    """Raises Refused with the sentence of the app that stands in the way."""
    for check in _each("patient_merging"):
        check(scope, survivor, other)


def relabel(scope: Scope, ids: Sequence[str], line: Mapping[str, Any]) -> None:
    """`ids` is a record and those folded into it. What was asked is done already: where this fails, the old line is
    shown until the next change.
    """
    _try("patient_relabelled", scope, ids, line)


def died(scope: Scope, ids: Sequence[str]) -> list[str]:
    """What was stopped, in words ("2 appointments cancelled").

    The death is recorded already: where this fails, what was to come is still on the board, marked, and that is said.
    """
    said = _try("patient_died", scope, ids)
    return [each for part in said for each in (NOT_ALL if part is None else part)]


def _try(name: str, scope: Scope, ids: Sequence[str], *more: Any) -> list[Any]:
    """What each answered; None for one that failed."""
    said = []
    for do in _each(name):
        try:
            said.append(do(scope, ids, *more))
        except ClinnetError as error:
            logger.warning("%s, %s: not done everywhere: %s", name, ids[0], type(error).__name__)
            said.append(None)
    return said
