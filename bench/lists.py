"""The share of cells that the import understands in 22 layouts of public systems, with the conservation sums.

    python -m bench.lists

The headings are those of lists that offices and open-data portals publish (OSS, SIINas, UMKM registers, recipients of
aid, market traders, English exports …), rebuilt with made-up people in the format in which each is exported. Fails if
a sum does not hold, an IKM is lost, or less than LEAST of the cells of all layouts is read as a value. Writes
bench/results/lists.md.
"""

from __future__ import annotations

import os
import random
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sambang.settings")
django.setup()

from tests.imports import workbooks  # noqa: E402

from sambang.imports.sheets import RegisterSheet, read_register  # noqa: E402 needs Django's settings

RESULTS = Path(__file__).parent / "results" / "lists.md"
ROWS = 40
LEAST = 0.75  # many columns of these systems (dates, officers, positions) have no place in a register of IKM
FIRST = [
    "Siti",
    "Sri",
    "Nur",
    "Dwi",
    "Tri",
    "Eko",
    "Agus",
    "Budi",
    "Sutini",
    "Ngatini",
    "Wagiyem",
    "Tukiman",
    "Parjo",
    "Suminah",
    "Warsini",
]
LAST = ["Lestari", "Rahayu", "Handayani", "Widodo", "Santoso", "Wibowo", "Hidayat", "Purnomo", "Utami", "Astuti"]
GOODS = ["Batik", "Tempe", "Tahu", "Keripik", "Roti", "Mebel", "Gerabah", "Anyaman", "Jamu", "Kopi"]

type Maker = Callable[[int, random.Random], Any]

# Kind of cell → its text in row `n`. A layout names one for each heading.
CELLS: dict[str, Maker] = {
    "no": lambda n, rng: n,
    "person": lambda n, rng: f"{rng.choice(FIRST)} {rng.choice(LAST)}",
    "business": lambda n, rng: f"{rng.choice(GOODS)} {rng.choice(LAST)} {n}",
    "phone": lambda n, rng: f"0812{rng.randrange(10**8):08d}",
    "nik": lambda n, rng: f"34040741{rng.randrange(1, 13):02d}80{rng.randrange(1, 9999):04d}",
    "nib": lambda n, rng: f"91202{rng.randrange(10**8):08d}",
    "npwp": lambda n, rng: f"12.345.678.9-5{rng.randrange(10)}2.000",
    "kbli": lambda n, rng: rng.choice(["14111", "10391", "10792", "16291"]),
    "address": lambda n, rng: f"Jl. Kenanga {n}",
    "hamlet": lambda n, rng: rng.choice(["Joho", "Krapyak"]),
    "rt": lambda n, rng: rng.randrange(1, 9),
    "village": lambda n, rng: rng.choice(["Condongcatur", "Sinduadi"]),
    "district": lambda n, rng: rng.choice(["Depok", "Mlati"]),
    "regency": lambda n, rng: "Kab. Sleman",
    "province": lambda n, rng: "DI Yogyakarta",
    "goods": lambda n, rng: rng.choice(GOODS),
    "trade": lambda n, rng: rng.choice(["Industri makanan", "Kerajinan", "Fesyen"]),
    "sex": lambda n, rng: rng.choice("LP"),
    "count": lambda n, rng: rng.randrange(1, 9),
    "rupiah": lambda n, rng: rng.randrange(5, 90) * 1_000_000,
    "thousands": lambda n, rng: rng.randrange(5, 90) * 1_000,
    "quantity": lambda n, rng: rng.randrange(100, 900),
    "unit": lambda n, rng: "kg",
    "year": lambda n, rng: rng.randrange(1998, 2024),
    "this year": lambda n, rng: 2025,
    "date": lambda n, rng: f"{rng.randrange(1, 28):02d}/03/2024",
    "education": lambda n, rng: rng.choice(["SD", "SMP", "SMA", "SMK", "D3", "S1"]),
    "market": lambda n, rng: rng.choice(["Lokal", "Luar daerah"]),
    "cluster": lambda n, rng: rng.choice(["Sentra Batik", ""]),
    "pirt": lambda n, rng: f"2063404{rng.randrange(10**8):08d}-28" if n % 3 == 0 else "",
    "halal": lambda n, rng: f"ID3411000{rng.randrange(10**8):08d}" if n % 4 == 0 else "",
    "yes": lambda n, rng: rng.choice(["Ya", "Tidak"]),
    "mail": lambda n, rng: f"ikm{n}@contoh.test",
    "words": lambda n, rng: rng.choice(["Perlu alat", "Perlu modal", "-"]),
    "active": lambda n, rng: "Aktif",
    "class": lambda n, rng: rng.choice(["Mikro", "Kecil"]),
    "position": lambda n, rng: f"-7.7{n:03d}, 110.4{n:03d}",
    "web": lambda n, rng: f"ikm{n}.contoh.test",
}


