"""A letter that came in a FHIR file, as an item: sealed anew, as a signature does not travel."""

from clinnet import clock
from clinnet.table import Key, Scope, keys
from records.fhir.taken import Taken
from records.letters.models import Letter, letter_content
from records.letters.services import line_of
from records.models import CURRENT, LET
from records.rules.notes import digest


def new_letter(scope: Scope, key: Key, taken: Taken, *, id: str, owner: str, by: str) -> Letter:
    """`by` is the id of who imported it, `owner` that of the record."""
    body, at, name = taken.letter, clock.stamp(taken.at), taken.by or "Imported"
    if body is None:
        raise ValueError("this is no letter")
    shown = keys.chart_kind(owner, LET, at, id)
    letter = Letter(
        pk=key.pk, sk=key.sk, id=id, gsi2pk=shown.pk, gsi2sk=shown.sk, patient_id=owner,
        entry_id=keys.parse_record(key.sk), author=by, author_name=name, template=by, title=body.title,
        to=body.to or None, text=body.text, facts=body.facts or None, head=dict(body.head), about=dict(body.about),
        since=body.since or None, until=body.until or None, created_at=at,
    )  # fmt: skip
    letter.clinic_id = scope.clinic_id
    letter.sealed = {"at": at, "by": by, "name": name, "hash": digest(letter_content(letter, at, by, name))}
    if taken.state != CURRENT:
        letter.errored = {"at": at, "by": by, "name": name, "reason": "content"}
    letter.line = line_of(letter).pack()
    return letter
