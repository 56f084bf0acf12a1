"""Lists of other councils: other headings, other habits. Each test is one workbook."""

from datetime import date

import pytest

from sambang.imports.sheets import read_register

from . import workbooks


def only(content: bytes, filename: str = "ikm.xlsx"):
    """What was read, of a list in which nothing is to add_error of."""
    sheet = read_register(content, filename)
    assert [(wrong.cell, wrong.value, wrong.message) for wrong in sheet.errors] == []
    return sheet


def test_three_rows_of_headings_and_a_row_of_column_numbers():
    rows = [
        ["DAFTAR INDUSTRI KECIL DAN MENENGAH", *[""] * 11],
        ["KABUPATEN BANTUL TAHUN 2021", *[""] * 11],
        [""] * 12,
        ["NO", "IDENTITAS", "", "", "", "TENAGA KERJA (ORANG)", "", "", "PRODUKSI", "", "", "THN BERDIRI"],
        ["", "NAMA", "", "ALAMAT", "NO TELP", "LK", "PR", "JML", "VOLUME / TH", "SATUAN", "NILAI (Rp.000)", ""],
        ["", "PEMILIK", "PERUSAHAAN", "", "", "", "", "", "", "", "", ""],
        ["1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12"],
        [1, "Wagiman", "Gerabah Wagiman", "Kasongan", "(0274) 370001", 3, 2, 5, 12000, "buah", 60000, 1998],
        [2, "Tukinem", "Tukinem Keramik", "Kasongan", "0274-370002", "", 4, 4, "9.600", "buah", "45.000", "th 2001"],
        ["", "JUMLAH", "", "", "", 3, 6, 9, 21600, "", 105000, ""],
    ]
    merged = ["A4:A6", "B4:E4", "F4:H4", "I4:K4", "L4:L6", "B5:C5", "D5:D6", "E5:E6", "F5:F6", "G5:G6", "H5:H6"]
    sheet = only(workbooks.xlsx({"IKM": rows}, {"IKM": merged}))
    first, second = sheet.rows
    assert (first.owner, first.name, first.address, first.phone) == (
        "Wagiman",
        "Gerabah Wagiman",
        "Kasongan",
        "+62274370001",
    )
    assert (first.workers_male, first.workers_female, first.workers) == (3, 2, 5)
    assert (first.capacity, first.unit, first.annual_value, first.established) == (12_000, "buah", 60_000_000, 1998)
    assert (second.workers_male, second.workers, second.capacity) == (0, 4, 9_600)
    assert (second.annual_value, second.established, second.phone) == (45_000_000, 2001, "+62274370002")


def test_same_headings_without_merges_as_csv():
    rows = [
        ["Data IKM Kec. Wates", "", "", "", "", "", ""],
        ["No.", "Nama Pengusaha", "Dusun", "Tenaga Kerja", "", "Nilai Produksi", "Tahun"],
        ["", "", "", "L", "P", "(Rp. 000)", "Berdiri"],
        ["1", "Sugiyem", "Kopat", "1", "2", "24.000", "2011"],
        ["2", "Ponirah", "Kopat", "-", "3", "Rp 36.000,-", "Tahun 2005"],
    ]
    sheet = only(workbooks.lines(rows).encode(), "wates.csv")
    assert [(row.workers_male, row.workers_female) for row in sheet.rows] == [(1, 2), (0, 3)]
    assert [row.annual_value for row in sheet.rows] == [24_000_000, 36_000_000]
    assert [row.established for row in sheet.rows] == [2011, 2005]
    assert [row.address for row in sheet.rows] == ["Kopat", "Kopat"]


PLAIN = [
    ["No", "Nama Pemilik", "Nama IKM", "Alamat", "No HP", "Jumlah TK", "Omzet per Bulan", "Kap. Prod. / Bulan", "Sat"],
    ["1", "Siti Café", "Résap", "Lambah", "0812-0000-1111", "3 org", "1,5 juta", "100", "kodi"],
    ["2", "Joko", "Mebel Joko", "Lambah", "62812 0000 2222", "2 orang", "Rp 2.000.000,-", "± 20", "unit"],
]


