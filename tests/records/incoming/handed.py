"""Documents that the desk hands in, and what becomes of them."""

from typing import Any

from django.core.files.storage import default_storage

from clinnet.table import Scope
from patients.models import Patient
from records.incoming import queries, services
from records.incoming.models import Incoming
from records.lines import DocumentLine
from records.received import services as received
from records.services.recording import Moment
from tests.records.cda_files import Who, allergy, document, section

PAPER = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


def sent(**who: str) -> bytes:
    """A document of another clinic, about Pieter Berg if nobody else is said."""
    whom = {"family": "Berg", "given": "Pieter", "born": "19540314", **who}
    part = section("48765-2", "Allergies", allergy("Latex"), text="No reaction since 2019.")
    return document(part, title="Discharge summary", who=Who("1", whom["family"], whom["given"], whom["born"]))


def handed(desk: Scope, patient: Patient, data: bytes = PAPER, title: str = "Referral", **given: Any) -> Incoming:
    id = services.hand_in(desk, patient=patient, data=data, title=title, **({"doctor": ""} | given))
    return now(desk, patient, id)


def now(scope: Scope, patient: Patient, id: str) -> Incoming:
    return queries.incoming(scope, patient, id)


def listed(scope: Scope) -> list[str]:
    return list(queries.still_waiting([queries.waiting_asked(scope)()]))


def file_in(scope: Scope, patient: Patient, item: Incoming, **given: Any) -> DocumentLine:
    given = {"title": item.title or "", "moment": Moment(item.id, received.TITLE), **given}
    id = services.file_in(scope, patient=patient, incoming=item, **given)
    return DocumentLine.unpack(received.found(scope, patient, item.id, id).content)


def there(*keys: str | None) -> list[bool]:
    return [default_storage.exists(each) for each in keys if each]
