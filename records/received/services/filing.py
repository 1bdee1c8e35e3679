"""A picture or a PDF is filed in the chart. Of a picture nothing is kept but what is seen: not where it was taken."""

import hashlib
import io
from functools import partial

from PIL import Image

from clinnet import clock, files, pictures
from clinnet.accounts.permissions import Permission
from clinnet.accounts.queries import clinic as clinic_of
from clinnet.table import Action, Once, Scope
from clinnet.table.errors import ClinnetError, NotFound
from clinnet.table.once import first_result
from patients.models import Patient
from records.lines import DocumentLine
from records.received.services import filed, found, must_be_new, opened
from records.rules.said import PDF
from records.services.recording import Moment

FILE = Action("chart.file", "filed a picture or a PDF")
MOST = 25 * 1024 * 1024
KIND = files.Kind("filed", "file", types=files.OPENED, most=MOST)
SIDE, SMALL = 3_000, 320  # pixels of the longer side
PROFILE = {
    SIDE: 1024 * 1024,
    SMALL: 4 * 1024,
}  # bytes of colours: a phone's has some hundreds, a scanner's up to millions


def file_away(
    scope: Scope, *, patient: Patient, moment: Moment, data: bytes, title: str = "", once: Once | None = None
) -> str:
    """Files it, with what it is called, and returns its id. What a nurse files waits until a doctor has looked at it.

    Raises Refused for what is no picture or PDF, is larger than 25 MB, or is in the chart already.
    """
    scope.require(Permission.CHART_WRITE)
    scope.must_hold(patient)
    if once and (done := first_result(scope, once)) is not None:
        return done
    digest = hashlib.sha256(data).hexdigest()
    must_be_new(scope, patient, digest)
    file, thumb = stored(data)
    line = DocumentLine(
        title=title,
        on=clock.today(clinic_of(scope.clinic_id).time_zone).isoformat(),
        file=file,
        thumb=thumb,
        media="image/jpeg" if thumb else PDF,
        patient_id=patient.id,
        entry=moment.entry_id,
    )
    return filed(scope, patient, moment, line, digest, action=FILE, once=once)


def file_enclosed(scope: Scope, *, patient: Patient, entry_id: str, document_id: str, once: Once | None = None) -> str:
    """The picture or PDF that a document holds instead of text is filed beside it. Raises NotFound where none is."""
    line = DocumentLine.unpack(found(scope, patient, entry_id, document_id).content)
    data = opened(scope, line).enclosed
    if not data or files.sniff(data) not in files.OPENED:
        raise NotFound
    return file_away(scope, patient=patient, moment=Moment(entry_id, ""), data=data, title=line.title[:80], once=once)


def stored(data: bytes) -> tuple[str, str]:
    """The keys of the file and of its small picture, which a PDF has not."""
    if files.sniff(data) == PDF:
        return files.put(KIND, data), ""
    whole = _drawn(data, SIDE)
    small = _drawn(whole, SMALL)  # not of what came: a large PNG is unpacked once
    file = files.put(KIND, whole)
    try:
        return file, files.put(KIND, small)
    except ClinnetError:
        files.drop(file)
        raise


def _drawn(data: bytes, side: int) -> bytes:
    return pictures.redraw(io.BytesIO(data), len(data), partial(_upright, side), field="file", most=MOST)


def _upright(side: int, picture: Image.Image) -> bytes:
    """As JPEG with its colours as they are meant, and without all else that a camera writes into its file."""
    colours = picture.info.get("icc_profile") if picture.mode in ("RGB", "RGBA") else None
    if colours and len(colours) > PROFILE[side]:
        colours = None
    picture.draft("RGB", (side, side))  # never smaller than that
    upright = pictures.upright(picture)
    upright.thumbnail((side, side), Image.Resampling.LANCZOS)
    canvas = Image.new("RGB", upright.size, "white")
    canvas.paste(upright, mask=upright.convert("RGBA").getchannel("A") if upright.has_transparency_data else None)
    out = io.BytesIO()
    canvas.save(out, "JPEG", quality=88, optimize=True, icc_profile=colours)
    return out.getvalue()
