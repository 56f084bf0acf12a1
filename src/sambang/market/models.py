"""Items with pictures in the public catalogue, consents of owners, sales channels and online shares."""

from __future__ import annotations

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from sambang.access.models import Council, Person
from sambang.access.permissions import Scoped, new_id
from sambang.audit.withdrawal import CurrentManager, Withdrawable, withdrawn_constraint
from sambang.lib import clock
from sambang.registry.models import Business, processable_business


class ConsentQuerySet(Scoped["Consent"]):
    def valid(self) -> ConsentQuerySet:
        """Consents that were not withdrawn: the newest row of a business for a purpose, where that row is GIVEN."""
        later = Consent.objects.filter(business=OuterRef("business"), purpose=OuterRef("purpose")).filter(
            Q(at__gt=OuterRef("at")) | Q(at=OuterRef("at"), pk__gt=OuterRef("pk"))
        )
        return self.filter(~Exists(later), kind=Consent.Kind.GIVEN)

    def for_row(self, purpose: Consent.Purpose) -> Exists:
        """Condition on rows with a `business`: has the business a valid consent for this purpose?"""
        return Exists(self.valid().filter(business=OuterRef("business"), purpose=purpose))


class Consent(models.Model):
    """A consent or its withdrawal, for one purpose: who recorded it, how it was given, and the version of the text.

    Append-only: UU 27/2022 Pasal 24 asks for proof of each consent.
    """

    class Purpose(models.TextChoices):
        CATALOGUE = "catalogue", _("tampil di katalog umum")
        WHATSAPP = "whatsapp", _("nomor WA dipakai untuk pesanan")
        MARKETPLACE = "marketplace", _("diteruskan ke lokapasar")

    class Kind(models.TextChoices):
        GIVEN = "given", _("setuju")
        WITHDRAWN = "withdrawn", _("ditarik")

    class How(models.TextChoices):
        LINK = "link", _("lewat tautan pribadi")
        PAPER = "paper", _("di atas kertas, bertanda tangan")
        PHONE = "phone", _("di HP petugas, di depan pemilik")
        ERASED = "erased", _("bersama penghapusan data")
        UNKNOWN = "unknown", _("cara tidak tercatat")

    business = models.ForeignKey(Business, models.CASCADE, related_name="consents", verbose_name=_("IKM"))
    purpose = models.CharField(_("tujuan"), max_length=12, choices=Purpose)
    kind = models.CharField(_("isi"), max_length=10, choices=Kind)
    at = models.DateTimeField(_("waktu"), default=clock.now)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("dicatat oleh"))
    how = models.CharField(_("cara"), max_length=10, choices=How)
    # Key of consents.TEXTS; 0: no text, withdrawn by erasure.
    text_version = models.PositiveSmallIntegerField(_("versi teks"))

    objects = ConsentQuerySet.as_manager()

    class Meta:
        verbose_name = _("persetujuan")
        indexes: ClassVar = [models.Index(fields=["business", "purpose", "at"], name="consent_by_purpose")]

    def __str__(self) -> str:
        return f"{self.business}: {self.get_purpose_display()}, {self.get_kind_display()}"

    def save(self, *args: Any, **options: Any) -> None:
        if not self._state.adding:
            raise TypeError("consents are append-only")
        super().save(*args, **options)


class ItemQuerySet(Scoped["Item"]):
    def on_offer(self) -> ItemQuerySet:
        """Public items: offered, of an open and unrestricted business with a valid consent to the catalogue."""
        agreed = Consent.objects.for_row(Consent.Purpose.CATALOGUE)
        return self.filter(processable_business("business__"), agreed, offered_at__isnull=False, withdrawn_at=None)

    def submitted(self) -> ItemQuerySet:
        """Items that wait for a curator."""
        return self.filter(processable_business("business__"), submitted_at__isnull=False, withdrawn_at=None)

    def for_marketplaces(self) -> ItemQuerySet:
        """Public items of businesses that also consented to marketplaces."""
        return self.on_offer().filter(Consent.objects.for_row(Consent.Purpose.MARKETPLACE))


