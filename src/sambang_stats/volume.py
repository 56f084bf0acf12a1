"""Volume: a quantity at a fixed price, ``floor(quantity * price + 1/2)`` in whole rupiah.

The formula is needed for one number, for arrays and in SQL; all three are defined here and agree to the last digit.
"""

from __future__ import annotations

import math

import numpy as np

from sambang_stats.results import Floats, Integers

VOLUME_SQL = "CAST(FLOOR({quantity} * {price} + 0.5) AS BIGINT)"
"""SQL for DuckDB and Spark; ``format`` it with two columns."""


def volume(quantity: float, price: float) -> int:
    return math.floor(quantity * price + 0.5)


def volumes(quantity: Floats, price: Floats) -> Integers:
    """Of arrays of one length; bounded at 2**62, far above what a caller may accept."""
    return np.minimum(np.floor(quantity * price + 0.5), 2.0**62).astype(np.int64)
