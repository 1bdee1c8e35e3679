"""A message as it is sent: one mail for each recipient, in that one's language."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from django.conf import settings

from clinnet import clock
from clinnet.accounts.models import Clinic
from patients import moments
from scheduling.messages import ics, links, wording
from scheduling.messages.due import Kind
from scheduling.messages.mail import Mail
from scheduling.messages.recipients import Recipient
from scheduling.messages.wording import About, Style
from scheduling.models import BOOKED, Appointment
from scheduling.rules import walltime


def style(clinic: Clinic, *languages: str) -> Style:
    """The first language in which we write, else the clinic's."""
    return Style(wording.language(*languages, clinic.locale), moments.date_order(clinic) == "MDY")


def write(clinic: Clinic, made: Appointment, kind: Kind, to: Iterable[Recipient]) -> Iterator[Mail]:
    """Of a cancelled visit it says the time that was told, which the patient knows."""
    off = kind == "cancelled"
    wall = datetime.fromisoformat((made.told or {}).get("wall", "") if off else made.wall or "")
    confirm = links.address("confirm", clinic.id, made) if not off and made.state == BOOKED else ""
    cancel = links.address("cancel", clinic.id, made) if not off else ""
    about = About(kind, wall, clinic.name, clinic.address or "", clinic.phone or "", confirm, cancel,
                  int(made.late or 0))  # fmt: skip
    for each in to:
        how = style(clinic, each.language)
        entry = _entry(clinic, made, about, how, each.address)
        yield Mail(
            each.address, wording.subject(wall, how), wording.body(about, how),
            ics.calendar(entry) if kind != "late" else "", "CANCEL" if off else "REQUEST",
            clinic.name, f"{clinic.id}/{made.patient_id}/{made.id}",
        )  # fmt: skip


def _entry(clinic: Clinic, made: Appointment, about: About, how: Style, address: str) -> ics.Entry:
    start = walltime.to_utc(about.wall, made.zone or clinic.time_zone) if about.kind == "cancelled" else None
    begins = start or clock.moment(made.start or "")
    ends = begins + (clock.moment(made.end) - clock.moment(made.start) if made.end and made.start else begins - begins)
    return ics.Entry(
        made.id, int(made.sequence), begins, ends, clock.now(), wording.EVENT[how.language],
        ", ".join(filter(None, (clinic.name, clinic.address))), settings.CLINNET_MAIL_FROM, address,
        about.kind == "cancelled",
    )  # fmt: skip
