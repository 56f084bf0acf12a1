"""The four laws at their thresholds: the last rupiah and the last worker of each class."""

from __future__ import annotations

import pytest
from django.utils import translation

from sambang.registry.size_classes import BILLION, SIZE_CLASSES, Law, criteria_of, size_by


def label(law: Law, workers: int | None, investment: int | None, sales: int | None) -> str | None:
    with translation.override("id"):
        found = size_by(law, workers=workers, investment=investment, annual_sales=sales).label
        return None if found is None else str(found)


@pytest.mark.parametrize(
    ("law", "facts", "size"),
    [
        (Law.INDUSTRY, (19, BILLION - 1, None), "industri kecil"),
        (Law.INDUSTRY, (19, BILLION, None), "industri menengah"),
        (Law.INDUSTRY, (20, 1, None), "industri menengah"),
        (Law.INDUSTRY, (20, 15 * BILLION, None), "industri menengah"),
        (Law.INDUSTRY, (20, 15 * BILLION + 1, None), "industri besar"),
        (Law.INDUSTRY, (5, None, None), None),
        (Law.TKDN, (None, 5 * BILLION, None), "industri kecil"),
        (Law.TKDN, (4, 5 * BILLION + 1, None), "bukan industri kecil"),
        (Law.TKDN, (4, None, BILLION), None),
        (Law.UMKM, (None, 9 * BILLION, 2 * BILLION), "mikro"),
        (Law.UMKM, (None, None, 2 * BILLION + 1), "kecil"),
        (Law.UMKM, (None, None, 15 * BILLION), "kecil"),
        (Law.UMKM, (None, None, 15 * BILLION + 1), "menengah"),
        (Law.UMKM, (None, None, 50 * BILLION), "menengah"),
        (Law.UMKM, (None, None, 50 * BILLION + 1), "besar"),
        (Law.UMKM, (None, BILLION, None), "mikro"),
        (Law.UMKM, (None, BILLION + 1, None), "kecil"),
        (Law.UMKM, (None, 5 * BILLION, None), "kecil"),
        (Law.UMKM, (None, 5 * BILLION + 1, None), "menengah"),
        (Law.UMKM, (None, 10 * BILLION, None), "menengah"),
        (Law.UMKM, (None, 10 * BILLION + 1, None), "besar"),
        (Law.UMKM, (7, None, None), None),
        (Law.BPS, (1, None, None), "mikro"),
        (Law.BPS, (4, None, None), "mikro"),
        (Law.BPS, (5, None, None), "kecil"),
        (Law.BPS, (19, None, None), "kecil"),
        (Law.BPS, (20, None, None), "sedang"),
        (Law.BPS, (99, None, None), "sedang"),
        (Law.BPS, (100, None, None), "besar"),
        (Law.BPS, (0, None, None), None),
        (Law.BPS, (None, BILLION, BILLION), None),
    ],
)
def test_thresholds(law: Law, facts: tuple[int | None, int | None, int | None], size: str | None) -> None:
    assert label(law, *facts) == size


def test_what_is_missing_is_named() -> None:
    with translation.override("id"):
        found = size_by(Law.INDUSTRY, workers=3, investment=None, annual_sales=None)
        assert [str(name) for name in found.missing] == ["investasi"]


def test_no_two_classes_of_a_law_overlap() -> None:
    edges = [0, 1, 4, 5, 19, 20, 99, 100]
    money = [0, BILLION - 1, BILLION, BILLION + 1, 5 * BILLION, 10 * BILLION, 15 * BILLION, 15 * BILLION + 1]
    for workers in edges:
        for amount in money:
            known = {"workers": workers, "investment": amount}
            for law in (Law.INDUSTRY, Law.BPS):
                fits = [
                    row
                    for row in SIZE_CLASSES
                    if row.law == law and all(known[name] in span for name, span in row.spans.items())
                ]
                assert len(fits) == (0 if law == Law.BPS and workers == 0 else 1)


def test_definitions_of_a_sentra() -> None:
    assert [criterion.met for criterion in criteria_of(4)] == [False, False, None]
    assert [criterion.met for criterion in criteria_of(5)] == [True, False, None]
    assert [criterion.met for criterion in criteria_of(36)] == [True, True, None]
