"""The sentences for the engine's codes: Indonesian, the keys of the English catalogue of ``sambang``.

Only the commands and ``sambang.insight`` import this module; the engine itself answers in codes.
"""

from __future__ import annotations

from collections.abc import Callable

from sambang_stats.coaching_effect import Conclusion
from sambang_stats.errors import PanelError, Problem, TableName
from sambang_stats.progress import Stage


def gettext_noop(text: str) -> str:
    """Mark a text for ``tools/messages.py``; this module translates nothing itself."""
    return text


TABLE_LABELS = {
    TableName.REPORTS: gettext_noop("laporan"),
    TableName.UNITS: gettext_noop("daftar unit"),
    TableName.SERIES: gettext_noop("deret"),
    TableName.TREATMENT: gettext_noop("panel"),
}
STAGE_LABELS = {
    Stage.READ: gettext_noop("membaca laporan"),
    Stage.SORT: gettext_noop("mengurutkan"),
    Stage.LINK: gettext_noop("menautkan baris produk"),
    Stage.JACKKNIFE: gettext_noop("selang"),
}
CONCLUSIONS = {
    Conclusion.RISE: gettext_noop("naik"),
    Conclusion.FALL: gettext_noop("turun"),
    Conclusion.NOT_SIGNIFICANT: gettext_noop("belum terlihat"),
    Conclusion.TOO_WIDE: gettext_noop("belum dapat dikatakan"),
    Conclusion.INCONCLUSIVE: gettext_noop("tidak dapat disimpulkan"),
}
PANEL_DRAWN = gettext_noop(
    "%(asked)d dari %(units)d unit ditanya; selang 90 %% satu bulan kira-kira ±%(width).1f %%. (Benih acak: %(seed)d.)"
)
ERROR_SENTENCES = {
    Problem.MISSING_COLUMNS: gettext_noop("Kolom %(missing)s tidak ada pada %(table)s; yang perlu: %(needed)s."),
    Problem.MISSING_COLUMN: gettext_noop("Kolom %(column)s tidak ada pada %(table)s; yang ada: %(present)s."),
    Problem.EMPTY_CELL: gettext_noop("Kolom %(column)s pada %(table)s kosong di baris %(row)d; isi dahulu."),
    Problem.NOT_A_NUMBER: gettext_noop(
        "Kolom %(column)s pada %(table)s memuat yang bukan angka: “%(text)s” di baris %(row)d. "
        "Tulis angkanya saja, tanpa titik ribuan dan tanpa satuan."
    ),
    Problem.NUMBER_TOO_LARGE: gettext_noop(
        "Kolom %(column)s pada %(table)s terlalu besar: %(number)g di baris %(row)d (%(count)d baris). "
        "Perbaiki angkanya."
    ),
    Problem.NEGATIVE_NUMBER: gettext_noop(
        "Kolom %(column)s pada %(table)s tidak boleh negatif: %(number)g di baris %(row)d (%(count)d baris). "
        "Perbaiki angkanya."
    ),
    Problem.MIXED_DECIMAL_MARKS: gettext_noop(
        "Kolom %(column)s pada %(table)s memakai koma dan titik sebagai tanda desimal: pilih salah satu."
    ),
    Problem.AMBIGUOUS_THOUSANDS: gettext_noop(
        "Kolom %(column)s pada %(table)s memuat “%(text)s” di baris %(row)d: seribu lebih, atau pecahan? "
        "Tulis tanpa titik atau koma ribuan."
    ),
    Problem.EMPTY_MONTH: gettext_noop(
        "Kolom %(column)s pada %(table)s kosong di baris %(row)d; tulis seperti 2022-03."
    ),
    Problem.UNKNOWN_MONTH: gettext_noop("Bulan “%(text)s” tidak ada; tulis seperti 2022-03."),
    Problem.UNKNOWN_MONTH_IN_COLUMN: gettext_noop(
        "Bulan “%(text)s” tidak ada; tulis seperti 2022-03. (Kolom %(column)s pada %(table)s, baris %(row)d.)"
    ),
    Problem.REPEATED_HEADING: gettext_noop("Baris %(row)d pada %(table)s mengulang judul kolom; hapus baris itu."),
    Problem.NO_REPORTS: gettext_noop("Tidak ada laporan: berkas kosong. Isi paling sedikit satu baris."),
    Problem.NO_QUANTITIES: gettext_noop("Tidak ada laporan: kolom quantity kosong semua."),
    Problem.DUPLICATE_REPORT: gettext_noop(
        "Laporan ganda: unit %(unit)s, produk %(product)s, bulan %(month)s ada lebih dari sekali "
        "(%(count)d kejadian). Sisakan satu."
    ),
    Problem.UNKNOWN_UNIT: gettext_noop(
        "Unit %(unit)s pada laporan tidak ada di daftar unit (%(count)d unit); "
        "tambahkan ke daftar atau hapus laporannya."
    ),
    Problem.DUPLICATE_UNIT: gettext_noop("Unit %(unit)s tertulis lebih dari sekali di daftar unit; sisakan satu."),
    Problem.END_BEFORE_START: gettext_noop("Unit %(unit)s tutup (end) sebelum mulai (start); perbaiki bulannya."),
    Problem.UNKNOWN_REGION: gettext_noop(
        "Wilayah “%(region)s” (unit %(unit)s) tidak dikenal; tulis sepuluh angka kode desa tanpa titik."
    ),
    Problem.UNKNOWN_INDUSTRY: gettext_noop("KBLI “%(industry)s” (unit %(unit)s) bukan lima angka; perbaiki kodenya."),
    Problem.UNKNOWN_ASKED: gettext_noop(
        "Kolom asked pada %(table)s memuat %(number)g di baris %(row)d; tulis 1 (ditanya) atau 0 (tidak ditanya)."
    ),
    Problem.NOBODY_ASKED: gettext_noop("Kolom asked pada daftar unit 0 semua; beri 1 pada unit yang ditanya."),
    Problem.PANEL_TOO_SMALL: gettext_noop(
        "Panel %(size)d unit terlalu kecil untuk semua kelompok; paling sedikit %(needed)d unit."
    ),
    Problem.VOLUME_TOO_LARGE: gettext_noop(
        "Produksi unit %(unit)s pada %(month)s bernilai lebih dari seribu triliun rupiah: periksa jumlah dan nilainya."
    ),
    Problem.BASE_OUTSIDE_REPORTS: gettext_noop(
        "Tahun dasar %(base)s tidak ada di laporan (%(first)s sampai %(last)s); pilih tahun atau bulan-bulan lain."
    ),
    Problem.PERIOD_ENDS_BEFORE_START: gettext_noop(
        "Masa “%(text)s” berakhir sebelum mulai; tulis seperti 2025-03:2026-02."
    ),
    Problem.UNLINKED_REPORTS: gettext_noop("%(count)d baris laporan belum tertaut; hitung ulang sel dahulu."),
    Problem.LINKS_OF_OTHER_REPORTS: gettext_noop("Baris tertaut bukan milik laporan ini."),
    Problem.MISSING_PRICE: gettext_noop("Harga untuk tahun %(year)d belum ditetapkan pada lini ini."),
    Problem.INVALID_QUANTITY: gettext_noop("Jumlah tidak boleh negatif atau tak hingga."),
    Problem.NO_REPORT_TO_WITHDRAW: gettext_noop("Tidak ada laporan bulan ini yang dapat ditarik."),
    Problem.REPORT_AFTER_CLOSURE: gettext_noop("Ada laporan pada atau setelah bulan tutup; tarik dahulu laporan itu."),
    Problem.DUPLICATE_PERIOD: gettext_noop("Unit %(unit)s tertulis lebih dari sekali pada satu periode; sisakan satu."),
    Problem.SEVERAL_FIRST_TREATED: gettext_noop("Unit %(unit)s punya lebih dari satu first_treated."),
    Problem.SEVERAL_CLUSTERS: gettext_noop("Unit %(unit)s ada di lebih dari satu cluster."),
    Problem.NOBODY_TREATED: gettext_noop("Tidak ada unit yang dibina: kolom first_treated kosong semua."),
    Problem.NO_COMPARISON: gettext_noop(
        "Tidak ada efek yang dapat dihitung: tidak ada pembanding atau masa sebelum pembinaan."
    ),
    Problem.NO_PERIOD_AFTER: gettext_noop("Tidak ada periode setelah pembinaan; efek belum dapat dihitung."),
    Problem.MISSING_INDUSTRIES_BEFORE: gettext_noop(
        "Ada industri yang pada wilayah acuan belum ada di tahun awal; gabungkan dahulu."
    ),
    Problem.DIFFERENT_LENGTHS: gettext_noop("Daftar industri wilayah dan acuan tidak sama panjang."),
    Problem.NO_POSITIVE_TOTAL: gettext_noop("Angka tidak boleh negatif, dan jumlahnya harus lebih dari nol."),
    Problem.MISSING_FILE: gettext_noop("Berkas %(file)s tidak ada."),
    Problem.EMPTY_FILE: gettext_noop("Berkas %(file)s kosong."),
    Problem.UNREADABLE_FILE: gettext_noop("Berkas %(file)s tidak terbaca: %(cause)s."),
    Problem.WRONG_NUMBER_OF_CELLS: gettext_noop(
        "Baris %(row)d berkas %(file)s berisi %(found)d sel, bukan %(needed)d. Bila angkanya memakai koma desimal, "
        "pisahkan kolom dengan titik koma."
    ),
    Problem.WORKBOOK_FILE: gettext_noop("Berkas %(file)s adalah buku kerja Excel: simpan dahulu sebagai CSV."),
    Problem.UTF16_FILE: gettext_noop("Berkas %(file)s disimpan sebagai UTF-16: simpan dahulu sebagai CSV UTF-8."),
    Problem.NOT_UTF8_FILE: gettext_noop(
        "Berkas %(file)s tidak disimpan sebagai UTF-8: simpan dahulu sebagai CSV UTF-8."
    ),
    Problem.MISSING_FOLDER: gettext_noop("Folder %(folder)s tidak ada; buat dahulu."),
    Problem.SPARK_NOT_INSTALLED: gettext_noop(
        "Spark belum terpasang: pasang sambang[spark] dan Java 17, atau pakai --engine duckdb."
    ),
    Problem.UNITS_REQUIRED: gettext_noop(
        "--by memerlukan --units: tanpa daftar unit, wilayah dan industri tidak diketahui."
    ),
    Problem.UNKNOWN_AGGREGATE: gettext_noop(
        "--by tidak mengerti “%(text)s”; tulis seperti region:4,industry:2 (region 1-10, industry 1-5) atau cluster."
    ),
    Problem.EMPTY_SERIES: gettext_noop("Deret kosong: isi paling sedikit satu bulan."),
    Problem.DUPLICATE_MONTH: gettext_noop("Bulan %(month)s tertulis lebih dari sekali pada deret; sisakan satu baris."),
    Problem.EMPTY_PANEL: gettext_noop("Panel kosong: isi paling sedikit satu baris."),
    Problem.UNKNOWN_PERIOD: gettext_noop(
        "Periode “%(text)s” bukan bulan (2022-03) atau bilangan bulat. "
        "(Kolom %(column)s pada %(table)s, baris %(row)d.)"
    ),
    Problem.SIZE_OR_WIDTH: gettext_noop("Tulis --size atau --width, salah satu."),
    Problem.SHARE_OUT_OF_RANGE: gettext_noop("--%(option)s %(number)g di luar jangkauan; tulis bagian seperti 0.85."),
    Problem.NEGATIVE_ANTICIPATION: gettext_noop("--anticipation tidak boleh negatif."),
}


def sentence(error: PanelError, translate: Callable[[str], str] = str) -> str:
    """The sentence for an error; ``translate`` is the caller's gettext."""
    params = {
        name: translate(TABLE_LABELS[param]) if isinstance(param, TableName) else param
        for name, param in error.params.items()
    }
    return translate(ERROR_SENTENCES[error.code]) % params
