"""Messages to an owner with the personal link: ready in WhatsApp for a person to send, or sent by the official API."""

from __future__ import annotations

from datetime import date

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from sambang.access.models import Person
from sambang.access.requests import PersonRequest
from sambang.actions.models import Confirmation
from sambang.audit.read_audit import log_read
from sambang.lib import clock
from sambang.lib.whatsapp import whatsapp_number
from sambang.owners.link_tokens import token_of
from sambang.owners.message_texts import invitation_text, link_path, question_text, reminder_text, siinas_text
from sambang.owners.models import PersonalLink
from sambang.owners.whatsapp_api import WhatsAppError, send_template
from sambang.registry.models import Business
from sambang.registry.owner_messages import whatsapp_redirect
from sambang.siinas.quarters import quarter_to_report


def reminder_redirect(request: HttpRequest, by: Person, business: Business, month: date) -> HttpResponse:
    """Redirect to WhatsApp with the reminder of a missing report."""
    link = PersonalLink.objects.active(now=clock.now()).filter(business=business).first()
    address = _address(request, link) if link else ""
    return _redirect(
        request, by, business, link, reminder_text(business, month, has_link=link is not None, address=address)
    )


def siinas_redirect(request: HttpRequest, by: Person, business: Business) -> HttpResponse:
    """Redirect to WhatsApp with the question for what the SIINas sheet of the last quarter lacks."""
    link = PersonalLink.objects.active(now=clock.now()).filter(business=business).first()
    address = _address(request, link) if link else ""
    quarter = quarter_to_report(clock.today())
    text = siinas_text(business, quarter, has_link=link is not None, address=address)
    return _redirect(request, by, business, link, text)


def invitation_redirect(request: HttpRequest, by: Person, business: Business) -> HttpResponse:
    """Redirect to WhatsApp with the personal link. 404 without an active one whose token can be derived."""
    link = PersonalLink.objects.active(now=clock.now()).filter(business=business).first()
    address = _address(request, link) if link else ""
    if link is None or not address:
        raise Http404
    return _redirect(request, by, business, link, invitation_text(business, address, link.expires_at))


def question_redirect(request: HttpRequest, by: Person, confirmation: Confirmation) -> HttpResponse:
    """Redirect to WhatsApp with the question about a claimed action, and note that the IKM was written to. 404 without
    an active link whose token can be derived."""
    business = confirmation.business
    link = PersonalLink.objects.active(now=clock.now()).filter(business=business).first()
    address = _address(request, link) if link else ""
    if not address:
        raise Http404
    response = _redirect(request, by, business, link, question_text(confirmation, address))
    Confirmation.objects.filter(pk=confirmation.pk).update(sent_at=clock.now())
    return response


def _address(request: HttpRequest, link: PersonalLink) -> str:
    token = token_of(link)
    return request.build_absolute_uri(link_path(token)) if token else ""


def _redirect(
    request: HttpRequest, by: Person, business: Business, link: PersonalLink | None, text: str
) -> HttpResponse:
    """Redirect to WhatsApp; record the hand-over on the link, unless there is no number to send to."""
    response = whatsapp_redirect(request, by, business, text, verb="owners.send_reminder")
    if link is not None and whatsapp_number(business.phone):
        _mark_sent(link)
    return response


def _mark_sent(link: PersonalLink) -> None:
    PersonalLink.objects.filter(pk=link.pk).update(sent_at=clock.now())


def send_by_api(request: PersonRequest, link: PersonalLink) -> str:
    """Send the link by WhatsApp's API. Returns why it was not sent, "" if it was."""
    business, token = link.business, token_of(link)
    number = whatsapp_number(business.phone)
    if not number:
        return _("tanpa nomor WA")
    if not token:
        return _("tautan lama, buat lagi")
    day = date_format(timezone.localtime(link.expires_at), "j F Y")
    address = request.build_absolute_uri(link_path(token))
    try:
        send_template(number, (business.owner.name, business.name, address, day))
    except WhatsAppError as refused:
        return str(refused)
    log_read(request.user, [business], ["owners.send_reminder"])
    _mark_sent(link)
    return ""
