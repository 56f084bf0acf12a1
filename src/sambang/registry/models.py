"""The register: Region, Industry (KBLI), Cluster (sentra), Group (kelompok), Business (IKM), ProductLine, Permit."""

from __future__ import annotations

from typing import ClassVar, Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from sambang.access.models import Person
from sambang.access.permissions import Scoped, new_id
from sambang.access.reader import reader_for
from sambang.audit.withdrawal import CurrentManager, Withdrawable, once_unless_withdrawn, withdrawn_constraint
from sambang.lib import clock
from sambang.lib.region_code import RegionCode
from sambang.lib.search import every_word
from sambang.registry.encrypted_fields import DigestOf, EncryptedBytes, EncryptedInteger, EncryptedText
from sambang.registry.kbli_versions import KbliVersion
from sambang.registry.owner_details import DetailSource, OwnerSex
from sambang.registry.permit_kinds import PermitKind

RUPIAH = [MinValueValidator(0), MaxValueValidator(2**63 - 1)]


class Region(models.Model):
    """An administrative region by its Kemendagri code without dots; "0" is Indonesia, for rows of no known place."""

    class Level(models.TextChoices):
        NATION = "nation", _("negara")
        PROVINCE = "province", _("provinsi")
        REGENCY = "regency", _("kabupaten/kota")
        DISTRICT = "district", _("kecamatan/kapanewon")
        VILLAGE = "village", _("desa/kalurahan")

    code = models.CharField(_("kode"), primary_key=True, max_length=10)
    name = models.CharField(_("nama"), max_length=80, db_index=True)
    level = models.CharField(_("tingkat"), max_length=10, choices=Level)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="parts")
    source = models.CharField(_("dasar"), max_length=120)

    class Meta:
        verbose_name = _("wilayah")

    def __str__(self) -> str:
        return self.name

    @property
    def dotted(self) -> str:
        """34.04.07.2003, as the regulation prints it."""
        return RegionCode(self.code).dotted


class Industry(models.Model):
    """A five-digit KBLI code of one version: the same digits can mean different things in 2020 and 2025."""

    Version = KbliVersion

    version = models.CharField(_("versi"), max_length=4, choices=Version)
    code = models.CharField(_("kode"), max_length=5)
    title = models.CharField(_("judul"), max_length=200)
    note = models.CharField(_("catatan"), max_length=300, blank=True)
    source = models.CharField(_("dasar"), max_length=120)

    class Meta:
        verbose_name = _("KBLI")
        ordering: ClassVar = ["version", "code"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["version", "code"], name="industry_code_is_once_in_a_version"),
            models.CheckConstraint(name="industry_code_has_five_digits", condition=Q(code__regex=r"^\d{5}$")),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.title} (KBLI {self.version})"


