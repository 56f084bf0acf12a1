"""Data breaches: description, persons concerned, and the deadline for notification (Pasal 46)."""

from __future__ import annotations

from dataclasses import fields
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from sambang.access.permissions import councils_of, may, may_somewhere
from sambang.access.requests import PersonRequest, own_council, reached_row
from sambang.audit.read_audit import log_read
from sambang.lib import clock
from sambang.lib.exports import workbook_response
from sambang.lib.form_page import form_page
from sambang.lib.forms import run_operation
from sambang.lib.lists import CellSource, Export, Page, list_response
from sambang.privacy import queries
from sambang.privacy.forms import BreachForm
from sambang.privacy.law import articles
from sambang.privacy.models import Breach
from sambang.privacy.operations import BreachData, change_breach, note_breach
from sambang.registry.queries import with_readable_owner


def breach_list(request: PersonRequest) -> HttpResponseBase:
    if not may_somewhere(request.user, "privacy.note_breach"):
        raise PermissionDenied("privacy.note_breach")
    columns: tuple[tuple[Any, CellSource], ...] = (
        (_("Kejadian"), "title"),
        (_("Dewan"), "council.name"),
        (_("Terjadi sejak"), lambda row: timezone.localtime(row.began_at)),
        (_("Diketahui"), lambda row: timezone.localtime(row.known_at)),
    )

    def context(page: Page) -> dict[str, Any]:
        now = clock.now()
        return {
            "rows": [(row, queries.deadline_of(row, now=now)) for row in page],
            "councils": [one for one in councils_of(request.user) if may(request.user, "privacy.note_breach", one)],
        }

    rows = Breach.objects.visible_to(request.user).select_related("council").order_by("-known_at")
    return list_response(request, rows, "privacy/breach_list.html", Export(_("kebocoran-data"), columns), context)


def breach_create(request: PersonRequest, council_id: UUID) -> HttpResponse:
    council = own_council(request, council_id, "privacy.note_breach")
    form = BreachForm(request.POST or None, council=council)
    if breach := run_operation(form, lambda: note_breach(council, request.user, data=form.breach_data())):
        return redirect("privacy:breach_detail", breach.pk)
    return _breach_page(request, form)


def get_breach(request: PersonRequest, breach_id: UUID) -> Breach:
    return reached_row(request, Breach, breach_id, "privacy.note_breach", related=("council", "account", "cluster"))


def breach_change(request: PersonRequest, breach_id: UUID) -> HttpResponse:
    row = get_breach(request, breach_id)
    initial = {one.name: getattr(row, one.name) for one in fields(BreachData)}
    form = BreachForm(request.POST or None, council=row.council, initial=initial)
    if run_operation(form, lambda: change_breach(row, request.user, data=form.breach_data())):
        return redirect("privacy:breach_detail", row.pk)
    return _breach_page(request, form)


def _breach_page(request: PersonRequest, form: BreachForm) -> HttpResponse:
    article = articles()["breach"]
    intro = _(
        "%(article)s: pemilik data dan lembaga diberi tahu secara tertulis paling lambat %(hours)s jam. Tulis yang "
        "sudah diketahui; yang belum boleh menyusul."
    ) % {"article": article, "hours": article.hours}
    back = (reverse("privacy:breach_list"), _("Kebocoran data"))
    return form_page(request, form, title=_("Lembar kerja kebocoran data"), back=back, intro=intro)


def breach_detail(request: PersonRequest, breach_id: UUID) -> HttpResponse:
    """The breach, to be printed. `format=xlsx`: the affected IKM with their contact data."""
    row = get_breach(request, breach_id)
    affected = queries.affected_by(row)
    if request.GET.get("format") == "xlsx":
        return _affected_workbook(request, row)
    context = {
        "breach": row,
        "deadline": queries.deadline_of(row, now=clock.now()),
        "count": affected.count(),
        "article": articles()["breach"],
    }
    return render(request, "privacy/breach_detail.html", context)


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
