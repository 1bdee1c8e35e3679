"""A message of nobody's, for whoever writes its words: of tomorrow, half past ten."""

from datetime import datetime, time, timedelta

from django.conf import settings

from clinnet import clock
from clinnet.accounts.models import Clinic
from scheduling.messages.rules import wording
from scheduling.messages.rules.due import Kind
from scheduling.messages.rules.wording import About, Time
from scheduling.messages.services import letters
from scheduling.messages.services.links import PATH

LATE = 30  # minutes


def body(clinic: Clinic, kind: Kind, language: str, text: str) -> str:
    """`text` is the clinic's own; empty: ours. The links lead nowhere."""
    day = clock.today(clinic.time_zone) + timedelta(days=1)
    link = f"{settings.SITE}/{PATH}…" if kind != "cancelled" else ""
    at = Time(datetime.combine(day, time(10, 30)), link, link)
    about = About(kind, [at], clinic.name, clinic.address or "", clinic.phone or "", LATE, text)
    return wording.body(about, letters.style(clinic, language))