MAX_COLOUR_LENGTH = 40  # characters
MAX_LEAD_DAYS = 365  # days: Google takes no date of availability beyond a year


class Item(models.Model):
    """An item for sale. What an owner submits is public only after a curator published it."""

    class State(models.TextChoices):
        WITHDRAWN = "withdrawn", _("diturunkan")
        PUBLISHED = "published", _("tayang")
        SUBMITTED = "submitted", _("menunggu diperiksa")
        RETURNED = "returned", _("perlu diperbaiki")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    business = models.ForeignKey(Business, models.CASCADE, related_name="items", verbose_name=_("IKM"))
    name = models.CharField(_("nama barang"), max_length=150)
    description = models.TextField(_("uraian"), max_length=3000, blank=True)
    price = models.BigIntegerField(_("harga (Rp)"))
    unit = models.CharField(_("satuan"), max_length=20, default="potong")
    minimum_order = models.PositiveIntegerField(_("pesanan terkecil"), default=1)
    weight = models.PositiveIntegerField(_("berat (gram)"), null=True, blank=True)
    sizes = models.CharField(_("ukuran"), max_length=100, blank=True)  # separated by commas
    colours = models.CharField(_("warna"), max_length=200, blank=True)  # separated by commas
    lead_days = models.PositiveSmallIntegerField(  # None: in stock
        _("lama pengerjaan (hari)"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(MAX_LEAD_DAYS)],
    )
    submitted_at = models.DateTimeField(_("diajukan pemilik"), null=True, blank=True)  # waits for a curator
    unmet_criteria = models.CharField(_("kriteria belum terpenuhi"), max_length=200, blank=True)  # keys, by spaces
    curation_note = models.CharField(_("catatan kurator"), max_length=500, blank=True)
    offered_at = models.DateTimeField(_("ditayangkan"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(_("diturunkan"), null=True, blank=True)

    objects = ItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("barang")
        indexes: ClassVar = [models.Index(F("offered_at").desc(), "name", "id", name="item_newest_first")]
        constraints: ClassVar = [
            models.CheckConstraint(name="item_price_is_positive", condition=Q(price__gt=0)),
            models.CheckConstraint(
                name="item_is_submitted_or_offered", condition=Q(submitted_at=None) | Q(offered_at=None)
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Buyers and shops need a colour's name: Google refuses single letters and more than 40 characters."""
        for colour in self.colour_list:
            if not 2 <= len(colour) <= MAX_COLOUR_LENGTH:
                raise ValidationError(
                    {
                        "colours": _("Tulis setiap warna dengan 2 sampai %(most)d huruf, bukan “%(colour)s”.")
                        % {"most": MAX_COLOUR_LENGTH, "colour": colour}
                    }
                )

    @property
    def least_order_price(self) -> int:
        """What the smallest order costs: the price that shops are given."""
        return self.price * self.minimum_order

    @property
    def state(self) -> State:
        """Without regard to the owner's consent."""
        if self.withdrawn_at is not None:
            return self.State.WITHDRAWN
        if self.offered_at is not None:
            return self.State.PUBLISHED
        return self.State.SUBMITTED if self.submitted_at is not None else self.State.RETURNED

    @property
    def size_list(self) -> list[str]:
        return _listed(self.sizes)

    @property
    def colour_list(self) -> list[str]:
        return _listed(self.colours)


def _listed(text: str) -> list[str]:
    """The distinct values of a text separated by commas, in its order."""
    return list(dict.fromkeys(value.strip() for value in text.split(",") if value.strip()))


class Picture(Withdrawable):
    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    item = models.ForeignKey(Item, models.CASCADE, related_name="pictures")
    image = models.ImageField(_("gambar"), upload_to="items/%Y/%m")
    alt = models.CharField(_("keterangan gambar"), max_length=150)
    position = models.PositiveSmallIntegerField(_("urutan"), default=0)

    objects = CurrentManager["Picture"]()

    class Meta:
        verbose_name = _("gambar")
        constraints: ClassVar = [withdrawn_constraint("picture")]
        ordering: ClassVar = ["position"]

    def __str__(self) -> str:
        return self.alt


class Channel(models.Model):
    class Kind(models.TextChoices):
        SHOPEE = "shopee", "Shopee"
        TOKOPEDIA = "tokopedia", "Tokopedia/TikTok Shop"
        LAZADA = "lazada", "Lazada"
        BLIBLI = "blibli", "Blibli"
        INSTAGRAM = "instagram", "Instagram"
        FACEBOOK = "facebook", "Facebook"
        WHATSAPP = "whatsapp", "WhatsApp"
        WEBSITE = "website", _("situs sendiri")
        INAPROC = "inaproc", "INAPROC/e-Katalog"
        OTHER = "other", _("lainnya")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    business = models.ForeignKey(Business, models.CASCADE, related_name="channels", verbose_name=_("IKM"))
    kind = models.CharField(_("saluran"), max_length=10, choices=Kind)
    address = models.CharField(_("alamat/nama toko"), max_length=200, blank=True)
    opened_on = models.DateField(_("dibuka"), null=True, blank=True)
    closed_on = models.DateField(_("ditutup"), null=True, blank=True)

    objects = Scoped["Channel"].as_manager()

    class Meta:
        verbose_name = _("saluran penjualan")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["business", "kind", "address"], name="channel_is_listed_once")
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.address}".strip()


class MarketplaceMapping(Withdrawable):
    """Which of our fields each column of a marketplace's template takes: one version, never changed afterwards.

    `columns`: marketplace_mapping.MappedColumn as JSON, in the order of the template.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    council = models.ForeignKey(Council, models.CASCADE, related_name="marketplace_mappings", verbose_name=_("dewan"))
    name = models.CharField(_("nama lokapasar"), max_length=40)
    version = models.PositiveSmallIntegerField(_("versi"))
    heading_row = models.PositiveSmallIntegerField(_("baris judul kolom"))
    first_row = models.PositiveSmallIntegerField(_("baris barang pertama"))
    columns = models.JSONField(_("kolom"))
    is_complete = models.BooleanField(_("siap dipakai"), default=False)  # False: uploaded, fields not chosen yet
    made_by = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("dibuat oleh"))
    made_at = models.DateTimeField(_("dibuat"), default=clock.now)

    objects = CurrentManager["MarketplaceMapping"]()

    class Meta:
        verbose_name = _("pemetaan lokapasar")
        constraints: ClassVar = [
            withdrawn_constraint("marketplace_mapping"),
            models.UniqueConstraint(fields=["council", "name", "version"], name="mapping_version_is_once_in_a_council"),
            models.CheckConstraint(
                name="mapped_goods_follow_their_headings", condition=Q(first_row__gt=F("heading_row"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} v{self.version}"


class OnlineShare(models.Model):
    """The share of online channels in the sales of a month, in percent, as the owner reports it."""

    business = models.ForeignKey(Business, models.CASCADE, related_name="online_shares", verbose_name=_("IKM"))
    month = models.DateField(_("bulan"))
    percent = models.PositiveSmallIntegerField(_("bagian penjualan daring (%)"))
    reported_to = models.ForeignKey(Person, models.PROTECT, related_name="+")

    objects = Scoped["OnlineShare"].as_manager()

    class Meta:
        verbose_name = _("bagian penjualan daring")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["business", "month"], name="online_share_is_once_a_month"),
            models.CheckConstraint(name="online_share_is_a_percentage", condition=Q(percent__lte=100)),
        ]

    def __str__(self) -> str:
        return f"{self.business}, {self.month:%Y-%m}: {self.percent} %"
