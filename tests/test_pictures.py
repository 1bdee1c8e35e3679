"""Pictures that people send are drawn upright, whatever else their camera wrote into the file."""

import io
import struct
from collections.abc import Callable

import pytest
from PIL import Image, ImageOps

from clinnet import pictures
from clinnet.console.settings import logos
from patients import photos

ORIENTATION, WIDTH = 0x0112, 0x0100
SHORT, TEXT = 3, 2


def written(*entries: tuple[int, int, bytes]) -> bytes:
    """What a camera says of a picture: (tag, kind, four bytes), as some write what is not of its kind."""
    rows = (struct.pack("<HHI", tag, kind, len(value.rstrip(b"\0"))) + value for tag, kind, value in sorted(entries))
    return b"Exif\0\0II*\0" + struct.pack("<IH", 8, len(entries)) + b"".join(rows) + b"\0\0\0\0"


def picture(says: bytes) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "firebrick").save(out, "JPEG", exif=says)
    return out.getvalue()


def size(says: bytes) -> tuple[int, int]:
    """Of the picture as it is drawn."""
    data, seen = picture(says), []

    def draw(picture: Image.Image) -> bytes:
        seen.append(pictures.upright(picture).size)
        return b""

    pictures.redraw(io.BytesIO(data), len(data), draw, field="file")
    return seen[0]


@pytest.mark.parametrize(("held", "drawn"), [(1, (40, 30)), (3, (40, 30)), (6, (30, 40)), (8, (30, 40)), (9, (40, 30))])
def test_a_picture_is_turned_as_its_camera_was_held(held: int, drawn: tuple[int, int]) -> None:
    assert size(written((ORIENTATION, SHORT, bytes([held, 0, 0, 0])))) == drawn


def test_all_eight_ways_of_holding_it_show_the_same() -> None:
    """As Pillow's own turns them, which is another's code."""
    for held in range(1, 9):
        mine = Image.new("L", (3, 2))
        mine.putdata([0, 50, 100, 150, 200, 250])
        mine.getexif()[ORIENTATION] = held
        assert pictures.upright(mine).tobytes() == ImageOps.exif_transpose(mine).tobytes()


ODD = written((ORIENTATION, SHORT, b"\6\0\0\0"), (WIDTH, TEXT, b"abc\0"))
BROKEN = b"Exif\0\0no such thing"


@pytest.mark.parametrize("prepare", [photos.prepare, logos.prepare])
@pytest.mark.parametrize("says", [ODD, BROKEN])
def test_what_a_camera_wrote_wrongly_keeps_no_picture_away(prepare: Callable[..., bytes], says: bytes) -> None:
    data = picture(says)
    assert prepare(io.BytesIO(data), len(data))


def test_a_picture_stands_upright_though_its_camera_wrote_other_things_wrongly() -> None:
    assert size(ODD) == (30, 40)
    assert size(BROKEN) == (40, 30)