@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252", "utf-16-le"])
def test_any_separator_and_encoding(separator, encoding):
    rows = [[f'"{cell}"' if separator in str(cell) else cell for cell in row] for row in PLAIN]
    sheet = only(workbooks.lines(rows, separator).encode(encoding), "ikm.csv")
    first, second = sheet.rows
    assert (first.owner, first.name, first.phone, first.workers) == ("Siti Café", "Résap", "+6281200001111", 3)
    assert (first.workers_male, first.workers_female) == (None, None)
    assert (first.annual_value, first.capacity, first.unit) == (18_000_000, 1_200, "kodi")
    assert (second.annual_value, second.capacity, second.unit) == (24_000_000, 240, "unit")


@pytest.mark.parametrize(
    ("make", "filename"), [(workbooks.xls, "a.xls"), (workbooks.ods, "a.ods"), (workbooks.xlsx, "a.xlsx")]
)
def test_every_kind_of_workbook_says_the_same(make, filename):
    rows = [["DATA IKM SENTRA BAMBU", ""], [], *PLAIN, ["", "Jumlah", "", "", "", "5"]]
    sheet = only(make({"Sheet1": rows}), filename)
    assert [(row.row, row.owner, row.annual_value) for row in sheet.rows] == [
        (4, "Siti Café", 18_000_000),
        (5, "Joko", 24_000_000),
    ]


def test_blocks_with_restarted_numbers_and_repeated_headings():
    head = ["No", "Nama", "Alamat", "No. HP", "Jenis Usaha", "TK", "Modal (juta)"]
    rows = [
        ["DATA UMKM KALURAHAN WUKIRSARI"],
        head,
        ["A. PADUKUHAN GIRILOYO"],
        [1, "Imaroh", "RT 1", "081200000011", "Batik", 4, 15],
        [2, "Nur Ahmadi", "RT 2", "081200000012", "Batik", 2, "7,5"],
        ["", "Sub Jumlah", "", "", "", 6, 22.5],
        ["B. PADUKUHAN PUCUNG"],
        head,
        [1, "Giyanti", "RT 3", "081200000013", "Wayang", "1", 5],
        [2, "Total Sutarno", "RT 4", "081200000014", "Wayang", 3, 20],
        ["JUMLAH TOTAL", "", "", "", "", 10, 47.5],
        [],
        ["", "", "", "", "Wukirsari, 3 Mei 2023"],
        ["", "Mengetahui", "", "", "Petugas Pendata"],
        ["", "Lurah", "", "", ""],
        [],
        ["", "Susilo H.", "", "", "Dwi Astuti"],
        ["", "NIP. 19700101 199503 1 001"],
    ]
    sheet = only(workbooks.xlsx({"Wukirsari": rows}))
    assert [row.owner for row in sheet.rows] == ["Imaroh", "Nur Ahmadi", "Giyanti", "Total Sutarno"]
    assert [row.investment for row in sheet.rows] == [15_000_000, 7_500_000, 5_000_000, 20_000_000]
    assert [row.commodity for row in sheet.rows] == ["Batik", "Batik", "Wayang", "Wayang"]


def test_a_block_title_is_the_commodity_or_the_place():
    rows = [
        ["No", "Nama Pengrajin", "Alamat", "Telp", "Jml TK"],
        ["A", "BORDIR"],
        [1, "Sumi", "Joho", "081200000021", 2],
        ["B", "KONVEKSI"],
        [1, "Tri", "Joho", "081200000022", 5],
        ["Dusun Gejayan"],
        [2, "Eko", "RT 05", "081200000023", 4],
    ]
    sheet = only(workbooks.xlsx({"A": rows}))
    assert [row.commodity for row in sheet.rows] == ["BORDIR", "KONVEKSI", "KONVEKSI"]
    assert sheet.rows[2].address == "RT 05, Dusun Gejayan"


