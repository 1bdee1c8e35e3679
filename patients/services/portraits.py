"""The photo of a patient: stored first, then named by the record; the old file goes last."""

from collections.abc import Iterator

from clinnet import files
from clinnet.stored import NamesFiles
from clinnet.table import Action, Once, Scope
from clinnet.table.errors import ClinnetError, Stale, Unsure
from clinnet.table.once import was_done
from clinnet.table.values import Raw, from_raw
from patients import photos, queries
from patients.models import Patient
from patients.services.people import change

CHANGE_PHOTO = Action("patient.photo", "changed the photo")

TRIES = 4


def set_photo(scope: Scope, patient: Patient, data: bytes, *, once: Once) -> None:
    """`data` as photos.prepare gives it. Raises Unavailable where files cannot be stored."""
    if was_done(scope, once):
        return
    key = files.put(photos.KIND, data)
    try:
        _name(scope, patient, key, once)
    except Unsure:  # perhaps the record names it by now
        raise
    except ClinnetError:
        files.drop(key)
        raise


def remove_photo(scope: Scope, patient: Patient, *, once: Once) -> None:
    _name(scope, patient, None, once)


def _name(scope: Scope, patient: Patient, key: str | None, once: Once) -> None:
    """A photo is no part of what others may have changed meanwhile: it goes on top of the record as it is."""
    for attempt in range(TRIES):
        try:
            change(scope, patient, {"photo": key}, action=CHANGE_PHOTO, once=once)
            break
        except Stale:
            if attempt == TRIES - 1:
                raise
            patient = queries.current(scope, patient.id)
    # A record that absorbed another may have that one's file, which undo gives back.
    if patient.photo and not patient.absorbed:
        files.drop(patient.photo)


def _named(raw: Raw) -> Iterator[str]:
    """Its own, and the one that undoing its merge would give back to the record that it was folded into."""
    merge = from_raw(raw["merge"]) if "merge" in raw else {}
    before, _ = merge.get("changes", {}).get("photo") or (None, None)
    yield from filter(None, [from_raw(raw["photo"]) if "photo" in raw else None, before])


NAMES = NamesFiles(Patient, (photos.KIND,), _named)
