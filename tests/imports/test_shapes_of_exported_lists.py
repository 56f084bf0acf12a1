"""Lists as forms, portals and spreadsheets export them: none loses, joins or changes an IKM or a cell unsaid."""

from __future__ import annotations

from typing import Any

import pytest

from sambang.imports.sheets import RegisterRow, RegisterSheet, SheetError, read_register
from sambang.imports.sheets.results import ProductCells
from tests.imports import workbooks

HEAD = ["No", "Nama Pemilik", "Nama Usaha", "Alamat"]


def read(rows: list[list[Any]], merged: list[str] | None = None) -> RegisterSheet:
    """The list as a workbook; its cells and rows are all accounted for."""
    sheet = read_register(workbooks.xlsx({"IKM": rows}, {"IKM": merged or []}), "ikm.xlsx")
    cells = sheet.cells
    assert cells.filled == cells.values + cells.errors + cells.headings + cells.left_aside
    aside = sum(1 for item in sheet.left_aside if item.row)
    assert sheet.rows_in == len(sheet.rows) + sum(pair.certain for pair in sheet.duplicates) + aside + sheet.continued
    return sheet


def cell_under(heading: str, cell: Any) -> tuple[RegisterRow, RegisterSheet]:
    sheet = read([[*HEAD, heading], [1, "Wati", "Mekar", "Jl. 1", cell]])
    return sheet.rows[0], sheet


def test_headings_merged_across_divide_no_table() -> None:
    """Whatever the texts below a merged heading are: they are headings, and the empty cells in it are no gap."""
    rows = [
        ["No", "Nama Perusahaan", "Alamat", "", "NIB", "Tenaga Kerja", "", "Penanggung Jawab"],
        ["", "", "Kantor", "Pabrik", "", 2023, 2024, ""],
        [1, "UD Maju", "Jl. 1", "Jl. 2", "9120001234567", 3, 4, "Hartono"],
        [2, "UD Laju", "Jl. 3", "Jl. 4", "9120001234568", 5, "", "Sugiyo"],
    ]
    sheet = read(rows, ["C1:D1", "F1:G1"])
    assert [(row.name, row.owner, row.nib, row.workers) for row in sheet.rows] == [
        ("UD Maju", "Hartono", "9120001234567", 4),
        ("UD Laju", "Sugiyo", "9120001234568", 5),
    ]


@pytest.mark.parametrize(
    ("heading", "cell", "field", "value"),
    [
        ("Jumlah Tenaga Kerja", "'3", "workers", 3),
        ("Jumlah Tenaga Kerja", "3L/2P", "workers_female", 2),
        ("Investasi", "’7'500'000", "investment", 7_500_000),
        ("HP", 274562203, "phone", "+62274562203"),
        ("HP", "6.281327117003E+12", "phone", "+6281327117003"),
        ("HP", "https://wa.me/6281327112101", "phone", "+6281327112101"),
        ("NIB", "9,120001234569E+12", "nib", "9120001234569"),
        ("NIK", "NIK: 3404074305780035", "nik", "3404074305780035"),
        ("NIK", "3404 0743 0578 0033 (e-KTP)", "nik", "3404074305780033"),
        ("KBLI", "10391\n10392", "kbli", "10391"),
        ("Produk yang dijual", "Peyek", "product", "Peyek"),
        ("Jenis Pro-\nduk", "Peyek", "product", "Peyek"),
        ("Kegiatan Utama", "Membuat tahu", "commodity", "Membuat tahu"),
        ("Produksi (kg)", 150, "capacity", 150),
        ("Annual Turnover (million IDR)", 120, "annual_value", 120_000_000),
        ("Monthly Production", 10, "capacity", 120),
        ("Male Workers", 2, "workers_male", 2),
        ("% Pemasaran Lokal", 0.8, "marketing", None),
        ("Satuan Tanah", "M2", "unit", None),
        ("Izin > No", "503/22/2019", "owner", "Wati"),
        ("Status UMKM", "Mikro", "owner", "Wati"),
        ("Sentra", "Non Sentra", "cluster", None),
        ("Produk apa saja yang Anda hasilkan? (sebutkan semua)", "Peyek", "product", "Peyek"),
        ("Apakah usaha Bapak/Ibu masih berproduksi?", "Ya", "owner", "Wati"),
        ("NIB", 1, "nib", None),
        ("HP", "0812.3456.789.0", "phone", "+6281234567890"),
        ("HP", "0812–3456–7890", "phone", "+6281234567890"),
    ],
)
def test_what_a_cell_means(heading: str, cell: Any, field: str, value: Any) -> None:
    row, sheet = cell_under(heading, cell)
    assert (getattr(row, field), sheet.errors) == (value, ())
    assert heading != "HP" or row.remarks == ()


