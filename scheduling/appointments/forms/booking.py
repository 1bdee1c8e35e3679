"""What is sent to book or to move, and what is left to type when a time was refused."""

from typing import Any

from django import forms
from django.conf import settings
from django.http import QueryDict

from clinnet import clock
from clinnet.accounts.access import ClinicRequest
from clinnet.forms.base import ClinicForm
from clinnet.forms.fields import Line, Notes, Tick
from clinnet.jobs.models import Job
from clinnet.table import Once, Transaction
from clinnet.table.errors import NotFound, Refused
from patients import family
from patients.models import Patient
from patients.queries import current
from scheduling.appointments import queries as appointment_queries
from scheduling.appointments.rows.caller import people_and_new
from scheduling.appointments.rows.wanted import Moment, Wanted, minutes_of, starts_of, type_of
from scheduling.appointments.services import booking, moving
from scheduling.appointments.services.booking import Visit
from scheduling.calendar.queries import free_times
from scheduling.calendar.queries.setup import practitioner, setup
from scheduling.disruptions.services import series_move
from scheduling.messages.forms import TellField
from scheduling.messages.queries.recipients import BY_MESSAGE, EMAIL, SMS, is_looked_after, refused
from scheduling.messages.services.outbox import SOON
from scheduling.models import Appointment, Room, WaitlistEntry
from scheduling.refusals import OutsideHours, SlotTaken
from scheduling.waitlist.services import answering

MOST_ANSWERED = 3
TELL = {"email": "E-mail", "sms": "Text message", "slip": "Printed slip", "nothing": "Nothing"}


class BookForm(ClinicForm):
    """The whole page but what only filters the times. After a refusal, `refusal` says what may be done about it.

    Its draft is the patient's: words typed before one is chosen are nobody's, and are not kept.
    """

    draft_only = ("reason", "note")

    start = forms.CharField(required=False, widget=forms.HiddenInput)
    minutes = forms.CharField(required=False)
    reason = Line("Reason", most=200, widget=forms.TextInput(attrs={"data-key": "r", "data-key-name": "Reason"}))
    note = Notes("Note", rows=1, most=1000)
    tell_by = forms.ChoiceField(label="Tell by", choices=list(TELL.items()), required=False, initial="nothing")
    tell = TellField()
    seen = Tick("I have seen this")
    rest = Tick("Move all later ones of the series as well: by as many days, to this time")
    overbook = Line("Reason for a second patient", most=200)

    def __init__(
        self,
        request: ClinicRequest,
        patient: Patient | None,
        *,
        relatives: list[Patient] | None = None,
        moved: Appointment | None = None,
        start: dict[str, Any] | None = None,
    ) -> None:
        self.patient, self.relatives, self.moved = patient, relatives or [], moved
        about = f"{patient.id if patient else ''} {moved.id if moved else ''}"
        super().__init__(request, about=about, start=start)
        self.draft = bool(patient and not moved)
        self.refusal: SlotTaken | OutsideHours | None = None
        self.starts: tuple[Moment, ...] = ()
        self.booked_ids: list[str] = []
        self.newcomers: set[str] = set()  # who have no other visit here
        self.answered: list[WaitlistEntry] = []  # open requests of the patient for which this is the time
        if not (moved and moved.by_message):
            del self.fields["tell"]
        if not (moved and moved.series_id):
            del self.fields["rest"]
        self.job: Job | None = None  # of the later ones
        self.must_see = bool(patient and not moved and stops(patient))

    @property
    def shows_sent(self) -> bool:
        """Also where other times were looked for: nothing is checked then, and the words stay."""
        return self.request.method == "POST"

    @property
    def people(self) -> list[Patient]:
        return [each for each in (self.patient, *self.relatives) if each]

    @property
    def said_start(self) -> str:
        """The time that is wanted: of the button that was pressed, or the one chosen."""
        return next((value for name in ("squeeze", "anyway", "start") if (value := self.data.get(name))), "")

    @property
    def outside(self) -> bool:
        """Whether this very time was wanted although it is outside hours."""
        return self.said_start in (self.data.get("anyway"), self.data.get("outside"))

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        known = setup(self.scope)
        with_id = self.data.get("with", "")
        try:
            self.starts = starts_of(self.said_start, known.clinic.time_zone, "" if with_id == "any" else with_id)
        except (ValueError, OverflowError):
            self.add_error("start", "That is not a time. Choose one.")
        if self.patient is None:
            self.add_error(None, "Choose the patient first.")
        elif not self.starts and not self.errors.get("start"):
            self.add_error("start", "Choose a time.")
        elif len(self.starts) != len(self.people) and not self.errors.get("start"):
            self.add_error("start", "Choose a time for all of them.")
        if self.must_see and not given.get("seen"):
            self.add_error("seen", "Tick that you have seen the alert.")
        if "squeeze" in self.data and not given.get("overbook"):
            self.add_error("overbook", "Say why a second patient is booked.")
        if self.patient and not self.moved and (ids := self.request.POST.getlist("answers")[:MOST_ANSWERED]):
            try:
                self.answered = answering.open_ones(self.scope, self.patient, ids)
            except Refused as refused:
                self.add_error(None, refused.sentence)
        return given

    def book(self, once: Once) -> None:
        """Raises what the services raise; a time that was refused is kept with what is offered instead."""
        try:
            if self.moved:
                self._move(self.moved, once)
            else:
                squeezed = self.cleaned_data["overbook"] if "squeeze" in self.data else ""
                self.booked_ids = booking.book_together(
                    self.scope,
                    visits=self._visits(),
                    overbook=squeezed,
                    outside_hours=self.outside,
                    also=self._answer,
                    once=once,
                )
        except (SlotTaken, OutsideHours) as refusal:
            self.refusal = refusal
            raise

    def _answer(self, tx: Transaction, appointment_id: str) -> None:
        answering.add_answer(tx, self.answered, appointment_id)

    def _visits(self) -> list[Visit]:
        visit_type = type_of(setup(self.scope), self.data.get("type", ""))
        minutes, given = minutes_of(self._query(), visit_type, None), self.cleaned_data
        return [
            Visit(patient, visit_type, practitioner(self.scope, who), start, None, minutes, given["reason"],
                  given["note"], given["tell_by"] or told_by(patient), new_patient=patient.id in self.newcomers)
            for patient, (start, who) in zip(self.people, self.starts, strict=True)
        ]  # fmt: skip

    def _move(self, moved: Appointment, once: Once) -> None:
        ((start, who),) = self.starts
        visit_type = setup(self.scope).visit_types.get(moved.visit_type_id or "")
        minutes = minutes_of(self._query(), visit_type, moved) if visit_type else 0
        squeezed = self.cleaned_data["overbook"] if "squeeze" in self.data else ""
        moving.move(self.scope, appointment=moved, start=start, practitioner=practitioner(self.scope, who),
                      room=self._room(moved, start, who), minutes=minutes, overbook=squeezed,
                      outside_hours=self.outside, tell=self.cleaned_data.get("tell") or SOON, once=once)  # fmt: skip
        self.booked_ids = [moved.id]
        if self.cleaned_data.get("rest") and self.patient:
            self.job = series_move.move_rest(
                self.scope,
                patient=self.patient,
                appointment=moved,
                start=start,
                practitioner=practitioner(self.scope, who),
                once=Once(f"{once.token}#rest", once.digest),
            )

    def _room(self, moved: Appointment, start: Any, who: str) -> Room | None:
        """Its own room where that is free then, else another that would do. None where it needs none."""
        found = free_times.room_for(self.scope, moved, start, practitioner(self.scope, who)) if moved.room_id else ""
        return setup(self.scope).rooms.get(found)

    def _query(self) -> QueryDict:
        return self.request.POST


