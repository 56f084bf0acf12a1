"""Pictures from strangers' phones: re-encoded here, so that no EXIF (place, time, device) and no foreign bytes are kept."""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

LARGEST_UPLOAD = 12 * 1024 * 1024  # bytes
LARGEST_PIXELS = 50_000_000
SIDE = 1600  # pixels of the longer side that are kept
FORMATS = ("JPEG", "PNG", "WEBP")


class PictureError(ValueError):
    """The file is no picture that can be kept; the message is for the person who sent it."""


@dataclass(frozen=True)
class KeptPicture:
    file: ContentFile[bytes]  # a JPEG
    sha256: str  # of the bytes that are kept
    width: int
    height: int


def reencode(upload: UploadedFile[bytes], *, side: int = SIDE) -> KeptPicture:
    """A JPEG of at most `side` pixels without metadata. Raises PictureError."""
    if (upload.size or 0) > LARGEST_UPLOAD:
        raise PictureError(_("Foto “%(name)s” terlalu besar: paling banyak 12 MB.") % {"name": upload.name})
    try:
        with Image.open(upload, formats=FORMATS) as picture:
            if picture.width * picture.height > LARGEST_PIXELS:
                raise PictureError(_("Foto “%(name)s” terlalu lebar: kecilkan dulu.") % {"name": upload.name})
            upright = ImageOps.exif_transpose(picture).convert("RGB")
    except (UnidentifiedImageError, OSError, SyntaxError, Image.DecompressionBombError):
        raise PictureError(
            _("“%(name)s” bukan foto yang dapat dibaca: kirim berkas JPG, PNG, atau WEBP.") % {"name": upload.name}
        ) from None
    upright.thumbnail((side, side))
    kept = io.BytesIO()
    upright.save(kept, "JPEG", quality=82, optimize=True, progressive=True)
    digest = hashlib.sha256(kept.getvalue()).hexdigest()
    return KeptPicture(ContentFile(kept.getvalue(), name=f"{digest[:32]}.jpg"), digest, *upright.size)
