"""Messages to owners by WhatsApp: opened with a prepared text, sent by the person at the office."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from sambang.access.models import Person
from sambang.audit.read_audit import log_read
from sambang.lib.whatsapp import whatsapp_url
from sambang.registry.models import Business


def whatsapp_redirect(request: HttpRequest, by: Person, business: Business, text: str, *, verb: str) -> HttpResponse:
    """Redirect to WhatsApp with a message for the owner; the read audit records under `verb` who saw the number.

    For a business without a WhatsApp number, a signed-in person is sent to the page of the business, where the number
    can be added; for others 404. The caller has checked the permission."""
    url = whatsapp_url(business.phone, text)
    if not url and request.user.is_authenticated:
        no_number = _("%(business)s belum punya nomor WhatsApp. Catat nomornya lewat “Ubah data”, lalu kirim lagi.")
        messages.error(request, no_number % {"business": business.name})
        return redirect("registry:business_detail", business.pk)
    if not url:
        raise Http404
    log_read(by, [business], [verb])
    response = redirect(url)
    response["Referrer-Policy"] = "no-referrer"
    return response