@dataclass(frozen=True)
class Layout:
    """`columns`: heading=kind of cell, separated by "; "."""

    name: str
    format: str
    columns: str
    titles: tuple[str, ...] = ()

    @property
    def headings(self) -> list[str]:
        return [column.partition("=")[0] for column in self.columns.split("; ")]

    def rows(self) -> list[list[Any]]:
        rng = random.Random(self.name)
        kinds = [column.partition("=")[2] for column in self.columns.split("; ")]
        data = [[CELLS[kind](n, rng) for kind in kinds] for n in range(1, ROWS + 1)]
        return [*[[title] for title in self.titles], self.headings, *data]


LAYOUTS = (
    Layout(
        "business licences",
        "xlsx",
        "No=no; NIB=nib; Tanggal Terbit OSS=date; Nama Perusahaan=business; Uraian Status Penanaman Modal=class; "
        "Uraian Jenis Perusahaan=class; Uraian Skala Usaha=class; Alamat Perusahaan=address; Kelurahan=village; "
        "Kecamatan=district; Kab Kota=regency; Email=mail; No Telp=phone; KBLI=kbli; Judul KBLI=trade; "
        "Jumlah Investasi=rupiah; TKI=count",
    ),
    Layout(
        "licensed projects",
        "xls",
        "id_proyek=no; nama_perusahaan=business; nib=nib; npwp_perusahaan=npwp; alamat_usaha=address; "
        "kelurahan_usaha=village; kecamatan_usaha=district; kab_kota_usaha=regency; kbli=kbli; judul_kbli=trade; "
        "nama_user=person; email=mail; nomor_telp=phone; jumlah_investasi=rupiah; tki=count; Longitude=position; "
        "tanggal_pengajuan_proyek=date; risiko_proyek=class",
    ),
    Layout(
        "industry information system",
        "xlsx",
        "No.=no; Nama Perusahaan=business; Nama Pemilik=person; Alamat Pabrik=address; Desa/Kelurahan=village; "
        "Kecamatan=district; Telepon=phone; Email=mail; KBLI=kbli; Komoditi=goods; "
        "Tenaga Kerja Laki-laki=count; Tenaga Kerja Perempuan=count; Nilai Investasi (Rp 000)=thousands; "
        "Kapasitas Produksi per Tahun=quantity; Satuan=unit; Nilai Produksi (Rp 000)=thousands; Akun SIINas=yes",
        ("DAFTAR INDUSTRI KECIL DAN MENENGAH", "TAHUN 2025"),
    ),
    Layout(
        "register of small businesses",
        "csv",
        "NIK=nik; Nama Lengkap=person; Jenis Kelamin=sex; Nomor HP=phone; Nama Usaha=business; Bidang Usaha=trade; "
        "Alamat Usaha=address; Kelurahan/Desa=village; Kecamatan=district; Kabupaten/Kota=regency; Provinsi=province; "
        "NIB=nib; Omset per Tahun=rupiah; Aset=rupiah; Jumlah Tenaga Kerja=count; Tahun Pendataan=this year",
    ),
    Layout(
        "recipients of aid",
        "xlsx",
        "No=no; Nama Penerima=person; NIK=nik; No KK=nik; Alamat=address; Desa=village; Kec.=district; "
        "Jenis Usaha=trade; No. HP=phone; Nama Pendamping=person; No HP Pendamping=phone",
    ),
    Layout(
        "market traders",
        "html",
        "No=no; Nama Pedagang=person; NIK=nik; Alamat=address; Jenis Dagangan=goods; No HP=phone; Keterangan=words",
    ),
    Layout(
        "open data, province",
        "csv",
        "id=no; kode_provinsi=this year; nama_provinsi=province; nama_kabupaten_kota=regency; nama_kecamatan=district; "
        "nama_desa_kelurahan=village; nama_usaha=business; nama_pemilik=person; alamat=address; jenis_usaha=trade; "
        "tahun=this year",
    ),
    Layout(
        "open data, city",
        "csv",
        "periode_data=this year; nama_ikm=business; pemilik=person; alamat_lengkap=address; kelurahan=village; "
        "kecamatan=district; kategori=trade; produk=goods; deskripsi=words; website=web; no_telp=phone; status=active",
    ),
    Layout(
        "IKM dashboard",
        "xml",
        "No=no; Nama IKM=business; Nama Pemilik=person; Alamat IKM=address; No Telepon=phone; Sentra=cluster; "
        "Produk=goods; Jumlah Tenaga Kerja=count; Nilai Investasi=rupiah; Kapasitas Produksi=quantity; Satuan=unit; "
        "Nilai Produksi=rupiah; Tahun Data=this year",
    ),
    Layout(
        "statistical directory",
        "ods",
        "Nomor Urut=no; Nama Usaha/Perusahaan=business; Nama Pengusaha=person; Jalan/Dusun=address; RT=rt; RW=rt; "
        "Desa=village; Kecamatan=district; Kategori=trade; KBLI 2020=kbli; Tahun Mulai Beroperasi=year; "
        "Pekerja Laki-laki=count; Pekerja Perempuan=count",
    ),
    Layout(
        "permits for food",
        "xlsx",
        "No=no; Nama IRTP=business; Nama Pemilik=person; Alamat=address; Nama Produk Pangan=goods; No. P-IRT=pirt; "
        "Tanggal Terbit P-IRT=date; Masa Berlaku PIRT=date; No. HP=phone",
    ),
    Layout(
        "halal facilitation",
        "xlsx",
        "No=no; Nama Pelaku Usaha=person; Nama Usaha=business; NIB=nib; Produk=goods; No Sertifikat Halal=halal; "
        "Tgl Terbit Sertifikat=date; Kecamatan=district; Desa/Kel=village; Kontak=phone; Pendamping PPH=person",
    ),
    Layout(
        "trade marks",
        "csv",
        "No=no; Nama Pemohon=person; Merek=business; Kelas=count; Alamat Pemohon=address; No. HP/WA=phone; "
        "Status Permohonan=words",
    ),
    Layout(
        "village potential",
        "xlsx",
        "No=no; Dusun=hamlet; RT/RW=rt; Nama=person; L/P=sex; Jenis Industri=trade; Hasil Produksi=goods; "
        "Bahan Baku=words; Pemasaran=market; TK=count; Modal=rupiah; Omzet/Bulan=rupiah; Kendala=words",
        ("DATA INDUSTRI RUMAH TANGGA KALURAHAN CONDONGCATUR",),
    ),
    Layout(
        "training participants",
        "xlsx",
        "No=no; Nama Peserta=person; NIK=nik; Tempat Lahir=village; Tanggal Lahir=date; Pendidikan=education; "
        "Alamat=address; Nama Usaha=business; Produk=goods; No WA=phone; Tanda Tangan=words",
        ("DAFTAR HADIR PELATIHAN",),
    ),
    Layout(
        "online form",
        "csv",
        "Timestamp=date; Nama Pemilik Usaha=person; Nama Usaha (sesuai NIB)=business; Nomor WhatsApp aktif=phone; "
        "Alamat lengkap usaha=address; Kapanewon=district; Kalurahan=village; Apa produk utama Anda?=goods; "
        "Berapa tenaga kerja (orang)?=count; Omzet per bulan (Rp)=rupiah; Foto produk=web; Harapan=words",
    ),
    Layout(
        "English export",
        "csv",
        "Business Name=business; Owner=person; Address=address; Village=village; District=district; "
        "Phone Number=phone; Product=goods; Employees=count; Year Established=year; Website=web; Latitude=position",
    ),
    Layout(
        "permanent and other workers",
        "xlsx",
        "No=no; Nama Perusahaan=business; Pimpinan=person; Alamat=address; Telp/HP=phone; Jenis Produk=goods; "
        "Tenaga Kerja Tetap=count; Tenaga Kerja Tidak Tetap=count; Total Produksi=quantity; Satuan=unit; Status=active",
    ),
    Layout(
        "cooperative members",
        "xls",
        "No=no; Nama Kelompok=cluster; Nama Anggota=person; Jabatan=class; Alamat=address; No HP=phone; "
        "Usaha=business; Komoditas=goods",
    ),
    Layout(
        "craft council",
        "ods",
        "NO=no; NAMA PERAJIN=person; NAMA USAHA=business; ALAMAT=address; KAPANEWON=district; JENIS KERAJINAN=trade; "
        "BAHAN=words; NO HP=phone; MEDSOS=web; MARKETPLACE=web",
    ),
    Layout(
        "saved web page",
        "mhtml",
        "No=no; Nama UKM=business; Pemilik=person; Alamat=address; Kecamatan=district; Sektor=trade; HP=phone; "
        "Skala=class",
    ),
    Layout(
        "credit programme",
        "xlsx",
        "No=no; Nama Debitur=person; NIK=nik; NPWP=npwp; Alamat Usaha=address; Sektor Usaha=trade; Plafon=rupiah; "
        "Tanggal Akad=date; No Rekening=nib; No Telepon=phone",
    ),
)


