"""What was printed or mailed of an invoice, and printed of a credit note."""

from billing.mailing.models import Mailing
from billing.models import CreditNote, Invoice
from clinnet.table import Scope, keys, query

MOST = 50


def mailings(scope: Scope, document: Invoice | CreditNote) -> list[Mailing]:
    """Newest first."""
    return query(scope, keys.mailings_of(document.patient_id, document.id), limit=MOST, backward=True).of(Mailing)
