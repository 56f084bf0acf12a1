"""Pictures from strangers' phones: re-encoded here, so that no EXIF (place, time, device) and no foreign bytes are
kept."""

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

LARGEST_UPLOAD = 12 * 1024 * 1024  # bytes
LARGEST_PIXELS = 50_000_000
SIDE = 1600  # pixels of the longer side that are kept
FORMATS = ("JPEG", "PNG", "WEBP")


class PictureError(ValueError):
    """The file is no picture that can be kept; the message is for the person who sent it."""


@dataclass(frozen=True)
class StoredPicture:
    file: ContentFile[bytes]  # a JPEG
    sha256: str  # of the bytes that are kept
    width: int
    height: int


def _small(picture: Image.Image, side: int) -> Image.Image:
    """Upright and on white, made small before anything else is made of it: 50 million pixels are 200 MB each time."""
    picture.draft("RGB", (side, side))  # a JPEG is read at a half, a quarter or an eighth
    if picture.mode not in {"RGB", "L", "LA"}:  # of a palette's colours no mean can be taken
        picture = picture.convert("RGBA" if picture.has_transparency_data else "RGB")
    picture.thumbnail((side, side))
    return _on_white(ImageOps.exif_transpose(picture))


def _on_white(picture: Image.Image) -> Image.Image:
    """What is transparent becomes paper, not black: signatures are drawn on nothing."""
    if not picture.has_transparency_data:
        return picture.convert("RGB")
    drawn = picture.convert("RGBA")
    paper = Image.new("RGBA", drawn.size, "white")
    return Image.alpha_composite(paper, drawn).convert("RGB")


def reencode(upload: UploadedFile[bytes], *, side: int = SIDE) -> StoredPicture:
    """A JPEG of at most `side` pixels without metadata. Raises PictureError."""
    if (upload.size or 0) > LARGEST_UPLOAD:
        raise PictureError(_("Foto “%(name)s” terlalu besar: paling banyak 12 MB.") % {"name": upload.name})
    try:
        with Image.open(upload, formats=FORMATS) as picture:
            if picture.width * picture.height > LARGEST_PIXELS:
                raise PictureError(_("Foto “%(name)s” terlalu lebar: kecilkan dulu.") % {"name": upload.name})
            upright = _small(picture, side)
    except PictureError:
        raise
    except Exception:  # what a broken or made-up file raises in the decoders is in no list
        raise PictureError(
            _("“%(name)s” bukan foto yang dapat dibaca: kirim berkas JPG, PNG, atau WEBP.") % {"name": upload.name}
        ) from None
    kept = io.BytesIO()
    upright.save(kept, "JPEG", quality=82, optimize=True, progressive=True)
    digest = hashlib.sha256(kept.getvalue()).hexdigest()
    return StoredPicture(ContentFile(kept.getvalue(), name=f"{digest[:32]}.jpg"), digest, *upright.size)


def stored_bytes(image: FieldFile) -> bytes:
    """What was kept; Http404 where the file is gone."""
    try:
        with image.open("rb") as file:
            return bytes(file.read())
    except FileNotFoundError:
        raise Http404 from None


def jpeg_response(content: bytes, *, seconds: int) -> HttpResponse:
    """A picture that the reader's machine may keep so long, and nobody's between: it is for those who may see it."""
    return HttpResponse(
        content, content_type="image/jpeg", headers={"Cache-Control": f"private, max-age={seconds}, immutable"}
    )


def thumbnail(content: bytes, *, side: int) -> bytes:
    """A kept JPEG again, at most `side` pixels long."""
    with Image.open(io.BytesIO(content)) as kept:
        kept.draft("RGB", (side, side))
        kept.thumbnail((side, side))
        small = io.BytesIO()
        kept.save(small, "JPEG", quality=80)
    return small.getvalue()
