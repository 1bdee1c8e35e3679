"""What a text message says, in four languages, within 160 places wherever that can be. Pure.

As neutral as an e-mail: a locked screen is read by others too. The date, the time, the clinic and one link.
"""

from collections.abc import Mapping
from datetime import datetime

from scheduling.messages.rules import gsm, wording
from scheduling.messages.rules.due import Kind
from scheduling.messages.rules.phrases import Said
from scheduling.messages.rules.wording import About, Style, Time

NEWS: Mapping[Kind, Said] = {
    "booked": {
        "en": "{clinic}: your appointment is on {when}.",
        "fr": "{clinic} : votre rendez-vous est le {when}.",
        "es": "{clinic}: su cita es el {when}.",
        "de": "{clinic}: Ihr Termin ist am {when}.",
    },
    "changed": {
        "en": "{clinic}: your appointment of {before} is now on {when}.",
        "fr": "{clinic} : votre rendez-vous du {before} passe au {when}.",
        "es": "{clinic}: su cita del {before} pasa al {when}.",
        "de": "{clinic}: Ihr Termin vom {before} ist jetzt am {when}.",
    },
    "cancelled": {
        "en": "{clinic}: your appointment on {when} is cancelled.",
        "fr": "{clinic} : votre rendez-vous du {when} est annulé.",
        "es": "{clinic}: su cita del {when} está cancelada.",
        "de": "{clinic}: Ihr Termin am {when} ist abgesagt.",
    },
    "late": {
        "en": "{clinic}: we are about {late} min late. Your appointment at {when} begins that much later.",
        "fr": "{clinic} : environ {late} min de retard. Votre rendez-vous de {when} est retardé d'autant.",
        "es": "{clinic}: llevamos unos {late} min de retraso. Su cita de las {when} se retrasa igual.",
        "de": "{clinic}: wir sind etwa {late} Min. verspätet. Ihr Termin um {when} beginnt um so viel später.",
    },
    "reminder": {
        "en": "{clinic}: reminder of your appointment on {when}.",
        "fr": "{clinic} : rappel de votre rendez-vous du {when}.",
        "es": "{clinic}: recordatorio de su cita del {when}.",
        "de": "{clinic}: Erinnerung an Ihren Termin am {when}.",
    },
}
REMOTE: Mapping[str, Said] = {
    "phone": {"en": "We call you.", "fr": "Nous vous appelons.", "es": "Le llamamos.", "de": "Wir rufen Sie an."},
    "video": {"en": "By video.", "fr": "Par vidéo.", "es": "Por vídeo.", "de": "Per Video."},
}
ANSWER = {
    "en": "Confirm or cancel: {link}",
    "fr": "Confirmer ou annuler : {link}",
    "es": "Confirmar o cancelar: {link}",
    "de": "Zusagen oder absagen: {link}",
}
PREPARE = {
    "en": "How to prepare, confirm, cancel: {link}",
    "fr": "À préparer, confirmer, annuler : {link}",
    "es": "Qué preparar, confirmar, cancelar: {link}",
    "de": "Vorbereiten, zusagen, absagen: {link}",
}  # there is no room for what to prepare: it stands behind the link
CANCEL = {
    "en": "To cancel: {link}",
    "fr": "Pour annuler : {link}",
    "es": "Para cancelar: {link}",
    "de": "Absagen: {link}",
}
PHONE = {
    "en": "Questions: {phone}",
    "fr": "Questions : {phone}",
    "es": "Preguntas: {phone}",
    "de": "Fragen: {phone}",
}
_DAYS = {
    "en": "Mon Tue Wed Thu Fri Sat Sun",
    "fr": "lun mar mer jeu ven sam dim",
    "es": "lun mar mie jue vie sab dom",
    "de": "Mo Di Mi Do Fr Sa So",
}


def body(about: About, link: str, style: Style) -> str:
    """About the first time alone. The clinic's phone stands in it where it costs no further part."""
    each, said = about.times[0], style.language
    when, before = _when(each, about.kind, style), _day_and_time(each.before or each.wall, style, far=each.far)
    parts = [NEWS[about.kind][said].format(clinic=about.clinic, when=when, before=before, late=about.late)]
    if each.remote and about.kind != "cancelled":
        parts.append(REMOTE[each.remote][said])
    if link:
        answer = ANSWER if each.confirm and about.kind != "late" else CANCEL
        parts.append((PREPARE if each.preparation else answer)[said].format(link=link))
    text = gsm.plain(" ".join(parts))
    longer = gsm.plain(f"{text} {PHONE[said].format(phone=about.phone)}") if about.phone else text
    return longer if gsm.size(longer).parts == gsm.size(text).parts else text


def _when(each: Time, kind: Kind, style: Style) -> str:
    """A delay is of today: the time alone."""
    said = wording.time(each.wall, style) if kind == "late" else _day_and_time(each.wall, style, far=each.far)
    return f"{said} ({each.whose})" if each.whose else said


def _day_and_time(wall: datetime, style: Style, *, far: bool) -> str:
    return f"{_day(wall, style, year=far)}, {wording.time(wall, style)}"


def _day(wall: datetime, style: Style, *, year: bool) -> str:
    """ "Thu 26 Nov"; with the year where it is so far that the next one of that name would be meant."""
    name = _DAYS[style.language].split()[wall.weekday()]
    month = wording.month(wall, "en")[:3]
    if style.language == "en":
        said = f"{name} {month} {wall.day}" if style.month_first else f"{name} {wall.day} {month}"
        return f"{said}{',' * style.month_first} {wall.year}" if year else said
    said = f"{name} {wall.day}.{wall.month}." if style.language == "de" else f"{name} {wall.day}/{wall.month}"
    return f"{said}{'' if style.language == 'de' else '/'}{wall.year}" if year else said
