"""Error of a sentra's index when IKM make goods for each other, with and without the maklon ledger, by simulation.

    python -m bench.contracted_work [--runs 40] [--seed 1]

Writes bench/results/contracted_work.md. About half a minute of one core.
"""

from __future__ import annotations

import argparse
import os
import platform
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from sambang.production.history import own_quantities
from sambang_stats import estimate_index, month_text, read_panel
from sambang_stats.results import Floats

FIRST, MONTHS, PRINCIPALS, CONTRACTORS, OTHERS = 2019 * 12, 36, 12, 12, 12
FEE = 0.15  # of the price of the goods
RESULTS = Path(__file__).parent / "results" / "contracted_work.md"
GROWING = np.linspace(0.1, 0.6, MONTHS)
SHARES: dict[str, Floats] = {  # of the principals' goods that contractors make, by month
    "none": np.zeros(MONTHS),
    "30 % in every month": np.full(MONTHS, 0.3),
    "from 10 % to 60 % in three years": GROWING,
    "10 %, and 60 % in the two months before Lebaran": np.where(np.isin(np.arange(MONTHS) % 12, (1, 2)), 0.6, 0.1),
}
MISREPORTED = "from 10 % to 60 %; contractors report the value of the goods, not the fee"
LEDGERS = {"without": 0.0, "half of the works confirmed": 0.5, "all confirmed": 1.0}
INTRODUCTION = f"""{PRINCIPALS} IKM sell goods of which contractors sew a part for {FEE:.0%} of the price,
{CONTRACTORS} IKM sew for them and for buyers elsewhere, {OTHERS} do neither; lasting walks (sd 3 %), a season, 10 % of
noise a month, every report present, values with 3 % of noise. The principal reports all of its goods, the contractor
what it sewed and the fee. The truth is what leaves the sentra, at constant prices: the principals' goods, the
contractors' work for others, and the rest. *Error* is the root mean square of index minus truth over months 13 to 36,
in points of the index (base: the first year); *last year* is the mean of index minus truth over the last twelve
months."""


@dataclass(frozen=True)
class Sentra:
    """Tables are ``(lines, months)``: principals, contractors, others. ``fee``: rupiah for each principal's work."""

    quantity: Floats
    value: Floats
    fee: Floats
    truth: Floats

    def index(self, confirmed: np.ndarray) -> Floats:
        """``confirmed``: of which works the ledger knows, ``(principals, months)``."""
        lines, months = self.quantity.shape
        quantity = self.quantity.copy()
        for line in range(PRINCIPALS):
            rows = [(t, float(self.quantity[line, t]), float(self.value[line, t])) for t in range(months)]
            fees = {t: float(self.fee[line, t]) for t in np.flatnonzero(confirmed[line])}
            quantity[line] = own_quantities(rows, fees)
        counted = np.divide(quantity, self.quantity, out=np.ones_like(quantity), where=self.quantity > 0)
        names = [f"u{line:02d}" for line in range(lines)]
        at, month = (grid.ravel() for grid in np.indices(quantity.shape))
        units = {"unit": names, "region": ["3404072003"] * lines, "industry": ["14111"] * lines}
        reports = {
            "unit": [names[line] for line in at],
            "product": ["p"] * len(at),
            "month": [month_text(FIRST + int(t)) for t in month],
            "quantity": quantity.ravel(),
            "value": (self.value * counted).ravel(),
        }
        return estimate_index(read_panel(reports, units | dict.fromkeys(("start", "end", "weight"), [None] * lines)))[
            "all"
        ].index


def simulated(rng: np.random.Generator, share: Floats, *, reports_goods: bool = False) -> Sentra:
    """``reports_goods``: contractors report the value of the goods instead of their fee."""
    lines = PRINCIPALS + CONTRACTORS + OTHERS
    walk = np.cumsum(rng.normal(0, 0.03, (lines, MONTHS)), axis=1) + rng.normal(0, 0.1, (lines, MONTHS))
    season = 0.2 * np.sin(2 * np.pi * np.arange(MONTHS) / 12)
    quantity = rng.lognormal(5, 0.5, (lines, 1)) * np.exp(walk + season)
    price = rng.lognormal(11, 0.3, (lines, 1))
    principals, contractors = slice(0, PRINCIPALS), slice(PRINCIPALS, PRINCIPALS + CONTRACTORS)
    price[contractors] *= FEE
    truth = (quantity * price).sum(axis=0)  # contractors so far: their work for buyers elsewhere
    part = np.clip(share * np.exp(rng.normal(0, 0.2, (PRINCIPALS, MONTHS))), 0, 0.95)
    fee = FEE * part * quantity[principals] * price[principals]
    # Contractor i sews for principal i, and reports that work with its own, at its own price of a piece.
    quantity[contractors] += fee / price[contractors]
    value = quantity * price * np.exp(rng.normal(0, 0.03, quantity.shape))
    if reports_goods:
        value[contractors] /= FEE
    return Sentra(quantity, value, fee, 100 * truth / truth[:12].mean())


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--runs", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    begun = time.perf_counter()
    lines = [
        f"# The maklon ledger in the index\n\n{INTRODUCTION}\n",
        "| share that contractors make | ledger | error | last year |",
        "|---|---|---|---|",
    ]
    for title, share in (*SHARES.items(), (MISREPORTED, GROWING)):
        for ledger, known in LEDGERS.items():
            off = []
            for run in range(chosen.runs):
                rng = np.random.default_rng([chosen.seed, run])
                sentra = simulated(rng, share, reports_goods=title == MISREPORTED)
                confirmed = rng.random(sentra.fee.shape) < known
                off.append(sentra.index(confirmed) - sentra.truth)
            errors = np.array(off)[:, 12:]
            lines.append(
                f"| {title} | {ledger} | {np.sqrt(np.mean(errors**2)):.2f} | {np.mean(errors[:, -12:]):+.2f} |"
            )
            print(lines[-1], flush=True)
    spent = time.perf_counter() - begun
    lines.append(
        f"\n{chosen.runs} runs a row, seed {chosen.seed}, {spent:.0f} s; Python {platform.python_version()}, "
        f"numpy {np.__version__}, {os.cpu_count()} cores."
    )
    RESULTS.write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
