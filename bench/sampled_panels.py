"""Whether drawn panels reach their expected width: registers of 11,000 IKM of which 300 are asked."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from tests.engine.truth import simulate

from sambang_stats import Panel, Status, estimate_index, month_text, read_panel
from sambang_stats.reading import read_units
from sambang_stats.sampling import Design, draw_panel

FIRST = 2019 * 12
MONTHS = 36
INDUSTRIES = ("14111", "14120", "15121", "16292", "13134")


@dataclass(frozen=True)
class SampleShares:
    """Shares of the months of one panel."""

    promised: float
    within_promise: float
    within_interval: float
    ok: float


def register(count: int, value: NDArray[np.float64], rng: np.random.Generator) -> dict[str, list[object]]:
    """Units in five industries and four regencies, a fifth of them in sentra of about thirty."""
    sentra = rng.integers(0, max(count // 150, 1), count)
    return {
        "unit": [f"u{i:05d}" for i in range(count)],
        "region": [f"34{1 + i % 4:02d}07200{1 + i % 5}" for i in rng.integers(0, 400, count)],
        "industry": [INDUSTRIES[i] for i in rng.integers(0, len(INDUSTRIES), count)],
        "cluster": [f"s{s}" if i % 5 == 0 else "" for i, s in enumerate(sentra)],
        "start": [None] * count,
        "end": [None] * count,
        "weight": value.tolist(),
    }


def sampled_panel(
    count: int, design: Design, seed: int, *, response: float, renew_every: int = MONTHS
) -> tuple[Panel, NDArray[np.float64], float]:
    """A panel drawn from a simulated register, the true index of all, and the promised half width.

    Every ``renew_every`` months a quarter of the panel is replaced.
    """
    rng = np.random.default_rng(seed)
    truth = simulate("random85", count, rng)
    value = truth.quantity[:, :12].sum(axis=1) * 1000 * rng.lognormal(0, 0.3, count)
    units = register(count, value, rng)
    drawn = draw_panel(read_units(units), value, design, rng)
    asked = np.repeat(drawn.asked[:, None], MONTHS, axis=1)
    for month in range(renew_every, MONTHS, renew_every):
        drawn = draw_panel(read_units(units), value, replace(design, renew=0.25), rng, current=drawn.asked)
        asked[:, month:] = drawn.asked[:, None]
    line, month = np.nonzero(asked & (rng.random(truth.quantity.shape) < response))
    texts = np.array([month_text(FIRST + t) for t in range(MONTHS)])
    quantity = truth.quantity[line, month]
    reports = {
        "unit": [units["unit"][i] for i in line],
        "product": ["p"] * len(line),
        "month": texts[month],
        "quantity": quantity,
        "value": quantity * 1000,
    }
    now = {"asked": drawn.asked.astype(np.int64).tolist()}
    return read_panel(reports, units | now), truth.index, drawn.half_width


def measure(count: int, size: int, seed: int, *, response: float = 0.85, renew_every: int = MONTHS) -> SampleShares:
    """One panel's figures against the truth."""
    design = replace(Design(size), response=response)
    panel, truth, promised = sampled_panel(count, design, seed, response=response, renew_every=renew_every)
    series = estimate_index(panel)["all"]
    return SampleShares(
        promised,
        float(np.mean(np.abs(series.index / truth - 1) <= promised)),
        float(np.mean((series.lower <= truth) & (truth <= series.upper))),
        float(np.mean([status is Status.OK for status in series.statuses])),
    )


def survey_panels(runs: int) -> list[str]:
    """Table of ``bench/accuracy.py``."""
    rows = [
        "| register | asked | response, % | renewed | promised ±, % | kept, % | 90 % interval holds, % | ok, % |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for count, size, response, renew_every in (
        (11_000, 300, 1.0, MONTHS),
        (11_000, 300, 0.85, MONTHS),
        (11_000, 300, 0.85, 12),
        (11_000, 300, 0.85, 6),
        (11_000, 300, 0.6, MONTHS),
        (2_000, 100, 0.85, MONTHS),
    ):
        found = [measure(count, size, seed, response=response, renew_every=renew_every) for seed in range(runs)]
        shares = [
            100 * float(np.mean([getattr(one, name) for one in found]))
            for name in ("promised", "within_promise", "within_interval", "ok")
        ]
        renewed = "never" if renew_every == MONTHS else f"a quarter every {renew_every} months"
        cells = " | ".join(f"{s:.1f}" for s in shares)
        rows.append(f"| {count:,} | {size} | {100 * response:.0f} | {renewed} | {cells} |")
    return rows
