"""Folding two records of one person together: find, compare, confirm; and taking them apart again."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render

from clinnet import conflicts, formats
from clinnet.accounts.access import ClinicRequest, needs
from clinnet.accounts.permissions import Permission
from clinnet.addresses import reverse
from clinnet.forms.base import ClinicForm, button
from clinnet.forms.pick import ID, MOST_TYPED, Picker, source
from clinnet.table import Once
from clinnet.table.errors import Stale
from clinnet.templatetags.clinnet import face
from clinnet.toasts import Undo, say, warn
from patients import duplicates, known, queries, services
from patients.access import about_patient
from patients.entries import LISTS
from patients.folding import KEEP, OTHER, Fold
from patients.forms.merging import CHANGED, MergeForm
from patients.models import Patient
from patients.rules import names
from patients.search import search, understood
from patients.services.merging import siblings_of, undo_plan
from patients.views.rows import rows
from patients.words import Words, label

TRIES = 4


@needs(Permission.PATIENT_MERGE)
@about_patient
def merge(request: ClinicRequest, patient: Patient) -> HttpResponse:
    """Which record is the same person? Likely ones first, and a search."""
    text = request.POST.get("q", "").strip()[:MOST_TYPED]
    go = reverse("patients:merge-with", args=[request.scope.clinic_id, patient.id, ID])
    pick = Picker(
        source("record"),
        request.scope.clinic_id,
        "other",
        label="Find the other record",
        typed=text,
        go=go,
        without=(patient.id,),
    )
    shown: dict[str, Any] = {"patient": patient, "likely": _likely(request, patient), "pick": pick}
    if text:
        asked = understood(text, request.clinic)
        hits = ((hit.id, hit.line) for hit in search(request.scope, asked).hits if hit.id != patient.id)
        shown |= {"found": rows(request, hits), "looked": True}
    return render(request, "patients/merge.html", shown)


def _likely(request: ClinicRequest, patient: Patient) -> list[dict[str, Any]]:
    """Perhaps the same person; relatives are not offered."""
    found = duplicates.likely(request.scope, patient.data, but=patient.id)
    alike = [each for each in found if not each.likeness.relative]
    made = rows(request, ((each.patient.id, each.patient.line or {}) for each in alike))
    return [row | {"why": _listed(each.likeness.reasons)} for row, each in zip(made, alike, strict=True)]


def _listed(reasons: tuple[str, ...]) -> str:
    return ", ".join([*reasons[:1], *(reason[:1].lower() + reason[1:] for reason in reasons[1:])])


@needs(Permission.PATIENT_MERGE)
@about_patient
def compare(request: ClinicRequest, patient: Patient, other_id: str) -> HttpResponse:
    fold = Fold(patient, queries.folded(request.scope, other_id))
    form = MergeForm(request, fold)
    if fold.other.merged_into or fold.other.id == patient.id:
        return _merged(request, fold) if form.is_bound and form.was_done() else _over(request, fold)
    try:
        if done := form.run(lambda once: _merge(request, form, once)):
            return _merged(request, fold, done.result)
    except Stale:
        again = (queries.current(request.scope, id) for id in (patient.id, other_id))
        return _side_by_side(request, MergeForm(request, Fold(*again), fresh=True), CHANGED)
    return _side_by_side(request, form)


def _merge(request: ClinicRequest, form: MergeForm, once: Once) -> list[str]:
    fold = form.fold
    return services.merge(request.scope, fold.keep, fold.other, fold.result(form.picks), once=once)


def _over(request: ClinicRequest, fold: Fold) -> HttpResponse:
    here = fold.other.merged_into == fold.keep.id
    where = "this record" if here else "another record"
    same = fold.other.id == fold.keep.id
    warn(request, "That is this record." if same else f"No. {fold.other.mrn} was folded into {where} already.")
    return redirect("patients:overview" if here else "patients:merge", request.scope.clinic_id, fold.keep.id)


def _merged(request: ClinicRequest, fold: Fold, left: list[str] | None = None) -> HttpResponse:
    where = [request.scope.clinic_id, fold.keep.id]
    undo = Undo(reverse("patients:unmerge", args=[*where, fold.other.id]), _unmerge(request, fold.keep, fold.other))
    say(request, f"No. {fold.other.mrn} is folded into No. {fold.keep.mrn}.", undo=undo)
    _warn_of(request, left or [])
    return redirect("patients:overview", *where)


def _warn_of(request: ClinicRequest, left: list[str]) -> None:
    if left:
        said = ", ".join(label(name).lower() for name in left)
        warn(request, f"Not everything could be written in one step. Check under Details: {said}.")


def _side_by_side(request: ClinicRequest, form: MergeForm, sentence: str = "") -> HttpResponse:
    fold, words = form.fold, Words(request.scope, request.clinic)
    differing = fold.differing()
    if "photo" in differing:
        differing["photo"] = (_photo(request, fold.keep), _photo(request, fold.other))
    shown = {
        "patient": fold.keep,
        "other": fold.other,
        "form": form,
        "changed": sentence,
        "left": {"value": KEEP, "label": f"No. {fold.keep.mrn}", "note": "stays"},
        "right": {"value": OTHER, "label": f"No. {fold.other.mrn}", "note": "is folded in"},
        "rows": [
            {"name": name, "label": words.label(name), "pick": side,
             "left": _shown(words, name, mine), "right": _shown(words, name, theirs)}
            for (name, (mine, theirs)), side in zip(differing.items(), form.picks.values(), strict=True)
        ],
        "united": [{"label": label(name), "values": [words(name, each) for each in found]}
                   for name, found in fold.united().items() if found],
        "notes": bool(fold.other.notes and fold.other.notes != fold.keep.notes),
        "sides": [_side(request, fold.keep), _side(request, fold.other)],
    }  # fmt: skip
    return render(request, "patients/merge_compare.html", shown, status=422 if form.errors or sentence else 200)


def _shown(words: Words, name: str, value: Any) -> Any:
    return value if name == "photo" else words(name, value)


def _photo(request: ClinicRequest, patient: Patient) -> str:
    url = reverse("patients:photo", args=[request.scope.clinic_id, patient.id])
    return face("", patient.id, url) if patient.photo else ""


def _side(request: ClinicRequest, patient: Patient) -> dict[str, Any]:
    clinic = request.clinic
    return {
        "id": patient.id,
        "name": names.list_name(patient.data),
        "number": patient.mrn,
        "birth": formats.date(patient.birth_date or "", clinic),
        "registered": formats.within(patient.created_at, clinic) if patient.created_at else "",
        "url": reverse("patients:overview", args=[request.scope.clinic_id, patient.id]),
        "phones": known.reach(patient, clinic)[:1],
    }


# --- Apart again ---------------------------------------------------------------------------------------------------


@needs(Permission.PATIENT_MERGE)
@about_patient
def unmerge(request: ClinicRequest, patient: Patient, other_id: str) -> HttpResponse:
    """What comes back, and what stays because somebody changed it since."""
    other = queries.folded(request.scope, other_id)
    form = _unmerge(request, patient, other)
    if other.merged_into != patient.id:
        say(request, f"No. {other.mrn} is not folded into this record.")
        return redirect("patients:overview", request.scope.clinic_id, patient.id)
    if done := form.run(lambda once: _undo(request, patient, other, once)):
        say(request, f"No. {other.mrn} and No. {patient.mrn} are two records again.")
        _warn_of(request, done.result)
        return redirect("patients:overview", request.scope.clinic_id, patient.id)
    return render(
        request,
        "patients/merge_undo.html",
        _undo_page(request, patient, other) | {"form": form},
        status=422 if form.errors else 200,
    )


def _unmerge(request: ClinicRequest, patient: Patient, other: Patient) -> ClinicForm:
    return button(request, "unmerge", about=f"{patient.id} {other.id}")


def _undo(request: ClinicRequest, patient: Patient, other: Patient, once: Once) -> list[str]:
    """What somebody changes at the same moment stays as it is, as all that was changed since the merge."""
    for attempt in range(TRIES):
        try:
            return services.undo_merge(request.scope, patient, other, once=once)
        except Stale:
            if attempt == TRIES - 1:
                raise
            patient, other = (queries.folded(request.scope, each.id) for each in (patient, other))
    raise AssertionError("not reached")


def _undo_page(request: ClinicRequest, patient: Patient, other: Patient) -> dict[str, Any]:
    words, note = Words(request.scope, request.clinic), other.merge or {}
    plan = undo_plan(patient, other, siblings_of(request.scope, patient, other))
    now = conflicts.apart(patient.plain(plan.back), LISTS)
    then = conflicts.apart({name: value for name, value in plan.back.items() if name != "extra"}, LISTS)
    return {
        "patient": patient,
        "other": _side(request, other),
        "when": formats.within(note["at"], request.clinic),
        "by": note["by"],
        "back": [
            {"label": words.label(path), "now": words(path, now.get(path)), "then": words(path, then.get(path))}
            for path in conflicts.differing(then, now)
            if not path.startswith("extra/")
        ],
        "stays": [{"label": words.label(path), "value": words(path, value)} for path, value in plan.stays.items()],
    }
