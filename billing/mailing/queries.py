"""What was mailed of an invoice."""

from billing.mailing.models import Mailing
from billing.models import Invoice
from clinnet.table import Scope, keys, query

MOST = 50


def mailings(scope: Scope, invoice: Invoice) -> list[Mailing]:
    """Newest first."""
    return query(scope, keys.mailings_of(invoice.patient_id, invoice.id), limit=MOST, backward=True).of(Mailing)
