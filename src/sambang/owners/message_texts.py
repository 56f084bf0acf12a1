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
from sambang.papers.message_texts import OfficeTexts
from sambang.papers.models import MessageText
from sambang.registry.models import Business
from sambang.siinas.quarters import Quarter


def link_path(token: str) -> str:
    return reverse("owners:link_open", args=[token])


@translation.override(settings.LANGUAGE_CODE)
def invitation_text(business: Business, address: str, ends: datetime, texts: OfficeTexts | None = None) -> str:
    """The message that carries a new link. `business.owner` is fetched by the caller; `texts` is shared by many."""
    day = date_format(timezone.localtime(ends), "j F Y")
    values = {**_names(business), "tautan": address, "sampai": day}
    return (texts or OfficeTexts()).text(business.region_id, MessageText.Kind.INVITATION, values)


@translation.override(settings.LANGUAGE_CODE)
def reminder_text(
    business: Business, month: date, *, has_link: bool, address: str = "", texts: OfficeTexts | None = None
) -> str:
    """The reminder of a missing report. `has_link`: whether the owner has an active personal link; `address`: that
    link, if it is sent along."""
    values = {**_names(business), "bulan": month_name(month), "petunjuk": _instruction(address, has_link=has_link)}
    return (texts or OfficeTexts()).text(business.region_id, MessageText.Kind.REMINDER, values)


@translation.override(settings.LANGUAGE_CODE)
def question_text(confirmation: Confirmation, address: str) -> str:
    """The question whether the claimed action solved what the IKM raised. `address`: the owner's personal link."""
    business, action = confirmation.business, confirmation.action
    values = {
        **_names(business),
        "tindakan": action.title,
        "keterangan": action.claim or "–",
        "tautan": address,
    }
    return OfficeTexts().text(business.region_id, MessageText.Kind.QUESTION, values)


@translation.override(settings.LANGUAGE_CODE)
def siinas_text(business: Business, quarter: Quarter, *, has_link: bool, address: str = "") -> str:
    """The question for what the IKM's SIINas sheet lacks."""
    values = {**_names(business), "triwulan": str(quarter), "petunjuk": _instruction(address, has_link=has_link)}
    return OfficeTexts().text(business.region_id, MessageText.Kind.SIINAS, values)


def _instruction(address: str, *, has_link: bool) -> str:
    if address:
        return _("Tekan tautan pribadi Anda:\n%(address)s\nDua menit saja.") % {"address": address}
    if has_link:
        return _("Mohon buka tautan pribadi Anda di pesan WhatsApp yang dulu; dua menit saja.")
    return _("Mohon sampaikan kepada petugas, ketua sentra, atau pengurus; mintalah juga tautan pribadi.")


def _names(business: Business) -> dict[str, str]:
    return {"pemilik": business.owner.name, "usaha": business.name}
