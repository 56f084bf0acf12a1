"""Rules from headings to fields.

A new heading is added to HEADING_RULES; the first rule whose pattern matches applies. Patterns see lower case
with punctuation as spaces, and its parents before it, separated by " > ".
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from sambang.lib.units import UNITS
from sambang.registry.kbli_versions import KbliVersion
from sambang.registry.permit_kinds import PERMIT_COLUMNS

WORKERS_PATTERN = r"tenaga kerja|\bemployees\b|\bworkers\b|\btk\b|\btki\b|pekerja|karyawan|pegawai|naker|\bnakers?\b"
PERMIT_PATTERNS = {kind.value: column.heading for kind, column in PERMIT_COLUMNS.items()}
PERMIT = "|".join((*PERMIT_PATTERNS.values(), r"izin|\bnib\b|siinas"))
NUMBERED = "|".join(
    (
        *PERMIT_PATTERNS.values(),
        r"\bnib\b|siinas|\bnik\b|\bktp\b|\bnpwp\b|\bkbli\b|\bhp\b|telepon|izin|legalitas|sertifikat|surat|dokumen|akta",
    )
)
UNTIL = r"berlaku|kada?lu?warsa|kada?luarsa|berakhir|\bhabis\b|expired?\b"
ISSUED = r"terbit|dikeluarkan"
PERMIT_DETAIL = r"berlaku|tanggal|\btgl\b|terbit|kada?luarsa|lembaga"
MALE_PATTERN = r"l|lk|lki|laki|laki laki|laki2|pria|pa|cowok|male"
FEMALE_PATTERN = r"p|pr|prp|prm|perempuan|wanita|w|wnt|pi|female"
UNIT_NAMES = "|".join(sorted((name for name in UNITS if len(name) > 1), key=len, reverse=True))
SUM = r"jml|jumlah|total|jlh|jmlh"
PART_OF_WORKERS = r"tidak tetap|tetap|lepas|harian|borongan|kontrak|keluarga|musiman|(tidak |tak )?dibayar"
CLOSED = r"(tidak|tdk|non) ?(lagi )?(aktif|produksi|berproduksi|beroperasi)|tutup|berhenti|vakum|mati"

# Headings of a name and something else in one cell (composite_cells.py).
ADDRESS_OR_PHONE = r"alamat( lengkap)?|(no |nomor )?(hp|telp|telepon|tlp|wa|kontak)"
NAMES_BESIDE = (
    ("owner", "pemilik|pengusaha|pimpinan|pengrajin|perajin|penanggung jawab"),
    ("name", "usaha|perusahaan|ikm|industri"),
)

# Columns of accounts and of other people: known, left aside, and none of their cells is shown.
SECRETS = (
    r"\b(pass(word)?|kata ?sandi|sandi|pin|otp|user ?name|user ?id|rekening|norek|kk|bpjs|paspor)\b"
    r"|kartu keluarga|ibu kandung"
)

# (field, pattern): '' means a column that is known and left aside.
HEADING_RULES: tuple[tuple[str, str], ...] = (
    ("number", rf"^(?!.*({NUMBERED})[^>]*> )(.*> )?(no|nomor|nmr|no urut|nomor urut|nu)$"),
    *(
        (
            name,
            rf"(^|> )nama (lengkap )?({of})( usaha| ikm)? (dan |serta )?({ADDRESS_OR_PHONE})( ({of}|usaha))?$",
        )
        for name, of in NAMES_BESIDE
    ),
    ("name", rf"(^|> )nama (dan |serta )?({ADDRESS_OR_PHONE}) (usaha|perusahaan|ikm|industri)$"),
    (
        "owner",
        rf"(^|> )nama (lengkap )?(dan |serta )?({ADDRESS_OR_PHONE})( ({NAMES_BESIDE[0][1]}))?$",
    ),
    ("cluster", r"(^|> )(nama )?(sentra|klaster|cluster)( ikm| industri| industri kecil| kerajinan)?$"),
    (
        "",
        (
            r"\b(petugas|pendamping|pendata|pencacah|enumerator|surveyor|penyuluh|operator|verifikator|pembina)\b"
            rf"|{SECRETS}|\bkta\b|\bnip\b|\bnisn\b"
        ),
    ),
    ("commodity", r"(judul|uraian|nama|deskripsi) kbli"),
    *(
        (f"{kind}_{which}", rf"^(?!.*\b(tahun|thn|bulan|lembaga|penerbit|status)\b)(?=.*({name})).*({pattern})")
        for kind, name in PERMIT_PATTERNS.items()
        for which, pattern in (("until", UNTIL), ("issued", ISSUED))
    ),
    (
        "",
        (rf"({PERMIT_DETAIL}|tahun).*({PERMIT})|({PERMIT}).*({PERMIT_DETAIL})"),
    ),
    *((kind.value, column.number) for kind, column in PERMIT_COLUMNS.items()),
    ("siinas", r"siinas"),
    ("education", r"(^|> )((tingkat|jenjang) )?pendidikan( terakhir| tertinggi| formal| pemilik| pengusaha)*$"),
    ("disability", rf"^(?!.*({WORKERS_PATTERN}|{SUM}|nama)).*(disabilitas|difabel)"),
    (
        "",
        (
            r"(jenis|tipe|kategori|golongan|skala|bentuk|kelas)( tipe)? (pelaku|perusahaan|kepemilikan|badan|risiko"
            r"|proyek)|penanaman modal|status (\w+ )?(modal|kepemilikan|tanah|tempat|bangunan|pernikahan|perkawinan"
            r"|pegawai|nib|izin|umkm|ukm|skala)|\bmaps?\b"
            r"|\bgps\b|titik|disabilitas|difabel|(tahun|thn|th|bulan|periode) (data|izin"
            r"|pendataan|anggaran|input|daftar|terdaftar|laporan|survei|sensus|pembinaan|bantuan)"
        ),
    ),
    ("status_closed", rf"^({CLOSED})$|\b(status|keadaan|kondisi|aktif)\b[^>]*> ({CLOSED}|tidak|tdk)$"),
    (
        "status_active",
        r"^((masih )?aktif|masih (produksi|berproduksi))$|\b(status|keadaan|kondisi)\b[^>]*> (aktif|ya)$",
    ),
    (
        "status",
        (
            r"(^|> )(status|keadaan|kondisi)( usaha| aktif| ikm| operasional)?$"
            r"|\b(masih|status)\b.*\b(aktif|berproduksi|beroperasi|berjalan|buka)\b"
        ),
    ),
    ("year", r"^(tahun|thn|th|year)$"),
    (
        "",
        (
            r"foto|scan|upload|unggah|gambar|lampiran|tanda tangan|\bttd\b|paraf|e ?mail|surel|tanggal lahir|tgl "
            r"lahir|tempat lahir|\bumur\b|\busia\b|pendidikan|agama|timestamp|koordinat|latitude|longitude|kode pos"
        ),
    ),
    (
        "",
        (
            r"\bprovinsi\b|\bprov\b|province|deskripsi|website|\bweb\b|\bsitus\b|medsos|sosmed|(media|akun) sosial"
            r"|instagram|\big\b|facebook|\bfb\b|tik ?tok|shopee|tokopedia|lazada|bukalapak|market ?place|toko "
            r"(online|daring)|(tanggal|tgl) (pengajuan|akad|daftar|data|input)|(kode|id) "
            r"(provinsi|prov|kab|kabupaten|kec|kecamatan|desa|kelurahan|kel|wilayah)|plafon|risiko"
        ),
    ),
    (
        "",
        (
            r"bahan baku|bahan penolong|kendala|permasalahan|keterangan|\bket\b|catatan|sumber modal|modal "
            r"kerja|pinjaman|kredit|kode sentra|mesin|peralatan|kebutuhan|harapan|potensi|badan "
            r"usaha|bentuk usaha|badan hukum|skala"
        ),
    ),
    (
        "",
        (
            r"sertifikat|tdi\b|siup|tdp|\biumk\b|tanggal "
            r"terbit|masa berlaku|bulan tahun daftar|tgl daftar|tanggal daftar"
        ),
    ),
    ("nik", r"\bnik\b|^(?!.*(alamat|\bnama\b)).*\bktp\b|induk kependudukan"),
    ("npwp", r"\bnpwp\b"),
    ("nib", r"^(?!.*\bnama\b).*(\bnib\b|induk berusaha)"),
    ("kbli", r"\bkbli\b|\bklbi\b|kode usaha|kode industri"),
    ("office", r"jabatan|(^|> )(pengurus|peran|kedudukan|posisi)( dalam \w+| di \w+)?$"),
    (
        "owner_address",
        r"(alamat|domisili|tempat tinggal).*(pemilik|pengusaha|pengrajin|perajin|pimpinan|ktp|rumah|tinggal)",
    ),
    ("owner_address", r"(pemilik|pengusaha|pengrajin|perajin|pimpinan)\b[^>]*> (alamat|domisili)"),
    ("address", r"(^|> )(alamat|lokasi)\b[^>]*\b(dusun|rt|rw|desa|jalan|kecamatan)\b"),
    (
        "workers_part",
        (rf"({WORKERS_PATTERN}).*\b({PART_OF_WORKERS})$"),
    ),
    ("workers_split", rf"({WORKERS_PATTERN}).*(l p|lk pr|pria wanita|laki laki perempuan|l dan p)$"),
    ("workers_male", r"^(male|men) (workers|employees)"),
    ("workers_female", r"^(female|women) (workers|employees)"),
    ("workers_male", rf"({WORKERS_PATTERN}).*( > | )({MALE_PATTERN})( orang| org)?$"),
    ("workers_female", rf"({WORKERS_PATTERN}).*( > | )({FEMALE_PATTERN})( orang| org)?$"),
    ("workers", rf"({WORKERS_PATTERN}).*( > )({SUM})( orang| org)?$"),
    ("workers", rf"{WORKERS_PATTERN}"),
    *(
        (f"gender_{sex}", rf"(kelamin|\bjk\b|gender|\bsex\b)[^>]*> ({pattern})$")
        for sex, pattern in (("male", MALE_PATTERN), ("female", FEMALE_PATTERN))
    ),
    ("gender", r"jenis kelamin|\bjk\b|gender|\bsex\b|kelamin|(^|> )(l p|lk pr|l / p|pria wanita|laki laki perempuan)$"),
    (
        "phone",
        (
            r"\bhp\b|\bwa\b|\bmobile\b|whats "
            r"?app|telp|telepon|telpon|telephone|\btlp\b|\btelf\b|phone|handphone|ponsel|kontak|contact|\bno "
            r"hp\b|nomor hp|\bcp\b"
        ),
    ),
    ("investment_land", r"(investasi|nilai|harga).*(tanah|bangunan)(?!.*(tanpa|diluar|di luar))"),
    ("investment", r"investasi|\bmodal\b|\baset\b|\basset\b|kekayaan|permodalan"),
    ("", r"^(?!.*(tanah|bangunan|nilai)).*\bharga\b|\bhpp\b"),
    ("", r"(satuan|unit|luas) (tanah|lahan|bangunan|mesin)|\bpersen(tase)?\b|\bprosentase\b"),
    ("unit", r"\bsat(uan)?\b(?!.*per )|(produksi|kapasitas|volume).*> (unit|satuan)|^(uom|unit of measure)$"),
    (
        "annual_value",
        (
            r"nilai (hasil )?prod|nilai penjualan|nilai jual|omse?z?t|omzet|omset|penjualan|pendapatan|turn "
            r"?over|(produksi|kapasitas).*> (nilai|rp|rupiah)|nilai\b.*produksi|produksi.*\brp\b"
        ),
    ),
    (
        "product",
        (
            r"produk(si)?\b[^>]*> (jenis|macam|nama)( produk| barang)?$|"
            r"jenis produk|nama produk|produk utama|(^|> )(produk|(main )?products?|hasil produksi|hasil|jenis barang"
            r"|nama barang|barang|(jenis )?dagangan|produk (yang|yg) (di)?(hasilkan|buat|produksi|jual)|jenis "
            r"produksi|macam "
            r"produk|produksi barang|hasil kerajinan|produk unggulan)( yang dihasilkan| utama)?$"
        ),
    ),
    (
        "capacity",
        (
            rf"(^|> )(jumlah |hasil )?produksi ({UNIT_NAMES})$|\bproduction( capacity)?$|"
            r"kapasitas|\bkap\b|volume|(total|jumlah) produksi|jml produksi|(^|> )produksi( > "
            r"(jumlah|jml|volume|vol|banyaknya|total))?( "
            r"(per|setahun|sebulan|th|thn|tahun|bulan|bln).*)?$|produksi.*> "
            r"(jumlah|jml|volume|vol|banyaknya|total)|banyaknya produksi"
        ),
    ),
    (
        "commodity",
        (
            r"jenis industri|jenis usaha|bidang usaha|cabang industri|kelompok industri|komodit|jenis "
            r"ikm|sektor|jenis kerajinan|kategori|bidang|(usaha|kegiatan) utama|klasifikasi"
        ),
    ),
    (
        "established",
        (
            r"\bestablished\b|\bfounded\b|berdiri|pendirian"
            r"|mulai (usaha|produksi|beroperasi|operasi)|(tahun|thn|th) (usaha|operasi|mulai)|sejak"
        ),
    ),
    ("marketing", r"pemasaran|pasar\b|daerah jual|tujuan penjualan"),
    (
        "owner_and_name",
        (
            r"(pemilik|pengusaha|pimpinan|pengrajin|perajin).*\b(perusahaan|usaha|ikm)\b|(perusahaan|nama "
            r"usaha).*(pemilik|pengusaha|pimpinan)"
        ),
    ),
    (
        "owner",
        (
            r"pemilik|pengusaha|pengrajin|perajin|pimpinan|penanggung ?jawab|pengelola|nama lengkap|nama "
            r"orang|nama (penerima|pedagang|pengurus|debitur|pemohon|nasabah|warga|peserta|pendaftar|responden|user)"
            r"|nama anggota|\bowner\b|pelaku usaha|pelaku ikm|pelaku umkm|atas nama|juragan|direktur|^pelaku$"
        ),
    ),
    (
        "name",
        (
            r"(business|company|enterprise|sme) name|name of (the )?(business|company|enterprise|sme)|nama (irt|irtp)\b"
            r"|nama (usaha|perusahaan|ikm|industri|ukm|umkm|unit|toko|badan|brand|merk|merek|rumah|ikm ukm|kelompok "
            r"usaha|bengkel|konveksi|sanggar)|(^|> )(usaha|perusahaan|nama perusahaan|ikm|merk|merek|merk "
            r"usaha|merek usaha|merk dagang|merek dagang|brand|unit usaha|perusahaan ikm|usaha "
            r"ikm)$|(usaha|perusahaan|ikm) > nama$"
        ),
    ),
    ("owner", r"(^|> )(nama|nm|nama ybs|nama peserta)$"),
    ("village", r"\bvillage\b|\bdesa\b|kelurahan|kalurahan|\bkel\b|\bds\b"),
    ("district", r"\b(sub ?)?district\b|kecamatan|kapanewon|\bkec\b|kemantren|distrik"),
    ("regency", r"\bregency\b|kabupaten|\bkab\b|kota\b"),
    ("hamlet", r"dusun|padukuhan|pedukuhan|dukuh|kampung|lingkungan|\bdsn\b|banjar|jorong"),
    ("rt", r"\brt\b|\brw\b"),
    ("address", r"alamat|\baddress\b|\bstreet\b|lokasi|tempat usaha|jalan\b|domisili"),
)
SECRET_HEADING = re.compile(SECRETS)
UNIT = re.compile(rf"\b({UNIT_NAMES})\b")
HEADING_ABBREVIATIONS = {
    "nm": "nama",
    "ush": "usaha",
    "ush.": "usaha",
    "krj": "kerja",
    "tng": "tenaga",
    "almt": "alamat",
    "prod": "produksi",
    "pmlk": "pemilik",
    "jns": "jenis",
    "bhn": "bahan",
    "ds": "desa",
}
HEADING_ABBREVIATION = re.compile(rf"\b({'|'.join(map(re.escape, HEADING_ABBREVIATIONS))})\b")
# What a form asks around the words that a list has as its heading.
QUESTION = re.compile(
    r"\b(apa(kah)?( saja)?|siapa(kah)?|berapa(kah)?( banyak)?|di ?mana(kah)?|kapan|sebutkan( semua)?|tuliskan|tolong"
    r"|mohon|bapak ibu|anda|saudara|jika (ada|sudah)|bila (ada|sudah))\b"
)
SPACED_LETTERS = re.compile(r"\b(?:[a-z] ){2,}[a-z]\b")
WORD_BREAK = re.compile(r"\b(\w+)- (?!\1\b)(?=\w)")  # "pro- duk" over two lines of a cell, but not "laki- laki"
COMPILED = tuple((field, re.compile(pattern)) for field, pattern in HEADING_RULES)

THOUSANDS = re.compile(r"\b(rp|rupiah)? ?0{3}\b|\bribu(an)?\b|\bthousands?\b|x ?1 ?000\b|\brb\b")
MILLIONS = re.compile(r"\bjuta(an)?\b|\bmillions?\b|\bjt\b|000 000\b|\brp 000 000\b")
PER_MONTH = re.compile(r"(?<!\d )\b(se)?(bulan|bln|bl|bulanan)\b|\bmonth(ly)?\b|perbulan|perbln")
PER_WEEK = re.compile(r"(?<!\d )\b(se)?(minggu|mgg|mingguan)\b|perminggu")
PER_DAY = re.compile(r"(?<!\d )\b(se)?(hari|hr|harian)\b|perhari")
MONEY = frozenset({"investment", "annual_value"})
YEARLY = frozenset({"capacity", "annual_value"})
SUBHEADING = re.compile(
    r"^(l|p|w|lk|pr|lki|prp|pria|wanita|laki laki|laki|perempuan|jml|jumlah|total|jlh|satuan|nilai|volume|vol|banyaknya"
    r"|rp|rp 000|rupiah|harga|unit|nama|alamat|nik|hp|no|nomor|rt|rw|desa|kec|kab|dusun|orang|org|tanggal|th|tahun)\b"
)
PLACE_KINDS = {
    "district": r"kecamatan|kec|kapanewon|kemantren|distrik",
    "village": r"desa|kalurahan|kelurahan|kal|ds",
    "hamlet": r"dusun|dsn|padukuhan|pedukuhan|dukuh|kampung|lingkungan|rt|rw",
    "cluster": r"sentra|klaster",
}
TRAILING_COUNT = re.compile(  # "KECAMATAN DEPOK (12 IKM)", "Depok: 12 unit"
    r"\s*[(:=,-]*\s*\d+ ?(ikm|umkm|unit( usaha)?|orang|org|pelaku( usaha)?|usaha)?\W*$", re.IGNORECASE
)
BULLET = re.compile(r"^([A-Z]|[IVX]+|\d+)[.)]\s*")
MIN_FIELDS = 3  # this many different fields known in one row make it a heading


@dataclass(frozen=True)
class Meaning:
    field: str  # '' when the column is left aside
    factor: int = 1  # what a number in it is multiplied by: thousands, millions, twelve months
    times: int = 1  # the part of the factor that turns a month or a week into a year
    version: str | None = None  # of KBLI
    unit: str | None = None  # of capacity, where the heading names it: "(pcs)"
    beside: str = ""  # "address" or "phone": what the cells of a column of names hold too


@lru_cache(maxsize=4096)
def normalised_heading(text: str) -> str:
    """Lower case, punctuation as single spaces; slashes before a period word are kept as 'per'."""
    heading = WORD_BREAK.sub(r"\1", text.lower().replace("\n", " ").replace("_", " ").replace("%", " persen "))
    heading = HEADING_ABBREVIATION.sub(lambda match: HEADING_ABBREVIATIONS[match[0]], heading)
    heading = re.sub(r"/\s*(bulan|bln|tahun|thn|th|hari|hr|minggu|mgg)\b", r" per \1", heading)
    is_question = "?" in heading
    heading = re.sub(r"[^\w>]+", " ", heading)
    heading = " ".join((QUESTION.sub(" ", heading) if is_question else heading).split())
    return SPACED_LETTERS.sub(lambda match: match[0].replace(" ", ""), heading)  # "N A M A", "N I K"


def named_place(title: str) -> tuple[str, str] | None:
    """The kind and the name of the place that a title consists of: "B. KAPANEWON PLERET" is the district Pleret. The
    name of a sentra begins with the word."""
    text = TRAILING_COUNT.sub("", BULLET.sub("", title.strip())).strip(" :")
    for kind, pattern in PLACE_KINDS.items():
        if match := re.match(rf"(?:{pattern})\b[\s.:]*(?=\w)(.+)", text, re.IGNORECASE):
            return kind, text if kind == "cluster" else match[1].strip(" .:")
    return None


# A lower heading that names one of these means it, whatever stands above.
OWN_MEANING = frozenset(
    {"nik", "npwp", "nib", "phone", "village", "district", "regency", "hamlet", "rt", "gender", "kbli", "pirt", "halal"}
)


@lru_cache(maxsize=4096)
def field_of(heading: str) -> str | None:
    """The field of a plain heading; '' known and left aside; None not known."""
    own = heading.rsplit(" > ", 1)[-1]
    if own != heading and (field := _first_rule(own)) in OWN_MEANING:
        return field
    return _first_rule(heading)


def _first_rule(heading: str) -> str | None:
    """Of "Usaha 1" and "Usaha 2" the rule for "Usaha", where no rule knows them as they stand."""
    for variant in dict.fromkeys((heading, re.sub(r" \d{1,2}$", "", heading))):
        for field, pattern in COMPILED:
            if pattern.search(variant):
                return field
    return None


def other_fields(heading: str) -> list[str]:
    """The fields that further rules see in a plain heading: "nama usaha sesuai nib" is first the NIB, then a name."""
    fields = [field for field, pattern in COMPILED if pattern.search(heading)]
    return [field for field in dict.fromkeys(fields) if field and field != field_of(heading)]


def meaning_of(heading: str) -> Meaning | None:
    """Field, factor and the rest of a plain heading. A quantity per day is left aside: a year's working days differ."""
    field = field_of(heading)
    return None if field is None else meaning_as(heading, field)


def meaning_as(heading: str, field: str) -> Meaning:
    """The factor and the rest of a plain heading that is read as `field`."""
    if field in YEARLY and PER_DAY.search(heading):
        return Meaning("")
    times = _times_a_year(heading) if field in YEARLY else 1
    factor = times * (_scale(heading) if field in MONEY else 1)
    version = (
        next((year for year in reversed(KbliVersion.values) if year in heading), None) if field == "kbli" else None
    )
    named = UNIT.search(heading) if field == "capacity" else None
    return Meaning(field, factor, times, version, named[1] if named else None, _beside_name(heading, field))


def _beside_name(heading: str, field: str) -> str:
    match = re.search(rf"({ADDRESS_OR_PHONE})\b", heading.rsplit(" > ", 1)[-1]) if field in {"name", "owner"} else None
    return "" if match is None else "address" if match[1].startswith("alamat") else "phone"


def _scale(heading: str) -> int:
    if MILLIONS.search(heading):
        return 1_000_000
    return 1_000 if THOUSANDS.search(heading) else 1


def _times_a_year(heading: str) -> int:
    if PER_MONTH.search(heading):
        return 12
    return 52 if PER_WEEK.search(heading) else 1
