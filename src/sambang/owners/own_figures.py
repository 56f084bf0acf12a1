"""An owner's own figures: monthly reports of a year, seasonality, and the history of changes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.utils import timezone
from django.utils.dates import MONTHS
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from sambang.access.models import Person
from sambang.access.row_security import bypass_row_security
from sambang.insight.price_comparison import PriceRange, ProductKey, cluster_prices, product_key
from sambang.insight.release import share_class
from sambang.lib import clock
from sambang.lib.months import add_months, months_between
from sambang.lib.templatetags.formatting import rupiah
from sambang.production.models import Report, ReportLine, current_report
from sambang.production.queries import PREFETCH_LINES, has_reported, should_report
from sambang.registry.models import Business, ProductLine

MIN_MONTHS, MIN_SEASON_YEARS = 10, 2  # of a year that counts for the season, and of such years
MIN_EXPECTED = 5  # IKM of a sentra; in smaller ones a share of reports would identify the missing ones
CURVE_MONTHS = 36


@dataclass(frozen=True)
class Bar:
    """One bar of a chart; lengths in units of its view box. `height` is None for a month without a report."""

    month: date
    x: int
    y: int
    height: int | None
    text: str


@dataclass(frozen=True)
class ProductYear:
    line: ProductLine
    quantities: list[Decimal | None]  # January to December; None without a report
    total: Decimal
    value: int | None  # rupiah; None if it was never reported
    price: int | None  # rupiah for one unit, of the months whose value was reported
    cluster_price: PriceRange | None


@dataclass(frozen=True)
class YearSummary:
    year: int
    reported: list[bool]  # January to December
    by_owner: int  # months that the owner reported
    products: list[ProductYear]

    @property
    def months_reported(self) -> int:
        return sum(self.reported)


def years_of(business: Business) -> list[int]:
    """The years with reports, newest first."""
    days = Report.objects.latest_version().filter(business=business).dates("month", "year", order="DESC")
    return [day.year for day in days]


def year_summary(business: Business, year: int) -> YearSummary:
    reports = list(
        Report.objects.visible_to(business.owner)
        .latest_version()
        .filter(business=business, month__year=year)
        .prefetch_related(PREFETCH_LINES)
        .order_by("month")
    )
    rows: dict[ProductLine, dict[int, ReportLine]] = defaultdict(dict)
    for report in reports:
        for row in report.lines.all():
            rows[row.product_line][report.month.month] = row
    prices = cluster_prices(business.cluster, year, now=clock.now()) if business.cluster else {}
    months = {report.month.month for report in reports}
    return YearSummary(
        year,
        [month in months for month in range(1, 13)],
        sum(report.source == Report.Source.OWNER for report in reports),
        [_product_year(line, amounts, prices) for line, amounts in sorted(rows.items(), key=lambda row: str(row[0]))],
    )


def _product_year(
    line: ProductLine, rows: Mapping[int, ReportLine], prices: Mapping[ProductKey, PriceRange]
) -> ProductYear:
    value, price = _value_and_price(rows.values())
    return ProductYear(
        line,
        [rows[month].quantity if month in rows else None for month in range(1, 13)],
        sum((row.quantity for row in rows.values()), Decimal(0)),
        value,
        price,
        prices.get(product_key(line.name, line.unit)),
    )


def _value_and_price(rows: Iterable[ReportLine]) -> tuple[int | None, int | None]:
    """Rupiah of the months whose value was reported, and for one unit in them."""
    valued = [(row.value, row.quantity) for row in rows if row.value is not None]
    if not valued:
        return None, None
    value = sum(value for value, _quantity in valued)
    sold = sum((quantity for value, quantity in valued if value), Decimal(0))
    return value, round(value / sold) if sold else None


@dataclass(frozen=True)
class Curve:
    """The last months of one product as bars, with a sentence about its season."""

    line: ProductLine
    bars: list[Bar]
    season: str

    @property
    def last(self) -> Bar:
        return self.bars[-1]


DRAWING_WIDTH, DRAWING_HEIGHT = 360, 100  # of the drawing's view box


def curves_of(business: Business, *, last: date) -> list[Curve]:
    """One for each product that was reported in the last CURVE_MONTHS."""
    first = add_months(last, 1 - CURVE_MONTHS)
    rows = ReportLine.objects.visible_to(business.owner).filter(
        current_report("report__"), report__business=business, report__month__lte=last
    )
    by_line: dict[ProductLine, dict[date, Decimal]] = defaultdict(dict)
    for row in rows.select_related("product_line", "report"):
        by_line[row.product_line][row.report.month] = row.quantity
    return [
        Curve(line, _bars(line, amounts, list(months_between(first, last))), season_text(amounts))
        for line, amounts in sorted(by_line.items(), key=lambda item: str(item[0]))
        if max(amounts) >= first
    ]


def _bars(line: ProductLine, amounts: Mapping[date, Decimal], months: Sequence[date]) -> list[Bar]:
    most = max((amounts[month] for month in months if month in amounts), default=Decimal(0)) or Decimal(1)
    step = DRAWING_WIDTH // len(months)
    bars = []
    for position, month in enumerate(months):
        quantity = amounts.get(month)
        height = None if quantity is None else round(float(quantity / most) * DRAWING_HEIGHT)
        text = "" if quantity is None else f"{quantity.normalize():f} {line.unit}"
        bars.append(Bar(month, position * step, DRAWING_HEIGHT - (height or 0), height, text))
    return bars


def season_of(amounts: Mapping[date, Decimal]) -> dict[int, float]:
    """The mean of each calendar month divided by its year's mean, over the years with MIN_MONTHS reports; {} with
    fewer than MIN_SEASON_YEARS such years."""
    by_year: dict[int, dict[int, float]] = defaultdict(dict)
    for day, quantity in amounts.items():
        by_year[day.year][day.month] = float(quantity)
    ratios: dict[int, list[float]] = defaultdict(list)
    years = [rows for rows in by_year.values() if len(rows) >= MIN_MONTHS and sum(rows.values()) > 0]
    for rows in years if len(years) >= MIN_SEASON_YEARS else ():
        mean = sum(rows.values()) / len(rows)
        for month, made in rows.items():
            ratios[month].append(made / mean)
    return {month: sum(values) / len(values) for month, values in sorted(ratios.items())}


def season_text(amounts: Mapping[date, Decimal]) -> str:
    """A sentence on the highest and the lowest month, if they differ from the mean by a tenth or more."""
    season = season_of(amounts)
    if not season:
        return _("Musim Anda tampak setelah dua tahun laporan yang hampir lengkap.")
    high, low = max(season, key=lambda month: season[month]), min(season, key=lambda month: season[month])
    if season[high] < 1.1 and season[low] > 0.9:
        return _("Produksi Anda hampir sama sepanjang tahun.")
    return _("Biasanya paling ramai %(high)s (%(above)d%% dari rata-rata), paling sepi %(low)s (%(below)d%%).") % {
        "high": _month_word(high),
        "above": round(season[high] * 100),
        "low": _month_word(low),
        "below": round(season[low] * 100),
    }


def _month_word(month: int) -> str:
    return str(MONTHS[month])


def price_text(product: ProductYear) -> str:
    """The owner's average price of a year compared with the sentra's, "" if the owner reported no value."""
    if product.price is None:
        return ""
    own = _("Harga rata-rata Anda %(price)s per %(unit)s.") % {
        "price": rupiah(product.price),
        "unit": product.line.unit,
    }
    if product.cluster_price is None:
        return own
    return f"{own} " + cluster_price_text(product.cluster_price)


def cluster_price_text(price: PriceRange) -> str:
    return _("Rata-rata di sentra antara %(low)s dan %(high)s.") % {
        "low": rupiah(price.low),
        "high": rupiah(price.high),
    }


@bypass_row_security(__name__)
def cluster_response_text(business: Business, month: date) -> str:
    """The sentra's response rate of a month as a class of shares; "" in a small sentra."""
    if business.cluster_id is None:
        return ""
    rows = Business.objects.filter(should_report(month), cluster=business.cluster_id)
    states = list(rows.annotate(reported=has_reported(month)).values_list("reported", flat=True))
    if len(states) < MIN_EXPECTED:
        return ""
    return _("Di sentra Anda sudah %(share)s IKM yang melapor.") % {
        "share": share_class(sum(states) / len(states)).label
    }


