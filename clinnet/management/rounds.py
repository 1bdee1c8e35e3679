"""A command that does the same for each clinic: one clinic's trouble is not another's, and *Health* tells it."""

import logging
from collections.abc import Callable, Iterable

from botocore.exceptions import BotoCoreError, ClientError
from django.core.management import CommandError

from clinnet.table import Scope
from clinnet.table.errors import ClinnetError, Fault
from clinnet.table.runs import noted

log = logging.getLogger("clinnet.rounds")


def each_clinic(name: str, scopes: Iterable[Scope], work: Callable[[Scope], None]) -> None:
    """`name` is that of the work on *Health*. Raises CommandError once all were tried, where some could not be done."""
    failed = 0
    for scope in scopes:
        try:
            with noted(scope, name):
                work(scope)
        except (ClinnetError, Fault, BotoCoreError, ClientError) as error:
            log.warning("%s of %s waits: %s", name, scope.clinic, type(error).__name__)
            failed += 1
    if failed:
        raise CommandError(f"Of {failed} clinics it could not be done.")
