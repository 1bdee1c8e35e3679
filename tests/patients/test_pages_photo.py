"""One photo of a patient: what is taken, what is refused, and what happens where files cannot be stored."""

import io
import struct
import zlib
from typing import Any
from urllib.request import urlopen

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from pytest_django import Settings

from clinnet import pictures
from clinnet.accounts.permissions import Role
from clinnet.files import NOT_STORED
from clinnet.table import Scope
from clinnet.table.errors import Unsure
from patients import queries, services
from patients.models import Patient
from patients.services import people
from tests.conftest import Register
from tests.patients.pages import Pages, plain
from tests.people import signed_in_client

pytestmark = pytest.mark.django_db


@pytest.fixture
def here(scope: Scope, register: Register) -> Pages:
    return Pages(signed_in_client(scope.clinic_id), scope.clinic_id, register(given_name="Ada"))


def now(scope: Scope, here: Pages) -> Patient:
    return queries.folded(scope, here.patient.id)


def picture(size: tuple[int, int] = (800, 600), kind: str = "JPEG", mode: str = "RGB", **options: Any) -> bytes:
    out = io.BytesIO()
    image = Image.new(mode, size, 0)
    image.paste(Image.new(mode, (size[0] // 2, size[1]), 200), (0, 0))  # the left half is light
    image.save(out, kind, **options)
    return out.getvalue()


def upload(here: Pages, content: bytes, name: str = "x.jpg", fields: dict[str, str] | None = None) -> Any:
    file = SimpleUploadedFile(name, content, "image/jpeg")
    return here.send("photo/change/", fields, action="photo/change/" if fields is None else "", photo=file)


def stored(scope: Scope, here: Pages) -> Image.Image:
    with default_storage.open(now(scope, here).photo or "") as file:
        return Image.open(io.BytesIO(file.read()))


# --- What is taken -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "mode"),
    [
        ("JPEG", "RGB"),
        ("JPEG", "L"),
        ("JPEG", "CMYK"),
        ("PNG", "RGBA"),
        ("PNG", "P"),
        ("PNG", "LA"),
        ("PNG", "1"),
        ("PNG", "I;16"),
        ("WEBP", "RGBA"),
        ("WEBP", "RGB"),
    ],
)
def test_a_picture_becomes_a_small_square_jpeg(scope: Scope, here: Pages, kind: str, mode: str) -> None:
    content = picture(kind=kind, mode=mode) if mode != "I;16" else _sixteen_bits()
    assert upload(here, content).status_code == 302
    image = stored(scope, here)
    assert (image.format, image.size, image.mode) == ("JPEG", (400, 400), "RGB")


def _sixteen_bits() -> bytes:
    out = io.BytesIO()
    Image.new("I;16", (500, 500), 40_000).save(out, "PNG")
    return out.getvalue()


def test_grey_of_sixteen_bits_stays_grey(scope: Scope, here: Pages) -> None:
    upload(here, _sixteen_bits())
    grey = stored(scope, here).getpixel((200, 200))
    assert isinstance(grey, tuple)
    assert all(abs(each - 40_000 // 257) <= 2 for each in grey)


def test_the_middle_is_kept_upright_and_without_metadata(scope: Scope, here: Pages) -> None:
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "a phone that knows where"  # turned by 90 degrees, and its maker
    upload(here, picture((800, 400), exif=exif))
    image = stored(scope, here)
    assert not image.getexif()
    assert not {"icc_profile", "comment", "exif"} & image.info.keys()
    top, bottom = image.getpixel((200, 50)), image.getpixel((200, 350))
    assert top != bottom  # left and right of the file are above and below
    assert abs(image.getpixel((50, 50))[0] - image.getpixel((350, 50))[0]) < 10  # type: ignore[index]


def test_what_hides_in_a_file_does_not_survive(scope: Scope, here: Pages) -> None:
    script = b"<script>alert(1)</script>"
    upload(here, picture() + script)
    with default_storage.open(now(scope, here).photo or "") as file:
        assert script not in file.read()


def test_a_tiny_picture_is_taken(scope: Scope, here: Pages) -> None:
    assert upload(here, picture((3, 2))).status_code == 302


# --- What is refused -----------------------------------------------------------------------------------------------


def _bomb() -> bytes:
    """A PNG of a few bytes that says it has 900 million points."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 30_000, 30_000, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")
    )


def _large() -> bytes:
    out = io.BytesIO()
    Image.new("1", (9000, 9000)).save(out, "PNG")
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", pictures.NO_PICTURE),
        (b"hello", pictures.NO_PICTURE),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", pictures.NO_PICTURE),
        (b"%PDF-1.4", pictures.NO_PICTURE),
        (picture(kind="GIF", mode="P"), pictures.NO_PICTURE),
        (picture()[:600], pictures.NO_PICTURE),
        (b"\xff\xd8\xff\xe0" + b"\0" * 50, pictures.NO_PICTURE),
        (picture() + b"\0" * pictures.MOST_BYTES, pictures.TOO_BIG.format("photo", 8)),
        (_bomb(), pictures.TOO_MANY_POINTS),
        (_large(), pictures.TOO_MANY_POINTS),
    ],
    ids=["empty", "text", "svg", "pdf", "gif", "cut off", "head only", "too big", "bomb", "too many points"],
)
def test_what_is_no_small_picture_is_refused_in_words(scope: Scope, here: Pages, content: bytes, sentence: str) -> None:
    answer = upload(here, content)
    assert answer.status_code == 422
    assert sentence in plain(answer.content.decode())
    assert now(scope, here).photo is None


def test_nothing_chosen_is_said(here: Pages) -> None:
    answer = here.send("photo/change/", action="photo/change/")
    assert "Choose a photo." in plain(answer.content.decode())


def test_without_storage_it_says_so_and_the_rest_works(scope: Scope, here: Pages, settings: Settings) -> None:
    upload(here, picture())
    key, nowhere = (
        now(scope, here).photo,
        {**settings.STORAGES["default"]["OPTIONS"], "endpoint_url": "http://127.0.0.1:9"},
    )
    settings.STORAGES = settings.STORAGES | {"default": {**settings.STORAGES["default"], "OPTIONS": nowhere}}
    answer = upload(here, picture())
    assert answer.status_code == 422
    assert NOT_STORED.format(what="photo") in plain(answer.content.decode())
    assert now(scope, here).photo == key
    assert here.get("details/").status_code == 200
    assert "The photo is removed." in here.sent("photo/change/", action="photo/remove/")


# --- Keeping, showing, removing ------------------------------------------------------------------------------------


def test_it_is_shown_through_a_link_that_works_for_a_minute(scope: Scope, here: Pages) -> None:
    upload(here, picture())
    assert f'src="{here.at("photo/")}"' in here.get("details/").content.decode()
    answer = here.get("photo/")
    assert answer.status_code == 302
    assert "X-Amz-Expires=60" in answer["Location"]
    with urlopen(answer["Location"]) as file:
        assert file.headers["Content-Type"] == "image/jpeg"
        assert file.read(3) == b"\xff\xd8\xff"
    bare = answer["Location"].partition("?")[0]
    with pytest.raises(OSError, match="403"):
        urlopen(bare)


def test_its_name_says_nothing(scope: Scope, here: Pages) -> None:
    upload(here, picture(), name="María García.jpg")
    key = now(scope, here).photo or ""
    assert key.startswith("photos/")
    assert len(key) > 30
    assert here.patient.id not in key


def test_the_old_file_goes_when_the_new_one_is_saved(scope: Scope, here: Pages) -> None:
    upload(here, picture())
    old = now(scope, here).photo or ""
    upload(here, picture((500, 500)))
    assert default_storage.exists(now(scope, here).photo or "")
    assert not default_storage.exists(old)


def test_a_photo_is_removed_and_the_initials_are_back(scope: Scope, here: Pages) -> None:
    upload(here, picture())
    old = now(scope, here).photo or ""
    text = here.sent("photo/change/", action="photo/remove/")
    assert "The photo is removed." in text
    assert now(scope, here).photo is None
    assert not default_storage.exists(old)
    assert here.get("photo/").status_code == 404


def test_a_form_sent_twice_stores_one_file(scope: Scope, here: Pages) -> None:
    fields = here.fields("photo/change/", "photo/change/")
    assert upload(here, picture(), fields=fields).status_code == 302
    key = now(scope, here).photo
    assert upload(here, picture(), fields=fields).status_code == 302
    assert now(scope, here).photo == key


def test_the_same_form_with_another_file_is_asked_about(scope: Scope, here: Pages) -> None:
    fields = here.fields("photo/change/", "photo/change/")
    upload(here, picture(), fields=fields)
    key = now(scope, here).photo
    answer = upload(here, picture((500, 500)), fields=fields)
    assert "This form was sent before with other entries." in plain(answer.content.decode())
    assert now(scope, here).photo == key


def test_a_photo_goes_on_top_of_what_others_change(scope: Scope, here: Pages, monkeypatch: pytest.MonkeyPatch) -> None:
    write = people.add_changes

    def slowly(*given: Any, **options: Any) -> Any:
        monkeypatch.undo()
        services.change(scope, now(scope, here), {"notes": "meanwhile"})
        return write(*given, **options)

    monkeypatch.setattr(people, "add_changes", slowly)
    assert upload(here, picture()).status_code == 302
    assert (now(scope, here).notes, bool(now(scope, here).photo)) == ("meanwhile", True)


def test_after_a_lost_answer_the_file_stays(scope: Scope, here: Pages, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = []

    def lost(*_: Any, **__: Any) -> None:
        kept.extend(default_storage.listdir("photos")[1])
        raise Unsure

    monkeypatch.setattr("patients.services.portraits.change", lost)
    answer = upload(here, picture())
    assert answer.status_code == 422
    assert "it will not be done twice" in plain(answer.content.decode())
    assert set(kept) <= set(default_storage.listdir("photos")[1])


def test_a_photo_taken_over_in_a_merge_survives_for_undo(scope: Scope, here: Pages, register: Register) -> None:
    upload(here, picture())
    theirs = now(scope, here).photo or ""
    keep = register(given_name="Ada")
    services.merge(scope, keep, now(scope, here), {"photo": theirs})
    survivor = Pages(here.client, here.clinic, queries.patient(scope, keep.id))
    upload(survivor, picture((500, 500)))
    assert default_storage.exists(theirs)
    services.undo_merge(scope, queries.patient(scope, keep.id), now(scope, here))
    assert now(scope, here).photo == theirs


def test_another_clinic_sees_no_photo(here: Pages, other_clinic: str) -> None:
    upload(here, picture())
    stranger = Pages(signed_in_client(other_clinic), other_clinic, here.patient)
    for page in ("photo/", "photo/change/"):
        assert stranger.get(page).status_code == 404
    assert stranger.client.post(stranger.at("photo/remove/")).status_code == 404


def test_every_role_sees_it(here: Pages) -> None:
    upload(here, picture())
    for role in Role:
        assert (
            Pages(signed_in_client(here.clinic, role=role), here.clinic, here.patient).get("photo/").status_code == 302
        )
