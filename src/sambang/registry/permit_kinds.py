"""The kinds of permits and certificates of an IKM: what a new kind needs is here."""

from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _


class PermitKind(models.TextChoices):
    NIB = "nib", "NIB"
    PIRT = "pirt", "SPP-IRT"
    MD = "md", "BPOM MD/ML"
    HALAL = "halal", _("Halal")
    SNI = "sni", "SNI"
    BRAND = "brand", _("Merek/HKI")
    TKDN = "tkdn", "TKDN-IK"
    SVLK = "svlk", "SVLK"
    SIINAS = "siinas", _("akun SIINas")
    OTHER = "other", _("lainnya")


# Kinds that prove a quality or a right; the others are registrations. `indicators` counts IKM with one of them.
CERTIFICATES = (
    PermitKind.HALAL,
    PermitKind.PIRT,
    PermitKind.MD,
    PermitKind.SNI,
    PermitKind.BRAND,
    PermitKind.TKDN,
    PermitKind.SVLK,
)

# Kinds without an end date: NIB and the account while the business runs; halal by UU 33/2014 article 42, as amended by
# UU 6/2023. Of another kind without an end date the date is not recorded.
UNLIMITED = (PermitKind.NIB, PermitKind.HALAL, PermitKind.SIINAS)


@dataclass(frozen=True)
class PermitColumn:
    """The column of an office's list that holds the number of a permit (imports). `heading` finds its heading and those
    of the days beside it, `number` its own heading; both in lower case."""

    label: Any
    heading: str
    number: str


# A permit that a text names, in lower case: "NIB, P-IRT 2063…, SIUP".
PERMIT_WORDS = {
    PermitKind.NIB: r"nib|(nomor )?induk berusaha",
    PermitKind.PIRT: r"(s?ppp?[ .-]*)?p?[ .-]*irtp?",
    PermitKind.MD: r"(b\.?pom|badan pom)( ri)?( m[dl])?|m[dl](?=\W*\d{5})",
    PermitKind.HALAL: r"halal( (mui|bpjph|lppom))?",
    PermitKind.SNI: r"sni",
    PermitKind.BRAND: r"(hak )?(merek|merk)( dagang)?|hki|haki",
    PermitKind.TKDN: r"tkdn([ -]ik)?",
    PermitKind.SVLK: r"svlk",
    PermitKind.SIINAS: r"(akun )?siinas",
    PermitKind.OTHER: (
        r"siup|tdp|tdi|iumk|iui|situ|sku|pkrt|slhs|haccp|gmp|cppob|cpmb|nkv|iso[ -]?\d*|akta( notaris)?( pendirian)?"
        r"|hak cipta|paten|desain industri"
    ),
}
PERMIT_COLUMNS = {
    PermitKind.PIRT: PermitColumn(_("izin P-IRT"), r"p ?irt", r"\bp ?irt\b|\bspp ?irt\b"),
    PermitKind.HALAL: PermitColumn(_("sertifikat halal"), "halal", r"\bhalal\b"),
    PermitKind.SNI: PermitColumn(_("sertifikat SNI"), r"\bsni\b", r"\bsni\b"),
    PermitKind.MD: PermitColumn(_("izin BPOM MD/ML"), r"\bb ?pom\b", r"\bb ?pom\b"),
    PermitKind.TKDN: PermitColumn(_("sertifikat TKDN"), r"\btkdn\b", r"\btkdn\b"),
    PermitKind.SVLK: PermitColumn(_("sertifikat SVLK"), r"\bsvlk\b", r"\bsvlk\b"),
    PermitKind.BRAND: PermitColumn(
        _("pendaftaran merek/HKI"),
        r"merek|merk|\bhki\b|\bhaki\b",
        r"(no|nomor|sertifikat|pendaftaran|daftar|hak) (\w+ )?(merek|merk)|(merek|merk) (dagang )?terdaftar"
        r"|(merek|merk)[^>]*> (no|nomor)\b|\bhki\b|\bhaki\b",
    ),
}
