"""Photos of patients: read from whatever was sent, kept as one small square JPEG, private, under a random name."""

import io
from typing import IO

from PIL import Image, ImageOps

from clinnet import pictures
from clinnet.files import Kind

KIND = Kind("photos", "photo", types=("image/jpeg",))
SIDE = 400


def prepare(file: IO[bytes], size: int) -> bytes:
    """The square in the middle, upright, as JPEG. Raises Refused."""
    return pictures.redraw(file, size, _square, field="photo")


def _square(picture: Image.Image) -> bytes:
    picture.draft("RGB", (SIDE * 2, SIDE * 2))
    upright = pictures.upright(picture)
    square = ImageOps.fit(upright, (SIDE, SIDE), Image.Resampling.LANCZOS)
    canvas = Image.new("RGB", square.size, "white")
    canvas.paste(square, mask=square.convert("RGBA").getchannel("A") if square.has_transparency_data else None)
    out = io.BytesIO()
    canvas.save(out, "JPEG", quality=85, optimize=True)
    return out.getvalue()
