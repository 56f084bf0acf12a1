"""Draw a panel, a sample of the IKM that are asked to report, from a council's register, and predict the width of its
interval."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa
from django.core.exceptions import ValidationError
from django.db.models import Count, Sum
from django.utils.translation import gettext as _

from sambang.access.models import Council, Person
from sambang.access.permissions import require
from sambang.insight.panel_reader import read_unit_table
from sambang.lib.region_code import in_region
from sambang.production.models import ReportLine, SurveyPanel, current_report
from sambang.production.panels import asked_businesses, current_panel, store_panel
from sambang_stats import PanelError
from sambang_stats.messages import sentence
from sambang_stats.panel import NO_END, Units
from sambang_stats.reading import read_units as units_of
from sambang_stats.results import Floats
from sambang_stats.sampling import MIN_SAMPLED, Design, DrawnPanel, draw_panel

SAMPLE_FRACTIONS = (0.05, 0.10, 0.20, 0.33, 0.50)  # sample fractions for which the page shows the expected width
SEED_LIMIT = 2**31
HISTORY_MONTHS = 12


@dataclass(frozen=True)
class HalfWidth:
    """The expected half width, in per cent, of a month's 90 % interval for a panel of some size."""

    asked: int
    percent: float


@dataclass(frozen=True)
class SamplingFrame:
    """The sampling frame. `reported`: the reported value of a year in rupiah, by primary key."""

    council: Council
    table: pa.Table
    reported: dict[str, float]

    @cached_property
    def units(self) -> Units:
        return units_of(self.table)

    @cached_property
    def value(self) -> Floats:
        """Yearly value: the register's, else twelve times the mean reported month, else NaN."""
        reported = [self.reported.get(str(unit), np.nan) for unit in self.units.unit]
        return np.where(np.isfinite(self.units.weight), self.units.weight, reported)

    @property
    def open(self) -> int:
        """The IKM that can be sampled."""
        return int((self.units.end == NO_END).sum())

    def draw(self, design: Design, seed: int) -> DrawnPanel:
        """Draw a sample. Raises ValidationError if it is too small or larger than the register."""
        if design.size > self.open:
            raise ValidationError(_("Hanya ada %(count)d IKM yang buka.") % {"count": self.open})
        asked = asked_businesses(self.council.region_code)
        current = (
            None if asked is None else np.isin([str(unit) for unit in self.units.unit], [str(key) for key in asked])
        )
        try:
            return draw_panel(self.units, self.value, design, np.random.default_rng(seed), current=current)
        except PanelError as error:
            raise ValidationError(sentence(error, _)) from None

    def widths(self, *, by_cluster: bool) -> Sequence[HalfWidth]:
        """The expected widths for several sizes; sizes that are too small for every stratum are omitted."""
        widths = []
        for size in sorted({round(share * self.open) for share in SAMPLE_FRACTIONS}):
            try:
                drawn = self.draw(Design(max(size, MIN_SAMPLED), by_cluster=by_cluster), seed=0)
            except ValidationError:
                continue
            widths.append(HalfWidth(int(drawn.asked.sum()), 100 * drawn.half_width))
        return widths


def read_frame(council: Council) -> SamplingFrame | None:
    """The sampling frame; None if no IKM is registered."""
    table = read_unit_table(council.region_code, {}, 1)
    lines = ReportLine.objects.filter(
        current_report("report__"),
        in_region("report__business__region__code", council.region_code),
        value__isnull=False,
    )
    rows = (
        lines.order_by().values_list("report__business").annotate(Sum("value"), Count("report__month", distinct=True))
    )
    return (
        SamplingFrame(council, table, {str(key): HISTORY_MONTHS * value / months for key, value, months in rows})
        if len(table)
        else None
    )


def draw_council_panel(
    council: Council, by: Person, *, size: int, by_cluster: bool, renewed: int, seed: int
) -> SurveyPanel:
    """Draw a panel and activate it. `renewed`: per cent of the present panel to replace. Raises ValidationError."""
    require(by, "production.draw_panel", council)
    frame = read_frame(council)
    if frame is None or not frame.open:
        raise ValidationError(_("Belum ada IKM terdaftar."))
    renew = renewed / 100 if current_panel(council) else 1.0
    drawn = frame.draw(Design(size, by_cluster=by_cluster, renew=renew), seed)
    panel = SurveyPanel(
        registered=frame.open,
        asked=int(drawn.asked.sum()),
        half_width=100 * drawn.half_width,
        by_cluster=by_cluster,
        renewed=round(100 * renew),
        seed=seed,
    )
    return store_panel(council, by, panel=panel, asked=list(frame.units.unit[drawn.asked]))
