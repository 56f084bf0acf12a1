"""The reminder to a business without a report: a message with the owner's personal link, ready in WhatsApp."""

from __future__ import annotations

from datetime import date

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from sambang.access.models import Person
from sambang.audit.read_audit import log_read
from sambang.lib import clock
from sambang.lib.templatetags.words import whatsapp
from sambang.owners.link_tokens import token_of
from sambang.owners.message_texts import link_path, reminder_text
from sambang.owners.models import PersonalLink
from sambang.registry.models import Business


def reminder_redirect(request: HttpRequest, by: Person, business: Business, month: date) -> HttpResponse:
    """Redirect to WhatsApp with the reminder, and record in the audit log who was given the link."""
    link = PersonalLink.objects.active(now=clock.now()).filter(business=business).first()
    token = token_of(link) if link else ""
    address = whatsapp(
        business.phone,
        reminder_text(business, month, request.build_absolute_uri(link_path(token)) if token else ""),
    )
    if not address:
        raise Http404  # no page offers a reminder to a business without a WhatsApp number
    log_read(by, [business], ["owners.send_reminder"])
    response = redirect(address)
    response["Referrer-Policy"] = "no-referrer"
    return response
