"""What the demo clinics insert into notes: two templates and some abbreviations, invented for show."""

from collections.abc import Iterator

from clinnet.accounts.models import Clinic
from clinnet.contributions import Seeding
from clinnet.table import find_row, keys, query
from records.shortcuts.services import save_phrase, save_template

DIABETES = """\
# Since last time *
Hypos: {none?}. Diet and exercise: {as before?}.

# Feet and eyes
Feet: {pulses, feeling?}. Last eye check: {when?}.

# Results

# Plan *
Next review in {three?} months.
"""
ASTHMA = """\
# Symptoms *
At night {never?}, on effort {never?}, reliever {how often?} a week.

# Inhaler technique
{Shown and right?}

# Plan *
What to do when it gets worse was gone through.
"""
TEMPLATES = {"Diabetes review": ("dm", DIABETES), "Asthma review": ("as", ASTHMA)}
PHRASES = {
    "urti": "Sore throat and runny nose for {three?} days, no fever. Throat red, chest clear.",
    "htn": "At home {130/80?}. No chest pain, no breathlessness, no headache.",
    "back": "Told what to watch for, and to come back at once if it appears.",
}


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
