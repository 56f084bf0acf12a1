"""Uploaded pictures, re-encoded so that EXIF data (place, time, device) and foreign bytes are removed."""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db.models.fields.files import FieldFile
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from PIL import Image, ImageOps

MAX_UPLOAD_SIZE = 12 * 1024 * 1024  # bytes
MAX_PIXELS = 50_000_000
MAX_SIDE = 1600  # pixels of the longer side
FORMATS = ("JPEG", "PNG", "WEBP")


class PictureError(ValueError):
    """The file cannot be decoded or is too large; the message is for the person who sent it."""


@dataclass(frozen=True)
class StoredPicture:
    file: ContentFile[bytes]  # a JPEG
    sha256: str  # of the stored bytes
    width: int
    height: int


def _small(picture: Image.Image, side: int) -> Image.Image:
    """Shrunk first (50 million pixels take 200 MB at each step), then rotated according to EXIF, transparency replaced
    by white."""
    picture.draft("RGB", (side, side))  # decodes a JPEG at 1/2, 1/4 or 1/8
    if picture.mode not in {"RGB", "L", "LA"}:  # a palette cannot be resampled
        picture = picture.convert("RGBA" if picture.has_transparency_data else "RGB")
    picture.thumbnail((side, side))
    return _on_white(ImageOps.exif_transpose(picture))


def _on_white(picture: Image.Image) -> Image.Image:
    """Transparent pixels become white: signatures are drawn without a background."""
    if not picture.has_transparency_data:
        return picture.convert("RGB")
    drawn = picture.convert("RGBA")
    paper = Image.new("RGBA", drawn.size, "white")
    return Image.alpha_composite(paper, drawn).convert("RGB")


def _square(picture: Image.Image) -> Image.Image:
    side = min(picture.size)
    return ImageOps.fit(picture, (side, side))


def reencode(upload: UploadedFile[bytes], *, side: int = MAX_SIDE, square: bool = False) -> StoredPicture:
    """A JPEG of at most `side` pixels without metadata, cropped to a square if asked. Raises PictureError."""
    if (upload.size or 0) > MAX_UPLOAD_SIZE:
        raise PictureError(_("Foto “%(name)s” terlalu besar: paling banyak 12 MB.") % {"name": upload.name})
    try:
        with Image.open(upload, formats=FORMATS) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                raise PictureError(_("Foto “%(name)s” terlalu lebar: kecilkan dulu.") % {"name": upload.name})
            upright = _small(picture, side)
            if square:
                upright = _square(upright)
    except PictureError:
        raise
    except Exception:  # Pillow's decoders raise many types for broken files
        raise PictureError(
            _("“%(name)s” bukan foto yang dapat dibaca: kirim berkas JPG, PNG, atau WEBP.") % {"name": upload.name}
        ) from None
    output = io.BytesIO()
    upright.save(output, "JPEG", quality=82, optimize=True, progressive=True)
    digest = hashlib.sha256(output.getvalue()).hexdigest()
    return StoredPicture(ContentFile(output.getvalue(), name=f"{digest[:32]}.jpg"), digest, *upright.size)


def stored_bytes(image: FieldFile) -> bytes:
    """The stored file; raises Http404 where it is missing."""
    try:
        with image.open("rb") as file:
            return bytes(file.read())
    except FileNotFoundError:
        raise Http404 from None


def jpeg_response(content: bytes, *, seconds: int) -> HttpResponse:
    """A picture that the browser may cache for so many seconds, and no shared cache."""
    return HttpResponse(
        content, content_type="image/jpeg", headers={"Cache-Control": f"private, max-age={seconds}, immutable"}
    )


def thumbnail(content: bytes, *, side: int) -> bytes:
    """A stored JPEG, at most `side` pixels on its longer side."""
    with Image.open(io.BytesIO(content)) as picture:
        picture.draft("RGB", (side, side))
        picture.thumbnail((side, side))
        small = io.BytesIO()
        picture.save(small, "JPEG", quality=80)
    return small.getvalue()
