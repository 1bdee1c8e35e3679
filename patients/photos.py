"""Photos of patients: read from whatever was sent, kept as one small square JPEG, private, under a random name.

What is stored was drawn anew from the picture's points: nothing of the file that was sent survives, neither its
metadata (where and when it was taken) nor what else might hide in it.
"""

import io
import warnings
from typing import IO

from PIL import Image, ImageOps, UnidentifiedImageError

from clinnet.files import Kind
from clinnet.table.errors import Refused

KIND = Kind("photos", "photo", types=("image/jpeg",))
MOST_BYTES = 8 * 1024 * 1024
MOST_PIXELS = 60_000_000  # today's largest cameras of phones have 50 million
SIDE = 400
FORMATS = ("JPEG", "PNG", "WEBP")

TOO_BIG = "This photo is larger than 8 MB. Choose a smaller one."
TOO_MANY_POINTS = "This picture has too many points. Choose a smaller one."
NO_PICTURE = "This is not a picture that can be read. Choose a JPEG, PNG or WebP file."


def prepare(file: IO[bytes], size: int) -> bytes:
    """The square in the middle, upright, as JPEG. Raises Refused."""
    if size > MOST_BYTES:
        raise Refused(TOO_BIG, field="photo")
    try:
        with warnings.catch_warnings(), Image.open(file, formats=FORMATS) as picture:
            warnings.simplefilter("ignore")  # about the file's metadata, which is thrown away
            return _redrawn(picture)
    except Image.DecompressionBombError:
        raise Refused(TOO_MANY_POINTS, field="photo") from None
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError):
        raise Refused(NO_PICTURE, field="photo") from None


def _redrawn(picture: Image.Image) -> bytes:
    if picture.width * picture.height > MOST_PIXELS:  # read from the head of the file: nothing is unpacked yet
        raise Refused(TOO_MANY_POINTS, field="photo")
    picture.draft("RGB", (SIDE * 2, SIDE * 2))
    upright = ImageOps.exif_transpose(_of_eight_bits(picture))
    square = ImageOps.fit(upright, (SIDE, SIDE), Image.Resampling.LANCZOS)
    canvas = Image.new("RGB", square.size, "white")
    canvas.paste(square, mask=square.convert("RGBA").getchannel("A") if square.has_transparency_data else None)
    out = io.BytesIO()
    canvas.save(out, "JPEG", quality=85, optimize=True)
    return out.getvalue()


def _of_eight_bits(picture: Image.Image) -> Image.Image:
    """Grey of 16 bits would be cut off at 255, which is white."""
    if not picture.mode.startswith("I"):
        return picture
    return picture.convert("I").point(lambda value: value * (1 / 257)).convert("L")
