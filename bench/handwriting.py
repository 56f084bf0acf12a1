"""Made-up handwriting: digits as strokes whose points, slant, size and pen vary. Several ways to write each digit, as
Indonesians do: 1 with flag and base, 7 with and without bar, 4 open and closed, 9 straight and curled, 0 with slash, 2
with a loop."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

type Stroke = list[tuple[float, float]]

# Points of each stroke, x to the right and y down in a square of side 1; a curve runs through them.
WAYS: dict[str, list[list[Stroke]]] = {
    "0": [
        [[(0.5, 0), (0.15, 0.25), (0.12, 0.7), (0.5, 1), (0.86, 0.7), (0.85, 0.25), (0.5, 0)]],
        [[(0.6, 0.02), (0.2, 0.2), (0.15, 0.75), (0.5, 1), (0.9, 0.6), (0.75, 0.1), (0.45, 0.05)]],
        [
            [(0.5, 0), (0.15, 0.25), (0.12, 0.7), (0.5, 1), (0.86, 0.7), (0.85, 0.25), (0.5, 0)],
            [(0.85, 0.02), (0.15, 0.98)],
        ],
        [[(0.7, 0.12), (0.45, 0), (0.14, 0.3), (0.14, 0.72), (0.5, 1), (0.86, 0.7), (0.8, 0.25), (0.5, 0.02)]],
    ],
    "1": [
        [[(0.5, 0), (0.5, 0.5), (0.5, 1)]],
        [[(0.25, 0.25), (0.4, 0.14), (0.55, 0)], [(0.55, 0), (0.54, 0.5), (0.53, 1)]],
        [[(0.3, 0.2), (0.55, 0)], [(0.55, 0), (0.55, 1)], [(0.3, 1), (0.8, 1)]],
        [[(0.5, 0), (0.5, 1)], [(0.25, 1), (0.75, 1)]],
        [[(0.2, 0.42), (0.4, 0.25), (0.58, 0)], [(0.58, 0), (0.57, 1)]],
    ],
    "2": [
        [[(0.15, 0.25), (0.45, 0), (0.82, 0.2), (0.6, 0.6), (0.12, 1)], [(0.12, 1), (0.5, 0.97), (0.9, 1)]],
        [[(0.15, 0.2), (0.5, 0), (0.8, 0.25), (0.5, 0.65), (0.2, 0.95), (0.3, 0.75), (0.55, 0.95), (0.9, 0.95)]],
        [
            [
                (0.2, 0.3),
                (0.25, 0.08),
                (0.6, 0),
                (0.82, 0.25),
                (0.5, 0.7),
                (0.12, 0.98),
                (0.4, 0.9),
                (0.7, 1),
                (0.92, 0.88),
            ]
        ],
        [[(0.15, 0.1), (0.5, 0), (0.8, 0.15), (0.75, 0.4), (0.15, 1)], [(0.15, 1), (0.88, 1)]],
    ],
    "3": [
        [[(0.15, 0.12), (0.5, 0), (0.8, 0.22), (0.42, 0.46)], [(0.42, 0.46), (0.85, 0.7), (0.5, 1), (0.12, 0.86)]],
        [[(0.15, 0.02), (0.8, 0.02)], [(0.8, 0.02), (0.45, 0.4)], [(0.45, 0.4), (0.85, 0.65), (0.55, 1), (0.15, 0.88)]],
    ],
    "4": [
        [[(0.6, 0), (0.12, 0.65)], [(0.12, 0.65), (0.9, 0.65)], [(0.65, 0.3), (0.64, 1)]],
        [[(0.2, 0), (0.15, 0.5)], [(0.15, 0.5), (0.85, 0.5)], [(0.75, 0), (0.72, 1)]],
        [[(0.65, 0), (0.1, 0.7)], [(0.1, 0.7), (0.9, 0.7)], [(0.65, 0), (0.65, 1)]],
        [[(0.25, 0.05), (0.12, 0.35), (0.25, 0.55), (0.8, 0.5)], [(0.8, 0.05), (0.75, 0.5), (0.72, 1)]],
    ],
    "5": [
        [
            [(0.8, 0), (0.25, 0.02)],
            [(0.25, 0.02), (0.2, 0.42)],
            [(0.2, 0.42), (0.6, 0.36), (0.85, 0.68), (0.5, 1), (0.12, 0.9)],
        ],
        [[(0.3, 0), (0.22, 0.45), (0.6, 0.4), (0.82, 0.7), (0.45, 1), (0.12, 0.88)], [(0.3, 0.02), (0.85, 0)]],
    ],
    "6": [
        [[(0.7, 0), (0.3, 0.3), (0.15, 0.72), (0.48, 1), (0.82, 0.75), (0.5, 0.5), (0.18, 0.72)]],
        [[(0.55, 0), (0.2, 0.5), (0.25, 0.92), (0.6, 0.98), (0.8, 0.72), (0.55, 0.55), (0.25, 0.7)]],
    ],
    "7": [
        [[(0.12, 0.03), (0.85, 0.03)], [(0.85, 0.03), (0.55, 0.5), (0.42, 1)]],
        [[(0.12, 0.05), (0.85, 0.03)], [(0.85, 0.03), (0.55, 0.5), (0.4, 1)], [(0.3, 0.5), (0.78, 0.48)]],
        [[(0.15, 0.2), (0.17, 0.04)], [(0.17, 0.04), (0.85, 0.03)], [(0.85, 0.03), (0.55, 0.55), (0.45, 1)]],
        [[(0.12, 0.1), (0.4, 0.03), (0.85, 0.05)], [(0.85, 0.05), (0.65, 0.4), (0.5, 1)], [(0.35, 0.52), (0.75, 0.45)]],
    ],
    "8": [
        [
            [
                (0.75, 0.15),
                (0.5, 0),
                (0.22, 0.22),
                (0.5, 0.48),
                (0.82, 0.76),
                (0.5, 1),
                (0.18, 0.76),
                (0.5, 0.48),
                (0.76, 0.2),
            ]
        ],
        [
            [(0.5, 0), (0.22, 0.22), (0.5, 0.45), (0.78, 0.22), (0.5, 0)],
            [(0.5, 0.45), (0.15, 0.72), (0.5, 1), (0.85, 0.72), (0.5, 0.45)],
        ],
    ],
    "9": [
        [[(0.8, 0.25), (0.5, 0), (0.18, 0.26), (0.48, 0.5), (0.8, 0.25)], [(0.8, 0.25), (0.78, 0.6), (0.7, 1)]],
        [[(0.78, 0.2), (0.45, 0), (0.2, 0.28), (0.5, 0.46), (0.8, 0.22), (0.8, 0.7), (0.5, 1), (0.2, 0.9)]],
        [[(0.8, 0.05), (0.4, 0.02), (0.18, 0.28), (0.48, 0.48), (0.8, 0.08)], [(0.8, 0.08), (0.8, 1)]],
    ],
}


def curve(points: NDArray[Any]) -> NDArray[Any]:
    """Catmull and Rom's curve through the points."""
    if len(points) < 3:
        return points
    ends = np.vstack([2 * points[0] - points[1], points, 2 * points[-1] - points[-2]])
    t = np.linspace(0, 1, 12, endpoint=False)[:, None]
    parts = [
        0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3)
        for a, b, c, d in zip(ends, ends[1:], ends[2:], ends[3:], strict=False)
    ]
    return np.vstack([*parts, points[-1:]])


