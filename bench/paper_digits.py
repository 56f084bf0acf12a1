"""Train the recogniser of digits (`production/paper/digits.npz`).

`uv run --with scikit-learn python -m bench.paper_digits` learns from made-up strokes (bench/handwriting.py) and from
the 1,797 digits by 13 writers of UCI's *Optical Recognition of Handwritten Digits* (CC BY 4.0), which scikit-learn has.
The digits of the last writers are held back: bench/paper_form.py writes them into its forms.
"""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
from bench.handwriting import scanned_digit, write_digit

from sambang.production.paper import digits

BOX = (72, 56)  # pixels, height and width
TRAINED = 1_300  # digits of the data set; the others are held back
STROKES, PASSES = 24_000, 14
OUTPUT = Path(__file__).parent.parent / "src/sambang/production/paper/digits.npz"


def noisy(box: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """As a photo gives it back: turned a little, blurred, grainy."""
    height, width = box.shape
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), rng.normal(0, 4), rng.uniform(0.95, 1.05))
    turn[0, 1] += rng.normal(0, 0.06)
    turned = cv2.warpAffine(box, turn, (width, height), borderValue=255)
    blurred = cv2.GaussianBlur(turned, (0, 0), rng.uniform(0.4, 2.4))
    return np.clip(blurred + rng.normal(0, rng.uniform(0, 14), box.shape), 0, 255).astype(np.uint8)


def sample(draw: object, rng: np.random.Generator) -> np.ndarray | None:
    box = np.full(BOX, 255, dtype=np.uint8)
    draw(box)  # type: ignore[operator]
    ink = digits.ink_of(noisy(box, rng))
    return None if ink is None else digits.features(digits.normalised(ink))


def main() -> None:
    from sklearn.datasets import load_digits
    from sklearn.neural_network import MLPClassifier

    rng, data = np.random.default_rng(14), load_digits()
    rows, labels = [], []
    for number in range(STROKES):
        digit = str(number % 10)
        found = sample(lambda box, d=digit: write_digit(box, d, rng, wildness=rng.uniform(0.5, 1.5)), rng)
        if found is not None:
            rows.append(found)
            labels.append(int(digit))
    for _ in range(PASSES):
        for grey, digit in zip(data.images[:TRAINED], data.target[:TRAINED], strict=True):
            found = sample(lambda box, g=grey: scanned_digit(box, g, rng), rng)
            if found is not None:
                rows.append(found)
                labels.append(int(digit))
    network = MLPClassifier((96,), alpha=1e-3, batch_size=256, max_iter=40, random_state=14)
    network.fit(np.array(rows), labels)
    names = ("first", "second", "first_bias", "second_bias")
    arrays = [array.astype(np.float16) for array in (*network.coefs_, *network.intercepts_)]
    np.savez_compressed(OUTPUT, **dict(zip(names, arrays, strict=True)))
    digits.weights.cache_clear()
    held_back = zip(data.images[TRAINED:], data.target[TRAINED:], strict=True)
    seen = [(sample(lambda box, g=grey: scanned_digit(box, g, rng), rng), digit) for grey, digit in held_back]
    shares = digits.probabilities(np.array([row for row, _digit in seen if row is not None]))
    truth = np.array([digit for row, digit in seen if row is not None])
    right, sure = shares.argmax(axis=1) == truth, shares.max(axis=1) >= digits.LEAST_CERTAINTY
    wrong = (sure & ~right).mean()
    print(f"held back: {len(truth)}, right {right.mean():.3f}, sure {sure.mean():.3f}, sure and wrong {wrong:.4f}")


if __name__ == "__main__":
    main()
