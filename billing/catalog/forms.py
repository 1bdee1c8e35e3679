"""A service of the catalogue."""

from typing import Any, cast

from django import forms

from billing import queries
from billing.catalog.services import MOST_SESSIONS
from billing.forms import PercentField
from billing.models import CatalogItem
from billing.rules import typed
from clinnet import formats
from clinnet.accounts.access import ClinicRequest
from clinnet.forms.base import ClinicForm
from clinnet.forms.fields import Choice, Day, Line, Tick
from clinnet.forms.money import MoneyField
from clinnet.money import Money
from scheduling.calendar.queries.setup import setup


class ServiceForm(ClinicForm):
    code = Line(
        "Code",
        most=20,
        required=True,
        error_messages={"required": "A service needs a code."},
        help_text="Short, as everybody types it. It is never used again for another service",
    )
    name = Line(  # type: ignore[assignment]  # a field is no attribute
        "Name", most=100, required=True, error_messages={"required": "A service needs a name."}
    )
    category = Line("Category", most=60, help_text="For reports: consultations, laboratory, letters")
    price = MoneyField("Price", required=True, error_messages={"required": "Give it a price; 0 if it is free."})
    since = Day("Price holds from", help_text="Visits before that day keep the earlier price")
    price_list_id = Choice("On the price list", help_text="The price above is that of this list")
    tax_class_id = Choice("Taxed as")
    rate = PercentField("Tax in per cent", help_text="Empty or 0: exempt, as medical care mostly is")
    sessions = forms.IntegerField(
        label="Sessions",
        required=False,
        min_value=2,
        max_value=MOST_SESSIONS,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "form-control", "autocomplete": "off"}),
        help_text="Only of a bundle, which is paid once: how often it is used",
    )
    covers = Choice("Sessions of")
    parts = forms.MultipleChoiceField(
        label="Package of",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Its one price is shared out over these, so that the tax of each stays its own",
    )
    visit_types = forms.MultipleChoiceField(
        label="Usual for",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Visits of these types are billed as this, unless something else was recorded",
    )
    is_own = Tick("Patients pay this alone", help_text="No insurer or employer pays a part of it: letters, forms")
    active = Tick("Offered", initial=True, help_text="What is not offered any more is still on older invoices")

    def __init__(self, request: ClinicRequest, item: CatalogItem | None = None) -> None:
        self.item, self.today = item, formats.today(request.clinic)
        super().__init__(request, about=item.id if item else "new")
        self.initial = self._start(request)
        types = sorted(setup(request.scope).visit_types.values(), key=lambda each: each.name.casefold())
        chosen = cast(forms.MultipleChoiceField, self.fields["visit_types"])
        chosen.choices = [(each.id, each.name) for each in types if each.active]
        self._offer(queries.setup(request.scope), item)
        if item:
            del self.fields["code"]

    def _offer(self, known: queries.MoneySetup, item: CatalogItem | None) -> None:
        """What there is to choose from; where a clinic has one price list, or no tax class, nothing is asked."""
        own = item.id if item else ""
        plain = [each for each in known.catalog.values() if not each.sessions and not each.parts and each.id != own]
        services = sorted(((each.id, each.name) for each in plain), key=lambda each: each[1].casefold())
        cast(forms.ChoiceField, self.fields["covers"]).choices = [("", "–"), *services]
        cast(forms.MultipleChoiceField, self.fields["parts"]).choices = services
        classes = sorted(((each.id, each.name) for each in known.tax_classes.values()), key=lambda each: each[1])
        cast(forms.ChoiceField, self.fields["tax_class_id"]).choices = [("", "Its own rate"), *classes]
        lists = known.list_choices()
        cast(forms.ChoiceField, self.fields["price_list_id"]).choices = lists
        for name, is_asked in (("tax_class_id", classes), ("price_list_id", lists[1:]), ("parts", services[1:])):
            if not is_asked:
                del self.fields[name]

    def _start(self, request: ClinicRequest) -> dict[str, Any]:
        if self.item is None:
            return {"since": self.today, "active": True}
        price = self.item.price_on(self.today)
        return {
            "name": self.item.name,
            "category": self.item.category,
            "rate": typed.show(int(self.item.rate)),
            "price": None if price is None else Money(price, request.clinic.money),
            "since": self.today,
            "visit_types": self.item.visit_type_ids,
            "active": self.item.active,
            "is_own": bool(self.item.is_own),
            "sessions": self.item.sessions,
            "covers": self.item.covers or "",
            "tax_class_id": self.item.tax_class_id or "",
            "parts": self.item.parts or [],
        }

    @property
    def values(self) -> dict[str, Any]:
        """As services.save takes them."""
        given = self.cleaned_data
        return {
            "code": given.get("code", ""),
            "name": given["name"],
            "price": given["price"].minor,
            "since": given["since"] or self.today,
            "rate": given["rate"],
            "category": given["category"],
            "visit_types": given["visit_types"],
            "active": given["active"],
            "is_own": given["is_own"],
            "sessions": given["sessions"] or 0,
            "covers": given["covers"],
            "tax_class_id": given.get("tax_class_id", ""),
            "price_list_id": given.get("price_list_id", ""),
            "parts": given.get("parts", []),
        }