@pytest.mark.parametrize(
    ("heading", "cell", "word"),
    [
        ("HP", "8,13272E+10", "dipendekkan Excel"),
        ("NIK", "3.40407430578002E+15", "dipendekkan Excel"),
        ("Omset", "1,2E+07", "dipendekkan Excel"),
        ("Omset", "#ERROR!", "kesalahan Excel"),
        ("HP", "Jl. Melati 11", "bukan nomor telepon"),
        ("Produk", "081327111411", "tertukar kolom"),
        ("Kapasitas per tahun", "200\n100", "lebih dari satu angka"),
        ("Jumlah Tenaga Kerja", "2+3", "lebih dari satu angka"),
        ("Status", "Sudah tidak berusaha lagi", "tertulis tutup"),
        ("Status", "Ganti usaha", "tertulis tutup"),
        ("Verifikasi 2025", "Tidak ditemukan", "tidak disimpan"),
        ("Keterangan", "ybs sudah wafat", "tidak disimpan"),
        ("Ket", "dobel dgn no 1", "dua kali"),
        ("Status", "Tidak", "tertulis tutup"),
        ("Apakah usaha masih aktif?", "Tidak lagi", "tertulis tutup"),
        ("Status", "Pasif", "tidak dikenal"),
        ("Sentra", "Ya", "nama sentranya"),
        ("Produk", "√", "hanya centang"),
        ("Omzet/bln", "< 5 juta", "batas"),
        ("Jml TK", "> 10 orang", "batas"),
        ("Kapasitas/th", "20an kodi", "tidak terbaca"),
        ("NIK", "9999999999999999", "pengisi tempat"),
    ],
)
def test_what_is_an_error(heading: str, cell: str, word: str) -> None:
    _row, sheet = cell_under(heading, cell)
    [error] = sheet.errors
    assert word in error.message and error.value == " ".join(cell.split())


def test_several_products_in_one_row() -> None:
    """On lines that correspond, as a numbered list, or under repeated headings; otherwise a cell stays one product."""
    columns = [*HEAD, "Produk", "Kapasitas/bulan", "Satuan"]
    rows: list[list[Any]] = [
        [1, "Nia", "Bambu Nia", "Jl. 1", "Besek\nTampah", "200\n100", "buah"],
        [2, "Oka", "Kue Oka", "Jl. 2", "1. Nastar 2. Kastengel", "", ""],
        [3, "Ani", "Kue Ani", "Jl. 3", "1. Nastar 2. Kastengel", 50, "toples"],
        [4, "Adi", "Kue Adi", "Jl. 4", "Keripik\nsingkong", 50, "bungkus"],
    ]
    sheet = read([columns, *rows])
    assert sheet.errors == ()
    assert [(row.product, row.capacity, row.more_products) for row in sheet.rows] == [
        ("Besek", 2400, (ProductCells("Tampah", "buah", 1200),)),
        ("Nastar", None, (ProductCells("Kastengel"),)),
        ("1. Nastar 2. Kastengel", 600, ()),
        ("Keripik singkong", 600, ()),
    ]
    headings = [*HEAD, "Produk 1", "Kapasitas 1", "Produk 2", "Kapasitas 2", "HP"]
    sheet = read([headings, [1, "Nia", "Nia Jaya", "Jl. 1", "Keset", 10, "Sapu", 20, "081327110001"]])
    [row] = sheet.rows
    assert (row.product, row.capacity, row.more_products) == ("Keset", 10, (ProductCells("Sapu", None, 20),))
    assert row.phone == "+6281327110001"


