// Made by tools/messages.py from the catalogue django.po.
export const ENGLISH = {
  "%(line)s: %(entered)s sebulan, padahal menurut daftar IKM paling banyak sekitar %(usual)s sebulan. Betulkah?":
  "%(line)s: %(entered)s a month, though by the register at most about %(usual)s a month. Is that right?",
  "%(line)s: %(entered)s, padahal biasanya sekitar %(usual)s. Apakah maksudnya %(entered)s %(unit)s?":
  "%(line)s: %(entered)s, though it is usually about %(usual)s. Did you mean %(entered)s %(unit)s?",
  "%(line)s: %(entered)s, padahal biasanya sekitar %(usual)s. Apakah maksudnya %(guess)s?":
  "%(line)s: %(entered)s, though it is usually about %(usual)s. Did you mean %(guess)s?",
  "%(line)s: %(entered)s, padahal biasanya sekitar %(usual)s. Betulkah, atau kurang angka nol?":
  "%(line)s: %(entered)s, though it is usually about %(usual)s. Is that right, or is a zero missing?",
  "%(line)s: %(entered)s, padahal biasanya sekitar %(usual)s. Betulkah?":
  "%(line)s: %(entered)s, though it is usually about %(usual)s. Is that right?",
  "%(line)s: nilainya Rp%(price)s untuk satu %(unit)s, padahal biasanya sekitar Rp%(usual)s. Betulkah?":
  "%(line)s: the value is Rp%(price)s for one %(unit)s, though it is usually about Rp%(usual)s. Is that right?",
  "(dengan lokasi)": "(with its place)", "+ IKM baru": "+ New IKM", "+ Produk lain": "+ Another product",
  "Ada di halaman atau kertas pemilik. Satu kode untuk satu jawaban.":
  "On the owner's page or slip. One code for one answer.", "Alamat": "Address", "Ambil bekal": "Download visits",
  "Ambil foto": "Take a photo", "Angkanya belum diisi.": "The number is not filled in yet.", "Apa katanya":
  "In the owner's words", "Aplikasi ini perlu alamat https.": "This app needs an https address.",
  "Aplikasi perlu versi baru. {1} Muat ulang saat ada sinyal.":
  "The app needs a new version. {1} Reload when there is a signal.",
  "Aplikasi tertutup saat kamera terbuka: foto terakhir belum tersimpan. Pilih dari galeri, atau ambil lagi.":
  "The app closed while the camera was open: the last photo is not stored. Choose it from the gallery, or take it again.",
  "Aspirasi": "Aspirations", "BELUM tersimpan. Tulisan masih di layar: coba simpan lagi.":
  "NOT stored. What you typed is still on the screen: try again.", "Bagian": "Part", "Bawa bekal": "Take along",
  "Bekal": "Take along", "Bekal belum terambil: coba lagi.": "The download failed: try again.", "Belum": "Not yet",
  "Belum ada bekal. Pilih kunjungan selagi ada sinyal.":
  "Nothing downloaded yet. Choose visits while there is a signal.", "Belum ada catatan di HP ini.":
  "No records on this phone yet.", "Belum ada kunjungan di HP ini.": "No visits on this phone yet.",
  "Belum ada kunjungan yang direncanakan. Pengurus merencanakannya di kantor.":
  "No visits are planned yet. The staff plans them at the office.", "Belum ada yang berubah.":
  "Nothing has changed yet.", "Belum diketahui kantor": "Not known to the office", "Belum diterima kantor":
  "Not yet received by the office", "Belum saja": "Open only", "Berikutnya: {1} →": "Next: {1} →", "Berlangsung {1}":
  "Held on {1}", "Betulkan data IKM": "Correct the business", "Bulan": "Month", "Cari nama": "Search by name",
  "Cari nama IKM": "Search IKM by name", "Catat kunjungan IKM di HP, juga tanpa sinyal.":
  "Record visits to IKM on the phone, without a signal too.",
  "Catat kunjungan IKM tanpa sinyal. Kantor menerimanya begitu HP bertemu jaringan.":
  "Record visits to IKM without a signal. The office receives them as soon as the phone finds a network.",
  "Catat lokasi foto": "Record where photos are taken", "Catatan aman di HP.": "Your records are safe on the phone.",
  "Catatan ini tidak perlu diperbaiki.": "This record needs no correction.", "Coba lagi": "Try again", "Dari galeri":
  "From the gallery", "Di HP tetap ada.": "They stay on the phone.", "Di HP: {1}, diambil {2}.":
  "On the phone: {1}, downloaded {2}.", "Di kantor: {1}": "At the office: {1}", "Dijaga dari pembersihan":
  "Protected from clean-up", "Ditandatangani {1}": "Signed by {1}", "Diterima kantor ({1})":
  "Received by the office ({1})", "Diwakili oleh": "Represented by", "Diwakili orang lain":
  "Represented by somebody else", "Diwakili {1}": "Represented by {1}", "Foto": "Photos", "Foto: {1}": "Photo: {1}",
  "HP ini": "This phone", "HP ini tidak dapat membuka penyimpanan. Tutup jendela penyamaran, atau perbarui peramban.":
  "This phone cannot open its storage. Close the private window, or update the browser.",
  "HP tidak mengizinkan lokasi. Foto tetap tersimpan tanpa lokasi.":
  "The phone does not allow its position. Photos are stored without it.", "Hadir": "Present", "Hadir?": "Present?",
  "Hari itu belum tiba: periksa hari kunjungan.": "That day is still to come: check the day of the visit.",
  "Hari kunjungan": "Day of the visit", "Hari sudah berganti: periksa hari kunjungan, lalu tekan lagi.":
  "The day has changed: check the day of the visit, then press again.", "IKM baru": "new IKM", "IKM baru: {1}":
  "New IKM: {1}", "IKM ini tidak ada di bekal: ambil bekalnya dulu.":
  "This IKM is not on the phone: download its visit first.", "Isi halaman": "Contents of the page",
  "Isi hari kunjungan.": "Fill in the day of the visit.", "Isi satu jumlah dulu. Tidak berproduksi: tulis 0.":
  "Fill in one quantity first. Nothing made: type 0.", "Isi satu rincian dulu.": "Fill in one detail first.",
  "Jabatan": "Office", "Jaga penyimpanan": "Protect the storage", "Jam HP": "The phone's clock",
  "Jam HP berbeda {1} jam dari kantor. Betulkan jam HP.":
  "The phone's clock differs from the office's by {1} hours. Correct it.", "Jangan catat lokasi foto":
  "Do not record where photos are taken", "Janji": "Promises", "Janji dan pokok bahasan": "Promises and matters",
  "Jaringan ini menolak kiriman. {1} HP mencoba lagi sendiri; coba juga data seluler.":
  "This network refuses what is sent. {1} The phone tries again by itself; mobile data may help.", "Jawaban pemilik":
  "The owner's answer", "Jenis": "Kind", "Jumlah": "Quantity",
  "Kantor menolak akun ini. {1} Hubungi pengelola, atau simpan ke berkas.":
  "The office refuses this account. {1} Ask an administrator, or save to a file.", "Kantor menolak catatan ini.":
  "The office refused this record.", "Kantor sedang terganggu. {1} HP mencoba lagi sendiri.":
  "The office has a problem. {1} The phone tries again by itself.", "Kata": "Words", "Kata pemilik":
  "The owner's words", "Kata-katanya": "Its words", "Kata-katanya sendiri": "In its own words", "Kehadiran":
  "Attendance", "Keluar dari HP ini": "Sign out of this phone", "Kembali": "Back", "Kesimpulan": "Conclusion",
  "Kesulitan": "Difficulty", "Keterangan foto": "Caption", "Keterangan foto berikutnya": "Caption of the next photo",
  "Keterangan foto ini": "Caption of this photo", "Ketik, atau tekan mikrofon di papan ketik":
  "Type, or press the microphone of the keyboard", "Kirim lagi": "Send again", "Kirim sekarang": "Send now",
  "Kode enam angka milik pemilik": "The owner's code of six digits", "Kode pemilik": "The owner's code",
  "Kode pemilik: enam angka.": "The owner's code has six digits.", "Komoditas": "Commodity", "Kotak keluar": "Outbox",
  "Kunjungan": "Visits", "Kunjungan ini tidak ada di HP.": "This visit is not on the phone.", "Laporan bulanan":
  "Monthly reports", "Lokasi foto": "Place of photos", "Masuk": "Sign in", "Masuk lagi untuk mengirim. {1}":
  "Sign in again to send. {1}", "Membuka…": "Opening…", "Mencari kunjungan…": "Looking for visits…", "Mengambil…":
  "Downloading…", "Menghubungi kantor…": "Contacting the office…", "Mengirim…": "Sending…", "Menunggu": "Waiting",
  "Menunggu fotonya sampai.": "Waiting for its photos.", "Menyimpan foto, {1} lagi…": "Storing photos, {1} left…",
  "Menyimpan foto…": "Storing the photo…", "Misalnya: konveksi, batik, mebel":
  "For example: garments, batik, furniture", "Muat ulang": "Reload", "Mulai kunjungan": "Begin the visit",
  "Mulai kunjungan dulu": "Start the visit first", "Mulai kunjungan dulu.": "Start the visit first.", "Mulai: {1}":
  "Start: {1}", "Nama": "Name", "Nama pemilik": "Owner's name", "Nama produk": "Product", "Nama usaha":
  "Name of the business", "Nilai": "Value", "Nilai rupiahnya": "Its value in rupiah", "Nilai {1} (Rp)":
  "Value of {1} (Rp)", "Nomor HP": "Phone number",
  "Pada “%(text)s” ada angka tanpa satuan: tulis misalnya 3 kodi 5 potong.":
  "In “%(text)s” a number has no unit: write for example 3 kodi 5 potong.", "Pasang di layar HP":
  "Install on the home screen", "Pekerja": "Workers", "Pekerja ditemui": "Workers seen", "Pekerja laki-laki":
  "Male workers", "Pekerja perempuan": "Female workers", "Pekerja yang ditemui": "Workers seen",
  "Pelaksanaan kunjungan": "Holding of the visit", "Pemilik: belum": "Owner: not yet", "Pemilik: sudah beres":
  "Owner: solved", "Penyimpanan": "Storage",
  "Penyimpanan HP penuh: BELUM tersimpan. Hapus foto atau aplikasi lain, lalu simpan lagi.":
  "The phone is full: NOT stored. Delete photos or other apps, then store again.",
  "Peramban belum mengizinkan. Pasang aplikasi di layar HP, lalu coba lagi.":
  "The browser does not allow it yet. Install the app on the home screen, then try again.", "Perbaiki": "Correct",
  "Perbaiki: {1}": "Correct: {1}", "Perlu diperiksa": "To be looked at", "Persen": "Per cent", "Perubahan data IKM":
  "Change of IKM data", "Petugas": "Officer", "Pilih jawabannya: sudah atau belum.":
  "Choose the answer: solved or not yet.", "Pilih jenisnya: satu ketukan.": "Choose the kind: one tap.",
  "Pilih kesulitannya: satu ketukan.": "Choose the difficulty: one tap.", "Pilih satu kunjungan dulu.":
  "Choose a visit first.", "Pokok pembicaraan": "What was discussed", "Produk": "Product", "Produk {1}":
  "Product {1}", "Produksi": "Production", "Produksi dibanding bulan biasa (%)":
  "Production compared with a normal month (%)", "Produksi, % dari biasa": "Output, % of normal",
  "Rangkum dan tanda tangan": "Summary and signature", "Rangkuman": "Summary", "Rangkuman tercatat":
  "Summary recorded", "Rangkuman: {1}": "Summary: {1}", "Rencana {1}": "Planned for {1}", "Sambang lapangan":
  "Sambang in the field", "Satuan": "Unit", "Selesai": "Done", "Selesai: rangkum dan tanda tangan":
  "Finish: summary and signature", "Semua terkirim": "Everything sent", "Serahkan HP kepada pemilik.":
  "Hand the phone to the owner.", "Siapa lagi": "Who else", "Siapa lagi yang mengalami": "Who else has it",
  "Siapa lagi yang mengalami?": "Who else has it?", "Simpan": "Save", "Simpan IKM baru": "Store the new IKM",
  "Simpan catatan ke berkas": "Save records to a file", "Simpan foto lagi": "Store the photo again", "Simpan jawaban":
  "Save the answers", "Simpan kata ini": "Store these words", "Simpan ke berkas": "Save to a file",
  "Simpan perbaikan": "Store the correction", "Simpan produksi": "Store production", "Simpan rangkuman":
  "Store the summary", "Simpan rincian": "Store details", "Simpan tanda tangan": "Store the signature",
  "Simpan yang belum diterima ke berkas tersegel, lalu serahkan lewat kartu memori atau pesan.":
  "Save what was not received to a sealed file, then hand it over on a memory card or by a message.",
  "Simpan, lalu {1} →": "Store, then {1} →", "Sudah beres": "Solved", "Sudah beres?": "Solved?",
  "Sudah diperbaiki dengan catatan baru.": "Corrected by a new record.", "Sudah keluar.": "Signed out.",
  "Sudah keluar. {1} catatan tetap tersegel di HP.": "Signed out. {1} records stay sealed on the phone.",
  "Tanda tangan ketua": "Head's signature", "Tanda tangan ketua sentra": "Signature of the head of the sentra",
  "Tanda tangan masih kosong: tulis dengan jari di kotak.":
  "The signature is still blank: sign with a finger in the box.", "Tanda tangan {1}": "Signature of {1}",
  "Tanpa sinyal": "No signal", "Tanpa sinyal sama sekali?": "No signal at all?",
  "Tanpa sinyal. Kalau keluar sekarang, bekal terhapus dan masuk lagi perlu sinyal. Tetap keluar?":
  "No signal. Signing out now deletes the downloaded visits, and signing in again needs a signal. Sign out anyway?",
  "Tanpa sinyal. {1} Nanti dikirim sendiri.": "No signal. {1} They are sent later by themselves.",
  "Telepon dan alamat": "Phone and address", "Telepon {1}": "Call {1}", "Tempat tanda tangan: tulis dengan jari":
  "Place to sign with a finger", "Terakhir bertemu kantor": "Last contact with the office", "Terakhir dicoba":
  "Last tried", "Tidak": "No", "Tidak ada yang perlu disimpan: semua sudah diterima.":
  "Nothing to save: everything was received.", "Tidak hadir": "Absent", "Tulis atau diktekan kata-katanya dulu.":
  "Type or dictate the words first.", "Tulis nama pemiliknya.": "Type the owner's name.", "Tulis nama usahanya.":
  "Type the name of the business.", "Tulis nama yang bertanda tangan.": "Type the name of who signs.",
  "Tulis pokok pembicaraan dulu.": "Type what was discussed first.", "Ulangi": "Again",
  "Untuk masuk, HP perlu sinyal sekali.": "Signing in needs a signal once.", "Versi": "Version", "Versi baru siap.":
  "A new version is ready.", "Versi baru sudah dipakai di HP ini. Muat ulang halaman.":
  "A newer version is already in use on this phone. Reload the page.",
  "Wi-Fi ini minta masuk dulu. {1} Buka halaman Wi-Fi itu, atau pakai data seluler.":
  "This Wi-Fi wants you to sign in first. {1} Open its page, or use mobile data.", "Ya": "Yes", "baru": "new",
  "baru saja": "just now", "belum": "not yet", "belum ada": "not there yet", "belum, sejak halaman ini dibuka":
  "not since this page was opened", "berbeda {1} jam dari kantor: betulkan":
  "differs from the office by {1} hours: correct it", "beres": "solved", "cocok": "right", "daftar": "list",
  "dalam {1}, atau “3 kodi”": "in {1}, or “3 kodi”", "di HP": "on phone", "dibahas": "under discussion",
  "dicatat bersama foto": "recorded with photos", "didengar": "heard", "dihentikan": "dropped", "dijanjikan":
  "promised", "diklaim selesai": "claimed done", "disangkal": "disputed", "diterima": "received", "diterima kantor":
  "received by the office", "ditindaklanjuti": "acted on", "diwakili {1}": "represented by {1}",
  "foto yang baru diambil": "the photo just taken", "hadir": "present", "menunggu": "waits for", "menunggu dikirim":
  "waiting to be sent", "menunggu tanda terima": "waiting for a receipt", "paling lambat {1}": "by {1}", "periksa":
  "check", "perlu diperiksa": "to be looked at", "produksi {1}%": "production {1}%", "terkirim": "sent", "tidak":
  "no", "tidak dicatat": "not recorded", "tidak diketahui": "unknown", "untuk mencatat.": "to record.", "ya": "yes",
  "{1} (masih berjalan)": "{1} (still running)", "{1} IKM, diambil {2}": "{1} IKM, downloaded {2}",
  "{1} IKM, {2} kunjungan": "{1} IKM, {2} visits", "{1} Kalau sudah benar, simpan lagi.":
  "{1} If it is right, store again.", "{1} catatan {2} tersegel di HP ini. {3} perlu masuk untuk mengirimnya.":
  "{1} records of {2} are sealed on this phone. {3} has to sign in to send them.", "{1} dari {2} IKM tercatat":
  "{1} of {2} IKM recorded", "{1} hari lalu": "{1} days ago", "{1} jam lalu": "{1} hours ago", "{1} janji":
  "{1} promises", "{1} kata": "{1} statements", "{1} menit lalu": "{1} minutes ago", "{1} menunggu": "{1} waiting",
  "{1} menunggu, {2} perlu diperiksa": "{1} waiting, {2} to check", "{1} pekerja": "{1} workers",
  "{1} perlu diperiksa": "{1} to check", "{1} terpakai, {2} tersisa": "{1} used, {2} free", "{1} · {2} · no. {3}":
  "{1} · {2} · no. {3}", "{1}: bukan foto yang terbaca. Pilih foto lain.":
  "{1}: not a readable photo. Choose another.", "{1}: foto": "{1}: photo", "{1}: foto, {2}": "{1}: photo, {2}",
  "{1}: hadir": "{1}: present", "{1}: produksi {2}": "{1}: production {2}", "{1}: rincian kehadiran":
  "{1}: details of attendance", "{1}: tidak hadir": "{1}: absent",
  "{1}: tulis jumlahnya, misalnya 3 kodi. Tidak berproduksi: 0.":
  "{1}: type the quantity, for example 3 kodi. Nothing made: 0.", "{1}: {2} hadir, {3} tidak, {4} belum tercatat.":
  "{1}: {2} present, {3} absent, {4} not recorded.", "{1}: {2} huruf, paling banyak {3}. Pendekkan dulu.":
  "{1}: {2} characters, at most {3}. Shorten it first.",
  "“%(text)s” berisi lebih dari satu angka: tulis satu angka saja.":
  "“%(text)s” holds more than one number: write one number only.",
  "“%(text)s” bukan bilangan bulat: tulis tanpa pecahan.":
  "“%(text)s” is not a whole number: write it without a fraction.", "“%(text)s” bukan pecahan: pembaginya nol.":
  "“%(text)s” is not a fraction: it divides by zero.",
  "“%(text)s” dapat berarti %(first)s atau %(second)s: tulis salah satunya.":
  "“%(text)s” can mean %(first)s or %(second)s: write one of the two.",
  "“%(text)s” menyebut batas, bukan jumlahnya: tulis jumlahnya, atau perkiraannya.":
  "“%(text)s” names a limit, not the number: write the number, or an estimate of it.",
  "“%(text)s” terlalu besar: periksa angkanya.": "“%(text)s” is too large: check the number.",
  "“%(text)s” tidak dapat diterima: angkanya tidak boleh kurang dari nol.":
  "“%(text)s” cannot be accepted: a number must not be less than zero.",
  "“%(text)s” tidak terbaca sebagai angka: tulis misalnya 1.250 atau 2,5.":
  "“%(text)s” cannot be read as a number: write for example 1.250 or 2,5.",
  "“%(text)s…” terlalu panjang: tulis satu angka saja.": "“%(text)s…” is too long: write one number only.",
  "“%(unit)s” pada “%(text)s” tidak dapat dihitung dalam %(wanted)s: tulis jumlahnya dalam %(wanted)s.":
  "“%(unit)s” in “%(text)s” cannot be counted in %(wanted)s: write the quantity in %(wanted)s.",
  "“%(unit)s” pada “%(text)s” tidak dikenal: tulis angkanya saja.":
  "“%(unit)s” in “%(text)s” is not known: write the number only.", "✓ Bekal ada di HP. Boleh berangkat.":
  "✓ The visits are on the phone. You can leave.", "✓ Lokasi dicatat bersama foto berikutnya.":
  "✓ The next photos are recorded with their place.", "✓ Penyimpanan dijaga.": "✓ The storage is protected.",
  "✓ Tersimpan di HP": "✓ Stored on the phone",
  "✓ {1} catatan ({2}) disimpan ke berkas {3}. Serahkan kepada pengelola.":
  "✓ {1} records ({2}) saved to the file {3}. Hand it to an administrator.",
};
