"""Recognises one handwritten digit: gradients of the normalised ink, and networks with one hidden layer whose
probabilities are averaged.

`digits.npz` holds their weights (bench/paper_digits.py trains them; docs/decisions/0038-paper-form.md).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import cv2
import numpy as np

from sambang.production.paper.ink import BoxInk, Floats, Image

SIDE = 24  # pixels of the normalised ink
INK_SIDE = 20  # its longer side, without the margin
CELLS = 6  # of gradients, in a row of them
ORIENTATIONS = 8
NO_DIGIT = 10  # the class of what is no digit: crossed out, scribbled, a letter, a dash
MIN_CERTAINTY = 0.95  # probability below which a digit is asked


@dataclass(frozen=True)
class ReadDigit:
    """`digit` is empty for a box without ink. `is_sure`: else a person is asked. `has_dot`: a dot or comma follows."""

    digit: str
    is_sure: bool
    has_dot: bool = False


def read_digits(inks: list[BoxInk]) -> list[ReadDigit]:
    pictures = [normalised(ink.mask) for ink in inks if ink.mask is not None]
    shares = iter(probabilities(features(np.stack(pictures))) if pictures else ())
    return [read_digit(ink, next(shares) if ink.mask is not None else None) for ink in inks]


def read_digit(ink: BoxInk, shares: Floats | None) -> ReadDigit:
    """`shares`: by network and class; sure is what all networks say."""
    if ink.is_unclear:
        return ReadDigit("0", False, ink.has_dot)
    if shares is None:
        return ReadDigit("", True, ink.has_dot)
    mean, best = shares.mean(axis=0), shares.argmax(axis=1)
    is_sure = mean.max() >= MIN_CERTAINTY and mean.argmax() != NO_DIGIT and len(set(best.tolist())) == 1
    return ReadDigit(str(int(mean[:NO_DIGIT].argmax())), bool(is_sure), ink.has_dot)


def normalised(ink: Image) -> Floats:
    """The ink scaled to INK_SIDE and put in the middle, 0 … 1, `(SIDE, SIDE)`."""
    scale = INK_SIDE / max(ink.shape)
    size = (max(round(ink.shape[1] * scale), 1), max(round(ink.shape[0] * scale), 1))
    small = cv2.resize(ink, size, interpolation=cv2.INTER_AREA).astype(np.float32) / 255
    page = np.zeros((SIDE, SIDE), dtype=np.float32)
    top, left = (SIDE - small.shape[0]) // 2, (SIDE - small.shape[1]) // 2
    page[top : top + small.shape[0], left : left + small.shape[1]] = small
    return page


def features(pictures: Floats) -> Floats:
    """Of each picture the histograms of gradient orientation by cell, and the ink itself at half its resolution."""
    across, down = np.gradient(pictures, axis=2), np.gradient(pictures, axis=1)
    size, turn = np.hypot(across, down), np.arctan2(down, across) * (ORIENTATIONS / (2 * np.pi)) % ORIENTATIONS
    cells = []
    for orientation in range(ORIENTATIONS):
        off = np.abs(turn - orientation)
        planes = size * np.maximum(1 - np.minimum(off, ORIENTATIONS - off), 0)
        cells.append(cell_weights() @ planes @ cell_weights().T)
    histograms = np.stack(cells, axis=1).reshape(len(pictures), -1)
    histograms = np.sqrt(histograms / (np.linalg.norm(histograms, axis=1, keepdims=True) + 1e-6))
    ink = pictures.reshape(len(pictures), SIDE // 2, 2, SIDE // 2, 2).mean(axis=(2, 4)).reshape(len(pictures), -1)
    return np.concatenate([histograms, ink], axis=1).astype(np.float32)


@cache
def cell_weights() -> Floats:
    """How much each row of a picture counts for each row of cells: less, the farther it is from the cell's middle."""
    width = SIDE / CELLS
    middles = (np.arange(CELLS) + 0.5) * width - 0.5
    return np.exp(-((np.arange(SIDE) - middles[:, None]) ** 2) / (2 * (width / 2) ** 2)).astype(np.float32)


@cache
def weights() -> tuple[Floats, ...]:
    """Stacked along the first axis, one network after the other."""
    with np.load(str(files("sambang.production.paper") / "digits.npz"), allow_pickle=False) as stored:
        names = ("first", "first_bias", "second", "second_bias", "temperature")
        return tuple(stored[name].astype(np.float32) for name in names)


def probabilities(rows: Floats) -> Floats:
    """The probability of each digit and of NO_DIGIT, `(rows, networks, 11)`."""
    first, first_bias, second, second_bias, temperature = weights()
    hidden = np.maximum(rows @ first + first_bias[:, None], 0)
    score = (hidden @ second + second_bias[:, None]) / temperature[:, None, None]
    power = np.exp(score - score.max(axis=2, keepdims=True))
    return np.asarray((power / power.sum(axis=2, keepdims=True)).swapaxes(0, 1))
