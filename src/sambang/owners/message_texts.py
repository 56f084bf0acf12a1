"""Texts of the WhatsApp messages to owners: in Indonesian, whatever the language of the sender's pages."""

from __future__ import annotations

from datetime import date, datetime

from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from sambang.actions.models import Confirmation
from sambang.lib.months import month_name
from sambang.registry.models import Business


def link_path(token: str) -> str:
    return reverse("owners:link_open", args=[token])


@translation.override(settings.LANGUAGE_CODE)
def invitation_text(business: Business, address: str, ends: datetime) -> str:
    """The message that carries a new link. `business.owner` is fetched by the caller."""
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
def reminder_text(business: Business, month: date, address: str = "") -> str:
    """The reminder of a missing report. `address`: the owner's personal link, if it is sent along."""
    instruction = (
        _("Tekan tautan pribadi Anda:\n%(address)s\nDua menit saja.") % {"address": address}
        if address
        else _("Mohon buka tautan pribadi Anda di pesan WhatsApp yang dulu; dua menit saja.")
    )
    return _(
        "Yth. %(owner)s (%(business)s), laporan produksi %(month)s belum kami terima. %(way)s "
        "Bila tidak berproduksi, cukup tekan “Tidak berproduksi”. Terima kasih."
    ) % {"owner": business.owner.name, "business": business.name, "month": month_name(month), "way": instruction}


@translation.override(settings.LANGUAGE_CODE)
def question_text(confirmation: Confirmation, address: str) -> str:
    """The question whether the claimed action solved what the IKM raised. `address`: the owner's personal link."""
    business, action = confirmation.business, confirmation.action
    return _(
        "Yth. %(owner)s (%(business)s), tindakan “%(action)s” kami nyatakan sudah dikerjakan: %(claim)s\n"
        "Menurut Anda, apakah sudah selesai? Jawab di tautan pribadi Anda:\n%(address)s\n"
        "Jawaban “belum” juga kami tunggu. Terima kasih."
    ) % {
        "owner": business.owner.name,
        "business": business.name,
        "action": action.title,
        "claim": action.claim or "–",
        "address": address,
    }
