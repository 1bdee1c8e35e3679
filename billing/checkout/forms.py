"""Check out: what was done, line by line, and how it is paid."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from django import forms
from django.http import QueryDict

from billing import queries
from billing.bundles.models import Bundle
from billing.bundles.services import from_sessions
from billing.checkout.queries import usual_cover
from billing.checkout.services import Bill
from billing.forms import PaymentField, PercentField, QuantityField, SumForm
from billing.invoices.services.issuing import Cover, Provided
from billing.ledger.queries import Account
from billing.models import CARD, CASH, TRANSFER, CatalogItem, Settlement
from billing.recorded.models import VisitWork
from billing.rules import typed
from billing.rules.totals import MOST_LINES, ONE
from clinnet import formats
from clinnet.accounts.access import ClinicRequest
from clinnet.forms.fields import Choice, Line, Tick
from clinnet.forms.money import MoneyField
from patients.models import Patient
from records.recalls.models import Recall
from scheduling.appointments.rows.wanted import WHEN

SEVERAL, LATER = "several", "later"
SOONEST, SAME_WEEK = "soonest", ("today", "tomorrow", "week")  # of the booking page
WAYS = [(CARD, "Card"), (CASH, "Cash"), (TRANSFER, "Transfer")]
PRINT, MAIL, NONE = "print", "mail", "none"
RECEIPTS = [(PRINT, "Print"), (MAIL, "E-mail"), (NONE, "None")]
NEXT = [("", "–"), *((each or SOONEST, word) for each, word in WHEN.items() if each not in SAME_WEEK)]
METHODS = [*WAYS, (SEVERAL, "Several"), (LATER, "Later")]
LINE = ("code", "quantity", "off", "full")  # the fields of a line
FULL = f"An invoice has {MOST_LINES} lines at most. Issue this one, then another."


class CheckoutForm(SumForm):
    """Lines are numbered fields: code-0, quantity-0, off-0, out-0; `add` is the code or the name of one more.

    `billed` sends back the mark of what the page says is billed, `seen` the version of what was
    written down as done.
    """

    billed = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)

    seen = forms.CharField(required=False, max_length=10, widget=forms.HiddenInput)
    add = Line("Add: code or name", most=100)
    also = forms.MultipleChoiceField(label="Also open", required=False, widget=forms.CheckboxSelectMultiple)
    relatives = forms.MultipleChoiceField(label="Pay for these too", required=False)
    method = Choice("How", METHODS, initial=CARD, widget=forms.RadioSelect)
    amount = PaymentField("Amount")
    given = MoneyField("Given")
    credit = Tick("Use the credit", initial=True)
    receipt = Choice("Receipt", RECEIPTS)
    following = Choice("Book the next visit", NEXT)
    at = Line("At", widget=forms.Select(attrs={"class": "form-select"}))  # booking looks whether it is free
    payer = Choice("Who else pays")
    covers = PercentField("Which part, per cent")
    by_card = MoneyField("By card")  # this and the two below: of several ways
    by_cash = MoneyField("In cash")
    by_transfer = MoneyField("By transfer")

    def __init__(
        self, request: ClinicRequest, patient: Patient, done: Sequence[Provided], also: list[Settlement], *,
        day: str, about: str, account: Account, recorded: VisitWork | None = None,
        bundles: Sequence[Bundle] = (), family: Sequence[Bill] = (), recalls: Sequence[Recall] = (),
    ) -> None:  # fmt: skip
        self.patient, self.day, self.debts, self.account, self.bundles = patient, day, also, account, bundles
        self.family, self.written, self.recalls = family, recorded, recalls
        self.doers = {each.item.id: each.by for each in done}
        self.known = queries.setup(request.scope)
        super().__init__(request, about=about)
        self.codes = [each.item.id for each in done]
        quantities = [typed.show(each.quantity) for each in done]
        choices = [(each.id, f"{each.number}, {self.known.show(int(each.open))}") for each in also]
        ids = [(each.appointment.id, each.patient.id) for each in family if each.appointment]
        cast(forms.MultipleChoiceField, self.fields["also"]).choices = choices
        cast(forms.MultipleChoiceField, self.fields["relatives"]).choices = ids
        nexts = self._place_next()
        if self.is_bound:
            self._take_in({"also": choices, "relatives": ids, "following": nexts})
            quantities = []
        for at, code in enumerate(self.codes):
            self.fields[f"code-{at}"] = forms.CharField(widget=forms.HiddenInput, initial=code, required=False)
            self.fields[f"quantity-{at}"], self.fields[f"off-{at}"] = (
                QuantityField(),
                PercentField("Discount in per cent"),
            )
            self.fields[f"quantity-{at}"].initial = quantities[at] if quantities else "1"
            self.fields[f"out-{at}"] = forms.BooleanField(label="Take out", required=False)
            self.fields[f"full-{at}"] = forms.BooleanField(label="Take the price instead", required=False)
        self.fields["seen"].initial = str(self.version)
        self.fields["receipt"].initial = account.receipt or PRINT
        self._place_payers()

    def _place_next(self) -> list[tuple[str, str]]:
        """Who treats has asked them back: that is offered first."""
        asked = [(each.id, f"{formats.date(each.due, self.request.clinic)}, {each.what}") for each in self.recalls]
        choices = [NEXT[0], *asked, *NEXT[1:]]
        cast(forms.ChoiceField, self.fields["following"]).choices = choices
        turned = {"data-key": "n", "data-turn": "", "data-key-name": "Book the next visit"}
        self.fields["following"].widget.attrs |= turned
        return choices

    def offer(self, times: Sequence[tuple[str, str]]) -> None:
        """The free times of the next visit, the first of them chosen unless another was."""
        cast(forms.Select, self.fields["at"].widget).choices = times
        if self.data.get("at") not in dict(times):
            self.data = cast(QueryDict, self.data).copy()
            self.data["at"] = times[0][0]

    @property
    def since(self) -> str:
        """From when on the next visit is wanted: of NEXT, or the id of a recall."""
        return str(getattr(self, "cleaned_data", {}).get("following") or "")

    @property
    def recall(self) -> Recall | None:
        return next((each for each in self.recalls if each.id == self.since), None)

    def _place_payers(self) -> None:
        """Whose policy holds on the day is chosen, with their usual part."""
        offered = [each for each in self.known.payers.values() if each.active]
        names = sorted(((each.id, each.name) for each in offered), key=lambda each: each[1].casefold())
        cast(forms.ChoiceField, self.fields["payer"]).choices = [("", "Nobody else"), *names]
        if usual := usual_cover(self.known, self.patient, self.day):
            self.fields["payer"].initial, self.fields["covers"].initial = usual.payer.id, typed.show(usual.percent)

    @property
    def cover(self) -> Cover | None:
        """Who else pays, and which part: what is typed, else their usual part."""
        given = getattr(self, "cleaned_data", {}) if self.is_bound else {}
        payer = given.get("payer") if self.is_bound else self.fields["payer"].initial
        found = self.known.payers.get(payer or "")
        return Cover(found, given.get("covers") or int(found.percent)) if found else None

    def _take_in(self, offered: Mapping[str, Sequence[tuple[str, str]]]) -> None:
        """The lines that were sent; what was to be added is one more, what was taken out is none.

        A debt that was paid meanwhile, or a relative who was checked out, is none: the sum says that it changed. Nor is
        a recall that somebody took off its list.
        """
        data = cast(QueryDict, self.data).copy()
        for name, choices in offered.items():
            data.setlist(name, [each for each in data.getlist(name) if each in dict(choices)])
        sent = [name for name in data if name.startswith("code-")][:MOST_LINES]
        kept = [name.removeprefix("code-") for name in sent if f"out-{name.removeprefix('code-')}" not in data]
        lines = [{name: str(data[f"{name}-{at}"]) for name in LINE if f"{name}-{at}" in data} for at in kept]
        lines = [each for each in lines if each["code"] in self.known.catalog]
        lines += self._written_down(data, lines)
        if len(lines) < MOST_LINES and (found := self.known.found(str(data.get("add", "")))):
            lines.append({"code": found.id, "quantity": "1"})
            data["add"] = ""
        self.codes = [each["code"] for each in lines]
        for name in list(data):
            if name.partition("-")[0] in (*LINE, "out"):
                del data[name]
        for at, line in enumerate(lines):
            for name, value in line.items():
                data[f"{name}-{at}"] = value
        self.data = data

    def _written_down(self, data: QueryDict, lines: Sequence[Mapping[str, str]]) -> list[dict[str, str]]:
        """What somebody recorded while the page was open: lines of it, so that another sum is shown first."""
        seen, there = data.get("seen", ""), [each["code"] for each in lines]
        if not seen or seen == str(self.version):
            return []
        data["seen"] = str(self.version)
        done = self.written.done if self.written else []
        new = [each for each in done if each.code in self.known.catalog and each.code not in there]
        return [{"code": each.code, "quantity": typed.show(each.quantity)} for each in new]

    @property
    def version(self) -> int:
        """How often what was done was written down, and changed."""
        return int(self.written.version or 0) if self.written else 0

    def clean_add(self) -> str:
        if self.cleaned_data["add"] and len(self.codes) == MOST_LINES:
            raise forms.ValidationError(FULL, code="invalid")
        if self.cleaned_data["add"]:
            raise forms.ValidationError("No service, or more than one, is called that. Type its code.")
        return ""

    @property
    def done(self) -> list[Provided]:
        """As far as it can be read; a line with an error counts as one of its full price."""
        given, places = getattr(self, "cleaned_data", {}), range(len(self.codes))
        done = [
            Provided(
                self.known.catalog[code],
                self.day,
                self.doers.get(code, ""),
                quantity=given.get(f"quantity-{at}", ONE),
                percent_off=given.get(f"off-{at}", 0),
            )
            for at, code in enumerate(self.codes)
        ]
        return from_sessions(done, self.bundles, [at for at in places if given.get(f"full-{at}")])

    def covered(self, code: str) -> bool:
        """Whether the person has sessions of it."""
        return any(each.covers == code for each in self.bundles)

    @property
    def lines(self) -> list[tuple[CatalogItem, dict[str, Any]]]:
        """Each service with its fields: those of LINE, and `out`."""
        return [
            (self.known.catalog[code], {name: self[f"{name}-{at}"] for name in (*LINE, "out")})
            for at, code in enumerate(self.codes)
        ]

    @property
    def chosen(self) -> list[Settlement]:
        """The older debts that are ticked."""
        ticked = getattr(self, "cleaned_data", {}).get("also") or []
        return [each for each in self.debts if each.id in ticked]

    @property
    def with_it(self) -> list[Bill]:
        """Those of the family who are ticked."""
        ticked = getattr(self, "cleaned_data", {}).get("relatives") or []
        return [each for each in self.family if each.appointment and each.appointment.id in ticked]

    @property
    def bills(self) -> list[Bill]:
        """Who is billed, and what: the person, and those of the family who are ticked."""
        return [Bill(self.patient, self.done, cover=self.cover), *self.with_it]

    @property
    def how(self) -> str:
        return str(getattr(self, "cleaned_data", {}).get("method") or CARD)

    @property
    def used(self) -> int:
        """What of the person's credit can be used: nothing where it is paid later, or where the tick was taken out."""
        ticked = getattr(self, "cleaned_data", {}).get("credit") if self.is_bound else True
        return self.account.credit if ticked and self.how != LATER else 0

    @property
    def parts(self) -> list[tuple[str, int]]:
        """Of several ways: (method, amount) of each that has one."""
        found = [(method, self.minor(f"by_{method}") or 0) for method, _ in WAYS]
        return [each for each in found if each[1]] if self.how == SEVERAL else []

    def minor(self, name: str) -> int | None:
        """Of `amount` or `given`; None where it is empty."""
        found = getattr(self, "cleaned_data", {}).get(name)
        return int(found.minor) if found else None
