"""The first flash (day 7), corrected by what the months after it usually brought.

A cell's first figures are biased in its own way: early reporters are not the others. Its mean log
revision from flash to final, shrunk to the nation's mean, is added to the newest flash.
"""

from __future__ import annotations

import numpy as np

from sambang_stats.results import Floats

PRIOR = 6.0
"""Months of own revisions that weigh as much as the nation's mean."""


def correct_first_estimates(flash: Floats, past_flash: Floats, past_final: Floats) -> tuple[Floats, Floats]:
    """``flash``: ``(cells,)`` now; the past ones ``(months, cells)``, NaN where a cell had none.

    The corrected flash, and its standard error of ``log`` (from the past revisions around the correction).
    """
    known = (past_flash > 0) & (past_final > 0)
    revision = np.where(known, np.log(np.where(known, past_final, 1.0) / np.where(known, past_flash, 1.0)), 0.0)
    count = known.sum(axis=0)
    total = revision.sum(axis=0)
    nation = total.sum() / max(int(count.sum()), 1)
    shift = (total + PRIOR * nation) / (count + PRIOR)
    off = np.where(known, revision - shift, 0.0)
    pooled = float((off**2).sum() / max(int(count.sum()) - 1, 1))
    variance = ((off**2).sum(axis=0) + PRIOR * pooled) / (count + PRIOR)
    return flash * np.exp(shift), np.sqrt(variance)
