"""The response of every form page of the register."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from sambang.access.requests import PersonRequest
from sambang.lib.form_page import form_page
from sambang.registry.models import Business, Cluster


def registry_form_page(
    request: PersonRequest,
    form: forms.Form,
    *,
    business: Business | None = None,
    cluster: Cluster | None = None,
    **options: Any,
) -> HttpResponse:
    """`form_page` from the page of an IKM or of a sentra, or from the list of sentra."""
    if business:
        back = (reverse("registry:business_detail", args=[business.pk]), business.name)
    elif cluster:
        back = (reverse("registry:cluster_detail", args=[cluster.pk]), cluster.name)
    else:
        back = (reverse("registry:cluster_list"), _("Daftar sentra"))
    return form_page(request, form, back=back, **options)
