"""The WhatsApp texts of an office: standard texts, the placeholders of each, and the office's own text instead."""

from __future__ import annotations

import re
from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from sambang.access.councils import nearest_councils
from sambang.lib.region_code import RegionCode
from sambang.papers.models import MessageText

PLACEHOLDER_PATTERN = re.compile(r"\{([^{}]*)\}")
Kind = MessageText.Kind
# Indonesian, whatever the language of the page: owners read them.
STANDARD_TEXTS: dict[Kind, str] = {
    Kind.INVITATION: (
        "Yth. {pemilik} ({usaha}), ini tautan pribadi Anda di Sambang:\n{tautan}\n"
        "Buka untuk melaporkan produksi tiap bulan, menyampaikan keinginan atau kendala, dan melihat kabarnya. "
        "Tidak perlu kata sandi. Jangan diberikan kepada orang lain. Berlaku sampai {sampai}."
    ),
    Kind.REMINDER: (
        "Yth. {pemilik} ({usaha}), laporan produksi {bulan} belum kami terima. {petunjuk} "
        "Bila tidak berproduksi, cukup tekan “Tidak berproduksi”. Terima kasih."
    ),
    Kind.QUESTION: (
        "Yth. {pemilik} ({usaha}), tindakan “{tindakan}” kami nyatakan sudah dikerjakan: {keterangan}\n"
        "Menurut Anda, apakah sudah selesai? Jawab di tautan pribadi Anda:\n{tautan}\n"
        "Jawaban “belum” juga kami tunggu. Terima kasih."
    ),
    Kind.SIINAS: (
        "Yth. {pemilik} ({usaha}), lembar SIINas usaha Anda untuk {triwulan} belum lengkap. {petunjuk} "
        "Isiannya ada di tombol “Lembar SIINas”; yang sudah kami ketahui sudah terisi. Terima kasih."
    ),
}
# The placeholders of each text with the values of its preview. Without the first one the message would be useless.
PREVIEW_VALUES: dict[Kind, dict[str, str]] = {
    Kind.INVITATION: {
        "tautan": "https://sambang.contoh/saya/…",
        "pemilik": "Suminah",
        "usaha": "Jahit Suminah",
        "sampai": "31 Desember 2026",
    },
    Kind.REMINDER: {
        "petunjuk": "Tekan tautan pribadi Anda:\nhttps://sambang.contoh/saya/…\nDua menit saja.",
        "pemilik": "Suminah",
        "usaha": "Jahit Suminah",
        "bulan": "Oktober 2026",
    },
    Kind.QUESTION: {
        "tautan": "https://sambang.contoh/saya/…",
        "pemilik": "Suminah",
        "usaha": "Jahit Suminah",
        "tindakan": "Pelatihan foto produk",
        "keterangan": "dua hari di balai, 24 peserta",
    },
    Kind.SIINAS: {
        "petunjuk": "Tekan tautan pribadi Anda:\nhttps://sambang.contoh/saya/…\nDua menit saja.",
        "pemilik": "Suminah",
        "usaha": "Jahit Suminah",
        "triwulan": "triwulan III 2026",
    },
}


def filled_in(text: str, values: Mapping[str, str]) -> str:
    """The text with its placeholders replaced, once: a value that contains braces stays as it is."""
    return PLACEHOLDER_PATTERN.sub(lambda match: values.get(match[1], match[0]), text)


def check_placeholders(kind: Kind, text: str) -> None:
    """Raises ValidationError for a placeholder that the text does not have, and without the one that it needs."""
    allowed = PREVIEW_VALUES[kind]
    names = ", ".join(f"{{{name}}}" for name in allowed)
    unknown = [name for name in PLACEHOLDER_PATTERN.findall(text) if name not in allowed]
    if unknown:
        raise ValidationError(
            _("{%(unknown)s} tidak dikenal: yang dapat dipakai %(names)s.") % {"unknown": unknown[0], "names": names}
        )
    if text.count("{") != text.count("}") or len(PLACEHOLDER_PATTERN.findall(text)) != text.count("{"):
        raise ValidationError(_("Ada kurung kurawal tanpa pasangannya: tulis %(names)s.") % {"names": names})
    needed = next(iter(allowed))
    if f"{{{needed}}}" not in text:
        raise ValidationError(_("Tulis {%(needed)s}: tanpa itu penerima tidak dapat menjawab.") % {"needed": needed})


class OfficeTexts:
    """The texts that an office uses, read once for each regency."""

    def __init__(self) -> None:
        self._texts: dict[str, dict[str, str]] = {}

    def text(self, region_code: str, kind: Kind, values: Mapping[str, str]) -> str:
        """The text for an IKM of this region: of its regency's council, else of its province's, else the nation's."""
        regency = RegionCode(region_code).regency
        if regency not in self._texts:
            council = next(iter(nearest_councils(regency)), None)
            rows = MessageText.objects.filter(council=council).values_list("kind", "text") if council else ()
            self._texts[regency] = dict(rows)
        return filled_in(self._texts[regency].get(kind) or STANDARD_TEXTS[kind], values)
