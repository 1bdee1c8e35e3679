"""The clinic's logo: a picture that is sent, drawn anew, and kept where no link leads to it."""

import io
from typing import IO

from django import forms
from PIL import Image

from clinnet import files, pictures
from clinnet.accounts.models import Clinic
from clinnet.accounts.permissions import Permission
from clinnet.console.settings.services import CHANGE
from clinnet.documents.heads import LOGO
from clinnet.forms.base import ClinicForm
from clinnet.table import Event, Once, Scope, Transaction
from clinnet.table.errors import ClinnetError, Unsure
from clinnet.table.kept import forget
from clinnet.table.once import was_done

LARGEST = (900, 240)  # points: 60 by 16 millimetres at 380 to the inch


class LogoForm(ClinicForm):
    logo = forms.FileField(
        label="Picture",
        help_text="JPEG, PNG or WebP, up to 8 MB. It is printed at most 60 by 16 millimetres large",
        error_messages={"required": "Choose a picture.", "empty": pictures.NO_PICTURE, "missing": "Choose a picture."},
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
    )


def prepare(file: IO[bytes], size: int) -> bytes:
    """As PNG, upright, not larger than it is printed. Raises Refused."""
    return pictures.redraw(file, size, _drawn, field="logo")


def _drawn(picture: Image.Image) -> bytes:
    upright = pictures.upright(picture).convert("RGBA")
    upright.thumbnail(LARGEST, Image.Resampling.LANCZOS)
    out = io.BytesIO()
    upright.save(out, "PNG", optimize=True)
    return out.getvalue()


def choose(scope: Scope, *, clinic: Clinic, picture: bytes, once: Once) -> None:
    """`picture` as `prepare` gives it; none takes the logo away. The file before stays for what prints with it
    at this moment; `check_files --fix` deletes it.

    Raises Unavailable where files cannot be stored, Stale where somebody was quicker.
    """
    scope.require(Permission.CLINIC_MANAGE)
    if was_done(scope, once):
        return
    key = files.put(LOGO, picture) if picture else None
    tx = Transaction(scope, once=once)
    tx.update(clinic, {"logo": key})
    try:
        tx.commit(Event(CHANGE, "CLINIC", clinic.id, changes={"logo": [clinic.logo, key]}))
    except Unsure:  # perhaps the clinic names it by now
        raise
    except ClinnetError:
        if key:
            files.drop(key)
        raise
    forget()
