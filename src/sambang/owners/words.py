"""The ready texts that the office sends by WhatsApp: Indonesian for the owner, whatever language the office reads
in."""

from __future__ import annotations

from datetime import date, datetime

from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from sambang.lib.months import month_name
from sambang.registry.models import Business


def link_path(token: str) -> str:
    return reverse("owners:link_open", args=[token])


@translation.override(settings.LANGUAGE_CODE)
def invitation_words(business: Business, address: str, ends: datetime) -> str:
    """What goes with a fresh link; `business` has its owner fetched."""
    return _(
        "Yth. %(owner)s (%(business)s), ini tautan pribadi Anda di Sambang:\n%(address)s\n"
        "Buka untuk melaporkan produksi tiap bulan, menyampaikan keinginan atau kendala, dan melihat kabarnya. "
        "Tidak perlu kata sandi. Jangan diberikan kepada orang lain. Berlaku sampai %(day)s."
    ) % {
        "owner": business.owner.name,
        "business": business.name,
        "address": address,
        "day": date_format(timezone.localtime(ends), "j F Y"),
    }


@translation.override(settings.LANGUAGE_CODE)
def reminder_words(business: Business, month: date) -> str:
    """Without the link, which the office no longer knows."""
    return _(
        "Yth. %(owner)s (%(business)s), laporan produksi %(month)s belum kami terima. "
        "Mohon buka tautan pribadi Anda di pesan WhatsApp yang dulu; dua menit saja. "
        "Bila tidak berproduksi, cukup tekan “Tidak berproduksi”. Terima kasih."
    ) % {"owner": business.owner.name, "business": business.name, "month": month_name(month)}
