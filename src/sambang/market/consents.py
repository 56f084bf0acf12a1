"""The texts that owners consent to, by version. A changed text gets a new version; earlier ones stay as proof."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.utils.translation import gettext_lazy as _

from sambang.market.models import Consent

Purpose = Consent.Purpose
CONSENT_TEXTS: dict[str, dict[int, Any]] = {
    Purpose.CATALOGUE: {1: _("Barang saya boleh tampil di katalog umum")},
    Purpose.WHATSAPP: {1: _("Nomor WA saya boleh dipakai pembeli untuk memesan")},
    Purpose.MARKETPLACE: {1: _("Barang saya di katalog boleh diteruskan ke lokapasar dan mesin belanja")},
}


def latest_version(purpose: str) -> int:
    """The version that owners are asked to consent to now."""
    return max(CONSENT_TEXTS[purpose])


def purpose_or_404(value: str) -> Consent.Purpose:
    """The purpose that an address names."""
    try:
        return Purpose(value)
    except ValueError:
        raise Http404 from None