def test_schema_names_with_underscores():
    rows = [
        [
            "jenis_industri",
            "badan_usaha",
            "nama_perusahaan",
            "nama_pemilik",
            "jenis_kelamin",
            "tanggal_lahir",
            "nik",
            "alamat",
            "desa_kelurahan",
            "kecamatan",
            "telepon",
            "email",
            "izin_nib",
            "pirt",
            "sertifikat_halal",
            "kode_kbli",
            "nama_produk",
            "jumlah_tenaga_kerja_pria",
            "jumlah_tenaga_kerja_wanita",
            "nilai_investasi",
            "jumlah_kapasitas_produksi_perbulan",
            "satuan_produksi",
            "nilai_produksi",
            "foto_ktp",
            "status",
        ],
        [
            "Pangan",
            "PO",
            "Keripik Ayu",
            "Ayu",
            "Perempuan",
            "1980-02-01",
            "3402074102800001",
            "Jl. Mawar 3",
            "Sabdodadi",
            "Bantul",
            "0812.0000.0031",
            "ayu@contoh.invalid",
            "0220100123456",
            "206340",
            "ada",
            "10794",
            "Keripik",
            "1",
            "4",
            "12000000",
            "300",
            "kg",
            "90000000",
            "a.jpg",
            "aktif",
        ],
    ]
    row = only(workbooks.xlsx({"data": rows})).rows[0]
    assert (row.name, row.owner, row.gender, row.nik, row.nib) == (
        "Keripik Ayu",
        "Ayu",
        "female",
        "3402074102800001",
        "0220100123456",
    )
    assert (row.village, row.district, row.kbli, row.product, row.commodity) == (
        "Sabdodadi",
        "Bantul",
        "10794",
        "Keripik",
        "Pangan",
    )
    assert (row.workers, row.investment, row.capacity, row.unit) == (5, 12_000_000, 3_600, "kg")
    assert (row.annual_value, row.phone) == (90_000_000, "+6281200000031")


def test_dekranasda_profile():
    rows = [
        [
            "nama_usaha",
            "pemilik",
            "alamat",
            "kabupaten",
            "tahun_berdiri",
            "skala_usaha",
            "omset_per_tahun",
            "kontak",
            "tenaga_kerja",
            "kapasitas_produksi",
            "bahan_baku",
            "pasar",
            "kebutuhan_pembinaan",
        ],
        [
            "Tenun Lurik",
            "Dibyo",
            "Krapyak",
            "Sleman",
            date(1990, 5, 1),
            "mikro",
            "Rp120.000.000",
            "+62 (0)812 0000 0041",
            "12 orang",
            "500 meter",
            "benang",
            "ekspor",
            "pelatihan",
        ],
    ]
    row = only(workbooks.xlsx({"profil": rows})).rows[0]
    assert (row.established, row.annual_value, row.phone, row.workers) == (1990, 120_000_000, "+6281200000041", 12)
    assert (row.capacity, row.unit, row.marketing, row.regency) == (500, "meter", "ekspor", "Sleman")


def test_lone_l_and_p_count_workers_only_where_numbers_stand_below():
    head = ["No", "Nama Pengrajin", "L", "P", "Alamat", "Produk"]
    counted = only(workbooks.xlsx({"A": [head, [1, "Sri", 2, 3, "Joho", "Tas"], [2, "Tri", "", 1, "Joho", "Tas"]]}))
    assert [(row.workers_male, row.workers_female) for row in counted.rows] == [(2, 3), (0, 1)]
    ticked = only(workbooks.xlsx({"A": [head, [1, "Sri", "", "v", "Joho", "Tas"], [2, "Tri", "v", "", "Joho", "Tas"]]}))
    assert [row.workers for row in ticked.rows] == [None, None]


def test_columns_that_are_always_empty_make_no_noise():
    rows = [["No", "Nama Pemilik", "Alamat", "NIK", "NIB", "KBLI", "HP", "Tahun Berdiri"]]
    rows += [[number, f"Pemilik {number}", "Joho", "", "-", "", "", ""] for number in range(1, 20)]
    assert len(only(workbooks.xlsx({"A": rows})).rows) == 19


def test_several_sheets_of_one_register_and_a_recapitulation():
    head = ["No", "Nama Pemilik", "Alamat", "HP", "Produk"]
    sheets = {
        "Rekap": [
            ["No", "Kalurahan", "Jumlah IKM", "Tenaga Kerja"],
            [1, "Panggungharjo", 1, 4],
            [2, "Bangunharjo", 2, 6],
        ],
        "Panggungharjo": [head, [1, "Sri", "Krapyak", "081200000061", "Blangkon"]],
        "Bangunharjo": [
            ["Data"],
            head,
            [1, "Tri", "Salakan", "081200000062", "Tas"],
            [2, "Ani", "Salakan", "081200000063", "Tas"],
        ],
        "Lama": [head, [1, "Usang", "Krapyak", "081200000069", "Blangkon"]],
    }
    sheet = only(workbooks.xlsx(sheets, hidden=["Lama"]))
    assert [(row.sheet, row.owner) for row in sheet.rows] == [
        ("Panggungharjo", "Sri"),
        ("Bangunharjo", "Tri"),
        ("Bangunharjo", "Ani"),
    ]


