"""Tail probabilities and quantiles, implemented here to avoid a dependency."""

from __future__ import annotations

import math

NORMAL_90 = 1.6448536269514722
"""Standard errors on each side of a 90 % interval."""
NORMAL_95 = 1.959963984540054
NORMAL_80_ONE_SIDED = 0.8416212335729143


def t_quantile(freedom: float) -> float:
    """95 % quantile of Student's t; infinite below one degree of freedom."""
    if freedom < 1:
        return math.inf
    low, high = 0.0, 7.0
    for _ in range(60):
        middle = (low + high) / 2
        if t_tail(middle, freedom) > 0.05:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def t_tail(t: float, freedom: float) -> float:
    """P(T > t), t not negative."""
    return 0.5 * incomplete_beta(freedom / 2, 0.5, freedom / (freedom + t * t))


def f_tail(f: float, above: float, below: float) -> float:
    """P(F > f) with ``above`` and ``below`` degrees of freedom."""
    return incomplete_beta(below / 2, above / 2, below / (below + above * f))


def chi2_tail(x: float, freedom: int) -> float:
    """P(chi square > x): the regularised upper incomplete gamma function."""
    return 1 - _lower_gamma(freedom / 2, x / 2) if x > 0 else 1.0


def incomplete_beta(a: float, b: float, x: float) -> float:
    """Regularised incomplete beta function, by Lentz's continued fraction (DLMF 8.17.22)."""
    if x <= 0:
        return 0.0
    if x >= 1:
        return 1.0
    if x > (a + 1) / (a + b + 2):
        return 1 - incomplete_beta(b, a, 1 - x)
    front = math.exp(math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x)) / a
    c, d = 1.0, 1 / (1 - (a + b) * x / (a + 1))
    fraction = d
    for m in range(1, 300):
        for step in (
            m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
        ):
            d = 1 / (1 + step * d)
            c = 1 + step / c
            fraction *= c * d
        if abs(c * d - 1) < 1e-14:
            break
    return front * fraction


def _lower_gamma(a: float, x: float) -> float:
    """Regularised lower incomplete gamma function, by its series (DLMF 8.7.1)."""
    term = total = 1 / a
    n = 0
    while abs(term) > total * 1e-16 and n < 10_000:
        n += 1
        term *= x / (a + n)
        total += term
    return min(1.0, total * math.exp(-x + a * math.log(x) - math.lgamma(a)))