def _web_page(rows: Sequence[Sequence[Any]]) -> str:
    lines = ("".join(f"<td>{cell}</td>" for cell in row) for row in rows)
    return f"<html><body><table>{''.join(f'<tr>{line}</tr>' for line in lines)}</table></body></html>"


def _xml_2003(rows: Sequence[Sequence[Any]]) -> str:
    lines = ("".join(f'<Cell><Data ss:Type="String">{cell}</Data></Cell>' for cell in row) for row in rows)
    table = "".join(f"<Row>{line}</Row>" for line in lines)
    space = "urn:schemas-microsoft-com:office:spreadsheet"
    return (
        f'<?xml version="1.0"?><Workbook xmlns="{space}" xmlns:ss="{space}">'
        f'<Worksheet ss:Name="IKM"><Table>{table}</Table></Worksheet></Workbook>'
    )


def _mhtml(rows: Sequence[Sequence[Any]]) -> str:
    return (
        'MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="=_b"\r\n\r\n--=_b\r\n'
        "Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
        f"{_web_page(rows)}\r\n--=_b--\r\n"
    )


WRITERS: dict[str, Callable[[list[list[Any]]], bytes]] = {
    "xlsx": lambda rows: workbooks.xlsx({"IKM": rows}),
    "xls": lambda rows: workbooks.xls({"IKM": rows}),
    "ods": lambda rows: workbooks.ods({"IKM": rows}),
    "csv": lambda rows: workbooks.lines(rows).encode(),
    "html": lambda rows: _web_page(rows).encode(),
    "xml": lambda rows: _xml_2003(rows).encode(),
    "mhtml": lambda rows: _mhtml(rows).encode(),
}


