"""How a document begins, as the clinic's values would have it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from clinnet.accounts.models import Clinic
from clinnet.documents import Document, Head, Paper
from clinnet.documents.heads import logo_of


@dataclass(frozen=True, slots=True, repr=False)
class Sample:
    """What templates/documents/sample.typ shows."""

    clinic: str
    address: str
    phone: str


def sample(clinic: Clinic, values: Mapping[str, Any]) -> bytes:
    """The first page as PNG. Raises CannotPrint."""
    name, address, phone, foot = (str(values.get(each) or "") for each in ("name", "address", "phone", "letterhead"))
    head, data = Head(name, logo_of(clinic), foot), Sample(name, address, phone)
    return Document("Sample", "documents/sample.typ", data, Paper.usual(clinic.country), head).pictures()[0]
