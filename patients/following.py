"""What other apps have to say to a merge, and do after a patient's line changed. An app names functions on its
AppConfig, by their dotted path:

patient_merging(scope, survivor, other) → raises Refused where the two cannot be one now
patient_relabelled(scope, ids, line) → what shows the line of one of these records shows this one
"""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from django.apps import apps
from django.utils.module_loading import import_string

from clinnet.table import Scope
from clinnet.table.errors import ClinnetError
from patients.models import Patient

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
    for do in _each("patient_relabelled"):
        try:
            do(scope, ids, line)
        except ClinnetError as error:
            logger.warning("patient %s was not relabelled everywhere: %s", ids[0], type(error).__name__)
