"""A message of nobody's, for whoever writes its words: of tomorrow, half past ten."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.conf import settings

from clinnet import clock
from clinnet.accounts.models import Clinic
from scheduling.messages.rules import gsm, sms, wording
from scheduling.messages.rules.due import Kind
from scheduling.messages.rules.wording import About, Time
from scheduling.messages.services import letters
from scheduling.messages.services.links import PATH, SHORT_PATH

LATE = 30  # minutes
CODE = "x" * 16  # as long as that of a short link


@dataclass(frozen=True, slots=True)
class TextSample:
    text: str
    size: gsm.Size

    @property
    def cost(self) -> str:
        """ "1 part: 134 of 160 places"."""
        room = gsm.ALONE if self.size.gsm else gsm.ALONE_UCS2
        if self.size.parts == 1:
            return f"1 part: {self.size.places} of {room} places"
        return f"{self.size.parts} parts, each paid for: {self.size.places} places, where one part has {room}"


def text(clinic: Clinic, kind: Kind, language: str) -> TextSample:
    """The text message of that kind. The link leads nowhere."""
    link = f"{settings.SITE}/{SHORT_PATH}{CODE}" if kind != "cancelled" else ""
    about = About(kind, [_time(clinic, kind, link)], clinic.name, "", clinic.phone or "", LATE)
    said = sms.body(about, link, letters.style(clinic, language))
    return TextSample(said, gsm.size(said))


def body(clinic: Clinic, kind: Kind, language: str, text: str) -> str:
    """`text` is the clinic's own; empty: ours. The links lead nowhere."""
    link = f"{settings.SITE}/{PATH}…" if kind != "cancelled" else ""
    about = About(kind, [_time(clinic, kind, link)], clinic.name, clinic.address or "", clinic.phone or "", LATE, text)
    return wording.body(about, letters.style(clinic, language))


def _time(clinic: Clinic, kind: Kind, link: str) -> Time:
    at = datetime.combine(clock.today(clinic.time_zone) + timedelta(days=1), time(10, 30))
    return Time(at, link, link, before=at - timedelta(hours=1) if kind == "changed" else None)
