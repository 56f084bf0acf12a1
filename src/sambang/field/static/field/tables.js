// Made by tools/phone_tables.py from lib/numbers.py, lib/units.py, production and intake/kinds.
export const KIND_LABELS = {"aspiration": "Aspirasi", "attend": "Kehadiran", "business": "IKM baru",
  "caption": "Keterangan foto", "confirm": "Jawaban pemilik", "photo": "Foto", "profile": "Perubahan data IKM",
  "report": "Laporan bulanan", "signature": "Tanda tangan ketua", "hold": "Pelaksanaan kunjungan"};
export const LENGTHS = {"aspiration": {"kind": 20, "words": 2000, "difficulty": 20, "also_touches": 200},
  "attend": {"represented_by": 120}, "business": {"name": 120, "owner_name": 120, "phone": 30, "commodity": 80,
  "unit": 20}, "caption": {"caption": 200}, "confirm": {"code": 20, "words": 1000}, "photo": {"caption": 200,
  "position": 60}, "profile": {"field": 20}, "report": {"amount": 60, "value": 60}, "signature": {"name": 120,
  "office": 120}, "hold": {"summary": 6000, "conclusion": 6000}};
export const LONGEST = 60;
export const GREATEST = "1000000000000000";
export const MOST_PEOPLE = 100000;
export const MOST_PERCENT = 1000;
export const SCALES = {"ratus": 100, "ribu": 1000, "rb": 1000, "k": 1000, "juta": 1000000, "jt": 1000000,
  "jta": 1000000, "miliar": 1000000000, "milyar": 1000000000, "mlyr": 1000000000};
export const MONEY_SCALES = {"ratus": 100, "ribu": 1000, "rb": 1000, "k": 1000, "juta": 1000000, "jt": 1000000,
  "jta": 1000000, "miliar": 1000000000, "milyar": 1000000000, "mlyr": 1000000000, "m": 1000000000};
export const NUMBER_WORDS = {"nol": 0, "satu": 1, "dua": 2, "tiga": 3, "empat": 4, "lima": 5, "enam": 6, "tujuh": 7,
  "delapan": 8, "sembilan": 9, "sepuluh": 10, "sebelas": 11, "dua belas": 12, "tiga belas": 13, "empat belas": 14,
  "lima belas": 15, "enam belas": 16, "tujuh belas": 17, "delapan belas": 18, "sembilan belas": 19, "dua puluh": 20,
  "dua puluh satu": 21, "dua puluh dua": 22, "dua puluh tiga": 23, "dua puluh empat": 24, "dua puluh lima": 25,
  "dua puluh enam": 26, "dua puluh tujuh": 27, "dua puluh delapan": 28, "dua puluh sembilan": 29, "tiga puluh": 30,
  "tiga puluh satu": 31, "tiga puluh dua": 32, "tiga puluh tiga": 33, "tiga puluh empat": 34, "tiga puluh lima": 35,
  "tiga puluh enam": 36, "tiga puluh tujuh": 37, "tiga puluh delapan": 38, "tiga puluh sembilan": 39,
  "empat puluh": 40, "empat puluh satu": 41, "empat puluh dua": 42, "empat puluh tiga": 43, "empat puluh empat": 44,
  "empat puluh lima": 45, "empat puluh enam": 46, "empat puluh tujuh": 47, "empat puluh delapan": 48,
  "empat puluh sembilan": 49, "lima puluh": 50, "lima puluh satu": 51, "lima puluh dua": 52, "lima puluh tiga": 53,
  "lima puluh empat": 54, "lima puluh lima": 55, "lima puluh enam": 56, "lima puluh tujuh": 57,
  "lima puluh delapan": 58, "lima puluh sembilan": 59, "enam puluh": 60, "enam puluh satu": 61, "enam puluh dua": 62,
  "enam puluh tiga": 63, "enam puluh empat": 64, "enam puluh lima": 65, "enam puluh enam": 66, "enam puluh tujuh": 67,
  "enam puluh delapan": 68, "enam puluh sembilan": 69, "tujuh puluh": 70, "tujuh puluh satu": 71,
  "tujuh puluh dua": 72, "tujuh puluh tiga": 73, "tujuh puluh empat": 74, "tujuh puluh lima": 75,
  "tujuh puluh enam": 76, "tujuh puluh tujuh": 77, "tujuh puluh delapan": 78, "tujuh puluh sembilan": 79,
  "delapan puluh": 80, "delapan puluh satu": 81, "delapan puluh dua": 82, "delapan puluh tiga": 83,
  "delapan puluh empat": 84, "delapan puluh lima": 85, "delapan puluh enam": 86, "delapan puluh tujuh": 87,
  "delapan puluh delapan": 88, "delapan puluh sembilan": 89, "sembilan puluh": 90, "sembilan puluh satu": 91,
  "sembilan puluh dua": 92, "sembilan puluh tiga": 93, "sembilan puluh empat": 94, "sembilan puluh lima": 95,
  "sembilan puluh enam": 96, "sembilan puluh tujuh": 97, "sembilan puluh delapan": 98, "sembilan puluh sembilan": 99};
