"""The sheets in the files of an upload: a photo shows one, a PDF or TIFF of a scanner one on each page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from io import BytesIO
from threading import Lock
from typing import Any

import numpy as np
from django.utils.translation import gettext as _
from PIL import Image as Picture
from PIL import ImageOps, ImageSequence

from sambang.production.paper.ink import Image
from sambang.production.paper.layout import SheetReference
from sambang.production.paper.photo import PhotoError, ReadSheet, read_photographed_sheet

MAX_SHEETS = 24  # each is read while the page waits
MAX_SHEET_PHOTO_SIDE = 3_200  # pixels of a photo; larger ones are made smaller
MAX_SHEET_PHOTO_PIXELS = 120_000_000
PDF_SIDE = 2_400  # pixels of a page's longer side: 200 dots an inch of A4
PDF_LOCK = Lock()  # PDFium works for one thread at a time


@dataclass
class Upload:
    """`remarks` and `errors`: sentences about sheets that were read, and about what was not."""

    sheets: list[ReadSheet] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


def read_files(files: Iterable[tuple[str, bytes]]) -> Upload:
    """The sheets of all files (name and content) in their order; what cannot be read is left out, with an error."""
    upload = Upload()
    name_by_reference: dict[SheetReference, str] = {}
    for count, (name, picture) in enumerate(named_pictures(files)):
        try:
            if isinstance(picture, PhotoError):
                raise picture
            if count >= MAX_SHEETS:
                raise PhotoError(
                    _("Sekaligus paling banyak %(most)d lembar: unggah lembar ini dan sesudahnya nanti.")
                    % {"most": MAX_SHEETS}
                )
            sheet = read_photographed_sheet(picture)
        except PhotoError as error:
            upload.errors.append(_("%(photo)s: %(why)s") % {"photo": name, "why": error})
            if count >= MAX_SHEETS:
                break
            continue
        upload.sheets.append(sheet)
        first = name_by_reference.setdefault(sheet.reference, name)
        if first != name:
            text = _("%(photo)s: lembar yang sama dengan %(first)s. Angka yang berbeda diberi tanda ?.")
            upload.remarks.append(text % {"photo": name, "first": first})
    return upload


def named_pictures(files: Iterable[tuple[str, bytes]]) -> Iterator[tuple[str, Image | PhotoError]]:
    for number, (file, content) in enumerate(files, start=1):
        name = _("Foto %(number)d (%(file)s)") % {"number": number, "file": file}
        try:
            for page, picture in enumerate(pictures_of(content), start=1):
                yield name if page == 1 else _("%(photo)s halaman %(page)d") % {"photo": name, "page": page}, picture
        except PhotoError as error:
            yield name, error


def pictures_of(content: bytes) -> Iterator[Image]:
    """The pages in grey, upright. Raises PhotoError."""
    return pages_of_pdf(content) if content.lstrip()[:5] == b"%PDF-" else frames_of(content)


def frames_of(content: bytes) -> Iterator[Image]:
    """A photo as its camera held it, and each page of a TIFF; the longer side at most MAX_SHEET_PHOTO_SIDE."""
    try:
        with Picture.open(BytesIO(content), formats=("JPEG", "PNG", "WEBP", "TIFF")) as opened:
            for frame in ImageSequence.Iterator(opened):
                if frame.width * frame.height > MAX_SHEET_PHOTO_PIXELS:
                    raise PhotoError(_("Foto terlalu besar: kecilkan lalu unggah lagi."))
                frame.draft("L", (MAX_SHEET_PHOTO_SIDE, MAX_SHEET_PHOTO_SIDE))
                grey = ImageOps.exif_transpose(frame).convert("L")
                grey.thumbnail((MAX_SHEET_PHOTO_SIDE, MAX_SHEET_PHOTO_SIDE))
                yield np.asarray(grey)
    except PhotoError:
        raise
    except (OSError, ValueError, SyntaxError, Picture.DecompressionBombError):
        raise PhotoError(_("Bukan gambar JPG, PNG, atau PDF yang utuh: foto lagi lembarnya.")) from None


def pages_of_pdf(content: bytes) -> Iterator[Image]:
    import pypdfium2

    try:
        with PDF_LOCK:
            document = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError:
        raise PhotoError(
            _("PDF ini rusak atau dikunci dengan kata sandi: pindai lagi, atau simpan sebagai JPG.")
        ) from None
    try:
        for number in range(len(document)):
            yield page_of_pdf(document, number)
    finally:
        with PDF_LOCK:
            document.close()


def page_of_pdf(document: Any, number: int) -> Image:
    with PDF_LOCK:
        page = document[number]
        bitmap = page.render(scale=PDF_SIDE / max(*page.get_size(), 1), grayscale=True)
        grey = np.array(bitmap.to_numpy()).reshape(bitmap.height, bitmap.width)
        bitmap.close()
        page.close()
    return grey
