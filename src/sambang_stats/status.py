"""The status of a month's figure: what it needs to be shown, and to be called good."""

from __future__ import annotations

from dataclasses import dataclass

from sambang_stats.results import Status, StatusReason


@dataclass(frozen=True)
class PublicationLimits:
    """What a figure needs before it is shown, and before it is called good."""

    least_lines: int = 5
    least_coverage: float = 0.25
    widest: float = 0.30
    """Half the interval over the index."""
    good_coverage: float = 0.60
    good_width: float = 0.15
    most_borrowed: float = 0.50
    most_unsound: float = 0.10
    """Share of the value that is not linked to the base, silent in season, or doubtful."""


PUBLISHED = PublicationLimits()


@dataclass(frozen=True)
class Evidence:
    """What is known of one month of one series; shares are 0 … 1."""

    lines: int
    has_index: bool
    has_source: bool
    coverage: float
    current_coverage: float
    """By the volumes of the month: a unit that grew and is silent counts with its last report."""
    width: float
    """Half the interval over the index."""
    borrowed: float
    unlinked: float
    seasonal: float
    doubtful: float
    base_observed: bool


def assess(found: Evidence, limits: PublicationLimits) -> tuple[Status, StatusReason | None]:
    """The status and the first reason for it."""
    withheld = {
        StatusReason.NO_INDEX: not found.has_index,
        StatusReason.NO_LINK: not found.has_source,
        StatusReason.FEW_LINES: found.lines < limits.least_lines,
        StatusReason.LOW_COVERAGE: min(found.coverage, found.current_coverage) < limits.least_coverage,
        StatusReason.NOT_LINKED_TO_BASE: found.coverage - found.unlinked < limits.least_coverage,
        StatusReason.WIDE_INTERVAL: found.width > limits.widest,
    }
    for reason, applies in withheld.items():
        if applies:
            return Status.NOT_ENOUGH, reason
    thin = {
        StatusReason.BASE_NOT_OBSERVED: not found.base_observed,
        StatusReason.LOW_COVERAGE: min(found.coverage, found.current_coverage) < limits.good_coverage,
        StatusReason.WIDE_INTERVAL: found.width > limits.good_width,
        StatusReason.BORROWED: found.borrowed > limits.most_borrowed,
        StatusReason.NOT_LINKED_TO_BASE: found.unlinked > limits.most_unsound,
        StatusReason.SEASONAL_SILENCE: found.seasonal > limits.most_unsound,
        StatusReason.DOUBTFUL_UNIT: found.doubtful > limits.most_unsound,
    }
    for reason, applies in thin.items():
        if applies:
            return Status.THIN, reason
    return Status.OK, None
