"""Pictures that people send, drawn anew: nothing of the file is kept, metadata and hidden things."""

import struct
import warnings
from collections.abc import Callable
from typing import IO

from PIL import ExifTags, Image, UnidentifiedImageError

from clinnet.table.errors import Refused

MOST_BYTES = 8 * 1024 * 1024
MOST_PIXELS = 60_000_000  # today's largest cameras of phones have 50 million
FORMATS = ("JPEG", "PNG", "WEBP")
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}  # by what a camera says of how it was held

TOO_BIG = "This {} is larger than {} MB. Choose a smaller one."
TOO_MANY_POINTS = "This picture has too many points. Choose a smaller one."
NO_PICTURE = "This is not a picture that can be read. Choose a JPEG, PNG or WebP file."


def redraw(
    file: IO[bytes], size: int, draw: Callable[[Image.Image], bytes], *, field: str, most: int = MOST_BYTES
) -> bytes:
    """What `draw` makes of the picture. `field` is that of the form, and what it is called. Raises Refused."""
    if size > most:
        raise Refused(TOO_BIG.format(field, most // 1024 // 1024), field=field)
    try:
        # about the file's metadata, which is thrown away
        with warnings.catch_warnings(action="ignore"), Image.open(file, formats=FORMATS) as picture:
            if picture.width * picture.height > MOST_PIXELS:  # read from the head of the file: nothing is unpacked yet
                raise Refused(TOO_MANY_POINTS, field=field)
            return draw(picture)
    except Image.DecompressionBombError:
        raise Refused(TOO_MANY_POINTS, field=field) from None
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError):
        raise Refused(NO_PICTURE, field=field) from None


def upright(picture: Image.Image) -> Image.Image:
    """As it is to be seen, of eight bits. Of what its camera wrote only how it was held is read: the rest may be
    broken, and Pillow's own exif_transpose fails where it cannot write all of it anew."""
    try:
        turn = TURNS.get(picture.getexif().get(ExifTags.Base.Orientation, 1))
    except (OSError, ValueError, SyntaxError, TypeError, KeyError, struct.error):
        turn = None
    shown = of_eight_bits(picture)
    return shown if turn is None else shown.transpose(turn)


def of_eight_bits(picture: Image.Image) -> Image.Image:
    """Grey of 16 bits would be cut off at 255, which is white."""
    if not picture.mode.startswith("I"):
        return picture
    return picture.convert("I").point(lambda value: value * (1 / 257)).convert("L")
