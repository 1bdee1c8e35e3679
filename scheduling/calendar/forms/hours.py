"""The weekly hours of one practitioner: a list of sessions for each weekday, times kept back, the column's place.

Values are plain, `{"week": {"0": [session, …]}, "kept": {"0": [kept, …]}, "place": 2}`, Monday 0: two people who
changed different weekdays are told apart, and both kept.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict

from clinnet.accounts.access import ClinicRequest
from clinnet.accounts.models import Staff
from clinnet.conflicts import together
from clinnet.forms.fields import Choice, Day
from clinnet.forms.rows import RowForm
from scheduling.calendar.forms.fields import (
    KEPT_FOR,
    WEEKDAYS,
    AffectedFields,
    ArrangeForm,
    ClockField,
    StretchesField,
    is_twelve,
)
from scheduling.calendar.rules import clocktext, hours
from scheduling.calendar.rules.hours import Kept, Session
from scheduling.models import Hours

MOST_ROWS = 20  # of one weekday, or of kept times: more could not be told apart on a screen
ALL_DAYS = range(len(WEEKDAYS))
Values = Mapping[str, Any]
WEEKDAY_CHOICES = [(str(number), name) for number, name in enumerate(WEEKDAYS)]


class StretchRow(RowForm):
    """A row with a beginning and an end; one without either is blank."""

    start = ClockField("From")
    end = ClockField("To", end=True)

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        if self.is_blank():
            return given
        for name, missing in (("start", "From when?"), ("end", "Until when?")):
            if name in given and not given[name]:
                self.add_error(name, missing)
        if not self.errors:
            try:
                self.check()
            except hours.BadHours as bad:
                self.add_error(bad.field if bad.field in self.fields else "end", str(bad))
        return given

    def is_blank(self) -> bool:
        """Nothing typed in it, choices apart: these always say something."""
        return not any(self[name].data for name in self.fields if isinstance(self.fields[name], ClockField | Day))

    def check(self) -> None:
        """Raises BadHours."""
        raise NotImplementedError


class SessionRow(StretchRow):
    breaks = StretchesField("Breaks")
    valid_from = Day("Valid from")
    valid_until = Day("Valid until")

    def check(self) -> None:
        hours.check([session_of(0, self.plain())])

    def plain(self) -> dict[str, Any]:
        return dict(self.cleaned_data)


class KeptRow(StretchRow):
    weekday = Choice("Weekday", WEEKDAY_CHOICES, initial="0")
    kept_for = Choice("For", list(KEPT_FOR.items()), initial="urgent")
    opens_days = Choice(
        "Opens to all",
        [
            ("0", "the same day"),
            ("1", "the day before"),
            *((str(n), f"{n} days before") for n in (2, 3, 4, 5, 6, 7, 14)),
        ],
        initial="0",
    )
    opens_at = ClockField("at")
    field_order = ["weekday", "start", "end", "kept_for", "opens_days", "opens_at"]

    def is_blank(self) -> bool:
        return not (self["start"].data or self["end"].data)

    def check(self) -> None:
        hours.check([], [kept_of(0, self.plain())])

    def plain(self) -> dict[str, Any]:
        given = self.cleaned_data
        return {
            "start": given["start"],
            "end": given["end"],
            "kept_for": given["kept_for"] or "urgent",
            "opens_at": given["opens_at"] or "00:00",
            "opens_days": int(given["opens_days"] or 0),
        }


class HoursForm(AffectedFields, ArrangeForm):
    """`start` are values to begin from instead of what is kept: copied, of somebody else, or chosen of two sides."""

    place = forms.IntegerField(
        label="Place of the column",
        required=False,
        min_value=0,
        max_value=99,
        help_text="Columns of the board stand in this order, then by name",
        error_messages={
            "invalid": "A place is a whole number.",
            "min_value": "From 0 to 99.",
            "max_value": "From 0 to 99.",
        },
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )

    def __init__(self, request: ClinicRequest, person: Staff, *, opened: Values, start: Values | None = None) -> None:
        super().__init__(request, about=person.id)
        chosen = "both" in request.POST
        if chosen:  # both sides were shown: what is kept now is what the form is opened on
            self.opened = dict(opened)
        else:
            self.open_on(opened)
        if start is not None:
            self.is_bound, self.data = False, {}  # as Django does without data
        begin = self.opened if start is None else start
        self.initial = {"place": begin.get("place") or 0}
        week, kept = begin.get("week") or {}, begin.get("kept") or {}
        self.days = [self._formset(SessionRow, f"day-{day}", week.get(str(day), [])) for day in ALL_DAYS]
        self.kept = self._formset(KeptRow, "kept", list(kept_rows(kept)))

    def _formset(self, row: type[RowForm], prefix: str, begin: list[dict[str, Any]]) -> Any:
        make = forms.formset_factory(row, extra=1, absolute_max=MOST_ROWS * 2, max_num=MOST_ROWS * 2)
        data = self.request.POST if self.is_bound else None
        initial = None if self.is_bound else begin
        return make(data, prefix=prefix, initial=initial, form_kwargs={"request": self.request})

    def twelve(self) -> bool:
        return is_twelve(self.request)

    def weekdays(self) -> list[dict[str, Any]]:
        return [{"number": day, "name": WEEKDAYS[day], "formset": self.days[day]} for day in ALL_DAYS]

    def has_dates(self) -> bool:
        """Whether any hours hold only from or until a day: rarely, and two fields less in each row else."""
        names = ("valid_from", "valid_until")
        return any(row[name].value() for formset in self.days for row in formset for name in names)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        wrong = [each for each in (*self.days, self.kept) if not each.is_valid()]
        if wrong:
            raise ValidationError("Something in the hours below is not right yet.")
        self._refuse_kept_outside()
        for day in ALL_DAYS:
            self._refuse_overlaps(day)
            if len(list(self._rows(self.days[day]))) > MOST_ROWS:
                raise ValidationError(f"At most {MOST_ROWS} sessions a weekday.")
        if len(list(self._rows(self.kept))) > MOST_ROWS * 2:
            raise ValidationError(f"At most {MOST_ROWS * 2} kept times.")
        return cleaned

    def _refuse_overlaps(self, day: int) -> None:
        rows = list(self._rows(self.days[day]))
        sessions = [session_of(day, row.plain()) for row in rows]
        for _, later in hours.overlapping(sessions):
            row = next(row for row, each in zip(reversed(rows), reversed(sessions), strict=True) if each is later)
            row.add_error("start", f"This overlaps with other hours of {WEEKDAYS[day]}.")
            raise ValidationError(f"Hours of {WEEKDAYS[day]} overlap.")

    def _refuse_kept_outside(self) -> None:
        """Time can only be kept back where there is some."""
        for row in self._rows(self.kept):
            given, day = row.cleaned_data, int(row.cleaned_data["weekday"] or 0)
            worked = [each.cleaned_data for each in self._rows(self.days[day])]
            if not any(each["start"] < given["end"] and given["start"] < each["end"] for each in worked):
                row.add_error("start", f"This is outside the hours of {WEEKDAYS[day]}.")
                raise ValidationError("A kept time is outside hours.")

    @staticmethod
    def _rows(formset: Any) -> Iterator[Any]:
        return (row for row in formset if row.has_changed() and not row.is_blank())

    def values(self) -> dict[str, Any]:
        week = {str(day): _sorted(row.plain() for row in self._rows(self.days[day])) for day in ALL_DAYS}
        kept: dict[str, list[dict[str, Any]]] = {}
        for row in self._rows(self.kept):
            kept.setdefault(row.cleaned_data["weekday"] or "0", []).append(row.plain())
        return {
            "week": {day: rows for day, rows in week.items() if rows},
            "kept": {day: _sorted(rows) for day, rows in kept.items()},
            "place": self.cleaned_data.get("place") or 0,
        }

    def words(self, path: str, value: Any) -> Any:
        """One weekday, or the place, for the page that shows both sides."""
        twelve = is_twelve(self.request)
        if not isinstance(value, list):
            return value
        return "; ".join(described(each, twelve=twelve) for each in value)


def label(path: str) -> str:
    """ "week/0" → "Monday"."""
    name, _, day = path.partition("/")
    if not day:
        return "Place of the column"
    return WEEKDAYS[int(day)] if name == "week" else f"{WEEKDAYS[int(day)]}, kept times"


def described(row: Values, *, twelve: bool = False) -> str:
    """ "08:30–17:00 (break 12:30–13:30)"."""
    text = clocktext.stretch(row["start"], row["end"], twelve=twelve)
    if row.get("breaks"):
        text += f" (break {clocktext.stretches([(a, b) for a, b in row['breaks']], twelve=twelve)})"
    if row.get("kept_for"):
        text += f", {row['kept_for']}, opens {row['opens_days']} days before at {row['opens_at']}"
    text += f", from {row['valid_from']}" if row.get("valid_from") else ""
    return text + (f", until {row['valid_until']}" if row.get("valid_until") else "")


# --- Between the form and the rules --------------------------------------------------------------------------------


def _sorted(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(rows, key=lambda row: (row["start"], row.get("valid_from", "")))


def plain(kept: Hours | None) -> dict[str, Any]:
    """The values of what is kept."""
    if kept is None:
        return {}
    plan = kept.plan()
    week: dict[str, list[dict[str, Any]]] = {}
    times: dict[str, list[dict[str, Any]]] = {}
    for session in plan.sessions:
        week.setdefault(str(session.weekday), []).append(
            {
                "start": session.start,
                "end": session.end,
                "breaks": [list(pair) for pair in session.breaks],
                "valid_from": session.valid_from,
                "valid_until": session.valid_until,
            }
        )
    for each in plan.kept:
        times.setdefault(str(each.weekday), []).append(
            {
                "start": each.start,
                "end": each.end,
                "kept_for": each.kept_for,
                "opens_at": each.opens_at,
                "opens_days": int(each.opens_days),
            }
        )
    return {
        "week": {day: _sorted(rows) for day, rows in week.items()},
        "kept": {day: _sorted(rows) for day, rows in times.items()},
        "place": int(kept.place),
    }


def session_of(day: int, row: Values) -> Session:
    breaks = tuple((str(a), str(b)) for a, b in row.get("breaks") or ())
    return Session(day, row["start"], row["end"], breaks, row.get("valid_from") or "", row.get("valid_until") or "")


def kept_of(day: int, row: Values) -> Kept:
    return Kept(day, row["start"], row["end"], row["kept_for"], row["opens_at"], int(row["opens_days"]))


def sessions(values: Values) -> list[Session]:
    week = values.get("week") or {}
    return [session_of(int(day), row) for day in sorted(week) for row in week[day]]


def kept(values: Values) -> list[Kept]:
    times = values.get("kept") or {}
    return [kept_of(int(day), row) for day in sorted(times) for row in times[day]]


def kept_rows(times: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Rows of the form, of all weekdays, in their order."""
    for day in sorted(times):
        yield from ({**row, "weekday": day} for row in times[day])


