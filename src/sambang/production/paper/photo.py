"""Reads a photographed or scanned sheet: finds its corner markers, straightens it, decodes its QR code and the digits.
Nothing of the photo is stored."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from uuid import UUID

import cv2
import numpy as np
from django.utils.translation import gettext as _
from numpy.typing import NDArray
from PIL import Image as Picture
from PIL import ImageOps

from sambang.production.paper import layout
from sambang.production.paper.digits import Image, ReadDigit, read_boxes

PIXELS_PER_MM = 8  # of the straightened sheet, in a millimetre
MAX_SHEET_PHOTO_SIDE = 3_200  # pixels of a photo; larger ones are made smaller
MAX_SHEET_PHOTO_PIXELS = 120_000_000
MIN_MARKERS = 3
PAPER_WINDOW = 41  # pixels at a quarter of the resolution: wider than a stroke, narrower than a shadow
BORDER_MM = 1.0  # mm of a box left out at each side: its border
DOUBTFUL = "?"
STRIP_HEIGHT, STRIP_QUALITY = 40, 60  # pixels, and of JPEG


class PhotoError(ValueError):
    """The sheet cannot be read; the message is a sentence for the user."""


@dataclass(frozen=True)
class ReadRow:
    """Quantity and value as typed into a report's form: a doubtful digit is `?`, which no number may contain. `strip`
    is the picture of the boxes, JPEG in base 64."""

    quantity: str
    value: str
    strip: str


@dataclass(frozen=True)
class ReadSheet:
    reference: layout.SheetReference
    rows: dict[UUID, ReadRow]  # by product line


def read_sheet_photo(content: bytes) -> ReadSheet:
    """Raises PhotoError."""
    sheet = straightened(grey_picture(content))
    reference = read_sheet_reference(sheet)
    paper = without_shadows(sheet)
    rows = {line: read_sheet_row(paper, row) for row, line in enumerate(reference.lines)}
    return ReadSheet(reference, rows)


def grey_picture(content: bytes) -> Image:
    """The photo in grey, upright as its camera says, its longer side at most MAX_SHEET_PHOTO_SIDE."""
    try:
        with Picture.open(BytesIO(content), formats=("JPEG", "PNG", "WEBP", "TIFF")) as opened:
            if opened.width * opened.height > MAX_SHEET_PHOTO_PIXELS:
                raise PhotoError(_("Foto terlalu besar: kecilkan lalu unggah lagi."))
            opened.draft("L", (MAX_SHEET_PHOTO_SIDE, MAX_SHEET_PHOTO_SIDE))
            grey = ImageOps.exif_transpose(opened).convert("L")
            grey.thumbnail((MAX_SHEET_PHOTO_SIDE, MAX_SHEET_PHOTO_SIDE))
            return np.asarray(grey)
    except PhotoError:
        raise
    except (OSError, ValueError, SyntaxError, Picture.DecompressionBombError):
        raise PhotoError(_("Bukan gambar JPG atau PNG yang utuh: foto lagi lembarnya.")) from None


def straightened(picture: Image) -> Image:
    """The sheet alone, PIXELS_PER_MM to the millimetre."""
    parameters = cv2.aruco.DetectorParameters()
    parameters.cornerRefinementMethod = cv2.aruco.CORNER_REFINE_SUBPIX
    detector = cv2.aruco.ArucoDetector(cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_4X4_50), parameters)
    corners, numbers, _rejected = detector.detectMarkers(picture)
    markers: dict[int, NDArray[Any]] = {}
    for number, corner in zip([] if numbers is None else map(int, numbers.ravel()), corners, strict=True):
        if number < len(layout.MARKERS):
            markers[number] = corner.reshape(4, 2)
    if len(markers) < MIN_MARKERS:
        raise PhotoError(
            _(
                "Lembar tidak dikenali: foto seluruh lembar dari atas, keempat kotak hitam di sudutnya terlihat, cukup "
                "terang."
            )
        )
    square = np.array([(0, 0), (1, 0), (1, 1), (0, 1)]) * layout.MARKER
    seen = np.vstack([markers[number] for number in sorted(markers)])
    printed = np.vstack([square + layout.MARKERS[number] for number in sorted(markers)]) * PIXELS_PER_MM
    matrix, _mask = cv2.findHomography(seen, printed.astype(np.float64))
    size = (layout.PAGE[0] * PIXELS_PER_MM, layout.PAGE[1] * PIXELS_PER_MM)
    return cv2.warpPerspective(picture, matrix, size, flags=cv2.INTER_CUBIC, borderValue=255).astype(np.uint8)


def read_sheet_reference(sheet: Image) -> layout.SheetReference:
    left, top, side = layout.QR
    margin = 3
    area = sheet[
        (top - margin) * PIXELS_PER_MM : (top + side + margin) * PIXELS_PER_MM,
        (left - margin) * PIXELS_PER_MM : (left + side + margin) * PIXELS_PER_MM,
    ]
    detector = cv2.QRCodeDetector()
    for picture in (area, cv2.GaussianBlur(area, (0, 0), 1.5), sharpened(area), cv2.resize(area, None, fx=2, fy=2)):
        text, _corners, _straight = detector.detectAndDecode(picture)
        try:
            return layout.parse_reference(text)
        except ValueError:
            continue
    raise PhotoError(_("Kode QR lembar tidak terbaca: foto lagi lebih dekat, tanpa bayangan dan tidak buram."))


def sharpened(picture: Image) -> Image:
    soft = cv2.GaussianBlur(picture, (0, 0), 3)
    return cv2.addWeighted(picture, 2.0, soft, -1.0, 0).astype(np.uint8)


def without_shadows(sheet: Image) -> Image:
    """The sheet with its paper at 255 everywhere."""
    small = cv2.resize(sheet, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA)
    paper = cv2.medianBlur(cv2.dilate(small, np.ones((9, 9), np.uint8)), PAPER_WINDOW)
    paper = cv2.resize(paper, (sheet.shape[1], sheet.shape[0]), interpolation=cv2.INTER_LINEAR)
    return cv2.divide(sheet, np.maximum(paper, 1), scale=255).astype(np.uint8)


def read_sheet_row(paper: Image, row: int) -> ReadRow:
    quantity = read_number_boxes(paper, layout.boxes(row, layout.QUANTITY, layout.QUANTITY_BOXES))
    thousands = read_number_boxes(paper, layout.boxes(row, layout.VALUE, layout.VALUE_BOXES))
    return ReadRow(quantity, f"{thousands}000" if thousands.strip("0") else thousands, strip_of(paper, row))


def read_number_boxes(paper: Image, places: Any) -> str:
    digits = read_boxes([box_at(paper, left, top) for left, top in places])
    return digits_text(digits)


def digits_text(digits: list[ReadDigit]) -> str:
    """The digits from the first written box to the last. An empty box between two digits is doubtful."""
    written = [at for at, digit in enumerate(digits) if digit.digit]
    if not written:
        return ""
    inside = digits[written[0] : written[-1] + 1]
    text = "".join(one.digit if one.digit and one.is_sure else DOUBTFUL for one in inside)
    return text.lstrip("0") or "0"


def box_at(paper: Image, left: int, top: int) -> Image:
    inset = round(BORDER_MM * PIXELS_PER_MM)
    wide, high = layout.BOX[0] * PIXELS_PER_MM, layout.BOX[1] * PIXELS_PER_MM
    x, y = left * PIXELS_PER_MM, top * PIXELS_PER_MM
    return paper[y + inset : y + high - inset, x + inset : x + wide - inset]


def strip_of(paper: Image, row: int) -> str:
    """The boxes of a row as a small picture."""
    top = (layout.FIRST_ROW + row * layout.SHEET_ROW_HEIGHT + layout.BOX_TOP - 1) * PIXELS_PER_MM
    left, right = (
        (layout.QUANTITY - 1) * PIXELS_PER_MM,
        (layout.VALUE + layout.VALUE_BOXES * layout.BOX[0] + 1) * PIXELS_PER_MM,
    )
    cut = paper[top : top + (layout.BOX[1] + 2) * PIXELS_PER_MM, left:right]
    width = round(cut.shape[1] * STRIP_HEIGHT / cut.shape[0])
    small = cv2.resize(cut, (width, STRIP_HEIGHT), interpolation=cv2.INTER_AREA)
    _done, encoded = cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, STRIP_QUALITY])
    return base64.b64encode(encoded.tobytes()).decode()
