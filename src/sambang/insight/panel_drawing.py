"""A panel drawn from the register of a council: who is asked to report, and the width that its index will have."""

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
from sambang.insight.panel_reader import read_units
from sambang.lib.region_code import in_region
from sambang.production.models import ReportLine, SurveyPanel, current_report
from sambang.production.panels import asked_businesses, current_panel, store_panel
from sambang_stats import PanelError
from sambang_stats.messages import sentence
from sambang_stats.panel import NO_END, Units
from sambang_stats.reading import read_units as units_of
from sambang_stats.results import Floats
from sambang_stats.sampling import LEAST, Design, DrawnPanel, draw_panel

SHARES_SHOWN = (0.05, 0.10, 0.20, 0.33, 0.50)  # of the register, whose expected width the page shows
SEEDS = 2**31
MONTHS = 12


@dataclass(frozen=True)
class Width:
    """The expected half width of a month's 90 % interval, per cent, of a panel of some size."""

    asked: int
    percent: float


@dataclass(frozen=True)
class Frame:
    """The register that a panel is drawn from. `reported`: keys with a year's reported value, rupiah."""

    council: Council
    table: pa.Table
    reported: dict[str, float]

    @cached_property
    def units(self) -> Units:
        return units_of(self.table)

    @cached_property
    def value(self) -> Floats:
        """A year's: the register's, else twelve mean reported months, else NaN."""
        reported = [self.reported.get(str(unit), np.nan) for unit in self.units.unit]
        return np.where(np.isfinite(self.units.weight), self.units.weight, reported)

    @property
    def open(self) -> int:
        """IKM that can be asked."""
        return int((self.units.end == NO_END).sum())

    def draw(self, design: Design, seed: int) -> DrawnPanel:
        """Raises ValidationError where the panel is too small or larger than the register."""
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

    def widths(self, *, by_cluster: bool) -> Sequence[Width]:
        """Of some sizes, before anybody is asked; sizes too small for every group are left out."""
        found = []
        for size in sorted({round(share * self.open) for share in SHARES_SHOWN}):
            try:
                drawn = self.draw(Design(max(size, LEAST), by_cluster=by_cluster), seed=0)
            except ValidationError:
                continue
            found.append(Width(int(drawn.asked.sum()), 100 * drawn.half_width))
        return found


def read_frame(council: Council) -> Frame | None:
    """None where no IKM is registered."""
    table = read_units(council.region_code, {}, 1)
    lines = ReportLine.objects.filter(
        current_report("report__"),
        in_region("report__business__region__code", council.region_code),
        value__isnull=False,
    )
    rows = (
        lines.order_by().values_list("report__business").annotate(Sum("value"), Count("report__month", distinct=True))
    )
    return (
        Frame(council, table, {str(key): MONTHS * value / months for key, value, months in rows})
        if len(table)
        else None
    )


def draw_council_panel(
    council: Council, by: Person, *, size: int, by_cluster: bool, renewed: int, seed: int
) -> SurveyPanel:
    """Draw a panel and put it in force. `renewed`: per cent of the present panel that is replaced. Raises
    ValidationError."""
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