def whole(parts: Values) -> dict[str, Any]:
    """Values that were taken apart for a comparison."""
    found = together(parts, ("week", "kept", "place"), {})
    return {name: value for name, value in found.items() if value}


# --- Copying, before anything is saved -----------------------------------------------------------------------------


def typed(post: QueryDict) -> dict[str, Any]:
    """What stands in a posted form, as it was typed, right or wrong: values to begin another form from."""
    week = {str(day): list(_typed_rows(post, f"day-{day}", SessionRow)) for day in ALL_DAYS}
    times: dict[str, list[dict[str, Any]]] = {}
    for row in _typed_rows(post, "kept", KeptRow):
        times.setdefault(row["weekday"] or "0", []).append(row)
    return {"week": week, "kept": times, "place": post.get("place", "")}


def _typed_rows(post: QueryDict, prefix: str, row: type[StretchRow]) -> Iterator[dict[str, str]]:
    total = post.get(f"{prefix}-TOTAL_FORMS", "")
    for number in range(min(int(total), MOST_ROWS * 2) if total.isdecimal() and len(total) < 5 else 0):
        found = {name: post.get(f"{prefix}-{number}-{name}", "").strip() for name in row.base_fields}
        if found["start"] or found["end"]:
            yield found


def copied(values: Values, source: int, targets: Iterable[int]) -> dict[str, Any]:
    """One weekday's hours on others too, in place of theirs."""
    week = dict(values["week"])
    week |= {str(day): list(week.get(str(source), [])) for day in targets if day != source}
    return {**values, "week": week}
