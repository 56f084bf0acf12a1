"""Computed results: a Run of the engine has Series, and a Series has a Point for each month. Published figures are
stored and not recomputed. A Run is a vintage: earlier Runs show what was known about a month at that time."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from sambang.access.models import Council, Person
from sambang.access.permissions import Scoped, new_id
from sambang.aspirations.difficulties import difficulty_label, validate_difficulty
from sambang.insight.base_period import base_phrase, base_text
from sambang.insight.industry_names import industry_name
from sambang.lib import clock
from sambang.registry.models import Cluster
from sambang.training.models import Course
from sambang_stats import Period, month_of


class Run(models.Model):
    """One computation: its engine version, and the time up to which reports are included."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    computed_at = models.DateTimeField(_("dihitung"), default=clock.now)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    region_code = models.CharField(_("kode wilayah"), max_length=10, blank=True)
    engine = models.CharField(_("mesin"), max_length=40)
    reports = models.PositiveIntegerField(_("laporan"))
    is_simulated = models.BooleanField(_("memuat data peragaan"), default=False)
    is_published = models.BooleanField(default=False, editable=False)  # false while its rows are being stored

    class Meta:
        verbose_name = _("perhitungan")

    def __str__(self) -> str:
        return f"{self.region_code or 'Indonesia'} {self.computed_at:%Y-%m-%d %H:%M}"


class SeriesQuerySet(Scoped["Series"]):
    def newest_first(self) -> SeriesQuerySet:
        return self.order_by("-run__computed_at", "-run")

    def volume(self) -> SeriesQuerySet:
        return self.filter(kind=Series.Kind.VOLUME)

    def newest(self) -> SeriesQuerySet:
        """The newest release of each scope, and the newest working figure if it is newer than the release."""
        return self.filter(Q(is_newest=True) | Q(is_newest_release=True))


class ShareClass(models.TextChoices):
    UNDER_50 = "under_50", _("di bawah 50%")
    TO_75 = "50_75", _("50–75%")
    TO_90 = "75_90", _("75–90%")
    OVER_90 = "over_90", _("90% ke atas")

    @property
    def middle(self) -> float:
        """The midpoint of the class, for charts."""
        return {"under_50": 0.25, "50_75": 0.625, "75_90": 0.825, "over_90": 0.95}[self.value]


type SeriesKey = tuple[str, str, str, str]  # kind, region code, primary key of the sentra or "", KBLI or ""


