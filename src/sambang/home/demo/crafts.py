"""The crafts of the demo's made-up sentra, with plausible products, prices and capacities (not measured)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Product:
    """Price in rupiah for one unit; capacity in units a year of a business of ordinary size."""

    name: str
    unit: str
    price: int
    capacity: int


@dataclass(frozen=True)
class DemoCraft:
    """`industry`: KBLI 2020; `permit`: the kind of permit that its IKM hold."""

    name: str
    commodity: str
    industry: str
    permit: str
    products: tuple[Product, ...]


CRAFTS = (
    DemoCraft(
        "Batik",
        "Batik tulis dan cap",
        "13134",
        "brand",
        (
            Product("Kain batik cap", "lembar", 150_000, 1_200),
            Product("Kain batik tulis", "lembar", 650_000, 180),
            Product("Syal batik", "lembar", 85_000, 1_500),
        ),
    ),
    DemoCraft(
        "Anyaman Bambu",
        "Anyaman bambu",
        "16291",
        "brand",
        (
            Product("Besek", "buah", 3_500, 18_000),
            Product("Tampah", "buah", 18_000, 3_600),
            Product("Kap lampu bambu", "buah", 95_000, 700),
        ),
    ),
    DemoCraft(
        "Gerabah",
        "Gerabah",
        "23929",
        "brand",
        (
            Product("Pot bunga", "buah", 25_000, 4_200),
            Product("Guci hias", "buah", 120_000, 600),
        ),
    ),
    DemoCraft(
        "Mebel Kayu",
        "Mebel kayu",
        "31001",
        "svlk",
        (
            Product("Kursi", "buah", 450_000, 260),
            Product("Lemari", "buah", 2_400_000, 48),
        ),
    ),
    DemoCraft(
        "Kulit",
        "Barang dari kulit",
        "15121",
        "brand",
        (
            Product("Dompet kulit", "buah", 135_000, 1_100),
            Product("Tas kulit", "buah", 480_000, 320),
        ),
    ),
    DemoCraft(
        "Keripik",
        "Keripik dan peyek",
        "10794",
        "pirt",
        (
            Product("Keripik salak", "bungkus", 22_000, 9_600),
            Product("Peyek", "bungkus", 12_000, 15_000),
        ),
    ),
    DemoCraft("Tempe", "Tempe", "10391", "pirt", (Product("Tempe", "papan", 5_000, 52_000),)),
    DemoCraft("Tahu", "Tahu", "10392", "halal", (Product("Tahu", "kotak", 35_000, 7_800),)),
    DemoCraft(
        "Mendong",
        "Anyaman mendong dan pandan",
        "16292",
        "brand",
        (
            Product("Tikar mendong", "lembar", 65_000, 900),
            Product("Tas pandan", "buah", 48_000, 1_800),
        ),
    ),
    DemoCraft(
        "Pande Besi",
        "Perkakas tani",
        "25931",
        "sni",
        (
            Product("Cangkul", "buah", 90_000, 1_300),
            Product("Sabit", "buah", 45_000, 2_600),
        ),
    ),
    DemoCraft(
        "Ukir Kayu",
        "Kerajinan ukir kayu",
        "16293",
        "svlk",
        (
            Product("Topeng kayu", "buah", 175_000, 420),
            Product("Nampan kayu", "buah", 60_000, 1_500),
        ),
    ),
)
FIRST_NAMES = (
    *("Siti", "Budi", "Endang", "Joko", "Sri", "Agus", "Wahyu", "Rina", "Slamet"),
    *("Tuti", "Bambang", "Ningsih", "Eko", "Yuni", "Hadi", "Pur", "Dwi", "Tri"),
)
LAST_NAMES = (
    *("Wahyuni", "Santoso", "Rahayu", "Prasetyo", "Handayani", "Nugroho"),
    *("Utami", "Widodo", "Astuti", "Kusuma", "Purnomo", "Hartono"),
)
