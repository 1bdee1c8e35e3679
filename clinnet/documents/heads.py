"""What is a clinic's own on every document: its logo, and a line or two of small print at the foot."""

import json
from dataclasses import dataclass

from clinnet import files
from clinnet.accounts.models import Clinic
from clinnet.stored import NamesFiles
from clinnet.table.errors import Unavailable
from clinnet.table.kept import remember
from clinnet.table.values import Raw

LOGO = files.Kind("logos", "logo", types=("image/png",))
WIDEST, HIGHEST = 60.0, 16.0  # millimetres


@dataclass(frozen=True, slots=True, repr=False)
class Head:
    """`logo` is a PNG, or empty; `clinic` names it for those who cannot see it."""

    clinic: str = ""
    logo: bytes = b""
    foot: str = ""

    @classmethod
    def of(cls, clinic: Clinic) -> "Head":
        """Where its file cannot be read just now, a document is made without the logo."""
        return cls(clinic.name, logo_of(clinic), clinic.letterhead or "")

    def inputs(self) -> dict[str, str]:
        """For templates/documents/page.typ."""
        found = {"foot": self.foot} if self.foot else {}
        if self.logo:
            width, height = (int.from_bytes(self.logo[at : at + 4]) for at in (16, 20))  # as every PNG begins
            fits = min(WIDEST, HIGHEST * width / height)
            found |= {"logo": json.dumps(list(self.logo)), "logo-width": f"{fits:.1f}", "logo-of": self.clinic}
        return found


NO_HEAD = Head()


def logo_of(clinic: Clinic) -> bytes:
    """The PNG; empty without one, and where it cannot be read just now. Kept for seconds."""
    if not (key := clinic.logo):
        return b""
    try:
        return remember(("logo", key), lambda: files.read(LOGO, key))
    except Unavailable:
        return b""


def _named(raw: Raw) -> list[str]:
    return [raw["logo"]["S"]] if "S" in raw.get("logo", {}) else []


NAMES = NamesFiles(Clinic, (LOGO,), _named)