def read_layout(layout: Layout) -> RegisterSheet:
    name = f"daftar.{'xls' if layout.format in {'html', 'xml', 'mhtml'} else layout.format}"
    return read_register(WRITERS[layout.format](layout.rows()), name)


def faults(layout: Layout, sheet: RegisterSheet) -> list[str]:
    """What the ledger of a layout does not account for."""
    cells = sheet.cells
    written = sum(1 for row in layout.rows() for cell in row if str(cell).strip())
    asked = sum(pair.certain for pair in sheet.duplicates)
    aside = sum(1 for item in sheet.left_aside if item.row)
    checks = {
        "cells written and seen": written == cells.filled,
        "sum of cells": cells.filled == cells.values + cells.errors + cells.headings + cells.left_aside,
        "sum of rows": sheet.rows_in == len(sheet.rows) + asked + aside + sheet.continued + len(sheet.members),
        "every IKM": len(sheet.rows) + asked == ROWS,
        "a reason for everything left aside": all(item.reason for item in sheet.left_aside),
    }
    return [name for name, holds in checks.items() if not holds]


def main() -> int:
    lines = [
        "| layout | format | IKM | cells | values | errors | left aside | understood | columns left aside |",
        "|---|---|--:|--:|--:|--:|--:|--:|---|",
    ]
    broken, data, understood = [], 0, 0
    for layout in LAYOUTS:
        sheet = read_layout(layout)
        cells = sheet.cells
        below = cells.filled - cells.headings
        broken += [f"{layout.name}: {fault}" for fault in faults(layout, sheet)]
        data, understood = data + below, understood + cells.values
        ignored = ", ".join(column.heading for column in sheet.columns if not column.field)
        lines.append(
            f"| {layout.name} | {layout.format} | {len(sheet.rows)} | {below:,} | {cells.values:,} | "
            f"{cells.errors:,} | {cells.left_aside:,} | {cells.values / below:.0%} | {ignored} |"
        )
    share = understood / data
    lines.append(f"| **all {len(LAYOUTS)}** | | | {data:,} | {understood:,} | | | **{share:.1%}** | |")
    print("\n".join([*lines, *broken]))
    if broken or share < LEAST:
        return 1
    RESULTS.write_text(
        f"# Layouts of public systems\n\n`python -m bench.lists`: {len(LAYOUTS)} layouts of {ROWS} made-up IKM. "
        "Every filled cell is a value, an error, a heading, or left aside with a reason; running numbers are left "
        "aside.\n\n" + "\n".join(lines) + "\n",
        encoding="utf-8",
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