class IndustryChange(models.Model):
    """A KBLI 2020 code and its successor in 2025. With several successors the business has to answer `question`."""

    old = models.ForeignKey(Industry, models.CASCADE, related_name="becomes")
    new = models.ForeignKey(Industry, models.CASCADE, related_name="was")
    question = models.CharField(_("pertanyaan untuk IKM"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("perubahan KBLI")
        constraints: ClassVar = [models.UniqueConstraint(fields=["old", "new"], name="industry_change_is_listed_once")]

    def __str__(self) -> str:
        return f"{self.old.code} → {self.new.code}"


class Cluster(Withdrawable):
    """A sentra. Whether it meets the definition of a law is computed from its businesses, not stored."""

    class Basis(models.TextChoices):
        PP29 = "pp29", _("PP 29/2018")
        DECREE = "decree", _("SK Bupati/Wali Kota")
        BPS = "bps", _("Direktori BPS")
        DAK = "dak", _("DAK fisik")
        NONE = "none", _("belum ditetapkan")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(_("nama sentra"), max_length=120)
    region = models.ForeignKey(Region, models.PROTECT, related_name="clusters", verbose_name=_("desa/kalurahan"))
    commodity = models.CharField(_("komoditas"), max_length=120, blank=True)
    place = models.CharField(_("dusun/padukuhan, alamat"), max_length=200, blank=True)
    basis = models.CharField(_("dasar penetapan"), max_length=10, choices=Basis, default=Basis.NONE)
    decree = models.CharField(_("nomor SK"), max_length=80, blank=True)
    since = models.PositiveSmallIntegerField(_("tahun berdiri"), null=True, blank=True)
    head = models.ForeignKey(
        Person, models.SET_NULL, null=True, blank=True, related_name="headed_clusters", verbose_name=_("ketua sentra")
    )
    story = models.TextField(_("cerita untuk pembeli"), max_length=4000, blank=True)  # public with its goods
    story_en = models.TextField(_("cerita dalam bahasa Inggris"), max_length=4000, blank=True)
    is_simulated = models.BooleanField(_("data peragaan"), default=False)

    objects = CurrentManager["Cluster"]()

    class Meta:
        verbose_name = _("sentra")
        constraints: ClassVar = [
            withdrawn_constraint("cluster"),
            once_unless_withdrawn("region", "name", name="cluster_name_is_once_in_a_village"),
        ]

    def __str__(self) -> str:
        return self.name


def active_business(prefix: str = "") -> Q:
    """Condition: the IKM at the end of `prefix` ("business__") is neither closed nor erased."""
    return ~Q(**{f"{prefix}status": Business.Status.CLOSED}) & Q(**{f"{prefix}erased_at": None})


def processable_business(prefix: str = "") -> Q:
    return active_business(prefix) & Q(**{f"{prefix}restricted_at": None})  # access/restriction.py


class BusinessQuerySet(Scoped["Business"]):
    def active(self) -> BusinessQuerySet:
        return self.filter(active_business())

    def processable(self) -> BusinessQuerySet:
        return self.filter(processable_business())

    def named(self, search: str, person: Person) -> BusinessQuerySet:
        """Rows with every word in the name, the commodity, or the owner's name (if the person may read it)."""
        rows, readable = self, reader_for(person).allowed("registry.see_contact", Business) if search.strip() else Q()
        for word in search.split():
            owners = Person.objects.filter(every_word(word, "name"), pk=OuterRef("owner"))  # a join costs more
            rows = rows.filter(every_word(word, "name", "commodity") | readable & Q(Exists(owners)))
        return rows


class Business(models.Model):
    """An IKM. Money in whole rupiah; workers on an ordinary day; null is unknown, never zero."""

    class Status(models.TextChoices):  # the four states of BPS, domain.md §2.6
        PRODUCING = "producing", _("berproduksi")
        CHANGED = "changed", _("berproduksi, jenis usaha berubah")
        PAUSED = "paused", _("sementara tidak berproduksi")
        CLOSED = "closed", _("tutup")

    class Confirmation(models.TextChoices):
        CALL = "call", _("telepon atau pesan")
        IMPORT = "import", _("daftar yang diimpor")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(_("nama usaha"), max_length=120)
    owner = models.ForeignKey(Person, models.PROTECT, related_name="businesses", verbose_name=_("pemilik"))
    owner_sex = models.CharField(_("jenis kelamin pemilik"), max_length=6, choices=OwnerSex, blank=True)
    cluster = models.ForeignKey(
        Cluster, models.PROTECT, null=True, blank=True, related_name="businesses", verbose_name=_("sentra")
    )
    region = models.ForeignKey(Region, models.PROTECT, related_name="businesses", verbose_name=_("desa/kalurahan"))
    address = models.CharField(_("alamat"), max_length=200, blank=True)
    phone = EncryptedText(_("nomor HP/WA"), purpose="phone", longest=16)
    phone_digest = DigestOf(of="phone", db_index=True, default="")
    nik_encrypted = models.BinaryField(_("NIK tersegel"), null=True, blank=True, editable=False)
    nik_digest = models.CharField(max_length=64, blank=True, db_index=True, editable=False)
    nib = models.CharField(_("NIB"), max_length=13, blank=True, db_index=True)
    npwp = EncryptedText(_("NPWP"), purpose="npwp", longest=22)
    industry = models.ForeignKey(
        Industry, models.PROTECT, null=True, blank=True, related_name="businesses", verbose_name=_("KBLI")
    )
    commodity = models.CharField(_("jenis industri"), max_length=80, blank=True)
    workers_male = models.PositiveIntegerField(_("pekerja laki-laki"), null=True, blank=True)
    workers_female = models.PositiveIntegerField(_("pekerja perempuan"), null=True, blank=True)
    workers = models.PositiveIntegerField(_("jumlah pekerja"), null=True, blank=True)
    investment = EncryptedInteger(_("investasi tanpa tanah dan bangunan (Rp)"), purpose="investment", validators=RUPIAH)
    investment_land = EncryptedInteger(
        _("investasi tanah dan bangunan (Rp)"), purpose="investment_land", validators=RUPIAH
    )
    annual_sales = EncryptedInteger(_("nilai produksi setahun (Rp)"), purpose="annual_sales", validators=RUPIAH)
    marketing = models.CharField(_("pemasaran"), max_length=120, blank=True)
    established = models.PositiveSmallIntegerField(_("tahun berdiri"), null=True, blank=True)
    status = models.CharField(_("keadaan"), max_length=10, choices=Status, default=Status.PRODUCING)
    closed_on = models.DateField(_("tutup sejak"), null=True, blank=True)
    registered_at = models.DateTimeField(_("terdaftar"), default=clock.now)
    confirmed_on = models.DateField(_("dipastikan ada"), null=True, blank=True)  # by a call or in a list: last_seen.py
    confirmed_how = models.CharField(_("dipastikan lewat"), max_length=10, choices=Confirmation, blank=True)
    confirmed_by = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="+")
    not_found_on = models.DateField(_("tidak ditemukan"), null=True, blank=True)
    erased_at = models.DateTimeField(_("data dihapus"), null=True, blank=True, editable=False)
    restricted_at = models.DateTimeField(_("pemrosesan dibatasi"), null=True, blank=True, editable=False)
    is_simulated = models.BooleanField(_("data peragaan"), default=False)

    objects = BusinessQuerySet.as_manager()

    class Meta:
        verbose_name = _("IKM")
        indexes: ClassVar = [
            models.Index(fields=["cluster", "name"], name="business_by_cluster"),
            # The order of the list; a search by words reads these columns, and row security its own, without the rows.
            models.Index(fields=["name", "id", "commodity", "region", "owner", "cluster"], name="business_by_name"),
            models.Index(
                fields=["cluster", "region", "status", "erased_at", "established", "closed_on", "id"],
                name="business_counts",  # covers counts of IKM by sentra or region
            ),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="business_is_closed_on_a_day_or_not_closed",
                condition=Q(status="closed", closed_on__isnull=False)
                | (~Q(status="closed") & Q(closed_on__isnull=True)),
            ),
            models.CheckConstraint(
                name="business_counts_at_least_its_men_and_women",
                condition=Q(workers=None)
                | Q(workers_male=None)
                | Q(workers_female=None)
                | Q(workers=F("workers_male") + F("workers_female")),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Group(Withdrawable):
    """A kelompok: businesses of a sentra that work together, with their own officers."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    cluster = models.ForeignKey(Cluster, models.PROTECT, related_name="groups", verbose_name=_("sentra"))
    name = models.CharField(_("nama kelompok"), max_length=120)
    decree_number = models.CharField(_("nomor SK pembentukan"), max_length=80, blank=True)
    decree_issuer = models.CharField(_("penerbit SK"), max_length=120, blank=True)
    decree_date = models.DateField(_("tanggal SK"), null=True, blank=True)

    objects = CurrentManager["Group"]()

    class Meta:
        verbose_name = _("kelompok")
        constraints: ClassVar = [
            withdrawn_constraint("group"),
            once_unless_withdrawn("cluster", "name", name="group_name_is_once_in_a_cluster"),
        ]

    def __str__(self) -> str:
        return self.name


class GroupMemberQuerySet(Scoped["GroupMember"]):
    def current(self) -> Self:
        return self.filter(left_on=None)


class GroupMember(models.Model):
    """An IKM in a kelompok with one office, from `joined_on` (null: unknown) until `left_on` (null: still)."""

    class Office(models.TextChoices):
        CHAIR = "chair", _("ketua")
        SECRETARY = "secretary", _("sekretaris")
        TREASURER = "treasurer", _("bendahara")
        MEMBER = "member", _("anggota")

    group = models.ForeignKey(Group, models.CASCADE, related_name="members", verbose_name=_("kelompok"))
    business = models.ForeignKey(Business, models.CASCADE, related_name="group_memberships", verbose_name=_("IKM"))
    office = models.CharField(_("jabatan"), max_length=10, choices=Office, default=Office.MEMBER)
    joined_on = models.DateField(_("sejak"), null=True, blank=True)
    left_on = models.DateField(_("sampai"), null=True, blank=True)

    objects = GroupMemberQuerySet.as_manager()

    class Meta:
        verbose_name = _("anggota kelompok")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["group", "business"], condition=Q(left_on=None), name="business_is_once_in_a_group"
            ),
            models.UniqueConstraint(
                fields=["group", "office"],
                condition=Q(left_on=None) & ~Q(office="member"),
                name="office_of_a_group_has_one_holder",
            ),
            models.CheckConstraint(
                name="group_member_left_after_joining",
                condition=Q(left_on=None) | Q(joined_on=None) | Q(left_on__gte=F("joined_on")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.business} ({self.get_office_display()})"


class ProductLineQuerySet(Scoped["ProductLine"]):
    def current(self) -> Self:
        """Made at present. The products made in a month: `reporting_period.product_lines_made_in`."""
        return self.filter(ended_on=None)


class ProductLine(models.Model):
    """One product of one business in one unit of measure. The production index is computed per line."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    business = models.ForeignKey(Business, models.CASCADE, related_name="product_lines", verbose_name=_("IKM"))
    name = models.CharField(_("produk"), max_length=120)
    unit = models.CharField(_("satuan"), max_length=20)
    capacity = models.PositiveIntegerField(_("kapasitas setahun"), null=True, blank=True)
    annual_value = EncryptedInteger(_("nilai produksi setahun (Rp)"), purpose="annual_value", validators=RUPIAH)
    started_on = models.DateField(_("mulai dibuat"), null=True, blank=True)
    ended_on = models.DateField(_("tidak dibuat lagi sejak"), null=True, blank=True)

    objects = ProductLineQuerySet.as_manager()

    class Meta:
        verbose_name = _("produk")
        # For "does the IKM make anything in a month". SQLite prefers a unique index that begins with `business`.
        indexes: ClassVar = [models.Index(fields=["business", "started_on", "ended_on"], name="product_line_months")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["name", "unit", "business"], name="product_line_is_once_in_a_business")
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.unit})"


