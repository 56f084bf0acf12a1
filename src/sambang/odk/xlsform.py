"""The visit form as the sheets of an XLSForm, with the choices of the models.

Questions are named by the fields of the items in 0018; labels are Indonesian. Lists that differ between officers
(visits, IKM, products, months, promises) are CSV files attached to the form, so the form itself is the same for
everybody.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.utils import translation

from sambang.aspirations.difficulties import offered_difficulties
from sambang.aspirations.models import Aspiration
from sambang.lib.numbers import MAX_PEOPLE, MAX_PERCENT, PATTERNS
from sambang.production.plausibility import UNUSUAL_FACTOR

type FormRow = dict[str, str]
type Sheets = dict[str, list[FormRow]]

FORM_ID = "sambang_kunjungan"
TITLE = "Kunjungan ke sentra"
ENTITY_LISTS = ("kunjungan.csv", "ikm.csv", "produk.csv", "bulan.csv", "tindakan.csv")
# The whole amount is matched: a phone's regex() has no search.
TWO_READINGS = rf"^(.*[^0-9.,])?{PATTERNS['two_readings'].strip('^$')}([^0-9.,].*)?$"
# An amount without a unit, which the phone compares with the usual one: 60, 1.250 or 12,5.
PLAIN_NUMBER = "^[0-9][0-9.]*(,[0-9]+)?$"
CODE_PATTERN = r"^\d{6}$"
YES_NO = (("yes", "ya"), ("no", "tidak"))


def sheets() -> Sheets:
    """`survey`, `choices`, `entities` and `settings`, the last without the version (see visit_form.py)."""
    with translation.override("id"):
        return {
            "survey": [*_visit(), *_business(), *_end()],
            "choices": [
                *_choices("yes_no", YES_NO),
                *_choices("kind", Aspiration.Kind.choices),
                *_choices("difficulty", offered_difficulties()),
            ],
            # Updates the IKM on the phone at once, offline too: the next form that is opened shows the visit.
            "entities": [{"list_name": "ikm", "entity_id": "${business}", "update_if": "${business} != ''"}],
            "settings": [
                {"form_id": FORM_ID, "form_title": TITLE, "instance_name": "concat(${place}, ' ', ${held_on})"}
            ],
        }


def _choices(name: str, pairs: Iterable[tuple[object, object]]) -> list[FormRow]:
    return [{"list_name": name, "name": str(value), "label": str(label)} for value, label in pairs]


def _question(kind: str, name: str, label: str, **more: str) -> FormRow:
    return {"type": kind, "name": name, "label": label, **more}


def _calculate(name: str, formula: str, **more: str) -> FormRow:
    return {"type": "calculate", "name": name, "calculation": formula, **more}


def _visit() -> list[FormRow]:
    cluster = "instance('kunjungan')/root/item[name=${visit}]/cluster"
    place = "instance('kunjungan')/root/item[name=${visit}]/place"
    invited = "instance('kunjungan')/root/item[name=${visit}]/invited"
    return [
        {"type": "start", "name": "start"},
        {"type": "end", "name": "end"},
        {"type": "csv-external", "name": "produk"},
        _question(
            "select_one_from_file kunjungan.csv",
            "visit",
            "Kunjungan yang mana?",
            required="yes",
            hint="Belum ada? Rencanakan dahulu di Sambang, lalu perbarui formulir ini.",
        ),
        _calculate("cluster", cluster),
        _calculate("place", place),
        _calculate("invited", invited),
        _question(
            "date",
            "held_on",
            "Hari kunjungan",
            required="yes",
            default="today()",
            constraint=". <= today()",
            constraint_message="Hari itu belum tiba.",
        ),
        _question(
            "select_one_from_file bulan.csv",
            "month",
            "Bulan produksi yang ditanyakan",
            appearance="minimal",
            hint="Kosongkan bila produksi tidak ditanyakan.",
        ),
    ]


def _business() -> list[FormRow]:
    chosen = "instance('ikm')/root/item[name=${business}]"
    return [
        {"type": "begin_repeat", "name": "ikm", "label": "IKM"},
        _question(
            "select_one_from_file ikm.csv",
            "business",
            "IKM",
            required="yes",
            appearance="minimal autocomplete",
            # A visit to a kelompok or to one IKM invites those; to a whole sentra, everybody.
            choice_filter="cluster=${cluster} and (${invited}='' or contains(invited_as, ${invited}))",
        ),
        _calculate("business_name", f"{chosen}/label"),
        _question(
            "note", "known", "Pemilik: ${owner}. Laporan terakhir: ${last_report}.", relevant="${business} != ''"
        ),
        _calculate("owner", f"{chosen}/owner"),
        _calculate("last_report", f"{chosen}/last_report"),
        _question("select_one yes_no", "present", "Hadir?", required="yes"),
        _question(
            "text",
            "represented_by",
            "Diwakili oleh",
            relevant="${present} = 'yes'",
            hint="Kosongkan bila pemilik sendiri.",
            constraint="string-length(.) <= 120",
            constraint_message="Paling panjang 120 huruf.",
        ),
        _question(
            "integer",
            "workers_seen",
            "Pekerja yang ditemui",
            constraint=f". >= 0 and . <= {MAX_PEOPLE}",
            constraint_message="Isi jumlah orang, 0 atau lebih.",
        ),
        _question(
            "integer",
            "pulse",
            "Produksi dibanding bulan biasa (%)",
            hint="100 berarti seperti biasa, 50 separuhnya.",
            constraint=f". >= 0 and . <= {MAX_PERCENT}",
            constraint_message=f"Isi 0 sampai {MAX_PERCENT}.",
        ),
        _calculate("visited_on", "string(${held_on})", save_to="visited_on"),
        *_aspirations(),
        *_production(),
        *_confirmations(),
        *_photos("photo", "Foto IKM ini"),
        {"type": "end_repeat", "name": "ikm"},
    ]


def _aspirations() -> list[FormRow]:
    return [
        _question("select_one yes_no", "said", "Ada yang disampaikan?", required="yes", relevant="${business} != ''"),
        {
            "type": "begin_repeat",
            "name": "aspiration",
            "label": "Yang disampaikan ${business_name}",
            "relevant": "${said} = 'yes'",
        },
        _question("select_one kind", "kind", "Jenis", required="yes", appearance="horizontal"),
        _question(
            "text",
            "text",
            "Kata-katanya sendiri",
            required="yes",
            appearance="multiline",
            constraint="string-length(.) <= 2000",
            constraint_message="Paling panjang 2000 huruf.",
        ),
        _question("select_one difficulty", "difficulty", "Kesulitan", required="yes", appearance="minimal"),
        _question(
            "text",
            "also_touches",
            "Siapa lagi yang mengalami?",
            constraint="string-length(.) <= 200",
            constraint_message="Paling panjang 200 huruf.",
        ),
        {"type": "end_repeat", "name": "aspiration"},
    ]


def _production() -> list[FormRow]:
    """A repeat with one turn for each product of the chosen IKM; its product is found by IKM and number. Figures far
    from the usual ones are asked about, as by production/plausibility.py; amounts with units are checked at the office.
    """
    product = "instance('produk')/root/item[name=${key}]"
    return [
        _calculate("products", "if(${month} = '', 0, count(instance('produk')/root/item[business=${business}]))"),
        {
            "type": "begin_repeat",
            "name": "production",
            "label": "Produksi ${business_name}",
            "repeat_count": "${products}",
        },
        _calculate("key", "concat(${business}, '-', position(..))"),
        _calculate("line", f"{product}/line"),
        _calculate("product", f"{product}/label"),
        _calculate("before", f"{product}/last"),
        _calculate("usual", f"{product}/usual"),
        _calculate("usual_price", f"{product}/usual_price"),
        _question(
            "text",
            "amount",
            "${product}: berapa yang dibuat?",
            hint="Laporan sebelumnya: ${before}. Tulis misalnya 300 atau 3 kodi 5 potong; 0 bila tidak membuat; "
            "kosongkan bila tidak ditanyakan.",
            constraint=f"not(regex(., '{TWO_READINGS}'))",
            constraint_message="Angka itu dapat dibaca dua macam: tulis 1.250 untuk seribu lebih, 0,5 untuk setengah.",
        ),
        _calculate("quantity", f"if(regex(${{amount}}, '{PLAIN_NUMBER}'), translate(${{amount}}, ',.', '.'), '')"),
        *_asked_if_unusual(
            "amount_checked", "${quantity}", "${usual}", "${amount}, padahal biasanya sekitar ${usual}."
        ),
        _question(
            "integer",
            "value",
            "Nilainya (Rp)",
            hint="Kosongkan bila tidak tahu.",
            relevant="${amount} != ''",
            constraint=". >= 0",
            constraint_message="Tidak boleh kurang dari nol.",
        ),
        _calculate("price", "if(${quantity} > 0 and ${value} != '', round(${value} div ${quantity}, 0), '')"),
        *_asked_if_unusual(
            "value_checked", "${price}", "${usual_price}", "Rp${price} untuk satu, padahal biasanya Rp${usual_price}."
        ),
        {"type": "end_repeat", "name": "production"},
    ]


def _asked_if_unusual(name: str, figure: str, usual: str, label: str) -> list[FormRow]:
    """The question whether a figure is right, if it is UNUSUAL_FACTOR times more or less than the usual one."""
    times = f"({figure} >= {UNUSUAL_FACTOR} * {usual} or {figure} * {UNUSUAL_FACTOR} <= {usual})"
    is_unusual = f"{figure} > 0 and {usual} > 0 and {times}"
    return [
        _question(
            "select_one yes_no",
            name,
            f"{label} Betulkah?",
            required="yes",
            relevant=is_unusual,
            constraint=". = 'yes'",
            constraint_message="Kembali ke angkanya, lalu betulkan.",
        )
    ]


def _confirmations() -> list[FormRow]:
    asked = "count(instance('tindakan')/root/item[business=${business}])"
    return [
        _calculate("asked", asked),
        {
            "type": "begin_group",
            "name": "confirm",
            "label": "Janji yang ditunggu jawabannya",
            "relevant": "${asked} > 0",
        },
        _question(
            "select_one_from_file tindakan.csv",
            "action",
            "Janji yang mana?",
            choice_filter="business=${business}",
            hint="Kosongkan bila pemilik belum mau menjawab.",
        ),
        _question(
            "select_one yes_no", "solved", "Kata pemilik: sudah selesai?", required="yes", relevant="${action} != ''"
        ),
        _question(
            "text",
            "text",
            "Kata-kata pemilik",
            relevant="${action} != ''",
            constraint="string-length(.) <= 1000",
            constraint_message="Paling panjang 1000 huruf.",
        ),
        _question(
            "text",
            "code",
            "Kode pemilik",
            required="yes",
            relevant="${action} != ''",
            appearance="numbers",
            hint="Enam angka di halaman pribadi pemilik, satu kode satu jawaban. Pemilik sendiri yang menyebutkan.",
            constraint=f"regex(., '{CODE_PATTERN}')",
            constraint_message="Kodenya enam angka.",
        ),
        {"type": "end_group", "name": "confirm"},
    ]


def _photos(name: str, label: str) -> list[FormRow]:
    return [
        {"type": "begin_repeat", "name": name, "label": label},
        _question("image", "image", "Foto", parameters="max-pixels=1600"),
        _question(
            "text",
            "caption",
            "Keterangan",
            constraint="string-length(.) <= 200",
            constraint_message="Paling panjang 200 huruf.",
        ),
        {"type": "end_repeat", "name": name},
    ]


def _end() -> list[FormRow]:
    return [
        *_photos("photo_all", "Foto seluruh sentra"),
        _question(
            "text",
            "summary",
            "Pokok pembicaraan",
            appearance="multiline",
            constraint="string-length(.) <= 6000",
            constraint_message="Paling panjang 6000 huruf.",
        ),
        _question(
            "text",
            "conclusion",
            "Kesimpulan",
            appearance="multiline",
            constraint="string-length(.) <= 6000",
            constraint_message="Paling panjang 6000 huruf.",
        ),
    ]
