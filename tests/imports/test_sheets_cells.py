"""One cell under one heading: what it is read as, or the error."""

from datetime import date

import pytest

from sambang.imports.sheets import read_register

from . import workbooks

pytestmark = pytest.mark.slow


def only(content: bytes, filename: str = "ikm.xlsx"):
    """What was read, of a list in which nothing is to add_error of."""
    sheet = read_register(content, filename)
    assert [(wrong.cell, wrong.value, wrong.message) for wrong in sheet.errors] == []
    return sheet


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        (81200025607.0, "+6281200025607"),
        ("'081200025607", "+6281200025607"),
        ("0812-0002-5607", "+6281200025607"),
        ("+62 (0)812 0002 5607", "+6281200025607"),
        ("6281200025607", "+6281200025607"),
        ("(0274) 123456", "+62274123456"),
        ("0274/123456", "+62274123456"),
        ("081200025607 / 085600001111", "+6281200025607"),
        ("0812 0002 5607, 0856 0000 1111", "+6281200025607"),
        ("WA: 0812 0002 5607", "+6281200025607"),
        ("0812 0002 5607 (istri)", "+6281200025607"),
        ("Hp.081200025607", "+6281200025607"),
        ("081200025607\n085600001111", "+6281200025607"),
        ("-", None),
        ("n/a", None),
        ("belum ada", None),
        ("tidak punya", None),
        ("", None),
        ("(0274) 123456 / 081200025607", "+6281200025607"),
        ("0812.0002.5607", "+6281200025607"),
        ("0274 - 123456", "+62274123456"),
    ],
)
def test_telephones(written, kept):
    rows = [["No", "Nama Pemilik", "Alamat", "No. Telp/HP", "Produk"], [1, "Sri", "Joho", written, "Tas"]]
    assert only(workbooks.xlsx({"A": rows})).rows[0].phone == kept


@pytest.mark.parametrize(
    ("heading", "cell", "field", "kept"),
    [
        ("NIK", "3404-0725-0286-9997", "nik", "3404072502869997"),
        ("No. KTP", "3404072502869997", "nik", "3404072502869997"),
        ("NIK/No KTP", "'3404072502869997", "nik", "3404072502869997"),
        ("NIB", "0220 1001 23456", "nib", "0220100123456"),
        ("NIB", 220100123456.0, "nib", "0220100123456"),
        ("NIB", "NIB 1234567890123", "nib", "1234567890123"),
        ("NIB", "dalam proses", "nib", None),
        ("NIB", "sudah ada", "nib", None),
        ("NPWP", "01.234.567.8-541.000", "npwp", "012345678541000"),
        ("NPWP", "Tidak Ada", "npwp", None),
        ("KBLI", 14111.0, "kbli", "14111"),
        ("Kode KBLI 2020", "14111 - Konveksi", "kbli", "14111"),
        ("KBLI", "C.14111", "kbli", "14111"),
        ("Thn Berdiri", "th 1998", "established", 1998),
        ("Tahun Berdiri", date(2010, 5, 3), "established", 2010),
        ("Tahun Pendirian", "12/05/2010", "established", 2010),
        ("Th. Berdiri", "± 2005", "established", 2005),
        ("Mulai Usaha", "Mei 1999", "established", 1999),
        ("Aset", "Rp5.500.000", "investment", 5_500_000),
        ("Modal Usaha", "12 rb", "investment", 12_000),
        ("Nilai Investasi (Rp. Juta)", "7,5", "investment", 7_500_000),
        ("Investasi (Rp.000)", "1,5 juta", "investment", 1_500_000),
        ("Nilai Investasi (ribu rupiah)", 6000, "investment", 6_000_000),
        ("Investasi (x Rp 1.000)", 6000, "investment", 6_000_000),
        ("Investasi (Rp 000,-)", "45.000", "investment", 45_000_000),
        ("Nilai Investasi (Rp. 000)", "Rp 48.000,-", "investment", 48_000_000),
        ("Omset/Bln", 1_000_000, "annual_value", 12_000_000),
        ("Omzet (Rp.000)/bln", "2.500", "annual_value", 30_000_000),
        ("Nilai Prod. / Th (Rp.000)", 9600, "annual_value", 9_600_000),
        ("Omset per Bulan", "1,5 juta", "annual_value", 18_000_000),
        ("Omset", "7 juta/bln", "annual_value", 84_000_000),
        ("Nilai Produksi per Tahun (Rp)", 90_000_000, "annual_value", 90_000_000),
        ("Kapasitas/Bln", "200 pcs", "capacity", 2_400),
        ("Kapasitas Produksi", "200 pcs/bln", "capacity", 2_400),
        ("Kap. Prod/Thn", "± 2.400", "capacity", 2_400),
        ("Kapasitas Produksi (pcs)", 500, "capacity", 500),
        ("Kapasitas Produksi (Satuan/Tahun)", "1.200 pcs", "capacity", 1_200),
        ("Jumlah Produksi/Minggu", 10, "capacity", 520),
        ("Naker", "36 orang", "workers", 36),
        ("Jml. Tenaga Kerja", "3 org", "workers", 3),
        ("Karyawan", 2.0, "workers", 2),
        ("TK (L/P)", "2/3", "workers", 5),
        ("Jml Pekerja", "5 (lima)", "workers", 5),
        ("L/P", "P", "gender", "female"),
        ("Jenis Kelamin", "Laki - Laki", "gender", "male"),
        ("JK", "Pria", "gender", "male"),
        ("Lk/Pr", "lk", "gender", "male"),
        ("Komoditi", "Bambu", "commodity", "Bambu"),
        ("Wilayah Pemasaran", "DIY", "marketing", "DIY"),
        ("Kapanewon", "Depok", "district", "Depok"),
        ("Kec.", "Depok", "district", "Depok"),
        ("Kalurahan", "Condongcatur", "village", "Condongcatur"),
        ("Desa/Kel", "Condongcatur", "village", "Condongcatur"),
        ("Jenis Produksi", "Tampah", "product", "Tampah"),
        ("Hasil Produksi", "Tampah", "product", "Tampah"),
        ("Produk yg dihasilkan", "Tampah", "product", "Tampah"),
        ("Nama Perusahaan", "CV Maju", "name", "CV Maju"),
        ("Merk Usaha", "Maju", "name", "Maju"),
        ("Nama Usaha/IKM", "Maju", "name", "Maju"),
        ("Nama Pelaku Usaha", "Sri Rejeki", "owner", "Sri Rejeki"),
        ("Nama Pimpinan", "Sri Rejeki", "owner", "Sri Rejeki"),
        ("Juragan", "Sri Rejeki", "owner", "Sri Rejeki"),
    ],
)
def test_one_cell_under_one_heading(heading, cell, field, kept):
    first = ("Nama Pemilik", "Sri") if field != "owner" else ("Nama Usaha", "UD Sri")
    rows = [["No", first[0], "Alamat", "Hp", heading], [1, first[1], "Joho", "081200000051", cell]]
    assert getattr(only(workbooks.xlsx({"A": rows})).rows[0], field) == kept


