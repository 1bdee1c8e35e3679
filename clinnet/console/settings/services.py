"""What changes a clinic's settings."""

from collections.abc import Mapping
from typing import Any

from clinnet import contributions
from clinnet.accounts.models import Clinic
from clinnet.accounts.permissions import Permission
from clinnet.console.settings.declared import Subject, by_name, values_of
from clinnet.table import Action, Event, Once, Scope, Topic, Transaction
from clinnet.table.errors import Refused
from clinnet.table.kept import forget

CHANGE = Action("clinic.settings", "changed settings of the clinic", Topic.SETTINGS)


def change(scope: Scope, *, clinic: Clinic, values: Mapping[str, Any], once: Once | None = None) -> None:
    """New values of settings, by name, as their form fields have them; those that are as they were are not written.

    `clinic` as it was read last. Raises Refused for what cannot be, Stale where somebody was quicker.
    """
    scope.require(Permission.CLINIC_MANAGE)
    known, now = by_name(), values_of(clinic)
    doors = {each.name: each.needs for each in contributions.of(Subject)}
    for name, value in values.items():
        scope.require(doors[known[name].subject])
        if why := known[name].problem(value, {**now, **values}):
            raise Refused(why, field=name)
    changes = {name: [now[name], value] for name, value in values.items() if _plain(now[name]) != _plain(value)}
    if not changes:
        return
    tx = Transaction(scope, once=once)
    tx.update(clinic, {name: known[name].keep(values[name]) for name in changes})
    tx.commit(Event(CHANGE, "CLINIC", clinic.id, changes=changes))
    forget()


def weaker(clinic: Clinic, values: Mapping[str, Any]) -> dict[str, str]:
    """What these values make less safe than the clinic is now: a sentence for each setting."""
    known, now = by_name(), values_of(clinic)
    told = {name: known[name].weakens(now[name], value) for name, value in values.items()}
    return {name: sentence for name, sentence in told.items() if sentence}


def _plain(value: Any) -> Any:
    return None if value in ("", [], False) else value
