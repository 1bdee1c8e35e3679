"""A message as it is sent, to each recipient in that one's language: one mail, or a text for each appointment."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings

from clinnet import clock, formats
from clinnet.accounts.models import Clinic
from patients.models import Patient
from scheduling.calendar.queries.setup import Setup
from scheduling.calendar.rules import walltime
from scheduling.messages.queries.recipients import SMS, Recipient, is_child, is_looked_after
from scheduling.messages.rules import ics, sms, whose, wording
from scheduling.messages.rules.due import Kind
from scheduling.messages.rules.whose import Member
from scheduling.messages.rules.wording import About, Style, Time
from scheduling.messages.services import links
from scheduling.messages.services.mail import Mail
from scheduling.messages.services.sms import Sms
from scheduling.models import BOOKED, Appointment, VisitType

ALARM = timedelta(hours=2)  # before the start, in the patient's own calendar
FAR = timedelta(days=300)  # from here on a short date has its year


@dataclass(frozen=True, slots=True, repr=False)
class Visit:
    """An appointment that a message is about, whose it is, and who is told.

    `mates` are the others who were booked with it, whom this message is not about.
    """

    appointment: Appointment
    patient: Patient
    to: Sequence[Recipient]
    mates: Sequence[Patient] = ()


def style(clinic: Clinic, *languages: str) -> Style:
    """The first language in which we write, else the clinic's."""
    return Style(wording.language(*languages, clinic.locale), formats.date_order(clinic) == "MDY")


def write(known: Setup, kind: Kind, about: Sequence[Visit], way: str) -> Iterator[tuple[Mail | Sms, list[str]]]:
    """Each with the ids of the appointments that it tells."""
    yield from _texts(known, kind, about) if way == SMS else _mails(known, kind, about)


def _texts(known: Setup, kind: Kind, about: Sequence[Visit]) -> Iterator[tuple[Sms, list[str]]]:
    """A time and a link have room in one, not two."""
    for visit in about:
        for each in visit.to:
            shared = len(about) > 1 or any(mate.mobile == each.address for mate in visit.mates)
            how = style(known.clinic, each.language)
            (name,) = labels(known.clinic, [visit.patient], how.language, shared=shared)
            time = _time(known, kind, visit.appointment, name, how.language)
            link = links.short_address(known.clinic.id, visit.appointment) if kind != "cancelled" else ""
            late = int(visit.appointment.late or 0)
            told = About(kind, [time], known.clinic.name, phone=known.clinic.phone or "", late=late)
            yield Sms(each.address, sms.body(told, link, how)), [visit.appointment.id]


def _mails(known: Setup, kind: Kind, about: Iterable[Visit]) -> Iterator[tuple[Mail, list[str]]]:
    """Each with the ids of the appointments that it tells: somebody's own, and of those whom they look after."""
    found: dict[str, tuple[Recipient, list[Visit]]] = {}
    for visit in about:
        for each in visit.to:
            found.setdefault(each.address.lower(), (each, []))[1].append(visit)
    for recipient, visits in found.values():
        yield _mail(known, kind, visits, recipient), [each.appointment.id for each in visits]


def _mail(known: Setup, kind: Kind, visits: Sequence[Visit], to: Recipient) -> Mail:
    clinic, how = known.clinic, style(known.clinic, to.language)
    mates = [each for visit in visits for each in visit.mates]
    today = clock.today(clinic.time_zone)
    adults = [each for each in mates if not is_looked_after(each, today)]
    shared = any(each.mailbox.lower() == to.address.lower() for each in adults)
    names = labels(clinic, [each.patient for each in visits], how.language, shared=shared, among=bool(mates))
    times = [_time(known, kind, each.appointment, name, how.language) for each, name in zip(visits, names, strict=True)]
    late = max(int(each.appointment.late or 0) for each in visits)
    about = About(
        kind, times, clinic.name, clinic.address or "", clinic.phone or "", late, own_text(clinic, kind, how.language)
    )
    entries = [
        _entry(clinic, each.appointment, to, time, wording.event(about, time, how), off=kind == "cancelled")
        for each, time in zip(visits, times, strict=True)
    ]
    return Mail(
        to.address,
        wording.subject(about, how),
        wording.body(about, how),
        ics.calendar(*entries) if kind != "late" else "",
        ics.method(entries),
        clinic.name,
        " ".join(f"{clinic.id}/{each.appointment.patient_id}/{each.appointment.id}" for each in visits),
    )


