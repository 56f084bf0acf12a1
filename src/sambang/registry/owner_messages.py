"""Messages to owners by WhatsApp: opened with a prepared text, sent by the person at the office."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import redirect

from sambang.access.models import Person
from sambang.audit.read_audit import log_read
from sambang.lib.whatsapp import whatsapp_url
from sambang.registry.models import Business


def whatsapp_redirect(by: Person, business: Business, text: str, *, verb: str) -> HttpResponse:
    """Redirect to WhatsApp with a message for the owner; the read audit records under `verb` who saw the number. 404
    for a business without a WhatsApp number: no page offers it. The caller has checked the permission."""
    url = whatsapp_url(business.phone, text)
    if not url:
        raise Http404
    log_read(by, [business], [verb])
    response = redirect(url)
    response["Referrer-Policy"] = "no-referrer"
    return response