@dataclass(frozen=True)
class FigureChange:
    """A change of a month's reported figures: a later version, or the withdrawal of one (`is_withdrawal`)."""

    report: Report  # the later version, or the withdrawn one
    former: str  # figures before; "" where a withdrawn report of somebody else may tell of another IKM
    is_withdrawal: bool = False

    @property
    def by(self) -> Person:
        return self.report.withdrawn_by if self.is_withdrawal else self.report.by  # type: ignore[return-value]

    @property
    def at(self) -> datetime:
        withdrawn_at = self.report.withdrawn_at if self.is_withdrawal else None
        return withdrawn_at or self.report.submitted_at

    @property
    def by_owner(self) -> bool:
        return self.by.pk == self.report.business.owner_id

    @property
    def day(self) -> str:
        return date_format(timezone.localtime(self.at), "j F Y, H.i")


def figure_changes(business: Business, months: Sequence[date]) -> dict[date, list[FigureChange]]:
    """Changes of reported figures by month, newest first, with who made them."""
    rows = Report.objects.visible_to(business.owner).filter(business=business, month__in=months)
    versions: dict[date, list[Report]] = defaultdict(list)
    for report in rows.select_related("by", "withdrawn_by").prefetch_related(PREFETCH_LINES).order_by("submitted_at"):
        report.business = business
        versions[report.month].append(report)
    return {month: changes for month, reports in versions.items() if (changes := _changes_of(reports))}


def _changes_of(reports: Sequence[Report]) -> list[FigureChange]:
    """The changes between the versions of one month, which are in order of time; newest first."""
    changes: list[FigureChange] = []
    former = None
    for report in reports:
        if former is not None:
            changes.append(FigureChange(report, _figures_before(former)))
        if report.withdrawn_at is not None:
            changes.append(FigureChange(report, _figures_before(report), is_withdrawal=True))
        former = report
    return changes[::-1]


def _figures_before(report: Report) -> str:
    is_foreign = report.withdrawn_at is not None and report.by_id != report.business.owner_id
    return "" if is_foreign else report.figures_text