def labels(
    clinic: Clinic, patients: Sequence[Patient], language: str, *, shared: bool = False, among: bool = False
) -> list[str]:
    """Whose each appointment is; empty for the reader's own, unless it is one `among` others'.

    `shared`: who reads it is not known.
    """
    today = clock.today(clinic.time_zone)
    members = [
        Member(
            each.preferred_name or each.given_name or "",
            each.birth_date or "",
            is_child(each, today),
            not shared and not is_looked_after(each, today),
        )
        for each in patients
    ]
    return whose.labels(members, language, names=bool(clinic.names_in_messages), among=among)


def own_text(clinic: Clinic, kind: Kind, language: str) -> str:
    """The clinic's own words, empty where it uses ours."""
    return str((clinic.texts or {}).get(f"{kind} {language}", ""))


def preparation(clinic: Clinic, visit_type: VisitType | None, language: str) -> str:
    """In the reader's language, else the clinic's, else any: in a strange one it is better than not at all."""
    texts = (visit_type.preparation or {}) if visit_type else {}
    wanted = (language, wording.language(clinic.locale), *texts)
    return next((str(texts[each]) for each in wanted if texts.get(each)), "")


def to_say(clinic: Clinic, visit_type: VisitType | None, tell_by: str | None) -> str:
    """ " Tell them: Come fasting." for whoever books, where nothing that the patient is sent or given says it."""
    text = preparation(clinic, visit_type, style(clinic).language)
    return f" Tell them: {' '.join(text.split())}" if text and tell_by in (None, "", "nothing") else ""


def _time(known: Setup, kind: Kind, appointment: Appointment, name: str, language: str) -> Time:
    """Of a cancelled visit the time that was told, which the patient knows; a changed one says that time too."""
    clinic, visit_type = known.clinic, known.visit_types.get(appointment.visit_type_id or "")
    way, told = (visit_type.remote or "") if visit_type else "", (appointment.told or {}).get("wall", "")
    if kind == "cancelled":
        return Time(was := datetime.fromisoformat(told), whose=name, remote=way, far=is_far(clinic, was))
    confirm = links.address("confirm", clinic.id, appointment) if appointment.state == BOOKED else ""
    wall = datetime.fromisoformat(appointment.wall or "")
    before = datetime.fromisoformat(told) if kind == "changed" and told else None
    return Time(
        wall,
        confirm,
        links.address("cancel", clinic.id, appointment),
        name,
        way,
        preparation(clinic, visit_type, language) if kind != "late" else "",
        before,
        is_far(clinic, wall),
    )


def is_far(clinic: Clinic, wall: datetime) -> bool:
    return wall.date() - clock.today(clinic.time_zone) > FAR


def _entry(
    clinic: Clinic, appointment: Appointment, to: Recipient, time: Time, words: wording.Event, *, off: bool
) -> ics.Entry:
    start = walltime.to_utc(time.wall, appointment.zone or clinic.time_zone) if off else None
    begins = start or clock.moment(appointment.start or "")
    ends = begins + (
        clock.moment(appointment.end) - clock.moment(appointment.start)
        if appointment.end and appointment.start
        else begins - begins
    )
    replaces = appointment.follows or {"uid": appointment.id, "sequence": 0}
    return ics.Entry(
        replaces["uid"],
        int(replaces["sequence"]) + int(appointment.sequence),
        begins,
        ends,
        clock.now(),
        words.title,
        words.place,
        settings.CLINNET_MAIL_FROM,
        to.address,
        off,
        words.text,
        ALARM,
    )