export const WORDS = {"NUMBER": ["nol", "satu", "dua", "tiga", "empat", "lima", "enam", "tujuh", "delapan",
  "sembilan", "sepuluh", "sebelas", "dua belas", "tiga belas", "empat belas", "lima belas", "enam belas",
  "tujuh belas", "delapan belas", "sembilan belas", "dua puluh", "dua puluh satu", "dua puluh dua", "dua puluh tiga",
  "dua puluh empat", "dua puluh lima", "dua puluh enam", "dua puluh tujuh", "dua puluh delapan", "dua puluh sembilan",
  "tiga puluh", "tiga puluh satu", "tiga puluh dua", "tiga puluh tiga", "tiga puluh empat", "tiga puluh lima",
  "tiga puluh enam", "tiga puluh tujuh", "tiga puluh delapan", "tiga puluh sembilan", "empat puluh",
  "empat puluh satu", "empat puluh dua", "empat puluh tiga", "empat puluh empat", "empat puluh lima",
  "empat puluh enam", "empat puluh tujuh", "empat puluh delapan", "empat puluh sembilan", "lima puluh",
  "lima puluh satu", "lima puluh dua", "lima puluh tiga", "lima puluh empat", "lima puluh lima", "lima puluh enam",
  "lima puluh tujuh", "lima puluh delapan", "lima puluh sembilan", "enam puluh", "enam puluh satu", "enam puluh dua",
  "enam puluh tiga", "enam puluh empat", "enam puluh lima", "enam puluh enam", "enam puluh tujuh",
  "enam puluh delapan", "enam puluh sembilan", "tujuh puluh", "tujuh puluh satu", "tujuh puluh dua",
  "tujuh puluh tiga", "tujuh puluh empat", "tujuh puluh lima", "tujuh puluh enam", "tujuh puluh tujuh",
  "tujuh puluh delapan", "tujuh puluh sembilan", "delapan puluh", "delapan puluh satu", "delapan puluh dua",
  "delapan puluh tiga", "delapan puluh empat", "delapan puluh lima", "delapan puluh enam", "delapan puluh tujuh",
  "delapan puluh delapan", "delapan puluh sembilan", "sembilan puluh", "sembilan puluh satu", "sembilan puluh dua",
  "sembilan puluh tiga", "sembilan puluh empat", "sembilan puluh lima", "sembilan puluh enam", "sembilan puluh tujuh",
  "sembilan puluh delapan", "sembilan puluh sembilan"], "ONE_TO_NINE": ["satu", "dua", "tiga", "empat", "lima",
  "enam", "tujuh", "delapan", "sembilan"], "ONE_OF": ["selusin", "sekodi", "segros", "seribu", "sejuta", "setengah",
  "seperempat"], "SCALE": ["ratus", "ribu", "rb", "k", "juta", "jt", "jta", "miliar", "milyar", "mlyr"],
  "PERIOD": ["hari", "hr", "minggu", "mgg", "bulan", "bln", "bl", "tahun", "thn", "th"]};
export const ONE_OF = {"selusin": "1 lusin", "sekodi": "1 kodi", "segros": "1 gros", "seribu": "1 ribu",
  "sejuta": "1 juta", "setengah": "1/2", "seperempat": "1/4"};
export const FRACTION_SIGNS = {"½": "1/2", "¼": "1/4", "¾": "3/4", "⅓": "1/3", "⅔": "2/3"};
export const PERIODS = {"hari": "hari", "hr": "hari", "minggu": "minggu", "mgg": "minggu", "bulan": "bulan",
  "bln": "bulan", "bl": "bulan", "tahun": "tahun", "thn": "tahun", "th": "tahun"};
