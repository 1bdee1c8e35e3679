"""What a message says, in four languages. Pure.

Neutral: a mailbox is read by others, so no name, no practitioner, no kind of visit; the date, the time, the clinic.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from scheduling.messages.rules import templates
from scheduling.messages.rules.due import Kind
from scheduling.messages.rules.phrases import (
    ANOTHER_TIME,
    ATTACHED,
    BEFORE,
    CANCEL,
    CANCEL_OF,
    CANCEL_REMOTE,
    CONFIRM,
    CONFIRM_OF,
    CONFIRM_REMOTE,
    EVENT,
    HELLO,
    LATE_REMOTE,
    NEWS,
    NO_REPLY,
    PHONE,
    REMOTE,
    REMOTE_PLACE,
    SEVERAL,
    SUBJECT,
    SUBJECTS,
)

LANGUAGES = ("en", "fr", "es", "de")

_DAYS = {
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    "fr": ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"),
    "es": ("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"),
    "de": ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag"),
}
_MONTHS = {
    "en": ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
           "November", "December"),
    "fr": ("janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre",
           "novembre", "décembre"),
    "es": ("enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre",
           "noviembre", "diciembre"),
    "de": ("Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober",
           "November", "Dezember"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Style:
    """How a clinic writes: `month_first` also writes twelve hours, in English."""

    language: str
    month_first: bool = False


def language(*wanted: str) -> str:
    """The first of these (BCP 47) in which we write, else English."""
    plain = (each.replace("_", "-").partition("-")[0].lower() for each in wanted)
    return next((each for each in plain if each in LANGUAGES), "en")


def month(wall: datetime, language: str) -> str:
    return _MONTHS[language][wall.month - 1]


def day(wall: datetime, style: Style) -> str:
    """ "Thursday 26 November 2026"."""
    name, named = _DAYS[style.language][wall.weekday()], month(wall, style.language)
    if style.language == "en" and style.month_first:
        return f"{name}, {named} {wall.day}, {wall.year}"
    return {
        "en": f"{name} {wall.day} {named} {wall.year}",
        "fr": f"{name} {wall.day}{'er' if wall.day == 1 else ''} {named} {wall.year}",
        "es": f"{name} {wall.day} de {named} de {wall.year}",
        "de": f"{name}, {wall.day}. {named} {wall.year}",
    }[style.language]


def time(wall: datetime, style: Style) -> str:
    if style.month_first and style.language == "en":
        return f"{wall.hour % 12 or 12}:{wall:%M} {'am' if wall.hour < 12 else 'pm'}"
    return f"{wall:%H:%M}{' Uhr' if style.language == 'de' else ''}"


@dataclass(frozen=True, slots=True)
class Time:
    """One of the times that a message is about. Links are empty where nothing can be done with them.

    `whose` says for whom it is, where that is not the reader alone; `remote` is phone or video: nobody comes. `before`
    is the time that a changed one had: who has several must know which. `far` is another year's, or nearly.
    """

    wall: datetime
    confirm: str = ""
    cancel: str = ""
    whose: str = ""
    remote: str = ""
    preparation: str = ""
    before: datetime | None = None
    far: bool = False


@dataclass(frozen=True, slots=True)
class About:
    """What a message is about: one time, or those of a family that were booked together."""

    kind: Kind
    times: Sequence[Time]
    clinic: str
    address: str = ""
    phone: str = ""
    late: int = 0
    text: str = ""  # the clinic's own, as templates.problem allows it


def subject(about: About, style: Style) -> str:
    """With the first date alone."""
    what = SUBJECTS if len(about.times) > 1 else SUBJECT
    return f"{what[style.language]}, {day(about.times[0].wall, style)}"


def body(about: About, style: Style) -> str:
    said, times = style.language, _times(about, style)
    if about.text:
        values = {
            "times": times,
            "clinic": about.clinic,
            "address": about.address,
            "phone": about.phone,
            "late": str(about.late),
        }
        return templates.fill(about.text, values).strip() + "\n"
    last = [
        ATTACHED[said] if about.kind != "late" else "",
        (ANOTHER_TIME if about.kind == "cancelled" else PHONE)[said].format(phone=about.phone) if about.phone else "",
        NO_REPLY[said],
    ]
    return "\n\n".join([HELLO[said], _news(about, style), times, " ".join(filter(None, last))]) + "\n"


def _times(about: About, style: Style) -> str:
    parts = [part for each in about.times for part in _of_time(about, each, style)]
    parts += [_place(about)] * (len(about.times) > 1 and not any(each.remote for each in about.times))
    return "\n\n".join(parts)


def _news(about: About, style: Style) -> str:
    text = (SEVERAL if len(about.times) > 1 else NEWS)[about.kind]
    if about.kind == "late" and about.times[0].remote:
        text = LATE_REMOTE
    return text[style.language].format(clinic=about.clinic, late=about.late)


@dataclass(frozen=True, slots=True)
class Event:
    """What an entry in a calendar says."""

    title: str
    place: str
    text: str


def event(about: About, each: Time, style: Style) -> Event:
    said = style.language
    title = ": ".join(filter(None, (f"{EVENT[said]}, {about.clinic}", each.whose)))
    place = REMOTE_PLACE[each.remote][said] if each.remote else ", ".join(filter(None, (about.clinic, about.address)))
    parts = [REMOTE[each.remote][said]] if each.remote else []
    parts += [PHONE[said].format(phone=about.phone)] * bool(about.phone)
    parts += [f"{CANCEL_REMOTE[said] if each.remote else CANCEL[said]}\n{each.cancel}"] * bool(each.cancel)
    return Event(title, place, "\n\n".join(parts) if about.kind != "cancelled" else "")


def _place(about: About) -> str:
    return f"{about.clinic}\n{about.address}" if about.address else about.clinic


def _of_time(about: About, each: Time, style: Style) -> list[str]:
    """Whose it is, when, where, and each link with what it does."""
    said, clock = style.language, time(each.wall, style)
    lines = [*filter(None, [each.whose]), f"{day(each.wall, style)}, {clock}"]
    if each.remote:
        lines.append((REMOTE_PLACE if about.kind == "cancelled" else REMOTE)[each.remote][said])
    elif len(about.times) == 1 or any(other.remote for other in about.times):  # else it stands once, beneath all
        lines.append(_place(about))
    parts = ["\n".join(lines)]
    parts += [each.preparation] * bool(each.preparation)
    if each.before:
        parts.append(BEFORE[said].format(before=f"{day(each.before, style)}, {time(each.before, style)}"))
    if each.whose:
        confirm, cancel = (text[said].format(whose=each.whose, time=clock) for text in (CONFIRM_OF, CANCEL_OF))
    else:
        confirm, cancel = (CONFIRM_REMOTE[said], CANCEL_REMOTE[said]) if each.remote else (CONFIRM[said], CANCEL[said])
    parts += [f"{confirm}\n{each.confirm}"] * bool(each.confirm)
    parts += [f"{cancel}\n{each.cancel}"] * bool(each.cancel)
    return parts
