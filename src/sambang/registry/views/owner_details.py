"""Details of the owner of an IKM: the list, which is an audited read, and the form of one kind."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _

from sambang.access.permissions import may
from sambang.access.requests import PersonRequest
from sambang.audit.read_audit import REPEAT_INTERVAL, log_read
from sambang.lib import clock
from sambang.lib.forms import run_operation
from sambang.registry import queries
from sambang.registry.forms import OwnerDetailForm
from sambang.registry.operations import record_owner_detail
from sambang.registry.owner_details import OwnerDetail
from sambang.registry.views.businesses import get_business
from sambang.registry.views.form_page import registry_form_page


def owner_detail_list(request: PersonRequest, business_id: UUID) -> HttpResponse:
    business = get_business(request, business_id, verb="registry.see_identity")
    log_read(request.user, [business], ["registry.see_identity"], again=REPEAT_INTERVAL)
    context = {
        "business": business,
        "kinds": queries.owner_details_of(business),
        "may_record": may(request.user, "registry.record_owner_detail", business),
    }
    response = render(request, "registry/owner_detail_list.html", context)
    add_never_cache_headers(response)
    return response


def owner_detail_record(request: PersonRequest, business_id: UUID, kind: str) -> HttpResponse:
    if kind not in OwnerDetail.Kind:
        raise Http404
    business = get_business(request, business_id, verb="registry.record_owner_detail")
    chosen = OwnerDetail.Kind(kind)
    form = OwnerDetailForm(chosen, request.POST or None, initial={"as_of": clock.today()})
    if run_operation(form, lambda: record_owner_detail(business, request.user, kind=chosen, **form.cleaned_data)):
        messages.success(request, _("Disimpan."))
        return redirect("registry:owner_detail_list", business.pk)
    title = _("Keterangan pemilik: %(kind)s") % {"kind": chosen.label}
    return registry_form_page(request, form, title=title, business=business)