export const SENTENCES = {"empty": "Angkanya belum diisi.",
  "unreadable": "“%(text)s” tidak terbaca sebagai angka: tulis misalnya 1.250 atau 2,5.",
  "several": "“%(text)s” berisi lebih dari satu angka: tulis satu angka saja.",
  "ambiguous": "“%(text)s” dapat berarti %(first)s atau %(second)s: tulis salah satunya.",
  "negative": "“%(text)s” tidak dapat diterima: angkanya tidak boleh kurang dari nol.",
  "zero_divisor": "“%(text)s” bukan pecahan: pembaginya nol.",
  "too_long": "“%(text)s…” terlalu panjang: tulis satu angka saja.",
  "too_large": "“%(text)s” terlalu besar: periksa angkanya.",
  "not_whole": "“%(text)s” bukan bilangan bulat: tulis tanpa pecahan.",
  "unit_unknown": "“%(unit)s” pada “%(text)s” tidak dikenal: tulis angkanya saja.",
  "no_unit": "Pada “%(text)s” ada angka tanpa satuan: tulis misalnya 3 kodi 5 potong.",
  "other_unit":
    "“%(unit)s” pada “%(text)s” tidak dapat dihitung dalam %(wan" +
    "ted)s: tulis jumlahnya dalam %(wanted)s."};
export const PATTERNS = {"about":
    "^(?:±|\\+/-|\\+-|~|≈|kurang lebih|lebih kurang|kira-kira|kira" +
    " kira|kira2|sekitar|krg lbh|k\\.?l\\.? |lebih dari|>|<|hampir" +
    ")\\s*", "currency": "^(?:rp|idr|rupiah)\\.?\\s*",
  "in_brackets": "\\((?:(?:<NUMBER>|<ONE_OF>|seratus|<SCALE>|rupiah|orang) ?)+\\)",
  "hundreds": "\\b(?:(<ONE_TO_NINE>) ratus|seratus)(?: (<NUMBER>))?\\b", "number_word": "\\b(?:<NUMBER>)\\b",
  "one_of": "\\b(?:<ONE_OF>)\\b", "period": "(?:\\s*(?:/|\\bper|\\btiap)\\s*|^|\\bse)(<PERIOD>)\\b\\.?$",
  "token":
    "(?:^|[^0-9a-z.,])([0-9]+ [0-9]+/[0-9]+|[0-9]+/[0-9]+|[0-9]{" +
    "1,3}(?:[ '][0-9]{3})+(?![0-9.])(?:,[0-9]+)?|[0-9](?:[0-9.,]" +
    "*[0-9])?)", "mark": "^\\s*(?:,-{1,2}|,=|\\.-|=|\\.(?![0-9])|-{1,2}$|,$)", "word": "^\\s*([a-z]+)",
  "joined": "\\s*(?:,|\\bdan\\b|\\bplus\\b|\\+|&)?\\s*$", "about_scale": "^(?:ratus|ribu|juta|miliar|milyar)an\\b",
  "fraction": "^(?:([0-9]+) )?([0-9]+)/([0-9]+)$", "grouped": "^[1-9][0-9]{0,2}(?:\\.[0-9]{3})+(?:,[0-9]+)?$",
  "grouped_by_comma": "^[1-9][0-9]{0,2}(?:(?:,[0-9]{3}){2,}|(?:,[0-9]{3})+\\.[0-9]+)$",
  "grouped_by_space": "^[1-9][0-9]{0,2}(?:[ '][0-9]{3})+(?:,[0-9]+)?$",
  "two_readings": "^(?:[1-9][0-9]{0,2},[0-9]{3}|(?:0[0-9]*|[0-9]{4,})\\.[0-9]{3})$",
  "decimal": "^[0-9]+(?:[.,][0-9]+)?$", "decimal_point": "^[0-9]+\\.[0-9]+$"};