def stops(patient: Patient) -> list[str]:
    """The alerts that are to be seen before booking."""
    return [each["text"] for each in patient.alerts or [] if each.get("stop")]


def ways(patient: Patient | None) -> list[tuple[str, str]]:
    """In which this patient can be told, with words: there is an address or a mobile number, theirs or that of a
    relative who receives messages, and no refusal.
    """
    if patient is None:
        return list(TELL.items())
    relatives = any(link.get("messages") for link in patient.links or [])
    others = " to guardian" if is_looked_after(patient, clock.now().date()) else ""
    able = {EMAIL: patient.mailbox or relatives, SMS: settings.CLINNET_SMS and (patient.mobile or relatives)}
    possible = [way for way in BY_MESSAGE if able[way] and not refused(patient)]
    return [
        (way, word + others if way in possible else word)
        for way, word in TELL.items()
        if way in possible or way not in BY_MESSAGE
    ]


def told_by(patient: Patient | None) -> str:
    """How a patient is told unless somebody says otherwise: by message to those who agreed, else on paper."""
    if patient is None:
        return "slip"
    possible = [way for way, _ in ways(patient) if way in BY_MESSAGE]
    if patient.reach_by in possible:
        return str(patient.reach_by)
    agreed = (patient.consents or {}).get("messages")
    return possible[0] if possible and agreed else "slip"


def book_form(request: ClinicRequest, shown: Wanted) -> BookForm:
    """The form of a page that is only shown: what was typed already stays, nothing is checked."""
    patient = shown.caller.patient if shown.caller else None
    typed = {name: request.POST[name] for name in BookForm.base_fields if name in request.POST}
    return BookForm(request, patient, moved=shown.moved, start={"tell_by": told_by(patient)} | typed)


def sent_form(request: ClinicRequest) -> BookForm:
    """The form as it was sent, its people and whether they are new read side by side.

    Raises NotFound for who is not of this clinic.
    """
    scope, given = request.scope, request.POST
    if move := given.get("move", ""):
        visit = appointment_queries.visit(scope, given.get("patient", ""), move)
        return BookForm(request, visit.patient, moved=visit.appointment)
    ids = [given.get("patient", ""), *given.getlist("also")]
    if not ids[0]:
        return BookForm(request, None)
    people, newcomers = people_and_new(scope, ids)
    if people.keys() != set(ids):
        raise NotFound
    patient = people[ids[0]]
    if patient.merged_into:
        patient = current(scope, patient.merged_into)
    if not set(ids[1:]) <= set(family.ids(patient)):
        raise NotFound
    form = BookForm(request, patient, relatives=[people[id] for id in dict.fromkeys(ids[1:])])
    form.newcomers = newcomers
    return form


class UnbookForm(ClinicForm):
    """The Undo of a toast: nothing to type."""


class NextStepForm(ClinicForm):
    """Ctrl+Enter on a search row: the patient's id comes with it."""
