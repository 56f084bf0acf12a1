"""Two-period index formulas: the yardsticks with which the published index is compared once a year.

Each takes prices and quantities of the base (0) and the current period (1), arrays over products, and
returns the price index. Exchange prices and quantities for the volume index. Formulas and names after
the Producer Price Index Manual (2004), chapters 15-17, and Balk (2008), chapter 3.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from sambang_stats.results import Floats

Formula = Callable[[Floats, Floats, Floats, Floats], float]


def laspeyres(p0: Floats, p1: Floats, q0: Floats, q1: Floats) -> float:
    """Base-period quantities."""
    return float(p1 @ q0 / (p0 @ q0))


def paasche(p0: Floats, p1: Floats, q0: Floats, q1: Floats) -> float:
    """Current quantities."""
    return float(p1 @ q1 / (p0 @ q1))


def fisher(p0: Floats, p1: Floats, q0: Floats, q1: Floats) -> float:
    """Geometric mean of Laspeyres and Paasche."""
    return float(np.sqrt(laspeyres(p0, p1, q0, q1) * paasche(p0, p1, q0, q1)))


def geometric_laspeyres(p0: Floats, p1: Floats, q0: Floats, q1: Floats) -> float:
    """Geometric, base value shares."""
    return float(np.exp(_shares(p0, q0) @ np.log(p1 / p0)))


def geometric_paasche(p0: Floats, p1: Floats, q0: Floats, q1: Floats) -> float:
    """Geometric, current value shares."""
    return float(np.exp(_shares(p1, q1) @ np.log(p1 / p0)))


def tornqvist(p0: Floats, p1: Floats, q0: Floats, q1: Floats) -> float:
    """Geometric, mean value shares of both periods."""
    return float(np.exp((_shares(p0, q0) + _shares(p1, q1)) / 2 @ np.log(p1 / p0)))


def harmonic_laspeyres(p0: Floats, p1: Floats, q0: Floats, q1: Floats) -> float:
    """Harmonic, base value shares."""
    return float(1 / (_shares(p0, q0) @ (p0 / p1)))


def palgrave(p0: Floats, p1: Floats, q0: Floats, q1: Floats) -> float:
    """Arithmetic, current value shares."""
    return float(_shares(p1, q1) @ (p1 / p0))


def marshall_edgeworth(p0: Floats, p1: Floats, q0: Floats, q1: Floats) -> float:
    """Mean quantities of both periods."""
    return float(p1 @ (q0 + q1) / (p0 @ (q0 + q1)))


def walsh(p0: Floats, p1: Floats, q0: Floats, q1: Floats) -> float:
    """Geometric mean quantities of both periods (Walsh 1)."""
    quantity = np.sqrt(q0 * q1)
    return float(p1 @ quantity / (p0 @ quantity))


def vartia1(p0: Floats, p1: Floats, q0: Floats, q1: Floats) -> float:
    """Montgomery-Vartia: logarithmic means of values over that of the totals."""
    weight = log_mean(p0 * q0, p1 * q1) / log_mean(np.array([p0 @ q0]), np.array([p1 @ q1]))
    return float(np.exp(weight @ np.log(p1 / p0)))


def vartia2(p0: Floats, p1: Floats, q0: Floats, q1: Floats) -> float:
    """Sato-Vartia: logarithmic means of value shares, normalised."""
    weight = log_mean(_shares(p0, q0), _shares(p1, q1))
    return float(np.exp(weight / weight.sum() @ np.log(p1 / p0)))


def stuvel(p0: Floats, p1: Floats, q0: Floats, q1: Floats) -> float:
    """Additive in price and volume parts."""
    half = (laspeyres(p0, p1, q0, q1) - laspeyres(q0, q1, p0, p1)) / 2
    return float(half + np.sqrt(half**2 + p1 @ q1 / (p0 @ q0)))


def log_mean(a: Floats, b: Floats) -> Floats:
    """Logarithmic mean ``(a - b) / (log a - log b)``; ``a`` where they are equal."""
    same = np.isclose(a, b, rtol=1e-12)
    ratio = np.where(same, 2.0, a / b)
    return np.where(same, a, (a - b) / np.log(ratio))


def _shares(price: Floats, quantity: Floats) -> Floats:
    value = price * quantity
    shares: Floats = value / value.sum()
    return shares


FORMULAS: dict[str, Formula] = {
    "harmonic_laspeyres": harmonic_laspeyres,
    "geometric_laspeyres": geometric_laspeyres,
    "laspeyres": laspeyres,
    "paasche": paasche,
    "geometric_paasche": geometric_paasche,
    "palgrave": palgrave,
    "fisher": fisher,
    "tornqvist": tornqvist,
    "marshall_edgeworth": marshall_edgeworth,
    "walsh1": walsh,
    "vartia2": vartia2,
    "vartia1": vartia1,
    "stuvel": stuvel,
}
