"""What phones and scanners make of a sheet, simulated: angle, light, shadow, folds, blur, noise, JPEG, PDF."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from io import BytesIO

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

type Sheet = NDArray[np.uint8]
type Camera = Callable[[Sheet, np.random.Generator], bytes]


@dataclass(frozen=True)
class Phone:
    """Ranges of what differs from photo to photo. `width`: pixels of the shorter side."""

    width: tuple[int, int] = (1500, 2400)
    tilt: float = 0.012
    light: tuple[float, float] = (0.7, 1.0)
    shadow: float = 0.35
    blur: tuple[float, float] = (0.4, 1.3)
    noise: tuple[float, float] = (1, 7)
    quality: tuple[int, int] = (60, 92)


def photograph(sheet: Sheet, rng: np.random.Generator, phone: Phone = Phone()) -> bytes:
    """A photo of the sheet on a table, as JPEG."""
    height, wide = sheet.shape
    out = np.array([1, 4 / 3]) * int(rng.uniform(*phone.width))
    out = out.astype(int)
    corners = np.array([(0, 0), (wide, 0), (wide, height), (0, height)], dtype=np.float32)
    margin = out * rng.uniform(0.03, 0.08) + out * phone.tilt * 1.5
    place = np.array([(0, 0), (1, 0), (1, 1), (0, 1)]) * (out - 2 * margin) + margin
    place = place + rng.normal(0, out[0] * phone.tilt, (4, 2))
    matrix = cv2.getPerspectiveTransform(corners, place.astype(np.float32))
    turn = cv2.getRotationMatrix2D((float(out[0] / 2), float(out[1] / 2)), rng.normal(0, 2.5), 0.96)
    table = int(rng.uniform(60, 140))
    size = (int(out[0]), int(out[1]))
    photo = cv2.warpPerspective(
        sheet, np.vstack([turn, (0, 0, 1)]) @ matrix, size, flags=cv2.INTER_AREA, borderValue=table
    )
    lit = photo.astype(np.float32) * lighting(size, rng, phone)
    blurred = cv2.GaussianBlur(lit, (0, 0), rng.uniform(*phone.blur))
    noise = rng.standard_normal(blurred.shape, dtype=np.float32) * rng.uniform(*phone.noise)
    grainy = np.clip(blurred + noise, 0, 255).astype(np.uint8)
    return jpeg(grainy, int(rng.uniform(*phone.quality)))


def lighting(size: tuple[int, int], rng: np.random.Generator, phone: Phone) -> NDArray[np.float32]:
    """Light from one side, and half the time the shadow of a hand or a phone; at an eighth of the resolution first."""
    y, x = np.mgrid[0 : size[1] : 8, 0 : size[0] : 8].astype(np.float32)
    direction = rng.uniform(0, 2 * np.pi)
    slope = (np.cos(direction) * x / size[0] + np.sin(direction) * y / size[1]) * rng.uniform(0, phone.light[1] / 3)
    found = rng.uniform(*phone.light) - (slope - slope.min())
    if rng.random() < 0.5:
        edge = ((x + y * rng.uniform(-1, 1)) > size[0] * rng.uniform(0.4, 0.8)).astype(np.float32)
        found = found * (1 - phone.shadow * cv2.GaussianBlur(edge, (0, 0), 25 / 8))
    return cv2.resize(found.astype(np.float32), size).astype(np.float32)


def jpeg(picture: NDArray[np.uint8], quality: int) -> bytes:
    done, encoded = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])
    assert done
    return encoded.tobytes()


def turned(sheet: Sheet, rng: np.random.Generator, *, quarters: int) -> bytes:
    """The phone held sideways, its note of it lost."""
    photo = cv2.imdecode(np.frombuffer(photograph(sheet, rng), np.uint8), cv2.IMREAD_GRAYSCALE)
    return jpeg(np.rot90(photo, quarters).astype(np.uint8), 85)


def folded(sheet: Sheet, rng: np.random.Generator) -> bytes:
    """Folded twice and opened: the parts slope, so that lines are out of place by up to a millimetre and lit unlike."""
    height, width = sheet.shape
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    folds = np.abs(np.interp(y, [0, height / 2, height], [0, 1, 0])) * rng.uniform(3, 8)
    folds += np.abs(np.interp(x, [0, width / 2, width], [0, 1, 0])) * rng.uniform(-5, 5)
    bent = cv2.remap(
        sheet, x + folds.astype(np.float32), y + folds.astype(np.float32) * 0.8, cv2.INTER_LINEAR, borderValue=255
    )
    shade = 1 - 0.12 * (y > height / 2) - 0.08 * (x > width / 2)
    crease = np.minimum(np.abs(y - height / 2), np.abs(x - width / 2))
    shade = shade - 0.25 * np.exp(-((crease / 5) ** 2))
    return photograph((bent * shade).astype(np.uint8), rng)


def curled(sheet: Sheet, rng: np.random.Generator) -> bytes:
    """A page that does not lie flat."""
    height, width = sheet.shape
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    lift = np.sin(np.pi * x / width) * rng.uniform(6, 14)
    return photograph(cv2.remap(sheet, x, y + lift.astype(np.float32), cv2.INTER_LINEAR, borderValue=255), rng)


def corner_missing(sheet: Sheet, rng: np.random.Generator) -> bytes:
    """A corner is torn off, or a thumb lies on it."""
    torn = sheet.copy()
    high, wide = (int(share * side) for share, side in zip(rng.uniform(0.08, 0.12, 2), sheet.shape, strict=True))
    torn[-high:, :wide] = 90
    return photograph(torn, rng)


def moved(sheet: Sheet, rng: np.random.Generator) -> bytes:
    """The hand moved: smeared along a line of some 5 pixels of a photo of 4 megapixels."""
    length = int(rng.integers(5, 9))
    kernel = np.zeros((length, length), np.float32)
    kernel[length // 2] = 1 / length
    turn = cv2.getRotationMatrix2D((length / 2 - 0.5, length / 2 - 0.5), rng.uniform(0, 180), 1)
    kernel = cv2.warpAffine(kernel, turn, (length, length))
    return photograph(cv2.filter2D(sheet, -1, kernel / kernel.sum()).astype(np.uint8), rng)


def scan(sheet: Sheet, rng: np.random.Generator, *, dots: int = 150) -> NDArray[np.uint8]:
    """A flatbed's picture in grey, a little askew."""
    share = dots / 203.2
    size = (round(sheet.shape[1] * share), round(sheet.shape[0] * share))
    turn = cv2.getRotationMatrix2D((sheet.shape[1] / 2, sheet.shape[0] / 2), rng.normal(0, 0.7), 0.985)
    askew = cv2.warpAffine(sheet, turn, (sheet.shape[1], sheet.shape[0]), borderValue=250)
    small = cv2.resize(askew, size, interpolation=cv2.INTER_AREA)
    return np.clip(small + rng.normal(0, 2, small.shape), 0, 255).astype(np.uint8)