def write_digit(
    box: NDArray[np.uint8], digit: str, rng: np.random.Generator, *, scale: int = 4, wildness: float = 1.0
) -> None:
    """Write a digit into a grey box, dark on light, in place. `wildness` scales every variation."""
    height, width = box.shape
    ways = WAYS[digit]
    high = height * rng.uniform(0.55, 0.82)
    wide = min(high * rng.uniform(0.5, 0.8), width * 0.8)
    slant, turn = rng.normal(0.08, 0.12 * wildness), rng.normal(0, 0.06 * wildness)
    shift = np.array([rng.normal(0, 0.04 * width), rng.normal(0, 0.04 * height)]) * wildness
    bend = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]]) @ np.array([[1, -slant], [0, 1]])
    thickness = max(round(height * rng.uniform(0.04, 0.085) * scale), 1)
    darkness = int(rng.uniform(20, 110))
    large = np.full((height * scale, width * scale), 255, dtype=np.uint8)
    joints: dict[tuple[float, float], NDArray[Any]] = {}  # strokes that meet stay together
    for stroke in ways[int(rng.integers(len(ways)))]:
        points = np.array([joints.setdefault(p, np.array(p) + rng.normal(0, 0.035 * wildness, 2)) for p in stroke])
        placed = ((curve(points) - 0.5) * [wide, high]) @ bend.T + np.array([width, height]) / 2 + shift
        cv2.polylines(
            large, [np.round(placed * scale * 8).astype(np.int32)], False, darkness, thickness, cv2.LINE_AA, 3
        )
    np.minimum(box, cv2.resize(large, (width, height), interpolation=cv2.INTER_AREA), out=box)


