"""Attachments of an action, and what was spent on it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from sambang.access.permissions import require
from sambang.access.requests import PersonRequest, reached_row
from sambang.actions import attachments
from sambang.actions.forms import AttachmentForm, SpentForm
from sambang.actions.models import Attachment
from sambang.actions.views.actions import action_of, to_action
from sambang.lib.documents import document_response
from sambang.lib.form_page import form_page
from sambang.lib.forms import run_operation
from sambang.lib.pictures import jpeg_response, stored_bytes

ATTACHMENT_CACHE_SECONDS = 3600


def attachment_add(request: PersonRequest, action_id: str) -> HttpResponse:
    action = action_of(request, action_id)
    require(request.user, "actions.add_attachment", action)
    form = AttachmentForm(request.POST or None, request.FILES or None)
    if run_operation(form, lambda: attachments.add_attachment(action, request.user, **form.cleaned_data)):
        messages.success(request, _("Lampiran disimpan."))
        return redirect("actions:action_detail", action.pk)
    return form_page(request, form, title=_("Tambah lampiran"), back=to_action(action))


def attachment_file(request: PersonRequest, attachment_id: str) -> HttpResponse:
    """The stored file; uploads have no public URL, so that each download is authorised."""
    attachment = reached_row(request, Attachment, attachment_id)
    content = stored_bytes(attachment.file)
    if not attachment.is_pdf:
        return jpeg_response(content, seconds=ATTACHMENT_CACHE_SECONDS)
    response = document_response(content, "lampiran.pdf", is_download=True)
    response["Cache-Control"] = "private, no-store"
    return response


def spent_change(request: PersonRequest, action_id: str) -> HttpResponse:
    action = action_of(request, action_id)
    require(request.user, "actions.record_spent", action)
    form = SpentForm(request.POST or None, initial={"spent": action.spent})
    if run_operation(form, lambda: attachments.record_spent(action, request.user, **form.cleaned_data)):
        messages.success(request, _("Belanja dicatat."))
        return redirect("actions:action_detail", action.pk)
    return form_page(request, form, title=_("Belanja tindakan"), back=to_action(action))
