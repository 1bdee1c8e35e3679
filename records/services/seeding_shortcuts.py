"""Templates and abbreviations of the demo clinics. For seed alone."""

from collections.abc import Iterator

from clinnet.accounts.models import Clinic
from clinnet.contributions import Seeding
from clinnet.table import find_row, keys, query
from records.demo.shortcuts import PHRASES, TEMPLATES
from records.shortcuts.services import save_phrase, save_template


def fill(seeding: Seeding) -> Iterator[str]:
    """Where a demo clinic has none of them yet."""
    scope = seeding.scope
    clinic = find_row(scope, Clinic.at(seeding.clinic))
    if not (seeding.people and seeding.day and clinic and clinic.get("demo")):
        return
    if query(scope, keys.note_templates_of(seeding.clinic), limit=1).rows:
        return
    for short, text in PHRASES.items():
        save_phrase(scope, owner=keys.EVERYBODY, short=short, text=text)
    for name, (short, text) in TEMPLATES.items():
        save_template(scope, name=name, short=short, text=text)
    yield f"{clinic['name']} has {len(TEMPLATES)} templates of notes and {len(PHRASES)} abbreviations."