def scanned_digit(box: NDArray[np.uint8], grey: NDArray[Any], rng: np.random.Generator) -> None:
    """Write a digit of a data set, a small picture with ink 0 … 1, into a box."""
    height, width = box.shape
    rows, columns = np.flatnonzero(grey.any(axis=1)), np.flatnonzero(grey.any(axis=0))
    grey = grey[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    high = int(height * rng.uniform(0.55, 0.82))
    wide = min(max(int(high * grey.shape[1] / grey.shape[0] * rng.uniform(0.9, 1.1)), 6), width - 4)
    smooth = cv2.resize(grey.astype(np.float32), (wide, high), interpolation=cv2.INTER_CUBIC)
    ink = np.clip((smooth - rng.uniform(0.34, 0.53)) * 8 + 0.5, 0, 1)
    top = int(np.clip((height - high) / 2 + rng.normal(0, height * 0.04), 0, height - high))
    left = int(np.clip((width - wide) / 2 + rng.normal(0, width * 0.04), 0, width - wide))
    area = box[top : top + high, left : left + wide]
    np.minimum(area, (255 - ink * rng.uniform(150, 235)).astype(np.uint8), out=area)


def cross_out(box: NDArray[np.uint8], rng: np.random.Generator) -> None:
    """Strokes over what stands in the box: a cross, two or three lines, a zigzag."""
    height, width = box.shape
    low, high = np.array([0.04 * width, 0.12 * height]), np.array([0.96 * width, 0.88 * height])
    match int(rng.integers(3)):
        case 0:
            lines = [[(0.05, 0.05), (0.95, 0.95)], [(0.95, 0.05), (0.05, 0.95)]]
        case 1:
            lines = [[(0.02, y), (0.98, y - 0.1)] for y in np.linspace(0.25, 0.75, int(rng.integers(1, 4)))]
        case _:
            turns = int(rng.integers(4, 9))
            lines = [[(0.1 + 0.8 * (at % 2), at / turns) for at in range(turns + 1)]]
    thickness, darkness = max(round(height * rng.uniform(0.04, 0.07)), 1), int(rng.uniform(20, 110))
    for line in lines:
        points = low + (np.array(line) + rng.normal(0, 0.05, (len(line), 2))) * (high - low)
        cv2.polylines(box, [np.round(points * 8).astype(np.int32)], False, darkness, thickness, cv2.LINE_AA, 3)


LETTERS = "ACDEFHKMNPRUVWXYadehkmnrtuwxy+=?#&%*@"  # that no digit resembles


def write_letter(box: NDArray[np.uint8], rng: np.random.Generator) -> None:
    height, width = box.shape
    letter, face = (
        LETTERS[int(rng.integers(len(LETTERS)))],
        int(rng.choice([cv2.FONT_HERSHEY_SIMPLEX, cv2.FONT_HERSHEY_SCRIPT_SIMPLEX])),
    )
    scale, thickness = height / 22 * rng.uniform(0.5, 0.75), max(round(height * rng.uniform(0.04, 0.08)), 1)
    (wide, high), _below = cv2.getTextSize(letter, face, scale, thickness)
    place = (max((width - wide) // 2, 0), (height + high) // 2)
    cv2.putText(box, letter, place, face, scale, int(rng.uniform(20, 110)), thickness, cv2.LINE_AA)


def write_dash(box: NDArray[np.uint8], rng: np.random.Generator) -> None:
    height, width = box.shape
    left, right, down = rng.uniform(0.08, 0.3) * width, rng.uniform(0.7, 0.92) * width, rng.uniform(0.3, 0.7) * height
    points = np.array([(left, down), ((left + right) / 2, down + rng.normal(0, 3)), (right, down + rng.normal(0, 3))])
    thickness = max(round(height * rng.uniform(0.04, 0.08)), 1)
    cv2.polylines(
        box, [np.round(points * 8).astype(np.int32)], False, int(rng.uniform(20, 110)), thickness, cv2.LINE_AA, 3
    )


def scribble(box: NDArray[np.uint8], rng: np.random.Generator) -> None:
    """A curve through many random points."""
    height, width = box.shape
    points = curve(rng.uniform(0.1, 0.9, (int(rng.integers(7, 14)), 2))) * (width, height)
    thickness = max(round(height * rng.uniform(0.04, 0.08)), 1)
    cv2.polylines(
        box, [np.round(points * 8).astype(np.int32)], False, int(rng.uniform(20, 110)), thickness, cv2.LINE_AA, 3
    )
