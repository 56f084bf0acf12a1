"""The columns of the list of IKM, on the page and in its files: a new column is one line of `COLUMNS`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from sambang.access.roles import GUARDED_COLUMNS


@dataclass(frozen=True)
class BusinessColumn:
    """`path`: from Business. `page_heading`: the heading on the page, which lacks the column without it."""

    path: str
    heading: Any
    page_heading: Any = ""
    is_number: bool = False

    @property
    def verb(self) -> str:
        """The verb that guards the column; '' for none."""
        return GUARDED_COLUMNS["registry.Business"].get(self.path.partition("__")[0], "")

    def __post_init__(self) -> None:
        if self.page_heading and self.verb:
            raise TypeError(f"{self.path} is guarded: only files and the page of an IKM record who reads it")


COLUMNS = (
    BusinessColumn("name", _("Nama usaha")),
    BusinessColumn("owner__name", _("Pemilik")),
    BusinessColumn("cluster__name", _("Sentra")),
    BusinessColumn("region__name", _("Desa/kalurahan")),
    BusinessColumn("address", _("Alamat")),
    BusinessColumn("phone", _("Nomor HP/WA")),
    BusinessColumn("nib", _("NIB")),
    BusinessColumn("industry__code", _("KBLI")),
    BusinessColumn("industry__version", _("Versi KBLI")),
    BusinessColumn("commodity", _("Jenis industri")),
    BusinessColumn("workers_male", _("Tenaga kerja L")),
    BusinessColumn("workers_female", _("Tenaga kerja P")),
    BusinessColumn("workers", _("Tenaga kerja"), page_heading=_("Pekerja"), is_number=True),
    BusinessColumn("investment", _("Nilai investasi (Rp)")),
    BusinessColumn("annual_sales", _("Nilai produksi setahun (Rp)")),
    BusinessColumn("marketing", _("Pemasaran")),
    BusinessColumn("established", _("Tahun berdiri")),
    BusinessColumn("status", _("Keadaan")),
)
PAGE_COLUMNS = tuple(column for column in COLUMNS if column.page_heading)
# What the page reads: its linked columns, those that decide who reads a name, and PAGE_COLUMNS.
PAGE_PATHS = (
    *("pk", "name", "owner_id", "owner__name", "cluster_id", "cluster__name", "region_id", "commodity"),
    *("status", "is_simulated", "restricted_at", "industry__code", "industry__version"),
    *(column.path for column in PAGE_COLUMNS),
)
