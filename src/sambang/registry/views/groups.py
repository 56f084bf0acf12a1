"""Pages of kelompok."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sambang.access.permissions import may, require
from sambang.access.requests import PersonRequest, reached_row
from sambang.lib.forms import run_operation
from sambang.registry import operations, queries
from sambang.registry.forms import GroupForm, OfficerForm
from sambang.registry.models import Group, GroupMember
from sambang.registry.personal_names import names_for
from sambang.registry.views.clusters import get_cluster
from sambang.registry.views.form_page import registry_form_page


def group_create(request: PersonRequest, cluster_id: UUID) -> HttpResponse:
    row = get_cluster(request, cluster_id, verb="registry.form_group")
    form = GroupForm(request.POST or None)
    if group := run_operation(form, lambda: operations.form_group(row, request.user, **form.cleaned_data)):
        messages.success(request, _("%(name)s dibentuk. Catat anggotanya.") % {"name": group.name})
        return redirect("registry:group_detail", group.pk)
    return registry_form_page(request, form, title=_("Bentuk kelompok"), save=_("Bentuk"), cluster=row)


def group_change(request: PersonRequest, group_id: UUID) -> HttpResponse:
    row = reached_row(request, Group, group_id, "registry.change_group", related=("cluster",))
    fields = ("name", "decree_number", "decree_issuer", "decree_date")
    form = GroupForm(request.POST or None, initial={name: getattr(row, name) for name in fields})
    if run_operation(form, lambda: operations.change_group(row, request.user, **form.cleaned_data)):
        messages.success(request, _("Tersimpan."))
        return redirect("registry:group_detail", row.pk)
    return registry_form_page(request, form, title=_("Ubah kelompok"), cluster=row.cluster)


def group_detail(request: PersonRequest, group_id: UUID) -> HttpResponse:
    """The members and the decree; POST adds a member or changes an office."""
    row = reached_row(request, Group, group_id, related=("cluster",))
    if request.method == "POST":  # checked first: the form's errors could reveal hidden members
        require(request.user, "registry.name_group_officer", row)
    form = OfficerForm(request.POST or None, cluster=row.cluster, names=names_for(request))
    if member := run_operation(form, lambda: operations.name_group_officer(row, request.user, **form.cleaned_data)):
        messages.success(request, _("Dicatat: %(member)s.") % {"member": member})
        return redirect("registry:group_detail", row.pk)
    context = {
        "group": row,
        "form": form,
        "members": queries.current_members(row),
        "former_members": queries.former_members_of(row),
        "may_change": may(request.user, "registry.change_group", row),
        "may_name": may(request.user, "registry.name_group_officer", row),
        "history": queries.history_of(row, request.user),
        "simulated": row.cluster.is_simulated,
    }
    return render(request, "registry/group_detail.html", context, status=422 if form.is_bound else 200)


@require_POST
def group_member_remove(request: PersonRequest, member_id: int) -> HttpResponse:
    member = reached_row(request, GroupMember, member_id, related=("group", "business"))
    left = operations.leave_group(member, request.user)
    messages.success(request, _("%(name)s bukan anggota lagi.") % {"name": member.business.name})
    return redirect("registry:group_detail", left.pk)
