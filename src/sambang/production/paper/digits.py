"""Recognises one handwritten digit: the normalised ink, and a small convolutional network.

`digits.npz` holds its weights and the certainty below which a digit is asked (bench/paper_digits.py learns both;
docs/decisions/0038-paper-form.md).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import product
from typing import Any

import cv2
import numpy as np

from sambang.production.paper.ink import BoxInk, Floats, Image

SIDE = 24  # pixels of the normalised ink
INK_SIDE = 20  # its longer side, without the margin
NO_DIGIT = 10  # the class of what is no digit: crossed out, scribbled, a letter, a dash
# A digit is judged by the mean over copies turned, slanted and stretched by a tenth, as other hands would write it.
AVERAGED_COPIES = tuple(product((-0.1, 0.1), (-0.1, 0.1), ((0.9, 1), (1.1, 1), (1, 0.9), (1, 1.1))))


@dataclass(frozen=True)
class ReadDigit:
    """`digit` is empty for a box without ink. `is_sure`: else a person is asked. `has_dot`: a dot or comma follows."""

    digit: str
    is_sure: bool
    has_dot: bool = False


def read_digits(inks: list[BoxInk]) -> list[ReadDigit]:
    pictures = [normalised(ink.mask) for ink in inks if ink.mask is not None]
    shares = iter(probabilities(np.stack(pictures)) if pictures else ())
    return [read_digit(ink, next(shares) if ink.mask is not None else None) for ink in inks]


def read_digit(ink: BoxInk, shares: Floats | None) -> ReadDigit:
    """`shares`: the probability of each class."""
    if ink.is_unclear:
        return ReadDigit("0", False, ink.has_dot)
    if shares is None:
        return ReadDigit("", True, ink.has_dot)
    best = int(shares[:NO_DIGIT].argmax())
    return ReadDigit(str(best), bool(shares[best] >= min_certainty()), ink.has_dot)


def normalised(ink: Image) -> Floats:
    """The ink scaled to INK_SIDE and put in the middle, 0 … 1, `(SIDE, SIDE)`."""
    scale = INK_SIDE / max(ink.shape)
    size = (max(round(ink.shape[1] * scale), 1), max(round(ink.shape[0] * scale), 1))
    small = cv2.resize(ink, size, interpolation=cv2.INTER_AREA).astype(np.float32) / 255
    page = np.zeros((SIDE, SIDE), dtype=np.float32)
    top, left = (SIDE - small.shape[0]) // 2, (SIDE - small.shape[1]) // 2
    page[top : top + small.shape[0], left : left + small.shape[1]] = small
    return page


def probabilities(pictures: Floats) -> Floats:
    """The probability of each digit and of NO_DIGIT, `(pictures, 11)`."""
    matrices = [transform(angle, slant, np.array(stretch)) for angle, slant, stretch in AVERAGED_COPIES]
    copies = [np.stack([cv2.warpAffine(one, matrix, (SIDE, SIDE)) for one in pictures]) for matrix in matrices]
    return softmax(np.mean([scores(moved, weights()) for moved in copies], axis=0))


def transform(angle: float, slant: float, stretch: Floats, move: Floats | None = None) -> Floats:
    """The matrix of OpenCV, `(2, 3)`, that leaves the middle in its place but for `move` pixels. `angle`: radians;
    `slant`: pixels across for each down; `stretch`: across and down.
    """
    turn = np.array([(np.cos(angle), -np.sin(angle)), (np.sin(angle), np.cos(angle))])
    matrix = turn @ np.array([(1, slant), (0, 1)]) * stretch.reshape(2, 1)
    middle = np.full(2, SIDE / 2 - 0.5)
    return np.column_stack([matrix, middle - matrix @ middle + (0 if move is None else move)])


def scores(pictures: Any, layers: Sequence[tuple[Any, Any]], library: Any = np) -> Any:
    """What the network gives each class. `library`: numpy, or jax.numpy to learn with."""
    *convolutions, (last, last_bias) = layers
    maps = pictures[..., None]
    for number, (kernel, bias) in enumerate(convolutions):
        if number:
            half = maps.shape[1] // 2
            maps = maps.reshape(-1, half, 2, half, 2, maps.shape[3]).max(axis=(2, 4))
        side, size = kernel.shape[0], maps.shape[1] - kernel.shape[0] + 1
        around = [maps[:, y : y + size, x : x + size] for y in range(side) for x in range(side)]
        rows = library.concatenate(around, axis=3).reshape(-1, side * side * kernel.shape[2])
        maps = library.maximum(rows @ kernel.reshape(rows.shape[1], -1) + bias, 0).reshape(-1, size, size, len(bias))
    return maps.reshape(len(pictures), -1) @ last + last_bias


def softmax(score: Floats) -> Floats:
    power = np.exp(score - score.max(axis=1, keepdims=True))
    return np.asarray(power / power.sum(axis=1, keepdims=True))


@cache
def stored() -> dict[str, Floats]:
    with np.load(str(files("sambang.production.paper") / "digits.npz"), allow_pickle=False) as arrays:
        return {name: arrays[name].astype(np.float32) for name in arrays.files}


def weights() -> list[tuple[Floats, Floats]]:
    """Of each layer the kernel and the bias."""
    arrays = stored()
    return [(arrays[f"kernel_{layer}"], arrays[f"bias_{layer}"]) for layer in range(len(arrays) // 2)]


def min_certainty() -> float:
    """The probability below which a digit is asked."""
    return float(stored()["min_certainty"])