class Series(models.Model):
    """One monthly index: of a sentra, or of everything within a region code."""

    class Kind(models.TextChoices):
        VOLUME = "volume", _("indeks volume")
        SAME_LINES = "same_lines", _("indeks pembinaan")

    class Adjustment(models.TextChoices):
        """The source of the seasonal and Lebaran factors; the engine's `Adjusted.method`."""

        X13 = "x13", _("X-13ARIMA-SEATS")
        REGRESSION = "regression", _("regresi")
        SHRUNK = "shrunk", _("faktor sendiri, ditarik ke faktor wilayah lebih luas")
        LENT = "lent", _("faktor wilayah lebih luas")
        NONE = "none", _("belum disesuaikan")

    class Reason(models.TextChoices):
        """Why the recovery is missing or uncertain: the engine's `Reason`, the `StatusReason` of the newest month, or
        disclosure control. Labels take `base`."""

        OUTSIDE_SERIES = "outside_series", _("Bulan ini di luar deret.")
        NO_INDEX = "no_index", _("Tidak ada produksi pada %(base)s, atau belum ada sampai sekarang.")
        NO_LINK = "no_link", _("Tidak ada laporan yang dapat dibandingkan dengan bulan lain.")
        FEW_LINES = "few_lines", _("Terlalu sedikit produk yang laporannya dapat dibandingkan dengan bulan lain.")
        LOW_COVERAGE = "low_coverage", _("Terlalu sedikit nilai produksi yang dilaporkan.")
        WIDE_INTERVAL = "wide_interval", _("Intervalnya terlalu lebar.")
        BASE_NOT_OBSERVED = "base_not_observed", _("Masa pembanding %(base)s tidak teramati seluruhnya.")
        BORROWED = "borrowed", _("Sebagian besar geraknya dari wilayah lebih luas.")
        NOT_LINKED_TO_BASE = (
            "not_linked_to_base",
            _("Terlalu banyak yang baru melapor sesudah %(base)s, atau diam lebih dari setahun."),
        )
        SEASONAL_SILENCE = (
            "seasonal_silence",
            _("Terlalu banyak yang diam pada bulan yang sama tiap tahun: tidak diketahui apakah produksinya nol."),
        )
        DOUBTFUL_UNIT = (
            "doubtful_unit",
            _("Terlalu banyak satuan produk yang berubah tanpa harga yang membuktikannya."),
        )
        # Instead of a reason that bounds shares of the value, in a small series.
        NOT_ENOUGH_DATA = "not_enough_data", _("Laporannya belum cukup, atau tidak dapat dibandingkan dengan %(base)s.")
        SUPPRESSED = "suppressed", _("Dirahasiakan: angkanya akan membuka produksi satu IKM.")
        BASE_YEAR_INCOMPLETE = (
            "base_year_incomplete",
            _("Tidak setiap bulan dari %(base)s teramati, jadi tidak ada pembanding."),
        )
        MONTH_IN_BASE_YEAR = "month_in_base_year", _("Bulan ini bagian dari masa pembanding %(base)s.")
        TOO_SHORT_TO_ADJUST = (
            "too_short_to_adjust",
            _("Kurang dari 24 bulan ada produksinya: musimnya belum dapat disisihkan."),
        )
        UNSTABLE_SHORT = "unstable_short", _("Belum stabil: kurang dari 60 bulan ada produksinya.")
        UNSTABLE_FEW_LINES = "unstable_few_lines", _("Belum stabil: kurang dari 30 produk.")
        SEASON_LEFT = "season_left", _("Belum stabil: setelah disesuaikan masih ada musim atau Lebaran.")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    run = models.ForeignKey(Run, models.CASCADE, related_name="series")
    kind = models.CharField(_("indeks"), max_length=10, choices=Kind)
    region_code = models.CharField(_("kode wilayah"), max_length=10)
    cluster = models.ForeignKey(Cluster, models.CASCADE, null=True, blank=True, related_name="series")
    industry = models.CharField("KBLI", max_length=3, blank=True)  # a division or a group; empty: all industries
    share = models.FloatField(_("bagian dari nilai wilayah (%)"), null=True, blank=True)  # in the base
    base_first = models.DateField(_("dasar dari bulan"), default=date(2019, 1, 1))  # the mean of its months is 100
    base_last = models.DateField(_("dasar sampai bulan"), default=date(2019, 12, 1))
    units = models.PositiveIntegerField(_("IKM terdaftar"), default=0)
    recovery = models.FloatField(_("pemulihan terhadap masa dasar (%)"), null=True, blank=True)
    recovery_lower = models.FloatField(null=True, blank=True)
    recovery_upper = models.FloatField(null=True, blank=True)
    recovery_month = models.DateField(null=True, blank=True)
    lebaran_recovery = models.FloatField(_("pemulihan sekitar Lebaran (%)"), null=True, blank=True)
    lebaran_lower = models.FloatField(null=True, blank=True)
    lebaran_upper = models.FloatField(null=True, blank=True)
    lebaran_month = models.DateField(null=True, blank=True)  # the last of the months around it
    adjustment = models.CharField(_("penyesuaian"), max_length=10, choices=Adjustment, default=Adjustment.NONE)
    is_stable = models.BooleanField(_("penyesuaian musim sudah stabil"), default=False)
    # Standard error of the log factors of season and feast between the recovery's month and an earlier one.
    season_error_month = models.FloatField(_("galat musim terhadap bulan sebelumnya"), default=0)
    season_error_year = models.FloatField(_("galat musim terhadap setahun sebelumnya"), default=0)
    released_on = models.DateField(_("dirilis"), null=True, blank=True)  # null: a working figure of the office
    is_newest = models.BooleanField(default=False, editable=False)  # of its scope, working figures included
    is_newest_release = models.BooleanField(default=False, editable=False)
    reason = models.CharField(_("sebab belum ada atau belum kuat"), max_length=24, choices=Reason, blank=True)

    objects = SeriesQuerySet.as_manager()

    class Meta:
        verbose_name = _("deret")
        indexes: ClassVar = [
            models.Index(
                fields=["region_code", "kind"],
                condition=Q(is_newest=True) | Q(is_newest_release=True),
                name="newest_series_by_region",
            ),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["run", "kind", "cluster"],
                condition=Q(cluster__isnull=False),
                name="series_of_a_cluster_is_once_in_a_run",
            ),
            models.UniqueConstraint(
                fields=["run", "kind", "region_code", "industry"],
                condition=Q(cluster=None),
                name="series_of_a_region_is_once_in_a_run",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}: {self.get_kind_display()}"

    @property
    def name(self) -> str:
        """The name of the sentra or industry, or the region code."""
        return str(self.cluster or (industry_name(self.industry) if self.industry else self.region_code))

    @property
    def key(self) -> SeriesKey:
        """What it shares with the series of the same scope in other Runs."""
        return (str(self.kind), self.region_code, str(self.cluster_id or ""), self.industry)

    @property
    def base(self) -> Period:
        return Period(month_of(self.base_first), month_of(self.base_last))

    @property
    def base_text(self) -> str:
        """2019, or Maret 2025–Februari 2026."""
        return base_text(self.base_first, self.base_last)

    @property
    def base_phrase(self) -> str:
        """tahun 2019, or Maret 2025–Februari 2026."""
        return base_phrase(self.base_first, self.base_last)

    @property
    def is_adjusted(self) -> bool:
        """Whether seasonal and Lebaran effects are removed; only then may the interface call the series adjusted."""
        return self.adjustment != Series.Adjustment.NONE