def test_a_person_pasted_twice_is_one_to_decide():
    rows = [["No", "Nama Pemilik", "Nama Usaha", "Alamat", "HP", "NIK"]]
    rows += [
        [number, f"Pemilik {number}", f"UD {number}", "Joho", f"08120000{number:04d}", f"34040725028600{number:02d}"]
        for number in range(1, 6)
    ]
    rows.append([6, "PEMILIK 2", "UD 2", "Joho", "0812 0000 0002", "3404072502860002"])
    sheet = only(workbooks.xlsx({"A": rows}))
    (pair,) = sheet.duplicates
    assert {pair.first.row, pair.second.row} == {3, 7} and len(pair.because) == 3


def test_members_matched_and_one_who_is_nowhere():
    sheets = {
        "Daftar": [
            ["No", "Nama Pemilik", "Nama Usaha", "Alamat", "HP"],
            [1, "Sri", "UD Sri", "Joho", "081200000071"],
            [2, "Tri", "UD Tri", "Joho", "081200000072"],
        ],
        "Kelompok": [
            ["DAFTAR PENGURUS KUB MAJU"],
            ["No", "Nama", "Jabatan", "No HP"],
            [1, "tri", "Ketua", "081200000072"],
            [2, "SRI", "Sekretaris I", ""],
            [3, "Bu Anu", "Anggota", "081200000079"],
        ],
    }
    sheet = read_register(workbooks.xlsx(sheets), "a.xlsx")
    assert [(member.office, member.register) for member in sheet.members] == [
        ("chair", 1),
        ("secretary", 0),
        ("member", None),
    ]
    assert {member.group for member in sheet.members} == {"KUB MAJU"}
    assert [(wrong.sheet, wrong.cell) for wrong in sheet.errors] == [("Kelompok", "B5")]
    assert len(sheet.rows) == 2


def test_a_business_over_two_rows_stays_one():
    rows = [
        ["No", "Nama Pemilik", "Alamat", "HP", "Produk", "Kapasitas", "Satuan"],
        [1, "Sri", "Joho", "081200000081", "Tas", 100, "pcs"],
        ["", "", "", "", "Dompet", 300, "pcs"],
        [2, "Tri", "Joho", "081200000082", "Topi", 50, "pcs"],
    ]
    sheet = only(workbooks.xlsx({"A": rows}, {"A": ["A2:A3", "B2:B3", "C2:C3", "D2:D3"]}))
    assert [(row.owner, row.product, [more.name for more in row.more_products]) for row in sheet.rows] == [
        ("Sri", "Tas", ["Dompet"]),
        ("Tri", "Topi", []),
    ]


@pytest.mark.slow
def test_ten_thousand_rows_show_their_progress():
    rows = [
        ["No", "Nama Pemilik", "Nama Usaha", "NIK", "Alamat", "HP", "Produk", "KBLI", "Tenaga Kerja", "Omzet (Rp.000)"]
    ]
    rows += [
        [
            number,
            f"Pemilik {number}",
            f"UD {number}",
            f"{3404072502000000 + number * 10 + 1}",
            "Joho",
            f"0812{number:08d}",
            "Tas",
            "14111",
            3,
            "45.000",
        ]
        for number in range(1, 10_001)
    ]
    told: list[tuple[int, int]] = []
    sheet = read_register(
        workbooks.xlsx({"Besar": rows}), "besar.xlsx", progress=lambda done, total: told.append((done, total))
    )
    assert len(sheet.rows) == 10_000 and sheet.errors == ()
    assert len(told) > 20 and told == sorted(told) and told[-1][0] == told[-1][1]


def test_an_address_stays_as_written_and_a_bare_rt_takes_the_place_of_its_block() -> None:
    listing = (
        "No;Nama Pemilik;Nama Usaha;Alamat;HP;Kapasitas/Th;Satuan\n"
        "KELURAHAN PAJANG;;;;;;\n"
        "1;Sumi;Batik Sumi;Pajang RT 5/2;081200000021;2 kodi;lembar\n"
        "2;Sami;Batik Sami;RT 05 / RW 02;081200000022;40;lembar\n"
    )
    first, second = read_register(listing.encode(), "pajang.csv").rows
    assert (first.address, first.capacity, first.unit) == ("Pajang RT 5/2", 40, "lembar")
    assert (second.address, second.capacity) == ("RT 05 / RW 02, KELURAHAN PAJANG", 40)
