"""An IKM as one row of the exported list."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from sambang.registry.models import Business

HEADINGS = (
    _("Nama usaha"), _("Pemilik"), _("Sentra"), _("Desa/kalurahan"), _("Alamat"), _("Nomor HP/WA"), _("NIB"),
    _("KBLI"), _("Versi KBLI"), _("Jenis industri"), _("Tenaga kerja L"), _("Tenaga kerja P"), _("Tenaga kerja"),
    _("Nilai investasi (Rp)"), _("Nilai produksi setahun (Rp)"), _("Pemasaran"), _("Tahun berdiri"), _("Keadaan"),
)  # fmt: skip


def row_of(business: Business, *, contact: bool) -> list[object]:
    """The cells under HEADINGS; owner, address, telephone and NIB only with `contact`. A NIK is never exported."""
    industry = business.industry
    return [
        business.name,
        business.owner.name if contact else "",
        business.cluster.name if business.cluster else "",
        business.region.name,
        business.address if contact else "",
        business.phone if contact else "",
        business.nib if contact else "",
        industry.code if industry else "",
        industry.version if industry else "",
        business.commodity,
        business.workers_male,
        business.workers_female,
        business.workers,
        business.investment,
        business.annual_sales,
        business.marketing,
        business.established,
        business.get_status_display(),
    ]
