"""A payer's page. The list is among the management pages."""

from functools import partial

from django.http import HttpResponse

from billing import queries
from billing.payers import services
from billing.payers.forms import PayerForm
from billing.pricing.views import setting_page
from clinnet.accounts.access import ClinicRequest, needs
from clinnet.accounts.permissions import Permission
from clinnet.console import history
from clinnet.table import Once

PAYER = "An insurer or an employer, who pays a part of patients' invoices."


@needs(Permission.CATALOGUE)
def payer(request: ClinicRequest, clinic: str, payer_id: str = "") -> HttpResponse:
    found = queries.payer(request.scope, payer_id) if payer_id else None
    form = history.begun(request, found, partial(PayerForm, request))

    def save(once: Once) -> str:
        return services.save_payer(request.scope, payer=found, **form.cleaned_data, once=once)

    named = found.name if found else ""
    return setting_page(request, form, save, named=named, new="New payer", about=PAYER, home="billing:claims")
