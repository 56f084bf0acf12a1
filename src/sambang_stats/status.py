"""The status of a month's figure: the limits for publishing it and for the status ``ok``."""

from __future__ import annotations

from dataclasses import dataclass

from sambang_stats.results import Status, StatusReason


@dataclass(frozen=True)
class PublicationLimits:
    """Limits below which a figure is not published, or is not ``ok``."""

    least_lines: int = 5
    least_coverage: float = 0.25
    widest: float = 0.30
    """Half width of the interval divided by the index."""
    good_coverage: float = 0.60
    good_width: float = 0.15
    most_borrowed: float = 0.50
    most_doubtful_share: float = 0.10
    """Largest share of the value that is not linked to the base, seasonally missing, or doubtful."""


PUBLISHED = PublicationLimits()


@dataclass(frozen=True)
class Evidence:
    """Quality measures of one month of one series; shares are 0 … 1."""

    lines: int
    has_index: bool
    has_source: bool
    coverage: float
    current_coverage: float
    """Coverage by the volumes of the month: a missing unit counts with its last report."""
    width: float
    """Half width of the interval divided by the index."""
    borrowed: float
    unlinked: float
    seasonal: float
    doubtful: float
    base_observed: bool


def assess(evidence: Evidence, limits: PublicationLimits) -> tuple[Status, StatusReason | None]:
    """The status and its first reason; for a wide interval, the cause of the width if it is known."""
    unsound = {
        StatusReason.NOT_LINKED_TO_BASE: evidence.unlinked > limits.most_doubtful_share,
        StatusReason.SEASONAL_SILENCE: evidence.seasonal > limits.most_doubtful_share,
        StatusReason.DOUBTFUL_UNIT: evidence.doubtful > limits.most_doubtful_share,
    }
    cause = _first(unsound)
    covered = min(evidence.coverage, evidence.current_coverage)
    withheld = {
        StatusReason.NO_INDEX: not evidence.has_index,
        StatusReason.NO_LINK: not evidence.has_source,
        StatusReason.FEW_LINES: evidence.lines < limits.least_lines,
        StatusReason.LOW_COVERAGE: covered < limits.least_coverage,
        cause or StatusReason.WIDE_INTERVAL: evidence.width > limits.widest,
    }
    if evidence.coverage - evidence.unlinked < limits.least_coverage and not _first(withheld):
        return Status.NOT_ENOUGH, StatusReason.NOT_LINKED_TO_BASE
    if reason := _first(withheld):
        return Status.NOT_ENOUGH, reason
    thin = {
        StatusReason.BASE_NOT_OBSERVED: not evidence.base_observed,
        StatusReason.LOW_COVERAGE: covered < limits.good_coverage,
        StatusReason.BORROWED: evidence.borrowed > limits.most_borrowed,
        **unsound,
        StatusReason.WIDE_INTERVAL: evidence.width > limits.good_width,
    }
    reason = _first(thin)
    return (Status.THIN, reason) if reason else (Status.OK, None)


def _first(conditions: dict[StatusReason, bool]) -> StatusReason | None:
    """The first reason whose condition holds."""
    return next((reason for reason, applies in conditions.items() if applies), None)