@pytest.mark.parametrize(
    ("head", "row"),
    [
        (["Nama Pemilik", "Usaha 1", "Usaha 2", "Alamat"], ["Oneng", "Oneng Jahit", "Oneng Snack", "Jl. 1"]),
        (["Nama", "Nama", "Alamat", "HP"], ["Wiji", "Wiji Jaya", "Jl. 1", "081327110001"]),
        (["Nama Pemilik", "Nama Usaha", "Alamat", "HP"], ["1. Sutini\n2. Wagiyem", "Batik", "Jl. 1", "081327110001"]),
    ],
)
def test_a_second_name_in_a_row_is_an_error(head: list[str], row: list[str]) -> None:
    sheet = read([head, row])
    [error] = sheet.errors
    assert error.value in " ".join(" ".join(row).split())
    assert len(sheet.rows) == 1


def test_a_place_that_is_written_once_for_its_group() -> None:
    head = ["Kecamatan", "Desa", *HEAD]
    rows = [
        ["Depok", "Condongcatur", 1, "Ani", "Ani Jaya", "Jl. 1"],
        ["", "", 2, "Budi", "Budi Jaya", "Jl. 2"],
        ["", "Caturtunggal", 3, "Cici", "Cici Jaya", "Jl. 3"],
        ["Mlati", "Sinduadi", 4, "Dedi", "Dedi Jaya", "Jl. 4"],
        ["", "", 5, "Esti", "Esti Jaya", "Jl. 5"],
    ]
    sheet = read([head, *rows])
    assert [(row.district, row.village) for row in sheet.rows] == [
        ("Depok", "Condongcatur"),
        ("Depok", "Condongcatur"),
        ("Depok", "Caturtunggal"),
        ("Mlati", "Sinduadi"),
        ("Mlati", "Sinduadi"),
    ]
    assert [len(row.remarks) for row in sheet.rows] == [0, 2, 1, 0, 2]
    repeated = [[*rows[0]], ["Depok", "", *rows[1][2:]], ["Depok", "Condongcatur", *rows[2][2:]]]
    assert [row.village for row in read([head, *repeated]).rows] == ["Condongcatur", None, "Condongcatur"]


def test_a_count_beside_the_name_of_a_place_is_no_part_of_it() -> None:
    rows = [["NO", "NAMA PEMILIK", "NAMA USAHA", "DESA", "PRODUK"]]
    for title, village in (
        ("I. KECAMATAN DEPOK (12 IKM)", "Condongcatur"),
        ("II. KECAMATAN MLATI : 2 IKM", "Sinduadi"),
    ):
        rows += [[title], *[[str(n), f"Ani {village} {n}", f"Jaya {n}", village, "Roti"] for n in (1, 2)]]
    sheet = read(rows, ["A2:E2", "A5:E5"])
    assert [(row.district, row.address) for row in sheet.rows] == [("DEPOK", None)] * 2 + [("MLATI", None)] * 2


def test_signatures_directly_below_numbered_rows_are_no_ikm() -> None:
    rows = [[*HEAD, "Jenis Usaha", "HP"]]
    rows += [[n, f"Ani {n}", f"Ani Jaya {n}", "Joho", "Jahit", f"0813271100{n:02}"] for n in range(10, 20)]
    signatures = [
        ["", "Mengetahui", "", "", "Petugas Pendata", ""],
        ["", "Drs. Lukman", "", "", "Mita, S.E.", "081327119999"],
    ]
    sheet = read([*rows, *signatures])
    assert len(sheet.rows) == 10
    assert [item.row for item in sheet.left_aside if item.row] == [12, 13]
    [doubted] = sheet.errors
    assert doubted.cell == "B13"