class Point(models.Model):
    """The index of one month with its interval, relative to 100 for the mean of the base period, after the release
    policy. A null index means too few data, or suppression."""

    class Status(models.TextChoices):
        FIRM = "firm", _("cukup data")
        THIN = "thin", _("data tipis")
        BORROWED = "borrowed", _("dibantu wilayah lebih luas")
        NOT_ENOUGH = "not_enough", _("belum cukup data")
        SUPPRESSED = "hidden", _("dirahasiakan agar satu IKM tidak terbaca")

    class Reason(models.TextChoices):
        """Why a month's figure is thin, borrowed or missing: the engine's `StatusReason`."""

        NO_INDEX = "no_index", _("tidak ada produksi pada masa dasar, atau belum ada sampai bulan ini")
        NO_LINK = "no_link", _("tidak ada laporan yang dapat dibandingkan dengan bulan lain")
        FEW_LINES = "few_lines", _("terlalu sedikit produk yang laporannya dapat dibandingkan dengan bulan lain")
        LOW_COVERAGE = "low_coverage", _("terlalu sedikit nilai produksi yang dilaporkan")
        WIDE_INTERVAL = "wide_interval", _("intervalnya lebar")
        BASE_NOT_OBSERVED = "base_not_observed", _("masa dasar tidak teramati seluruhnya")
        BORROWED = "borrowed", _("sebagian besar geraknya dari wilayah lebih luas")
        NOT_LINKED_TO_BASE = "not_linked_to_base", _("banyak yang baru melapor, atau diam lebih dari setahun")
        SEASONAL_SILENCE = "seasonal_silence", _("ada yang diam pada bulan yang sama tiap tahun")
        DOUBTFUL_UNIT = "doubtful_unit", _("ada satuan produk yang berubah tanpa harga yang membuktikannya")

        @property
        def bounds_shares(self) -> bool:
            """Whether the reason discloses that a share of the value is above or below a limit."""
            return self in {
                Point.Reason.LOW_COVERAGE,
                Point.Reason.BORROWED,
                Point.Reason.NOT_LINKED_TO_BASE,
                Point.Reason.SEASONAL_SILENCE,
                Point.Reason.DOUBTFUL_UNIT,
            }

    series = models.ForeignKey(Series, models.CASCADE, related_name="points")
    month = models.DateField(_("bulan"))
    index = models.FloatField(_("indeks"), null=True, blank=True)
    lower = models.FloatField(_("batas bawah"), null=True, blank=True)
    upper = models.FloatField(_("batas atas"), null=True, blank=True)
    adjusted = models.FloatField(_("disesuaikan musim"), null=True, blank=True)  # null too where nothing was adjusted
    response = models.CharField(_("yang melapor"), max_length=8, choices=ShareClass, blank=True)
    coverage = models.CharField(_("nilai yang tercakup"), max_length=8, choices=ShareClass, blank=True)
    lines = models.PositiveIntegerField(_("produk yang melapor"))
    borrowed = models.CharField(_("dibantu dari"), max_length=40, blank=True)
    status = models.CharField(_("mutu"), max_length=10, choices=Status)
    reason = models.CharField(_("sebab mutu"), max_length=20, choices=Reason, blank=True)
    is_first_estimate = models.BooleanField(_("angka pertama"), default=False)  # reports of this month still come in
    as_of = models.DateTimeField(_("dari laporan sampai"), default=clock.now)  # later reports are not in it
    was_released = models.BooleanField(default=False, editable=False)  # with this or an earlier release
    uncorrected = models.FloatField(_("sebelum koreksi"), null=True, blank=True)  # first figure before its correction

    class Meta:
        verbose_name = _("angka bulan")
        ordering: ClassVar = ["month"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["series", "month"], name="point_is_once_in_a_series"),
            models.CheckConstraint(
                name="point_without_index_says_why",
                condition=Q(index__isnull=False) | Q(status__in=["not_enough", "hidden"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}: {self.index}"

    @property
    def quality_text(self) -> str:
        """The quality in words: dibantu wilayah lebih luas (provinsi) · angka pertama; data tipis: intervalnya
        lebar."""
        status = str(self.get_status_display())
        status += f" ({gettext(self.borrowed)})" if self.borrowed else ""
        status += f": {self.get_reason_display()}" if self.reason else ""
        return f"{status} · {gettext('angka pertama')}" if self.is_first_estimate else status

    @property
    def level(self) -> float | None:
        """The adjusted index, or the unadjusted one if there is none."""
        return self.index if self.adjusted is None else self.adjusted


class SimulatedIndex(models.Model):
    """The true index of one month in a simulated sentra, with which an estimate is compared. Only for sentra with
    made-up data. `index`: production of all businesses, reporting or not, at prices of 2019; `level`: the same without
    season, Lebaran and noise. Both have a mean of 100 in 2019, and both include births and closures."""

    cluster = models.ForeignKey(Cluster, models.CASCADE, related_name="truths")
    month = models.DateField(_("bulan"))
    index = models.FloatField(_("yang sebenarnya dibuat"))
    level = models.FloatField(_("tingkat tanpa musim"))

    objects = Scoped["SimulatedIndex"].as_manager()

    class Meta:
        verbose_name = _("kebenaran simulasi")
        ordering: ClassVar = ["month"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["cluster", "month"], name="truth_of_a_month_is_one"),
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}: {self.index}"


class Evaluation(models.Model):
    """An evaluation registered before its result can be known: of one course, or of the actions on one kind of
    difficulty, by the outcomes until a month that was not over then. Append-only."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    council = models.ForeignKey(Council, models.PROTECT, related_name="evaluations", verbose_name=_("dewan"))
    course = models.ForeignKey(
        Course, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("pelatihan")
    )
    difficulty = models.CharField(
        _("tindakan untuk kesulitan"), max_length=12, validators=[validate_difficulty], blank=True
    )
    until = models.DateField(_("dinilai sampai bulan"))
    expectation = models.CharField(_("yang diharapkan"), max_length=300, blank=True)
    created_by = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("oleh"))
    created_at = models.DateTimeField(_("didaftarkan"), default=clock.now)

    objects = Scoped["Evaluation"].as_manager()

    class Meta:
        verbose_name = _("penilaian terdaftar")
        constraints: ClassVar = [
            models.CheckConstraint(
                name="evaluation_is_of_a_course_or_of_actions",
                condition=Q(course__isnull=False, difficulty="") | Q(course=None) & ~Q(difficulty=""),
            ),
            models.CheckConstraint(name="evaluation_month_is_its_first_day", condition=Q(until__day=1)),
        ]

    def __str__(self) -> str:
        if self.course is not None:
            return str(self.course)
        return gettext("Tindakan: %(difficulty)s") % {"difficulty": difficulty_label(self.difficulty)}
