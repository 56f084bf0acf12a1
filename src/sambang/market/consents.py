"""What owners were asked to agree to, word by word. A changed text gets a new number; the old one stays, for it was
agreed to."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from sambang.market.models import Consent

Purpose = Consent.Purpose
TEXTS: dict[str, dict[int, Any]] = {
    Purpose.CATALOGUE: {1: _("Barang saya boleh tampil di katalog umum")},
    Purpose.WHATSAPP: {1: _("Nomor WA saya boleh dipakai pembeli untuk memesan")},
    Purpose.MARKETPLACE: {1: _("Barang saya di katalog boleh diteruskan ke lokapasar dan mesin belanja")},
}


def newest(purpose: str) -> int:
    """The version that is asked for today."""
    return max(TEXTS[purpose])
