"""For the head of a sentra: messages to its members, and monthly reports of members without a phone.

The head reads and corrects only the figures that the head recorded: another report of the month shows as done.
"""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sambang.access.row_security import bypass_row_security
from sambang.lib.forms import run_operation, run_without_form
from sambang.lib.months import month_name
from sambang.owners import queries
from sambang.owners.authentication import OwnerRequest, owner_page
from sambang.owners.views.reminders import invitation_redirect, reminder_redirect
from sambang.production.amounts import NONE_MADE
from sambang.production.forms import ReportForm
from sambang.production.models import Report
from sambang.production.operations import correct_report_for_member, is_recorded_by, submit_report_for_member
from sambang.production.queries import product_lines_made_in_month, report_of
from sambang.registry.models import Business


def _member_of(request: OwnerRequest, business_id: object, month: date) -> Business:
    """Another IKM of the sentra that the owner heads, expected to report the month."""
    cluster = request.business.cluster
    if cluster is None or cluster.head_id != request.owner.pk:
        raise Http404
    rows = queries.reporting_status(request.owner, cluster, month).exclude(owner=request.owner)
    return get_object_or_404(rows, pk=business_id)


@owner_page
def member_remind(request: OwnerRequest, business_id: object) -> HttpResponse:
    """The reminder to a member that has not reported, ready in WhatsApp."""
    month = queries.previous_month()
    return reminder_redirect(request, request.owner, _member_of(request, business_id, month), month)


@owner_page
def member_invite(request: OwnerRequest, business_id: object) -> HttpResponse:
    """The personal link of a member, ready in WhatsApp."""
    member = _member_of(request, business_id, queries.previous_month())
    return invitation_redirect(request, request.owner, member)


@owner_page
@bypass_row_security(__name__)
def member_report_create(request: OwnerRequest, business_id: object, month: date) -> HttpResponse:
    member = _member_of(request, business_id, month)
    if current := report_of(member, month):
        return _already(request, member, current)
    form = ReportForm(member, month, request.POST or None, only_by=request.owner)
    if run_operation(form, lambda: submit_report_for_member(member, request.owner, month=month, amounts=form.amounts)):
        return _recorded(request, member, month)
    return _show(request, form)


@owner_page
@require_POST
@bypass_row_security(__name__)
def member_report_zero(request: OwnerRequest, business_id: object, month: date) -> HttpResponse:
    """Record zero of every product."""
    member = _member_of(request, business_id, month)
    if current := report_of(member, month):
        return _already(request, member, current)
    amounts = dict.fromkeys(product_lines_made_in_month(member, month), NONE_MADE)
    if run_without_form(request, lambda: submit_report_for_member(member, request.owner, month=month, amounts=amounts)):
        return _recorded(request, member, month)
    return redirect("owners:cluster_detail")


@owner_page
@bypass_row_security(__name__)
def member_report_correct(request: OwnerRequest, business_id: object, month: date) -> HttpResponse:
    member = _member_of(request, business_id, month)
    current = report_of(member, month)
    if current is None:
        return redirect("owners:member_report_create", member.pk, f"{month:%Y-%m}")
    if not is_recorded_by(current, request.owner):
        return _already(request, member, current)
    form = ReportForm(member, month, request.POST or None, current=current, only_by=request.owner)
    if run_operation(form, lambda: correct_report_for_member(current, request.owner, amounts=form.amounts)):
        return _recorded(request, member, month)
    return _show(request, form, current)


def _already(request: OwnerRequest, member: Business, current: Report) -> HttpResponse:
    """Answer a second report of one month: the first report is not changed."""
    if request.method != "POST" and is_recorded_by(current, request.owner):
        return redirect("owners:member_report_correct", member.pk, f"{current.month:%Y-%m}")
    messages.info(
        request,
        _("Laporan %(month)s dari %(name)s sudah ada.") % {"month": month_name(current.month), "name": member.name},
    )
    return redirect("owners:cluster_detail")


def _recorded(request: OwnerRequest, member: Business, month: date) -> HttpResponse:
    messages.success(
        request,
        _("Laporan %(month)s dari %(name)s tercatat, dengan nama Anda sebagai ketua sentra.")
        % {"month": month_name(month), "name": member.name},
    )
    return redirect("owners:cluster_detail")


def _show(request: OwnerRequest, form: ReportForm, current: Report | None = None) -> HttpResponse:
    where = [form.business.pk, f"{form.month:%Y-%m}"]
    name = "owners:member_report_correct" if current else "owners:member_report_create"
    context = {
        "form": form,
        "month": form.month,
        "current": current,
        "member": form.business,
        "form_url": reverse(name, args=where),
        "zero_url": reverse("owners:member_report_zero", args=where),
    }
    return render(request, "owners/report.html", context, status=422 if form.is_bound else 200)
