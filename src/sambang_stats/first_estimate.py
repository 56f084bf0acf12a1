"""Correction of a first (flash) estimate by past revisions.
The first figures of a cell have a bias of their own, because early reporters differ from the others. The mean log
revision of the cell, shrunk to the overall mean, is added to the newest flash estimate."""

from __future__ import annotations

import numpy as np

from sambang_stats.results import Floats

PRIOR = 6.0
"""Months of own revisions that weigh as much as the nation's mean."""


def correct_first_estimates(flash: Floats, past_flash: Floats, past_final: Floats) -> tuple[Floats, Floats]:
    """Returns the corrected estimates, and their standard errors of ``log`` from the spread of the past revisions.

    ``flash``: the newest estimates, ``(cells,)``; the past ones ``(months, cells)``, NaN if a cell had none."""
    positive = (past_flash > 0) & (past_final > 0)
    revision = np.where(
        positive, np.log(np.where(positive, past_final, 1.0) / np.where(positive, past_flash, 1.0)), 0.0
    )
    count = positive.sum(axis=0)
    total = revision.sum(axis=0)
    nation = total.sum() / max(int(count.sum()), 1)
    shift = (total + PRIOR * nation) / (count + PRIOR)
    off = np.where(positive, revision - shift, 0.0)
    pooled = float((off**2).sum() / max(int(count.sum()) - 1, 1))
    variance = ((off**2).sum(axis=0) + PRIOR * pooled) / (count + PRIOR)
    return flash * np.exp(shift), np.sqrt(variance)
