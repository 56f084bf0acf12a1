"""The rules from headings to fields.

A new heading is added to HEADING_RULES; the first rule whose pattern matches applies. Patterns see lower case
with punctuation as spaces, and its parents before it, separated by " > ".
"""

from __future__ import annotations

from sambang.imports.sheets.permit_cells import SEVERAL_PERMITS
from sambang.lib.units import UNITS
from sambang.registry.permit_kinds import PERMIT_COLUMNS

WORKERS_PATTERN = (
    r"tenaga kerja|\bburuh\b|\bemployees\b|\bworkers\b|\btk\b|\btki\b|pekerja|karyawan|pegawai|naker|\bnakers?\b"
)
PERMIT_PATTERNS = {kind.value: column.heading for kind, column in PERMIT_COLUMNS.items()}
PERMIT = "|".join((*PERMIT_PATTERNS.values(), r"izin|\bnib\b|siinas"))
NUMBERED = "|".join(
    (
        *PERMIT_PATTERNS.values(),
        (
            r"\bnib\b|siinas|\bnik\b|\bktp\b|\bnpwp\b|\bkbli\b|\bhp\b|telepon|izin|legalitas|sertifikat|surat|dokumen"
            r"|akta"
        ),
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

# What a column of money, workers or production counts instead of a year's value: costs, plans, gains, another capacity.
OTHER_FIGURES = (
    r"\b(laba|keuntungan|untung|profit|bersih|pajak|target|rencana|proyeksi|kenaikan|peningkatan|biaya|ongkos|upah"
    r"|gaji"
    r"|tambahan|kebutuhan|akses|jam kerja)\b"
    r"|kapasitas\b.*\b(listrik|daya|va|watt|tungku|oven|gudang|tangki|ruang\w*|kendaraan|alat)\b"
    r"|volume\b.*\b(ekspor|sampah|limbah|bahan)\b"
)
# Of somebody or something else than the IKM: events, help it received, relatives, heads of a place, its size class.
OTHER_SUBJECTS = (
    r"^(?!.*\bnama\b).*\b(pameran|pelatihan|penghargaan|bantuan)\b|kepemilikan|\b(mikro|menengah)\b|"
    r"(\bhp\b|\bwa\b|telp|telepon|kontak).*\b(saudara|kerabat|suami|istri|anak|keluarga|darurat|tetangga)\b|"
    r"\bnama (ketua )?(rt|rw)\b|\bnama (kades|lurah|camat|suami|ayah|anak)\b"
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
    ("", OTHER_SUBJECTS),
    ("commodity", r"(judul|uraian|nama|deskripsi) kbli"),
    ("permits", SEVERAL_PERMITS),
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
        (r"sertifikat|tanggal terbit|masa berlaku|bulan tahun daftar|tgl daftar|tanggal daftar"),
    ),
    ("", OTHER_FIGURES),
    ("nik", r"\bnik\b|^(?!.*(alamat|\bnama\b)).*\bktp\b|induk kependudukan"),
    ("npwp", r"\bnpwp\b"),
    ("nib", r"^(?!.*\bnama\b).*(\bnib\b|induk berusaha)"),
    ("kbli", r"\bkbli\b|\bklbi\b|kode usaha|kode industri"),
    (
        "group",
        r"(^|> )(nama )?(kelompok|kub|kube|paguyuban|kelompok usaha bersama)( (ikm|pengrajin|perajin|anggota|kub))?$",
    ),
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
    (
        "gender",
        (
            r"jenis kelamin|\bjk\b(?! waktu)|gender|\bsex\b|kelamin|(^|> )(l p|lk pr|l / p|pria wanita"
            r"|laki laki perempuan)$"
        ),
    ),
    (
        "phone",
        (
            r"\bhp\b|\bwa\b|\bmobile\b|whats "
            r"?app|telp|telepon|telpon|telephone|\btlp\b|\btelf\b|phone|handphone|ponsel|kontak|contact|\bno "
            r"hp\b|nomor hp|\bcp\b"
        ),
    ),
    (
        "investment",
        r"(investasi|modal|aset|nilai)\b.*\b(tanpa|di ?luar|selain|non|(tidak|tdk) termasuk)\b.*(tanah|bangunan)",
    ),
    ("", r"termasuk.*(tanah|bangunan)"),
    ("investment_land", r"(investasi|nilai|harga|modal|aset)\b.*\b(tanah|bangunan)"),
    (
        "investment",
        (
            r"investasi|\binv\b|^ni( (rp|rupiah|juta|jt|ribu|000)\b.*)?$|\bmodal\b|\baset\b|\basset\b|kekayaan"
            r"|permodalan"
        ),
    ),
    ("", r"^(?!.*(tanah|bangunan|nilai)).*\bharga\b|\bhpp\b"),
    ("", r"(satuan|unit|luas) (tanah|lahan|bangunan|mesin)|\bpersen(tase)?\b|\bprosentase\b"),
    ("unit", r"\bsat(uan)?\b(?!.*per )|(produksi|kapasitas|volume).*> (unit|satuan)|^(uom|unit of measure)$"),
    (
        "annual_value",
        (
            r"^np( (rp|rupiah|juta|jt|ribu|000)\b.*)?$|nilai (hasil )?prod|revenue|nilai penjualan|nilai jual"
            r"|omse?z?t|omzet|omset|penjualan|pendapatan|turn "
            r"?over|(produksi|kapasitas).*> (nilai|rp|rupiah)|nilai\b.*produksi|produksi.*\brp\b"
        ),
    ),
    (
        "product",
        (
            r"produk(si)?\b[^>]*> (jenis|macam|nama)( produk| barang)?$|"
            r"jenis produk|nama produk|produk utama|(^|> )(produk|(main )?products?|hasil produksi|hasil|jenis barang"
            r"|nama barang|barang( (yang|yg) \w+)?|(jenis )?dagangan|produk (yang|yg) (di)?(hasilkan|buat|produksi"
            r"|jual)|jenis "
            r"produksi|macam "
            r"produk|produksi barang|hasil (kerajinan|karya)|produk unggulan|jenis barang jasa)( yang dihasilkan"
            r"| utama)?$"
        ),
    ),
    (
        "capacity",
        (
            rf"(^|> )(jumlah |hasil )?produksi ({UNIT_NAMES})$|\bproduction( capacity)?$|"
            r"kapasitas|\bkap\b|volume|^vol( per \w+)?$|(total|jumlah) produksi|jml produksi|(^|> )produksi( > "
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
            r"^(?!.*\banggota\b).*(\bestablished\b|\bfounded\b|berdiri|pendirian"
            r"|mulai (usaha|produksi|beroperasi|operasi)|(tahun|thn|th) (usaha|operasi|mulai)|sejak)"
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
            r"orang|nama (penerima|pedagang|pengurus|debitur|pemohon|nasabah|warga|peserta|pendaftar|responden"
            r"|user|pemegang"
            r"|wajib pajak|wirausaha\w*|penjahit|pembatik|penenun|pembordir|pengukir|penjual|kepala keluarga|ibu"
            r"|istri)"
            r"|nama ketua$|^pj$|proprietor|full name|(yang|yg|sing|nu|nan) (punya|punyo|n?duwe|boga|gaduh)"
            r"|nama anggota|\bowner\b|pelaku usaha|pelaku ikm|pelaku umkm|atas nama|juragan|direktur|^pelaku$"
        ),
    ),
    (
        "name",
        (
            r"(business|company|enterprise|sme|trade) name|^business$|name of (the )?(business|company|enterprise"
            r"|sme)|nama (irt|irtp)\b"
            r"|nama (usaha|perusahaan|ikm|industri|ukm|umkm|unit|toko|badan|brand|merk|merek|rumah|ikm ukm|kelompok "
            r"usaha|bengkel|konveksi|sanggar|warung|bisnis|butik|home industr\w*|pabrik|outlet|stand|dagang|gerai"
            r"|kios)|(^|> )(usaha|perusahaan|nama perusahaan|ikm|merk|merek|merk "
            r"usaha|merek usaha|merk dagang|merek dagang|brand|unit usaha|perusahaan ikm|usaha "
            r"ikm)$|(usaha|perusahaan|ikm) > nama$"
        ),
    ),
    ("owner", r"(^|> )(nama|nm|nama ybs|nama peserta)$"),
    (
        "village",
        (
            r"^(?!.*produk).*(\bvillage\b|\bdesa\b|kelurahan|kalurahan|\bkel\b|\bkal\b|\bnagari\b|\bgampong\b"
            r"|\bpekon\b|\blembang\b|^negeri$)"
        ),
    ),
    ("district", r"\b(sub ?)?district\b|kecamatan|kapanewon|\bkec\b|kemantren|distrik"),
    ("regency", r"\bregency\b|kabupaten|\bkab\b|kota\b"),
    (
        "hamlet",
        r"dusun|padukuhan|pedukuhan|dukuh|kampung|\bkp\b|lingkungan|\blingk\b|\bdsn\b|banjar|\bbr\b|jorong|korong",
    ),
    ("rt", r"\brt\b|\brw\b"),
    ("address", r"alamat|\baddress\b|\bstreet\b|lokasi|tempat (usaha|tinggal)|jalan\b|domisili"),
)
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
    "bid": "bidang",
    "h.p": "hp",
    "klp": "kelompok",
    "pimp": "pimpinan",
    # Javanese, Sundanese, Madurese, Balinese, Minangkabau
    **dict.fromkeys(("jeneng", "jenenge", "asma", "ngaran", "nami", "nyama", "wasta", "wastan", "namo"), "nama"),
    **dict.fromkeys(("panggonan", "panggenan", "alamaik"), "alamat"),
    "usaho": "usaha",
    "gawean": "kerajinan",
    "asil": "hasil",
    "kampuang": "kampung",
}
