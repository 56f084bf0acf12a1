"""A validator against passwords that are common in Indonesia and in this field, also with digits added."""

from __future__ import annotations

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

COMMON_PASSWORDS = frozenset(
    {
        "admin",
        "administrator",
        "alhamdulillah",
        "assalamualaikum",
        "bismillah",
        "dekranas",
        "dekranasda",
        "disperin",
        "disperindag",
        "garuda",
        "indonesia",
        "indonesiaraya",
        "jogjakarta",
        "katasandi",
        "kerajinan",
        "masukmasuk",
        "merdeka",
        "pancasila",
        "password",
        "pengelola",
        "pengrajin",
        "perindustrian",
        "qwerty",
        "qwertyuiop",
        "rahasia",
        "rahasiaku",
        "sambang",
        "sayang",
        "sayangku",
        "terserah",
        "yogyakarta",
    }
)


class CommonIndonesianPasswordValidator:
    """A validator of AUTH_PASSWORD_VALIDATORS: refuses each of COMMON_PASSWORDS alone, doubled, or with digits and
    punctuation around it."""

    def validate(self, password: str, user: object = None) -> None:
        letters = re.sub(r"[^a-z]", "", password.lower().replace("@", "a").replace("0", "o").replace("$", "s"))
        plain = re.sub(r"[^a-z]", "", password.lower())
        for word in (letters, plain):
            half = word[: len(word) // 2]
            if word in COMMON_PASSWORDS or (word == half * 2 and half in COMMON_PASSWORDS):
                raise ValidationError(
                    _("Kata sandi ini terlalu mudah ditebak: pakai tiga kata yang tidak berkaitan."),
                    code="common_password",
                )

    def get_help_text(self) -> str:
        return _("Kata sandi tidak boleh satu kata yang sering dipakai dengan angka di belakangnya.")
