"""The worksheet of a leak: what happened, whose data, whom to tell until when (Pasal 46)."""

from __future__ import annotations

from dataclasses import fields
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from sambang.access.models import Council
from sambang.access.permissions import councils_of, may, may_somewhere, require
from sambang.access.requests import PersonRequest
from sambang.audit.read_audit import log_read
from sambang.lib import clock
from sambang.lib.exports import workbook_response
from sambang.lib.forms import perform
from sambang.privacy import queries
from sambang.privacy.forms import BreachForm
from sambang.privacy.law import articles
from sambang.privacy.models import Breach
from sambang.privacy.operations import BreachFacts, change_breach, note_breach
from sambang.registry.queries import with_readable_owner


def breach_list(request: PersonRequest) -> HttpResponse:
    if not may_somewhere(request.user, "privacy.note_breach"):
        raise PermissionDenied("privacy.note_breach")
    now = clock.now()
    rows = Breach.objects.visible_to(request.user).select_related("council").order_by("-known_at")
    facts = {
        "rows": [(row, queries.clock_of(row, now=now)) for row in rows],
        "councils": [one for one in councils_of(request.user) if may(request.user, "privacy.note_breach", one)],
    }
    return render(request, "privacy/breach_list.html", facts)


def breach_create(request: PersonRequest, council_id: UUID) -> HttpResponse:
    council = get_object_or_404(councils_of(request.user), pk=council_id)
    require(request.user, "privacy.note_breach", council)
    form = BreachForm(request.POST or None, council=council)
    if made := perform(form, lambda: note_breach(council, request.user, facts=form.facts())):
        return redirect("privacy:breach_detail", made.pk)
    return _page(request, form, council)


def breach_of(request: PersonRequest, breach_id: UUID) -> Breach:
    row = get_object_or_404(
        Breach.objects.visible_to(request.user).select_related("council", "account", "cluster"), pk=breach_id
    )
    require(request.user, "privacy.note_breach", row)
    return row


def breach_update(request: PersonRequest, breach_id: UUID) -> HttpResponse:
    row = breach_of(request, breach_id)
    known = {one.name: getattr(row, one.name) for one in fields(BreachFacts)}
    form = BreachForm(request.POST or None, council=row.council, initial=known)
    if perform(form, lambda: change_breach(row, request.user, facts=form.facts())):
        return redirect("privacy:breach_detail", row.pk)
    return _page(request, form, row.council)


def _page(request: PersonRequest, form: BreachForm, council: Council) -> HttpResponse:
    facts = {"form": form, "council": council, "article": articles()["breach"]}
    return render(request, "privacy/breach_form.html", facts, status=422 if form.is_bound else 200)


def breach_detail(request: PersonRequest, breach_id: UUID) -> HttpResponse:
    """The sheet, to be printed; `format=xlsx`: the list of those to be told, with how to reach them."""
    row = breach_of(request, breach_id)
    affected = queries.affected_by(row)
    if request.GET.get("format") == "xlsx":
        return _affected_workbook(request, row)
    facts = {
        "breach": row,
        "clock": queries.clock_of(row, now=clock.now()),
        "count": affected.count(),
        "article": articles()["breach"],
    }
    return render(request, "privacy/breach_detail.html", facts)


def _affected_workbook(request: PersonRequest, row: Breach) -> HttpResponse:
    rows = list(queries.affected_by(row))
    readable = with_readable_owner(request.user, rows)
    log_read(request.user, {one.cluster or one for one in rows if one.pk in readable}, ["registry.see_contact"])
    headings = [
        _("IKM"),
        _("Pemilik"),
        _("Sentra"),
        _("Desa/kalurahan"),
        _("Alamat"),
        _("Nomor HP/WA"),
        _("Diberi tahu"),
    ]
    table = (
        [
            one.name,
            one.owner.name if seen else "",
            one.cluster.name if one.cluster else "",
            one.region.name,
            one.address if seen else "",
            one.phone if seen else "",
            None,
        ]
        for one in rows
        for seen in [one.pk in readable]
    )
    return workbook_response(_("yang-terkena"), headings, table)
