"""Train the recogniser of digits (`production/paper/digits.npz`): MEMBERS networks whose probabilities are averaged.

`uv run --with scikit-learn python -m bench.paper_digits` learns from made-up strokes (bench/handwriting.py) and from
digits that people wrote (bench/paper_writers.py): each is drawn into a printed box, bent (Simard 2003), its
pen made thinner or thicker, photographed, and cut out as the product does. What is no digit (crossed out, letters,
dashes, two digits in one box) is a class of its own. Each network learns from another part. Then a temperature is
fitted to writers of whom none was learnt (Guo and others 2017), and those held back are counted.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from bench import paper_writers
from bench.handwriting import cross_out, scanned_digit, write_dash, write_digit, write_letter

from sambang.production.paper import digits, ink

MEMBERS, SEED = 3, 14
STROKES, OTHERS, PASSES = 10_000, 6_500, {"UCI": 12, "MNIST": 1}
PHOTOGRAPHED = 0.15  # share of the samples to learn from
PART = 0.85  # of the samples, for each network
VARIANTS = 2  # of each sample
HIDDEN, EPOCHS, BATCH, RATE, DECAY, DROPPED = 256, 9, 128, 2e-3, 1e-3, 0.2
OUTPUT = Path(__file__).parent.parent / "src/sambang/production/paper/digits.npz"

type Draw = Callable[[np.ndarray], object]


def bent(strip: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The strip under a smooth random displacement, as another hand would write the digit."""
    smoothness, most = rng.uniform(7, 16), rng.uniform(1, 6)  # pixels
    coarse = (strip.shape[0] // 4, strip.shape[1] // 4)
    fields = [cv2.GaussianBlur(rng.uniform(-1, 1, coarse).astype(np.float32), (0, 0), smoothness / 4) for _ in "xy"]
    across, down = (cv2.resize(field * (most / np.abs(field).max()), strip.shape[::-1]) for field in fields)
    rows, columns = np.indices(strip.shape, dtype=np.float32)
    return cv2.remap(strip, columns + across, rows + down, cv2.INTER_LINEAR, borderValue=255)


def repenned(strip: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Written with a thinner or a thicker pen."""
    size = int(rng.integers(2, 5))
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size))
    return cv2.erode(strip, kernel) if rng.random() < 0.5 else cv2.dilate(strip, kernel)


def turned(strip: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    height, width = strip.shape
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), rng.normal(0, 6), rng.uniform(0.85, 1.1))
    turn[0, 1] += rng.normal(0, 0.12)
    turn[:, 2] += rng.normal(0, 3, 2)
    return cv2.warpAffine(strip, turn, (width, height), borderValue=255)


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


def sample(draw: Draw, rng: np.random.Generator, *, bend: bool) -> np.ndarray | None:
    """The normalised ink of one box, None if nothing is seen. What is bent is seldom photographed, to save time."""
    strip = np.full((ink.BOX_HEIGHT + 2 * ink.MARGIN, ink.BOX_WIDTH + 2 * ink.MARGIN), 255, dtype=np.uint8)
    draw(strip[ink.MARGIN + 1 : -ink.MARGIN - 1, ink.MARGIN + 1 : -ink.MARGIN - 1])
    if bend:
        strip = bent(strip, rng) if rng.random() < 0.5 else strip
        strip = repenned(strip, rng) if rng.random() < 0.3 else strip
        if rng.random() > PHOTOGRAPHED:
            mask = ink.cropped(np.where(strip < rng.uniform(140, 210), 255, 0).astype(np.uint8))
            return None if mask is None or max(mask.shape) < ink.MIN_DIGIT_SIZE else digits.normalised(mask)
        strip = turned(strip, rng)
    corner = (ink.MARGIN + ink.BOX_WIDTH, ink.MARGIN + ink.BOX_HEIGHT)
    lines = cv2.rectangle(np.full_like(strip, 255), (ink.MARGIN, ink.MARGIN), corner, 140, 1)
    found = ink.inks_of(photographed(np.minimum(strip, lines), rng), 1)[0]
    return None if found.mask is None else digits.normalised(found.mask)


def other(box: np.ndarray, rng: np.random.Generator, people: list[Any]) -> None:
    """What is no digit."""
    own = people[int(rng.integers(10))]
    person = partial(scanned_digit, grey=own[int(rng.integers(len(own)))], rng=rng)
    stroke = partial(write_digit, digit=str(rng.integers(10)), rng=rng)
    kind, middle = rng.random(), box.shape[1] // 2
    if kind < 0.15:
        write_dash(box, rng)
    elif kind < 0.4:
        write_letter(box, rng)
    elif kind < 0.55:
        for half in (box[:, : middle + 4], box[:, middle - 4 :]):
            write_digit(half, str(rng.integers(10)), rng)
    else:
        (person if rng.random() < 0.5 else stroke)(box)
        cross_out(box, rng)


def training_set(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    people = paper_writers.learnt()
    drawn: list[tuple[Draw, int]] = [
        (partial(write_digit, digit=str(number % 10), rng=rng, wildness=rng.uniform(0.5, 1.6)), number % 10)
        for number in range(STROKES)
    ]
    drawn += [(partial(other, rng=rng, people=people["MNIST"]), digits.NO_DIGIT)] * OTHERS
    for name, samples in people.items():
        for digit, own in enumerate(samples):
            drawn += [(partial(scanned_digit, grey=grey, rng=rng), digit) for grey in own] * PASSES[name]
    return seen_set(drawn, rng, bend=True)


def seen_set(drawn: list[tuple[Draw, int]], rng: np.random.Generator, *, bend: bool) -> tuple[np.ndarray, np.ndarray]:
    found = [(sample(draw, rng, bend=bend), digit) for draw, digit in drawn]
    read = [(picture, digit) for picture, digit in found if picture is not None]
    return np.array([picture for picture, _digit in read]), np.array([digit for _picture, digit in read])


def people_set(
    people: dict[str, paper_writers.Samples], rng: np.random.Generator
) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """The digits of these writers as a photo shows them, by source."""
    sets = {}
    for name, samples in people.items():
        drawn: list[tuple[Draw, int]] = [
            (partial(scanned_digit, grey=grey, rng=rng), digit) for digit, own in enumerate(samples) for grey in own
        ]
        sets[name] = seen_set(drawn, rng, bend=False)
    return sets


def varied(pictures: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Each a little turned, slanted, stretched and moved."""
    middle, found = digits.SIDE / 2 - 0.5, np.empty_like(pictures)
    for at, picture in enumerate(pictures):
        angle, slant = rng.normal(0, 0.09), rng.normal(0, 0.1)
        turn = np.array([(np.cos(angle), -np.sin(angle)), (np.sin(angle), np.cos(angle))])
        matrix = turn @ np.array([(1, slant), (0, 1)]) * rng.normal(1, 0.05, (2, 1))
        move = middle - matrix @ (middle, middle) + rng.normal(0, 0.5, 2)
        cv2.warpAffine(picture, np.column_stack([matrix, move]), (digits.SIDE, digits.SIDE), dst=found[at])
    return found


def temperature(score: np.ndarray, labels: np.ndarray) -> float:
    """By which the scores are divided, so that the probabilities fit these digits."""
    heats = np.geomspace(0.5, 4, 60)
    rows = np.arange(len(labels))

    def loss(heat: float) -> float:
        power = np.exp((score - score.max(axis=1, keepdims=True)) / heat)
        return float(-np.log(power[rows, labels] / power.sum(axis=1) + 1e-12).mean())

    return float(min(heats, key=loss))


def main() -> None:
    rng, started = np.random.default_rng(SEED), time.monotonic()
    pictures, labels = training_set(rng)
    print(f"{len(labels)} samples in {time.monotonic() - started:.0f} s", flush=True)
    chosen = list(people_set(paper_writers.chosen_by(), rng).values())
    train(pictures, labels, np.concatenate([one for one, _ in chosen]), np.concatenate([one for _, one in chosen]), rng)
    for people, name in ((paper_writers.chosen_by(), "chosen by"), (paper_writers.held_back(), "held back")):
        for source, (found, truth) in people_set(people, rng).items():
            print(f"{name}, {source}: {counted(found, truth)}", flush=True)
    print(f"{time.monotonic() - started:.0f} s, {OUTPUT.stat().st_size:,} bytes")


def train(
    pictures: np.ndarray, labels: np.ndarray, seen: np.ndarray, truth: np.ndarray, rng: np.random.Generator
) -> None:
    """Learn from `pictures`, fit the temperature to `seen`, and store the weights."""
    rows = np.concatenate([digits.features(one) for _ in range(VARIANTS) for one in batches(varied(pictures, rng))])
    answers, other_rows = np.tile(labels, VARIANTS), digits.features(seen)
    members = []
    for member in range(MEMBERS):
        part = np.flatnonzero(rng.random(len(answers)) < PART)
        weights = trained(rows, answers, part, rng)
        first, first_bias, second, second_bias = weights
        score = np.maximum(other_rows @ first + first_bias, 0) @ second + second_bias
        members.append((*weights, temperature(score, truth)))
        print(f"network {member + 1} of {MEMBERS}: temperature {members[-1][-1]:.2f}", flush=True)
        names = ("first", "first_bias", "second", "second_bias", "temperature")
        stacked: Any = {
            name: np.stack(own).astype(np.float16) for name, own in zip(names, zip(*members, strict=True), strict=True)
        }
        np.savez_compressed(OUTPUT, **stacked)
    digits.weights.cache_clear()


def trained(rows: np.ndarray, labels: np.ndarray, part: np.ndarray, rng: np.random.Generator) -> list[np.ndarray]:
    """A network with one hidden layer, by Adam with a falling rate; hidden units are dropped at random."""
    sizes = (rows.shape[1], HIDDEN, digits.NO_DIGIT + 1)
    weights = [
        values.astype(np.float32)
        for before, after in pairwise(sizes)
        for values in (rng.normal(0, np.sqrt(2 / before), (before, after)), np.zeros(after))
    ]
    means = [(np.zeros_like(one), np.zeros_like(one)) for one in weights]
    steps, number = EPOCHS * (len(part) // BATCH), 0
    for epoch in range(EPOCHS):
        order, losses = rng.permutation(part), []
        for at in range(len(part) // BATCH):
            number += 1
            chosen = order[at * BATCH : (at + 1) * BATCH]
            loss, slopes = slopes_of(weights, rows[chosen], labels[chosen], rng)
            losses.append(loss)
            rate = RATE * (0.5 + 0.5 * np.cos(np.pi * number / steps)) * np.sqrt(1 - 0.999**number) / (1 - 0.9**number)
            for weight, slope, (mean, square) in zip(weights, slopes, means, strict=True):
                mean[...] += 0.1 * (slope - mean)
                square[...] += 0.001 * (slope * slope - square)
                weight[...] -= rate * (mean / (np.sqrt(square) + 1e-8) + DECAY * weight)
        print(f"  epoch {epoch + 1} of {EPOCHS}: loss {np.mean(losses):.4f}", flush=True)
    return weights


def slopes_of(
    weights: list[np.ndarray], rows: np.ndarray, labels: np.ndarray, rng: np.random.Generator
) -> tuple[float, list[np.ndarray]]:
    """Cross-entropy of a batch, and its slope by each weight."""
    first, first_bias, second, second_bias = weights
    hidden = np.maximum(rows @ first + first_bias, 0)
    hidden *= (rng.random(hidden.shape, dtype=np.float32) >= DROPPED) / np.float32(1 - DROPPED)
    score = hidden @ second + second_bias
    power = np.exp(score - score.max(axis=1, keepdims=True))
    share = power / power.sum(axis=1, keepdims=True)
    chosen = (np.arange(len(labels)), labels)
    loss = float(-np.log(share[chosen] + 1e-12).mean())
    share[chosen] -= 1
    share /= len(labels)
    back = (share @ second.T) * (hidden > 0) / np.float32(1 - DROPPED)
    return loss, [rows.T @ back, back.sum(axis=0), hidden.T @ share, share.sum(axis=0)]


def batches(pictures: np.ndarray) -> list[np.ndarray]:
    return np.array_split(pictures, max(len(pictures) // 1000, 1))


def counted(pictures: np.ndarray, truth: np.ndarray) -> str:
    shares = digits.probabilities(digits.features(pictures))
    read = [digits.read_digit(ink.BoxInk(), one) for one in shares]
    right = np.array([one.digit for one in read]) == truth.astype(str)
    sure = np.array([one.is_sure for one in read])
    return (
        f"{len(truth)}, best guess right {right.mean():.4f}, right {(sure & right).mean():.4f}, "
        f"asked {(~sure).mean():.4f}, wrong {(sure & ~right).mean():.4f}"
    )


if __name__ == "__main__":
    main()
