"""A price list, and a tax class."""

from billing.forms import PercentField
from billing.pricing.models import PriceList, TaxClass
from billing.rules import typed
from clinnet import formats
from clinnet.accounts.access import ClinicRequest
from clinnet.forms.base import ClinicForm
from clinnet.forms.fields import Day, Line, Tick


class PriceListForm(ClinicForm):
    name = Line(  # type: ignore[assignment]  # a field is no attribute
        "Name", most=60, required=True, error_messages={"required": "A price list needs a name."}
    )
    active = Tick("In use", initial=True, help_text="What is not in use is offered for no payer any more")

    def __init__(self, request: ClinicRequest, price_list: PriceList | None = None) -> None:
        super().__init__(request, about=price_list.id if price_list else "new")
        if price_list:
            self.initial = {"name": price_list.name, "active": price_list.active}


class TaxClassForm(ClinicForm):
    name = Line(  # type: ignore[assignment]  # a field is no attribute
        "Name", most=60, required=True, error_messages={"required": "A tax class needs a name."}
    )
    rate = PercentField("Tax in per cent", help_text="Empty or 0: exempt")
    since = Day("Holds from", help_text="What was done before that day keeps the earlier rate")
    note = Line("Why it is exempt", most=120, help_text="On invoices: the law that says so")

    def __init__(self, request: ClinicRequest, tax_class: TaxClass | None = None) -> None:
        self.today = formats.today(request.clinic)
        super().__init__(request, about=tax_class.id if tax_class else "new")
        self.initial = {"since": self.today}
        if tax_class:
            rate = typed.show(tax_class.rate_on(self.today))
            self.initial |= {"name": tax_class.name, "rate": rate, "note": tax_class.note}

    def clean_since(self) -> str:
        return str(self.cleaned_data["since"] or self.today)
