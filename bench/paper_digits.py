"""Train the recogniser of digits, a small convolutional network (`production/paper/digits.npz`).

`OMP_NUM_THREADS=1 nice uv run --with scikit-learn,jax python -m bench.paper_digits` learns from made-up strokes
(bench/handwriting.py) and from digits that people wrote (bench/paper_writers.py), in eleven minutes of processor time:
each is bent (Simard 2003), turned, its pen made thinner or thicker, drawn into the printed boxes of a number, sometimes
over their lines, photographed, and cut out as the product does. What is no digit (crossed out, scribbled, letters,
dashes, two digits in one box) is a class of its own. Then the certainty below which a digit is asked is chosen by
writers of whom none was learnt, and those held back are counted.
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Callable
from functools import partial
from itertools import batched
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from bench import paper_writers
from bench.handwriting import cross_out, scanned_digit, scribble, write_dash, write_digit, write_letter

from sambang.production.paper import digits, ink

SEED = 14
STROKES, OTHERS, PASSES = 25_000, 20_000, {"UCI": 8, "MNIST": 2}
COARSE = 8  # every eighth digit of MNIST is also learnt as coarsely as UCI's
CHOICE_PHOTOS = 2  # of each digit by which the certainty is chosen
TOGETHER = 7  # boxes of a number
SHAPES = ((5, 5, 1, 24), (3, 3, 24, 48), (3, 3, 48, 96), (4 * 96, digits.NO_DIGIT + 1))  # of the layers
EPOCHS, BATCH, RATE, DECAY = 11, 128, 2e-3, 1e-2
MAX_WRONG = 0.0015  # share of the digits that are wrong and not asked
OUTPUT = Path(__file__).parent.parent / "src/sambang/production/paper/digits.npz"

type Draw = Callable[[np.ndarray], object]
type Layers = list[tuple[np.ndarray, np.ndarray]]  # kernel and bias
type Learnable = tuple[np.ndarray, np.ndarray]  # normalised ink, and its class


def bent(cell: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The cell under a smooth random displacement, as another hand would write the digit."""
    smoothness, most = rng.uniform(7, 16), rng.uniform(1, 6)  # pixels
    coarse = (cell.shape[0] // 4, cell.shape[1] // 4)
    fields = [cv2.GaussianBlur(rng.uniform(-1, 1, coarse).astype(np.float32), (0, 0), smoothness / 4) for _ in "xy"]
    across, down = (cv2.resize(field * (most / np.abs(field).max()), cell.shape[::-1]) for field in fields)
    rows, columns = np.indices(cell.shape, dtype=np.float32)
    return cv2.remap(cell, columns + across, rows + down, cv2.INTER_LINEAR, borderValue=255)


def repenned(cell: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Written with a thinner or a thicker pen."""
    size = int(rng.integers(2, 4))
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size))
    return cv2.erode(cell, kernel) if rng.random() < 0.5 else cv2.dilate(cell, kernel)


def turned(cell: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    height, width = cell.shape
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), rng.normal(0, 4), rng.uniform(0.88, 1.1))
    turn[0, 1] += rng.normal(0, 0.09)
    turn[:, 2] += rng.normal(0, 2, 2)
    return cv2.warpAffine(cell, turn, (width, height), borderValue=255)


def photographed(strip: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """As a phone of 2 to 12 megapixels gives it back."""
    height, width = strip.shape
    share = rng.uniform(0.5, 1.0)
    seen = cv2.resize(strip, (round(width * share), round(height * share)), interpolation=cv2.INTER_AREA)
    seen = cv2.GaussianBlur(seen, (0, 0), rng.uniform(0.3, 1.3))
    seen = np.clip(seen * rng.uniform(0.5, 1.0) + rng.normal(0, rng.uniform(0, 9), seen.shape), 0, 255).astype(np.uint8)
    _done, encoded = cv2.imencode(".jpg", seen, [cv2.IMWRITE_JPEG_QUALITY, int(rng.uniform(35, 92))])
    seen = cv2.imdecode(encoded, cv2.IMREAD_GRAYSCALE)
    seen = np.clip(seen * (255.0 / max(float(np.median(seen)), 1)), 0, 255).astype(np.uint8)
    return cv2.resize(seen, (width, height), interpolation=cv2.INTER_CUBIC)


def written(draw: Draw, rng: np.random.Generator, *, bend: bool) -> np.ndarray:
    """A box and the paper around it, with what is drawn into it. What is bent is seldom written over the lines."""
    cell = np.full((ink.BOX_HEIGHT + 2 * ink.MARGIN, ink.BOX_WIDTH + 2 * ink.MARGIN), 255, dtype=np.uint8)
    inset = ink.MARGIN + (int(rng.integers(-10, 1)) if bend and rng.random() < 0.1 else 3)
    draw(cell[inset:-inset, inset:-inset])
    if not bend:
        return cell
    cell = bent(cell, rng) if rng.random() < 0.5 else cell
    cell = repenned(cell, rng) if rng.random() < 0.4 else cell
    return turned(cell, rng)


def seen_set(drawn: list[tuple[Draw, int]], rng: np.random.Generator, *, bend: bool) -> Learnable:
    """The ink of each as a photo of a number shows it, without those of which nothing is seen."""
    pictures, labels = [], []
    for number in batched([drawn[at] for at in rng.permutation(len(drawn))], TOGETHER, strict=False):
        shape = (ink.BOX_HEIGHT + 2 * ink.MARGIN, len(number) * ink.BOX_WIDTH + 2 * ink.MARGIN)
        strip = np.full(shape, 255, dtype=np.uint8)
        for box, (draw, _label) in enumerate(number):
            left, right = box * ink.BOX_WIDTH, (box + 1) * ink.BOX_WIDTH + 2 * ink.MARGIN
            np.minimum(strip[:, left:right], written(draw, rng, bend=bend), out=strip[:, left:right])
        lines = np.full_like(strip, 255)
        for box in range(len(number)):
            left = ink.MARGIN + box * ink.BOX_WIDTH
            corner = (left + ink.BOX_WIDTH, ink.MARGIN + ink.BOX_HEIGHT)
            cv2.rectangle(lines, (left, ink.MARGIN), corner, 140, 1)
        found = ink.inks_of(photographed(np.minimum(strip, lines), rng), len(number))
        for one, (_draw, label) in zip(found, number, strict=True):
            if one.mask is not None:
                pictures.append(digits.normalised(one.mask))
                labels.append(label)
    return np.array(pictures), np.array(labels)


def other(box: np.ndarray, rng: np.random.Generator, people: list[Any]) -> None:
    """What is no digit."""
    own = people[int(rng.integers(10))]
    person = partial(scanned_digit, grey=own[int(rng.integers(len(own)))], rng=rng)
    stroke = partial(write_digit, digit=str(rng.integers(10)), rng=rng)
    kind, middle = rng.random(), box.shape[1] // 2
    if kind < 0.1:
        write_dash(box, rng)
    elif kind < 0.3:
        write_letter(box, rng)
    elif kind < 0.4:
        scribble(box, rng)
    elif kind < 0.55:
        for half in (box[:, : middle + 4], box[:, middle - 4 :]):
            write_digit(half, str(rng.integers(10)), rng)
    else:
        (person if rng.random() < 0.7 else stroke)(box)
        cross_out(box, rng)


def training_set(rng: np.random.Generator) -> Learnable:
    people = paper_writers.learnt()
    drawn: list[tuple[Draw, int]] = [
        (partial(write_digit, digit=str(number % 10), rng=rng, scale=2, wildness=rng.uniform(0.5, 1.6)), number % 10)
        for number in range(STROKES)
    ]
    drawn += [(partial(other, rng=rng, people=people["MNIST"]), digits.NO_DIGIT)] * OTHERS
    drawn += people_drawn([[coarse(grey) for grey in own[::COARSE]] for own in people["MNIST"]], rng)
    for name, samples in people.items():
        drawn += people_drawn(samples, rng) * PASSES[name]
    return seen_set(drawn, rng, bend=True)


def coarse(grey: np.ndarray) -> np.ndarray:
    return cv2.resize(grey[3:-3, 3:-3], (9, 9), interpolation=cv2.INTER_AREA)


def people_drawn(samples: paper_writers.Samples, rng: np.random.Generator) -> list[tuple[Draw, int]]:
    return [(partial(scanned_digit, grey=grey, rng=rng), digit) for digit, own in enumerate(samples) for grey in own]


def varied(pictures: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Each a little turned, slanted, stretched and moved."""
    found = np.empty_like(pictures)
    for at, picture in enumerate(pictures):
        angle, slant, stretch = rng.normal(0, 0.07), rng.normal(0, 0.08), rng.normal(1, 0.05, 2)
        matrix = digits.transform(angle, slant, stretch, rng.normal(0, 0.7, 2))
        cv2.warpAffine(picture, matrix, (digits.SIDE, digits.SIDE), dst=found[at])
    return found


def first_weights(rng: np.random.Generator) -> Layers:
    """He and others 2015."""
    return [
        (rng.normal(0, np.sqrt(2 / np.prod(shape[:-1])), shape).astype(np.float32), np.zeros(shape[-1], np.float32))
        for shape in SHAPES
    ]


def trained(pictures: np.ndarray, labels: np.ndarray, rng: np.random.Generator) -> Layers:
    """By Adam with decay (Loshchilov and Hutter 2019) and a falling rate."""
    import jax
    import jax.numpy as jnp

    def loss(layers: Any, batch: Any, truth: Any) -> Any:
        return -jax.nn.log_softmax(digits.scores(batch, layers, jnp))[jnp.arange(BATCH), truth].mean()

    @jax.jit
    def step(layers: Any, means: Any, squares: Any, number: Any, batch: Any, truth: Any) -> Any:
        found, slopes = jax.value_and_grad(loss)(layers, batch, truth)
        means = jax.tree.map(lambda mean, slope: 0.9 * mean + 0.1 * slope, means, slopes)
        squares = jax.tree.map(lambda square, slope: 0.999 * square + 0.001 * slope**2, squares, slopes)
        rate, warm = RATE * (0.5 + 0.5 * jnp.cos(jnp.pi * number / steps)), jnp.sqrt(1 - 0.999**number)
        warm = warm / (1 - 0.9**number)

        def moved(weight: Any, mean: Any, square: Any) -> Any:
            return weight - rate * (warm * mean / (jnp.sqrt(square) + 1e-8) + DECAY * weight)

        return jax.tree.map(moved, layers, means, squares), means, squares, found

    layers: Any = first_weights(rng)
    means = squares = jax.tree.map(jnp.zeros_like, layers)
    each = len(labels) // BATCH
    steps = EPOCHS * each
    for epoch in range(EPOCHS):
        order, losses = rng.permutation(len(labels)), []
        for at in range(each):
            chosen = order[at * BATCH : (at + 1) * BATCH]
            batch, number = varied(pictures[chosen], rng), float(epoch * each + at + 1)
            layers, means, squares, found = step(layers, means, squares, number, batch, labels[chosen])
            losses.append(found)
        print(f"epoch {epoch + 1} of {EPOCHS}: loss {np.mean(losses):.4f}, {time.process_time():.0f} s", flush=True)
    return [(np.asarray(kernel), np.asarray(bias)) for kernel, bias in layers]


def store(layers: Layers, min_certainty: float) -> None:
    arrays: Any = {"min_certainty": np.float32(min_certainty)}
    for number, (kernel, bias) in enumerate(layers):
        arrays |= {f"kernel_{number}": kernel.astype(np.float16), f"bias_{number}": bias.astype(np.float16)}
    np.savez_compressed(OUTPUT, **arrays)
    digits.stored.cache_clear()


def chosen_certainty(pictures: np.ndarray, labels: np.ndarray) -> float:
    """The least certainty with which no more than MAX_WRONG of these digits are wrong and not asked."""
    best, certainty = guessed(pictures)
    wrong = np.sort(certainty[best != labels])[::-1]
    return float(np.nextafter(wrong[int(MAX_WRONG * len(labels))], np.float32(1)))


def guessed(pictures: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The best guess of each picture, and its probability."""
    shares = np.concatenate([digits.probabilities(part) for part in np.array_split(pictures, len(pictures) // 100)])
    return shares[:, : digits.NO_DIGIT].argmax(axis=1), shares[:, : digits.NO_DIGIT].max(axis=1)


def counted(pictures: np.ndarray, labels: np.ndarray) -> str:
    best, certainty = guessed(pictures)
    right, sure = best == labels, certainty >= digits.min_certainty()
    return (
        f"{len(labels)}, best guess right {right.mean():.4f}, right {(sure & right).mean():.4f}, "
        f"asked {(~sure).mean():.4f}, wrong {(sure & ~right).mean():.4f}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--certainty", action="store_true", help="only choose the certainty for the weights on file")
    cv2.setNumThreads(1)
    if not parser.parse_args().certainty:
        rng = np.random.default_rng(SEED)
        pictures, labels = training_set(rng)
        print(f"{len(labels)} samples, {time.process_time():.0f} s", flush=True)
        store(trained(pictures, labels, rng), 1.0)
    rng = np.random.default_rng([SEED, 1])
    writers = paper_writers.chosen_by().values()
    chosen = seen_set([one for own in writers for one in people_drawn(own, rng)] * CHOICE_PHOTOS, rng, bend=False)
    store(digits.weights(), chosen_certainty(*chosen))
    print(f"asked below {digits.min_certainty():.4f}; chosen by: {counted(*chosen)}", flush=True)
    held_back = paper_writers.held_back()
    for name, samples in held_back.items():
        print(f"held back, {name}: {counted(*seen_set(people_drawn(samples, rng), rng, bend=False))}", flush=True)
    others: list[tuple[Draw, int]] = [(partial(other, rng=rng, people=held_back["MNIST"]), digits.NO_DIGIT)] * 3_000
    print(f"no digit: {counted(*seen_set(others, rng, bend=False))}")
    print(f"{time.process_time():.0f} s of processor time, {OUTPUT.stat().st_size:,} bytes")


if __name__ == "__main__":
    os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
    main()
