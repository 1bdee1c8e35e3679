"""The details of a patient: all groups to read, one at a time to change, both sides where two people changed one."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render

from clinnet import formats
from clinnet.accounts.access import ClinicRequest, needs
from clinnet.accounts.permissions import Permission
from clinnet.addresses import reverse
from clinnet.editing import BothSides, Latest, both_sides, edit
from clinnet.forms.edit import ChoiceForm
from clinnet.table import Once, Scope
from clinnet.table.errors import NotFound
from clinnet.toasts import Action, say
from patients import changes, known, queries, services
from patients.access import about_patient
from patients.entries import one_preferred
from patients.forms.details import GROUPS, GroupForm, OwnForm
from patients.models import Patient
from patients.rules import names, own, phones
from patients.words import LABELS, Words

# What a group shows also when it is empty; the rest appears once it is known.
ALWAYS = ("family_name", "given_name", "birth_date", "sex", "email", "mrn", "language", "practitioner_id")
NOTHING = {
    "phones": "No phone",
    "address": "No address",
    "policies": "No insurance",
    "alerts": "No alerts",
    "notes": "No notes",
    "general_practitioner": "",
    "consents": "Not asked yet",
}

Both = tuple[str, BothSides]  # of the group of this slug


def _latest(scope: Scope, patient: Patient, form: type[GroupForm]) -> Latest[Patient]:
    def write(patient: Patient, values: dict[str, Any], once: Once) -> None:
        if values.get("phones"):
            values = values | {"phones": one_preferred(values["phones"])}
        services.change(scope, patient, values, once=once)

    return Latest(
        patient,
        anew=lambda old: queries.current(scope, old.id),
        plain=lambda each: each.plain(form.names),
        write=write,
    )


@needs(Permission.PATIENT_READ)
@about_patient
def details(request: ClinicRequest, patient: Patient) -> HttpResponse:
    return _page(request, patient)


@needs(Permission.PATIENT_WRITE)
def group(request: ClinicRequest, clinic: str, patient_id: str, group: str) -> HttpResponse:
    if group not in GROUPS:
        raise NotFound
    if request.method != "POST":
        return _opened(request, clinic, patient_id, group=group)
    # Also a record that was folded into another while it was edited: what was typed is compared with that one.
    patient = queries.current(request.scope, patient_id)
    request.patient = patient  # type: ignore[attr-defined]  # for the banner
    return _save(request, patient, patient_id, group)


@about_patient
def _opened(request: ClinicRequest, patient: Patient, *, group: str) -> HttpResponse:
    return _page(request, patient, opened=GROUPS[group](request, patient))


def _save(request: ClinicRequest, patient: Patient, opened_on: str, group: str) -> HttpResponse:
    kind, latest = GROUPS[group], _latest(request.scope, patient, GROUPS[group])
    before = phones.numbers(patient.phones)
    form = edit(request, kind, lambda: kind(request, patient, about=opened_on), latest, about=patient.id)
    if form is None:
        _say_saved(request, patient, before if group == "reach" else frozenset())
        return redirect(f"{reverse('patients:details', args=[request.scope.clinic_id, patient.id])}#{group}")
    if isinstance(form, ChoiceForm):
        moved = "both" not in request.POST and opened_on != latest.item.id
        return _both(request, latest.item, group, form, moved=moved)
    return _page(request, patient, opened=form, status=422)


def _say_saved(request: ClinicRequest, patient: Patient, numbers: frozenset[str]) -> None:
    """With the relatives who have one of these `numbers`, which the patient has no more: theirs stays until asked."""
    gone = numbers and numbers - phones.numbers(queries.current(request.scope, patient.id).phones)
    others = queries.relatives_at(request.scope, patient, gone) if gone else []
    if not others:
        return say(request, "Saved.")
    who = " and ".join(names.in_sentence(each.data) for each in others)
    urls = [reverse("patients:details-group", args=[request.scope.clinic_id, each.id, "reach"]) for each in others]
    called = [each.given_name or names.in_sentence(each.data) for each in others]
    actions = [Action(f"Edit {name}", url, post=False) for name, url in zip(called, urls, strict=True)]
    return say(request, f"Saved. {who} {'has' if len(others) == 1 else 'have'} the old number too.", actions=actions)


# --- The page ------------------------------------------------------------------------------------------------------


def _page(
    request: ClinicRequest,
    patient: Patient,
    opened: GroupForm | None = None,
    *,
    both: Both | None = None,
    status: int = 200,
) -> HttpResponse:
    """Every group to read, but `opened` as its form, or `both` sides of one."""
    words = Words(request.scope, request.clinic)
    shown = {
        "patient": patient,
        "may_write": request.scope.may(Permission.PATIENT_WRITE),
        "groups": [
            _group(patient, form, words, opened, both)
            for form in GROUPS.values()
            if form is not OwnForm or own.asked(request.clinic.patient_fields) or patient.own
        ],
        "aside": sorted((name, text) for name, text in (patient.extra or {}).items() if not name.startswith("_")),
        "address": known.address(patient, request.clinic),
    }
    return render(request, "patients/details.html", shown, status=status)


def _group(patient: Patient, form: type[GroupForm], words: Words, opened: Any, both: Both | None) -> dict[str, Any]:
    lines = [line for name in form.names for line in _lines(name, getattr(patient, name), words)]
    return {
        "slug": form.slug,
        "title": form.title,
        "url": reverse("patients:details-group", args=[words.scope.clinic_id, patient.id, form.slug]),
        "lines": lines,
        "form": opened if isinstance(opened, form) else None,
        "both": both[1] if both and both[0] == form.slug else None,
    }


@dataclass(frozen=True, slots=True)
class _Line:
    """A label, and what is known in words or, where nothing is, `none`."""

    name: str
    label: str
    value: str
    none: str = "Not given"
    stop: bool = False


def _lines(name: str, value: Any, words: Words) -> list[_Line]:
    """Of one attribute; of a list one for each entry."""
    if name == "birth_estimated":
        return [_Line(name, "", "estimated")] if value else []
    if name == "consents":
        asked = ((each, (value or {}).get(each)) for each in ("data", "messages"))
        return [_Line(name, LABELS[f"{name}/{each}"], words(name, said), NOTHING[name]) for each, said in asked]
    if name == own.NAME:
        return _own_lines(value or {}, words)
    label = LABELS[name]
    if isinstance(value, list):
        value = [each for each in value if words(name, each)]  # not what an import made up for itself
    if isinstance(value, list) and value:
        return [
            _Line(name, "" if number else label, words(name, each), stop=_stops(each))
            for number, each in enumerate(value)
        ]
    if value or name in ALWAYS or NOTHING.get(name):
        return [_Line(name, label, words(name, value), NOTHING.get(name, "Not given"))]
    return []


def _own_lines(kept: Mapping[str, str], words: Words) -> list[_Line]:
    """Each that is asked; of the others what is there still."""
    shown = (each for each in words.own.values() if not each.gone or kept.get(each.which))
    return [
        _Line(own.NAME, f"{each.label} (not asked any more)" if each.gone else each.label,
              words(f"{own.NAME}/{each.which}", kept.get(each.which)))
        for each in shown
    ]  # fmt: skip


def _stops(entry: Any) -> bool:
    return isinstance(entry, Mapping) and bool(entry.get("stop"))


def _both(
    request: ClinicRequest, patient: Patient, group: str, choice: ChoiceForm, *, moved: bool = False
) -> HttpResponse:
    """Words 3 of the screens: who changed it, when, and both sides."""
    touched = {path.partition("/")[0] for path in choice.conflict.pick}
    who, at = changes.last(request.scope, patient, touched)
    when = formats.when(at, request.clinic)
    on = f"at {when.removeprefix('Today ')}" if when.startswith("Today ") else f"on {when}"
    words = Words(request.scope, request.clinic)
    sentence = f"{who} changed this record {on} while you were editing. Choose what to keep. Nothing is lost."
    if moved:
        sentence = f"This record was folded into No. {patient.mrn} while you were editing. Choose what to keep."
    both = both_sides(choice, words.label, words, sentence=sentence, theirs=f"{who}'s", note=f"saved {on}")
    return _page(request, patient, both=(group, both), status=422 if request.htmx else 409)
