"""Templates and abbreviations are saved. Notes that were begun or signed stay as they are."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from clinnet import clock
from clinnet.accounts.permissions import Permission
from clinnet.table import Action, Event, Once, Scope, Transaction, changed, keys
from clinnet.table.errors import NotFound, Refused
from clinnet.table.kept import forget
from clinnet.table.once import idempotent
from records.rules import templates as rules
from records.shortcuts.models import NoteTemplate, Phrase

SAVE_TEMPLATE = Action("template.save", "changed a template of notes")
SAVE_PHRASE = Action("phrase.save", "changed an abbreviation")
CHANGED = Refused("Somebody has changed this meanwhile. Open it once more.")
SHORT = "Two to twelve small letters or digits, as htn."
LONGEST = 4000  # characters of an abbreviation's text


@idempotent
def save_template(
    scope: Scope,
    *,
    template: NoteTemplate | None = None,
    name: str,
    text: str,
    short: str = "",
    titles: Sequence[str] = (),
    active: bool = True,
    once: Once | None = None,
) -> str:
    """A new template, or new values for one; returns the id. `text` as rules/templates.py reads it."""
    scope.require(Permission.TEMPLATE_MANAGE)
    if not name.strip():
        raise Refused("A template needs a name.", field="name")
    if short and not rules.SHORT.fullmatch(short):
        raise Refused(SHORT, field="short")
    try:
        parts = [asdict(each) for each in rules.parts_of(text)]
    except ValueError as wrong:
        raise Refused(str(wrong), field="text") from None
    tx, id = Transaction(scope, once=once), template.id if template else clock.new_id()
    values: dict[str, Any] = {
        "name": name.strip(),
        "short": short or None,
        "titles": list(titles),
        "parts": parts,
        "edition": int(template.edition) + 1 if template else 1,
        "active": active,
    }
    if template:
        scope.must_hold(template)
        tx.update(template, values, refusal=CHANGED)
    else:
        at = NoteTemplate.at(scope.clinic_id, id)
        tx.put(NoteTemplate(pk=at.pk, sk=at.sk, id=id, **values))
    at = keys.template_edition(scope.clinic_id, id, values["edition"])
    tx.put_row({"PK": at.pk, "SK": at.sk, "type": "EDITION", "name": values["name"], "parts": parts}, only_new=True)
    tx.afterwards(forget)
    told = {name: value for name, value in values.items() if name != "edition"}
    return tx.commit(Event(SAVE_TEMPLATE, "TEMPLATE", id, changes=changed(template, told)), result=id)


@idempotent
def save_phrase(
    scope: Scope,
    *,
    phrase: Phrase | None = None,
    owner: str,
    short: str,
    text: str,
    active: bool = True,
    once: Once | None = None,
) -> str:
    """A new abbreviation, or new words for one; returns what is typed for it. `owner`: oneself, or keys.EVERYBODY."""
    scope.require(Permission.TEMPLATE_MANAGE if owner == keys.EVERYBODY else Permission.NOTE_WRITE)
    if owner not in (keys.EVERYBODY, scope.actor.id) or (phrase and (phrase.owner, phrase.id) != (owner, short)):
        raise NotFound
    if not rules.SHORT.fullmatch(short):
        raise Refused(SHORT, field="short")
    if not text.strip():
        raise Refused("Write what it stands for.", field="text")
    tx = Transaction(scope, once=once)
    values: dict[str, Any] = {"text": text, "active": active}
    if phrase:
        scope.must_hold(phrase)
        tx.update(phrase, values, refusal=CHANGED)
    else:
        at, there = Phrase.at(scope.clinic_id, owner, short), Refused(f"There is a .{short} already.", field="short")
        tx.put(Phrase(pk=at.pk, sk=at.sk, id=short, owner=owner, **values), refusal=there)
    tx.afterwards(forget)
    return tx.commit(Event(SAVE_PHRASE, "PHRASE", short, changes=changed(phrase, values)), result=short)
