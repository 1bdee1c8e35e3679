"""The bundles of a person, and those that an invoice sold or used."""

from billing.bundles.models import Bundle
from billing.models import Invoice
from clinnet.table import Scope, get_many, keys, query
from patients.models import Patient
from patients.timeline import all_ids

MOST = 100


def bundles(scope: Scope, patient: Patient) -> list[Bundle]:
    """With sessions left, of the record and of those folded into it, oldest first."""
    found = [each for id in all_ids(patient) for each in query(scope, keys.bundles_of(id), limit=MOST).of(Bundle)]
    return sorted((each for each in found if each.left), key=lambda each: each.id)


def of_invoice(scope: Scope, invoice: Invoice) -> dict[str, Bundle]:
    """By id."""
    wanted = [
        Bundle.at(invoice.patient_id, Bundle.id_of(invoice.id, at))
        for at, line in enumerate(invoice.lines)
        if line.get("per")
    ]
    wanted += [Bundle.at(str(line["of"]), str(line["bundle"])) for line in invoice.lines if line.get("bundle")]
    return {each.id: each for each in get_many(scope, list(dict.fromkeys(wanted))).of(Bundle)} if wanted else {}
