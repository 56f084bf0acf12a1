"""The kinds of permits and certificates of an IKM: what a new kind needs is here."""

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

# Kinds that an office's list has in a column of its own, with the pattern of its heading in lower case (imports).
HEADING_PATTERNS = {
    PermitKind.PIRT: r"p ?irt",
    PermitKind.HALAL: "halal",
    PermitKind.SNI: r"\bsni\b",
    PermitKind.BRAND: r"merek|merk|\bhki\b|\bhaki\b",
}
