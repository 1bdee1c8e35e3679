"""What was changed in the settings. To put values back, the form begins with what an event took away."""

from dataclasses import dataclass
from typing import Any

from clinnet.addresses import reverse
from clinnet.console import history
from clinnet.console.history import Happened
from clinnet.console.registry import EVENT, words_of
from clinnet.console.settings.declared import Subject, by_name, subjects
from clinnet.console.shows import Change, Reader, plain
from clinnet.table import Row, Scope


@dataclass(frozen=True, slots=True, repr=False)
class Told:
    """`urls` lead to the forms that begin with what was before: a subject's name, and where."""

    event: Happened
    changes: list[Change]
    urls: list[tuple[str, str]]


def told(event: Row, reader: Reader) -> Told:
    pairs, known = history.pairs(event), by_name()
    changes = [
        Change(known[name].label, known[name].told(old, reader), known[name].told(new, reader))
        if name in known
        else Change(words_of(name), plain(old, reader), plain(new, reader))
        for name, (old, new) in pairs.items()
    ]
    urls = [
        (each.label, f"{_form(each, reader)}?{EVENT}={history.address(event)}")
        for each in subjects(reader.scope)
        if {one.name for one in each.changeable} & set(pairs)
    ]
    here = [reader.scope.clinic_id]
    urls += [
        (known[name].label, f"{reverse(known[name].page, args=here)}?{EVENT}={history.address(event)}")
        for name in pairs
        if name in known and known[name].page
    ]
    return Told(history.happened(event, None, reader), changes, urls)


def _form(subject: Subject, reader: Reader) -> str:
    return reverse(f"console:settings-{subject.name}", args=[reader.scope.clinic_id])


def values(scope: Scope, subject: Subject, address: str) -> dict[str, Any] | None:
    """What the settings of the subject were before this event; None without one. Raises NotFound."""
    if not address:
        return None
    found = history.before_event(scope, scope.clinic_id, address)
    return {each.name: found[each.name] for each in subject.changeable if each.name in found}
