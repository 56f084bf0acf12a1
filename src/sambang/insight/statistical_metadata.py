"""Metadata of the published tables by Peraturan BPS 5/2020: activity (MS-Keg), variable (MS-Var), indicator (MS-Ind).

Generated from the tables themselves: the fields of the models, the council's performance indicators, and the released
index. The sentences that no table contains are in reference/satu_data.toml.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import models
from django.utils.functional import Promise

from sambang.access.models import Council, Person
from sambang.indicators.measures import MEASURES, Measure
from sambang.indicators.models import Indicator
from sambang.indicators.queries import indicators
from sambang.insight.models import Series
from sambang.insight.release import newest_volume_series
from sambang.papers.queries import letterhead_content

METADATA_FILE = Path(__file__).parent / "reference" / "satu_data.toml"
METADATA_REGULATION = "Peraturan BPS 5/2020"
TYPE_LABELS: tuple[tuple[type[models.Field[Any, Any]], str], ...] = (
    (models.DecimalField, "desimal"),
    (models.IntegerField, "bilangan bulat"),
    (models.DateField, "tanggal"),
    (models.ForeignKey, "kode"),
    (models.CharField, "teks"),
)


@dataclass(frozen=True)
class MetadataForm:
    """One filled form. `items`: question → answer. In Indonesian, as the forms are."""

    form: str  # MS-Keg, MS-Var, MS-Ind
    name: str
    items: dict[str, str]


@cache
def texts() -> dict[str, list[dict[str, Any]]]:
    return tomllib.loads(METADATA_FILE.read_text(encoding="utf-8"))


def metadata_forms(council: Council, person: Person) -> list[MetadataForm]:
    return [*_activities(council), *_variables(), *_indices(council, person), *_performance(council, person)]


def _activities(council: Council) -> Iterator[MetadataForm]:
    """Every head of the form; what only the office knows is empty."""
    head = letterhead_content(council, council.region_code)
    contact = ", ".join(filter(None, (head.address, head.contact)))
    for row in texts()["activities"]:
        measured = [one for one in texts()["variables"] if one["activity"] == row["key"]]
        items = {
            "Judul kegiatan": row["title"],
            "Kode kegiatan (diisi petugas)": "",
            "Cara pengumpulan data": row["collection"],
            "Sektor kegiatan": "10 Industri dan jasa",
            "Rekomendasi kegiatan statistik dari BPS, dan identitasnya": "",
            "1.1 Instansi penyelenggara": head.authority or council.name,
            "1.2 Alamat": head.address,
            "1.2 Telepon, faksimile, surel": head.contact,
            "2.1 Unit eselon 1": "",
            "2.1 Unit eselon 2": head.council,
            "2.2 Penanggung jawab teknis (jabatan)": "",
            "2.2 Alamat, telepon, surel penanggung jawab": contact,
            "3.1 Latar belakang": row["background"],
            "3.2 Tujuan": row["goal"],
            "3.3 Jadwal perencanaan dan desain": "",
            "3.3 Jadwal pengumpulan dan pengolahan": row["schedule"],
            "3.3 Jadwal analisis dan diseminasi": f"tanggal {settings.SAMBANG_RELEASE_DAY} tiap bulan",
            "3.3 Jadwal evaluasi": "",
            "3.4 Variabel": "\n".join(
                f"{one['concept']}: {one['definition']} Referensi waktu: {one['reference']}." for one in measured
            ),
            "4.1 Kegiatan ini dilakukan": "2 berulang",
            "4.2 Frekuensi": row["frequency"],
            "4.3 Tipe pengumpulan": row["design"],
            "4.4 Cakupan wilayah": "2 sebagian",
            "4.5 Wilayah": head.region or council.name,
            "4.6 Metode pengumpulan": row["method"],
            "4.7 Sarana pengumpulan": row["instrument"],
            "4.8 Unit pengumpulan": "4 usaha",
            "5 Desain sampel (5.1 sampai 5.8)": "tidak diisi: bukan survei",
            "6.1 Uji coba": "tidak",
            "6.2 Pemeriksaan kualitas pengumpulan": "2 supervisi",
            "6.3 Penyesuaian nonrespon": "tidak: yang tidak melapor tidak diisi",
            "6.4 Petugas": "1 staf",
            "6.5 Pendidikan petugas": "",
            "6.6 Jumlah supervisor dan petugas": "",
            "6.7 Pelatihan petugas": "",
            "7.1 Penyuntingan, penyandian, pemasukan, validasi": row["quality"],
            "7.2 Metode analisis": row["analysis"],
            "7.3 Unit analisis": "usaha",
            "7.4 Tingkat penyajian": row["level"],
            "8.1 Produk tercetak, digital, data mikro": row["products"],
            "8.2 Rencana rilis": f"tanggal {settings.SAMBANG_RELEASE_DAY} tiap bulan",
        }
        yield MetadataForm("MS-Keg", row["title"], items)


def _variables() -> Iterator[MetadataForm]:
    titles = {row["key"]: row["title"] for row in texts()["activities"]}
    for row in texts()["variables"]:
        label, _dot, name = row["field"].rpartition(".")
        field: Any = apps.get_model(label)._meta.get_field(name)
        choices = [str(text) for _value, text in field.flatchoices]
        items = {
            "Kegiatan": titles[row["activity"]],
            "Nama": row["concept"],
            "Alias": str(field.verbose_name),
            "Konsep": row["concept"],
            "Definisi": row["definition"],
            "Referensi pemilihan": row.get("selection", ""),
            "Referensi waktu": row["reference"],
            "Tipe data": next(word for kind, word in TYPE_LABELS if isinstance(field, kind)),
            "Klasifikasi isian": "; ".join(choices) or _classification(field),
            "Aturan validasi": _rule(field),
            "Kalimat pertanyaan": row["question"],
            "Dapat diakses umum": "tidak",
        }
        yield MetadataForm("MS-Var", row["concept"], items)


def _classification(field: Any) -> str:
    return str(field.related_model._meta.verbose_name) if field.is_relation else ""


def _rule(field: Any) -> str:
    rules = [] if field.null or field.blank else ["wajib diisi"]
    if isinstance(field, models.DecimalField):
        rules.append(f"paling banyak {field.decimal_places} angka di belakang koma")
    if isinstance(field, models.PositiveIntegerField):
        rules.append("tidak kurang dari nol")
    return "; ".join(rules)


def _indices(council: Council, person: Person) -> Iterator[MetadataForm]:
    """The form for the index, if the person may read one of the council's region."""
    series = [row for row in newest_volume_series(person, council.region_code) if not row.industry]
    region_series = next((row for row in series if row.region_code == council.region_code and not row.cluster_id), None)
    if region_series is None:
        return
    titles = {row["key"]: row["title"] for row in texts()["activities"]}
    activities = {row["concept"]: titles[row["activity"]] for row in texts()["variables"]}
    for row in texts()["indicators"]:
        items = {
            "Nama": row["name"],
            "Konsep": row["concept"],
            "Definisi": row["definition"],
            "Interpretasi": row["interpretation"],
            "Metode/rumus": row["formula"],
            "Ukuran": row["measure"],
            "Satuan": row["unit"],
            "Klasifikasi penyajian": row["classification"],
            "Indikator komposit": row["composite"],
            "Indikator pembangun (publikasi, nama)": "tidak ada",
            "Kegiatan penghasil variabel": "; ".join(dict.fromkeys(activities[name] for name in row["built_from"])),
            "Variabel pembangun": "; ".join(row["built_from"]),
            "Level estimasi": row["level"],
            "Dapat diakses umum": "tidak",
            **_of_series(region_series),
        }
        yield MetadataForm("MS-Ind", row["name"], items)


