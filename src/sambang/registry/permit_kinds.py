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


@dataclass(frozen=True)
class PermitColumn:
    """The column of an office's list that holds the number of a permit (imports). `heading` finds its heading and those
    of the days beside it, `number` its own heading; both in lower case."""

    label: Any
    heading: str
    number: str


PERMIT_COLUMNS = {
    PermitKind.PIRT: PermitColumn(_("izin P-IRT"), r"p ?irt", r"\bp ?irt\b|\bspp ?irt\b"),
    PermitKind.HALAL: PermitColumn(_("sertifikat halal"), "halal", r"\bhalal\b"),
    PermitKind.SNI: PermitColumn(_("sertifikat SNI"), r"\bsni\b", r"\bsni\b"),
    PermitKind.BRAND: PermitColumn(
        _("pendaftaran merek/HKI"),
        r"merek|merk|\bhki\b|\bhaki\b",
        r"(no|nomor|sertifikat|pendaftaran|daftar|hak) (\w+ )?(merek|merk)|(merek|merk) (dagang )?terdaftar"
        r"|(merek|merk)[^>]*> (no|nomor)\b|\bhki\b|\bhaki\b",
    ),
}
