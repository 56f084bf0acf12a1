"""KBLI: both versions, the collisions of domain.md §2.3, and loading that may be repeated."""

from __future__ import annotations

import pytest

from sambang.registry.load_industries import _rows, load_industries
from sambang.registry.models import Industry, IndustryChange

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
COLLISIONS = ["13133", "13912", "13922", "13923", "13924", "14302", "32906", "32907", "10762", "10772", "10773"]


def test_loading_twice_changes_nothing_and_keeps_corrections() -> None:
    count = load_industries()
    assert count == Industry.objects.count()
    counts = {version: Industry.objects.filter(version=version).count() for version in ("2020", "2025")}
    assert counts["2020"] >= 1790 and counts["2025"] >= 1559
    changes = IndustryChange.objects.count()
    Industry.objects.filter(version="2025", code="14111").update(title="Dibetulkan")
    assert load_industries() == count
    assert IndustryChange.objects.count() == changes
    assert Industry.objects.get(version="2025", code="14111").title == "Dibetulkan"


def means_two_things(code: str) -> bool:
    """Do both versions have this code, with different meanings? Then the code alone does not say the industry."""
    pair = {industry.version: industry for industry in Industry.objects.filter(code=code)}
    if len(pair) < 2:
        return False
    # A code that keeps its meaning is its own successor.
    return not IndustryChange.objects.filter(old=pair["2020"], new=pair["2025"]).exists()


@pytest.mark.parametrize("code", COLLISIONS)
def test_a_colliding_code_means_two_things(code: str) -> None:
    load_industries()
    assert means_two_things(code)


@pytest.mark.parametrize("code", ["14111", "13134", "16291", "99999"])
def test_other_codes_mean_one_thing(code: str) -> None:
    load_industries()
    assert not means_two_things(code)


def test_a_code_with_several_successors_has_a_question_for_each() -> None:
    load_industries()
    crafts = {row["code"] for row in _rows("industries.csv") if row["version"] == "2020"}
    assert len(crafts) > 60
    for old in Industry.objects.filter(version="2020", code__in=crafts):
        successors = list(old.becomes.all())
        assert successors or old.code in {"10772", "13924", "32906", "32907", "10762", "10771"}, old
        if len(successors) > 1:
            assert all(change.question.endswith("?") for change in successors), old