def _of_series(series: Series) -> dict[str, str]:
    return {
        "Masa dasar": series.base_text,
        "Penyesuaian musim": str(series.get_adjustment_display()),
        "Dirilis": series.released_on.isoformat() if series.released_on else "belum dirilis",
        "Mesin": series.run.engine,
    }


def _performance(council: Council, person: Person) -> Iterator[MetadataForm]:
    for row in indicators(person).filter(council=council):
        yield MetadataForm("MS-Ind", row.name, _of_indicator(row))


def _of_indicator(row: Indicator) -> dict[str, str]:
    answers: dict[str, str | Promise] = {
        "Nama": row.name,
        "Kode nasional": row.code,
        "Konsep": row.objective,
        "Definisi": row.get_measure_display(),
        "Interpretasi": row.get_polarity_display(),
        "Metode/rumus": row.get_measure_display(),
        "Ukuran": "persentase" if MEASURES[Measure(row.measure)].is_percentage else "jumlah",
        "Satuan": row.unit,
        "Klasifikasi penyajian": "tahun",
        "Indikator komposit": "tidak",
        "Indikator pembangun (publikasi, nama)": "tidak ada",
        "Kegiatan penghasil variabel": "",
        "Level estimasi": "kabupaten/kota",
        "Dasar": row.source,
        "Penanggung jawab": row.responsible,
        "Dapat diakses umum": "tidak",
    }
    return {name: str(value) for name, value in answers.items()}
