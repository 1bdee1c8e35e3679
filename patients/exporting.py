"""All patients of a clinic as CSV, a hundred at a time, complete to the last row."""

from collections.abc import Iterator
from typing import Any

from clinnet import spreadsheets
from clinnet.accounts.models import Clinic
from clinnet.table import Scope, find_row, get_many, keys, query
from patients.models import Patient
from patients.rules import languages, names, own, phones

BATCH = 100
COLUMNS = (
    "number", "family name", "given name", "further names", "preferred name", "title", "birth date",
    "birth date estimated", "sex", "gender identity", "pronouns", "phones", "e-mail", "messages by", "street", "city",
    "region", "postcode", "country", "national id", "language", "interpreter", "insurance", "general practitioner",
    "consent to data", "consent to messages", "alerts", "notes", "registered", "deceased on", "archived", "test",
    "restricted",
)  # fmt: skip


def batches(scope: Scope) -> Iterator[list[Patient]]:
    """Every patient once, in the order of the list. Merged records are in their survivor's place alone."""
    seen: set[str] = set()
    for letter in _letters(scope):
        cursor = ""
        while True:
            asked = keys.patients_by_letter(scope.clinic_id, letter)
            page = query(scope, asked, limit=BATCH, cursor=cursor, view="export")
            ids = [row["id"] for row in page.rows if row["id"] not in seen]  # renamed while we read: still once
            seen.update(ids)
            yield _whole(scope, ids)
            if not (cursor := page.next):
                break


def is_more_than(scope: Scope, most: int) -> bool:
    """Counted on the list, which is read no further than that."""
    left = most
    for letter in _letters(scope):
        page = query(scope, keys.patients_by_letter(scope.clinic_id, letter), limit=left + 1, fresh=False)
        left -= len(page.rows)
        if left < 0 or page.next:
            return True
    return False


def _letters(scope: Scope) -> list[str]:
    row = find_row(scope, keys.list_buckets(scope.clinic_id))  # as the table has it now, not as this process remembers
    return sorted(row["letters"] if row else (), key=names.by_alphabet)


def _whole(scope: Scope, ids: list[str]) -> list[Patient]:
    known = {each.id: each for each in get_many(scope, map(Patient.at, ids)).of(Patient)} if ids else {}
    return [known[id] for id in ids if id in known and not known[id].merged_into]


def lines(patients: list[Patient], clinic: Clinic) -> str:
    return spreadsheets.lines(cells(each, clinic) for each in patients)


def head(clinic: Clinic) -> str:
    """The clinic's own fields come last, also those that are not asked any more."""
    return spreadsheets.head((*COLUMNS, *(each.label for each in own.every(clinic.patient_fields))))


def cells(patient: Patient, clinic: Clinic) -> list[str]:
    """In the order of the head. Dates are ISO, phones as the clinic's country writes them."""
    data = patient.data
    plain = [str(data.get(name, "")) for name in ("family_name", "given_name", "further_names", "preferred_name")]
    about = [str(data.get(name, "")) for name in ("sex", "gender_identity", "pronouns")]
    address = data.get("address") or {}
    consents = data.get("consents") or {}
    return [
        patient.mrn or "", *plain, patient.title or "", patient.birth_date or "", _yes(patient.birth_estimated),
        *about, "; ".join(phones.show(each["number"], clinic.country) for each in data.get("phones") or []),
        patient.email or "", patient.reach_by or "",
        *(address.get(part, "") for part in ("line", "city", "region", "postcode", "country")),
        patient.national_id or "", languages.name(patient.language or ""), _yes(patient.interpreter),
        "; ".join(_policy(each) for each in data.get("policies") or []), patient.general_practitioner or "",
        _consent(consents.get("data")), _consent(consents.get("messages")),
        "; ".join(each["text"] for each in data.get("alerts") or []), patient.notes or "",
        (patient.created_at or "")[:10], patient.deceased_on or "", (patient.archived or {}).get("at", "")[:10],
        _yes(patient.test), _yes(patient.restricted),
        *((patient.own or {}).get(each.which, "") for each in own.every(clinic.patient_fields)),
    ]  # fmt: skip


def _yes(flag: object) -> str:
    return "yes" if flag else ""


def _policy(policy: dict[str, Any]) -> str:
    parts = (policy.get("payer", ""), policy.get("number", ""), _until(policy.get("valid_until", "")))
    return " ".join(part for part in parts if part)


def _until(day: str) -> str:
    return f"until {day}" if day else ""


def _consent(consent: dict[str, Any] | None) -> str:
    return f"{'given' if consent.get('given') else 'refused'} {consent.get('on', '')}".strip() if consent else ""