class FormerKey(models.Model):
    """The id of a merged business or product line, which a phone may still send. A merge of the target updates it."""

    id = models.UUIDField(primary_key=True, editable=False)
    business = models.ForeignKey(Business, models.CASCADE, related_name="+", verbose_name=_("IKM"))
    # Null for a merged business, else the product line that replaced the one of this id.
    product_line = models.ForeignKey(ProductLine, models.CASCADE, null=True, related_name="+", verbose_name=_("produk"))

    class Meta:
        verbose_name = _("nama lama")

    def __str__(self) -> str:
        return f"{self.id}"


class MergeRecord(models.Model):
    """A merge of two businesses and the rows as they were before it, for undoing it (privacy.retention)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    business = models.ForeignKey(Business, models.CASCADE, related_name="merge_records", verbose_name=_("IKM"))
    survivor_key = models.UUIDField()  # the business's key at the time; another one once that was merged itself
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    content = EncryptedBytes(purpose="merge")  # row_snapshots.dump_changes
    merged_at = models.DateTimeField(_("digabung"), default=clock.now)
    undone_at = models.DateTimeField(_("dibatalkan"), null=True, blank=True)

    objects = Scoped["MergeRecord"].as_manager()

    class Meta:
        verbose_name = _("penggabungan")

    def __str__(self) -> str:
        return f"{self.business} {self.merged_at:%Y-%m-%d}"


class Permit(Withdrawable):
    Kind = PermitKind

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    business = models.ForeignKey(Business, models.CASCADE, related_name="permits", verbose_name=_("IKM"))
    kind = models.CharField(_("jenis izin"), max_length=10, choices=Kind)
    number = models.CharField(_("nomor"), max_length=60)  # '' where a list only says that there is one
    issuer = models.CharField(_("penerbit"), max_length=120, blank=True)
    issued_on = models.DateField(_("terbit"), null=True, blank=True)
    valid_until = models.DateField(_("berlaku sampai"), null=True, blank=True)
    source = models.CharField(_("sumber"), max_length=10, choices=DetailSource, blank=True)

    objects = CurrentManager["Permit"]()

    class Meta:
        verbose_name = _("izin")
        constraints: ClassVar = [
            withdrawn_constraint("permit"),
            once_unless_withdrawn("business", "kind", "number", name="permit_is_listed_once"),
            models.CheckConstraint(
                name="permit_ends_after_it_begins",
                condition=Q(valid_until=None) | Q(issued_on=None) | Q(valid_until__gte=F("issued_on")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.number}".strip()
