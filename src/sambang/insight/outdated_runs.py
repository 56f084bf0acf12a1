"""Whether a new computation could differ from the newest Run of a region."""

from __future__ import annotations

from datetime import date

from django.db.models import Q
from django.utils import timezone

from sambang.audit.models import Entry
from sambang.insight.models import Run, Series
from sambang.insight.release import release_day
from sambang.lib.region_code import in_region
from sambang.production.models import CellEvent

# Verbs that change the panel or the base period; reading and computing change neither.
CHANGING = ("registry.", "production.", "imports.", "privacy.", "insight.choose_base")
READING = "registry.see_"


def newest_run(region_code: str) -> Run | None:
    return Run.objects.filter(region_code=region_code, is_published=True).order_by("-computed_at").first()


def is_outdated(run: Run, *, today: date, engine: str) -> bool:
    """Whether since the newest Run a report or a row of the register changed, another month began, or a release became
    due."""
    computed_on = timezone.localdate(run.computed_at)
    if run.engine != engine or (computed_on.year, computed_on.month) != (today.year, today.month):
        return True
    own = Series.objects.filter(region_code=run.region_code, cluster=None, industry="", is_newest_release=True)
    if not own.filter(released_on__gte=release_day(today)).exists():
        return True
    verbs = Q(*(Q(verb__startswith=prefix) for prefix in CHANGING), _connector=Q.OR)
    changed = Entry.objects.filter(in_region("region_code", run.region_code), at__gt=run.computed_at)
    if changed.filter(verbs).exclude(verb__startswith=READING).exists():
        return True
    cells = CellEvent.objects.filter(at__gt=run.computed_at)
    return cells.filter(in_region("changes__cell__region__code", run.region_code)).exists()
