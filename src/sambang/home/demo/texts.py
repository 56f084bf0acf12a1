"""The texts of the demo. The topics are those that the press reported of the visit (marketing, capital, goods sold
cheaper than Bandung's); all sentences and persons are made up."""

from __future__ import annotations

from dataclasses import dataclass

PURPOSE = "Mendengar aspirasi, tantangan, dan kendala IKM konveksi dan bordir agar produksi kembali normal, bahkan naik"
VISIT_PLACE = "Rumah ketua sentra, Padukuhan Joho"
SUMMARY = (
    "Sentra Joho terdiri atas 36 IKM yang mulai bergerak lagi setelah hampir dua tahun pandemi. Kemampuan bersama "
    "mencapai ribuan potong sehari. Mutu tidak kalah dari Bandung dan Jakarta, tetapi harga jualnya lebih murah. "
    "Pesanan biasanya naik menjelang Lebaran. Kendala yang paling banyak disebut: pemasaran dan modal."
)
CONCLUSION = (
    "Dekranasda menawarkan pajangan gratis di ruang pamer dengan kurasi, mempertemukan IKM dengan dana bergulir bagi "
    "hasil 3 persen (beragunan), dan promosi bersama. Pengetahuan pasar daring perlu ditambah."
)


@dataclass(frozen=True)
class AspirationText:
    """One aspiration: kind, difficulty code, text, and the other IKM concerned."""

    kind: str
    difficulty: str
    text: str
    also_touches: str = ""


ASPIRATIONS = (
    AspirationText(
        "constraint", "marketing", "Pemasaran masih dari mulut ke mulut, pembeli dari luar kota susah menemukan kami."
    ),
    AspirationText(
        "constraint",
        "marketing",
        "Pemasaran sepi sejak pandemi, langganan seragam belum kembali pesan.",
        "tetangga satu RT",
    ),
    AspirationText(
        "constraint", "capital", "Modal untuk kulakan kain menjelang Lebaran kurang, terpaksa menolak pesanan."
    ),
    AspirationText(
        "challenge", "price", "Jahitan kami tidak kalah dari Bandung, tapi dihargai lebih murah.", "semua penjahit Joho"
    ),
    AspirationText("aspiration", "skill", "Ingin bisa jualan daring, anak saya punya HP tapi belum tahu caranya."),
    AspirationText(
        "constraint", "capital", "Modal habis untuk bertahan dua tahun ini, mau pinjam tidak punya agunan.", "IKM kecil"
    ),
    AspirationText("constraint", "marketing", "Pemasaran cuma lewat pengepul, jadi merek kami tidak dikenal."),
    AspirationText("aspiration", "marketing", "Semoga barang kami bisa dipajang di ruang pamer Dekranasda."),
    AspirationText("challenge", "wage", "Penjahit muda susah dicari, banyak yang pindah ke pabrik."),
    AspirationText("constraint", "equipment", "Mesin bordir komputer sering rusak, tukang servisnya jauh.", "bordir"),
    AspirationText("aspiration", "skill", "Mau belajar foto barang dan membuka toko daring."),
    AspirationText("constraint", "material", "Harga kain dan benang naik terus, harga jual tidak ikut naik."),
    AspirationText("constraint", "capital", "Pesanan seragam dibayar belakangan, modal tidak berputar."),
    AspirationText("challenge", "price", "Pembeli membandingkan dengan harga grosir, ongkos jahit kami ditekan."),
    AspirationText(
        "aspiration", "partnership", "Ingin dipertemukan dengan perajin lain untuk mengambil pesanan besar bersama."
    ),
    AspirationText("constraint", "permit", "Belum punya merek terdaftar, takut motif bordir ditiru."),
)

PROMISES = (
    # title, who, days until due, the difficulty it answers
    ("Pajangan gratis produk Joho di ruang pamer Dekranasda (dengan kurasi)", "Dekranasda Sleman", 60, "marketing"),
    ("Menghubungkan IKM Joho dengan dana bergulir bagi hasil 3 persen", "Dinas Perindustrian", 90, "capital"),
    ("Promosi bersama produk konveksi dan bordir Joho", "Dekranasda Sleman", 45, "marketing"),
)

MATTERS = (
    ("marketing", "Pembeli dari luar susah menemukan produk Joho"),
    ("capital", "Modal belanja bahan menjelang musim pesanan"),
    ("price", "Mutu setara, harga jual lebih rendah"),
    ("skill", "Belum bisa berjualan di pasar daring"),
)

COMMENTS = (
    ("skill", "staff", "Anak muda di sentra bisa menjadi pendamping bagi yang belum terbiasa memakai HP."),
    ("skill", "leader", "Mohon pelatihan dilanjutkan dengan pendampingan sampai ada pesanan pertama."),
    ("marketing", "officer", "Beberapa IKM sudah punya foto barang yang bagus, tinggal diunggah."),
    ("price", "staff", "Perlu dihitung harga pokok per potong supaya punya pegangan saat menawar."),
)

IDEAS = (
    ("skill", "Kelas pasar daring dua kali pertemuan, lalu pendampingan sampai pesanan pertama", 6_500_000),
    ("skill", "Satu toko daring bersama untuk seluruh sentra", 12_000_000),
    ("price", "Kelas menghitung harga pokok per potong", 2_500_000),
)

COURSE_STEPS = (
    "Menyusun daftar peserta",
    "Kelas pertama: foto dan uraian barang",
    "Kelas kedua: membuka toko",
    "Pendampingan",
)

SOLVED_WORDS = (
    "Sudah, toko saya sudah jalan.",
    "Alhamdulillah sudah ada pesanan dari luar kota.",
    "Sudah, terima kasih.",
)
STATEMENT = "Rak kedua sudah dipesan; dua produk baru dipajang minggu depan."
DISPUTED_WORDS = "Barang saya belum dipajang, katanya menunggu kurasi."