def test_nothing_is_shown_of_passwords_and_other_numbers_of_accounts() -> None:
    headings = ["Password OSS", "PIN", "No. Rekening", "No. KK", "Nama Ibu Kandung", "Username"]
    secrets = ["Rahasia123!", "654321", "002201012345678", "3404071203090001", "Tukiyem", "asih77"]
    sheet = read([[*HEAD, *headings], *[[n, f"Ani {n}", f"Jaya {n}", "Joho", *secrets] for n in range(4)]])
    shown = repr([sheet.columns, sheet.errors, sheet.left_aside, sheet.rows])
    assert not any(secret in shown for secret in secrets)
    assert {column.examples for column in sheet.columns if column.heading in headings} == {("•••",)}


def test_invisible_signs_are_no_part_of_a_name() -> None:
    [row] = read([HEAD, [1, "Kunto\u200b", "Kunto\u202eJaya", "Jl. 1"]]).rows
    assert (row.owner, row.name) == ("Kunto", "KuntoJaya")


@pytest.mark.parametrize(
    ("name", "content", "word"),
    [
        ("~$ikm.xlsx", b"\x08Pengurus\x00\x00", "sedang dibuka"),
        ("ikm.gsheet", b'{"url": "https://docs.google.com/open?id=a"}', "Google Sheets"),
        ("ikm.csv", b"\x1f\x8b\x08\x00isi", "arsip"),
        ("ikm.heic", b"\x00\x00\x00\x18ftypheic", "gambar"),
        ("ikm.doc", b"\xd0\xcf\x11\xe0" + "WordDocument".encode("utf-16-le"), "dokumen"),
        ("ikm.numbers", workbooks.archive("Index/Document.iwa"), "Numbers"),
    ],
)
def test_what_is_no_list_says_what_it_is(name: str, content: bytes, word: str) -> None:
    with pytest.raises(SheetError, match=word):
        read_register(content, name)


@pytest.mark.parametrize(
    ("heading", "cell", "field", "value", "said"),
    [
        ("Jml TK", "± 30 org", "workers", 30, "kira-kira"),
        ("Tahun Berdiri", "± 2010", "established", 2010, "kira-kira"),
        ("HP", "0812-3456-7890 / 91", "phone", "+6281234567890", "91"),
    ],
)
def test_what_is_said_beside_a_value(heading: str, cell: str, field: str, value: Any, said: str) -> None:
    row, sheet = cell_under(heading, cell)
    assert (getattr(row, field), sheet.errors) == (value, ())
    [remark] = row.remarks
    assert said in remark


def test_a_tick_means_what_its_heading_says() -> None:
    rows = [
        [*HEAD, "Jenis Industri", "", "Pemasaran", "", "Status", ""],
        ["", "", "", "", "Pangan", "Sandang", "Lokal", "Ekspor", "Aktif", "Tidak"],
        [1, "Wati", "Mekar", "Jl. 1", "√", "", "v", "√", "√", ""],
        [2, "Joko", "Laju", "Jl. 2", "", "V", "ya", "-", "", "√"],
        [3, "Sri", "Jaya", "Jl. 3", "", "", "", "tidak", "√", ""],
    ]
    sheet = read(rows, ["E1:F1", "G1:H1", "I1:J1"])
    assert [(row.commodity, row.marketing) for row in sheet.rows] == [
        ("Pangan", "Lokal, Ekspor"),
        ("Sandang", "Lokal"),
        (None, None),
    ]
    [closed] = sheet.errors
    assert closed.cell == "J4"


