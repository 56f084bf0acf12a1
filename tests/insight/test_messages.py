"""Every code of the engine has its sentence, in Indonesian and in English."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from django.db.models import TextChoices
from django.utils import translation

from sambang.insight.compute import BORROWED_FROM, point_status, withheld_reason
from sambang.insight.models import Point, Series, ShareClass
from sambang.insight.release import MIN_FOR_COVERAGE, release_figures
from sambang.insight.summary import Direction, summarise
from sambang_stats import messages, month_of
from sambang_stats.coaching_effect import Conclusion
from sambang_stats.progress import Stage
from sambang_stats.results import Point as EnginePoint
from sambang_stats.results import Reason, Source, Status, StatusReason

TODAY = date(2026, 11, 30)
OF_THE_POLICY = {"suppressed", "not_enough_data"}
WITHHOLDING = [one for one in StatusReason if one not in {StatusReason.BASE_NOT_OBSERVED, StatusReason.BORROWED}]


def label(code: TextChoices, language: str) -> str:
    with translation.override(language):
        return str(code.label)


def test_no_code_of_the_engine_is_without_words() -> None:
    assert set(Point.Reason.values) == {str(one) for one in StatusReason}
    assert set(Series.Reason.values) == {str(one) for one in (*Reason, *StatusReason)} | OF_THE_POLICY
    assert set(BORROWED_FROM) == set(Source) - {Source.OWN, Source.NO_SOURCE}
    assert set(messages.CONCLUSIONS) == set(Conclusion)
    assert set(messages.STAGE_LABELS) == set(Stage)


@pytest.mark.parametrize("status", list(Status))
def test_every_status_of_the_engine_has_its_words(status: Status) -> None:
    found = EnginePoint(0, 100, 90, 110, 9, 1, 1, 0, 0, Source.OWN, status)
    assert point_status(found) in set(Point.Status)
    assert (point_status(found) is Point.Status.FIRM) is (status is Status.OK)


@pytest.mark.parametrize(
    "code", [*Point.Reason, *Point.Status, *Series.Reason, *Series.Kind, *Series.Adjustment, *ShareClass, *Direction]
)
def test_the_words_are_there_in_both_languages(code: TextChoices) -> None:
    indonesian, english = label(code, "id"), label(code, "en")
    assert indonesian and english
    assert indonesian != english or not any(letter.isalpha() for letter in indonesian) or code == "x13"


@pytest.mark.parametrize(
    "words", [messages.CONCLUSIONS, messages.STAGE_LABELS, messages.ERROR_SENTENCES, BORROWED_FROM]
)
def test_the_engines_sentences_are_there_in_both_languages(words: dict[StrEnum, str]) -> None:
    with translation.override("en"):
        assert not [text for text in words.values() if translation.gettext(text) == text]


@pytest.mark.parametrize("reason", list(Point.Reason))
@pytest.mark.parametrize("owners", [8, MIN_FOR_COVERAGE])
def test_a_reason_that_bounds_shares_is_told_of_large_series_alone(reason: Point.Reason, owners: int) -> None:
    def released(status: Point.Status, index: float | None) -> str:
        point = Point(index=index, lower=index, upper=index, lines=9, status=status, reason=reason)
        release_figures(point, owners, response=0.8, coverage=0.8)
        return point.reason

    told = reason if owners >= MIN_FOR_COVERAGE or not reason.bounds_shares else ""
    assert released(Point.Status.THIN, 100.0) == told
    assert released(Point.Status.SUPPRESSED, None) == ""


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("codes", [Series.Reason, Point.Reason])
def test_each_reason_has_words_of_its_own(codes: type[TextChoices], language: str) -> None:
    assert len({label(code, language) for code in codes}) == len(codes)


@pytest.mark.parametrize("owners", [8, MIN_FOR_COVERAGE])
@pytest.mark.parametrize("reason", WITHHOLDING)
def test_a_series_without_any_figure_gives_the_cause_of_its_newest_full_month(
    reason: StatusReason, owners: int
) -> None:
    """The month before has another cause, and the unfinished one too. A cause that bounds shares is not given of a
    small series; the words that replace it name no cause alone."""
    other = next(one for one in WITHHOLDING if one is not reason)
    months = np.arange(month_of(TODAY) - 2, month_of(TODAY) + 1)
    found = SimpleNamespace(months=months, reasons=(other, reason, other))
    estimate: Any = SimpleNamespace(series=found, owners=dict.fromkeys(months.tolist(), owners))
    named = owners >= MIN_FOR_COVERAGE or not Point.Reason(reason).bounds_shares
    code = withheld_reason(estimate, today=TODAY)
    assert code == (reason if named else Series.Reason.NOT_ENOUGH_DATA)
    series = Series(reason=code, base_first=date(2019, 1, 1), base_last=date(2019, 12, 1))
    words = str(Series.Reason(code).label) % {"base": "tahun 2019"}
    assert summarise(series, []).sentence == f"Belum cukup data. {words}"
