"""A message as it is sent: one mail for each recipient, in that one's language."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from django.conf import settings

from clinnet import clock, formats
from clinnet.accounts.models import Clinic
from scheduling.calendar.rules import walltime
from scheduling.messages.queries.recipients import Recipient
from scheduling.messages.rules import ics, wording
from scheduling.messages.rules.due import Kind
from scheduling.messages.rules.wording import About, Style, Time
from scheduling.messages.services import links
from scheduling.messages.services.mail import Mail
from scheduling.models import BOOKED, Appointment


def style(clinic: Clinic, *languages: str) -> Style:
    """The first language in which we write, else the clinic's."""
    return Style(wording.language(*languages, clinic.locale), formats.date_order(clinic) == "MDY")


def write(
    clinic: Clinic, kind: Kind, about: Iterable[tuple[Appointment, Sequence[Recipient]]]
) -> Iterator[tuple[Mail, list[str]]]:
    """Each with the ids of the appointments that it tells: somebody's own, and of those whom they look after."""
    found: dict[str, tuple[Recipient, list[Appointment]]] = {}
    for appointment, to in about:
        for each in to:
            found.setdefault(each.address.lower(), (each, []))[1].append(appointment)
    for recipient, visits in found.values():
        yield _mail(clinic, kind, visits, recipient), [each.id for each in visits]


def _mail(clinic: Clinic, kind: Kind, visits: Sequence[Appointment], to: Recipient) -> Mail:
    how, times = style(clinic, to.language), [_time(clinic, kind, each) for each in visits]
    late = max(int(each.late or 0) for each in visits)
    about = About(kind, times, clinic.name, clinic.address or "", clinic.phone or "", late)
    entries = [_entry(clinic, kind, appointment, time, to) for appointment, time in zip(visits, times, strict=True)]
    return Mail(
        to.address, wording.subject(about, how), wording.body(about, how),
        ics.calendar(*entries) if kind != "late" else "", ics.method(entries),
        clinic.name, " ".join(f"{clinic.id}/{each.patient_id}/{each.id}" for each in visits),
    )  # fmt: skip


def _time(clinic: Clinic, kind: Kind, appointment: Appointment) -> Time:
    """Of a cancelled visit the time that was told, which the patient knows."""
    if kind == "cancelled":
        return Time(datetime.fromisoformat((appointment.told or {}).get("wall", "")))
    confirm = links.address("confirm", clinic.id, appointment) if appointment.state == BOOKED else ""
    return Time(
        datetime.fromisoformat(appointment.wall or ""), confirm, links.address("cancel", clinic.id, appointment)
    )


def _entry(clinic: Clinic, kind: Kind, appointment: Appointment, time: Time, to: Recipient) -> ics.Entry:
    start = walltime.to_utc(time.wall, appointment.zone or clinic.time_zone) if kind == "cancelled" else None
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
        wording.EVENT[style(clinic, to.language).language],
        ", ".join(filter(None, (clinic.name, clinic.address))),
        settings.CLINNET_MAIL_FROM,
        to.address,
        kind == "cancelled",
    )