@pytest.mark.parametrize("is_first", [True, False])
def test_a_summary_beside_a_list_fills_none_of_its_blanks(is_first: bool) -> None:
    summary = [["Kecamatan", "Jumlah IKM", "Jumlah TK"], ["Wedi", 1, 3], ["Bayat", 2, 7], ["Jumlah", 3, 10]]
    listing = [[*HEAD[:3], "Kecamatan", "Jumlah TK"], [1, "Ani", "Ani Jaya", "Wedi", 3], [2, "Ina", "Ina Jaya", "", ""]]
    listing.append([3, "Una", "Una Jaya", "Bayat", 4])
    left, right = (summary, listing) if is_first else (listing, summary)
    sheet = read([[*one, "", *other] for one, other in zip(left, right, strict=True)])
    assert [(row.owner, row.district, row.workers) for row in sheet.rows] == [
        ("Ani", "Wedi", 3),
        ("Ina", None, None),
        ("Una", "Bayat", 4),
    ]


def test_numbers_of_columns_below_repeated_headings_are_no_ikm() -> None:
    numbering = ["1", "2", "3", "4"]
    sheet = read([HEAD, numbering, [1, "Ani", "Ani Jaya", "Jl. 1"], HEAD, numbering, [2, "Ina", "Ina Jaya", "Jl. 2"]])
    assert [row.owner for row in sheet.rows] == ["Ani", "Ina"]


def test_workers_in_several_columns_of_each_sex_are_added() -> None:
    rows = [
        [*HEAD, "TK Tetap", "", "TK Musiman", "", "Total"],
        ["", "", "", "", "L", "P", "L", "P", ""],
        [1, "Ani", "Ani Jaya", "Jl. 1", 1, 2, 3, 4, 10],
        [2, "Ina", "Ina Jaya", "Jl. 2", "", "", "", 2, 3],
    ]
    sheet = read(rows, ["E1:F1", "G1:H1"])
    assert [(row.workers_male, row.workers_female) for row in sheet.rows] == [(4, 6), (0, 2)]
    assert [error.cell for error in sheet.errors] == ["I4"]


def test_a_figure_of_another_column_is_named() -> None:
    """Of a month and a year the year's; of two years the newest; what stands in for a blank one is said."""
    heads = [*HEAD, "Omzet 2023", "Omzet 2024", "Kapasitas/bln", "Kapasitas/th"]
    sheet = read(
        [heads, [1, "Ani", "A", "Jl. 1", 100_000, 200_000, 9, 120], [2, "Ina", "I", "Jl. 2", 300_000, "", 9, ""]]
    )
    assert [(row.annual_value, row.capacity, len(row.remarks)) for row in sheet.rows] == [
        (200_000, 120, 0),
        (300_000, 108, 2),
    ]


def test_whole_rupiah_in_a_column_of_thousands_of_a_csv() -> None:
    cells = ["12.500", "15000", "7.500", "Rp 100.000.000"]
    lines = [[*HEAD, "Investasi (Rp 000)"], *[[n, f"Ani {n}", f"A {n}", "Joho", cell] for n, cell in enumerate(cells)]]
    sheet = read_register(workbooks.lines(lines).encode(), "ikm.csv")
    assert [row.investment for row in sheet.rows] == [12_500_000, 15_000_000, 7_500_000, 100_000_000]


def test_headings_of_a_form_export_name_their_group_and_their_question() -> None:
    heads = ["start", "Identitas/nama_pemilik", "Identitas/no_hp", "Lokasi/desa", "Lokasi/kecamatan", "_uuid"]
    lines = [heads, ["2025-03-01", "Yatmi", "081200011122", "Jogosetran", "Kalikotes", "a-b"]]
    [row] = read_register(workbooks.lines(lines, ",").encode(), "kobo.csv").rows
    assert (row.owner, row.phone, row.village, row.district) == ("Yatmi", "+6281200011122", "Jogosetran", "Kalikotes")
