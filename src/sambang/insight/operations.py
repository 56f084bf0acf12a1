"""Operations on indices: compute them, choose the base period, store simulated indices. All are recorded in the audit
log."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from sambang.access.models import Council, Person
from sambang.access.permissions import require
from sambang.audit.operation import operation
from sambang.insight.base_period import council_base
from sambang.insight.compute import Computation, compute_region
from sambang.insight.models import Evaluation, Run, Series, SeriesQuerySet, SimulatedIndex
from sambang.insight.outdated_runs import is_outdated, newest_run
from sambang.insight.run_storage import ENGINE, discard_run, store_run
from sambang.lib import clock
from sambang.lib.months import first_of_month, month_name, months_between
from sambang.lib.region_code import RegionCode, in_region
from sambang.production.models import Report
from sambang.registry.models import Cluster
from sambang.training.models import Course
from sambang_stats import PanelError
from sambang_stats.messages import sentence


def compute(council: Council, by: Person, *, today: date | None = None) -> Run:
    """Compute a new Run for the council's region; earlier Runs stay unchanged.

    No operation: the computation runs outside any transaction, rows are stored in small ones (`run_storage`), and the
    operation `publish_run` publishes them together at the end.
    Raises ValidationError if there are no data."""
    require(by, "insight.compute", council)
    now = clock.now()
    try:
        computed = compute_region(
            council.region_code, today=today or clock.today(), now=now, chosen=council_base(council)
        )
    except PanelError as error:
        raise ValidationError(_("Belum dapat dihitung. %(why)s") % {"why": sentence(error, _)}) from None
    run = store_run(_without_other_bases(computed, council), council, by, now=now)
    try:
        return publish_run(council, by, run=run)
    except BaseException:
        discard_run(run)
        raise


def _without_other_bases(computed: Computation, council: Council) -> Computation:
    """Removes series that a narrower council publishes against its own base period."""
    councils = Council.objects.filter(in_region("region_code", council.region_code), index_base_first__isnull=False)
    published = Run.objects.filter(is_published=True).values("region_code")
    bases = {
        RegionCode(other.region_code): council_base(other)
        for other in councils.exclude(pk=council.pk).filter(region_code__in=published)
    }
    series = [
        (row, points)
        for row, points in computed.series
        if all(base == row.base or not region.contains(row.region_code) for region, base in bases.items())
    ]
    return replace(computed, series=series)


def compute_if_outdated(council: Council, by: Person, *, today: date | None = None) -> Run:
    """Like `compute`, but returns the newest Run if nothing changed since."""
    require(by, "insight.compute", council)
    newest = newest_run(council.region_code)
    if newest and not is_outdated(newest, today=today or clock.today(), engine=ENGINE):
        return newest
    return compute(council, by, today=today)


@operation("insight.compute")
def publish_run(council: Council, by: Person, /, *, run: Run) -> Run:
    run.is_published = True
    run.save(update_fields=["is_published"])
    series = Series.objects.filter(run=run)
    for mark, rows in (("is_newest", series), ("is_newest_release", series.exclude(released_on=None))):
        _superseded_by(rows, run.region_code).filter(**{mark: True}).update(**{mark: False})
        rows.update(**{mark: True})
    return run


def _superseded_by(rows: SeriesQuerySet, region_code: str) -> SeriesQuerySet:
    """The series of other Runs with the same scopes (`Series.key`) as `rows`, which belong to one Run of the
    region."""
    same = rows.filter(kind=OuterRef("kind"), region_code=OuterRef("region_code"))
    same_scope = Q(Exists(same.filter(cluster=OuterRef("cluster")))) | Q(
        Exists(same.filter(cluster=None, industry=OuterRef("industry"))), cluster=None
    )
    others = Series.objects.filter(in_region("region_code", region_code))
    return others.exclude(run__in=rows.values("run")).filter(same_scope)


@operation("insight.choose_base")
def choose_base(council: Council, by: Person, /, *, first: date | None, last: date | None) -> Council:
    """Set the base period of the council's next indices, or the default with None and None.

    Raises ValidationError for invalid months, a wrong order, or months without reports."""
    if (first is None) != (last is None):
        raise ValidationError(_("Isi kedua bulannya, atau kosongkan keduanya."))
    if first and last:
        _require_observed(council, first, last)
    council.index_base_first, council.index_base_last = first, last
    council.save(update_fields=["index_base_first", "index_base_last"])
    return council


def _require_observed(council: Council, first: date, last: date) -> None:
    if last < first:
        raise ValidationError(_("Bulan awal harus sebelum bulan akhir."))
    rows = Report.objects.latest_version().filter(in_region("business__region__code", council.region_code))
    observed = set(rows.filter(month__range=(first, last)).values_list("month", flat=True).distinct())
    silent = [month for month in months_between(first, last) if month not in observed]
    if silent:
        raise ValidationError(
            _("Belum ada laporan bulan %(months)s: pilih bulan-bulan yang teramati semua.")
            % {"months": ", ".join(month_name(month) for month in silent[:3])}
        )


@operation("insight.register_evaluation", lock=True)
def register_evaluation(
    council: Council, by: Person, /, *, until: date, course: Course | None = None, difficulty: str = "", **note: str
) -> Evaluation:
    """Register an evaluation of a course, or of the actions on a kind of difficulty, by the outcomes until a month
    that is not over. It cannot be changed. `note`: `expectation`. Raises ValidationError."""
    until = first_of_month(until)
    if until < first_of_month(clock.today()):
        raise ValidationError(
            {
                "until": _("%(month)s sudah lewat, jadi hasilnya sudah dapat dilihat: pilih bulan ini atau sesudahnya.")
                % {"month": month_name(until)}
            }
        )
    if course is not None and course.council_id != council.pk:
        raise ValidationError(_("Pelatihan itu bukan milik dewan ini."))
    if Evaluation.objects.filter(council=council, course=course, difficulty=difficulty, until=until).exists():
        raise ValidationError(_("Penilaian yang sama sudah terdaftar."))
    evaluation = Evaluation(council=council, course=course, difficulty=difficulty, until=until, created_by=by, **note)
    evaluation.full_clean()
    evaluation.save(force_insert=True)
    return evaluation


@operation("insight.record_simulated_index")
def record_simulated_index(cluster: Cluster, by: Person, /, *, months: Mapping[date, tuple[float, float]]) -> Cluster:
    """Store the true index and level of a simulation by month (2019 = 100), replacing earlier values.

    Raises ValidationError for a sentra whose data are not made up."""
    if not cluster.is_simulated:
        raise ValidationError(_("Kebenaran hanya dapat dinyatakan untuk sentra yang datanya dibuat-buat."))
    SimulatedIndex.objects.filter(cluster=cluster).delete()
    rows = [
        SimulatedIndex(cluster=cluster, month=month, index=index, level=level)
        for month, (index, level) in months.items()
    ]
    SimulatedIndex.objects.bulk_create(rows)
    return cluster
