"""A request for a time: what is wanted, and the buttons beside it."""

from datetime import date, datetime
from typing import Any, cast

from django import forms

from clinnet import clock
from clinnet.accounts.access import ClinicRequest
from clinnet.accounts.models import Staff
from clinnet.forms.base import ClinicForm
from clinnet.forms.fields import Choice, Day, Line, Notes, RefField
from clinnet.forms.pick import PickField
from patients.models import Patient
from scheduling import words
from scheduling.appointments.forms.visits import WhoForm
from scheduling.appointments.rows.wanted import starts_of
from scheduling.calendar.queries.setup import practitioner, setup, visit_type
from scheduling.calendar.services.checks import FURTHEST
from scheduling.models import WaitlistEntry
from scheduling.waitlist.rows import DAYS, OUTCOMES

WITHDRAWN = (
    "Seen elsewhere",
    "Feeling better",
    "Does not want it any more",
    "Cannot be reached",
    "Asked twice",
    "Other",
)


class PlaceForm(ClinicForm):
    """`back` says where its button stood; `source` and `who` what the list was narrowed to."""

    back = forms.ChoiceField(
        choices=[(each, each) for each in ("list", "lane", "one", "board")], required=False, widget=forms.HiddenInput
    )
    source = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)
    who = forms.CharField(required=False, max_length=60, widget=forms.HiddenInput)


class AcceptForm(PlaceForm):
    """A button."""


class TakeBackForm(PlaceForm):
    """A button."""


class CallForm(PlaceForm):
    outcome = forms.ChoiceField(choices=[*OUTCOMES.items()])


class WithdrawForm(PlaceForm):
    reason = forms.ChoiceField(
        label="Why",
        choices=[(each, each) for each in WITHDRAWN],
        widget=forms.RadioSelect,
        error_messages={"required": "Say why."},
    )


class OfferForm(PlaceForm):
    """`start` is a time and with whom, as the booking page writes it: "2026-11-26T10:30Z~id"."""

    start = forms.CharField(max_length=120, error_messages={"required": "Choose a time."})

    def clean_start(self) -> tuple[datetime, Staff]:
        try:
            ((moment, who),) = starts_of(self.cleaned_data["start"], self.request.clinic.time_zone)
        except (ValueError, OverflowError):
            raise forms.ValidationError("This is not a time.") from None
        found = setup(self.scope).practitioner(who)
        if found is None:
            raise forms.ValidationError("Choose with whom.")
        return moment, found


class WishForm(ClinicForm):
    """What is wanted; empty days and parts of the day mean any."""

    visit_type = RefField(
        visit_type,
        label="Type of visit",
        required=True,
        widget=forms.Select,
        error_messages={"required": "Choose what it is for."},
    )
    practitioners = forms.MultipleChoiceField(
        label="With", required=False, widget=forms.CheckboxSelectMultiple, help_text="Nobody ticked: whoever is free"
    )
    weekdays = forms.MultipleChoiceField(
        label="Days",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[(str(number), name[:3]) for number, name in enumerate(DAYS)],
    )
    part = Choice("Time of day", [("", "Any"), ("am", "Morning"), ("pm", "Afternoon")])
    since = Day("Not before")
    until = Day("Not after")
    urgency = forms.TypedChoiceField(
        label="How urgent", choices=[(1, "Before others"), (2, "In turn"), (3, "Can wait")], coerce=int, initial=2
    )
    reason = Line("Reason", most=200)
    note = Notes("Note", rows=2)

    def __init__(self, request: ClinicRequest, *, about: str = "", start: dict[str, Any] | None = None) -> None:
        super().__init__(request, about=about)
        self.initial = start or {}
        known = setup(self.scope)
        types = sorted((each for each in known.visit_types.values() if each.active), key=lambda each: str(each.name))
        chosen = cast(forms.Select, self.fields["visit_type"].widget)
        chosen.choices = [("", "Choose"), *((each.id, each.name) for each in types)]
        people = cast(forms.MultipleChoiceField, self.fields["practitioners"])
        people.choices = [(each.id, words.short(each)) for each in known.practitioners]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        today = clock.today(self.request.clinic.time_zone).isoformat()
        if given.get("until") and given["until"] < max(today, given.get("since") or ""):
            self.add_error("until", "That day is past, or before the first one.")
        if (given.get("since") or "") > (clock.now() + FURTHEST).date().isoformat():
            self.add_error("since", "That is more than three years away.")
        return given

    @property
    def wishes(self) -> dict[str, Any]:
        """As `services.ask` and `services.change_request` take them."""
        given = self.cleaned_data
        return {
            "visit_type": given["visit_type"],
            "practitioners": [practitioner(self.scope, id) for id in given["practitioners"]],
            "weekdays": sorted(int(each) for each in given["weekdays"]),
            "parts": [given["part"]] if given["part"] else [],
            "since": date.fromisoformat(given["since"]) if given["since"] else None,
            "until": date.fromisoformat(given["until"]) if given["until"] else None,
            "urgency": given["urgency"],
            "reason": given["reason"],
            "note": given["note"],
        }


class NewRequestForm(WishForm, WhoForm):
    """With the patient, who may be found in the same form. The draft is that of the patient in the address."""

    draft_only = ("reason", "note")

    who = PickField("patient", "Name, date of birth, phone or number", new="make")
    source = forms.ChoiceField(
        choices=[(each, each) for each in ("waitlist", "noshow")], required=False, widget=forms.HiddenInput
    )

    def __init__(self, request: ClinicRequest, *, start: dict[str, Any] | None = None) -> None:
        patient = request.GET.get("patient", "")[:40]
        super().__init__(request, about=patient, start=start)
        self.draft = bool(patient)

    def clean_who(self) -> Patient:
        who: Patient | None = self.cleaned_data["who"]
        if who is None:
            raise forms.ValidationError("Find them first, then choose.")
        return who


class EditRequestForm(WishForm):
    """`seen` is the version that it was opened on."""

    draft = True

    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, request: ClinicRequest, entry: WaitlistEntry) -> None:
        parts = entry.parts or []
        start = {
            "visit_type": entry.visit_type_id,
            "practitioners": entry.practitioner_ids or [],
            "weekdays": [str(each) for each in entry.weekdays or []],
            "part": parts[0] if len(parts) == 1 else "",
            "since": entry.since,
            "until": entry.until,
            "urgency": int(entry.urgency),
            "reason": entry.reason,
            "note": entry.note,
            "seen": int(entry.version),
        }
        super().__init__(request, about=entry.id, start=start)
        self.entry = entry

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("seen") != self.entry.version and not self.was_done():
            data = self.request.POST.copy()
            data["seen"] = str(int(self.entry.version))
            self.data = data
            raise forms.ValidationError(
                "Somebody changed this request while you were editing. What it says now stands above. Save again to"
                " keep yours."
            )
        return given
