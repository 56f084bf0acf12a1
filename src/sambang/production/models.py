"""Production reports: one for each business and month; a correction adds a version and overwrites nothing."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from sambang.access.models import Council, Person
from sambang.access.permissions import Scoped, new_id
from sambang.audit.withdrawal import Withdrawal
from sambang.lib import clock
from sambang.lib.templatetags.formatting import quantity, rupiah
from sambang.registry.models import Business, Cluster, Industry, ProductLine, Region


def quantity_text(product: str, amount: Decimal, unit: str) -> str:
    """Quantity as text: Celana: 60 stel."""
    return f"{product}: {quantity(amount)} {unit}"


def current_report(path: str = "", *, at: datetime | None = None) -> Q:
    """The condition that the report reached by `path` (`report__`; "" for a report itself) counts for its month, now or
    at an earlier time: neither replaced nor withdrawn by then."""
    if at is None:
        return Q(**{f"{path}replaced_by": None, f"{path}withdrawn_at": None})
    replaced_later = Q(**{f"{path}replaced_by": None}) | Q(**{f"{path}replaced_by__submitted_at__gt": at})
    withdrawn_later = Q(**{f"{path}withdrawn_at": None}) | Q(**{f"{path}withdrawn_at__gt": at})
    return replaced_later & withdrawn_later & Q(**{f"{path}submitted_at__lte": at})


class ReportQuerySet(Scoped["Report"]):
    def latest_version(self) -> ReportQuerySet:
        return self.filter(current_report())


class Report(Withdrawal):
    """A report of zero is a report; a month without a report is missing. `month` is the first day of the month. One of
    the wrong IKM or month is withdrawn: the month is missing again, which a zero would not express."""

    class Source(models.TextChoices):
        OWNER = "owner", _("pemilik, lewat tautan pribadi")
        HEAD = "head", _("ketua sentra")
        OFFICER = "officer", _("petugas/pengurus")
        WORKBOOK = "workbook", _("buku kerja")
        SIMULATION = "simulation", _("simulasi")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    business = models.ForeignKey(Business, models.PROTECT, related_name="reports", verbose_name=_("IKM"))
    month = models.DateField(_("bulan"))
    source = models.CharField(_("asal"), max_length=10, choices=Source)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("oleh"))
    submitted_at = models.DateTimeField(_("diterima"), default=clock.now)
    # No field index: the unique constraint below omits nulls. With nulls in a unique index, SQLite would assume that
    # `replaced_by IS NULL` finds a single row, and read every latest report to find one business's.
    replaced_by = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="replaces", db_index=False
    )
    note = models.CharField(_("catatan"), max_length=300, blank=True)

    objects = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("laporan bulanan")
        # Contains every column of the query for a month's latest report: an index-only scan.
        indexes: ClassVar = [models.Index(fields=["month", "business", "replaced_by"], name="report_by_month")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["business", "month"],
                condition=Q(replaced_by=None, withdrawn_at=None),
                name="report_has_one_latest_version_a_month",
            ),
            models.UniqueConstraint(
                fields=["replaced_by"], condition=Q(replaced_by__isnull=False), name="report_replaces_one_version"
            ),
            models.CheckConstraint(
                name="report_withdrawn_says_who_and_why",
                condition=Q(withdrawn_at=None) | Q(withdrawn_by__isnull=False) & ~Q(withdrawn_because=""),
            ),
            models.CheckConstraint(name="report_month_is_its_first_day", condition=Q(month__day=1)),
        ]

    def __str__(self) -> str:
        return f"{self.business}, {self.month:%Y-%m}"

    @property
    def is_latest(self) -> bool:
        """Whether this report counts for its month: neither replaced nor withdrawn."""
        return self.replaced_by_id is None and self.withdrawn_at is None

    @property
    def figures_text(self) -> str:
        """The figures as text: Celana: 60 stel, Kemeja: 3 potong (Rp150.000); values only if known."""
        return ", ".join(
            line.quantity_text + ("" if line.value is None else f" ({rupiah(line.value)})") for line in self.lines.all()
        )


class ReportLine(models.Model):
    """Quantity in the product line's own unit; value in whole rupiah, null if not given."""

    report = models.ForeignKey(Report, models.CASCADE, related_name="lines")
    product_line = models.ForeignKey(ProductLine, models.PROTECT, related_name="report_lines", verbose_name=_("produk"))
    quantity = models.DecimalField(_("jumlah"), max_digits=14, decimal_places=3)
    value = models.BigIntegerField(_("nilai (Rp)"), null=True, blank=True)
    entered = models.CharField(_("yang ditulis"), max_length=60, blank=True)  # "3 kodi", as it was typed
    # The link to the line's previous report, written by cells.py: months between them, null if there is none within
    # twelve months; both volumes in whole rupiah at the prices of the year before this month's.
    gap = models.PositiveSmallIntegerField(_("jarak bulan"), null=True, blank=True, editable=False)
    volume = models.BigIntegerField(_("volume (Rp)"), null=True, blank=True, editable=False)
    volume_before = models.BigIntegerField(_("volume sebelumnya (Rp)"), null=True, blank=True, editable=False)

    objects = Scoped["ReportLine"].as_manager()

    class Meta:
        verbose_name = _("baris laporan")
        indexes: ClassVar = [
            models.Index(fields=["report"], condition=Q(volume=None), name="report_line_is_not_linked_yet"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["report", "product_line"], name="product_line_is_once_in_a_report"),
            models.CheckConstraint(name="line_quantity_is_not_negative", condition=Q(quantity__gte=0)),
            models.CheckConstraint(name="line_value_is_not_negative", condition=Q(value=None) | Q(value__gte=0)),
            models.CheckConstraint(
                name="line_is_linked_with_its_volume_before",
                condition=Q(gap=None, volume_before=None)
                | Q(gap__gte=1, volume__isnull=False, volume_before__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.product_line}: {self.quantity}"

    @property
    def quantity_text(self) -> str:
        return quantity_text(self.product_line.name, self.quantity, self.product_line.unit)


class ContractedWorkQuerySet(Scoped["ContractedWork"]):
    def current(self) -> ContractedWorkQuerySet:
        return self.filter(withdrawn_at=None)

    def confirmed(self) -> ContractedWorkQuerySet:
        """Rows that the index uses (`history.PRICES_AND_FEES_SQL` selects the same)."""
        return self.current().filter(principal_confirmed_at__isnull=False, contractor_confirmed_at__isnull=False)


class ContractedWork(Withdrawal):
    """Maklon: what one IKM (the contractor) made in a month for a fee, of a product that another (the principal, the
    owner of the product line) reports. Both confirm it; a refused or withdrawn row is recorded anew."""

    class State(models.TextChoices):
        ASKED = "asked", _("menunggu jawaban")
        CONFIRMED = "confirmed", _("dibenarkan keduanya")
        REFUSED = "refused", _("disangkal")
        WITHDRAWN = "withdrawn", _("ditarik")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    product_line = models.ForeignKey(
        ProductLine, models.PROTECT, related_name="contracted_works", verbose_name=_("produk pemesan")
    )
    contractor = models.ForeignKey(
        Business, models.PROTECT, related_name="contracted_works", verbose_name=_("pengerja")
    )
    # The principal's region when the row was recorded, so that the contractor's rows need no row of the principal.
    region = models.ForeignKey(Region, models.PROTECT, related_name="+", verbose_name=_("desa/kalurahan pemesan"))
    month = models.DateField(_("bulan"))
    quantity = models.DecimalField(_("jumlah"), max_digits=14, decimal_places=3)  # in the unit of the product line
    fee = models.BigIntegerField(_("upah seluruhnya (Rp)"))
    by = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("oleh"))
    recorded_at = models.DateTimeField(_("dicatat"), default=clock.now)
    principal_confirmed_at = models.DateTimeField(_("dibenarkan pemesan"), null=True, blank=True)
    contractor_confirmed_at = models.DateTimeField(_("dibenarkan pengerja"), null=True, blank=True)
    refused_at = models.DateTimeField(_("disangkal"), null=True, blank=True)
    paid_on = models.DateField(_("upah diterima"), null=True, blank=True)  # recorded by the contractor

    objects = ContractedWorkQuerySet.as_manager()

    class Meta:
        verbose_name = _("maklon")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["product_line", "contractor", "month"],
                condition=Q(withdrawn_at=None, refused_at=None),
                name="contracted_work_is_once_a_month_and_pair",
            ),
            models.CheckConstraint(
                name="contracted_work_is_of_something_for_a_fee", condition=Q(quantity__gt=0, fee__gte=1)
            ),
            models.CheckConstraint(name="contracted_work_month_is_its_first_day", condition=Q(month__day=1)),
            models.CheckConstraint(
                name="contracted_work_is_refused_or_confirmed",
                condition=Q(refused_at=None) | Q(principal_confirmed_at=None) | Q(contractor_confirmed_at=None),
            ),
            models.CheckConstraint(
                name="contracted_work_withdrawn_says_who_and_why",
                condition=Q(withdrawn_at=None) | Q(withdrawn_by__isnull=False) & ~Q(withdrawn_because=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}: {self.quantity} ({self.fee})"

    @property
    def state(self) -> State:
        if self.withdrawn_at:
            return self.State.WITHDRAWN
        if self.refused_at:
            return self.State.REFUSED
        return self.State.CONFIRMED if self.is_confirmed else self.State.ASKED

    @property
    def is_confirmed(self) -> bool:
        """Whether the index uses it."""
        confirmed = self.principal_confirmed_at is not None and self.contractor_confirmed_at is not None
        return confirmed and self.withdrawn_at is None

    @property
    def is_open(self) -> bool:
        """Whether somebody has still to answer."""
        return self.state == self.State.ASKED


class SurveyPanel(models.Model):
    """A sample of the register: the IKM of a council's region that are asked to report."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    council = models.ForeignKey(Council, models.PROTECT, related_name="panels", verbose_name=_("dewan"))
    drawn_at = models.DateTimeField(_("diundi"), default=clock.now)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("oleh"))
    registered = models.PositiveIntegerField(_("IKM buka saat diundi"))
    asked = models.PositiveIntegerField(_("IKM yang ditanya"))
    # expected half width of the 90 % interval of a month's index, per cent
    half_width = models.FloatField(_("lebar yang dijanjikan, ± %"))
    by_cluster = models.BooleanField(_("lapisan menurut sentra"))  # else by regency and two-digit industry
    renewed = models.PositiveSmallIntegerField(_("bagian yang diganti, %"))
    seed = models.PositiveIntegerField(_("benih acak"))
    is_current = models.BooleanField(_("berlaku"), default=False)

    objects = Scoped["SurveyPanel"].as_manager()

    class Meta:
        verbose_name = _("panel")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["council"], condition=Q(is_current=True), name="council_has_one_panel_in_force"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.council}: {self.asked} / {self.registered}"


class PanelMember(models.Model):
    panel = models.ForeignKey(SurveyPanel, models.CASCADE, related_name="members")
    business = models.ForeignKey(Business, models.CASCADE, related_name="panel_memberships", verbose_name=_("IKM"))

    objects = Scoped["PanelMember"].as_manager()

    class Meta:
        verbose_name = _("anggota panel")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["panel", "business"], name="business_is_once_in_a_panel"),
        ]

    def __str__(self) -> str:
        return str(self.business)


class Price(models.Model):
    """Price of one unit of a line, rupiah, for the months of one year (docs/decisions/0017-incremental-cells.md)."""

    class Origin(models.TextChoices):
        OWN = "own", _("nilai tahun sebelumnya")
        CARRIED = "carried", _("nilai tahun lain")
        BORROWED = "borrowed", _("harga tetangga")
        UNKNOWN = "unknown", _("belum ada harga")

    product_line = models.ForeignKey(ProductLine, models.CASCADE, related_name="prices", verbose_name=_("produk"))
    year = models.PositiveSmallIntegerField(_("tahun"))
    price = models.FloatField(_("harga (Rp)"))
    origin = models.CharField(_("asal"), max_length=8, choices=Origin)

    class Meta:
        verbose_name = _("harga tetap")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["product_line", "year"], name="price_is_once_a_year"),
            models.CheckConstraint(name="price_is_positive", condition=Q(price__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{self.product_line} {self.year}: {self.price}"


class Cell(models.Model):
    """The cell of a line: sentra (or none), village, and KBLI (or none) with its version."""

    cluster = models.ForeignKey(Cluster, models.PROTECT, null=True, related_name="+", verbose_name=_("sentra"))
    region = models.ForeignKey(Region, models.PROTECT, related_name="+", verbose_name=_("desa/kalurahan"))
    industry = models.ForeignKey(Industry, models.PROTECT, null=True, related_name="+", verbose_name=_("KBLI"))

    objects = Scoped["Cell"].as_manager()

    class Meta:
        verbose_name = _("sel")
        # One constraint for each combination of nulls, because SQLite does not support NULLS NOT DISTINCT.
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["cluster", "region", "industry"],
                condition=Q(cluster__isnull=False, industry__isnull=False),
                name="cell_is_once",
            ),
            models.UniqueConstraint(
                fields=["region", "industry"],
                condition=Q(cluster=None, industry__isnull=False),
                name="cell_without_cluster_is_once",
            ),
            models.UniqueConstraint(
                fields=["cluster", "region"],
                condition=Q(cluster__isnull=False, industry=None),
                name="cell_without_industry_is_once",
            ),
            models.UniqueConstraint(
                fields=["region"],
                condition=Q(cluster=None, industry=None),
                name="cell_without_cluster_and_industry_is_once",
            ),
        ]

    def __str__(self) -> str:
        return " × ".join(str(part) for part in (self.cluster, self.region, self.industry) if part)


class Sums(models.Model):
    """One key of the cells with its three sums. `month` is year * 12 + month - 1, as in the engine. `gap`: the number
    of months to the line's previous production; from 10000 on, reports of zero; 0 for births; negative for closures.
    Money in whole rupiah."""

    month = models.PositiveIntegerField(_("bulan ke-"))
    gap = models.SmallIntegerField(_("jarak bulan"))
    count = models.BigIntegerField(_("baris"))
    num = models.BigIntegerField(_("volume (Rp)"))
    den = models.BigIntegerField(_("volume sebelumnya (Rp)"))

    class Meta:
        abstract = True


class CellSum(Sums):
    """The current sums of a cell. They equal exactly the sum of the ledger and the sums recomputed from the reports."""

    cell = models.ForeignKey(Cell, models.CASCADE, related_name="sums", verbose_name=_("sel"))

    class Meta:
        verbose_name = _("isi sel")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["cell", "month", "gap"], name="cell_has_one_sum_a_month_and_gap"),
        ]


class CellEvent(models.Model):
    """An event that changed cells. Append-only; numbers increase, but with concurrent writers not always in commit
    order."""

    at = models.DateTimeField(_("waktu"), default=clock.now, db_index=True)
    verb = models.CharField(_("kata kerja"), max_length=60)

    class Meta:
        verbose_name = _("kejadian sel")

    def __str__(self) -> str:
        return f"{self.pk} {self.at:%Y-%m-%d %H:%M} {self.verb}"


class CellChange(Sums):
    """The change of one key by one event; negative for a subtraction. Append-only."""

    event = models.ForeignKey(CellEvent, models.PROTECT, related_name="changes", verbose_name=_("kejadian"))
    cell = models.ForeignKey(Cell, models.PROTECT, related_name="changes", verbose_name=_("sel"))

    class Meta:
        verbose_name = _("perubahan sel")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["cell", "month", "gap", "event"], name="event_changes_a_key_once"),
        ]