@pytest.mark.parametrize(
    ("heading", "cell", "field"),
    [
        ("NIK", 3404072502869990.0, "nik"),
        ("NIK", 9404072502869990.0, "nik"),
        ("NIK", "3,40407E+15", "nik"),
        ("NIK", "34040725O2869997", "nik"),
        ("NIB", "12345", "nib"),
        ("NPWP", "12.345", "npwp"),
        ("KBLI", "1411", "kbli"),
        ("KBLI", "konveksi", "kbli"),
        ("Tahun Berdiri", "2o16", "established"),
        ("Tahun Berdiri", "10 tahun", "established"),
        ("Tahun Berdiri", "98", "established"),
        ("Omzet", "10-15 juta", "annual_value"),
        ("Modal", "lumayan", "investment"),
        ("Tenaga Kerja", "2,5", "workers"),
        ("Tenaga Kerja", "banyak", "workers"),
        ("Modal", -5000, "investment"),
        ("No HP", "0812", "phone"),
        ("No HP", "0812OO025607", "phone"),
        ("Tenaga Kerja", date(2022, 3, 2), "workers"),
        ("Omzet", "#REF!", "annual_value"),
    ],
)
def test_one_cell_to_complain_of(heading, cell, field):
    rows = [["No", "Nama Pemilik", "Nama Usaha", "Alamat", heading], [1, "Sri", "UD Sri", "Joho", cell]]
    sheet = read_register(workbooks.xlsx({"A": rows}), "a.xlsx")
    assert getattr(sheet.rows[0], field) is None
    (wrong,) = sheet.errors
    assert (wrong.sheet, wrong.row, wrong.cell) == ("A", 2, "E2") and wrong.value and len(wrong.message) > 20


def test_rupiah_written_out_among_thousands():
    rows = [["No", "Nama Pemilik", "Alamat", "HP", "Nilai Produksi (Rp. 000)"]]
    rows += [[number, f"Pemilik {number}", "Joho", "", 50_000 + number] for number in range(1, 9)]
    rows += [
        [9, "Sri", "Joho", "", "Rp 48.000.000,-"],
        [10, "Tri", "Joho", "", "Rp 48.000,-"],
        [11, "Ani", "Joho", "", "45.000"],
    ]
    assert [row.annual_value for row in only(workbooks.xlsx({"A": rows})).rows[-3:]] == [
        48_000_000,
        48_000_000,
        45_000_000,
    ]


def test_a_total_that_contradicts_is_complained_of_and_a_formula_never_counted_is_not():
    head = ["No", "Nama Pemilik", "Alamat", "TK L", "TK P", "TK Jml"]
    sheet = read_register(
        workbooks.xlsx({"A": [head, [1, "Sri", "Joho", 2, 3, 6], [2, "Tri", "Joho", 2, 3, "=D3+E3"]]}), "a.xlsx"
    )
    assert [row.workers for row in sheet.rows] == [5, 5]
    assert [wrong.cell for wrong in sheet.errors] == ["F2"]
