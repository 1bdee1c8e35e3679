"""A letter that came to the desk of a demo clinic, and waits for a doctor. For seed alone."""

import io
from collections.abc import Iterator
from dataclasses import replace

from PIL import Image, ImageDraw, ImageFont

from clinnet.accounts import queries as accounts
from clinnet.accounts.models import Clinic
from clinnet.accounts.permissions import Permission
from clinnet.contributions import Seeding
from clinnet.table import Actor, find_row, keys, query
from patients.demo.cast import cast_id
from patients.models import Patient
from patients.queries import patient as get_patient
from records.demo.incoming import LETTER, TITLE, WHOSE
from records.incoming.services import hand_in

PAGE, MARGIN, SIZE = (1240, 1754), 130, 34  # A4 at 150 points an inch


def fill(seeding: Seeding) -> Iterator[str]:
    """Where a demo clinic has somebody to hand it in, and has not had it yet."""
    scope, id = seeding.scope, cast_id(seeding.clinic, WHOSE)
    clinic = find_row(scope, Clinic.at(seeding.clinic))
    staff = {each.username: each for each in accounts.staff(scope)}
    desk, doctor = staff.get("ana.ruiz"), staff.get("amara.okafor")
    if not (seeding.people and seeding.day and clinic and clinic.get("demo") and desk and doctor):
        return
    if find_row(scope, Patient.at(id)) is None or query(scope, keys.incoming_of(id), limit=1).rows:
        return
    by = replace(scope, actor=Actor(desk.id, desk.name), permissions=frozenset({Permission.FILE_ADD}))
    hand_in(by, patient=get_patient(scope, id), data=scanned(LETTER), title=TITLE, doctor=doctor.id)
    yield f"{clinic['name']} has a letter at the desk."


def scanned(text: str) -> bytes:
    """As a scanner gives it."""
    page = Image.new("RGB", PAGE, "white")
    font = ImageFont.load_default(SIZE)
    ImageDraw.Draw(page).multiline_text((MARGIN, MARGIN), text, fill="black", font=font, spacing=16)
    out = io.BytesIO()
    page.save(out, "PNG")
    return out.getvalue()
