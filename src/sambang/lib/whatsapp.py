"""Addresses that open WhatsApp with a prepared text. Nothing is sent until a person presses send there."""

from __future__ import annotations

from urllib.parse import quote

from sambang.lib.bidi import without_controls


def whatsapp_number(phone: str) -> str:
    """The digits of a mobile number with its country code; '' for a number that cannot have WhatsApp."""
    return phone.removeprefix("+") if phone.startswith("+628") else ""


def whatsapp_url(phone: str, text: str = "") -> str:
    """The wa.me URL of a +62 number; '' for a number that cannot have WhatsApp."""
    number = whatsapp_number(phone)
    return _url(number, text) if number else ""


def whatsapp_share_url(text: str) -> str:
    """The wa.me URL for which the sender chooses the recipient."""
    return _url("", text)


def _url(number: str, text: str) -> str:
    return f"https://wa.me/{number}" + (f"?text={quote(without_controls(text))}" if text else "")
