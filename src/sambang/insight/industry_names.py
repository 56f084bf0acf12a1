"""Names of the KBLI divisions of manufacturing (BPS, KBLI 2020, section C; the same in 2025)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

DIVISIONS = {
    "10": _("industri makanan"),
    "11": _("industri minuman"),
    "12": _("industri pengolahan tembakau"),
    "13": _("industri tekstil"),
    "14": _("industri pakaian jadi"),
    "15": _("industri kulit, barang dari kulit dan alas kaki"),
    "16": _("industri kayu, barang dari kayu, dan barang anyaman"),
    "17": _("industri kertas dan barang dari kertas"),
    "18": _("industri pencetakan dan reproduksi media rekaman"),
    "19": _("industri produk dari batu bara dan pengilangan minyak bumi"),
    "20": _("industri bahan kimia dan barang dari bahan kimia"),
    "21": _("industri farmasi dan obat tradisional"),
    "22": _("industri karet, barang dari karet dan plastik"),
    "23": _("industri barang galian bukan logam"),
    "24": _("industri logam dasar"),
    "25": _("industri barang logam, bukan mesin dan peralatannya"),
    "26": _("industri komputer, barang elektronik dan optik"),
    "27": _("industri peralatan listrik"),
    "28": _("industri mesin dan perlengkapan"),
    "29": _("industri kendaraan bermotor dan trailer"),
    "30": _("industri alat angkutan lainnya"),
    "31": _("industri furnitur"),
    "32": _("industri pengolahan lainnya"),
    "33": _("reparasi dan pemasangan mesin dan peralatan"),
}
DIVISION_DIGITS = 2


def industry_name(code: str) -> str:
    """KBLI 14, industri pakaian jadi; a group by its code and its division's name."""
    division = DIVISIONS.get(code[:DIVISION_DIGITS])
    return f"KBLI {code}, {division}" if division else f"KBLI {code}"