def scan_as_pdf(sheet: Sheet, rng: np.random.Generator) -> bytes:
    return pdf_of([scan(sheet, rng, dots=200)])


def scan_in_black(sheet: Sheet, rng: np.random.Generator) -> bytes:
    """As offices' scanners are set: black and white, 200 dots an inch, PDF."""
    _limit, black = cv2.threshold(scan(sheet, rng, dots=200), 150, 255, cv2.THRESH_BINARY)
    return pdf_of([black.astype(np.uint8)])


def pdf_of(pictures: list[NDArray[np.uint8]]) -> bytes:
    first, *others = [Image.fromarray(picture) for picture in pictures]
    written = BytesIO()
    first.save(written, "PDF", resolution=200, save_all=True, append_images=others, quality=70)
    return written.getvalue()


CAMERAS: dict[str, Camera] = {
    "lying flat, by day": photograph,
    "at an angle": partial(photograph, phone=Phone(tilt=0.05)),
    "in the shadow of the phone": partial(photograph, phone=Phone(shadow=0.65)),
    "low light": partial(photograph, phone=Phone(light=(0.25, 0.4), noise=(7, 12))),
    "out of focus": partial(photograph, phone=Phone(blur=(1.6, 2.4))),
    "the hand moved": moved,
    "2 megapixels": partial(photograph, phone=Phone(width=(1200, 1201))),
    "JPEG of quality 40": partial(photograph, phone=Phone(quality=(40, 41))),
    "turned by 90°": partial(turned, quarters=1),
    "turned by 180°": partial(turned, quarters=2),
    "folded twice": folded,
    "curled": curled,
    "a corner missing": corner_missing,
    "scan in grey, 150 dpi": lambda sheet, rng: jpeg(scan(sheet, rng), 75),
    "scan as PDF, 200 dpi": scan_as_pdf,
    "scan as PDF in black and white": scan_in_black,
}
