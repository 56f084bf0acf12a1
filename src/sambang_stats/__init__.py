"""Sambang's statistics engine: from monthly reports to an index with its confidence interval.

No Django, no clock, no hidden randomness. The whole computation in five lines::

    panel = read_panel(reports, units)              # pyarrow Tables, or dicts of columns
    series = estimate_index(panel, Options(by=By(cluster=True), base=Period.of_year(2019)))
    joho = series["sentra-1"]                       # Series: arrays by month
    for point in joho.points(): ...                 # Point: index, lower, upper, response, status …
    back = recover(joho, month_number("2022-03"))   # Recovery: against 2019, per cent

``reports`` holds ``unit, product, month, quantity, value``: one row for each product of a unit and
month; ``month`` is a date or ``YYYY-MM``; a null quantity is a missing report, 0 a report of zero;
``value`` is rupiah and may be null. ``units`` holds every registered unit, those that never report
included: ``unit, region`` (ten digits, no dots), ``industry`` (five-digit KBLI), ``start`` (first
month of production, null if old or unknown), ``end`` (first month without production once the closure
is verified, else null), ``weight`` (yearly value in the base year, rupiah, or null) and, where there
are sentra, ``cluster`` (text, empty for none).

``By(region=4)`` makes a series for each regency, ``By(region=4, industry=2)`` for each of its
two-digit industries, ``By(cluster=True)`` for each sentra, ``By()`` for everything; the names are
``"3404"``, ``"3404/14"``, ``"sentra-1"``, ``"all"``. ``Options(kind=Kind.SAME_LINES)`` follows the
same lines (*indeks pembinaan*); the default, ``Kind.VOLUME``, adds births. Both count a verified
closure as zero. ``estimate_indices(panel, [By(), By(cluster=True)], list(Kind))`` computes several at once.

Links that are stored with the reports (``ledger``) are passed on, so that nothing is linked again:
``estimate_index(panel, options, read_stored_links(panel, reports, prices))``.

Months inside the engine are whole numbers, ``year * 12 + month - 1``: ``month_number("2022-03")``,
``month_text(number)``, ``first_day(number)``.

Show no number where ``status`` is ``Status.NOT_ENOUGH``; draw ``Status.THIN`` differently. ``adjust``
takes season and Lebaran out of a series. Invalid input raises ``PanelError``: a code
(``Problem``) and its params; ``messages.sentence`` is its Indonesian text.
"""

from sambang_stats.errors import PanelError, Problem
from sambang_stats.index import By
from sambang_stats.months import Period, first_day, month_number, month_of, month_text
from sambang_stats.panel import Panel, Units
from sambang_stats.reading import read_panel
from sambang_stats.recovery import recover
from sambang_stats.results import Adjusted, Kind, Point, Reason, Recovery, Series, Source, Status, StatusReason
from sambang_stats.seasonal import adjust
from sambang_stats.series import Method, Options, estimate_index, estimate_indices
from sambang_stats.status import PublicationLimits
from sambang_stats.stored_links import read_stored_links

__all__ = [
    "Adjusted",
    "By",
    "Kind",
    "Method",
    "Options",
    "Panel",
    "PanelError",
    "Period",
    "Point",
    "Problem",
    "PublicationLimits",
    "Reason",
    "Recovery",
    "Series",
    "Source",
    "Status",
    "StatusReason",
    "Units",
    "adjust",
    "estimate_index",
    "estimate_indices",
    "first_day",
    "month_number",
    "month_of",
    "month_text",
    "read_panel",
    "read_stored_links",
    "recover",
]
