"""Reads a photographed or scanned sheet: finds its corner markers, straightens it, decodes its QR code and the digits.
Nothing of the photo is stored."""

from __future__ import annotations

import base64
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import cv2
import numpy as np
import zxingcpp
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from sambang.production.paper import layout
from sambang.production.paper.digits import ReadDigit, read_digits
from sambang.production.paper.ink import MARGIN, PIXELS_PER_MM, Image, inks_of

MIN_MARKERS = 3
PAPER_WINDOW = 41  # pixels at a quarter of the resolution: wider than a stroke, narrower than a shadow
DOUBTFUL = "?"
QR_CODES = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
STRIP_HEIGHT, STRIP_QUALITY = 64, 45  # pixels, and of WebP


class PhotoError(ValueError):
    """The sheet cannot be read; the message is a sentence for the user."""


@dataclass(frozen=True)
class ReadNumber:
    """`text`: as typed into a report's form; a doubtful digit is `?`, which no number may contain. `strip`: the picture
    of the boxes, WebP in base 64."""

    text: str
    strip: str


@dataclass(frozen=True)
class ReadRow:
    quantity: ReadNumber
    value: ReadNumber


@dataclass(frozen=True)
class ReadSheet:
    reference: layout.SheetReference
    rows: dict[UUID, ReadRow]  # by product line


def read_photographed_sheet(picture: Image) -> ReadSheet:
    """Raises PhotoError."""
    sheet = straightened(picture)
    reference = read_sheet_reference(sheet)
    paper = without_shadows(sheet)
    rows = {line: read_sheet_row(paper, row) for row, line in enumerate(reference.lines)}
    return ReadSheet(reference, rows)


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
    left, top, side = (mm * PIXELS_PER_MM for mm in layout.QR)
    margin = 3 * PIXELS_PER_MM
    area = sheet[top - margin : top + side + margin, left - margin : left + side + margin]
    for picture in (area, sharpened(area), cv2.GaussianBlur(area, (0, 0), 1.5)):
        code = zxingcpp.read_barcode(picture, formats=QR_CODES)
        with suppress(ValueError):
            return layout.parse_reference(code.text if code else "")
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
    quantity = read_number_boxes(paper, row, layout.QUANTITY, layout.QUANTITY_BOXES)
    value = read_number_boxes(paper, row, layout.VALUE, layout.VALUE_BOXES)
    thousands = f"{value.text}000" if value.text.strip("0") else value.text
    return ReadRow(quantity, ReadNumber(thousands, value.strip))


def read_number_boxes(paper: Image, row: int, left: int, count: int) -> ReadNumber:
    x, y = left * PIXELS_PER_MM, (layout.FIRST_ROW + row * layout.SHEET_ROW_HEIGHT + layout.BOX_TOP) * PIXELS_PER_MM
    right, below = x + count * layout.BOX[0] * PIXELS_PER_MM, y + layout.BOX[1] * PIXELS_PER_MM
    strip = paper[y - MARGIN : below + MARGIN, x - MARGIN : right + MARGIN]
    return ReadNumber(digits_text(read_digits(inks_of(strip, count))), encoded(strip))


def digits_text(digits: list[ReadDigit]) -> str:
    """The digits from the first written box to the last. Doubtful are an empty box between two digits, and a dot that
    is none of thousands: it may be a comma."""
    written = [at for at, digit in enumerate(digits) if digit.digit]
    if not written:
        return ""
    text = ""
    for at in range(written[0], written[-1] + 1):
        text += digits[at].digit if digits[at].digit and digits[at].is_sure else DOUBTFUL
        if digits[at].has_dot and at < written[-1] and (written[-1] - at) % 3:
            text += DOUBTFUL
    return text.lstrip("0") or "0"


def encoded(strip: Image) -> str:
    """As a small picture."""
    cut = strip[MARGIN // 2 : -MARGIN // 2]
    width = round(cut.shape[1] * STRIP_HEIGHT / cut.shape[0])
    small = cv2.resize(cut, (width, STRIP_HEIGHT), interpolation=cv2.INTER_AREA)
    _done, content = cv2.imencode(".webp", small, [cv2.IMWRITE_WEBP_QUALITY, STRIP_QUALITY])
    return base64.b64encode(content.tobytes()).decode()
