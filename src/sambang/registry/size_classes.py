"""The size class of an IKM under each of four laws, from one table.

The classes of a law never overlap; a column that a law needs and that is empty makes the class unknown, never a guess.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext_lazy as _

from sambang.registry.models import Business

BILLION = 1_000_000_000


class Law(StrEnum):
    INDUSTRY = "industry"
    UMKM = "umkm"
    BPS = "bps"
    TKDN = "tkdn"


@dataclass(frozen=True)
class LegalSource:
    title: Any
    regulation: str
    since: date
    counts: Any  # columns that this law uses


LAWS: dict[Law, LegalSource] = {
    Law.INDUSTRY: LegalSource(
        _("Industri kecil/menengah"),
        "Permenperin 64/M-IND/PER/7/2016",
        date(2016, 7, 19),
        _("pekerja, dan investasi tanpa tanah dan bangunan tempat usaha"),
    ),
    Law.UMKM: LegalSource(
        _("Usaha mikro, kecil, menengah"),
        "PP 7/2021 pasal 35",
        date(2021, 2, 2),
        _("hasil penjualan setahun; modal usaha bila penjualan belum diketahui"),
    ),
    Law.BPS: LegalSource(_("Industri mikro dan kecil BPS"), "BPS, survei IMK", date(2009, 1, 1), _("pekerja")),
    Law.TKDN: LegalSource(
        _("Industri kecil untuk TKDN"),
        "Permenperin 35/2025",
        date(2025, 12, 12),
        _("investasi tanpa tanah dan bangunan tempat usaha"),
    ),
}


@dataclass(frozen=True)
class NumberRange:
    """Whole numbers from `low` to `high`, both included; None is no limit."""

    low: int = 0
    high: int | None = None

    def __contains__(self, value: int) -> bool:
        return self.low <= value and (self.high is None or value <= self.high)


@dataclass(frozen=True)
class SizeClass:
    """One row of the law's table: a business is in it if every named column is within its range."""

    law: Law
    label: Any
    spans: dict[str, NumberRange] = field(default_factory=dict)


SMALL, MEDIUM, LARGE = _("industri kecil"), _("industri menengah"), _("industri besar")
FEW, MANY = NumberRange(0, 19), NumberRange(20)
SIZE_CLASSES = (
    SizeClass(Law.INDUSTRY, SMALL, {"workers": FEW, "investment": NumberRange(0, BILLION - 1)}),
    SizeClass(Law.INDUSTRY, MEDIUM, {"workers": FEW, "investment": NumberRange(BILLION)}),
    SizeClass(Law.INDUSTRY, MEDIUM, {"workers": MANY, "investment": NumberRange(0, 15 * BILLION)}),
    SizeClass(Law.INDUSTRY, LARGE, {"workers": MANY, "investment": NumberRange(15 * BILLION + 1)}),
    SizeClass(Law.UMKM, _("mikro"), {"annual_sales": NumberRange(0, 2 * BILLION)}),
    SizeClass(Law.UMKM, _("kecil"), {"annual_sales": NumberRange(2 * BILLION + 1, 15 * BILLION)}),
    SizeClass(Law.UMKM, _("menengah"), {"annual_sales": NumberRange(15 * BILLION + 1, 50 * BILLION)}),
    SizeClass(Law.UMKM, _("besar"), {"annual_sales": NumberRange(50 * BILLION + 1)}),
    SizeClass(Law.UMKM, _("mikro"), {"investment": NumberRange(0, BILLION)}),
    SizeClass(Law.UMKM, _("kecil"), {"investment": NumberRange(BILLION + 1, 5 * BILLION)}),
    SizeClass(Law.UMKM, _("menengah"), {"investment": NumberRange(5 * BILLION + 1, 10 * BILLION)}),
    SizeClass(Law.UMKM, _("besar"), {"investment": NumberRange(10 * BILLION + 1)}),
    SizeClass(Law.BPS, _("mikro"), {"workers": NumberRange(1, 4)}),
    SizeClass(Law.BPS, _("kecil"), {"workers": NumberRange(5, 19)}),
    SizeClass(Law.BPS, _("sedang"), {"workers": NumberRange(20, 99)}),
    SizeClass(Law.BPS, _("besar"), {"workers": NumberRange(100)}),
    SizeClass(Law.TKDN, SMALL, {"investment": NumberRange(0, 5 * BILLION)}),
    SizeClass(Law.TKDN, _("bukan industri kecil"), {"investment": NumberRange(5 * BILLION + 1)}),
)
CRITERION_LABELS = {
    "workers": _("jumlah pekerja"),
    "investment": _("investasi"),
    "annual_sales": _("nilai produksi setahun"),
}


@dataclass(frozen=True)
class Size:
    """`label` is None if unknown because the columns `missing` are empty."""

    law: Law
    source: LegalSource
    label: Any
    missing: tuple[Any, ...] = ()


def size_by(law: Law, *, workers: int | None, investment: int | None, annual_sales: int | None) -> Size:
    """The first row of the law whose columns are all known and within range."""
    facts = {"workers": workers, "investment": investment, "annual_sales": annual_sales}
    rows = [row for row in SIZE_CLASSES if row.law == law]
    for row in rows:
        values = {name: facts[name] for name in row.spans}
        if all(value is not None and value in row.spans[name] for name, value in values.items()):
            return Size(law, LAWS[law], row.label)
    first = rows[0].spans
    return Size(law, LAWS[law], None, tuple(CRITERION_LABELS[name] for name in first if facts[name] in {None, 0}))


def sizes_of(business: Business) -> list[Size]:
    return [
        size_by(law, workers=business.workers, investment=business.investment, annual_sales=business.annual_sales)
        for law in Law
    ]


@dataclass(frozen=True)
class Criterion:
    """Whether a sentra meets one law's definition; `met` None is unknown."""

    title: Any
    needs: Any
    met: bool | None
    note: Any = ""


PP29_UNITS, DAK_UNITS = 5, 10


def criteria_of(units: int) -> list[Criterion]:
    """The three definitions of a sentra, from the number of IKM that are not closed."""
    return [
        Criterion("PP 29/2018", _("sedikitnya 5 unit usaha sejenis di satu tempat"), units >= PP29_UNITS),
        Criterion(
            _("DAK fisik sentra"),
            _("sedikitnya 10 unit usaha"),
            units >= DAK_UNITS,
            _("Naskah untuk Jawa belum kami temukan: periksa juknis tahun berjalan."),
        ),
        Criterion(
            _("Direktori Sentra BPS"),
            _("usaha sejenis sedikitnya 20 % rumah tangga desa"),
            None,
            _("Jumlah rumah tangga desa belum dicatat di sini."),
        ),
    ]