export const UNITS = [{"name": "potong", "dimension": "counted", "factor": ["1", "1"], "isMultiplier": false,
  "isPackage": false, "synonyms": ["potong", "ptg", "pcs", "pc", "pce", "piece", "buah", "bh", "biji", "bj", "unit",
  "lembar", "lbr", "helai", "item"]}, {"name": "bungkus", "dimension": "counted", "factor": ["1", "1"],
  "isMultiplier": false, "isPackage": true, "synonyms": ["bungkus", "bks"]}, {"name": "pak", "dimension": "counted",
  "factor": ["1", "1"], "isMultiplier": false, "isPackage": true, "synonyms": ["pak", "pack"]}, {"name": "dus",
  "dimension": "counted", "factor": ["1", "1"], "isMultiplier": false, "isPackage": true, "synonyms": ["dus"]},
  {"name": "botol", "dimension": "counted", "factor": ["1", "1"], "isMultiplier": false, "isPackage": true,
  "synonyms": ["botol"]}, {"name": "toples", "dimension": "counted", "factor": ["1", "1"], "isMultiplier": false,
  "isPackage": true, "synonyms": ["toples"]}, {"name": "kotak", "dimension": "counted", "factor": ["1", "1"],
  "isMultiplier": false, "isPackage": true, "synonyms": ["kotak"]}, {"name": "lusin", "dimension": "counted",
  "factor": ["12", "1"], "isMultiplier": true, "isPackage": false, "synonyms": ["lusin", "lsn", "dosin", "dozen"]},
  {"name": "kodi", "dimension": "counted", "factor": ["20", "1"], "isMultiplier": true, "isPackage": false,
  "synonyms": ["kodi", "kd"]}, {"name": "gros", "dimension": "counted", "factor": ["144", "1"], "isMultiplier": true,
  "isPackage": false, "synonyms": ["gros", "gross", "grs"]}, {"name": "stel", "dimension": "sets", "factor": ["1",
  "1"], "isMultiplier": false, "isPackage": false, "synonyms": ["stel", "setel", "set", "stelan", "setelan"]},
  {"name": "pasang", "dimension": "pairs", "factor": ["1", "1"], "isMultiplier": false, "isPackage": false,
  "synonyms": ["pasang", "psg", "pair"]}, {"name": "meter", "dimension": "length", "factor": ["1", "1"],
  "isMultiplier": false, "isPackage": false, "synonyms": ["meter", "m", "mtr"]}, {"name": "yard",
  "dimension": "length", "factor": ["1143", "1250"], "isMultiplier": false, "isPackage": false, "synonyms": ["yard",
  "yd", "yar"]}, {"name": "cm", "dimension": "length", "factor": ["1", "100"], "isMultiplier": false,
  "isPackage": false, "synonyms": ["cm", "sentimeter"]}, {"name": "kg", "dimension": "mass", "factor": ["1", "1"],
  "isMultiplier": false, "isPackage": false, "synonyms": ["kg", "kilo", "kilogram"]}, {"name": "gram",
  "dimension": "mass", "factor": ["1", "1000"], "isMultiplier": false, "isPackage": false, "synonyms": ["gram", "gr",
  "g"]}, {"name": "ons", "dimension": "mass", "factor": ["1", "10"], "isMultiplier": false, "isPackage": false,
  "synonyms": ["ons"]}, {"name": "kuintal", "dimension": "mass", "factor": ["100", "1"], "isMultiplier": false,
  "isPackage": false, "synonyms": ["kuintal", "kwintal", "kw"]}, {"name": "ton", "dimension": "mass",
  "factor": ["1000", "1"], "isMultiplier": false, "isPackage": false, "synonyms": ["ton"]}, {"name": "liter",
  "dimension": "volume", "factor": ["1", "1"], "isMultiplier": false, "isPackage": false, "synonyms": ["liter", "ltr",
  "l", "lt"]}, {"name": "ml", "dimension": "volume", "factor": ["1", "1000"], "isMultiplier": false,
  "isPackage": false, "synonyms": ["ml", "mililiter", "cc"]}, {"name": "m2", "dimension": "area", "factor": ["1",
  "1"], "isMultiplier": false, "isPackage": false, "synonyms": ["m2", "m²", "meter persegi"]}];
export const FAR = 5;
export const ZERO_TOO_MANY = 10;
export const MULTIPLIERS = {"lusin": 12, "kodi": 20, "gros": 144};
export const QUESTIONS = {"too_much": "%(line)s: %(said)s, padahal biasanya sekitar %(usual)s. Betulkah?",
  "guess": "%(line)s: %(said)s, padahal biasanya sekitar %(usual)s. Apakah maksudnya %(guess)s?",
  "unit": "%(line)s: %(said)s, padahal biasanya sekitar %(usual)s. Apakah maksudnya %(said)s %(unit)s?",
  "too_little": "%(line)s: %(said)s, padahal biasanya sekitar %(usual)s. Betulkah, atau kurang angka nol?",
  "price": "%(line)s: nilainya Rp%(price)s untuk satu %(unit)s, padahal biasanya sekitar Rp%(usual)s. Betulkah?"};
export const WHOLE = ["counted", "pairs", "sets"];
export const NOTHING = ["kosong", "libur", "nihil", "tidak ada", "tidak produksi"];
export const GREATEST_QUANTITY = "10000000000";
