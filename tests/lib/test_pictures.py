"""Whatever a file claims to be: it becomes a small JPEG of ours, or a sentence."""

from __future__ import annotations

import contextlib
import io
import struct
import zlib
from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin

from sambang.lib import pictures
from sambang.lib.pictures import PictureError, reencode


def upload(content: bytes, name: str = "foto.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="image/jpeg")


def made(kind: str, mode: str = "RGB", size: tuple[int, int] = (40, 30), **facts: object) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size).save(out, kind, **facts)
    return out.getvalue()


def claims(width: int, height: int) -> bytes:
    """A PNG of a few bytes that says it is so large."""
    head = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunk = struct.pack(">I", 13) + head + struct.pack(">I", zlib.crc32(head))
    return made("PNG")[:8] + chunk + made("PNG")[33:]


def swollen_text() -> bytes:
    """A PNG with a compressed remark of a hundred megabytes."""
    about = PngImagePlugin.PngInfo()
    about.add_text("x", "0" * 100_000_000, zip=True)
    return made("PNG", pnginfo=about)


BAD: dict[str, Callable[[], bytes]] = {
    "pixel bomb": lambda: claims(50_000, 50_000),
    "more pixels than there are": lambda: claims(2**31 - 1, 2**31 - 1),
    "nothing wide": lambda: claims(0, 10),
    "swollen remark": swollen_text,
    "gif": lambda: made("GIF"),
    "tiff": lambda: made("TIFF"),
    "svg": lambda: b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
    "page": lambda: b"<!doctype html><script>alert(1)</script>",
    "cut": lambda: made("JPEG", size=(900, 700))[:300],
    "nothing": lambda: b"",
    "eps": lambda: b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n(x) run",
}


@pytest.mark.parametrize("kind", BAD)
def test_refused_in_a_sentence(kind: str) -> None:
    with pytest.raises(PictureError) as refused:
        reencode(upload(BAD[kind]()))
    assert str(refused.value).endswith(".") and "\n" not in str(refused.value)


def test_a_file_that_is_too_large_is_not_even_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "MAX_UPLOAD_SIZE", 100)
    monkeypatch.setattr(Image, "open", lambda *_a, **_f: pytest.fail("opened"))
    with pytest.raises(PictureError, match="terlalu besar"):
        reencode(upload(b"0" * 101))


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L", "LA", "P", "1", "I;16"])
def test_every_kind_of_colour_becomes_a_small_jpeg(mode: str) -> None:
    kept = reencode(upload(made("PNG", mode, (2000, 1000)) + b"<?php system($_GET['x']);"), side=400)
    content = kept.file.read()
    assert (kept.width, kept.height) == (400, 200)
    assert content.startswith(b"\xff\xd8") and b"php" not in content
    with Image.open(io.BytesIO(content)) as picture:
        assert (picture.format, picture.mode, dict(picture.getexif())) == ("JPEG", "RGB", {})


def test_upright_without_its_exif() -> None:
    exif = Image.Exif()
    exif[0x0112], exif[0x010F], exif[0x8825] = 6, "Kamera", {1: "S"}
    kept = reencode(upload(made("JPEG", size=(80, 40), exif=exif)))
    assert (kept.width, kept.height) == (40, 80)
    assert b"Kamera" not in kept.file.read()


WHOLE = [made("JPEG", size=(64, 48)), made("PNG", "P"), made("WEBP", "RGBA"), made("PNG", "RGBA")]


@hypothesis_settings(max_examples=300)
@given(
    whole=st.sampled_from(WHOLE),
    changes=st.lists(st.tuples(st.integers(0, 2_000), st.integers(0, 255)), max_size=12),
    end=st.integers(1, 3_000),
)
def test_a_broken_picture_is_a_picture_or_a_sentence(whole: bytes, changes: list[tuple[int, int]], end: int) -> None:
    content = bytearray(whole[:end])
    for place, value in changes:
        content[place % len(content)] = value
    with contextlib.suppress(PictureError):
        assert reencode(upload(bytes(content))).file.read().startswith(b"\xff\xd8")
