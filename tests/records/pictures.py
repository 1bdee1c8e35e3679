"""Pictures as people send them."""

import io

from PIL import Image

ORIENTATION, GPS = 0x0112, 0x8825
LYING = 6  # to be turned by a quarter


def photo(size: tuple[int, int] = (400, 300), kind: str = "JPEG") -> bytes:
    """As a phone takes it: lying, with the place where it was taken."""
    exif = Image.Exif()
    exif[ORIENTATION] = LYING
    exif.get_ifd(GPS)[1] = "N"
    out = io.BytesIO()
    Image.new("RGB", size, "firebrick").save(out, kind, exif=exif)
    return out.getvalue()
