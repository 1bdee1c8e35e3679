"""What stands above every page about a patient, and the tabs beneath it."""

from collections.abc import Iterator
from datetime import date
from typing import Any, NamedTuple

from clinnet import clock, formats
from clinnet.accounts.models import Clinic
from clinnet.accounts.permissions import Permission
from clinnet.addresses import reverse
from clinnet.table import Scope
from patients.models import SEX_LETTERS, Patient
from patients.rules import births, languages, names, phones


def banner(patient: Patient, scope: Scope, clinic: Clinic) -> dict[str, Any]:
    """What templates/parts/banner.html takes."""
    data = patient.data
    phone = phones.preferred(patient.phones).get("number", "")
    return {
        "url": url("overview", scope, patient),
        "family_given": names.list_name(data),
        "preferred": patient.preferred_name,
        "letters": names.initials(data),
        "seed": patient.id,
        "photo": url("photo", scope, patient) if patient.photo else "",
        "age": _age(patient, clock.today(clinic.time_zone)),
        "sex": SEX_LETTERS.get(patient.sex or "", ""),
        "birth": formats.date(patient.birth_date or "", clinic),
        "number": patient.mrn,
        "phone": phones.show(phone, clinic.country) if phone else "",
        "phone_href": phones.link(phone),
        "alerts": alerts(patient),
        "edit_url": url("details", scope, patient) if scope.may(Permission.PATIENT_WRITE) else "",
        "more": tuple(_more(patient, scope)),
        "strips": list(_strips(patient, clinic)),
    }


def alerts(patient: Patient) -> list[dict[str, Any]]:
    """Stop alerts first; the need for an interpreter is one."""
    found = [{"text": each["text"], "stop": bool(each.get("stop"))} for each in patient.alerts or []]
    if patient.interpreter:
        found.append({"text": f"Interpreter: {languages.name(patient.language or '')}".rstrip(": "), "stop": False})
    return sorted(found, key=lambda alert: not alert["stop"])


def _age(patient: Patient, today: date) -> str:
    """Of the dead, the age at death."""
    if not patient.birth_date:
        return "age not known"
    if patient.deceased_on and not _death_is_known(patient):
        return "age at death not known"
    on = births.span(patient.deceased_on)[0] if patient.deceased_on else today
    return births.age(patient.birth_date, on, estimated=bool(patient.birth_estimated))


def _death_is_known(patient: Patient) -> bool:
    """Not where an import recorded the death on a day that only stands for it."""
    return patient.deceased_on not in str((patient.extra or {}).get("Date of death", "")) or not patient.deceased_on


def _strips(patient: Patient, clinic: Clinic) -> Iterator[dict[str, str]]:
    if patient.deceased_on:
        on = formats.date(patient.deceased_on, clinic) if _death_is_known(patient) else "date not known"
        yield _strip("grey", "heart-handshake", f"Deceased, {on}")
    if archived := patient.archived:
        at = formats.when(archived["at"], clinic)
        yield _strip("grey", "archive", f"Archived: {archived['reason']} ({archived['by']}, {at})")
    if patient.test:
        yield _strip("note", "flask", "Test patient: not a person, counts nowhere")
    if patient.restricted:
        yield _strip("warn", "lock", "Restricted chart: whoever opens it gives a reason, and each opening is reviewed")
    messages = (patient.consents or {}).get("messages")
    if messages and not messages["given"]:
        yield _strip("warn", "message-off", "No consent for messages")


def _strip(kind: str, icon: str, text: str) -> dict[str, str]:
    return {"kind": kind, "icon": icon, "text": text}


class Item(NamedTuple):
    """In the menu of the banner: `page` is the name of its address."""

    label: str
    icon: str
    page: str
    danger: bool = False


def _more(patient: Patient, scope: Scope) -> Iterator[Item]:
    def item(label: str, icon: str, page: str, needs: Permission, *, danger: bool = False) -> Iterator[Item]:
        if scope.may(needs):
            yield Item(label, icon, f"patients:{page}", danger)

    yield from item("Edit", "pencil", "details", Permission.PATIENT_WRITE)
    yield from item("Merge with another record", "arrow-merge", "merge", Permission.PATIENT_MERGE)
    yield from item(
        "Deceased: change" if patient.deceased_on else "Deceased",
        "heart-handshake",
        "deceased",
        Permission.PATIENT_WRITE,
    )
    yield from item(
        "Not a test patient" if patient.test else "Mark as test patient", "flask", "test", Permission.PATIENT_ARCHIVE
    )
    yield from item(
        "Lift the restriction" if patient.restricted else "Restrict the chart",
        "lock",
        "restrict",
        Permission.PATIENT_RESTRICT,
    )
    if patient.is_archived:
        yield from item("Restore", "archive-off", "restore", Permission.PATIENT_ARCHIVE)
    else:
        yield from item("Archive", "archive", "archive", Permission.PATIENT_ARCHIVE, danger=True)


def url(page: str, scope: Scope, patient: Patient) -> str:
    return reverse(f"patients:{page}", args=[scope.clinic_id, patient.id])
