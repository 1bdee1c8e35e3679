"""What a message says, in four languages. Pure.

Neutral: a mailbox is read by others, so no name, no practitioner, no kind of visit; the date, the time, the clinic.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from scheduling.messages.rules.due import Kind

LANGUAGES = ("en", "fr", "es", "de")

_DAYS = {
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    "fr": ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"),
    "es": ("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"),
    "de": ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag"),
}  # fmt: skip
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

SUBJECT = {"en": "Your appointment", "fr": "Votre rendez-vous", "es": "Su cita", "de": "Ihr Termin"}
SUBJECTS = {"en": "Your appointments", "fr": "Vos rendez-vous", "es": "Sus citas", "de": "Ihre Termine"}
EVENT = {"en": "Appointment", "fr": "Rendez-vous", "es": "Cita", "de": "Termin"}  # in a calendar
HELLO = {"en": "Hello,", "fr": "Bonjour,", "es": "Hola:", "de": "Guten Tag,"}
NEWS: Mapping[Kind, Mapping[str, str]] = {
    "booked": {
        "en": "Your appointment at {clinic} is booked:",
        "fr": "Votre rendez-vous à {clinic} est fixé :",
        "es": "Su cita en {clinic} está reservada:",
        "de": "Ihr Termin bei {clinic} ist gebucht:",
    },
    "changed": {
        "en": "Your appointment at {clinic} has a new time:",
        "fr": "Votre rendez-vous à {clinic} a une nouvelle heure :",
        "es": "Su cita en {clinic} tiene una nueva hora:",
        "de": "Ihr Termin bei {clinic} hat eine neue Zeit:",
    },
    "cancelled": {
        "en": "Your appointment at {clinic} is cancelled. It was:",
        "fr": "Votre rendez-vous à {clinic} est annulé. Il était prévu :",
        "es": "Su cita en {clinic} está cancelada. Era:",
        "de": "Ihr Termin bei {clinic} ist abgesagt. Er war:",
    },
    "late": {
        "en": "We are running about {late} minutes late. You can come that much later to your appointment at {clinic}:",
        "fr": "Nous avons environ {late} minutes de retard. Vous pouvez venir d'autant plus tard à votre rendez-vous "
        "à {clinic} :",
        "es": "Llevamos unos {late} minutos de retraso. Puede venir ese tiempo más tarde a su cita en {clinic}:",
        "de": "Wir sind etwa {late} Minuten verspätet. Sie können um so viel später zu Ihrem Termin bei {clinic} "
        "kommen:",
    },
    "reminder": {
        "en": "This is a reminder of your appointment at {clinic}:",
        "fr": "Nous vous rappelons votre rendez-vous à {clinic} :",
        "es": "Le recordamos su cita en {clinic}:",
        "de": "Wir erinnern Sie an Ihren Termin bei {clinic}:",
    },
}
SEVERAL: Mapping[Kind, Mapping[str, str]] = {
    "booked": {
        "en": "Your appointments at {clinic} are booked:",
        "fr": "Vos rendez-vous à {clinic} sont fixés :",
        "es": "Sus citas en {clinic} están reservadas:",
        "de": "Ihre Termine bei {clinic} sind gebucht:",
    },
    "reminder": {
        "en": "This is a reminder of your appointments at {clinic}:",
        "fr": "Nous vous rappelons vos rendez-vous à {clinic} :",
        "es": "Le recordamos sus citas en {clinic}:",
        "de": "Wir erinnern Sie an Ihre Termine bei {clinic}:",
    },
}  # a change or a cancellation is of one
BEFORE = {
    "en": "The earlier time no longer holds.",
    "fr": "L'heure précédente n'est plus valable.",
    "es": "La hora anterior ya no es válida.",
    "de": "Die frühere Zeit gilt nicht mehr.",
}
CONFIRM = {
    "en": "To confirm that you are coming:",
    "fr": "Pour confirmer votre venue :",
    "es": "Para confirmar que viene:",
    "de": "Um zu bestätigen, dass Sie kommen:",
}
CANCEL = {
    "en": "If you cannot come, please cancel here:",
    "fr": "Si vous ne pouvez pas venir, annulez ici :",
    "es": "Si no puede venir, cancele aquí:",
    "de": "Wenn Sie nicht kommen können, sagen Sie bitte hier ab:",
}
ATTACHED = {
    "en": "The attached file keeps your calendar up to date.",
    "fr": "Le fichier joint met à jour votre agenda.",
    "es": "El archivo adjunto actualiza su calendario.",
    "de": "Die angehängte Datei hält Ihren Kalender aktuell.",
}
PHONE = {
    "en": "Questions? Call {phone}.",
    "fr": "Des questions ? Appelez le {phone}.",
    "es": "¿Preguntas? Llame al {phone}.",
    "de": "Fragen? Rufen Sie uns an: {phone}.",
}
NO_REPLY = {
    "en": "Nobody reads answers to this address.",
    "fr": "Les réponses à cette adresse ne sont pas lues.",
    "es": "Nadie lee las respuestas a esta dirección.",
    "de": "Antworten an diese Adresse werden nicht gelesen.",
}


@dataclass(frozen=True, slots=True)
class Style:
    """How a clinic writes: `month_first` also writes twelve hours, in English."""

    language: str
    month_first: bool = False


def language(*wanted: str) -> str:
    """The first of these (BCP 47) in which we write, else English."""
    plain = (each.replace("_", "-").partition("-")[0].lower() for each in wanted)
    return next((each for each in plain if each in LANGUAGES), "en")


def day(wall: datetime, style: Style) -> str:
    """ "Thursday 26 November 2026"."""
    name, month = _DAYS[style.language][wall.weekday()], _MONTHS[style.language][wall.month - 1]
    if style.language == "en" and style.month_first:
        return f"{name}, {month} {wall.day}, {wall.year}"
    return {
        "en": f"{name} {wall.day} {month} {wall.year}",
        "fr": f"{name} {wall.day}{'er' if wall.day == 1 else ''} {month} {wall.year}",
        "es": f"{name} {wall.day} de {month} de {wall.year}",
        "de": f"{name}, {wall.day}. {month} {wall.year}",
    }[style.language]  # fmt: skip


def time(wall: datetime, style: Style) -> str:
    if style.month_first and style.language == "en":
        return f"{wall.hour % 12 or 12}:{wall:%M} {'am' if wall.hour < 12 else 'pm'}"
    return f"{wall:%H:%M}{' Uhr' if style.language == 'de' else ''}"


@dataclass(frozen=True, slots=True)
class Time:
    """One of the times that a message is about. Links are empty where nothing can be done with them."""

    wall: datetime
    confirm: str = ""
    cancel: str = ""


@dataclass(frozen=True, slots=True)
class About:
    """What a message is about: one time, or those of a family that were booked together."""

    kind: Kind
    times: Sequence[Time]
    clinic: str
    address: str = ""
    phone: str = ""
    late: int = 0


def subject(about: About, style: Style) -> str:
    """With the first date alone."""
    what = SUBJECTS if len(about.times) > 1 else SUBJECT
    return f"{what[style.language]}, {day(about.times[0].wall, style)}"


def body(about: About, style: Style) -> str:
    said, several = style.language, len(about.times) > 1
    news = (SEVERAL if several else NEWS)[about.kind][said]
    parts = [HELLO[said], news.format(clinic=about.clinic, late=about.late)]
    place = f"{about.clinic}\n{about.address}" if about.address else about.clinic
    for each in about.times:
        when = f"{day(each.wall, style)}, {time(each.wall, style)}"
        parts.append(when if several else f"{when}\n{place}")
        parts += [BEFORE[said]] * (about.kind == "changed")
        parts += [f"{CONFIRM[said]}\n{each.confirm}"] * bool(each.confirm)
        parts += [f"{CANCEL[said]}\n{each.cancel}"] * bool(each.cancel)
    parts += [place] * several
    last = [
        ATTACHED[said] if about.kind != "late" else "",
        PHONE[said].format(phone=about.phone) if about.phone else "",
        NO_REPLY[said],
    ]
    return "\n\n".join([*parts, " ".join(filter(None, last))]) + "\n"
