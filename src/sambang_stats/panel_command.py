"""``sambang panel``: draw a survey panel from a register, with its expected precision."""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa

from sambang_stats.errors import PanelError, Problem
from sambang_stats.files import read_table, write_table
from sambang_stats.messages import PANEL_DRAWN
from sambang_stats.panel import Units
from sambang_stats.reading import read_units
from sambang_stats.sampling import RESPONSE_RATE, SPREAD, Design, DrawnPanel, draw_panel


def describe_panel(parser: argparse.ArgumentParser) -> None:
    """Arguments of ``run_panel``."""
    parser.add_argument("units", type=Path, help="CSV/Parquet: unit, region, industry, start, end, weight[, asked]")
    parser.add_argument("--size", type=int, help="banyaknya unit yang ditanya")
    parser.add_argument("--width", type=float, help="lebar ± yang diinginkan, persen; tanpa --size")
    parser.add_argument("--strata", choices=["industry", "cluster"], default="industry")
    parser.add_argument("--spread", type=float, default=SPREAD, help="simpangan baku produksi satu unit, 0,5 = 50 %%")
    parser.add_argument("--response", type=float, default=RESPONSE_RATE, help="bagian yang biasanya melapor")
    parser.add_argument("--renew", type=float, default=1.0, help="bagian panel lama (kolom asked) yang diganti")
    parser.add_argument("--seed", type=int, default=2022)
    parser.add_argument("--out", type=Path, required=True)


def run_panel(chosen: argparse.Namespace) -> None:
    """The register out, with the column ``asked``; the expected width on standard error."""
    if (chosen.size is None) == (chosen.width is None):
        raise PanelError(Problem.SIZE_OR_WIDTH)
    for name, least in (("spread", 0), ("response", 0), ("renew", -1)):
        number = getattr(chosen, name)
        if not least < number <= (10 if name == "spread" else 1):
            raise PanelError(Problem.SHARE_OUT_OF_RANGE, option=name, number=number)
    table = read_table(chosen.units)
    units = read_units(table)
    design = Design(chosen.size or 0, chosen.strata == "cluster", chosen.spread, chosen.response, chosen.renew)
    current = units.asked if "asked" in table.column_names else None
    drawn = draw(units, design, chosen.seed, current) if chosen.size else _wide_enough(units, chosen, design, current)
    asked = pa.array(drawn.asked.astype(np.int64))
    column = table.column_names.index("asked") if current is not None else table.num_columns
    table = table.set_column(column, "asked", asked) if current is not None else table.append_column("asked", asked)
    write_table(table, chosen.out)
    values = {
        "asked": int(drawn.asked.sum()),
        "units": len(units),
        "width": 100 * drawn.half_width,
        "seed": chosen.seed,
    }
    print(PANEL_DRAWN % values, file=sys.stderr)


def draw(units: Units, design: Design, seed: int, current: np.ndarray | None) -> DrawnPanel:
    """Draw a panel; the same seed and register give the same panel."""
    return draw_panel(units, units.weight, design, np.random.default_rng(seed), current=current)


def _wide_enough(units: Units, chosen: argparse.Namespace, design: Design, current: np.ndarray | None) -> DrawnPanel:
    """The smallest panel, by bisection, whose expected half width is at most ``--width`` per cent."""
    low, high = 1, len(units)
    while low < high:
        size = (low + high) // 2
        try:
            enough = 100 * draw(units, replace(design, size=size), chosen.seed, current).half_width <= chosen.width
        except PanelError:
            enough = False
        low, high = (low, size) if enough else (size + 1, high)
    return draw(units, replace(design, size=low), chosen.seed, current)
