"""Train the recogniser of digits (`production/paper/digits.npz`): MEMBERS networks whose probabilities are averaged.

`uv run --with scikit-learn python -m bench.paper_digits` learns from made-up strokes (bench/handwriting.py) and from
the 1,797 digits by 13 writers of UCI's *Optical Recognition of Handwritten Digits* (CC BY 4.0), which scikit-learn has.
The samples are bent and turned at random, and each network learns from another part of them. The digits of the last
writers are held back: bench/paper_form.py writes them into its forms.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from bench.handwriting import scanned_digit, write_digit

from sambang.production.paper import digits

BOX = (72, 56)  # pixels, height and width
TRAINED = 1_300  # digits of the data set; the others are held back
MEMBERS, SEED = 4, 14
STROKES, PASSES = 26_000, 20  # made-up digits, and how often each scanned one is taken
PART = 0.75  # of the samples, for each network
HIDDEN, EPOCHS = 96, 40
BENT = 0.75  # share of the samples that are bent
OUTPUT = Path(__file__).parent.parent / "src/sambang/production/paper/digits.npz"


def bent(box: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The box under a smooth random displacement, as another hand would write the digit (Simard 2003)."""
    height, width = box.shape
    smoothness, most = rng.uniform(6, 14), rng.uniform(1, 5)  # pixels
    fields = [cv2.GaussianBlur(rng.uniform(-1, 1, box.shape).astype(np.float32), (0, 0), smoothness) for _ in "xy"]
    across, down = (field * (most / (np.abs(field).max() + 1e-6)) for field in fields)
    rows, columns = np.indices((height, width), dtype=np.float32)
    return cv2.remap(box, columns + across, rows + down, cv2.INTER_LINEAR, borderValue=255)


def noisy(box: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """As a photo gives it back: turned a little, blurred, grainy."""
    height, width = box.shape
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), rng.normal(0, 5), rng.uniform(0.9, 1.05))
    turn[0, 1] += rng.normal(0, 0.1)
    turned = cv2.warpAffine(box, turn, (width, height), borderValue=255)
    blurred = cv2.GaussianBlur(turned, (0, 0), rng.uniform(0.4, 2.4))
    return np.clip(blurred + rng.normal(0, rng.uniform(0, 14), box.shape), 0, 255).astype(np.uint8)


def sample(draw: Callable[[np.ndarray], object], rng: np.random.Generator, *, bend: bool = False) -> np.ndarray | None:
    box = np.full(BOX, 255, dtype=np.uint8)
    draw(box)
    ink = digits.ink_of(noisy(bent(box, rng) if bend else box, rng))
    return None if ink is None else digits.features(digits.normalised(ink))


def training_set(data: Any, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Features and labels of made-up and of scanned digits."""
    drawn: list[tuple[Callable[[np.ndarray], object], int]] = [
        (partial(write_digit, digit=str(number % 10), rng=rng, wildness=rng.uniform(0.5, 1.5)), number % 10)
        for number in range(STROKES)
    ]
    for grey, digit in zip(data.images[:TRAINED], data.target[:TRAINED], strict=True):
        drawn += [(partial(scanned_digit, grey=grey, rng=rng), int(digit))] * PASSES
    found = [(sample(draw, rng, bend=rng.random() < BENT), digit) for draw, digit in drawn]
    read = [(row, digit) for row, digit in found if row is not None]
    return np.array([row for row, _digit in read]), np.array([digit for _row, digit in read])


def main() -> None:
    from sklearn.datasets import load_digits
    from sklearn.neural_network import MLPClassifier

    data, members, rng = load_digits(), [], np.random.default_rng(SEED)
    rows, labels = training_set(data, rng)
    for member in range(MEMBERS):
        part = rng.random(len(rows)) < PART
        network = MLPClassifier((HIDDEN,), alpha=1e-3, batch_size=256, max_iter=EPOCHS, random_state=SEED + member)
        network.fit(rows[part], labels[part])
        members.append((*network.coefs_, *network.intercepts_))
        print(f"network {member + 1} of {MEMBERS}: {part.sum()} samples, loss {network.loss_:.4f}", flush=True)
    arrays = [np.stack(arrays).astype(np.float16) for arrays in zip(*members, strict=True)]
    np.savez_compressed(OUTPUT, **dict(zip(("first", "second", "first_bias", "second_bias"), arrays, strict=True)))
    digits.weights.cache_clear()
    rng = np.random.default_rng(SEED)
    held_back = zip(data.images[TRAINED:], data.target[TRAINED:], strict=True)
    seen = [(sample(partial(scanned_digit, grey=grey, rng=rng), rng), digit) for grey, digit in held_back]
    shares = digits.probabilities(np.array([row for row, _digit in seen if row is not None]))
    truth = np.array([digit for row, digit in seen if row is not None])
    right, sure = shares.argmax(axis=1) == truth, shares.max(axis=1) >= digits.MIN_CERTAINTY
    wrong = (sure & ~right).mean()
    print(f"held back: {len(truth)}, right {right.mean():.3f}, sure {sure.mean():.3f}, sure and wrong {wrong:.4f}")


if __name__ == "__main__":
    main()
