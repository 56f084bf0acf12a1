"""The kinds of permits and certificates of an IKM."""

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
